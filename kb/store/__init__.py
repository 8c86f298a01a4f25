"""The seam for stores: a few methods, one graph a file. The union of all graphs is the default graph of every query.

Terms and quads are pyoxigraph's where triples go in; results come out as plain `Answer` rows, so that callers know no library.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class Term(NamedTuple):
    """One value of an answer: `kind` is iri, literal or bnode; `datatype` an IRI, empty for iri and bnode."""

    kind: str
    value: str
    datatype: str = ""
    language: str = ""


Triple = tuple[Term, Term, Term]


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows in query order; an unbound value is None."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]

    def dicts(self) -> Iterator[dict[str, str | None]]:
        """Each row as variable → text."""
        for row in self.rows:
            yield {v: t.value if t else None for v, t in zip(self.variables, row, strict=True)}


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
    """A store that can also be written: a graph is always replaced whole."""

    def replace(self, graph: str, triples: Iterable[Triple]) -> None:
        """Make `graph` hold exactly `triples`; none at all removes it."""
        ...
