"""Which claims may share a day, found by a sweep over the days instead of comparing each with each;
and what falls inside what.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from heapq import heappop, heappush

from kb.reasoning.propositions import disjoint, lasting, window
from kb.reasoning.tables import ClaimRow

Pair = tuple[ClaimRow, ClaimRow]


def meeting(left: Iterable[ClaimRow], right: Iterable[ClaimRow]) -> Iterator[Pair]:
    """Pairs, one claim of each side, that are not known to be on different days. Costs what it
    finds, beside one sort.

    >>> early, late = ClaimRow("a", begin_latest=date(2020, 1, 1)), ClaimRow("b", begin_earliest=date(2020, 6, 1))
    >>> list(meeting([early], [late])), [(a.id, b.id) for a, b in meeting([early], [ClaimRow("c")])]
    ([], [('a', 'c')])
    """
    rows = [(side, c, *window(c)) for side, claims in enumerate((left, right)) for c in claims]
    rows.sort(key=lambda r: (r[2] or date.min, r[1].id, r[0]))
    open_: tuple[list[tuple[date, int, ClaimRow]], ...] = ([], [])
    for n, (side, claim, start, end) in enumerate(rows):
        others = open_[1 - side]
        while others and others[0][0] < (start or date.min):
            heappop(others)
        for _, _, other in others:
            if other.id != claim.id and not disjoint(claim, other):
                yield (claim, other) if side == 0 else (other, claim)
        heappush(open_[side], (end or date.max, n, claim))


def during(event: ClaimRow, state: ClaimRow) -> str | None:
    """Does an event fall between begin and end of a state that held throughout? certain, possible,
    or None.

    The last day is a day of change and settles nothing; on the first day the state may have begun
    after the event: possible. A state
    without a known begin and end the event may have ended or begun.

    >>> june = [date(2020, 6, d) for d in range(1, 31)]
    >>> state = ClaimRow("s", kind="state", begin_earliest=june[0], begin_latest=june[0], end_earliest=june[8], end_latest=june[8])
    >>> [during(ClaimRow("e", begin_earliest=june[d], begin_latest=june[d + w]), state) for d, w in ((4, 0), (4, 9), (8, 0), (0, 0))]
    ['certain', 'possible', None, 'possible']
    """
    first, last = window(event)
    begin, end = state.begin_earliest, state.end_latest
    if (
        not (first and last and begin and end)
        or state.held == "some"
        or first >= end
        or last < begin
    ):
        return None
    begun, kept = lasting(state)
    return "certain" if begun and kept and begun < first and last < kept else "possible"
