"""What a claim says besides its words: the triples it implies, and the days on which it would hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from kb.reasoning.tables import ClaimRow, Period, PredicateRow, Tables, Triple

_LABELS: Final = frozenset(
    {"topic"}
)  # roles that sort a claim under something and do not say what happened


def declared(tables: Tables) -> dict[str, PredicateRow]:
    """Predicates by id; inverse and incompatible hold both ways, whichever side declares them.

    >>> declared(Tables(predicates=(PredicateRow("a", inverse="b"),)))["b"].inverse
    'a'
    """
    rows = {p.id: p for p in tables.predicates}
    for row in tables.predicates:
        if row.inverse:
            other = rows.get(row.inverse, PredicateRow(row.inverse))
            rows[other.id] = replace(other, inverse=other.inverse or row.id)
        for name in row.incompatible:
            other = rows.get(name, PredicateRow(name))
            rows[name] = replace(other, incompatible=tuple(sorted({*other.incompatible, row.id})))
    return rows


def plain(claim: ClaimRow, predicates: Mapping[str, PredicateRow]) -> frozenset[Triple]:
    """The claim's triple, also read backwards where its predicate is symmetric or has an inverse;
    none for a noted claim.

    >>> sorted(plain(ClaimRow("c", subject="a", predicate="met", object="b"), {"met": PredicateRow("met", symmetric=True)}))
    [('a', 'met', 'b'), ('b', 'met', 'a')]
    """
    return _closure(claim, predicates, entailed=False)


def implied(claim: ClaimRow, predicates: Mapping[str, PredicateRow]) -> frozenset[Triple]:
    """The plain triples and, of a positive claim, whatever they entail: what is denied entails
    nothing.
    """
    return _closure(claim, predicates, entailed=claim.polarity != "negative")


def _closure(
    claim: ClaimRow, predicates: Mapping[str, PredicateRow], entailed: bool
) -> frozenset[Triple]:
    if claim.subject is None or claim.predicate is None:
        return frozenset()
    own = predicates.get(claim.predicate)
    if own is None or not (own.inverse or own.symmetric or (entailed and own.entails)):
        return frozenset(((claim.subject, claim.predicate, claim.object),))
    todo: list[Triple] = [(claim.subject, claim.predicate, claim.object)]
    found: set[Triple] = set()
    while todo:
        triple = todo.pop()
        if triple in found:
            continue
        found.add(triple)
        subject, name, object = triple
        row = predicates.get(name)
        if row is None:
            continue
        if object is not None:
            todo += [(object, other, subject) for other in ((row.inverse,) if row.inverse else ())]
            todo += [(object, name, subject)] if row.symmetric else []
        todo += [(subject, other, object) for other in row.entails] if entailed else []
    return frozenset(found)


def roles(claim: ClaimRow) -> frozenset[tuple[str, str]]:
    """The roles that make it this claim and no other; what it is filed under is none."""
    return frozenset(r for r in claim.roles if r[0] not in _LABELS)


def roles_agree(one: ClaimRow, other: ClaimRow) -> bool:
    """Does no role that both fill differ?

    >>> roles_agree(ClaimRow("a", roles=(("place", "x"),)), ClaimRow("b", roles=(("place", "y"),)))
    False
    """
    left, right = roles(one), roles(other)
    shared = {r for r, _ in left} & {r for r, _ in right}
    return {r for r in left if r[0] in shared} == {r for r in right if r[0] in shared}


def window(claim: ClaimRow) -> Period:
    """First and last day on which it may hold; a state without an end is open, anything else ends
    when it began.
    """
    end = claim.end_latest or (None if claim.kind == "state" else claim.begin_latest)
    return claim.begin_earliest, end


def disjoint(one: ClaimRow, other: ClaimRow) -> bool:
    """Are the two known not to share a day? The day on which one state ends and another begins is a
    day of change and not shared.

    >>> from datetime import date
    >>> disjoint(ClaimRow("a", end_latest=date(2020, 1, 1)), ClaimRow("b", begin_earliest=date(2020, 6, 1)))
    True
    """
    (start, end), (start2, end2) = window(one), window(other)
    apart = bool((end and start2 and end < start2) or (end2 and start and end2 < start))
    return apart or (one.kind == other.kind == "state" and _changed_on(window(one), window(other)))


def _changed_on(left: Period, right: Period) -> bool:
    """Is the last day of one the first of the other, and do they not both tell of that day alone?"""
    meet = (left[1] is not None and left[1] == right[0]) or (
        right[1] is not None and right[1] == left[0]
    )
    return meet and left != right


def overlap(one: ClaimRow, other: ClaimRow) -> Period:
    """The days that both may share, if they are not disjoint."""
    (start, end), (start2, end2) = window(one), window(other)
    return max(filter(None, (start, start2)), default=None), min(
        filter(None, (end, end2)), default=None
    )


def simultaneous(one: ClaimRow, other: ClaimRow) -> bool:
    """Is there a day on which both are known to hold?"""
    left, right = _definite(one), _definite(other)
    return left is not None and right is not None and _meet(left, right)


def same_days(one: ClaimRow, other: ClaimRow) -> bool:
    """Are both told of exactly the same days? Unknown days are not known to be the same."""
    return window(one) == window(other) and None not in window(one)


def covers(one: ClaimRow, other: ClaimRow) -> bool:
    """Does the one speak of all days of which the other does? Two undated claims speak of the same
    time.
    """
    (start, end), (start2, end2) = window(one), window(other)
    if (start, end) == (start2, end2):
        return True
    return bool(start and end and start2 and end2 and start <= start2 and end2 <= end)


def follows(outcome: ClaimRow, made: date | None, told: Iterable[Period]) -> bool:
    """May an outcome lie after the day on which a forecast was made? What is not known counts as
    yes.

    An outcome without days of its own is as late as the last who tells it: `told` are the days on
    which it was said.

    >>> follows(ClaimRow("a"), date(2020, 6, 1), [(None, date(2020, 3, 1))]), follows(ClaimRow("a"), date(2020, 6, 1), [])
    (False, True)
    """
    first, last = window(outcome)
    if made is None or (first and first > made):
        return True
    if last:
        return last > made
    ends = [end for _, end in told]
    return not ends or any(end is None or end > made for end in ends)


def lasting(state: ClaimRow) -> Period:
    """By which day it had begun for certain, and until which it went on; of what held on all days
    of its period, the ends of that.

    >>> from datetime import date
    >>> june = ClaimRow("a", begin_earliest=date(2020, 6, 1), end_latest=date(2020, 6, 30))
    >>> lasting(june), [day.day for day in lasting(replace(june, held="all"))]
    ((None, None), [1, 30])
    """
    every = state.held == "all"
    return state.begin_latest or (state.begin_earliest if every else None), state.end_earliest or (
        state.end_latest if every else None
    )


def _definite(claim: ClaimRow) -> Period | None:
    """First and last day on which it holds for certain, if there is one."""
    start, end = window(claim)
    if start and start == end:
        return start, end
    if claim.kind != "state" or claim.held == "some":
        return None
    first, last = lasting(claim)
    if last is None and claim.begin_earliest == claim.begin_latest:
        last = claim.begin_latest
    return (first, last) if first and last and first <= last else None


def _meet(left: Period, right: Period) -> bool:
    (start, end), (start2, end2) = left, right
    return bool(start and end and start2 and end2 and start <= end2 and start2 <= end)
