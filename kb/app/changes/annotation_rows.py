"""Annotations as rows of a table of claims: the source and the passage of each are looked up."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from kb.coding.sheet import Value
from kb.coding.table_columns import CLAIMS
from kb.coding.table_rows import Row, Rows
from kb.exchange.foreign_annotations import Annotation
from kb.model.records import Source
from kb.text import excerpts
from kb.text.addresses import Lines, address
from kb.workspace.catalogs.catalog import Known

# A line of a comment that gives a column of a claim: “by: the mayor”.
_COLUMN: Final = re.compile(r"([a-z][a-z-]*):\s*(.+)")
# Columns of an assertion and its claim that are kept if the claim is recorded already.
_OF_ASSERTION: Final = (
    *("claim", "by", "stance", "scope", "basis", "form", "degree", "standing", "reading"),
    "certain",
)
Text = Callable[[Source], str | None]


def rows(
    name: str, found: Sequence[Annotation], known: Known, text: Text
) -> tuple[list[Rows], list[str]]:
    """Return a table for each annotation, named after it, and why others cannot be taken."""
    tables, untaken = list[Rows](), list[str]()
    for annotation in found:
        named = f"{name} annotation {annotation.number}"
        row = _row(annotation, known, text)
        if isinstance(row, str):
            untaken.append(f"{named}: {row}")
        else:
            tables.append(Rows(named, "claims", [row]))
    return tables, untaken


def _row(annotation: Annotation, known: Known, text: Text) -> Row | str:
    """Return the row of an annotation, or the reason why there is none."""
    columns = annotation.stated or _columns(annotation.comment)
    if not columns.get("claim"):
        return "it has no comment"
    if not annotation.stated and not columns.keys() & {"kind", "what"}:
        return "its comment is no claim: write “kind: event” or “what: …” on a line of its own"
    source = _source(annotation, known)
    if source is None:
        return f"no source here has the address {annotation.url or '(none)'}"
    whole = text(source)
    if whole is None:
        return f"the text of {source.id} is not available"
    span = _span(annotation, source, whole)
    if isinstance(span, str):
        return span
    at = address(Lines(whole), *span)
    if at is None:
        return "its words occur several times on one line, so the passage has no address"
    if known.stated(columns["claim"]):
        columns = {name: value for name, value in columns.items() if name in _OF_ASSERTION}
    values = {"source": source.id, "at": at, **columns}
    return {column: Value(value, annotation.number, 1) for column, value in values.items()}


def _columns(comment: str) -> dict[str, str]:
    """Return the columns of a comment: its first line is the claim, others are `column: value`."""
    lines = [line.strip() for line in comment.splitlines() if line.strip()]
    found = {"claim": lines[0]} if lines else {}
    for line in lines[1:]:
        column = _COLUMN.fullmatch(line)
        if column and column[1] in CLAIMS and column[1] not in ("source", "claim", "at"):
            found[column[1]] = column[2]
    return found


def _source(annotation: Annotation, known: Known) -> Source | None:
    """Return the source of an annotation: by digest, by its IRI here, or by its address."""
    id = annotation.source.removeprefix(f"{known.base}source/")
    if id in known.sources:
        return known.sources[id]
    every = sorted(known.sources.values(), key=lambda s: s.id)
    same = [s for s in every if annotation.sha256 and s.sha256 == annotation.sha256]
    same = same or [s for s in every if annotation.url and s.url == annotation.url]
    return same[0] if len(same) == 1 else None


def _span(annotation: Annotation, source: Source, text: str) -> tuple[int, int] | str:
    """Return where the passage is in the text, or the reason why it is not found.

    The words decide. A position alone counts only in the very text that was annotated.
    """
    start, end, exact = annotation.start, annotation.end, annotation.exact
    within = start is not None and end is not None and start < end <= len(text)
    if within and start is not None and end is not None:
        same = bool(annotation.sha256) and annotation.sha256 == source.sha256
        if text[start:end] == exact or (same and not exact):
            return start, end
    if not exact:
        return "it has no words, and its position is in another text"
    found = [m.start() for m in re.finditer(re.escape(exact), text)]
    around = [s for s in found if _fits(annotation, text, s)] or found
    if len(around) != 1:
        number = len(around)
        words = " ".join(exact.split()[: excerpts.FRAGMENT_WORDS])
        return (
            f"“{words}…” occurs {number} times in {source.id}"
            if number
            else (f"“{words}…” is not in {source.id}")
        )
    return around[0], around[0] + len(exact)


def _fits(annotation: Annotation, text: str, start: int) -> bool:
    end = start + len(annotation.exact)
    return text[:start].endswith(annotation.prefix) and text[end:].startswith(annotation.suffix)
