"""Find a quoted passage in a text: exactly, or say why not. Offsets are code points, from 0, end
exclusive.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import islice

from kb.model.values import integer, shown

ELLIPSIS = re.compile(r"\s*(?:…|\.\.\.)\s*")
ADDRESS = re.compile(r"^(\d+)(?:-(\d+))?\s+(.+)$", re.DOTALL)
# A control as `kb read` shows it, so that a passage can be copied from there.
SHOWN = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4}))")
# A stored fragment: never more than this, and never more than a fifth of its passage (one word at
# least).
FRAGMENT_WORDS = 6
FRAGMENT_SHARE = 5
# Words of one line that a suggestion looks at: a text without line breaks is one line.
MOST_COMPARED = 2_000


@dataclass(frozen=True, slots=True)
class Span:
    """A found passage."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Miss:
    """Why there is no passage: `code` of the problem, a sentence, and the nearest passage as a
    suggestion (may be empty).
    """

    code: str
    message: str
    hint: str = ""


def find(text: str, at: str) -> Span | Miss:
    """The passage that `at` names: a line number (from 1), or two joined by `-`, and words copied
    from there; `…` joins two ends.

    >>> find("one\\ntwo three four", "2 two … four")
    Span(start=4, end=18)
    >>> find("a b a", "1 a").code
    'quote-ambiguous'
    """
    address = ADDRESS.match(at.strip())
    if not address:
        return Miss(
            "quote-address",
            f"“{at}” does not begin with a line number and words.",
            "write it as: 24 first words … last words",
        )
    starts = _line_starts(text)
    try:
        first, last = integer(address[1]), integer(address[2] or address[1])
    except ValueError:
        first, last = 0, 0
    if not 1 <= first <= last <= len(starts):
        return Miss(
            "quote-line",
            f"there is no line {shown(address[2] or address[1])}; the text has {len(starts)} lines.",
            "see kb read",
        )
    begin = starts[first - 1]
    end = starts[last] if last < len(starts) else len(text)
    parts = ELLIPSIS.split(address[3])
    unshown = [
        part if part in text else SHOWN.sub(lambda sign: chr(int(sign[1] or sign[2], 16)), part)
        for part in parts
    ]
    return _within(text, begin, end, unshown, first)


def lines(text: str, first: int, last: int) -> Span | None:
    """Where lines `first` to `last` lie, counted from 1, line breaks included; None where the text
    has no such lines.

    >>> lines("one\\ntwo\\nthree", 2, 3)
    Span(start=4, end=13)
    """
    starts = _line_starts(text)
    if not 1 <= first <= last <= len(starts):
        return None
    return Span(starts[first - 1], starts[last] if last < len(starts) else len(text))


# The text of the sheet in hand, and one more: a sheet looks thousands of passages up in one text.
@lru_cache(maxsize=2)
def _line_starts(text: str) -> tuple[int, ...]:
    """Where each line begins."""
    return (0, *(m.end() for m in re.finditer("\n", text)))


def _within(text: str, begin: int, end: int, parts: list[str], line: int) -> Span | Miss:
    head, tail = parts[0], parts[-1] if len(parts) > 1 else ""
    if len(parts) > 2 or not head or (len(parts) == 2 and not tail):
        return Miss(
            "quote-address",
            "one … joins two ends of one passage.",
            "write it as: first words … last words",
        )
    start = text.find(head, begin, end)
    if start < 0:
        return Miss(
            "quote-mismatch", f"“{head}” is not on line {line}.", _nearest(text, begin, end, head)
        )
    if text.find(head, start + 1, end) >= 0:
        return Miss(
            "quote-ambiguous",
            f"“{head}” occurs more than once on line {line}.",
            "copy a word or two more, until it occurs once",
        )
    if not tail:
        return Span(start, start + len(head))
    stop = text.find(tail, start + len(head), end)
    if stop < 0:
        return Miss(
            "quote-mismatch",
            f"“{tail}” does not follow “{head}” on line {line}.",
            _nearest(text, start, end, tail),
        )
    return Span(start, stop + len(tail))


def _nearest(text: str, begin: int, end: int, words: str) -> str:
    """The stretch of the line that looks most like `words`, else the line on which they do occur;
    only ever a suggestion.
    """
    elsewhere = text.find(words)
    if elsewhere >= 0:
        return f"these words are on line {text.count(chr(10), 0, elsewhere) + 1}"
    line = text[begin:end]
    tokens = list(islice(re.finditer(r"\S+", line), MOST_COMPARED))
    n = max(1, len(words.split()))
    stretches = [
        line[tokens[i].start() : tokens[min(i + n, len(tokens)) - 1].end()]
        for i in range(max(1, len(tokens) - n + 1))
        if tokens
    ]
    best = max(stretches, key=lambda s: SequenceMatcher(None, s, words).ratio(), default="")
    return (
        f"nearest there: “{best}”"
        if best and SequenceMatcher(None, best, words).ratio() > 0.5
        else "copy the words from kb read"
    )


def digest(passage: str) -> str:
    """sha256 of a passage's UTF-8, in hexadecimal."""
    return hashlib.sha256(passage.encode()).hexdigest()


def fragment(passage: str) -> str:
    """The first words of a passage that may be stored: at most 6, at most a fifth of it, at least
    one.

    >>> fragment("one two three four five six seven eight nine ten")
    'one two'
    """
    words = list(re.finditer(r"\S+", passage))
    n = max(1, min(FRAGMENT_WORDS, len(words) // FRAGMENT_SHARE))
    return passage[words[0].start() : words[n - 1].end()] if words else passage


def telling(passage: str) -> str:
    """The one word of a passage that tells most of it: the longest, the first of several; without
    punctuation around it.

    >>> telling("was rejected by the town’s council,")
    'rejected'
    """
    words = re.findall(r"\w(?:\S*\w)?", passage)
    return max(words, key=len) if words else passage


def line_of(text: str, offset: int) -> int:
    """Line number, from 1, of a code point.

    >>> line_of("a\\nb", 2)
    2
    """
    return text.count("\n", 0, offset) + 1


# All fragments of a source together stay under this part of its words.
MOST_QUOTED = 0.2


def share(text: str, spans: list[tuple[int, int]]) -> float:
    """Part of a text's words that the spans touch, each word counted once.

    >>> share("a b c d", [(0, 1), (0, 3)])
    0.5
    """
    words = Words(text)
    for start, end in spans:
        words.touch(start, end)
    return words.share()


class Words:
    """The words of a text, and how many of them are touched by spans; each span costs as many steps
    as it touches words.
    """

    def __init__(self, text: str) -> None:
        spans = [m.span() for m in re.finditer(r"\S+", text)]
        self._starts, self._ends = [s for s, _ in spans], [e for _, e in spans]
        self._touched: set[int] = set()

    def _within(self, start: int, end: int) -> range:
        """Numbers of the words that have a character in a span."""
        return range(bisect_right(self._ends, start), bisect_left(self._starts, end))

    def touch(self, start: int, end: int) -> None:
        """Count the words of a span as touched."""
        self._touched.update(self._within(start, end))

    def share(self, start: int = 0, end: int = 0) -> float:
        """Part of the words that are touched, as if this span were touched as well."""
        more = 0
        if end > start:
            more = sum(n not in self._touched for n in self._within(start, end))
        return (len(self._touched) + more) / len(self._starts) if self._starts else 0.0
