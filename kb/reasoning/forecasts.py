"""The ledger of forecasts: what became of each, by which claim, how long after it was made, and how
often each voice was right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kb.model.vocabulary import FATES
from kb.reasoning.identity import unified
from kb.reasoning.status import StatusRow
from kb.reasoning.tables import AssertionRow, ClaimRow, Tables
from kb.reasoning.voices import Speech, speech


@dataclass(frozen=True, slots=True)
class Forecast:
    """One forecast. `fate` is pending, came-true, failed or void; `made` the day by which it had
    been made, `decided` the first day on
    which a deciding claim may have happened, else by which one had been told; `lead` the days
    between, None where a day is not known."""

    claim: str
    fate: str
    voices: tuple[str, ...]
    outcomes: tuple[str, ...] = ()
    condition: str | None = None
    made: date | None = None
    decided: date | None = None

    @property
    def lead(self) -> int | None:
        """Days from forecast to outcome."""
        return (self.decided - self.made).days if self.made and self.decided else None


@dataclass(frozen=True, slots=True)
class Record:
    """How the forecasts of one voice went; `mean_lead` is over those decided that have both days."""

    voice: str
    made: int
    came_true: int
    failed: int
    void: int
    pending: int
    mean_lead: int | None = None


def forecasts(tables: Tables, rows: Mapping[str, StatusRow]) -> list[Forecast]:
    """Every forecast that has a status, by the day on which it was made. `tables` is a view, `rows`
    its statuses by claim.

    >>> forecasts(Tables(claims=(ClaimRow("c", kind="event"),)), {})
    []
    """
    seen = unified(tables)
    told = speech(seen)
    said: dict[str, list[AssertionRow]] = defaultdict(list)
    for one in seen.assertions:
        if one.stance == "affirms":
            said[one.claim or ""].append(one)
    claims = {c.id: c for c in seen.claims}
    found = []
    for claim in (c for c in seen.claims if c.kind == "forecast" and c.id in rows):
        row = rows[claim.id]
        outcomes = next((r.claims for r in row.reasons if r.rule == row.status != "pending"), ())
        made = min((day for a in said[claim.id] if (day := told.period(a)[1])), default=None)
        decided = min(
            (day for c in outcomes if (day := _happened(claims[c], said[c], told))), default=None
        )
        found.append(
            Forecast(claim.id, row.status, row.voices_for, outcomes, claim.condition, made, decided)
        )
    return sorted(found, key=lambda f: (f.made or date.max, f.claim))


def records(found: Iterable[Forecast]) -> list[Record]:
    """Voice by voice, those with the most decided forecasts first.

    >>> [(r.voice, r.made, r.failed) for r in records([Forecast("c", "failed", ("entity/a",)), Forecast("d", "pending", ("entity/a",))])]
    [('entity/a', 2, 1)]
    """
    by_voice: dict[str, list[Forecast]] = defaultdict(list)
    for forecast in found:
        for voice in forecast.voices:
            by_voice[voice].append(forecast)
    return sorted(
        (_record(*item) for item in by_voice.items()),
        key=lambda r: (-(r.came_true + r.failed), -r.made, r.voice),
    )


def _record(voice: str, made: list[Forecast]) -> Record:
    fates = [f.fate for f in made]
    leads = [f.lead for f in made if f.lead is not None and f.fate in ("came-true", "failed")]
    mean = round(sum(leads) / len(leads)) if leads else None
    true, failed, void, pending = (fates.count(fate) for fate in (*FATES, "pending"))
    return Record(voice, len(made), true, failed, void, pending, mean)


def _happened(claim: ClaimRow, said: Iterable[AssertionRow], told: Speech) -> date | None:
    first = claim.begin_earliest or claim.begin_latest or claim.end_latest
    return first or min((day for a in said if (day := told.period(a)[1])), default=None)
