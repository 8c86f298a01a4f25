"""Sentence segmentation. A headline, caption or list item counts as one sentence.

Offsets count code points from 0; the end is exclusive. The rules use punctuation, not a language:
which marks end a sentence, which open and close a quotation, and that a sentence does not begin
with a lower-case letter. In doubt they cut: a reader then looks at one piece more, and no sentence
is overlooked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from kb.system import patterns

Span = tuple[int, int]
LINE = patterns.pattern(r"[^\n]+")
# Marks that end a sentence: Latin, Arabic, Urdu, Armenian, Devanagari, Ethiopic. No space follows
# the Chinese and Japanese ones.
FULL = "。！？"
MARKS = f".!?…؟۔։।።{FULL}"
CLOSING = "\"'”’“»›)\\]}」』"
CANDIDATE = patterns.pattern(rf"[{MARKS}]+[{CLOSING}]*(?:\s+[“”\"](?=\s*$))?")
# A missing space, as in “… at the quay.The mayor …”. Web addresses are not meant.
ADDRESS = patterns.pattern(r"[@/\\]|\bwww\b")
# Abbreviations before a name (titles, saint, street), and those before a number (months, pages).
TITLES = patterns.pattern(
    "mr|mrs|ms|dr|prof|st|gen|col|lt|capt|maj|sgt|cmdr|adm|brig|rev|hon|gov|sen|rep|pres"
    "|fr|hr|sr|sra|dra|mgr|vs|ул|им|акад|проф|ген"
)
BEFORE_NUMBERS = patterns.pattern(
    "no|nos|nr|art|p|pp|vol|ch|fig|sec|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|ст|стр|рис"
)
# Look at this many characters around a mark, which is longer than the words that matter.
WORD = 24
# A paragraph that a program wrapped: the least number of lines, the least and the greatest width of
# its widest line, and how much shorter than that its other lines may be, except the last.
WRAPPED_LINES, NARROWEST, WIDEST, RAGGED = 3, 50, 110, 20


def split(text: str) -> tuple[Span, ...]:
    """Return the begin and end of each sentence, in order, without surrounding white space.

    A piece without any letter or digit is not a sentence.

    >>> text = "Row at the quay\\nDr. A. Holt paid 3.5 crowns. “Why?” he asked. Nobody…"
    >>> [text[a:b] for a, b in split(text)]
    ['Row at the quay', 'Dr. A. Holt paid 3.5 crowns.', '“Why?” he asked.', 'Nobody…']
    """
    return tuple(span for start, end in _runs(text) for span in _sentences(text, start, end))


def written(spans: Iterable[Span]) -> str:
    """Format spans as they are stored.

    >>> written([(0, 15), (16, 44)])
    '0-15 16-44'
    """
    return " ".join(f"{start}-{end}" for start, end in spans)


def parse(stored: str, length: int | None = None) -> tuple[Span, ...]:
    """Parse stored spans. Raises ValueError if they overlap, descend, or go beyond `length`.

    >>> parse("0-15 16-44")
    ((0, 15), (16, 44))
    """
    if not re.fullmatch(r"(?:\d{1,12}-\d{1,12}(?: \d{1,12}-\d{1,12})*)?", stored, re.ASCII):
        raise ValueError("sentences are stored as offsets, such as 0-15 16-44")
    pairs = (part.partition("-") for part in stored.split())
    spans = tuple((int(start), int(end)) for start, _, end in pairs)
    _check_order(spans, length)
    return spans


def _check_order(spans: Sequence[Span], length: int | None) -> None:
    for start, end in spans:
        if start >= end or (length is not None and end > length):
            raise ValueError(f"{start}-{end} is not a passage of the text")
    for before, after in pairwise(spans):
        if after[0] < before[1]:
            raise ValueError(f"{after[0]}-{after[1]} begins before {before[0]}-{before[1]} ends")


def _runs(text: str) -> Iterator[Span]:
    """Yield lines, joining those of a wrapped paragraph. An empty line always ends a run."""
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
    """Yield the sentences of one run. A piece without letters or digits joins the sentence before
    it.
    """
    cuts = [m.end() for m in CANDIDATE.finditer(text, start, end) if _ends(text, start, m, end)]
    spans: list[Span] = []
    for first, last in pairwise([start, *cuts, end]):
        piece = text[first:last]
        stop = first + len(piece.rstrip())
        if any(c.isalnum() for c in piece):
            spans.append((last - len(piece.lstrip()), stop))
        elif spans and piece.strip():
            spans[-1] = (spans[-1][0], stop)
    yield from spans


def _ends(text: str, start: int, match: re.Match[str], end: int) -> bool:
    """Tell whether these marks end a sentence."""
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
    """Tell whether a full stop belongs to the word before it: an initial, a title, a number."""
    word = re.split(r"[\s\W_]", before)[-1].lower()
    if word.isdigit():
        return len(word) <= 3 and not re.search(r"\w", before[: -len(word)]) and len(before) < WORD
    if len(word) == 1:
        return True
    return bool(TITLES.fullmatch(word)) or (
        bool(BEFORE_NUMBERS.fullmatch(word)) and following.isdigit()
    )


def _glued(text: str, start: int, match: re.Match[str], end: int) -> bool:
    """Tell whether just the space after the full stop is missing.

    That is so if a lower-case word precedes and a capital letter follows.
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
