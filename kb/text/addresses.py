"""Addresses of passages in a sheet: a line number and words copied from that line.

`anchoring.find` does the reverse: it finds the passage that an address names.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from kb.text import anchoring

# A passage of up to SHORT_PASSAGE words is copied in full. Of a longer one, at least FEWEST words
# are copied at each end.
SHORT_PASSAGE = 5
FEWEST = 2
# In an address an ellipsis joins two ends, and a line break ends it. Copied words must contain
# neither.
ELLIPSIS = re.compile("…|\\.\\.\\.")
BREAK = re.compile("…|\\.\\.\\.|[\n\x85\u2028\u2029]")


class Lines:
    """A text and the offsets at which its lines begin."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(m.end() for m in re.finditer("\n", text))]

    def around(self, start: int, end: int) -> tuple[str, int, int]:
        """Return the number of a span's line, or `first-last`, and the span of these lines."""
        first, last = (bisect_right(self.starts, offset) for offset in (start, max(start, end - 1)))
        stop = self.starts[last] if last < len(self.starts) else len(self.text)
        return (str(first) if first == last else f"{first}-{last}"), self.starts[first - 1], stop


def address(lines: Lines, start: int, end: int) -> str | None:
    """Return the shortest address of a span, or None if no address leads to exactly this span.

    A short passage is copied in full; of a longer one, the first and the last words.

    >>> address(Lines("one two three four five six seven"), 4, 33)
    '1 two three … six seven'
    """
    text, passage = lines.text, lines.text[start:end]
    number, begin, stop = lines.around(start, end)
    heads, tails = _ends(passage)
    # If whole words fail (they contain an ellipsis, or occur twice), try every possible end.
    every = range(1, len(passage) + 1)
    for head in (*heads, *every):
        if not _alone(text, passage[:head], begin, stop, start):
            continue
        for tail in (None, *tails, *reversed(every)):
            found = _joined(passage, head, tail)
            if found and anchoring.find(text, f"{number} {found}") == anchoring.Span(start, end):
                return f"{number} {found}"
    # Words that run on to the next line are typed with a space in place of the line break.
    typed = (f"{number} {found}" for found in _run_on(passage))
    return next((f for f in typed if anchoring.find(text, f) == anchoring.Span(start, end)), None)


def _run_on(passage: str) -> Iterator[str]:
    """Yield a passage of several lines on one line, if it has no ellipsis, else its two ends."""
    breaks = list(ELLIPSIS.finditer(passage))
    if "\n" in passage and not breaks:
        yield passage.replace("\n", " ").strip()
    for first in breaks:
        for last in breaks:
            head, tail = passage[: first.start()], passage[last.end() :]
            if "\n" in head + tail and head.strip() and tail.strip():
                yield f"{head} … {tail}".replace("\n", " ").strip()


def _ends(passage: str) -> tuple[list[int], list[int]]:
    """Return the offsets at which the first words may end and the last ones begin, best first."""
    words = [m.span() for m in re.finditer(r"\S+", passage)]
    if len(words) <= SHORT_PASSAGE:
        return [len(passage)], []
    return [e for _, e in words[FEWEST - 1 :]], [s for s, _ in words[: -FEWEST + 1]][::-1]


def _joined(passage: str, head: int, tail: int | None) -> str:
    """Join the words up to `head` and from `tail` on, or return "" if that is no address."""
    if tail is None:
        return passage if head == len(passage) else ""
    if not head <= tail < len(passage) or not _copied(passage[tail:]):
        return ""
    return f"{passage[:head]} … {passage[tail:]}" if _first(passage, head, tail) else ""


def _first(passage: str, head: int, tail: int) -> bool:
    """Tell whether the words from `tail` on occur there first after `head`."""
    return passage.find(passage[tail:], head) == tail


def _alone(text: str, head: str, begin: int, stop: int, start: int) -> bool:
    """Tell whether these words can be copied and occur on their line only at `start`."""
    return (
        _copied(head)
        and text.find(head, begin, stop) == start
        and text.find(head, start + 1, stop) < 0
    )


def _copied(words: str) -> bool:
    return bool(words) and words == words.strip() and not BREAK.search(words)
