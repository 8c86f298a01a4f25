"""Timeline of statuses: which of them changed on which day, and what caused the change.

The statuses are computed for each day on which something was published or recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from kb.reasoning.analysis.relevance import sufficient
from kb.reasoning.analysis.surroundings import Surroundings
from kb.reasoning.contradiction.contradictions import contradictions
from kb.reasoning.dated_tables import day_of, view
from kb.reasoning.outcome.status import status
from kb.reasoning.outcome.status_row import Reason, StatusRow
from kb.reasoning.tables import (
    AffiliationRow,
    AssertionRow,
    ClaimRow,
    JudgementRow,
    PolicyRow,
    Tables,
)

# The fields of a status that are compared. A change of its counts alone is not reported.
COMPARED: Final = ("status", "support", "contest", "dispute", "flags")
Rows = Mapping[str, StatusRow]
Stated = ClaimRow | AssertionRow | AffiliationRow | JudgementRow


@dataclass(frozen=True, slots=True)
class Turn:
    """One status that changed on a day.

    `before` is None if nobody had spoken on the claim yet, `after` if the claim is gone. `reasons`
    are those that only the new status has. `assertions` and `claims` are what the new reasons cite
    and the old ones did not. `lost` are the assertions that no reason cites any more.
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
    """Return the statuses that changed by what was published from `start` to `end`, both included;
    the oldest first.

    A source counts from the latest day on which it may have been published. Undated ones never do.

    >>> from kb.reasoning.tables import AssertionRow, ClaimRow, SourceRow
    >>> said = AssertionRow("1", "c", "s", speaker="a", stance="affirms")
    >>> tables = Tables((ClaimRow("c"),), (said,), (SourceRow("s", published_to=date(2020, 6, 6)),))
    >>> turns = published(tables, PolicyRow("p"), date(2020, 6, 1), date.max)
    >>> [(turn.day.day, turn.before, turn.after.status) for turn in turns]
    [(6, None, 'single-voice')]
    """
    days = (s.published_to for s in tables.sources if s.published_to)
    return list(_turns(days, start, end, lambda day: _rows(tables, policy, as_of=day)))


def published_on(whole: Surroundings, policy: PolicyRow, claim: str) -> list[Turn]:
    """Return how the status of one claim changed by what was published, the oldest first."""
    tables = sufficient(whole, claim)
    found = published(tables, policy, date.min, date.max)
    return [turn for turn in found if turn.claim == claim]


def recorded(tables: Tables, policy: PolicyRow, start: date, end: date) -> list[Turn]:
    """Return the statuses that changed by what was recorded, edited or withdrawn from `start` to
    `end`, both included; the oldest first.

    `tables` must contain past records, too. Days are those of UTC.
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
    """Return the statuses of a dated view, by claim."""
    seen = view(tables, as_of, known_on)
    return {row.claim: row for row in status(seen, policy, contradictions(seen, policy))}


def _turns(
    days: Iterable[date], start: date, end: date, rows_on: Callable[[date], Rows]
) -> Iterator[Turn]:
    """Yield the changes of these days. `rows_on` gives the statuses at the end of a day."""
    happened = sorted({day for day in days if start <= day <= end})
    before = rows_on(start - timedelta(days=1)) if happened and start > date.min else {}
    for day in happened:
        after = rows_on(day)
        for claim in sorted(before.keys() | after.keys()):
            if _compared(before.get(claim)) != _compared(after.get(claim)):
                yield _turn(day, claim, before.get(claim), after.get(claim))
        before = after


def _compared(row: StatusRow | None) -> tuple[object, ...] | None:
    return tuple(getattr(row, name) for name in COMPARED) if row else None


def _turn(day: date, claim: str, before: StatusRow | None, after: StatusRow | None) -> Turn:
    """Describe a change by what the new status has and the old one had not."""
    old, new = _grounds(before), _grounds(after)
    had = set(before.reasons if before else ())
    reasons = tuple(
        reason
        for reason in (after.reasons if after else ())
        if reason not in had and reason.rule != "status"
    )
    return Turn(
        day,
        claim,
        before,
        after,
        reasons,
        assertions=_only(new.assertions, old.assertions),
        claims=_only(new.claims, old.claims),
        lost=_only(old.assertions, new.assertions),
    )


def _only(these: frozenset[str], not_those: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(these - not_those))


@dataclass(frozen=True, slots=True)
class _Grounds:
    """The assertions and claims that the reasons of a status cite."""

    assertions: frozenset[str]
    claims: frozenset[str]


def _grounds(row: StatusRow | None) -> _Grounds:
    reasons = row.reasons if row else ()
    return _Grounds(
        frozenset(id for reason in reasons for id in reason.assertions),
        frozenset(id for reason in reasons for id in reason.claims),
    )
