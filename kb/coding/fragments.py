"""Stored fragments of a source: their share of its words, and those inside a new passage."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator

from kb.model.records import Quote
from kb.text import anchoring, excerpts


class Fragments:
    """The stored fragments of one text, by their places."""

    def __init__(self, text: str, quotes: Iterable[Quote]) -> None:
        self.words = excerpts.Words(text)
        self._text = text
        # Begin and end of each fragment of one word, sorted.
        self._single: list[tuple[int, int]] = []
        for quote in quotes:
            if quote.fragment and quote.start is not None and quote.end is not None:
                self.add(
                    anchoring.Span(quote.start, quote.end),
                    text[quote.start : quote.end],
                    quote.fragment,
                )

    def add(self, span: anchoring.Span, passage: str, fragment: str) -> None:
        """Add the fragment of a passage."""
        start = span.start + passage.find(fragment)
        place = (start, start + len(fragment))
        self.words.touch(*place)
        at = bisect_left(self._single, place)
        if len(fragment.split()) == 1 and self._single[at : at + 1] != [place]:
            insort(self._single, place)

    def single(self, span: anchoring.Span) -> Iterator[str]:
        """Yield the fragments of one word inside a passage."""
        first, last = (
            bisect_left(self._single, (span.start, 0)),
            bisect_left(self._single, (span.end, 0)),
        )
        yield from (
            self._text[start:end] for start, end in self._single[first:last] if end <= span.end
        )
