"""Excerpts: how much of a document is stored, as fragments of its passages."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

# A stored fragment has at most FRAGMENT_WORDS words, at most one word in FRAGMENT_SHARE of its
# passage, and always at least one.
FRAGMENT_WORDS = 6
# Characters of a fragment, for scripts written without spaces.
FRAGMENT_LENGTH = 120
FRAGMENT_SHARE = 5
# The fragments of one source may contain at most this share of its words.
MOST_QUOTED = 0.2


def fragment(passage: str) -> str:
    """Return the first words of a passage, as few as may be stored (copyright).

    At most six words, at most a fifth of the passage, at least one.

    >>> fragment("one two three four five six seven eight nine ten")
    'one two'
    """
    words = list(re.finditer(r"\S+", passage))
    count = max(1, min(FRAGMENT_WORDS, len(words) // FRAGMENT_SHARE))
    return passage[words[0].start() : words[count - 1].end()] if words else passage


def is_fragment(words: str) -> bool:
    """Tell whether stored words are few enough to be a fragment.

    >>> is_fragment("one two"), is_fragment("one two three four five six seven")
    (True, False)
    """
    return len(words.split()) <= FRAGMENT_WORDS and len(words) <= FRAGMENT_LENGTH


def telling(passage: str) -> str:
    """Return the most distinctive word of a passage: the longest, without punctuation around it.

    Of several longest words, return the first.

    >>> telling("was rejected by the town’s council,")
    'rejected'
    """
    words = re.findall(r"\w(?:\S*\w)?", passage)
    return max(words, key=len) if words else passage


def share(text: str, spans: list[tuple[int, int]]) -> float:
    """Return the share (0 to 1) of a text's words that the spans touch. Each word counts once.

    >>> share("a b c d", [(0, 1), (0, 3)])
    0.5
    """
    words = Words(text)
    for start, end in spans:
        words.touch(start, end)
    return words.share()


class Words:
    """The words of a text, and which of them spans touch.

    Touching a span takes as many steps as the span has words.
    """

    def __init__(self, text: str) -> None:
        spans = [m.span() for m in re.finditer(r"\S+", text)]
        self._starts, self._ends = [s for s, _ in spans], [e for _, e in spans]
        self._touched: set[int] = set()

    def _within(self, start: int, end: int) -> range:
        """Return the indexes of the words that have a character in a span."""
        if end <= start:
            return range(0)
        return range(bisect_right(self._ends, start), bisect_left(self._starts, end))

    def touch(self, start: int, end: int) -> None:
        """Count the words of a span as touched."""
        self._touched.update(self._within(start, end))

    def share(self, start: int = 0, end: int = 0) -> float:
        """Return the share (0 to 1) of touched words, as if this span were touched too."""
        more = sum(n not in self._touched for n in self._within(start, end))
        return (len(self._touched) + more) / len(self._starts) if self._starts else 0.0
