"""Which statuses changed on which day, and what made each change: the status function asked for
each day on which anything happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from kb.reasoning.contradictions import contradictions
from kb.reasoning.explanations import Reason
from kb.reasoning.status import StatusRow, status
from kb.reasoning.tables import (
    AffiliationRow,
    AssertionRow,
    ClaimRow,
    JudgementRow,
    PolicyRow,
    Tables,
    day_of,
    view,
)

# What of a status is compared; its counts alone make no change worth telling.
COMPARED: Final = ("status", "support", "contest", "dispute", "flags")
Rows = Mapping[str, StatusRow]
Stated = ClaimRow | AssertionRow | AffiliationRow | JudgementRow


@dataclass(frozen=True, slots=True)
class Turn:
    """One status that changed on a day. `before` is None where nobody had spoken on the claim,
    `after` where it stood no longer.

    `reasons` are those that the new status has and the old one had not; `assertions` and `claims`
    what these rest on and the old
    reasons did not. Where something was taken away these are empty, and `lost` are the assertions
    on which nothing rests any more.
    """

    day: date
    claim: str
    before: StatusRow | None
    after: StatusRow | None
    reasons: tuple[Reason, ...] = ()
    assertions: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def published(tables: Tables, policy: PolicyRow, start: date, end: date) -> list[Turn]:
    """Statuses that changed because something was published from `start` to `end`, both included;
    oldest first.

    A source counts on the latest day on which it may have been published; undated ones never do.

    >>> from kb.reasoning.tables import AssertionRow, ClaimRow, SourceRow
    >>> said = AssertionRow("1", "c", "s", speaker="a", stance="affirms")
    >>> tables = Tables((ClaimRow("c"),), (said,), (SourceRow("s", published_to=date(2020, 6, 6)),))
    >>> [(t.day.day, t.before, t.after.status, t.assertions) for t in published(tables, PolicyRow("p"), date(2020, 6, 1), date.max)]
    [(6, None, 'single-voice', ('1',))]
    """
    days = (s.published_to for s in tables.sources if s.published_to)
    return list(_turns(days, start, end, lambda day: _rows(tables, policy, as_of=day)))


def recorded(tables: Tables, policy: PolicyRow, start: date, end: date) -> list[Turn]:
    """Statuses that changed because something was recorded, edited or withdrawn from `start` to
    `end`, both included; oldest first.

    `tables` hold past records, too. Days are those of UTC.
    """
    rows: tuple[Stated, ...] = (
        *tables.claims,
        *tables.assertions,
        *tables.affiliations,
        *tables.judgements,
    )
    days = (day_of(moment) for row in rows for moment in (row.recorded, row.invalidated) if moment)
    return list(_turns(days, start, end, lambda day: _rows(tables, policy, known_on=day)))


def _rows(
    tables: Tables, policy: PolicyRow, as_of: date | None = None, known_on: date | None = None
) -> Rows:
    seen = view(tables, as_of, known_on)
    return {row.claim: row for row in status(seen, policy, contradictions(seen, policy))}


def _turns(
    days: Iterable[date], start: date, end: date, stood: Callable[[date], Rows]
) -> Iterator[Turn]:
    happened = sorted({day for day in days if start <= day <= end})
    before = stood(start - timedelta(days=1)) if happened and start > date.min else {}
    for day in happened:
        after = stood(day)
        for claim in sorted(before.keys() | after.keys()):
            if _compared(before.get(claim)) != _compared(after.get(claim)):
                yield _turn(day, claim, before.get(claim), after.get(claim))
        before = after


def _compared(row: StatusRow | None) -> tuple[object, ...] | None:
    return tuple(getattr(row, name) for name in COMPARED) if row else None


def _turn(day: date, claim: str, before: StatusRow | None, after: StatusRow | None) -> Turn:
    old, new = (_grounds(row) for row in (before, after))
    had = set(before.reasons if before else ())
    reasons = tuple(
        r for r in (after.reasons if after else ()) if r not in had and r.rule != "status"
    )
    said, told = (tuple(sorted(new[n] - old[n])) for n in (0, 1))
    return Turn(day, claim, before, after, reasons, said, told, tuple(sorted(old[0] - new[0])))


def _grounds(row: StatusRow | None) -> tuple[set[str], set[str]]:
    """The assertions and the claims that a status rests on."""
    reasons = row.reasons if row else ()
    return {a for r in reasons for a in r.assertions}, {c for r in reasons for c in r.claims}
