"""Neighbourhood of claims: the records that can matter to their statuses, over tables or an index.

A status depends on the assertions on a claim and on claims judged the same, on the claims that may
contradict it or decide it, and on those that may contradict these: two steps. Two claims can only
meet if they are about the same two entities or, if something is held, begun or ended, about one
place, or about a place and the whole of a place around it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Protocol

from kb.reasoning.graph import Many, both, closed, grouped, linked, turned
from kb.reasoning.tables import AffiliationRow, JudgementRow, PredicateRow, SourceRow

# Subject, predicate and object of a claim; "" where it has no object.
Triple = tuple[str, str, str]
# A claim is decided by undisputed claims, and these are disputed by other claims: two steps.
STEPS = 2


class Links(Protocol):
    """Links between records, followed for several records at once.

    Ids are keys, as `claim/x`; predicates are slugs.
    """

    def revisions(self, claims: Collection[str]) -> Collection[str]:
        """Return the claims that these replaced or depend on, the claims that replaced or depend
        on these, and those of other versions of their assertions.
        """

    def triples(self, claims: Collection[str]) -> Iterable[Triple]:
        """Return the triples of claims with a subject and a predicate."""

    def of_two(self, pairs: Collection[tuple[str, str]]) -> Collection[str]:
        """Return the claims with one of these subjects and its object."""

    def of_subject(self, pairs: Collection[tuple[str, str]]) -> Collection[str]:
        """Return the claims with one of these subjects and its predicate."""

    def of_object(self, pairs: Collection[tuple[str, str]]) -> Collection[str]:
        """Return the claims with one of these objects and its predicate."""

    def whole(self, claims: Collection[str]) -> Collection[str]:
        """Return those of these claims that are about the whole of a thing."""

    def of_whole_subject(self, pairs: Collection[tuple[str, str]]) -> Collection[str]:
        """Return the claims about the whole of a thing with one of these subjects and its
        predicate.
        """

    def of_whole_object(self, pairs: Collection[tuple[str, str]]) -> Collection[str]:
        """Return the claims about the whole of a thing with one of these objects and its
        predicate.
        """

    def assertions(self, claims: Collection[str]) -> Collection[str]:
        """Return the assertions on claims."""

    def sources(self, assertions: Collection[str]) -> Collection[str]:
        """Return the sources of assertions."""

    def people(
        self, claims: Collection[str], assertions: Collection[str], sources: Collection[str]
    ) -> Collection[str]:
        """Return who takes part in claims, speaks or relays in assertions or is spoken for, or
        wrote or published sources.
        """


@dataclass(frozen=True, slots=True)
class Frame:
    """Lookups that the rules need entirely, because they are small: judgements, copies, places
    within places, and declarations of predicates.
    """

    same: Many  # entity → entities judged the same
    joined: Many  # claim → claims that a judgement is about together with it
    copies: Many  # original → its copies, as stated or judged
    originals: Many  # copy → its originals
    within: Many  # place → the places that contain it
    contents: Many  # place → the places that it contains
    family: Many  # predicate → predicates whose claims can meet its own
    holding: Collection[str]  # predicates of holding, beginning or ending something
    backwards: Collection[str]  # predicates that can be read from object to subject
    single: Collection[str]  # predicates with one object or whole per subject, or that happen once


def frame(
    judgements: Iterable[JudgementRow],
    predicates: Mapping[str, PredicateRow],
    within: Iterable[tuple[str, str]],
    copies: Iterable[tuple[str, str]],
) -> Frame:
    """Return the frame of these judgements and predicates, of pairs of a place and a larger one,
    and of a copy and its original.
    """
    judged = list(judgements)
    rows = predicates.values()
    family = _families(rows)
    copied = grouped([*pairs_of(judged, "source/"), *copies])
    larger = grouped(within)
    return Frame(
        same=both(pairs_of(judged, "entity/")),
        joined=both(pairs_of(judged, "claim/")),
        copies=turned(copied),
        originals=copied,
        within=larger,
        contents=turned(larger),
        family=family,
        holding=linked(family, {row.id for row in rows if _of_holding(row)}),
        backwards=linked(family, {row.id for row in rows if row.symmetric or row.inverse}),
        single={row.id for row in rows if _single(row)},
    )


def _families(rows: Iterable[PredicateRow]) -> Many:
    """Return predicate → predicates whose claims can meet its own: those that declarations link."""
    listed = list(rows)
    met = both((row.id, other) for row in listed for other in _meeting(row))
    return {row.id: frozenset(closed([row.id], lambda new: linked(met, new))) for row in listed}


def _of_holding(row: PredicateRow) -> bool:
    """Tell whether a predicate is about holding, beginning or ending something."""
    return bool(row.functional or row.shares_of or row.initiates or row.terminates)


def _single(row: PredicateRow) -> bool:
    """Tell whether a subject has only one object, the event happens to it only once, or it is the
    whole of what its objects have shares of.
    """
    of_subject = "subject" in (row.functional or "").split("-") or row.shares_of == "subject"
    return row.once or row.at_one_place or of_subject


def _meeting(row: PredicateRow) -> Iterable[str]:
    """Yield the predicates that a predicate names in its declaration."""
    named = (*row.incompatible, *row.initiates, *row.terminates, *row.entails, row.inverse)
    return (other for other in named if other)


@dataclass(frozen=True, slots=True)
class Needed:
    """The keys of the records that the statuses of some claims depend on."""

    claims: Collection[str]
    assertions: Collection[str]
    sources: Collection[str]
    people: Collection[str]


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The rules that find the records on which a status can depend, over links and a frame."""

    links: Links
    frame: Frame

    def near(
        self, claims: Iterable[str], past: Collection[Triple] = (), steps: int = STEPS
    ) -> set[str]:
        """Return the claims that can matter to these, and to which these can matter. In one step,
        return those that these can meet.

        `past` are triples that some of them had before.
        """
        found = self.together(claims)
        new, triples, whole = found, set(past), set(past)
        for _ in range(steps):
            triples.update(self.links.triples(new))
            whole.update(self.links.triples(self.links.whole(new)))
            meeting = self._of_the_same_two(triples) | self._of_one_place(triples, whole)
            new = self.together(meeting - found)
            found, triples, whole = found | new, set(), set()
        return found

    def together(self, claims: Iterable[str]) -> set[str]:
        """Return these claims, those judged together with them, and all their versions."""

        def following(new: Collection[str]) -> set[str]:
            """Return the claims judged together with these, and their versions."""
            return {*linked(self.frame.joined, new), *self.links.revisions(new)}

        return closed(claims, following)

    def needed(
        self,
        claims: Collection[str],
        ties: Iterable[AffiliationRow],
        assertions: Collection[str] = (),
    ) -> Needed:
        """Return the records that the statuses of claims depend on.

        `claims` include all that are near. `ties` are the ties that count for them. `assertions`
        are included.
        """
        said = {*assertions, *self.links.assertions(claims)}
        sources = self.lineage(said)
        people = {*self.links.people(claims, said, sources)}
        people.update(*(ends(tie) for tie in ties))
        return Needed(claims, said, sources, self.around(people))

    def lineage(self, assertions: Collection[str]) -> set[str]:
        """Return the sources of assertions, and all sources that they were copied from."""
        return closed(self.links.sources(assertions), lambda new: linked(self.frame.originals, new))

    def people(self, claims: Collection[str]) -> set[str]:
        """Return who speaks on claims or takes part in them, including the authors of documents
        and of their originals.
        """
        said = self.links.assertions(claims)
        return self.alike(self.links.people(claims, said, self.lineage(said)))

    def alike(self, entities: Iterable[str]) -> set[str]:
        """Return these entities and those judged the same."""
        return closed(entities, lambda new: linked(self.frame.same, new))

    def around(self, places: Iterable[str]) -> set[str]:
        """Return these entities and all places that contain them."""
        return self.stepwise(places, self.frame.within)

    def inside(self, places: Iterable[str]) -> set[str]:
        """Return these places and everything within them."""
        return self.stepwise(places, self.frame.contents)

    def stepwise(self, entities: Iterable[str], links: Many) -> set[str]:
        """Return these entities and all that are linked to them or to those judged the same, step
        by step.
        """
        return closed(self.alike(entities), lambda new: self.alike(linked(links, new)))

    def _of_the_same_two(self, triples: Iterable[Triple]) -> set[str]:
        """Return claims about the same subject and object, in either order.

        Of a subject alone, those whose predicates can meet.
        """
        pairs = set[tuple[str, str]]()
        alone = set[tuple[str, str]]()
        for subject, predicate, thing in triples:
            subjects = self.alike([subject])
            if thing:
                both_ways = [*product(subjects, self.alike([thing]))]
                pairs.update(both_ways, [(other, one) for one, other in both_ways])
            if not thing or predicate in self.frame.single:
                alone.update(product(subjects, self.frame.family.get(predicate, {predicate})))
        return {*self.links.of_two(pairs), *self.links.of_subject(alone)}

    def _of_one_place(self, triples: Collection[Triple], whole: Collection[Triple]) -> set[str]:
        """Return claims of holding, beginning or ending to hold the same things, the whole of
        places around them and, if a claim is about the `whole` of a place, places within it.
        """
        held = self.frame.holding
        backwards = {name for name in held if name in self.frame.backwards}
        here = self.alike(self._things(triples)) | self.inside(self._things(whole))
        around = self.around(self._things(triples)) - here
        return {
            *self.links.of_object(set(product(here, held))),
            *self.links.of_subject(set(product(here, backwards))),
            *self.links.of_whole_object(set(product(around, held))),
            *self.links.of_whole_subject(set(product(around, backwards))),
        }

    def _things(self, triples: Iterable[Triple]) -> set[str]:
        """Return what claims say is held, begun or ended."""
        things = set[str]()
        for subject, predicate, thing in triples:
            if predicate in self.frame.holding:
                things.update(filter(None, (thing,)))
                things.update({subject} if predicate in self.frame.backwards else ())
        return things


def key(path: str, id: str) -> str:
    """Return path and id, as `claim/x`; a full IRI stays as it is.

    >>> key("claim/", "x"), key("claim/", "https://example.org/x")
    ('claim/x', 'https://example.org/x')
    """
    return id if "://" in id else path + id


def lineage(source: SourceRow) -> list[tuple[str, str]]:
    """Return pairs of a document and what it copies, or is a version of.

    Versions are returned in both directions, because a later one replaces the earlier one.

    >>> lineage(SourceRow("b", copy_of="a"))
    [('b', 'a')]
    """
    pairs = [(source.id, source.copy_of)] if source.copy_of else []
    if source.version_of:
        pairs += [(source.id, source.version_of), (source.version_of, source.id)]
    return pairs


def ends(tie: AffiliationRow) -> set[str]:
    """Return the keys of both ends of a tie."""
    return {key("entity/", tie.member), key("entity/", tie.party)}


def pairs_of(judgements: Iterable[JudgementRow], path: str) -> list[tuple[str, str]]:
    """Return the ends of the judgements about two records of one kind."""
    pairs = ((j.about or "", j.other or "") for j in judgements)
    return [(one, other) for one, other in pairs if one.startswith(path) and other.startswith(path)]
