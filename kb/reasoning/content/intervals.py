"""Intervals of days: pairs of claims that may share a day, and events within a state.

Pairs are found by a sweep over the days, so that not every pair has to be compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from heapq import heappop, heappush
from typing import TypeVar

from kb.reasoning.content.propositions import disjoint, lasting, window
from kb.reasoning.tables import ClaimRow

Pair = tuple[ClaimRow, ClaimRow]
_Of = TypeVar("_Of")


def meeting(left: Iterable[ClaimRow], right: Iterable[ClaimRow]) -> Iterator[Pair]:
    """Yield pairs, one claim of each side, that are not known to be on different days.

    Beside one sort, the cost depends on the number of pairs found.

    >>> early = ClaimRow("a", begin_latest=date(2020, 1, 1))
    >>> late, undated = ClaimRow("b", begin_earliest=date(2020, 6, 1)), ClaimRow("c")
    >>> [(one.id, other.id) for one, other in meeting([early], [late, undated])]
    [('a', 'c')]
    """
    met = meeting_of(((None, claim) for claim in left), ((None, claim) for claim in right))
    return ((one, other) for _, one, _, other in met)


def meeting_of(
    left: Iterable[tuple[_Of, ClaimRow]], right: Iterable[tuple[_Of, ClaimRow]]
) -> Iterator[tuple[_Of, ClaimRow, _Of, ClaimRow]]:
    """Yield pairs as `meeting` does, of claims that each come with something, such as a subject.

    >>> [row[0] for row in meeting_of([("ann", ClaimRow("a"))], [("bob", ClaimRow("b"))])]
    ['ann']
    """
    first = [(0, of, claim, *window(claim)) for of, claim in left]
    second = [(1, of, claim, *window(claim)) for of, claim in right] if first else []
    if not second:
        return
    rows = [*first, *second]
    rows.sort(key=lambda row: (row[3] or date.min, row[2].id, row[0]))
    yield from _swept(rows)


def _swept(
    rows: Iterable[tuple[int, _Of, ClaimRow, date | None, date | None]],
) -> Iterator[tuple[_Of, ClaimRow, _Of, ClaimRow]]:
    """Yield the pairs of two sides in rows that are sorted by their first day."""
    # Of each side, the claims that have not ended yet: last day, position, claim.
    current: tuple[list[tuple[date, int, _Of, ClaimRow]], ...] = ([], [])
    for position, (side, of, claim, start, end) in enumerate(rows):
        others = current[1 - side]
        while others and others[0][0] < (start or date.min):
            heappop(others)
        for _, _, other_of, other in others:
            if other.id != claim.id and not disjoint(claim, other):
                yield (of, claim, other_of, other) if side == 0 else (other_of, other, of, claim)
        heappush(current[side], (end or date.max, position, of, claim))


def during(event: ClaimRow, state: ClaimRow) -> str | None:
    """Return how surely an event happened while a state lasted: certain, possible, or None.

    The last day of a state is a day of change and decides nothing. On its first day, the state may
    have begun after the event, so the answer is possible. If the beginning or the end of the state
    is not known, the event may have caused it.

    >>> def june(first, last):
    ...     return {"begin_earliest": date(2020, 6, first), "begin_latest": date(2020, 6, last)}
    >>> days = {"end_earliest": date(2020, 6, 9), "end_latest": date(2020, 6, 9)}
    >>> state = ClaimRow("s", kind="state", **june(1, 1), **days)
    >>> [during(ClaimRow("e", **june(*day)), state) for day in ((5, 5), (5, 14), (9, 9), (1, 1))]
    ['certain', 'possible', None, 'possible']
    """
    first, last = window(event)
    begin, end = state.begin_earliest, state.end_latest
    if not (first and last and begin and end) or state.held == "some":
        return None
    if first >= end or last < begin:
        return None
    begun, kept = lasting(state)
    return "certain" if begun and kept and begun < first and last < kept else "possible"
