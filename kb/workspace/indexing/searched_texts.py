"""Texts that a search looks through, and the words that they are split into.

They are the ids, names, statements, titles and passages of records, and the lines of documents.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from kb.model.records import Assertion, Claim, Entity, Quote, Record, Source

# Kinds of records that are found, in the order of hits with the same score, and their classes.
KINDS: Final = ("entity", "claim", "source", "assertion")
FOUND: Final = (Entity, Claim, Source, Assertion)
# Weights: names and statements, quoted passages, lines of a text that nobody coded.
NAME, PASSAGE, LINE = 1.0, 0.9, 0.85
WORD: Final = re.compile(r"[^\W_]+")


class Text(NamedTuple):
    """A text that is searched: with single spaces, its weight, and its words."""

    line: str
    weight: float
    words: tuple[str, ...]


def texts(record: Record, quotes: Mapping[str, Quote], documents: Mapping[str, str]) -> list[Text]:
    """Return the texts of a record that have words; texts for people come before ids.

    `quotes` are passages by id, `documents` the texts of sources by id.

    >>> [text.line for text in texts(Entity("pier-1", name="Old  Pier"), {}, {})]
    ['Old Pier', 'pier-1']
    """
    match record:
        case Entity():
            return _split((record.name, *record.also, record.id), NAME)
        case Claim():
            return _split((record.statement, record.id), NAME)
        case Source():
            names = _split((record.title, record.file_name, record.id), NAME)
            return names + _split(documents.get(record.id, "").splitlines(), LINE)
        case Assertion():
            passage = _passage(quotes.get(record.quote or ""), documents)
            return _split((passage, *record.words), PASSAGE)
    return []


def _split(lines: Iterable[str | None], weight: float) -> list[Text]:
    return [
        Text(" ".join(line.split()), weight, found)
        for line in lines
        if line and (found := words(line))
    ]


def _passage(quote: Quote | None, documents: Mapping[str, str]) -> str | None:
    """Return the full passage if its text is available, else its stored words."""
    if quote is None:
        return None
    text = documents.get(quote.source or "")
    return (
        text[quote.start : quote.end]
        if text and quote.start is not None and quote.end is not None
        else quote.fragment
    )


def words(text: str) -> tuple[str, ...]:
    """Split a text into words in the form that is compared.

    >>> words("Al-Šarīf’s *Café* №2"), words("The dockers' union_2")
    (('al', 'sarifs', 'cafe', 'no2'), ('the', 'dockers', 'union', '2'))
    """
    if text.isascii():
        found = text.encode().translate(_ASCII, _LEFT_OUT).decode().split()
        return tuple(map(sys.intern, found))
    plain = unicodedata.normalize("NFKD", text).translate(_MARKS)
    return tuple(map(sys.intern, WORD.findall(plain.casefold().translate(_HABITS))))


class _Marks(dict[int, int | None]):
    """Characters for `str.translate`: marks and format characters are left out."""

    def __missing__(self, code: int) -> int | None:
        """Look a character up once."""
        mark = unicodedata.category(chr(code)) in ("Mn", "Mc", "Me", "Cf")
        self[code] = None if mark else code
        return self[code]


class _Habits(dict[int, int | str | None]):
    """Characters for `str.translate`: some are replaced or left out, others stay."""

    def __missing__(self, code: int) -> int:
        """Keep a character. Without this, each costs an exception."""
        self[code] = code
        return code


_MARKS: Final = _Marks()
# Letters written in one script only, or differently by habit: alif maqsura, ta marbuta, tatweel,
# quotes that stand for ʿayn or hamza.
_HABITS: Final = _Habits(str.maketrans("ىةıłø", "يهilo", "ـ'’‘`ʿʾʼ"))
# The same for ASCII, which has no marks: other characters than letters and digits become spaces.
_ASCII: Final = bytes(
    ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else ord(" ")
    for code in range(256)
)
_LEFT_OUT: Final = b"'`"
