"""Surroundings of claims in tables: the part that can matter to them.

Their statuses computed from this part are the same as those computed from everything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TypeVar

from kb.reasoning.analysis.neighbourhood import Neighbourhood, Triple, ends, frame, key, lineage
from kb.reasoning.content.propositions import declared
from kb.reasoning.graph import Many, both, closed, grouped, linked
from kb.reasoning.speakers.affiliations import ALLIES, above
from kb.reasoning.speakers.voices import participants
from kb.reasoning.tables import AffiliationRow, AssertionRow, ClaimRow, Tables, entity_object

# Key of a record → the positions of its rows in a table.
Positions = Mapping[str, Sequence[int]]
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class TableLinks:
    """Links between the rows of tables (`neighbourhood.Links`)."""

    versions: Many
    said_of: Mapping[str, Triple]
    two: Many
    subjects: Many
    objects: Many
    wholes: Collection[str]
    said: Many
    source: Many
    parts: Many  # claim, assertion or source → the people in it

    def revisions(self, claims: Collection[str]) -> set[str]:
        """Return the claims that these replaced or depend on, the claims that replaced or depend
        on these, and those of other versions of their assertions.
        """
        return linked(self.versions, claims)

    def triples(self, claims: Collection[str]) -> list[Triple]:
        """Return the triples of claims with a subject and a predicate."""
        return [self.said_of[claim] for claim in claims if claim in self.said_of]

    def of_two(self, pairs: Collection[tuple[str, str]]) -> set[str]:
        """Return the claims with one of these subjects and its object."""
        return linked(self.two, map(" ".join, pairs))

    def of_subject(self, pairs: Collection[tuple[str, str]]) -> set[str]:
        """Return the claims with one of these subjects and its predicate."""
        return linked(self.subjects, map(" ".join, pairs))

    def of_object(self, pairs: Collection[tuple[str, str]]) -> set[str]:
        """Return the claims with one of these objects and its predicate."""
        return linked(self.objects, map(" ".join, pairs))

    def whole(self, claims: Collection[str]) -> set[str]:
        """Return those of these claims that are about the whole of a thing."""
        return {claim for claim in claims if claim in self.wholes}

    def of_whole_subject(self, pairs: Collection[tuple[str, str]]) -> set[str]:
        """Return the claims about the whole of a thing with one of these subjects and its
        predicate.
        """
        return self.whole(self.of_subject(pairs))

    def of_whole_object(self, pairs: Collection[tuple[str, str]]) -> set[str]:
        """Return the claims about the whole of a thing with one of these objects and its
        predicate.
        """
        return self.whole(self.of_object(pairs))

    def assertions(self, claims: Collection[str]) -> set[str]:
        """Return the assertions on claims."""
        return linked(self.said, claims)

    def sources(self, assertions: Collection[str]) -> set[str]:
        """Return the sources of assertions."""
        return linked(self.source, assertions)

    def people(
        self, claims: Collection[str], assertions: Collection[str], sources: Collection[str]
    ) -> set[str]:
        """Return who takes part in claims, speaks or relays in assertions, or wrote sources."""
        return linked(self.parts, (*claims, *assertions, *sources))


def table_links(tables: Tables) -> TableLinks:
    """Return the links between the rows of tables."""
    triples = {_claim(c.id): _triple(c) for c in tables.claims if c.subject and c.predicate}
    stated = [(claim, *triple) for claim, triple in triples.items()]
    assertions = tables.assertions
    return TableLinks(
        versions=_versions(tables),
        said_of=triples,
        two=grouped((f"{subject} {thing}", claim) for claim, subject, _, thing in stated if thing),
        subjects=grouped((f"{subject} {name}", claim) for claim, subject, name, _ in stated),
        objects=grouped((f"{thing} {name}", claim) for claim, _, name, thing in stated if thing),
        wholes={_claim(claim.id) for claim in tables.claims if claim.extent == "whole"},
        said=grouped((_claim(row.claim), _assertion(row.id)) for row in assertions if row.claim),
        source=grouped(
            (_assertion(row.id), _source(row.source)) for row in assertions if row.source
        ),
        parts=grouped(_parts(tables)),
    )


def _versions(tables: Tables) -> Many:
    claims = tables.claims
    pairs = [(_claim(c.id), _claim(c.revision_of)) for c in claims if c.revision_of]
    pairs += [(_claim(c.id), _claim(on)) for c in claims for on in c.condition_claims]
    return both([*pairs, *_moved(tables.assertions)])


def _moved(assertions: Iterable[AssertionRow]) -> Iterable[tuple[str, str]]:
    """Yield pairs of the claims that two versions of an assertion are on."""
    rows = {row.id: row for row in assertions}
    versions = both((row.id, row.revision_of) for row in rows.values() if row.revision_of)
    for id in versions:
        others = closed([id], lambda new: linked(versions, new))
        claims = {row.claim for other in others if (row := rows.get(other)) and row.claim}
        yield from combinations(map(_claim, sorted(claims)), 2)


def _triple(claim: ClaimRow) -> Triple:
    about = entity_object(claim)
    thing = _entity(about) if about else ""
    return _entity(claim.subject or ""), claim.predicate or "", thing


def _parts(tables: Tables) -> Iterable[tuple[str, str]]:
    """Yield claims, assertions and sources, each with a person in it."""
    for claim in tables.claims:
        for person in participants(claim):
            yield _claim(claim.id), _entity(person)
    for row in tables.assertions:
        for person in filter(None, (row.speaker, *row.on_behalf, *row.relays)):
            yield _assertion(row.id), _entity(person)
    for source in tables.sources:
        for person in filter(None, (source.author, source.publisher, *source.co_authors)):
            yield _source(source.id), _entity(person)


def _claim(id: str) -> str:
    return key("claim/", id)


def _assertion(id: str) -> str:
    return key("assertion/", id)


def _source(id: str) -> str:
    return key("source/", id)


def _entity(id: str) -> str:
    return key("entity/", id)


@dataclass(frozen=True, slots=True)
class Places:
    """The positions of rows in their tables, by key."""

    claims: Positions
    assertions: Positions
    sources: Positions
    entities: Positions


def _places(tables: Tables) -> Places:
    return Places(
        _positions(_claim(row.id) for row in tables.claims),
        _positions(_assertion(row.id) for row in tables.assertions),
        _positions(_source(row.id) for row in tables.sources),
        _positions(_entity(row.id) for row in tables.entities),
    )


def _positions(keys: Iterable[str]) -> Positions:
    """Return the positions of each key, in order."""
    found: dict[str, list[int]] = defaultdict(list)
    for position, one in enumerate(keys):
        found[one].append(position)
    return dict(found)


def _picked(rows: Sequence[_Row], places: Positions, keys: Iterable[str]) -> tuple[_Row, ...]:
    """Return the rows with these keys, in the order of the table."""
    return tuple(rows[n] for n in sorted(n for one in set(keys) for n in places.get(one, ())))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Tables with a lookup of the records near a claim. Build it once with `surroundings`.

    Ids of claims, sources and people have no path, as in the rows.
    """

    tables: Tables
    rules: Neighbourhood
    claims: frozenset[str]
    ties: Many  # person → positions of their ties
    places: Places
    _near: dict[str, frozenset[str]] = field(default_factory=dict)

    def near(self, claims: Iterable[str]) -> frozenset[str]:
        """Return the claims that can matter to these, and to which these can matter."""
        found: set[str] = set()
        for claim in claims:
            if claim in self.claims:
                if claim not in self._near:
                    keys = self.rules.near([_claim(claim)])
                    self._near[claim] = frozenset(map(_bare, keys)) & self.claims
                found |= self._near[claim]
        return frozenset(found)

    def around(self, claims: Iterable[str]) -> Tables:
        """Return the tables with only what can matter to these claims, in the same order.
        Predicates and policies stay complete.
        """
        return self.part(self.near(claims))

    def part(self, claims: Iterable[str]) -> Tables:
        """Return the tables with these claims only, and with what their statuses depend on."""
        near = set(map(_claim, claims))
        ties = sorted(self._tied(near))
        rows = [self.tables.affiliations[n] for n in ties]
        needed = self.rules.needed(near, rows)
        judged = near | set(needed.sources)
        return replace(
            self.tables,
            claims=_picked(self.tables.claims, self.places.claims, near),
            assertions=_picked(self.tables.assertions, self.places.assertions, needed.assertions),
            sources=_picked(self.tables.sources, self.places.sources, needed.sources),
            affiliations=tuple(rows),
            judgements=tuple(
                j
                for j in self.tables.judgements
                if j.about in judged or (j.about or "").startswith("entity/")
            ),
            entities=_picked(self.tables.entities, self.places.entities, needed.people),
        )

    def rows(self, claims: Iterable[str]) -> dict[str, ClaimRow]:
        """Return claim → its row."""
        keys = map(_claim, claims)
        return {row.id: row for row in _picked(self.tables.claims, self.places.claims, keys)}

    def together(self, claims: Iterable[str]) -> frozenset[str]:
        """Return these claims and those judged together with them."""
        return frozenset(map(_bare, self.rules.together(map(_claim, claims)))) & self.claims

    def meeting(self, claims: Iterable[str], steps: int = 1) -> frozenset[str]:
        """Return these claims, those that may contradict or decide them, and those judged together
        with any of them. With more steps, also those that these may meet.
        """
        found = self.rules.near(map(_claim, claims), steps=steps)
        return frozenset(map(_bare, found)) & self.claims

    def everybody(self, claims: Iterable[str]) -> frozenset[str]:
        """Return the keys of the entities that the statuses of claims depend on."""
        near = set(map(_claim, claims))
        ties = [self.tables.affiliations[n] for n in self._tied(near)]
        return frozenset(self.rules.needed(near, ties).people)

    def lineage(self, *claims: str) -> frozenset[str]:
        """Return the sources with assertions on claims, and those they were copied from."""
        said = self.rules.links.assertions(set(map(_claim, claims)))
        return frozenset(map(_bare, self.rules.lineage(said)))

    def people(self, claim: str) -> frozenset[str]:
        """Return who speaks on a claim or takes part in it, including the authors of documents and
        of their originals.
        """
        return frozenset(map(_bare, self.rules.people({_claim(claim)})))

    def tied(self, *claims: str) -> list[AffiliationRow]:
        """Return the ties that decide on whose side the people in claims are."""
        return [self.tables.affiliations[n] for n in sorted(self._tied(set(map(_claim, claims))))]

    def _tied(self, claims: Collection[str]) -> set[int]:
        """Return the positions of the ties of the people in these claims, of their parties, and of
        the allies of both.
        """
        upward = closed(self.rules.around(self.rules.people(claims)), self._parties)
        allied = {end for tie in self._of(upward) if tie.relation in ALLIES for end in ends(tie)}
        return {int(n) for n in linked(self.ties, upward | self.rules.alike(allied))}

    def _parties(self, people: Collection[str]) -> set[str]:
        """Return the parties that these people belong to, and their owners."""
        order = [two for tie in self._of(people) if (two := above(tie))]
        return self.rules.alike(_entity(high) for low, high in order if _entity(low) in people)

    def _of(self, people: Iterable[str]) -> Iterable[AffiliationRow]:
        """Return the ties of these people."""
        return (self.tables.affiliations[int(n)] for n in linked(self.ties, people))


def _bare(key: str) -> str:
    """Return the id of a key."""
    return key if "://" in key else key.partition("/")[2]


def surroundings(tables: Tables) -> Surroundings:
    """Return tables with a lookup of the records near a claim.

    >>> from kb.reasoning.tables import ClaimRow
    >>> surroundings(Tables(claims=(ClaimRow("a"),))).near(["a"])
    frozenset({'a'})
    """
    rules = Neighbourhood(
        table_links(tables),
        frame(
            tables.judgements,
            declared(tables),
            ((_entity(e.id), _entity(w)) for e in tables.entities for w in e.within),
            [(_source(one), _source(other)) for s in tables.sources for one, other in lineage(s)],
        ),
    )
    ties = grouped((end, str(n)) for n, t in enumerate(tables.affiliations) for end in ends(t))
    claims = frozenset(c.id for c in tables.claims)
    return Surroundings(tables, rules, claims, ties, _places(tables))


def neighbourhood(tables: Tables, claims: Collection[str]) -> Tables:
    """Return the tables with only what can matter to these claims.

    >>> from kb.reasoning.tables import ClaimRow
    >>> one = ClaimRow("a", subject="x", predicate="took", object="town")
    >>> other = ClaimRow("b", subject="y", predicate="took", object="hill")
    >>> [claim.id for claim in neighbourhood(Tables(claims=(one, other)), ["a"]).claims]
    ['a']
    """
    return surroundings(tables).around(claims)
