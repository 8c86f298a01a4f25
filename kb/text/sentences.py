"""A text as sentences; each headline, caption and list item counts as one. Offsets are code points,
from 0, end exclusive.

The rules know no language, only marks: what ends a sentence, what closes and opens a quotation, and
that a sentence does not begin
in lower case. Where they err, they rather cut once too often: a piece more to look at, never one
that is overlooked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

Span = tuple[int, int]
LINE = re.compile(r"[^\n]+")
# Marks that end a sentence: Latin, Arabic, Urdu, Armenian, Devanagari, Ethiopic; behind those of
# Chinese and Japanese stands no space.
FULL = "。！？"
MARKS = f".!?…؟۔։।።{FULL}"
CLOSING = "\"'”’“»›)\\]}」』"
CANDIDATE = re.compile(rf"[{MARKS}]+[{CLOSING}]*(?:\s+[“”\"](?=\s*$))?")
# A space that is missing: “… at the quay.The mayor …”; not in addresses of the web.
GLUED = re.compile(r"[^\W\d_]{3}[.!?]")
ADDRESS = re.compile(r"[@/\\]|\bwww\b")
# What a name follows however it begins (titles, saint, street), and what a number follows (months,
# pages).
TITLES = re.compile(
    "mr|mrs|ms|dr|prof|st|gen|col|lt|capt|maj|sgt|cmdr|adm|brig|rev|hon|gov|sen|rep|pres|fr|hr|sr|sra|dra|mgr|vs|ул|им|акад|проф|ген"
)
BEFORE_NUMBERS = re.compile(
    "no|nos|nr|art|p|pp|vol|ch|fig|sec|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|ст|стр|рис"
)
# The longest word that a mark may belong to; more of a line is not looked at.
WORD = 24
# A paragraph whose lines were broken by a program: so many lines, of such a width, all but the last
# nearly full.
WRAPPED_LINES, NARROWEST, WIDEST, RAGGED = 3, 50, 110, 20


def split(text: str) -> tuple[Span, ...]:
    """Begin and end of each sentence, in order, without white space around it; what holds no letter
    and no digit is none.

    >>> text = "Row at the quay\\nDr. A. Holt paid 3.5 crowns. “Why?” he asked. Nobody…"
    >>> [text[a:b] for a, b in split(text)]
    ['Row at the quay', 'Dr. A. Holt paid 3.5 crowns.', '“Why?” he asked.', 'Nobody…']
    """
    return tuple(span for start, end in _runs(text) for span in _sentences(text, start, end))


def written(spans: Iterable[Span]) -> str:
    """Offsets as they are stored.

    >>> written([(0, 15), (16, 44)])
    '0-15 16-44'
    """
    return " ".join(f"{start}-{end}" for start, end in spans)


def parse(stored: str, length: int | None = None) -> tuple[Span, ...]:
    """Stored offsets as spans. Raises ValueError where they are not ascending, overlap, or leave a
    text of this length.

    >>> parse("0-15 16-44")
    ((0, 15), (16, 44))
    """
    if not re.fullmatch(r"(?:\d{1,12}-\d{1,12}(?: \d{1,12}-\d{1,12})*)?", stored, re.ASCII):
        raise ValueError("sentences are written as offsets: 0-15 16-44")
    spans = tuple(
        (int(start), int(end)) for start, _, end in (part.partition("-") for part in stored.split())
    )
    for start, end in spans:
        if start >= end or (length is not None and end > length):
            raise ValueError(f"{start}-{end} is no passage of the text")
    for before, after in pairwise(spans):
        if after[0] < before[1]:
            raise ValueError(f"{after[0]}-{after[1]} begins before {before[0]}-{before[1]} ends")
    return spans


def _runs(text: str) -> Iterator[Span]:
    """Lines, those of a paragraph that was wrapped joined; an empty line always ends a run."""
    for lines in _paragraphs(text):
        wrapped = _wrapped(lines)
        start, end = lines[0]
        for line in lines[1:]:
            if not (wrapped or text[line[0] : line[1]].lstrip()[:1].islower()):
                yield start, end
                start = line[0]
            end = line[1]
        yield start, end


def _paragraphs(text: str) -> Iterator[list[Span]]:
    lines: list[Span] = []
    for match in LINE.finditer(text):
        blank = not match[0].strip()
        if lines and (blank or match.start() > lines[-1][1] + 1):
            yield lines
            lines = []
        if not blank:
            lines.append(match.span())
    if lines:
        yield lines


def _wrapped(lines: list[Span]) -> bool:
    widths = [end - start for start, end in lines]
    widest = max(widths)
    return (
        len(lines) >= WRAPPED_LINES
        and NARROWEST <= widest <= WIDEST
        and all(w >= widest - RAGGED for w in widths[:-1])
    )


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    """Sentences of one run; a rest without letter and digit belongs to what stands before it."""
    cuts = [m.end() for m in CANDIDATE.finditer(text, start, end) if _ends(text, start, m, end)]
    spans: list[Span] = []
    for a, b in pairwise([start, *cuts, end]):
        piece = text[a:b]
        begin, stop = a + len(piece) - len(piece.lstrip()), a + len(piece.rstrip())
        if any(c.isalnum() for c in piece):
            spans.append((begin, stop))
        elif spans and piece.strip():
            spans[-1] = (spans[-1][0], stop)
    yield from spans


def _ends(text: str, start: int, match: re.Match[str], end: int) -> bool:
    """Whether these marks end a sentence."""
    at = match.end()
    if at == end:
        return False
    following = next((c for c in text[at : min(at + WORD, end)] if c.isalnum()), "")
    before = text[max(start, match.start() - WORD) : match.start()]
    if any(c in FULL for c in match[0]):
        return True
    if not text[at].isspace():
        return _glued(text, start, match, end)
    return not following.islower() and not (match[0] == "." and _abbreviated(before, following))


def _abbreviated(before: str, following: str) -> bool:
    """Whether a full stop behind these characters belongs to its word: an initial, a title, a
    number that heads a line.
    """
    word = re.split(r"[\s\W_]", before)[-1].lower()
    if word.isdigit():
        return len(word) <= 3 and not re.search(r"\w", before[: -len(word)]) and len(before) < WORD
    if len(word) == 1:
        return True
    return bool(TITLES.fullmatch(word)) or (
        bool(BEFORE_NUMBERS.fullmatch(word)) and following.isdigit()
    )


def _glued(text: str, start: int, match: re.Match[str], end: int) -> bool:
    """Whether only the space behind the full stop is missing: a word in lower case, then a capital
    letter.
    """
    at = match.start()
    word = re.split(r"\s", text[max(start, at - WORD) : at])[-1]
    rest = re.split(r"\s", text[match.end() : min(match.end() + WORD, end)])[0]
    return (
        len(word) >= 3
        and word[-3:].isalpha()
        and word[-3:].islower()
        and rest[:1].isupper()
        and not ADDRESS.search(word + rest)
        and "." not in rest.rstrip(".")
    )
