"""The form of a document's lines, the page or time of its passages, and what it states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kb.presentation.names import entity_name
from kb.text import parts

if TYPE_CHECKING:
    from kb.model.records import Source
    from kb.workspace.catalogs.catalog import Known


def labelled(source: Source | None, text: str, lines: Sequence[str]) -> list[str]:
    """Return the shown lines of a text with a heading for each page or time, and their forms.

    `lines` are the lines of `text`, each with its number.

    >>> from kb.model.records import Source
    >>> report = Source("report", parts="0-8 caption; 0-8 @page 1; 9-12 @page 2")
    >>> labelled(report, "The quay\\nEnd", ["   1  The quay", "   2  End"])
    ['      [page 1]', '   1  [caption] The quay', '      [page 2]', '   2  End']
    """
    found = parts.parse(source.parts) if source and source.parts else ()
    if not found:
        return list(lines)
    forms = {part.start: part for part in found if part.kind == "form"}
    places = {part.start: part.value for part in found if part.kind == "locator"}
    out: list[str] = []
    start = 0
    for shown, line in zip(lines, text.split("\n"), strict=True):
        if start in places:
            out.append(f"{'':6}[{places[start]}]")
        form = forms.get(start)
        if form and line.strip():
            number, words = shown[:6], shown[6:]
            shown = f"{number}[{form.value}] {words}"
        out.append(shown)
        start += len(line) + 1
    return out


def facts(known: Known, source: Source) -> list[str]:
    """Return lines with what a document states about itself, and what is not in its text."""
    others = "; ".join(entity_name(known, id) for id in source.co_authors)
    lines = [f"co-authors: {others}"] if others else []
    if source.modified:
        lines.append(f"modified: {source.modified}")
    if source.archived:
        lines.append(f"archived copy: {source.archived}")
    if source.unknown:
        lines.append(f"not stated: {', '.join(source.unknown)}")
    lines += [f"stated: {fact}" for fact in source.stated]
    lines += [f"left out: {what}" for what in source.left_out]
    return lines
