"""Contradictions of two claims about one subject and one object: opposite, incompatible,
interrupted, on different days or at different places.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import combinations, product
from typing import Final

from kb.reasoning.content.amounts import counted, fits, measured
from kb.reasoning.content.intervals import during, meeting
from kb.reasoning.content.propositions import (
    covers,
    disjoint,
    implied,
    plain,
    roles,
    roles_agree,
    same_days,
    simultaneous,
    window,
)
from kb.reasoning.tables import ClaimRow, Contradiction, Period, PolicyRow, PredicateRow, Triple

Predicates = Mapping[str, PredicateRow]
ByTriple = Mapping[Triple, list[ClaimRow]]

# Kinds of claims that may change with time. Anything else happened or did not.
LASTING: Final = frozenset({"state", "intent"})


def found(one: ClaimRow, other: ClaimRow, kind: str, certainty: str, rule: str) -> Contradiction:
    """Return a contradiction, its claims sorted by id.

    >>> found(ClaimRow("b"), ClaimRow("a"), "polarity", "certain", "opposite polarity").claim_a
    'a'
    """
    first, second = sorted((one.id, other.id))
    return Contradiction(first, second, kind, certainty, rule)


def sure(certain: bool) -> str:
    """Return "certain" or "possible"."""
    return "certain" if certain else "possible"


def positive(claims: Iterable[ClaimRow]) -> list[ClaimRow]:
    """Return claims that state something without a condition: no negations and no forecasts."""
    return [
        claim
        for claim in claims
        if claim.polarity != "negative" and claim.kind != "forecast" and claim.condition is None
    ]


def _by_triple(
    claims: Iterable[ClaimRow],
    triples: Callable[[ClaimRow, Predicates], Iterable[Triple]],
    predicates: Predicates,
) -> ByTriple:
    """Group claims by the triples that they have, as `plain` or `implied` gives them."""
    groups: dict[Triple, list[ClaimRow]] = defaultdict(list)
    for claim in claims:
        for triple in triples(claim, predicates):
            groups[triple].append(claim)
    return groups


def incompatible(claims: Collection[ClaimRow], predicates: Predicates) -> Iterator[Contradiction]:
    """Find two predicates declared incompatible, of one subject and one object.

    The contradiction is certain only if both hold on one day.
    """
    groups = _by_triple(positive(claims), implied, predicates)
    for (subject, name, thing), group in groups.items():
        declared = predicates[name].incompatible if name in predicates else ()
        for other in (other for other in declared if name < other):
            for one, two in meeting(group, groups.get((subject, other, thing), ())):
                if roles_agree(one, two) and alike(one, two):
                    certainty = sure(simultaneous(one, two))
                    rule = f"incompatible: {name}, {other}"
                    yield found(one, two, "incompatible", certainty, rule)


def terminated(claims: Collection[ClaimRow], predicates: Predicates) -> Iterator[Contradiction]:
    """Find events that end a state, on days on which its subject is said to have continued it."""
    stated = positive(claims)
    states = _by_triple([c for c in stated if c.kind == "state"], implied, predicates)
    events = _by_triple([c for c in stated if c.kind != "state"], plain, predicates)
    for (subject, name, thing), group in events.items():
        ended = predicates[name].terminates if name in predicates else ()
        for state in sorted(set(ended)):
            for event, held in meeting(group, states.get((subject, state, thing), ())):
                certainty = during(event, held)
                if certainty and of_the_same_extent(event, held):
                    rule = f"terminates: {name}, {state}"
                    yield found(event, held, "incompatible", certainty, rule)


def of_the_same_extent(one: ClaimRow, other: ClaimRow) -> bool:
    """Tell whether two claims are about the same extent of a thing.

    A part is compared with the whole only if the claim says that the whole is meant. Two parts may
    be different parts.

    >>> of_the_same_extent(ClaimRow("a", extent="part"), ClaimRow("b"))
    False
    """
    extents = {one.extent, other.extent}
    return "part" not in extents or "whole" in extents


def polarity(
    claims: Iterable[ClaimRow],
    predicates: Predicates,
    later: Callable[[ClaimRow, ClaimRow], bool],
    last_said: Callable[[ClaimRow], date | None],
    policy: PolicyRow,
) -> Iterator[Contradiction]:
    """Find something and its opposite.

    What a positive claim entails counts; a negative claim entails nothing. `later` tells whether an
    outcome (second) may be later than a forecast (first). `last_said` gives the last day on which
    somebody affirmed a claim.
    """
    for group in _by_triple(claims, implied, predicates).values():
        negative = [claim for claim in group if claim.polarity == "negative"]
        if not negative:
            continue
        rest = [claim for claim in group if claim.polarity != "negative"]
        for one, other in meeting(negative, rest):
            if not denies(one, other, predicates, policy):
                continue
            if (one.kind == "forecast") == (other.kind == "forecast"):
                certain = _certainly_opposite(one, other, last_said(one)) and denies(
                    one, other, predicates, policy, surely=True
                )
                yield found(one, other, "polarity", sure(certain), "opposite polarity")
            elif later(*((one, other) if one.kind == "forecast" else (other, one))):
                rule = "forecast and outcome of opposite polarity"
                yield found(one, other, "forecast", "possible", rule)


def _certainly_opposite(negative: ClaimRow, other: ClaimRow, said: date | None) -> bool:
    """Tell whether a negative claim certainly covers the other, and both say exactly the same."""
    always = _throughout(negative, other) or _never(negative, other, said)
    return always and roles(negative) == roles(other) and negative.condition == other.condition


def begun(
    claims: Collection[ClaimRow], predicates: Predicates, policy: PolicyRow
) -> Iterator[Contradiction]:
    """Find events that begin a state, on days on which the state is said not to have held."""
    absent = _by_triple(filter(_without_state, claims), plain, predicates)
    if not absent:
        return
    for (subject, name, thing), group in _by_triple(positive(claims), plain, predicates).items():
        initiated = predicates[name].initiates if name in predicates else ()
        for state in sorted(set(initiated)):
            for event, lack in meeting(group, absent.get((subject, state, thing), ())):
                certainty = during(event, lack)
                if certainty and denies(lack, event, predicates, policy):
                    rule = f"opposite polarity: {name} initiates {state}"
                    surely = denies(lack, event, predicates, policy, surely=True)
                    yield found(event, lack, "polarity", certainty if surely else "possible", rule)


def _without_state(claim: ClaimRow) -> bool:
    """Tell whether a claim states, without a condition, that a state did not hold."""
    return claim.polarity == "negative" and claim.kind == "state" and claim.condition is None


def alike(one: ClaimRow, other: ClaimRow) -> bool:
    """Tell whether both are intents or neither is: what somebody wants is not the opposite of what
    happens.
    """
    return (one.kind == "intent") == (other.kind == "intent")


def denies(
    negative: ClaimRow,
    other: ClaimRow,
    predicates: Predicates,
    policy: PolicyRow,
    *,
    surely: bool = False,
) -> bool:
    """Tell whether a negative claim covers another one: its extent, its number, and its roles.

    A number is covered by the same number of the same thing, and by a range around it: somebody who
    did not sell more than 10 cars did not sell 13 cars, but may have sold 13 boats. If one of them
    does not say what it counts, it may be the same, and is not `surely`.

    >>> from kb.reasoning.tables import DEFAULT_POLICY
    >>> to_town = ClaimRow("b", roles=(("destination", "town"),))
    >>> no = ClaimRow("a", polarity="negative")
    >>> [denies(*pair, {}, DEFAULT_POLICY) for pair in ((no, to_town), (to_town, no))]
    [True, False]
    """
    number = _number(negative) == _number(other) or _in_range(other, negative, policy)
    things = {counted(negative, predicates), counted(other, predicates)}
    if measured(negative) and len(things if surely else things - {None}) > 1:
        return False
    extent = _covers_extent(negative, other)
    return extent and number and alike(negative, other) and roles(negative) <= roles(other)


def _covers_extent(negative: ClaimRow, other: ClaimRow) -> bool:
    """Tell whether the other claim is about at least the extent that is denied."""
    if negative.extent == "part":
        return True
    return other.extent == "whole" if negative.extent == "whole" else other.extent != "part"


def _in_range(claim: ClaimRow, other: ClaimRow, policy: PolicyRow) -> bool:
    """Tell whether a number is in the range of another claim that has no single number."""
    return other.quantity_best is None and fits(claim, other, policy)


def _number(claim: ClaimRow) -> tuple[object, ...]:
    return claim.quantity_min, claim.quantity_max, claim.quantity_best, claim.unit


def _throughout(negative: ClaimRow, other: ClaimRow) -> bool:
    """Tell whether a claim is certainly within the time for which the opposite is stated."""
    if simultaneous(negative, other):
        return True
    undated = negative.kind in LASTING and None in (*_outer(negative), *_outer(other))
    return negative.held != "some" and covers(negative, other) and not undated


def _never(negative: ClaimRow, other: ClaimRow, said: date | None) -> bool:
    """Tell whether a negative claim without dates was made after the last day of the other."""
    undated = _outer(negative) == (None, None) and negative.begin_latest is None
    last = window(other)[1]
    return (
        undated
        and (negative.kind not in LASTING or negative.held == "all")
        and negative.held != "some"
        and said is not None
        and last is not None
        and last <= said
    )


def _outer(claim: ClaimRow) -> Period:
    return claim.begin_earliest, claim.end_latest


def once(claims: Collection[ClaimRow], predicates: Predicates) -> Iterator[Contradiction]:
    """Find different days of an event that happens only once, such as a birth."""
    names = {row.id for row in predicates.values() if row.once}
    for group in _of_one_event(claims, predicates, names):
        for one, other in combinations(group, 2):
            if disjoint(one, other):
                yield found(one, other, "time", "certain", f"once: {one.predicate}")


def at_one_place(
    claims: Collection[ClaimRow],
    predicates: Predicates,
    places: Collection[str],
    around: Callable[[str], tuple[str, ...]],
) -> Iterator[Contradiction]:
    """Find different places of an event that happens at one place, neither within the other.

    Two claims without days are about one event. The object of such a predicate is a place of the
    event if it is among the `places`.
    """
    names = {row.id for row in predicates.values() if row.at_one_place}
    for group in _of_one_event(claims, predicates, names):
        for one, other in combinations(group, 2):
            row = predicates[one.predicate or ""]
            # That a subject has one object ever is a rule of its own.
            objects = () if row.functional == "subject" else places
            where, ever = (_places(one, objects), _places(other, objects)), row.once
            if _elsewhere(*where, around) and (ever or not disjoint(one, other)):
                same = same_days(one, other) or window(one) == window(other) == (None, None)
                certain = ever or same or simultaneous(one, other)
                yield found(one, other, "place", sure(certain), f"at one place: {one.predicate}")


def _of_one_event(
    claims: Collection[ClaimRow], predicates: Predicates, names: Collection[str]
) -> Iterator[list[ClaimRow]]:
    """Yield groups of claims about one event, by predicate and subject.

    If an object has only one subject ever, the claims are grouped by object.
    """
    groups: dict[tuple[str, str], list[ClaimRow]] = defaultdict(list)
    for claim in positive(claims):
        name = claim.predicate or ""
        if name in names and claim.subject:
            of_object = predicates[name].functional == "object"
            of = claim.object if of_object and claim.object else claim.subject
            groups[name, of].append(claim)
    yield from groups.values()


def _elsewhere(
    left: Collection[str], right: Collection[str], around: Callable[[str], tuple[str, ...]]
) -> bool:
    """Tell whether both name places, and none is the same as, in, or around one of the other."""
    near = any(a == b or a in around(b) or b in around(a) for a, b in product(left, right))
    return bool(left and right) and not near


def _places(claim: ClaimRow, objects: Collection[str]) -> list[str]:
    """Return where a claim says that something happened."""
    found = [entity for role, entity in claim.roles if role == "place"]
    thing = claim.object
    return [*found, thing] if thing and thing in objects else found
