"""The stored words of a source's passages: what part of its text they are, and which of them are
in a new passage.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator

from kb.model.records import Quote
from kb.text import anchoring


class Fragments:
    """Fragments of one text by their places: a new passage is compared with those inside it."""

    def __init__(self, text: str, quotes: Iterable[Quote]) -> None:
        self.words = anchoring.Words(text)
        self._text = text
        # Fragments of one word, sorted: where each begins and ends.
        self._single: list[tuple[int, int]] = []
        for quote in quotes:
            if quote.fragment and quote.start is not None and quote.end is not None:
                self.add(
                    anchoring.Span(quote.start, quote.end),
                    text[quote.start : quote.end],
                    quote.fragment,
                )

    def add(self, span: anchoring.Span, passage: str, fragment: str) -> None:
        """Count the fragment of a passage as stored."""
        start = span.start + passage.find(fragment)
        place = (start, start + len(fragment))
        self.words.touch(*place)
        at = bisect_left(self._single, place)
        if len(fragment.split()) == 1 and self._single[at : at + 1] != [place]:
            insort(self._single, place)

    def single(self, span: anchoring.Span) -> Iterator[str]:
        """Fragments of one word that stand in a passage."""
        first, last = (
            bisect_left(self._single, (span.start, 0)),
            bisect_left(self._single, (span.end, 0)),
        )
        yield from (
            self._text[start:end] for start, end in self._single[first:last] if end <= span.end
        )
