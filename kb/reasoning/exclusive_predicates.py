"""Who has what: of a functional predicate an object has one subject, or a subject one object, at one
time or ever, and forecasts state who will.
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


def _lists() -> defaultdict[Held, defaultdict[str, list[ClaimRow]]]:
    return defaultdict(lambda: defaultdict(list))


@dataclass(frozen=True, slots=True)
class Ledger:
    """Functional predicate and object → subject → claims: that it holds, that it began to, that it
    ceased to.
    """

    holds: Mapping[Held, BySubject] = field(default_factory=_lists)
    begins: Mapping[Held, BySubject] = field(default_factory=_lists)
    ends: Mapping[Held, BySubject] = field(default_factory=_lists)


def ledger(claims: Iterable[ClaimRow], predicates: Predicates) -> Ledger:
    """The claims that tell who holds what of any predicate functional per object and time."""
    functional = {p.id for p in predicates.values() if p.functional == "object-time"}
    book = Ledger()
    for claim in claims:
        for subject, name, thing in implied(claim, predicates):
            row = predicates.get(name)
            if thing is None or row is None:
                continue
            if name in functional:
                book.holds[name, thing][subject].append(claim)
            for kind, states in ((book.begins, row.initiates), (book.ends, row.terminates)):
                for state in functional.intersection(states):
                    kind[state, thing][subject].append(claim)
    return book


@dataclass(frozen=True, slots=True)
class Rivalry:
    """Claims about two subjects and one functional predicate; `same` where both are about one
    place, not a place within another. `across` where only rivals exclude each other.
    """

    name: str
    who: tuple[str, str]
    left: list[ClaimRow]
    right: list[ClaimRow]
    same: bool
    across: bool

    def excluded(self, a: ClaimRow, b: ClaimRow, sides: Sides) -> bool:
        """Return whether as much of the thing is meant by both, and the two exclude each other."""
        if not self.across:
            return self.same and of_the_same_extent(a, b) and apart(*self.who, overlap(a, b), sides)
        return (not self.same or of_the_same_extent(a, b)) and sides.rivals(
            *self.who, overlap(a, b)
        )


def apart(one: str, other: str, period: Period, sides: Sides) -> bool:
    """Return whether two subjects are different: neither belongs to the other, and they do not speak
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
    """Two who both have the whole of something on one day, who both took it on one day, or one who
    took it while the other is said to have had it throughout; of some predicates only rivals.

    A place that lies within another is a part of it: of the larger one the whole must be meant.
    """
    book, around = ledger(positive(claims), predicates), around_each(places)
    across = {p.id for p in predicates.values() if p.across_sides}
    for pair in _facing(book.holds, book.holds, around, across):
        for a, b in (
            meeting(pair.left, pair.right) if pair.who[0] < pair.who[1] or not pair.same else ()
        ):
            if pair.excluded(a, b, sides):
                yield found(
                    a,
                    b,
                    "functional",
                    sure(simultaneous(a, b)),
                    f"functional object-time: {pair.name}",
                )
    for pair in _facing(book.begins, book.holds, around, across):
        for event, state in meeting(pair.left, pair.right):
            certainty = during(event, state)
            if certainty and pair.excluded(event, state, sides):
                yield found(
                    event,
                    state,
                    "functional",
                    certainty,
                    f"functional object-time: {pair.name} begun by {event.predicate}",
                )
    for pair in _facing(book.begins, book.begins, _alone, across):
        for a, b in meeting(pair.left, pair.right) if pair.who[0] < pair.who[1] else ():
            if simultaneous(a, b) and pair.excluded(a, b, sides):
                yield found(
                    a,
                    b,
                    "functional",
                    "possible",
                    f"functional object-time: {pair.name} begun by two",
                )


def _facing(
    inner: Mapping[Held, BySubject],
    outer: Mapping[Held, BySubject],
    around: Callable[[str], tuple[str, ...]],
    across: Collection[str],
) -> Iterator[Rivalry]:
    """Different subjects of one place, and those of a place with those who have the whole of a
    larger one around it.
    """
    for (name, thing), by_subject in inner.items():
        for place in (thing, *around(thing)):
            owners = outer.get((name, place), {})
            for one, other in product(sorted(by_subject), sorted(owners)):
                theirs = (
                    owners[other]
                    if place == thing
                    else [c for c in owners[other] if c.extent == "whole"]
                )
                if one != other and theirs:
                    who, same = (one, other), place == thing
                    yield Rivalry(name, who, by_subject[one], theirs, same, name in across)


def around_each(places: Iterable[EntityRow]) -> Callable[[str], tuple[str, ...]]:
    """Every larger place around one, nearest first. Worked out for the places that are asked for: a
    long chain holds many of each.
    """
    within = {p.id: p.within for p in places if p.within}

    @cache
    def around(place: str) -> tuple[str, ...]:
        """The places around one."""
        seen = {place: None}
        for larger in (queue := list(within.get(place, ()))):
            if larger not in seen:
                seen[larger] = None
                queue += within.get(larger, ())
        return tuple(seen)[1:]

    return around


def _alone(place: str) -> tuple[str, ...]:
    """No place around any: each is looked at by itself."""
    return ()


def done_by_one(
    claims: Collection[ClaimRow],
    predicates: Predicates,
    sides: Sides,
    together: Callable[[str, str], bool],
) -> Iterator[Contradiction]:
    """What has one subject ever, as a founder: two different ones exclude each other on any days.
    Where only rivals exclude each other for certain, others may have acted together.

    `together` says of two claims whether one speaker tells both in one passage: those who are named
    so are said to have acted jointly.
    """
    functional = {p.id for p in predicates.values() if p.functional == "object"}
    groups = _lists()
    for claim in positive(claims):
        for subject, name, thing in plain(claim, predicates):
            if name in functional and thing is not None:
                groups[name, thing][subject].append(claim)
    for (name, _), by_subject in groups.items():
        for one, other in combinations(sorted(by_subject), 2):
            for a, b in product(by_subject[one], by_subject[other]):
                shared = overlap(a, b)
                if apart(one, other, shared, sides) and not together(a.id, b.id):
                    certain = not predicates[name].across_sides or sides.rivals(one, other, shared)
                    yield found(a, b, "functional", sure(certain), f"functional object: {name}")


def had_by_one(
    claims: Collection[ClaimRow], predicates: Predicates, places: Iterable[EntityRow]
) -> Iterator[Contradiction]:
    """What one subject has one of, ever or at one time: a birthplace, a nationality. Of two places
    one of which lies within the other both may be meant.
    """
    functional = {
        p.id: p.functional
        for p in predicates.values()
        if p.functional in ("subject", "subject-time")
    }
    around, groups = around_each(places), _lists()
    for claim in positive(claims):
        for subject, name, thing in plain(claim, predicates):
            if name in functional and thing is not None:
                groups[name, subject][thing].append(claim)
    for (name, _), by_object in groups.items():
        how = functional[name]
        for one, other in combinations(sorted(by_object), 2):
            if one in around(other) or other in around(one):
                continue
            ever = product(by_object[one], by_object[other])
            for a, b in ever if how == "subject" else meeting(by_object[one], by_object[other]):
                certain = how == "subject" or simultaneous(a, b)
                yield found(a, b, "functional", sure(certain), f"functional {how}: {name}")


def foreseen_otherwise(
    claims: Collection[ClaimRow], predicates: Predicates, sides: Sides, later: Later
) -> Iterator[Contradiction]:
    """A forecast of who will hold something, or lose it, and an outcome that tells the contrary;
    never certain, see decision 12.
    """
    foretold = [c for c in claims if c.kind == "forecast" and c.polarity != "negative"]
    made = ledger(foretold, predicates)
    told = ledger(positive(claims), predicates)
    holding = ledger([c for c in foretold if _of_holding(c, predicates)], predicates)
    across = {p.id for p in predicates.values() if p.across_sides}
    cases = (
        *(
            (foreseen, outcome, sides.rivals)
            for foreseen in (made.holds, made.begins)
            for outcome in (told.holds, told.begins)
        ),
        *((foreseen, told.ends, sides.one_party) for foreseen in (made.holds, made.begins)),
        *((made.ends, outcome, sides.one_party) for outcome in (told.holds, told.begins)),
        (holding.ends, told.ends, sides.declared_rivals),
    )
    for foreseen, outcomes, contrary in cases:
        for key, by_subject in foreseen.items():
            for one, other in product(sorted(by_subject), sorted(outcomes.get(key, {}))):
                for a, b in product(by_subject[one], outcomes[key][other]):
                    if (
                        _contrary(contrary, key[0] in across, (one, other), overlap(a, b), sides)
                        and of_the_same_extent(a, b)
                        and later(a, b)
                    ):
                        yield found(
                            a, b, "forecast", "possible", f"forecast against outcome: {key[0]}"
                        )


def _contrary(
    rule: Callable[[str, str, Period], bool],
    across: bool,
    who: tuple[str, str],
    period: Period,
    sides: Sides,
) -> bool:
    """Whether an outcome about one subject is contrary to a forecast about another."""
    if rule == sides.rivals and not across:
        return who[0] != who[1] and apart(*who, period, sides)
    return rule(*who, period)


def _of_holding(claim: ClaimRow, predicates: Predicates) -> bool:
    """Does its predicate end only what one can hold? Who merely leaves may leave the place to its
    own side.
    """
    row = predicates.get(claim.predicate or "")
    ended = [predicates.get(state) for state in row.terminates] if row else []
    return all(state is not None and state.functional == "object-time" for state in ended)
