"""What can matter to the status of a few claims: one set of rules, over tables or over an index.

A status rests on what is said of a claim and of claims judged the same, on the claims that may
contradict it or decide its fate, and on what may contradict those: two steps. Two claims can only
meet where they speak of the same two entities or, where something is held, begun or ended, of one
place or of places of which one is within the other.
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
# A claim's fate is decided by undisputed claims, and these are disputed by claims of their own: two
# steps.
STEPS = 2


class Links(Protocol):
    """Follows links between records, for several at once. Ids are keys, as `claim/x`; predicates
    are slugs.
    """

    def revisions(self, claims: Collection[str]) -> Collection[str]:
        """Return the claims that these replaced or depend on, and those that did either to these."""

    def triples(self, claims: Collection[str]) -> Iterable[Triple]:
        """Return what claims with a subject and a predicate say."""

    def of_two(self, pairs: Collection[tuple[str, str]]) -> Collection[str]:
        """Return the claims with one of these subjects and its object."""

    def of_subject(self, pairs: Collection[tuple[str, str]]) -> Collection[str]:
        """Return the claims with one of these subjects and its predicate."""

    def of_object(self, pairs: Collection[tuple[str, str]]) -> Collection[str]:
        """Return the claims with one of these objects and its predicate."""

    def assertions(self, claims: Collection[str]) -> Collection[str]:
        """Return the assertions on claims."""

    def sources(self, assertions: Collection[str]) -> Collection[str]:
        """Return the sources of assertions."""

    def people(
        self, claims: Collection[str], assertions: Collection[str], sources: Collection[str]
    ) -> Collection[str]:
        """Return who has a part in claims, speaks or relays in assertions or is spoken for, or wrote
        or published sources.
        """


@dataclass(frozen=True, slots=True)
class Frame:
    """What the rules need as a whole because it is little: judgements, copies, places within
    places, and what predicates declare.
    """

    same: Many  # entities judged the same, by each other
    joined: Many  # claims on which there is a judgement, by each other
    copies: Many  # original → its copies, as stated or judged
    originals: Many  # copy → its originals
    within: Many  # place → the places that contain it
    contents: Many  # place → the places that it contains
    family: Many  # predicate → those whose claims its own can meet
    holding: Collection[str]  # predicates of holding, beginning or ending something
    backwards: Collection[str]  # predicates that can be read from object to subject
    single: Collection[str]  # predicates of which a subject has one, or that happen once to it


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
    met = both((row.id, other) for row in rows for other in _meeting(row))
    family = {row.id: frozenset(closed([row.id], lambda new: linked(met, new))) for row in rows}
    lasting = {r.id for r in rows if r.functional or r.shares_of or r.initiates or r.terminates}
    mirrored = {row.id for row in rows if row.symmetric or row.inverse}
    copied = grouped([*pairs_of(judged, "source/"), *copies])
    larger = grouped(within)
    return Frame(
        both(pairs_of(judged, "entity/")),
        both(pairs_of(judged, "claim/")),
        turned(copied),
        copied,
        larger,
        turned(larger),
        family,
        linked(family, lasting),
        linked(family, mirrored),
        {r.id for r in rows if r.once or r.at_one_place or (r.functional or "").startswith("subj")},
    )


def _meeting(row: PredicateRow) -> Iterable[str]:
    """Predicates that a predicate names in its declaration."""
    named = (*row.incompatible, *row.initiates, *row.terminates, *row.entails, row.inverse)
    return (other for other in named if other)


@dataclass(frozen=True, slots=True)
class Needed:
    """Keys of the records that the statuses of some claims rest on."""

    claims: Collection[str]
    assertions: Collection[str]
    sources: Collection[str]
    people: Collection[str]


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The rules, over links and a frame."""

    links: Links
    frame: Frame

    def near(self, claims: Iterable[str], past: Collection[Triple] = ()) -> set[str]:
        """Return the claims that can matter to these, and to which these can matter; `past` are
        triples that some of them had before.
        """
        found = self.together(claims)
        for _ in range(STEPS):
            told = {*past, *self.links.triples(found)}
            found = self.together({*found, *self._of_the_same_two(told), *self._of_one_place(told)})
        return found

    def together(self, claims: Iterable[str]) -> set[str]:
        """Return these claims, those judged together with them, and all their versions."""
        return closed(
            claims, lambda new: {*linked(self.frame.joined, new), *self.links.revisions(new)}
        )

    def needed(
        self,
        claims: Collection[str],
        ties: Iterable[AffiliationRow],
        assertions: Collection[str] = (),
    ) -> Needed:
        """Return what the statuses of claims rest on, of which these are all that are near; `ties`
        are the ties that count for them, `assertions` are counted in.
        """
        said = {*assertions, *self.links.assertions(claims)}
        sources = self.lineage(said)
        people = {*self.links.people(claims, said, sources), *(e for t in ties for e in ends(t))}
        return Needed(claims, said, sources, self.around(people))

    def lineage(self, assertions: Collection[str]) -> set[str]:
        """Return the sources of assertions, and those from which they were copied, at any remove."""
        return closed(self.links.sources(assertions), lambda new: linked(self.frame.originals, new))

    def people(self, claims: Collection[str]) -> set[str]:
        """Return who speaks on claims or has a part in them, authors of documents and of their
        originals included.
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
        """Return these places and all that they contain."""
        return self.stepwise(places, self.frame.contents)

    def stepwise(self, entities: Iterable[str], links: Many) -> set[str]:
        """Return these entities and all linked to them, or to those judged the same, at any
        remove.
        """
        return closed(self.alike(entities), lambda new: self.alike(linked(links, new)))

    def _of_the_same_two(self, told: Iterable[Triple]) -> set[str]:
        """Claims of the same subject and object, either way round; of a subject alone, by
        predicates that can meet.
        """
        pairs, alone = set(), set()
        for subject, predicate, object in told:
            for one in self.alike([subject]):
                if object:
                    for other in self.alike([object]):
                        pairs |= {(one, other), (other, one)}
                if not object or predicate in self.frame.single:
                    alone |= {(one, p) for p in self.frame.family.get(predicate, {predicate})}
        return {*self.links.of_two(pairs), *self.links.of_subject(alone)}

    def _of_one_place(self, told: Iterable[Triple]) -> set[str]:
        """Claims of holding, beginning to hold or ceasing to hold the same things, or places around
        and inside of them.
        """
        held, backwards = set(self.frame.holding), set(self.frame.backwards)
        things = {o for _, p, o in told if o and p in held}
        things |= {s for s, p, o in told if o and p in held & backwards}
        if not things:
            return set()
        places = self.around(things) | self.inside(things)
        found = {*self.links.of_object(set(product(places, held)))}
        return found.union(self.links.of_subject(set(product(places, held & backwards))))


def key(path: str, id: str) -> str:
    """Return path and id, as `claim/x`; an IRI from elsewhere stays whole.

    >>> key("claim/", "x"), key("claim/", "https://example.org/x")
    ('claim/x', 'https://example.org/x')
    """
    return id if "://" in id else path + id


def lineage(source: SourceRow) -> list[tuple[str, str]]:
    """Return what a document was copied from, and what it is a version of: that both ways, since
    a later version replaces an earlier one.

    >>> lineage(SourceRow("b", copy_of="a"))
    [('b', 'a')]
    """
    pairs = [(source.id, source.copy_of)] if source.copy_of else []
    if source.version_of:
        pairs += [(source.id, source.version_of), (source.version_of, source.id)]
    return pairs


def ends(tie: AffiliationRow) -> set[str]:
    """Return the keys of the two that a tie ties."""
    return {key("entity/", tie.member), key("entity/", tie.party)}


def pairs_of(judgements: Iterable[JudgementRow], path: str) -> list[tuple[str, str]]:
    """Return the ends of the judgements about two records of one kind."""
    pairs = ((j.about or "", j.other or "") for j in judgements)
    return [(one, other) for one, other in pairs if one.startswith(path) and other.startswith(path)]
