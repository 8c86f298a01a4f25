"""Reach of a change: the claims whose status may change, and everything those statuses depend on.

`kb.reasoning.analysis.neighbourhood` decides what matters to a claim; this module looks it up in
the index.
A test compares what is computed for a change with what is computed for everything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from kb.app.derivation import extraction
from kb.app.derivation.lookups import ROLES, Lookups
from kb.model.vocabulary import PREDICATES
from kb.reasoning.analysis.neighbourhood import (
    STEPS,
    Frame,
    Neighbourhood,
    Triple,
    ends,
    frame,
    key,
    lineage,
)
from kb.reasoning.content.propositions import declared
from kb.reasoning.graph import closed, grouped, linked
from kb.reasoning.speakers.affiliations import ALLIES, above
from kb.reasoning.tables import (
    AffiliationRow,
    AssertionRow,
    ClaimRow,
    EntityRow,
    SourceRow,
    Tables,
    entity_object,
)

_Row = TypeVar("_Row")
_Named = TypeVar("_Named", SourceRow, EntityRow)
_Kept = TypeVar("_Kept", ClaimRow, AssertionRow, SourceRow, EntityRow)
# Types with few records, which are read completely. Of other types, only the records needed are
# read.
_FEW = ("affiliation", "judgement")
_WRITERS = "kb:author|kb:publisher|kb:coAuthor"
_CONDITION = "{ ?x kb:conditionClaim ?found } UNION { ?found kb:conditionClaim ?x }"
_REVISED = "{ ?found prov:wasRevisionOf ?x } UNION { ?x prov:wasRevisionOf ?found }"
_WHOLE = "{0} kb:extent kb:extent-whole"
_VERSION = "prov:wasRevisionOf|^prov:wasRevisionOf"
# From so many pairs with the same first value on, pairs are looked up by that value.
MANY: Final = 4
# An earlier version of an assertion may be on another claim.
_MOVED = f"?now kb:claim ?x ; ({_VERSION})+ ?then . ?then kb:claim ?found"


@dataclass(frozen=True, slots=True)
class IndexLinks:
    """Links between records, looked up in the index (`neighbourhood.Links`)."""

    look: Lookups

    def revisions(self, claims: Collection[str]) -> set[str]:
        """Return the claims that these replace or depend on, those that do so to these, and those
        of other versions of their assertions.
        """
        patterns = (_REVISED, _CONDITION, _MOVED)
        return {found for pattern in patterns for found in self.look.follow(pattern, claims)}

    def triples(self, claims: Collection[str]) -> list[Triple]:
        """Return what claims with a subject and a predicate say."""
        pattern = "?x rdf:subject ?s ; rdf:predicate ?p . OPTIONAL { ?x rdf:object ?o }"
        rows = self.look.rows("?s ?p ?o", "?x", pattern, ((self.look.iri(c),) for c in claims))
        return [(subject, predicate, object) for subject, predicate, object in rows]

    def of_two(self, pairs: Collection[tuple[str, str]]) -> set[str]:
        """Return the claims with one of these subjects and its object."""
        return self._claims("?c rdf:subject ?s ; rdf:object ?o", "?s ?o", pairs)

    def of_subject(self, pairs: Collection[tuple[str, str]]) -> set[str]:
        """Return the claims with one of these subjects and its predicate."""
        return self._claims("?c rdf:subject ?s ; rdf:predicate ?p", "?s ?p", pairs)

    def of_object(self, pairs: Collection[tuple[str, str]]) -> set[str]:
        """Return the claims with one of these objects and its predicate."""
        return self._claims("?c rdf:object ?o ; rdf:predicate ?p", "?o ?p", pairs)

    def whole(self, claims: Collection[str]) -> set[str]:
        """Return those of these claims that are about the whole of a thing."""
        rows = self.look.rows(
            "?x", "?x", _WHOLE.format("?x"), ((self.look.iri(c),) for c in claims)
        )
        return {claim for (claim,) in rows}

    def of_whole_subject(self, pairs: Collection[tuple[str, str]]) -> set[str]:
        """Return the claims about the whole of a thing with one of these subjects and its
        predicate.
        """
        pattern = f"?c rdf:subject ?s ; rdf:predicate ?p . {_WHOLE.format('?c')}"
        return self._claims(pattern, "?s ?p", pairs)

    def of_whole_object(self, pairs: Collection[tuple[str, str]]) -> set[str]:
        """Return the claims about the whole of a thing with one of these objects and its
        predicate.
        """
        pattern = f"?c rdf:object ?o ; rdf:predicate ?p . {_WHOLE.format('?c')}"
        return self._claims(pattern, "?o ?p", pairs)

    def assertions(self, claims: Collection[str]) -> set[str]:
        """Return the assertions on claims."""
        return self.look.follow("?found kb:claim ?x", claims)

    def sources(self, assertions: Collection[str]) -> set[str]:
        """Return the sources of assertions."""
        return self.look.follow("?x kb:source ?found", assertions)

    def people(
        self, claims: Collection[str], assertions: Collection[str], sources: Collection[str]
    ) -> set[str]:
        """Return who has a part in claims, speaks or relays in assertions, or wrote sources."""
        found = self.look.follow(f"?x {ROLES} ?found", claims)
        found |= self.look.follow(
            "?x kb:speaker|kb:onBehalfOf|kb:relay/kb:speaker ?found", assertions
        )
        return found | self.look.follow(f"?x {_WRITERS} ?found", sources)

    def _claims(self, pattern: str, given: str, pairs: Iterable[tuple[str, str]]) -> set[str]:
        """Return the claims (`?c`) of pairs of values for the two `given` variables. Many pairs are
        looked up by the first value: for each pair, the store would read all claims with it again.
        """
        values = {(self.iri(one), self.iri(other)) for one, other in pairs}
        firsts = {one for one, _ in values}
        if len(values) < MANY * len(firsts):
            return {claim for (claim,) in self.look.rows("?c", given, pattern, values)}
        wanted = {(self.look.id(one), self.look.id(other)) for one, other in values}
        rows = self.look.rows(f"?c {given}", given.split()[0], pattern, ((one,) for one in firsts))
        return {claim for claim, one, other in rows if (one, other) in wanted}

    def iri(self, id: str) -> str:
        """Return the IRI of a record or a predicate by its id."""
        return self.look.iri(id) if "/" in id else PREDICATES + id


@dataclass(frozen=True, slots=True)
class Reach:
    """Look-ups in the index, and what is small: ties, judgements, places within places, predicates.

    `few` are the tables of these in the index. `affiliations` are its ties, and those before.
    """

    look: Lookups
    few: Tables
    affiliations: tuple[AffiliationRow, ...]
    rules: Neighbourhood

    @property
    def frame(self) -> Frame:
        """Return the tables that are read completely."""
        return self.rules.frame

    def claims(self, before: Tables, after: Tables) -> set[str]:
        """Return the ids of the claims whose status may differ between these rows, and of
        assertions without a claim.
        """
        ends_of_judgements = judged(before, after)
        people, tied = self._people(before, after)
        sources = {key("source/", s.id) for s in _beyond(before.sources, after.sources, SourceRow)}
        sources |= {end for end in ends_of_judgements if end.startswith("source/")}
        sources |= self.look.follow(f"?found {_WRITERS} ?x", people)
        moved = {
            key("entity/", e.id)
            for e in _beyond(before.entities, after.entities, EntityRow)
            if e.within
        }
        found = _stated(before, after) | {
            end for end in ends_of_judgements if end.startswith("claim/")
        }
        found |= self.look.follow(f"?found {ROLES} ?x", self.rules.inside(people | moved))
        heard = self._heard(people, tied, sources)
        for row in differing(before.assertions, after.assertions):
            heard |= {key("assertion/", id) for id in (row.id, row.revision_of) if id}
        return found | self._spoken_on(self.look.closed(_REVISED, heard))

    def _heard(self, people: set[str], tied: set[str], sources: set[str]) -> set[str]:
        """Return the assertions that these entities make or relay, those of unnamed members, and
        those in these sources and their copies.
        """
        heard = self.look.follow("?found kb:speaker|kb:onBehalfOf ?x", people)
        heard |= self.look.follow("?x kb:naming kb:naming-unnamed . ?found kb:speaker ?x", tied)
        heard |= self.look.follow("?found kb:relay ?x", heard)
        return heard | self.look.follow("?found kb:source ?x", self._copied(sources))

    def _spoken_on(self, assertions: Iterable[str]) -> set[str]:
        """Return the claims of assertions. An assertion without a claim stays itself."""
        pattern = "?x a kb:Assertion . OPTIONAL { ?x kb:claim ?found }"
        rows = self.look.rows("?x ?found", "?x", pattern, ((self.look.iri(a),) for a in assertions))
        return {claim or assertion for assertion, claim in rows}

    def _people(self, before: Tables, after: Tables) -> tuple[set[str], set[str]]:
        """Return the entities whose side or identity may have changed, and those that gained or
        lost an affiliation.
        """
        changed = differing(before.affiliations, after.affiliations)
        tied = {end for tie in changed for end in ends(tie)}
        upon = {key("entity/", e.id) for e in _beyond(before.entities, after.entities, EntityRow)}
        # An entity without any fields still matters to those that are judged to be the same.
        upon |= {key("entity/", id) for id in _ids(before.entities) ^ _ids(after.entities)}
        for tie in changed:
            order = above(tie)
            upon |= {key("entity/", order[0])} if order else ends(tie)
        feuding = {end for tie in changed if tie.relation == "rival-of" for end in ends(tie)}
        feuding |= {end for end in judged(before, after) if end.startswith("entity/")}
        upon |= self._feuding(self.rules.alike(feuding))
        members = grouped(
            (key("entity/", order[1]), key("entity/", order[0]))
            for t in self.affiliations
            if (order := above(t))
        )
        return self.rules.stepwise(upon, members), self.rules.alike(tied)

    def _feuding(self, people: set[str]) -> set[str]:
        """Return these entities and their allies, because rivals of an ally count as rivals."""
        allied = (t for t in self.affiliations if t.relation in ALLIES)
        return people.union(*(ends(t) for t in allied if not people.isdisjoint(ends(t))))

    def _copied(self, sources: Iterable[str]) -> set[str]:
        """Return sources and all their direct and indirect copies."""
        return closed(sources, lambda new: linked(self.frame.copies, new))

    def near(
        self, claims: Iterable[str], before: Tables = Tables(), steps: int = STEPS
    ) -> set[str]:
        """Return the claims that can affect the status of these, and those that these can affect;
        in one step, those that these can meet. `before` has rows of some of them as they were.
        """
        rows = [c for c in before.claims if c.subject and c.predicate]
        return self.rules.near(claims, {triple_of(row) for row in rows}, steps)

    def tables(self, claims: Iterable[str], assertions: Iterable[str] = ()) -> Tables:
        """Return the tables with everything that can affect these claims, and with these
        assertions.
        """
        return self.part(self.near(claims), assertions=assertions)

    def part(
        self,
        claims: AbstractSet[str],
        read: Tables = Tables(),
        assertions: Iterable[str] = (),
    ) -> Tables:
        """Return the tables with these claims and assertions, what is said on these claims, and all
        that this depends on, without other claims. What was `read` before is included.
        """
        wanted = claims - {key("claim/", row.id) for row in read.claims}
        said = {*assertions, *self.rules.links.assertions(wanted)}
        needed = self.rules.needed(wanted, self.affiliations, self.look.closed(_REVISED, said))
        only = {
            "claim": needed.claims,
            "assertion": needed.assertions,
            "source": needed.sources,
            "entity": needed.people,
        }
        narrow = {name: sorted(map(self.look.iri, ids)) for name, ids in only.items()}
        found = extraction.read_records(self.look, {**dict.fromkeys(_FEW, ()), **narrow})
        return replace(
            self.few,
            claims=_together(read.claims, found.claims),
            assertions=_together(read.assertions, found.assertions),
            sources=_together(read.sources, found.sources),
            entities=_together(read.entities, found.entities),
        )


def judged(before: Tables, after: Tables) -> set[str]:
    """Return the keys of the records of judgements that differ."""
    rows = differing(before.judgements, after.judgements)
    return {end for j in rows for end in (j.about, j.other) if end}


def _stated(before: Tables, after: Tables) -> set[str]:
    """Return the claims that differ, and those of assertions that differ."""
    claims = differing(before.claims, after.claims)
    found = {key("claim/", id) for row in claims for id in (row.id, row.revision_of) if id}
    for row in differing(before.assertions, after.assertions):
        found.add(key("claim/", row.claim) if row.claim else key("assertion/", row.id))
    return found


def triple_of(row: ClaimRow) -> Triple:
    """Return what a claim says: subject, predicate, and the second entity or ""."""
    about = entity_object(row)
    thing = key("entity/", about) if about else ""
    return key("entity/", row.subject or ""), row.predicate or "", thing


def reach(look: Lookups, before: Tables = Tables()) -> Reach:
    """Return the look-ups for a change. `before` has old rows, whose ties and judgements count as
    well.
    """
    few = extraction.read(look, {name: () for name in extraction.KEYS if name not in _FEW})
    within = [
        *look.all("?x kb:within ?found"),
        *((key("entity/", e.id), key("entity/", w)) for e in before.entities for w in e.within),
    ]
    versions = look.all("?x kb:versionOf ?found")
    past = [pair for source in before.sources for pair in lineage(source)]
    copies = [
        *look.all("?x kb:copyOf ?found"),
        *versions,
        *((earlier, later) for later, earlier in versions),
        *((key("source/", one), key("source/", other)) for one, other in past),
    ]
    rules = frame({*few.judgements, *before.judgements}, declared(few), within, copies)
    ties = tuple({*few.affiliations, *before.affiliations})
    return Reach(look, few, ties, Neighbourhood(IndexLinks(look), rules))


def differing(before: Iterable[_Row], after: Iterable[_Row]) -> set[_Row]:
    """Return the rows that are in only one of the two, before and after."""
    return set(before) ^ set(after)


def _together(*both: Iterable[_Kept]) -> tuple[_Kept, ...]:
    """Return the rows of both, each once, sorted by id."""
    found: dict[str, _Kept] = {row.id: row for rows in both for row in rows}
    return tuple(found[id] for id in sorted(found))


def _ids(rows: Iterable[_Named]) -> set[str]:
    """Return the ids of rows."""
    return {row.id for row in rows}


def _beyond(
    before: Iterable[_Named], after: Iterable[_Named], plain: Callable[[str], _Named]
) -> list[_Named]:
    """Return the rows that differ, before and after. A missing row counts as one without any
    fields.
    """
    old = {row.id: row for row in before}
    new = {row.id: row for row in after}
    both = [(old.get(id) or plain(id), new.get(id) or plain(id)) for id in old.keys() | new.keys()]
    return [row for pair in both if pair[0] != pair[1] for row in pair]
