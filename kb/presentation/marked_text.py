"""A source's text with line numbers, in which the passages that are coded are marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kb.model.records import Quote
    from kb.workspace.catalog import Known

CODED: Final = ("⟦", "⟧")
SKIPPED: Final = ("⟨", "⟩")


def marked(known: Known, source: str, text: str) -> list[str]:
    """Lines with number and marks: coded passages between ⟦ and ⟧, skipped ones between ⟨ and ⟩;
    nested passages share their marks.
    """
    quotes = [q for q in known.quotes.values() if q.source == source and _fits(q, text)]
    coded = _covered((q for q in quotes if not q.skipped), len(text))
    skipped = _covered((q for q in quotes if q.skipped), len(text))
    lines = _with_marks(text, ((coded, CODED), (skipped, SKIPPED))).split("\n")
    return [f"{number:>4}  {line.rstrip(chr(13))}" for number, line in enumerate(lines, 1)]


def _fits(quote: Quote, text: str) -> bool:
    """Whether a quote has offsets, and they are within the text."""
    return quote.start is not None and quote.end is not None and quote.end <= len(text)


def _covered(quotes: Iterable[Quote], length: int) -> list[int]:
    """How many quotes begin or end before each character; more than 0 inside of a quote."""
    steps = [0] * (length + 1)
    for quote in quotes:
        steps[quote.start or 0] += 1
        steps[quote.end or 0] -= 1
    depth = 0
    for n, step in enumerate(steps):
        depth += step
        steps[n] = depth
    return steps


def _with_marks(text: str, layers: Sequence[tuple[Sequence[int], tuple[str, str]]]) -> str:
    """The text with the signs of each layer where its passages begin and end."""
    out, start = [], 0
    inside = [False] * len(layers)
    for n in range(len(text) + 1):
        for k, (depth, (opening, closing)) in enumerate(layers):
            if bool(depth[n]) != inside[k]:
                out += [text[start:n], closing if inside[k] else opening]
                inside[k], start = not inside[k], n
    return "".join([*out, text[start:]])
