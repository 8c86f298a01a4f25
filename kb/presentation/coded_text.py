"""A source's text by lines and segments, with the assertions beside the lines where they begin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kb.presentation.marked_text import passages
from kb.text import parts

if TYPE_CHECKING:
    from kb.model.records import Assertion, Source
    from kb.workspace.catalogs.catalog import Known

# Bounds of a passage: code points from 0, the end exclusive.
Bounds = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a line that is coded, skipped, both or neither throughout.

    `begins` are the passages that begin with it.
    """

    text: str
    start: int
    coded: bool
    skipped: bool
    begins: tuple[Bounds, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text, from 1.

    `place` is a page or time that begins with it, `form` what it is, such as a caption. `said` are
    the assertions whose passage begins in it.
    """

    number: int
    place: str
    form: str
    segments: tuple[Segment, ...]
    said: tuple[Assertion, ...]


def lines(known: Known, source: Source, text: str, first: int, number: int) -> list[Line]:
    """Return `number` lines of a text from line `first` on."""
    every = text.split("\n")
    start = sum(len(line) + 1 for line in every[: first - 1])
    marked = passages(known, source.id, text)
    said = _said(known, source.id)
    forms, places = _parts(source)
    found = []
    for at, line in enumerate(every[first - 1 : first - 1 + number], first):
        end = start + len(line)
        segments = tuple(_segments(text, start, end, *marked))
        here = tuple(a for n in range(start, end + 1) for a in said.get(n, ()))
        found.append(Line(at, places.get(start, ""), forms.get(start, ""), segments, here))
        start = end + 1
    return found


def _segments(
    text: str, start: int, end: int, coded: Sequence[Bounds], skipped: Sequence[Bounds]
) -> Iterator[Segment]:
    """Yield the segments of a line."""
    coded, skipped = (_touching(found, start, end) for found in (coded, skipped))
    both = (*coded, *skipped)
    cuts = {start, end, *(cut for bounds in both for cut in bounds if start < cut < end)}
    for a, b in pairwise(sorted(cuts)):
        begins = tuple(bounds for bounds in both if bounds[0] == a)
        yield Segment(text[a:b], a, _inside(coded, a, b), _inside(skipped, a, b), begins)


def _touching(found: Sequence[Bounds], start: int, end: int) -> list[Bounds]:
    """Return the passages that share a character with a line."""
    return [bounds for bounds in found if bounds[0] <= end and bounds[1] > start]


def _inside(found: Sequence[Bounds], start: int, end: int) -> bool:
    """Tell whether a piece of a line is within one of these passages."""
    return any(a <= start and b >= end for a, b in found)


def _said(known: Known, source: str) -> dict[int, list[Assertion]]:
    """Return the valid assertions of a source by the first character of their passage."""
    found: dict[int, list[Assertion]] = {}
    for one in known.assertions.values():
        quote = known.quotes.get(one.quote or "")
        if one.source == source and not one.invalidated and quote and quote.start is not None:
            found.setdefault(quote.start, []).append(one)
    return found


def _parts(source: Source) -> tuple[dict[int, str], dict[int, str]]:
    """Return forms and places by the character at which they begin."""
    found = parts.parse(source.parts) if source.parts else ()
    forms = {part.start: part.value for part in found if part.kind == "form"}
    places = {part.start: part.value for part in found if part.kind == "locator"}
    return forms, places
