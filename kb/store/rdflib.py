"""The reference: rdflib in memory. Slow and faithful; the other back ends are measured against it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import rdflib
from pyparsing import ParseBaseException
from rdflib.query import Result

from kb.errors import KbError
from kb.store import Answer, Triple, terms
from kb.store import faults as fault


class MemoryStore:
    """A store that ends with the process and keeps every literal as written.

    >>> from kb.store import Term
    >>> store = MemoryStore()
    >>> e = [Term("iri", f"https://example.org/{n}") for n in ("s", "p")]
    >>> store.replace("https://example.org/g", [(e[0], e[1], Term("literal", "01", rdflib.XSD.integer))])
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
        except (
            Exception
        ) as error:  # rdflib raises bare Exception, for an undeclared prefix and the like
            raise fault.syntax(query, 0, 0, str(error)[:100]) from None
        if found.type not in forms:
            raise fault.other_form(" or ".join(forms))
        return found

    def select(self, query: str) -> Answer:
        """Rows of a SELECT, in query order."""
        found = self._query(query, "SELECT")
        variables = found.vars or []
        cells = (tuple(row.get(v) for v in variables) for row in found.bindings)
        return Answer(
            tuple(map(str, variables)),
            tuple(tuple(None if c is None else terms.term(c) for c in row) for row in cells),
        )

    def ask(self, query: str) -> bool:
        """Truth of an ASK."""
        return bool(self._query(query, "ASK").askAnswer)

    def construct(self, query: str) -> Sequence[Triple]:
        """Triples of a CONSTRUCT or DESCRIBE, without duplicates, sorted."""
        return terms.triples(self._query(query, "CONSTRUCT", "DESCRIBE").graph or ())

    def graphs(self) -> Sequence[str]:
        """IRIs of the graphs, sorted."""
        return sorted(
            str(g.identifier)
            for g in self._live.graphs()
            if len(g) and isinstance(g.identifier, rdflib.URIRef)
        )

    def replace(self, graph: str, triples: Iterable[Triple]) -> None:
        """Make `graph` hold exactly `triples`; none at all removes it."""
        name = terms.iri(graph)
        new = [(terms.node(s), terms.iri(p.value), terms.node(o)) for s, p, o in triples]
        self._live.remove_graph(name)
        if new:
            target = self._live.graph(name)
            for triple in new:
                target.add(triple)

    def change(self, graph: str, gone: Iterable[Triple], new: Iterable[Triple]) -> None:
        """Take triples out of `graph` and put others in."""
        target = self._live.graph(terms.iri(graph))
        for s, p, o in gone:
            target.remove((terms.node(s), terms.iri(p.value), terms.node(o)))
        for s, p, o in new:
            target.add((terms.node(s), terms.iri(p.value), terms.node(o)))

    def close(self) -> None:
        """Let go of the data; closing twice does no harm."""
        self._dataset = None
