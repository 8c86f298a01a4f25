"""Answers of questions as rows, with the passages of the quotes in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from kb.model.rdf_terms import Answer
from kb.presentation.passages import passage

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.model.rdf_terms import Term, Triple
    from kb.presentation.passages import Passage
    from kb.workspace.catalogs.catalog import Known
    from kb.workspace.files.saved_queries import SavedQuery

    Quotes = Mapping[Term | None, Passage]

Row = list[object]
TRIPLE: Final = ("subject", "predicate", "object")
# Part of the id of a quote, between its source and its offsets (RFC 5147).
QUOTE: Final = "#char="
# The variable that saved questions use for the stored words of a quote.
STORED: Final = "fragment"


def laid_out(
    kb: Answers, answer: Answer, quotes: Quotes, readable: bool
) -> tuple[list[str], list[Row]]:
    """Return the columns and rows of an answer, with the passages of its quotes.

    Readable rows have a passage in the place of its quote. Programs get it in two more columns,
    `passage` and `place`, or with `quote_` before the name where the question has such a column.
    """
    columns = list(answer.variables)
    rows = [_row(kb, terms) for terms in answer.rows]
    if quotes and readable:
        _read_quotes(columns, rows, answer, quotes)
    elif quotes:
        _add_passages(columns, rows, answer, quotes)
    return columns, rows


def keys(kb: Answers, answer: Answer) -> list[list[str]]:
    """Return, for each value of an answer, the key of the record that it names, or ""."""
    return [_keys(kb.folder.base, terms) for terms in answer.rows]


def _keys(base: str, terms: Iterable[Term | None]) -> list[str]:
    iris = (term.value if term and term.kind == "iri" else "" for term in terms)
    return [iri.removeprefix(base) if iri.startswith(base) else "" for iri in iris]


def triples(kb: Answers, found: Iterable[Triple]) -> list[Row]:
    """Return a row for each triple, in the order of TRIPLE."""
    return [_row(kb, triple) for triple in found]


def _row(kb: Answers, terms: Iterable[Term | None]) -> Row:
    return [kb.short(term) if term else None for term in terms]


def _read_quotes(columns: list[str], rows: list[Row], answer: Answer, quotes: Quotes) -> None:
    """Replace each quote by its passage, and leave out the stored words, which are part of it."""
    for row, terms in zip(rows, answer.rows, strict=True):
        for n, term in enumerate(terms):
            if term in quotes:
                row[n] = quotes[term].read()
    if STORED in columns:
        at = columns.index(STORED)
        columns.pop(at)
        for row in rows:
            row.pop(at)


def _add_passages(columns: list[str], rows: list[Row], answer: Answer, quotes: Quotes) -> None:
    """Add the passage and the place of the first quote of each row. A question that has a column
    of this name keeps it, and ours is called `quote_passage` or `quote_place`.
    """
    for name in ("passage", "place"):
        columns.append(_free(name, columns))
    for row, terms in zip(rows, answer.rows, strict=True):
        found = next((quotes[term] for term in terms if term in quotes), None)
        row += [found.words or None, found.place] if found else [None, None]


def _free(name: str, columns: Iterable[str]) -> str:
    """Return a name for a new column that no column has.

    >>> _free("place", ["place", "quote"]), _free("place", ["quote"])
    ('quote_place', 'place')
    """
    taken = set(columns)
    while name in taken:
        name = f"quote_{name}"
    return name


def passages(kb: Answers, answer: object, known: Known | None = None) -> Quotes:
    """Return the quotes among the values, with their passages. `known` are the records, if they
    were read already.
    """
    if not isinstance(answer, Answer):
        return {}
    terms = {term for row in answer.rows for term in row}
    quotes = {t for t in terms if t and t.kind == "iri" and QUOTE in t.value}
    if not quotes:
        return {}
    known = known or kb.known()
    return {t: passage(kb, known, kb.short(t)) for t in quotes}


def ordered(found: Iterable[SavedQuery]) -> list[SavedQuery]:
    """Return the questions for people: those for every subject before those about conflicts."""
    asked = (query for query in found if query.group in {"questions", "exports"})
    return sorted(asked, key=lambda query: "conflict" in query.tags)


def question(query: SavedQuery) -> list[object]:
    """Return the name, the parameters and the summary of a question; optional parameters are in
    brackets.
    """
    names = [p.name if p.required else f"[{p.name}]" for p in query.params]
    return [query.name, " ".join(names), query.summary]
