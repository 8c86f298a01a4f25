"""Forecasts: their outcomes, the claims that decided them, and the track record of each voice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kb.model.vocabulary import FATES
from kb.reasoning.outcome.status_row import StatusRow
from kb.reasoning.speakers.identity import unified
from kb.reasoning.speakers.voices import Speech, speech
from kb.reasoning.tables import AssertionRow, ClaimRow, Tables


@dataclass(frozen=True, slots=True)
class Forecast:
    """One forecast and its outcome.

    `fate` is pending, came-true, failed or void. `made` is the day by which it had been made.
    `decided` is the first day on which a deciding claim may have happened, or else by which it had
    been affirmed. Days are None if not known.
    """

    claim: str
    fate: str
    voices: tuple[str, ...]
    outcomes: tuple[str, ...] = ()
    condition: str | None = None
    made: date | None = None
    decided: date | None = None

    @property
    def lead(self) -> int | None:
        """The days from forecast to outcome; None if one of the days is not known."""
        return (self.decided - self.made).days if self.made and self.decided else None


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """The track record of one voice. `mean_lead` is the mean of the known leads, in days."""

    voice: str
    made: int
    came_true: int
    failed: int
    void: int
    pending: int
    mean_lead: int | None = None


def forecasts(tables: Tables, rows: Mapping[str, StatusRow]) -> list[Forecast]:
    """Return every forecast that has a status, by the day on which it was made.

    `tables` is a view, `rows` its statuses by claim.

    >>> forecasts(Tables(claims=(ClaimRow("c", kind="event"),)), {})
    []
    """
    seen = unified(tables)
    ledger = _Ledger(
        {claim.id: claim for claim in seen.claims}, _affirmations(seen.assertions), speech(seen)
    )
    found = [
        ledger.forecast(claim, rows[claim.id])
        for claim in seen.claims
        if claim.kind == "forecast" and claim.id in rows
    ]
    return sorted(found, key=lambda forecast: (forecast.made or date.max, forecast.claim))


def _affirmations(assertions: Iterable[AssertionRow]) -> Mapping[str, list[AssertionRow]]:
    """Return claim → the assertions that affirm it."""
    found: dict[str, list[AssertionRow]] = defaultdict(list)
    for row in assertions:
        if row.stance == "affirms":
            found[row.claim or ""].append(row)
    return found


@dataclass(frozen=True, slots=True)
class _Ledger:
    """Claims and their affirmations by claim id, and who speaks when."""

    claims: Mapping[str, ClaimRow]
    affirmed: Mapping[str, list[AssertionRow]]
    speech: Speech

    def forecast(self, claim: ClaimRow, row: StatusRow) -> Forecast:
        """Return a forecast with its outcome and its days."""
        deciding: tuple[str, ...] = ()
        if row.status != "pending":
            deciding = next((r.claims for r in row.reasons if r.rule == row.status), ())
        days = filter(None, (self._happened(id) for id in deciding))
        return Forecast(
            claim.id,
            row.status,
            row.voices_for,
            deciding,
            claim.condition,
            self._first_affirmed(claim.id),
            min(days, default=None),
        )

    def _happened(self, id: str) -> date | None:
        """Return the first day on which a claim may have happened, or else was affirmed."""
        claim = self.claims[id]
        first = claim.begin_earliest or claim.begin_latest or claim.end_latest
        return first or self._first_affirmed(id)

    def _first_affirmed(self, id: str) -> date | None:
        """Return the day by which a claim was first affirmed."""
        days = (self.speech.period(row)[1] for row in self.affirmed.get(id, ()))
        return min(filter(None, days), default=None)


def track_records(found: Iterable[Forecast]) -> list[TrackRecord]:
    """Return the track record of each voice, those with the most decided forecasts first.

    >>> made = [Forecast("c", "failed", ("entity/a",)), Forecast("d", "pending", ("entity/a",))]
    >>> [(record.voice, record.made, record.failed) for record in track_records(made)]
    [('entity/a', 2, 1)]
    """
    by_voice: dict[str, list[Forecast]] = defaultdict(list)
    for forecast in found:
        for voice in forecast.voices:
            by_voice[voice].append(forecast)
    return sorted(
        (_record(voice, made) for voice, made in by_voice.items()),
        key=lambda record: (-(record.came_true + record.failed), -record.made, record.voice),
    )


def _record(voice: str, made: list[Forecast]) -> TrackRecord:
    fates = [f.fate for f in made]
    leads = [f.lead for f in made if f.lead is not None and f.fate in ("came-true", "failed")]
    mean = round(sum(leads) / len(leads)) if leads else None
    true, failed, void, pending = (fates.count(fate) for fate in (*FATES, "pending"))
    return TrackRecord(voice, len(made), true, failed, void, pending, mean)
