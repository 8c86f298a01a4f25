"""Propositions: the triples that a claim implies, and the days on which it may be true."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from kb.reasoning.tables import AssertionRow, ClaimRow, Period, PredicateRow, Tables, Triple

# Roles that only group claims by topic, and do not say what happened.
_LABELS: Final = frozenset({"topic"})


def declared(tables: Tables) -> Mapping[str, PredicateRow]:
    """Return predicates by id, with inverse and incompatible ones declared on both sides.

    An inverse predicate measures the same and has shares of the same whole.

    >>> declared(Tables(predicates=(PredicateRow("a", inverse="b"),)))["b"].inverse
    'a'
    """
    return _on_both_sides(tables.predicates)


# The other end of a claim, which is the same one seen from the inverse predicate.
_TURNED: Final = {"object": "subject", "subject": "object"}


# Parts of one set of tables have the same predicates.
@lru_cache(maxsize=4)
def _on_both_sides(predicates: tuple[PredicateRow, ...]) -> Mapping[str, PredicateRow]:
    """Return predicates by id, with the declarations of others about them."""
    rows = {p.id: p for p in predicates}
    for row in predicates:
        if row.inverse:
            other = rows.get(row.inverse, PredicateRow(row.inverse))
            whole = _TURNED.get(row.shares_of or "")
            rows[other.id] = replace(
                other,
                inverse=other.inverse or row.id,
                measures=other.measures or row.measures,
                shares_of=other.shares_of or whole,
            )
        for name in row.incompatible:
            other = rows.get(name, PredicateRow(name))
            rows[name] = replace(other, incompatible=tuple(sorted({*other.incompatible, row.id})))
    return MappingProxyType(rows)


def plain(claim: ClaimRow, predicates: Mapping[str, PredicateRow]) -> frozenset[Triple]:
    """Return the triple of a claim, and the reverse one if its predicate is symmetric or has an
    inverse. A claim without subject and predicate has none.

    >>> claim = ClaimRow("c", subject="a", predicate="met", object="b")
    >>> sorted(plain(claim, {"met": PredicateRow("met", symmetric=True)}))
    [('a', 'met', 'b'), ('b', 'met', 'a')]
    """
    return _closure(claim, predicates, entailed=False)


def implied(claim: ClaimRow, predicates: Mapping[str, PredicateRow]) -> frozenset[Triple]:
    """Return the plain triples and, for a positive claim, everything that they entail."""
    return _closure(claim, predicates, entailed=claim.polarity != "negative")


def _closure(
    claim: ClaimRow, predicates: Mapping[str, PredicateRow], entailed: bool
) -> frozenset[Triple]:
    """Return all triples that follow from a claim, step by step."""
    if claim.subject is None or claim.predicate is None:
        return frozenset()
    own = predicates.get(claim.predicate)
    first = (claim.subject, claim.predicate, claim.object)
    if own is None or not (own.inverse or own.symmetric or (entailed and own.entails)):
        return frozenset((first,))
    todo: list[Triple] = [first]
    found: set[Triple] = set()
    while todo:
        triple = todo.pop()
        if triple not in found:
            found.add(triple)
            row = predicates.get(triple[1])
            todo += _following(triple, row, entailed) if row else ()
    return frozenset(found)


def _following(triple: Triple, row: PredicateRow, entailed: bool) -> Iterator[Triple]:
    """Yield the triples that directly follow from one, by the declarations of its predicate."""
    subject, name, thing = triple
    if thing is not None and row.inverse:
        yield thing, row.inverse, subject
    if thing is not None and row.symmetric:
        yield thing, name, subject
    for other in row.entails if entailed else ():
        yield subject, other, thing


def roles(claim: ClaimRow) -> frozenset[tuple[str, str]]:
    """Return the roles that say what happened, without those that only classify the claim."""
    return frozenset(filled for filled in claim.roles if filled[0] not in _LABELS)


def roles_agree(one: ClaimRow, other: ClaimRow) -> bool:
    """Tell whether all roles that both claims fill are the same.

    >>> roles_agree(ClaimRow("a", roles=(("place", "x"),)), ClaimRow("b", roles=(("place", "y"),)))
    False
    """
    left, right = roles(one), roles(other)
    shared = {role for role, _ in left} & {role for role, _ in right}
    return not any(role in shared for role, _ in left ^ right)


def window(claim: ClaimRow) -> Period:
    """Return the first and the last day on which a claim may be true.

    A state without an end is open. Anything else ends when it begins.
    """
    end = claim.end_latest or (None if claim.kind == "state" else claim.begin_latest)
    return claim.begin_earliest, end


def disjoint(one: ClaimRow, other: ClaimRow) -> bool:
    """Tell whether two claims are known not to share a day.

    The day on which one state ends and another begins is a day of change, which they do not share.
    A moment has its day in every zone.

    >>> from datetime import date
    >>> winter = ClaimRow("a", end_latest=date(2020, 1, 1))
    >>> disjoint(winter, ClaimRow("b", begin_earliest=date(2020, 6, 1)))
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
    """Tell whether two claims share no day, if at least one has a moment.

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
    """Tell whether the last day of one is the first of the other. Two states of that one day do
    share it.
    """
    (start, end), (start2, end2) = left, right
    meet = (end is not None and end == start2) or (end2 is not None and end2 == start)
    return meet and left != right


def overlap(one: ClaimRow, other: ClaimRow) -> Period:
    """Return the days that both claims may share, if they are not disjoint."""
    (start, end), (start2, end2) = window(one), window(other)
    first = max(filter(None, (start, start2)), default=None)
    last = min(filter(None, (end, end2)), default=None)
    return first, last


def simultaneous(one: ClaimRow, other: ClaimRow) -> bool:
    """Tell whether there is a day on which both claims are known to be true."""
    left, right = _definite(one), _definite(other)
    return left is not None and right is not None and _meet(left, right)


def same_days(one: ClaimRow, other: ClaimRow) -> bool:
    """Tell whether both claims are for exactly the same days, or for all days up to the same one.

    Unknown days are not known to be the same.
    """
    return window(one) == window(other) and window(one)[1] is not None


def covers(one: ClaimRow, other: ClaimRow) -> bool:
    """Tell whether one claim is for all days of the other. Two undated claims are for the same
    time.
    """
    (start, end), (start2, end2) = window(one), window(other)
    if (start, end) == (start2, end2):
        return True
    return bool(start and end and start2 and end2 and start <= start2 and end2 <= end)


def follows(outcome: ClaimRow, made: date | None, said: Iterable[Period]) -> bool:
    """Tell whether an outcome may be later than the day on which a forecast was made. If a day is
    not known, it may.

    An outcome without days of its own is as late as its last affirmation; `said` are the days of
    these.

    >>> made, march = date(2020, 6, 1), (None, date(2020, 3, 1))
    >>> follows(ClaimRow("a"), made, [march]), follows(ClaimRow("a"), made, [])
    (False, True)
    """
    first, last = window(outcome)
    if made is None or (first and first > made):
        return True
    if last:
        return last > made
    ends = [end for _, end in said]
    return not ends or any(end is None or end > made for end in ends)


def lasting(state: ClaimRow) -> Period:
    """Return the day by which a state had certainly begun, and the day until which it lasted.

    A state that held on all days of its period lasted from its first day to its last.

    >>> from datetime import date
    >>> june = ClaimRow("a", begin_earliest=date(2020, 6, 1), end_latest=date(2020, 6, 30))
    >>> lasting(june), [day.day for day in lasting(replace(june, held="all"))]
    ((None, None), [1, 30])
    """
    first, last = state.begin_latest, state.end_earliest
    if state.held == "all":
        return first or state.begin_earliest, last or state.end_latest
    return first, last


def _definite(claim: ClaimRow) -> Period | None:
    """Return the first and last day on which a claim is certainly true, if there is one."""
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
    """Tell whether an assertion on another claim of the same event applies to this one, too.

    A denial or doubt applies if both claims have the part that is denied in common. An affirmation
    applies only if the other claim says everything that this one says.

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
        "quantity": _number(other) == _number(claim),
        "time": window(other) == window(claim),
        "place": _filled(other, "place") == _filled(claim, "place"),
        "intent": other.kind == claim.kind
        and _filled(other, "purpose") == _filled(claim, "purpose"),
        "characterisation": other.predicate == claim.predicate,
    }
    scopes = said.scope or ("unspecified",)
    return any(shared.get(scope, True) for scope in scopes)


def _says_all(other: ClaimRow, claim: ClaimRow) -> bool:
    """Tell whether the other claim says everything that this one says."""
    core = (other.subject, other.predicate, other.object, other.kind)
    same = core == (claim.subject, claim.predicate, claim.object, claim.kind)
    number = _number(claim) == _number(other) or not any(_number(claim))
    days = _days(claim) == _days(other) or not any(_days(claim))
    extent = claim.extent in (None, other.extent)
    conditions = claim.condition == other.condition
    return same and number and days and extent and conditions and roles(claim) <= roles(other)


def _number(claim: ClaimRow) -> tuple[object, ...]:
    """Return the number of a claim with all that it depends on, and what is counted."""
    ends = claim.quantity_min, claim.quantity_max, claim.quantity_best
    excluded = claim.quantity_min_excluded, claim.quantity_max_excluded
    return *ends, *excluded, claim.exactness, claim.unit, claim.counted


def _days(claim: ClaimRow) -> tuple[object, ...]:
    """Return all that a claim says about its time."""
    begin, end = (claim.begin_earliest, claim.begin_latest), (claim.end_earliest, claim.end_latest)
    return *begin, *end, claim.held, claim.happened_at


def _filled(claim: ClaimRow, role: str) -> frozenset[str]:
    return frozenset(entity for name, entity in claim.roles if name == role)


def dated(tables: Tables) -> Tables:
    """Return the tables with the dates of events narrowed to the days that all speakers accept who
    date them.

    If their dates have no day in common, the claim keeps its own.
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
