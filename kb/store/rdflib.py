"""The reference store: rdflib in memory.

It is slow but exact; the tests compare the other stores with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import rdflib
from pyparsing import ParseBaseException
from rdflib.query import Result

from kb.errors import KbError
from kb.store import Answer, Term, Triple, terms
from kb.store import faults as fault


class MemoryStore:
    """A store in memory that keeps every literal as written.

    >>> from kb.store import Term
    >>> store = MemoryStore()
    >>> s, p = (Term("iri", f"https://example.org/{n}") for n in ("s", "p"))
    >>> store.replace("https://example.org/g", [(s, p, Term("literal", "01", rdflib.XSD.integer))])
    >>> list(store.select("SELECT ?o { ?s ?p ?o }").dicts())
    [{'o': '01'}]
    """

    def __init__(self) -> None:
        self._dataset: rdflib.Dataset | None = rdflib.Dataset(default_union=True)

    @property
    def _live(self) -> rdflib.Dataset:
        if self._dataset is None:
            raise fault.closed()
        return self._dataset

    def _query(self, query: str, *forms: str) -> Result:
        try:
            found = self._live.query(query)
        except ParseBaseException as error:
            raise fault.syntax(query, error.lineno, error.column) from None
        except RecursionError:
            raise fault.failed("it is nested too deeply") from None
        except KbError:
            raise
        except Exception as error:
            # rdflib raises bare Exception, for example for an undeclared prefix.
            raise fault.syntax(query, 0, 0, str(error)[:100]) from None
        if found.type not in forms:
            raise fault.other_form(" or ".join(forms))
        return found

    def select(self, query: str) -> Answer:
        """Return the rows of a SELECT, in the order of the query."""
        found = self._query(query, "SELECT")
        variables = found.vars or []
        rows = tuple(tuple(_cell(row.get(v)) for v in variables) for row in found.bindings)
        return Answer(tuple(map(str, variables)), rows)

    def ask(self, query: str) -> bool:
        """Return the result of an ASK."""
        return bool(self._query(query, "ASK").askAnswer)

    def construct(self, query: str) -> Sequence[Triple]:
        """Return the triples of a CONSTRUCT or DESCRIBE, without duplicates, sorted."""
        return terms.triples(self._query(query, "CONSTRUCT", "DESCRIBE").graph or ())

    def graphs(self) -> Sequence[str]:
        """Return the IRIs of the graphs, sorted."""
        return sorted(
            str(g.identifier)
            for g in self._live.graphs()
            if len(g) and isinstance(g.identifier, rdflib.URIRef)
        )

    def replace(self, graph: str, triples: Iterable[Triple]) -> None:
        """Replace the triples of `graph`. Without any triples, it is removed."""
        name = terms.iri(graph)
        new = [(terms.node(s), terms.iri(p.value), terms.node(o)) for s, p, o in triples]
        self._live.remove_graph(name)
        if new:
            target = self._live.graph(name)
            for triple in new:
                target.add(triple)

    def change(self, graph: str, gone: Iterable[Triple], new: Iterable[Triple]) -> None:
        """Remove triples from `graph` and add others."""
        target = self._live.graph(terms.iri(graph))
        for s, p, o in gone:
            target.remove((terms.node(s), terms.iri(p.value), terms.node(o)))
        for s, p, o in new:
            target.add((terms.node(s), terms.iri(p.value), terms.node(o)))

    def close(self) -> None:
        """Release the data. Closing twice is allowed."""
        self._dataset = None


def _cell(node: object) -> Term | None:
    return None if node is None else terms.term(node)
