"""Anchoring: find a quoted passage in a text, or explain why it cannot be found.

Offsets count code points from 0; the end is exclusive. A stored passage combines a
TextPositionSelector with a digest (W3C Web Annotation Data Model §4.2.5).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import islice

from kb.model.values import integer, shown
from kb.system import patterns
from kb.text import folding

ELLIPSIS = patterns.pattern(r"\s*(?:…|\.\.\.)\s*")
# The bounds of a passage, as in the fragment of RFC 5147.
EXACT = patterns.pattern(r"char=(\d{1,15}),(\d{1,15})")
ADDRESS = patterns.pattern(r"^(\d+)(?:-(\d+))?\s+(.+)$", re.DOTALL)
# An escaped control character as `kb read` prints it, so that passages can be copied from there.
SHOWN = patterns.pattern(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4}))")
# Words of a line that a suggestion compares. A text without line breaks is a single line.
MOST_COMPARED = 2_000


@dataclass(frozen=True, slots=True)
class Span:
    """A passage that was found: its first code point, and the one after its last."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Miss:
    """The reason why a passage was not found.

    `code` is a problem code, `message` a sentence, `hint` the nearest passage or advice; it may be
    empty.
    """

    code: str
    message: str
    hint: str = ""


def find(text: str, at: str) -> Span | Miss:
    """Find the passage that an address names.

    An address is a line number (from 1), or two joined by `-`, followed by words copied from there.
    The number can be left out where the words occur only once in the text.
    `…` between words joins the beginning and the end of a long passage.

    >>> find("one\\ntwo three four", "2 two … four")
    Span(start=4, end=18)
    >>> find("one\\ntwo three four", "two three")
    Span(start=4, end=13)
    >>> find("a b a", "1 a").code
    'quote-ambiguous'

    Words that differ only in signs that look alike or are not shown are found as well, and so are
    words that run on to the next line.

    >>> find("It was inade-\\nquately “repaired”", '1 inadequately "repaired"')
    Span(start=7, end=32)

    Where no words identify a passage, its first character and the one after its last do.

    >>> find("a b a", "char=4,5")
    Span(start=4, end=5)
    """
    if bounds := EXACT.fullmatch(at.strip()):
        return _between(text, int(bounds[1]), int(bounds[2]))
    found = _exactly(text, at)
    if isinstance(found, Miss) and found.code in ("quote-mismatch", "quote-address"):
        return _folded(text, at) or found
    return found


def _between(text: str, start: int, end: int) -> Span | Miss:
    """Return the passage with these bounds, if the text has characters there."""
    if start < end <= len(text) and not text[start:end].isspace():
        return Span(start, end)
    return Miss(
        "quote-address",
        f"char={start},{end} is no passage; the text has {len(text)} characters.",
        "write the first character, from 0, and the one after the last, as in char=12,40",
    )


def _exactly(text: str, at: str) -> Span | Miss:
    """Find the passage whose words are exactly those of an address."""
    address = ADDRESS.match(at.strip())
    if not address:
        return _anywhere(text, at.strip())
    try:
        first, last = integer(address[1]), integer(address[2] or address[1])
    except ValueError:
        first, last = 0, 0
    span = lines(text, first, last)
    if span is None:
        number = shown(address[2] or address[1])
        return Miss(
            "quote-line",
            f"there is no line {number}; the text has {len(_line_starts(text))} lines.",
            "see the numbered lines with: kb read SOURCE",
        )
    parts = _copied(text, ELLIPSIS.split(address[3]))
    found = _within(text, span, parts, first)
    if isinstance(found, Miss):  # words of the text can begin with a number
        whole = _anywhere(text, at.strip())
        return whole if isinstance(whole, Span) else found
    return found


def _folded(text: str, at: str) -> Span | Miss | None:
    """Find the passage that an address names, with folded signs; None if it is not there."""
    address = ADDRESS.match(at.strip())
    begin, end, typed = 0, len(text), at.strip()
    if address:
        named = lines(text, *(int(address[n] or address[1]) for n in (1, 2)))
        if named is None:
            return None
        begin, end, typed = named.start, named.end, address[3]
    parts = [folding.words(part) for part in ELLIPSIS.split(typed)]
    if len(parts) > 2 or not all(parts):
        return None
    folded = folding.fold(text)
    heads = list(islice(folded.spans(parts[0], begin, end), 2))
    if len(heads) > 1:
        return _ambiguous(text, typed, [start for start, _ in heads])
    return _to_tail(folded, heads[0], parts[1:], end) if heads else None


def _to_tail(
    folded: folding.Folded, head: tuple[int, int], tail: list[str], end: int
) -> Span | None:
    """Return the passage from its first words to its last, if those follow before `end`."""
    if not tail:
        return Span(*head)
    last = next(folded.spans(tail[0], head[1], end), None)
    return Span(head[0], last[1]) if last else None


def _ambiguous(text: str, words: str, starts: list[int]) -> Miss:
    """Return the reason for words that occur more than once."""
    numbers = sorted({line_of(text, start) for start in starts})
    places = " and ".join(map(str, numbers))
    plural = "lines" if numbers[1:] else "line"
    return Miss(
        "quote-ambiguous",
        f"“{shown(words)}” occurs more than once: on {plural} {places}.",
        "put the number of the line before the words, or copy a word or two more",
    )


def _copied(text: str, parts: list[str]) -> list[str]:
    return [part if part in text else _unescaped(part) for part in parts]


def _anywhere(text: str, at: str) -> Span | Miss:
    """Find words that have no line number: they must occur once in the whole text, and both ends of
    a passage on one line.
    """
    parts = _copied(text, ELLIPSIS.split(at))
    head = parts[0]
    start = text.find(head) if head else -1
    if start < 0:
        return Miss(
            "quote-address",
            f"“{shown(at)}” has no line number, and its words are not in the text.",
            "copy the words from kb read, as: 24 first words … last words",
        )
    first = line_of(text, start)
    other = text.find(head, start + 1)
    if other >= 0:
        return _ambiguous(text, head, [start, other])
    line = lines(text, first, first)
    assert line is not None
    return _within(text, line, parts, first)


def _unescaped(words: str) -> str:
    """Restore the control characters that `kb read` escapes."""
    return SHOWN.sub(lambda sign: chr(int(sign[1] or sign[2], 16)), words)


def lines(text: str, first: int, last: int) -> Span | None:
    """Return the span of lines `first` to `last`, line breaks included, or None if the text is
    shorter.

    Lines are counted from 1.

    >>> lines("one\\ntwo\\nthree", 2, 3)
    Span(start=4, end=13)
    """
    starts = _line_starts(text)
    if not 1 <= first <= last <= len(starts):
        return None
    return Span(starts[first - 1], starts[last] if last < len(starts) else len(text))


# Keep two texts: a sheet looks up thousands of passages in the same text.
@lru_cache(maxsize=2)
def _line_starts(text: str) -> tuple[int, ...]:
    """Return the offset at which each line begins."""
    return (0, *(m.end() for m in re.finditer("\n", text)))


def _within(text: str, around: Span, parts: list[str], line: int) -> Span | Miss:
    """Find the words of an address in a part of the text: the line with this number."""
    head, tail = parts[0], parts[-1] if len(parts) > 1 else ""
    if len(parts) > 2 or not head or (len(parts) == 2 and not tail):
        return Miss(
            "quote-address",
            "an address has at most one …, with words before and after it.",
            "write it as: first words … last words",
        )
    start = text.find(head, around.start, around.end)
    if start < 0:
        message = f"“{head}” is not on line {line}."
        return Miss("quote-mismatch", message, _nearest(text, around.start, around.end, head))
    if text.find(head, start + 1, around.end) >= 0:
        hint = "copy a word or two more, until they occur only once"
        return Miss("quote-ambiguous", f"“{head}” occurs more than once on line {line}.", hint)
    if not tail:
        return Span(start, start + len(head))
    stop = text.find(tail, start + len(head), around.end)
    if stop < 0:
        message = f"“{tail}” does not follow “{head}” on line {line}."
        return Miss("quote-mismatch", message, _nearest(text, start, around.end, tail))
    return Span(start, stop + len(tail))


def _nearest(text: str, begin: int, end: int, words: str) -> str:
    """Return a suggestion: the line on which the words do occur, or the most similar words here."""
    elsewhere = text.find(words)
    if elsewhere >= 0:
        return f"these words are on line {text.count(chr(10), 0, elsewhere) + 1}"
    best, ratio = "", 0.0
    for stretch in _stretches(text[begin:end], max(1, len(words.split()))):
        alike = SequenceMatcher(None, stretch, words).ratio()
        if alike > ratio:
            best, ratio = stretch, alike
    if ratio > 0.5:
        return f"the nearest words there are: “{' '.join(best.split())}”{_unseen(best, words)}"
    return "copy the words from the output of kb read"


def _unseen(best: str, words: str) -> str:
    """Name the signs that nobody sees and that are in one of two texts only; "" for none."""
    signs = sorted({sign for sign in best if unicodedata.category(sign) == "Cf"} - set(words))
    names = [f"{unicodedata.name(sign, 'sign').lower()} (U+{ord(sign):04X})" for sign in signs]
    return f"; the text has {', '.join(names)}" if names else ""


def _stretches(line: str, count: int) -> Iterator[str]:
    """Yield each sequence of `count` words of a line, or the whole line if it has fewer."""
    tokens = list(islice(re.finditer(r"\S+", line), MOST_COMPARED))
    for first in range(max(1, len(tokens) - count + 1)) if tokens else ():
        last = min(first + count, len(tokens)) - 1
        yield line[tokens[first].start() : tokens[last].end()]


def digest(passage: str) -> str:
    """Return the SHA-256 of a passage's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(passage.encode()).hexdigest()


def line_of(text: str, offset: int) -> int:
    """Return the line number (from 1) of a code point.

    >>> line_of("a\\nb", 2)
    2
    """
    return text.count("\n", 0, offset) + 1
