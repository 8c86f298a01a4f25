"""RDF terms as plain values, independent of any library, so that all stores can exchange them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple


class Term(NamedTuple):
    """An RDF term. `kind` is iri, literal or bnode; only a literal has a `datatype`, an IRI."""

    kind: str
    value: str
    datatype: str = ""
    language: str = ""


Triple = tuple[Term, Term, Term]


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a query's result, in order. An unbound value is None."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]

    def dicts(self) -> Iterator[dict[str, str | None]]:
        """Yield each row as variable → text."""
        for row in self.rows:
            yield {v: t.value if t else None for v, t in zip(self.variables, row, strict=True)}
