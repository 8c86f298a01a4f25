"""What a claim says besides its words: the triples it implies, and the days on which it would hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Final

from kb.reasoning.tables import AssertionRow, ClaimRow, Period, PredicateRow, Tables, Triple

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
    """Return whether the two are known not to share a day. The day on which one state ends and
    another begins is a day of change and not shared. A moment has its day in every zone.

    >>> from datetime import date
    >>> disjoint(ClaimRow("a", end_latest=date(2020, 1, 1)), ClaimRow("b", begin_earliest=date(2020, 6, 1)))
    True
    """
    if one.happened_at or other.happened_at:
        return _apart_in_every_zone(one, other)
    (start, end), (start2, end2) = window(one), window(other)
    apart = bool((end and start2 and end < start2) or (end2 and start and end2 < start))
    return apart or (one.kind == other.kind == "state" and _changed_on(window(one), window(other)))


# Zones reach from twelve hours behind UTC to fourteen hours before it.
_WEST, _EAST = timedelta(hours=-12), timedelta(hours=14)


def _apart_in_every_zone(one: ClaimRow, other: ClaimRow) -> bool:
    """Return whether two claims share no day, of which at least one has a moment.

    The zone of a day without a time is not known: it is compared with the days that the moment has
    anywhere. Two moments share a day if they do in the zone of either.
    """
    first, second = one.happened_at, other.happened_at
    if first and second:
        return first.date() != second.astimezone(first.tzinfo).date() and (
            second.date() != first.astimezone(second.tzinfo).date()
        )
    moment, (start, end) = (first, window(other)) if first else (second, window(one))
    assert moment is not None
    around = (moment.astimezone(UTC) + shift for shift in (_WEST, _EAST))
    earliest, latest = (day.date() for day in around)
    return bool((end and end < earliest) or (start and latest < start))


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
    """Return whether both are told of exactly the same days, or of all days up to the same one.

    Unknown days are not known to be the same.
    """
    return window(one) == window(other) and window(one)[1] is not None


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


def bears(said: AssertionRow, other: ClaimRow, claim: ClaimRow) -> bool:
    """Return whether what is said of another claim of the same event is said of this one, too.

    A denial or doubt bears on it for what both claims share. An affirmation supports it only where
    the other claim says all that this one says.

    >>> town = ClaimRow("a", subject="x", predicate="hit", object="town")
    >>> gun = replace(town, roles=(("instrument", "gun"),))
    >>> yes = AssertionRow("1", stance="affirms")
    >>> bears(yes, gun, town), bears(yes, town, gun)
    (True, False)
    """
    if other.polarity != claim.polarity:
        return False
    if said.stance == "affirms":
        return _says_all(other, claim)
    shared = {
        "responsibility": other.subject == claim.subject,
        "victims": _filled(other, "victim") == _filled(claim, "victim"),
        "quantity": (other.quantity_min, other.quantity_max)
        == (claim.quantity_min, claim.quantity_max),
        "time": window(other) == window(claim),
        "place": _filled(other, "place") == _filled(claim, "place"),
        "intent": other.kind == claim.kind,
        "characterisation": other.predicate == claim.predicate,
    }
    scopes = said.scope or ("unspecified",)
    return any(shared.get(scope, True) for scope in scopes)


def _says_all(other: ClaimRow, claim: ClaimRow) -> bool:
    """Whether the other claim says no less than this one."""
    core = (other.subject, other.predicate, other.object, other.kind)
    same = core == (claim.subject, claim.predicate, claim.object, claim.kind)
    counts = (claim.quantity_min, claim.quantity_max)
    counted = counts == (None, None) or counts == (other.quantity_min, other.quantity_max)
    days = window(claim) == (None, None) or window(claim) == window(other)
    extent = claim.extent in (None, other.extent)
    conditions = claim.condition == other.condition
    return same and counted and days and extent and conditions and roles(claim) <= roles(other)


def _filled(claim: ClaimRow, role: str) -> frozenset[str]:
    return frozenset(e for name, e in claim.roles if name == role)


def dated(tables: Tables) -> Tables:
    """The tables with every event as closely dated as those who affirm it agree on.

    Dates belong to those who give them: what all of them allow dates the claim. Where they have no
    day in common the claim keeps its own days.
    """
    given: dict[str, list[Period]] = {}
    for a in tables.assertions:
        if a.claim and a.stance == "affirms" and (a.occurred_from or a.occurred_to):
            given.setdefault(a.claim, []).append((a.occurred_from, a.occurred_to))
    if not given:
        return tables
    rows = tuple(_narrowed(c, given[c.id]) if c.id in given else c for c in tables.claims)
    return replace(tables, claims=rows)


def _narrowed(claim: ClaimRow, given: list[Period]) -> ClaimRow:
    if claim.kind == "state":
        return claim
    first, last = window(claim)
    first = max(filter(None, (first, *(begin for begin, _ in given))), default=None)
    last = min(filter(None, (last, *(end for _, end in given))), default=None)
    if first and last and first > last:
        return claim
    return replace(claim, begin_earliest=first, end_latest=last)
