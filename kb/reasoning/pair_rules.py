"""Claims of one subject and one object that cannot both be true: said and unsaid, incompatible,
interrupted, counted otherwise.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import combinations, product
from typing import Final

from kb.model.units import unit
from kb.reasoning.amounts import amount, clash, measured
from kb.reasoning.intervals import during, meeting
from kb.reasoning.propositions import (
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
from kb.reasoning.tables import ClaimRow, Contradiction, PolicyRow, PredicateRow, Triple

Predicates = Mapping[str, PredicateRow]
ByTriple = Mapping[Triple, list[ClaimRow]]

LASTING: Final = frozenset(
    {"state", "intent"}
)  # without dates these may have changed; anything else happened or did not


def found(one: ClaimRow, other: ClaimRow, kind: str, certainty: str, rule: str) -> Contradiction:
    """A row, its claims in order.

    >>> found(ClaimRow("b"), ClaimRow("a"), "polarity", "certain", "opposite polarity").claim_a
    'a'
    """
    first, second = sorted((one.id, other.id))
    return Contradiction(first, second, kind, certainty, rule)


def sure(certain: bool) -> str:
    """The word for it."""
    return "certain" if certain else "possible"


def positive(claims: Iterable[ClaimRow]) -> list[ClaimRow]:
    """Claims that say outright that something is so: no forecasts, and nothing on a condition."""
    return [
        c
        for c in claims
        if c.polarity != "negative" and c.kind != "forecast" and c.condition is None
    ]


def _by_triple(
    claims: Iterable[ClaimRow],
    triples: Callable[[ClaimRow, Predicates], Iterable[Triple]],
    predicates: Predicates,
) -> ByTriple:
    groups: dict[Triple, list[ClaimRow]] = defaultdict(list)
    for claim in claims:
        for triple in triples(claim, predicates):
            groups[triple].append(claim)
    return groups


def incompatible(claims: Collection[ClaimRow], predicates: Predicates) -> Iterator[Contradiction]:
    """Two predicates declared incompatible, of one subject and one object; certain only where both
    hold on one day.
    """
    names = {
        name for p in predicates.values() if p.incompatible for name in (p.id, *p.incompatible)
    }
    groups = {
        t: rows
        for t, rows in _by_triple(positive(claims), implied, predicates).items()
        if t[1] in names
    }
    for (subject, name, thing), group in groups.items():
        for other in predicates[name].incompatible:
            for a, b in meeting(
                group, groups.get((subject, other, thing), ()) if name < other else ()
            ):
                if roles_agree(a, b) and _alike(a, b):
                    yield found(
                        a,
                        b,
                        "incompatible",
                        sure(simultaneous(a, b)),
                        f"incompatible: {name}, {other}",
                    )


def terminated(claims: Collection[ClaimRow], predicates: Predicates) -> Iterator[Contradiction]:
    """An event that ends a state, told to fall amid the days on which the same subject is told to
    have kept it up.
    """
    enders = {(p.id, state) for p in predicates.values() for state in p.terminates}
    told = positive(claims)
    states = _by_triple([c for c in told if c.kind == "state"], implied, predicates)
    ending = {name for name, _ in enders}
    events = _by_triple([c for c in told if c.kind != "state"], plain, predicates)
    for (subject, name, thing), group in (
        (t, rows) for t, rows in events.items() if t[1] in ending
    ):
        for state in sorted(state for ender, state in enders if ender == name):
            for event, held in meeting(group, states.get((subject, state, thing), ())):
                certainty = during(event, held)
                if certainty and of_the_same_extent(event, held):
                    yield found(
                        event, held, "incompatible", certainty, f"terminates: {name}, {state}"
                    )


def of_the_same_extent(one: ClaimRow, other: ClaimRow) -> bool:
    """A part stands against the whole only where the whole is said to be meant; two parts may be
    different parts.

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
) -> Iterator[Contradiction]:
    """Something and its opposite. What a claim entails counts, what a denied claim would entail
    does not.

    `later` says whether an outcome (second) may lie after a forecast (first) was made, `last_said`
    the last day on which somebody affirmed a claim.
    """
    for group in _by_triple(claims, implied, predicates).values():
        negative = [c for c in group if c.polarity == "negative"]
        for a, b in (
            meeting(negative, (c for c in group if c.polarity != "negative")) if negative else ()
        ):
            if not denies(a, b):
                continue
            if (a.kind == "forecast") == (b.kind == "forecast"):
                always = _throughout(a, b) or _never(a, b, last_said(a))
                certain = always and roles(a) == roles(b) and a.condition == b.condition
                yield found(a, b, "polarity", sure(certain), "opposite polarity")
            elif later(*((a, b) if a.kind == "forecast" else (b, a))):
                yield found(
                    a, b, "forecast", "possible", "forecast and outcome of opposite polarity"
                )


def begun(claims: Collection[ClaimRow], predicates: Predicates) -> Iterator[Contradiction]:
    """An event that begins a state, told to fall amid the days on which the state is told not to
    have held.
    """
    starters = {(p.id, state) for p in predicates.values() for state in p.initiates}
    absent = _by_triple(
        [
            c
            for c in claims
            if c.polarity == "negative" and c.kind == "state" and c.condition is None
        ],
        plain,
        predicates,
    )
    if not absent:
        return
    for (subject, name, thing), group in _by_triple(positive(claims), plain, predicates).items():
        for state in sorted(state for starter, state in starters if starter == name):
            for event, lack in meeting(group, absent.get((subject, state, thing), ())):
                certainty = during(event, lack)
                if certainty and denies(lack, event):
                    yield found(
                        event,
                        lack,
                        "polarity",
                        certainty,
                        f"opposite polarity: {name} initiates {state}",
                    )


def _alike(one: ClaimRow, other: ClaimRow) -> bool:
    """A wish and a deed are never each other's opposite."""
    return (one.kind == "intent") == (other.kind == "intent")


def denies(negative: ClaimRow, told: ClaimRow) -> bool:
    """Does the negative claim speak of what the other tells: as large a part of it, as many of it,
    no more narrowly?

    >>> to_town = ClaimRow("b", roles=(("destination", "town"),))
    >>> denies(ClaimRow("a", polarity="negative"), to_town), denies(to_town, ClaimRow("a"))
    (True, False)
    """
    extent = {"part": True, "whole": told.extent == "whole"}.get(
        negative.extent or "", told.extent != "part"
    )
    counted = not measured(negative) or _number(negative) == _number(told)
    return extent and counted and _alike(negative, told) and roles(negative) <= roles(told)


def _number(claim: ClaimRow) -> tuple[object, ...]:
    return claim.quantity_min, claim.quantity_max, claim.quantity_best, claim.unit


def _throughout(negative: ClaimRow, told: ClaimRow) -> bool:
    """Is what is told known to lie within the time of which the opposite is told?"""
    if simultaneous(negative, told):
        return True
    undated = negative.kind in LASTING and None in (*_window(negative), *_window(told))
    return negative.held != "some" and covers(negative, told) and not undated


def _never(negative: ClaimRow, told: ClaimRow, said: date | None) -> bool:
    """Whether it is said that something never happened, by a day after which it cannot have."""
    undated = _window(negative) == (None, None) and negative.begin_latest is None
    last = window(told)[1]
    return (
        undated
        and (negative.kind not in LASTING or negative.held == "all")
        and negative.held != "some"
        and said is not None
        and last is not None
        and last <= said
    )


def _window(claim: ClaimRow) -> tuple[object, object]:
    return claim.begin_earliest, claim.end_latest


def quantity(
    claims: Iterable[ClaimRow], predicates: Predicates, policy: PolicyRow
) -> Iterator[Contradiction]:
    """Ranges without a common number, for the same thing counted in the same event; units of one
    dimension are converted, currencies and unknown units are compared as written.
    """
    groups: dict[tuple[Triple, frozenset[tuple[str, str]], str, str], list[ClaimRow]] = defaultdict(
        list
    )
    for claim in positive(claims):
        counted = _counted(claim, predicates)
        if counted and measured(claim):
            triple = min(plain(claim, predicates), key=lambda t: (t[1], t[0], t[2] or ""))
            groups[triple, roles(claim), counted.casefold(), unit(claim.unit).dimension].append(
                claim
            )
    for (*_, counted, _dimension), group in groups.items():
        for a, b in _apart(group, policy):
            certainty = clash(a, b, policy)
            if certainty is None or not _of_one_count(a, b):
                continue
            certain = certainty == "certain" and _at_one_time(a, b)
            yield found(a, b, "quantity", sure(certain), f"disjoint quantities: {counted}")


def _counted(claim: ClaimRow, predicates: Predicates) -> str | None:
    """What a claim counts: as it says, else what its predicate measures."""
    row = predicates.get(claim.predicate or "")
    return claim.counted or (row.measures if row else None)


def _of_one_count(one: ClaimRow, other: ClaimRow) -> bool:
    """Whether two numbers are meant of the same thing at a time that they may share."""
    return (
        not disjoint(one, other)
        and _alike(one, other)
        and of_the_same_extent(one, other)
        and not _grown(one, other)
    )


def _at_one_time(one: ClaimRow, other: ClaimRow) -> bool:
    """Whether two numbers are of the same days: also two totals as of one day."""
    return same_days(one, other) or simultaneous(one, other) or _totals(one, other) == 0


def _totals(one: ClaimRow, other: ClaimRow) -> int | None:
    """Days from the first total to the second, where both are totals as of a day: of a time with an
    end and without a beginning. None where they are not.
    """
    (start, end), (start2, end2) = window(one), window(other)
    if start or start2 or not end or not end2 or "state" in (one.kind, other.kind):
        return None
    return (end2 - end).days


def _grown(one: ClaimRow, other: ClaimRow) -> bool:
    """Whether the later of two totals is the larger: what is counted up may have grown."""
    days = _totals(one, other)
    if not days:
        return False
    earlier, later = (one, other) if days > 0 else (other, one)
    return amount(earlier).meant.below(amount(later).meant)


def _apart(claims: Iterable[ClaimRow], policy: PolicyRow) -> Iterator[tuple[ClaimRow, ClaimRow]]:
    """Pairs whose first has its largest number at or below the smallest of the second, found by
    their order.
    """
    ranges = [(claim, amount(claim, policy).meant) for claim in claims]
    tops = sorted(
        ((meant.high, claim.id, claim) for claim, meant in ranges if meant.high is not None),
        key=lambda top: top[:2],
    )
    ends = [high for high, *_ in tops]
    for claim, meant in ranges:
        if meant.low is not None:
            below = tops[: bisect_right(ends, meant.low)]
            yield from product((low for *_, low in below if low.id != claim.id), (claim,))


def shares(claims: Iterable[ClaimRow], predicates: Predicates) -> Iterator[Contradiction]:
    """Shares of one object that add up to more than 100 %: those of two subjects at one time."""
    groups: dict[tuple[str, str, frozenset[tuple[str, str]]], list[tuple[str, ClaimRow]]] = (
        defaultdict(list)
    )
    for claim in positive(claims):
        row = predicates.get(claim.predicate or "")
        if row is None or row.shares_of != "object" or unit(claim.unit).dimension != "ratio":
            continue
        for subject, name, thing in plain(claim, predicates):
            if name == claim.predicate and thing is not None:
                groups[name, thing, roles(claim)].append((subject, claim))
    for (name, *_), parts in groups.items():
        for (one, a), (other, b) in combinations(sorted(parts, key=lambda p: p[1].id), 2):
            if one != other and _too_much(a, b) and not disjoint(a, b):
                certain = _at_one_time(a, b) and "part" not in (a.extent, b.extent)
                yield found(a, b, "quantity", sure(certain), f"shares of one whole: {name}")


_WHOLE: Final = Decimal(100)


def _too_much(one: ClaimRow, other: ClaimRow) -> bool:
    """Whether two shares are more than the whole, however they are rounded."""
    least = [amount(claim).meant.low for claim in (one, other)]
    return sum(share for share in least if share is not None) > _WHOLE


def once(claims: Collection[ClaimRow], predicates: Predicates) -> Iterator[Contradiction]:
    """What happens once, told of days without one in common."""
    names = {p.id for p in predicates.values() if p.once}
    for group in _of_one_event(claims, predicates, names):
        for a, b in combinations(group, 2):
            if disjoint(a, b):
                yield found(a, b, "time", "certain", f"once: {a.predicate}")


def at_one_place(
    claims: Collection[ClaimRow],
    predicates: Predicates,
    around: Callable[[str], tuple[str, ...]],
) -> Iterator[Contradiction]:
    """What happens at one place, told of two places neither of which lies within the other."""
    names = {p.id for p in predicates.values() if p.at_one_place}
    for group in _of_one_event(claims, predicates, names):
        for a, b in combinations(group, 2):
            ever = predicates[a.predicate or ""].once
            if _elsewhere(a, b, around) and (ever or not disjoint(a, b)):
                certain = ever or simultaneous(a, b) or same_days(a, b)
                yield found(a, b, "place", sure(certain), f"at one place: {a.predicate}")


def _of_one_event(
    claims: Collection[ClaimRow], predicates: Predicates, names: Collection[str]
) -> Iterator[list[ClaimRow]]:
    """Claims with a predicate among these, of one subject; of one object where that has one
    subject ever.
    """
    groups: dict[tuple[str, str], list[ClaimRow]] = defaultdict(list)
    for claim in positive(claims):
        name = claim.predicate or ""
        if name in names and claim.subject:
            of_object = predicates[name].functional == "object"
            of = claim.object if of_object and claim.object else claim.subject
            groups[name, of].append(claim)
    yield from groups.values()


def _elsewhere(one: ClaimRow, other: ClaimRow, around: Callable[[str], tuple[str, ...]]) -> bool:
    """Whether both name a place, and no place of one is, contains or lies within one of the other."""
    left, right = ({e for role, e in c.roles if role == "place"} for c in (one, other))
    near = any(a == b or a in around(b) or b in around(a) for a in left for b in right)
    return bool(left and right) and not near
