"""The seam for stores: a few methods, one graph a file. The union of all graphs is the default
graph of every query.

Plain terms go in and come out (`kb.model.rdf_terms`), so that callers know no library.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from kb.model.rdf_terms import Answer, Term, Triple

__all__ = ["Answer", "Reader", "Store", "Term", "Triple"]


class Reader(Protocol):
    """What every back end can do; a read-only one does no more."""

    def select(self, query: str) -> Answer:
        """Rows of a SELECT."""
        ...

    def ask(self, query: str) -> bool:
        """Truth of an ASK."""
        ...

    def construct(self, query: str) -> Sequence[Triple]:
        """Triples of a CONSTRUCT or DESCRIBE, without duplicates, sorted."""
        ...

    def graphs(self) -> Sequence[str]:
        """IRIs of the graphs, sorted."""
        ...

    def close(self) -> None:
        """Free what the store holds; further calls are an error."""
        ...


class Store(Reader, Protocol):
    """A store that can also be written: a graph of records is always replaced whole."""

    def replace(self, graph: str, triples: Iterable[Triple]) -> None:
        """Make `graph` hold exactly `triples`; none at all removes it."""
        ...

    def change(self, graph: str, gone: Iterable[Triple], new: Iterable[Triple]) -> None:
        """Take triples out of `graph` and put others in, in one transaction; for what is derived,
        which may be large.
        """
        ...
