"""Look-ups of links in the index for a few records. The cost depends on the result, not on the
size of the index.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from kb.model import vocabulary
from kb.model.rdf_terms import Term, Triple
from kb.model.vocabulary import NS, PREDICATES, RDF
from kb.reasoning.graph import closed
from kb.store import Reader

# Who has a part in a claim, and where.
ROLES: Final = "|".join(("rdf:subject", "rdf:object", *(f"kb:{role}" for role in vocabulary.ROLES)))
_PREFIXES: Final = (
    f"PREFIX kb: <{NS}> PREFIX rdf: <{RDF}> PREFIX prov: <http://www.w3.org/ns/prov#> "
)
# Values in one query. From about a thousand on, Oxigraph reads all records of a type first and
# compares each with every value: 22 s in place of 0.1 s in a base of 10,000 claims.
_AT_ONCE: Final = 400


@dataclass(frozen=True, slots=True)
class Lookups:
    """Look-ups by id in one store; `base` is the knowledge base's IRI. An id is path and slug
    (`claim/x`), or an IRI from elsewhere.

    >>> from kb.store.oxigraph import EmbeddedStore
    >>> from kb.model.rdf_terms import Term
    >>> store = EmbeddedStore(None)
    >>> named = ("https://x.org/assertion/a", NS + "claim", "https://x.org/claim/c")
    >>> row = tuple(Term("iri", iri) for iri in named)
    >>> store.replace("https://x.org/file", [row])
    >>> Lookups(store, "https://x.org/").follow("?x kb:claim ?found", ["assertion/a"])
    {'claim/c'}
    """

    store: Reader
    base: str

    def iri(self, id: str) -> str:
        """Return the IRI of an id."""
        return id if "://" in id else self.base + id

    def id(self, iri: str) -> str:
        """Return the id of an IRI: path and slug, a predicate's slug, or the IRI itself."""
        return iri.removeprefix(self.base).removeprefix(PREDICATES)

    def follow(self, pattern: str, ids: Iterable[str]) -> set[str]:
        """Return everything that a pattern finds (`?found`) from these ids (`?x`)."""
        start = [(self.iri(id),) for id in ids]
        rows = self.rows("?found", "?x", pattern, start)
        return {found for (found,) in rows if found}

    def all(self, pattern: str) -> list[tuple[str, str]]:
        """Return every pair of ids (`?x`, `?found`) of a pattern."""
        answer = self.store.select(f"{_PREFIXES}SELECT ?x ?found {{ {pattern} }}")
        return [(self.id(x.value), self.id(found.value)) for x, found in answer.rows if x and found]

    def closed(self, pattern: str, ids: Iterable[str]) -> set[str]:
        """Return these ids and everything that a pattern reaches from them, step by step."""
        return closed(ids, lambda new: self.follow(pattern, new))

    def rows(
        self, wanted: str, given: str, pattern: str, values: Iterable[Sequence[str]]
    ) -> list[tuple[str, ...]]:
        """Return rows of ids for the `wanted` variables, for each row of IRIs for the `given`
        ones. An unbound variable is empty.
        """
        out: list[tuple[str, ...]] = []
        todo = iter(sorted(set(map(tuple, values))))
        while part := list(islice(todo, _AT_ONCE)):
            listed = " ".join(map(_listed, part))
            query = f"{_PREFIXES}SELECT {wanted} {{ VALUES ({given}) {{ {listed} }} {pattern} }}"
            for row in self.store.select(query).rows:
                out.append(tuple(self.id(cell.value) if cell else "" for cell in row))
        return out

    def types(self, iris: Iterable[str]) -> list[Triple]:
        """Return the types of these records, by their IRIs."""
        kind = Term("iri", RDF + "type")
        rows = self.rows("?x ?found", "?x", "?x a ?found", ((iri,) for iri in iris))
        return [(Term("iri", self.iri(id)), kind, Term("iri", found)) for id, found in rows]

    def typed(self, kind: str) -> list[Triple]:
        """Return every triple about the resources of a type (an IRI), in any graph."""
        return self._triples(f"?s a <{kind}> ; ?p ?o")

    def recorded(self, kind: str, subjects: Iterable[str] | None = None) -> list[Triple]:
        """Return the triples about records of a type (an IRI): about these subjects (IRIs), or
        about all. What a graph says of a record counts only if that graph states the type.
        """
        pattern = f"GRAPH ?g {{ %s?s a <{kind}> ; ?p ?o }}"
        if subjects is None:
            return self._triples(pattern % "")
        out: list[Triple] = []
        todo = iter(sorted(set(subjects)))
        while part := list(islice(todo, _AT_ONCE)):
            listed = " ".join(f"<{iri}>" for iri in part)
            out += self._triples(pattern % f"VALUES ?s {{ {listed} }} ")
        return out

    def _triples(self, pattern: str) -> list[Triple]:
        answer = self.store.select(f"SELECT ?s ?p ?o {{ {pattern} }}")
        return [(s, p, o) for s, p, o in answer.rows if s and p and o]

    def statements(
        self, graph: str, subjects: Iterable[str], objects: Iterable[str] = ()
    ) -> set[Triple]:
        """Return the triples of one graph with these subjects, and those with these objects
        (IRIs).
        """
        out: set[Triple] = set()
        for side, iris in (("?s", subjects), ("?o", objects)):
            todo = iter(sorted(set(iris)))
            while part := list(islice(todo, _AT_ONCE)):
                listed = " ".join(f"<{iri}>" for iri in part)
                where = f"VALUES {side} {{ {listed} }} GRAPH <{graph}> {{ ?s ?p ?o }}"
                query = f"SELECT ?s ?p ?o {{ {where} }}"
                out |= {(s, p, o) for s, p, o in self.store.select(query).rows if s and p and o}
        return out


def _listed(row: Iterable[str]) -> str:
    """Return a row of IRIs for VALUES."""
    return f"({' '.join(f'<{iri}>' for iri in row)})"
