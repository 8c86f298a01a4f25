"""Contradictions of functional predicates: an object can have only one subject, or a subject only
one object, at a time or ever.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import combinations, product

from kb.reasoning.content.intervals import during, meeting, meeting_of
from kb.reasoning.content.propositions import implied, overlap, plain, simultaneous
from kb.reasoning.contradiction.pair_rules import found, of_the_same_extent, positive, sure
from kb.reasoning.speakers.affiliations import Sides
from kb.reasoning.tables import ClaimRow, Contradiction, EntityRow, Period, PredicateRow

Predicates = Mapping[str, PredicateRow]
BySubject = Mapping[str, list[ClaimRow]]
Held = tuple[str, str]  # a functional predicate and an object of it


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
    """Claims about one functional predicate and two places, each with its subject.

    `same` tells whether both sides are about one place; otherwise the place of the right side
    contains that of the left one. `across` tells whether only rivals exclude each other.
    """

    name: str
    left: list[tuple[str, ClaimRow]]
    right: list[tuple[str, ClaimRow]]
    same: bool
    across: bool

    def met(self, sides: Sides) -> Iterator[tuple[str, ClaimRow, str, ClaimRow]]:
        """Yield pairs of claims on one day, with their subjects, if these exclude each other and
        the claims are about as much of the thing.
        """
        for who, one, who2, other in meeting_of(self.left, self.right):
            if who != who2 and self._excluded((who, who2), one, other, sides):
                yield who, one, who2, other

    def _excluded(self, who: tuple[str, str], one: ClaimRow, other: ClaimRow, sides: Sides) -> bool:
        """Tell whether two claims are about as much of the thing, and their subjects exclude each
        other.
        """
        alike = of_the_same_extent(one, other)
        if not self.across:
            return self.same and alike and apart(*who, overlap(one, other), sides)
        return (alike or not self.same) and sides.rivals(*who, overlap(one, other))


def apart(one: str, other: str, period: Period, sides: Sides) -> bool:
    """Tell whether two subjects are different: neither belongs to the other, and they do not speak
    for one party.

    >>> from kb.reasoning.speakers.affiliations import sides_of
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
    facing = partial(_facing, across=across, sides=sides)
    yield from _both_hold(facing(book.holds, book.holds, around), sides)
    yield from _begun_while_held(facing(book.begins, book.holds, around), sides)
    yield from _both_begin(facing(book.begins, book.begins, _no_places), sides)


def _both_hold(rivalries: Iterable[Rivalry], sides: Sides) -> Iterator[Contradiction]:
    """Find two subjects that both hold a thing on one day."""
    for pair in rivalries:
        for who, one, who2, other in pair.met(sides):
            # Two subjects of one place come in both orders.
            if not pair.same or who < who2:
                rule = f"functional object-time: {pair.name}"
                yield found(one, other, "functional", sure(simultaneous(one, other)), rule)


def _begun_while_held(rivalries: Iterable[Rivalry], sides: Sides) -> Iterator[Contradiction]:
    """Find a subject that took a thing on a day on which another one held it."""
    for pair in rivalries:
        for _, event, _, state in pair.met(sides):
            if certainty := during(event, state):
                rule = f"functional object-time: {pair.name} begun by {event.predicate}"
                yield found(event, state, "functional", certainty, rule)


def _both_begin(rivalries: Iterable[Rivalry], sides: Sides) -> Iterator[Contradiction]:
    """Find two subjects that took a thing on one day; possible, because one may have come later."""
    for pair in rivalries:
        for who, one, who2, other in pair.met(sides):
            if who < who2 and simultaneous(one, other):
                rule = f"functional object-time: {pair.name} begun by two"
                yield found(one, other, "functional", "possible", rule)


def _facing(
    inner: Mapping[Held, BySubject],
    outer: Mapping[Held, BySubject],
    around: Callable[[str], tuple[str, ...]],
    *,
    across: Collection[str],
    sides: Sides,
) -> Iterator[Rivalry]:
    """Yield what is claimed of one place, and of a place and of the whole of a larger one.

    If only rivals exclude each other, subjects without any tie are left out: they have no rivals.
    """

    @cache
    def claimed(name: str, place: str, whole: bool) -> list[tuple[str, ClaimRow]]:
        """Return what is claimed of a place; only about the whole of it, if so asked."""
        among = sides.tied if name in across else None
        rows = _with_subjects(outer.get((name, place), {}), among)
        return [row for row in rows if row[1].extent == "whole"] if whole else rows

    for (name, thing), by_subject in inner.items():
        left = _with_subjects(by_subject, sides.tied if name in across else None)
        for place in (thing, *around(thing)) if left else ():
            same = place == thing
            if right := claimed(name, place, not same):
                yield Rivalry(name, left, right, same, name in across)


def _with_subjects(claims: BySubject, among: Collection[str] | None) -> list[tuple[str, ClaimRow]]:
    """Return claims with their subjects; only those `among` some, if any are given."""
    return [
        (subject, claim)
        for subject in claims
        if among is None or subject in among
        for claim in claims[subject]
    ]


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
    """Find two subjects where only one is ever possible, such as a founder.

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
    """Find two objects where a subject can have only one: ever, such as a birthplace, or at a
    time, such as a nationality.

    If one of two places is within the other, both may be meant.
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
