"""A source's text by lines: with marks around the coded passages for people, with offsets for
programs.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from kb.presentation.document_parts import labelled

if TYPE_CHECKING:
    from kb.model.records import Quote
    from kb.workspace.catalogs.catalog import Known

CODED: Final = ("⟦", "⟧")
SKIPPED: Final = ("⟨", "⟩")
# `start` and `end` are characters of the text from 0, the end exclusive; `coded` and `skipped` are
# the passages that touch the line, as “start-end”.
COLUMNS: Final = ("line", "text", "start", "end", "coded", "skipped")


def marked(known: Known, source: str, text: str) -> list[str]:
    """Return lines with numbers, coded passages between ⟦ and ⟧ and skipped ones between ⟨ and ⟩.

    Passages that overlap or contain each other have one pair of marks.
    """
    coded, skipped = passages(known, source, text)
    layers = (
        (_depths(coded, len(text)), CODED),
        (_depths(skipped, len(text)), SKIPPED),
    )
    lines = _with_marks(text, layers).split("\n")
    shown = [f"{number:>4}  {_shown(line)}" for number, line in enumerate(lines, 1)]
    return labelled(known.sources.get(source), text, shown)


def rows(known: Known, source: str, text: str) -> list[list[object]]:
    """Return a row for each line, in the order of COLUMNS."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    coded, skipped = (_by_line(found, starts) for found in passages(known, source, text))
    return [
        [
            number,
            _shown(line),
            starts[number - 1],
            starts[number - 1] + len(_shown(line)),
            coded.get(number, ()),
            skipped.get(number, ()),
        ]
        for number, line in enumerate(lines, 1)
    ]


def passages(
    known: Known, source: str, text: str
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the bounds of the coded and of the skipped passages of a source, in order."""
    coded, skipped = set[tuple[int, int]](), set[tuple[int, int]]()
    for quote in known.quotes.values():
        if quote.source == source and _fits(quote, text):
            found = skipped if quote.skipped else coded
            found.add((quote.start or 0, quote.end or 0))
    return sorted(coded), sorted(skipped)


def _fits(quote: Quote, text: str) -> bool:
    """Tell whether a quote has offsets within the text."""
    return quote.start is not None and quote.end is not None and quote.end <= len(text)


def _by_line(
    passages: Iterable[tuple[int, int]], starts: Sequence[int]
) -> dict[int, tuple[str, ...]]:
    """Return the passages that touch each line, by its number."""
    found: dict[int, tuple[str, ...]] = {}
    for start, end in passages:
        first, after = bisect_right(starts, start), bisect_left(starts, end)
        for number in range(first, max(after, first) + 1):
            found[number] = (*found.get(number, ()), f"{start}-{end}")
    return found


def _shown(line: str) -> str:
    """Return a line without the carriage return at its end."""
    return line.rstrip("\r")


def _depths(passages: Iterable[tuple[int, int]], length: int) -> list[int]:
    """Return, for each character, in how many passages it is."""
    steps = [0] * (length + 1)
    for start, end in passages:
        steps[start] += 1
        steps[end] -= 1
    depth = 0
    for n, step in enumerate(steps):
        depth += step
        steps[n] = depth
    return steps


def _with_marks(text: str, layers: Sequence[tuple[Sequence[int], tuple[str, str]]]) -> str:
    """Return the text with the marks of each layer where its passages begin and end."""
    out, start = [], 0
    inside = [False] * len(layers)
    for n in range(len(text) + 1):
        for k, (depth, (opening, closing)) in enumerate(layers):
            if bool(depth[n]) != inside[k]:
                out += [text[start:n], closing if inside[k] else opening]
                inside[k], start = not inside[k], n
    return "".join([*out, text[start:]])
