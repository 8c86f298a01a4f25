"""Contradictions of functional predicates: an object can have only one subject, or a subject only
one object, at a time or ever; also forecasts of who will have something, and their outcomes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations, product

from kb.reasoning.affiliations import Sides
from kb.reasoning.intervals import during, meeting
from kb.reasoning.pair_rules import found, of_the_same_extent, positive, sure
from kb.reasoning.propositions import implied, overlap, plain, simultaneous
from kb.reasoning.tables import ClaimRow, Contradiction, EntityRow, Period, PredicateRow

Predicates = Mapping[str, PredicateRow]
BySubject = Mapping[str, list[ClaimRow]]
Held = tuple[str, str]  # a functional predicate and an object of it
Later = Callable[[ClaimRow, ClaimRow], bool]
# Whether an outcome about one subject is contrary to a forecast about another one: predicate, the
# subject of the forecast, the subject of the outcome, and the days that both may share.
_Contrary = Callable[[str, str, str, Period], bool]
# Forecasts, outcomes, and when they are contrary.
_Rule = tuple[Mapping[Held, BySubject], Mapping[Held, BySubject], _Contrary]


def _lists() -> defaultdict[Held, defaultdict[str, list[ClaimRow]]]:
    return defaultdict(lambda: defaultdict(list))


@dataclass(frozen=True, slots=True)
class Ledger:
    """Claims by functional predicate and object, then by subject.

    `holds` are claims that the predicate holds, `begins` that it began, and `ends` that it ended.
    """

    holds: Mapping[Held, BySubject] = field(default_factory=_lists)
    begins: Mapping[Held, BySubject] = field(default_factory=_lists)
    ends: Mapping[Held, BySubject] = field(default_factory=_lists)


def ledger(claims: Iterable[ClaimRow], predicates: Predicates) -> Ledger:
    """Collect the claims about all predicates that are functional per object and time."""
    functional = {p.id for p in predicates.values() if p.functional == "object-time"}
    book = Ledger()
    for claim in claims:
        for subject, name, thing in implied(claim, predicates):
            row = predicates.get(name)
            if thing is None or row is None:
                continue
            if name in functional:
                book.holds[name, thing][subject].append(claim)
            for state in functional.intersection(row.initiates):
                book.begins[state, thing][subject].append(claim)
            for state in functional.intersection(row.terminates):
                book.ends[state, thing][subject].append(claim)
    return book


@dataclass(frozen=True, slots=True)
class Rivalry:
    """Claims about two different subjects of one functional predicate.

    `same` tells whether both sides are about one place; otherwise the place of the right side
    contains that of the left one. `across` tells whether only rivals exclude each other.
    """

    name: str
    who: tuple[str, str]
    left: list[ClaimRow]
    right: list[ClaimRow]
    same: bool
    across: bool

    def excluded(self, one: ClaimRow, other: ClaimRow, sides: Sides) -> bool:
        """Tell whether two claims are about as much of the thing, and their subjects exclude each
        other.
        """
        alike = of_the_same_extent(one, other)
        if not self.across:
            return self.same and alike and apart(*self.who, overlap(one, other), sides)
        return (alike or not self.same) and sides.rivals(*self.who, overlap(one, other))


def apart(one: str, other: str, period: Period, sides: Sides) -> bool:
    """Tell whether two subjects are different: neither belongs to the other, and they do not speak
    for one party.

    >>> from kb.reasoning.affiliations import sides_of
    >>> from kb.reasoning.tables import Tables
    >>> apart("ada", "ben", (None, None), sides_of(Tables()))
    True
    """
    return (
        sides.party(one, period) != sides.party(other, period)
        and one not in sides.body(other, period)
        and other not in sides.body(one, period)
    )


def held_by_rivals(
    claims: Collection[ClaimRow], predicates: Predicates, sides: Sides, places: Iterable[EntityRow]
) -> Iterator[Contradiction]:
    """Find subjects that cannot both hold a thing at one time, or take it on one day.

    A place within another one is a part of it, so a claim about the larger one counts only if it is
    about the whole.
    """
    book, around = ledger(positive(claims), predicates), around_each(places)
    across = {row.id for row in predicates.values() if row.across_sides}
    yield from _both_hold(_facing(book.holds, book.holds, around, across), sides)
    yield from _begun_while_held(_facing(book.begins, book.holds, around, across), sides)
    yield from _both_begin(_facing(book.begins, book.begins, _no_places, across), sides)


def _both_hold(rivalries: Iterable[Rivalry], sides: Sides) -> Iterator[Contradiction]:
    """Find two subjects that both hold a thing on one day."""
    for pair in rivalries:
        # Two subjects of one place come in both orders.
        if pair.same and pair.who[0] > pair.who[1]:
            continue
        for one, other in meeting(pair.left, pair.right):
            if pair.excluded(one, other, sides):
                rule = f"functional object-time: {pair.name}"
                yield found(one, other, "functional", sure(simultaneous(one, other)), rule)


def _begun_while_held(rivalries: Iterable[Rivalry], sides: Sides) -> Iterator[Contradiction]:
    """Find a subject that took a thing on a day on which another one held it."""
    for pair in rivalries:
        for event, state in meeting(pair.left, pair.right):
            certainty = during(event, state)
            if certainty and pair.excluded(event, state, sides):
                rule = f"functional object-time: {pair.name} begun by {event.predicate}"
                yield found(event, state, "functional", certainty, rule)


def _both_begin(rivalries: Iterable[Rivalry], sides: Sides) -> Iterator[Contradiction]:
    """Find two subjects that took a thing on one day; possible, because one may have come later."""
    for pair in rivalries:
        if pair.who[0] > pair.who[1]:
            continue
        for one, other in meeting(pair.left, pair.right):
            if simultaneous(one, other) and pair.excluded(one, other, sides):
                rule = f"functional object-time: {pair.name} begun by two"
                yield found(one, other, "functional", "possible", rule)


def _facing(
    inner: Mapping[Held, BySubject],
    outer: Mapping[Held, BySubject],
    around: Callable[[str], tuple[str, ...]],
    across: Collection[str],
) -> Iterator[Rivalry]:
    """Yield pairs of subjects of one place, and of a place and of the whole of a larger one."""
    for (name, thing), by_subject in inner.items():
        for place in (thing, *around(thing)):
            owners = outer.get((name, place), {})
            same = place == thing
            for one, other in product(sorted(by_subject), sorted(owners)):
                theirs = owners[other] if same else _of_the_whole(owners[other])
                if one != other and theirs:
                    yield Rivalry(name, (one, other), by_subject[one], theirs, same, name in across)


def _of_the_whole(claims: Iterable[ClaimRow]) -> list[ClaimRow]:
    return [claim for claim in claims if claim.extent == "whole"]


def around_each(places: Iterable[EntityRow]) -> Callable[[str], tuple[str, ...]]:
    """Return a function that gives all places around a place, nearest first.

    They are computed for each place only when asked for, because places in a long chain have many.
    """
    within = {place.id: place.within for place in places if place.within}

    @cache
    def around(place: str) -> tuple[str, ...]:
        """Return the places around one."""
        seen = {place: None}
        for larger in (queue := list(within.get(place, ()))):
            if larger not in seen:
                seen[larger] = None
                queue += within.get(larger, ())
        return tuple(seen)[1:]

    return around


def _no_places(place: str) -> tuple[str, ...]:
    """Return no places: only claims about the very same place are compared."""
    return ()


def _stated(
    claims: Iterable[ClaimRow], predicates: Predicates, names: Collection[str]
) -> Iterator[tuple[str, str, str, ClaimRow]]:
    """Yield subject, predicate and object of positive claims with one of these predicates."""
    for claim in positive(claims):
        for subject, name, thing in plain(claim, predicates):
            if name in names and thing is not None:
                yield subject, name, thing, claim


def done_by_one(
    claims: Collection[ClaimRow],
    predicates: Predicates,
    sides: Sides,
    together: Callable[[str, str], bool],
) -> Iterator[Contradiction]:
    """Find two subjects of what has only one subject ever, such as a founder.

    If the predicate excludes only rivals, the contradiction of others is only possible: they may
    have acted together. `together` tells whether one speaker names two claims in one passage, which
    means that they acted jointly.
    """
    names = {row.id for row in predicates.values() if row.functional == "object"}
    groups = _lists()
    for subject, name, thing, claim in _stated(claims, predicates, names):
        groups[name, thing][subject].append(claim)
    for (name, _), by_subject in groups.items():
        for who in combinations(sorted(by_subject), 2):
            for one, other in product(*(by_subject[subject] for subject in who)):
                shared = overlap(one, other)
                if apart(*who, shared, sides) and not together(one.id, other.id):
                    certain = not predicates[name].across_sides or sides.rivals(*who, shared)
                    rule = f"functional object: {name}"
                    yield found(one, other, "functional", sure(certain), rule)


def had_by_one(
    claims: Collection[ClaimRow], predicates: Predicates, places: Iterable[EntityRow]
) -> Iterator[Contradiction]:
    """Find two objects of what a subject has only one of: ever, such as a birthplace, or at a time,
    such as a nationality.

    If one of two places lies within the other, both may be meant.
    """
    ever = {row.id for row in predicates.values() if row.functional == "subject"}
    at_a_time = {row.id for row in predicates.values() if row.functional == "subject-time"}
    around, groups = around_each(places), _lists()
    for subject, name, thing, claim in _stated(claims, predicates, ever | at_a_time):
        groups[name, subject][thing].append(claim)
    for (name, _), by_object in groups.items():
        for one, other in combinations(sorted(by_object), 2):
            if one in around(other) or other in around(one):
                continue
            sides = by_object[one], by_object[other]
            yield from _ever(name, *sides) if name in ever else _at_a_time(name, *sides)


def _ever(
    name: str, left: Iterable[ClaimRow], right: Iterable[ClaimRow]
) -> Iterator[Contradiction]:
    for one, other in product(left, right):
        yield found(one, other, "functional", "certain", f"functional subject: {name}")


def _at_a_time(
    name: str, left: Iterable[ClaimRow], right: Iterable[ClaimRow]
) -> Iterator[Contradiction]:
    for one, other in meeting(left, right):
        certainty = sure(simultaneous(one, other))
        yield found(one, other, "functional", certainty, f"functional subject-time: {name}")


def foreseen_otherwise(
    claims: Collection[ClaimRow], predicates: Predicates, sides: Sides, later: Later
) -> Iterator[Contradiction]:
    """Find outcomes contrary to a forecast of who will hold or lose a thing.

    They are never certain (see docs/decisions/0012). `later` tells whether an outcome (second) may
    be later than a forecast (first).
    """
    forecasts = [c for c in claims if c.kind == "forecast" and c.polarity != "negative"]
    losing = [c for c in forecasts if _ends_holding(c, predicates)]
    across = {row.id for row in predicates.values() if row.across_sides}
    expected, actual = ledger(forecasts, predicates), ledger(positive(claims), predicates)
    for foreseen, outcomes, contrary in (
        *_will_hold(expected, actual, across, sides),
        *_will_lose(expected, ledger(losing, predicates), actual, sides),
    ):
        yield from _against_forecasts(foreseen, outcomes, contrary, later)


def _will_hold(
    expected: Ledger, actual: Ledger, across: Collection[str], sides: Sides
) -> Iterator[_Rule]:
    """Yield the rules for: one will hold the thing.

    Contrary is that another one holds or takes it, or that the first one loses it.
    """
    another, itself = _another(across, sides), _regardless(sides.one_party)
    for foreseen in (expected.holds, expected.begins):
        yield foreseen, actual.holds, another
        yield foreseen, actual.begins, another
        yield foreseen, actual.ends, itself


def _will_lose(expected: Ledger, losing: Ledger, actual: Ledger, sides: Sides) -> Iterator[_Rule]:
    """Yield the rules for: one will lose the thing.

    Contrary is that they still hold or take it, or that a declared rival loses it. `losing` are the
    forecasts whose predicates end only what one can hold.
    """
    yield expected.ends, actual.holds, _regardless(sides.one_party)
    yield expected.ends, actual.begins, _regardless(sides.one_party)
    yield losing.ends, actual.ends, _regardless(sides.declared_rivals)


def _against_forecasts(
    foreseen: Mapping[Held, BySubject],
    outcomes: Mapping[Held, BySubject],
    contrary: _Contrary,
    later: Later,
) -> Iterator[Contradiction]:
    """Yield the outcomes about a thing that are contrary to forecasts about it."""
    for (name, thing), by_subject in foreseen.items():
        others = outcomes.get((name, thing), {})
        for who in product(sorted(by_subject), sorted(others)):
            for forecast, outcome in product(by_subject[who[0]], others[who[1]]):
                if (
                    contrary(name, *who, overlap(forecast, outcome))
                    and of_the_same_extent(forecast, outcome)
                    and later(forecast, outcome)
                ):
                    rule = f"forecast against outcome: {name}"
                    yield found(forecast, outcome, "forecast", "possible", rule)


def _another(across: Collection[str], sides: Sides) -> _Contrary:
    """Return the rule that the outcome is about a different subject: about a rival, if only rivals
    exclude each other.
    """

    def contrary(name: str, one: str, other: str, period: Period) -> bool:
        """Tell whether the subject of an outcome excludes that of a forecast."""
        if name in across:
            return sides.rivals(one, other, period)
        return one != other and apart(one, other, period, sides)

    return contrary


def _regardless(rule: Callable[[str, str, Period], bool]) -> _Contrary:
    """Return a rule that does not depend on the predicate."""
    return lambda name, one, other, period: rule(one, other, period)


def _ends_holding(claim: ClaimRow, predicates: Predicates) -> bool:
    """Tell whether its predicate ends only what one can hold. Somebody who merely leaves may leave
    the place to their own side.
    """
    row = predicates.get(claim.predicate or "")
    ended = [predicates.get(state) for state in row.terminates] if row else []
    return all(state is not None and state.functional == "object-time" for state in ended)
