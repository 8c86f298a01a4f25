"""Interface of RDF stores: a few methods, and one named graph for each file of records.

The default graph of every query is the union of all graphs. Callers use plain terms
(`kb.model.rdf_terms`) and need no RDF library.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from kb.model.rdf_terms import Answer, Term, Triple

__all__ = ["Answer", "Reader", "Store", "Term", "Triple"]


class Reader(Protocol):
    """A store that can be queried. A read-only store has no other methods."""

    def select(self, query: str) -> Answer:
        """Return the rows of a SELECT."""
        ...

    def ask(self, query: str) -> bool:
        """Return the result of an ASK."""
        ...

    def construct(self, query: str) -> Sequence[Triple]:
        """Return the triples of a CONSTRUCT or DESCRIBE, without duplicates, sorted."""
        ...

    def graphs(self) -> Sequence[str]:
        """Return the IRIs of the graphs, sorted."""
        ...

    def close(self) -> None:
        """Release the store's resources. Calls after that are errors."""
        ...


class Store(Reader, Protocol):
    """A store that can also be written. A graph of records is always replaced as a unit."""

    def replace(self, graph: str, triples: Iterable[Triple]) -> None:
        """Replace the triples of `graph`. Without any triples, the graph is removed."""
        ...

    def change(self, graph: str, gone: Iterable[Triple], new: Iterable[Triple]) -> None:
        """Remove triples from `graph` and add others, in one transaction.

        It is for large graphs of derived data, of which only a part changes.
        """
        ...
