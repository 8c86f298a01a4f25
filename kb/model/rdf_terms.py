"""Plain RDF values for the seams: they cross stores of three libraries and the pipe of a child
process.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple


class Term(NamedTuple):
    """One value of an answer: `kind` is iri, literal or bnode; `datatype` an IRI, empty for iri and
    bnode.
    """

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
