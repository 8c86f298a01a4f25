"""Possible translations: texts in two languages that share the numbers and names of the shorter
one.

Such a pair is a hint that one was translated, never a judgement.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

# Digits, and separators between groups of them. A space separates thousands only.
_NUMBER: Final = re.compile(r"\d+(?:[.,'’٫٬]\d+|[ \u00a0\u202f]\d{3}(?!\d))*")
_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
# The least share of the numbers of the shorter text that must be in the other one.
NUMBERS: Final = 0.8
# Most texts that share a mark; one that more share says nothing.
TOO_COMMON: Final = 50
# Marks in common from which on a pair is looked at.
FEWEST: Final = 3
# Characters that are looked at.
SAMPLE: Final = 500_000


@dataclass(frozen=True, slots=True)
class Marks:
    """What a translation keeps of a text: its numbers of two digits and more, and its names."""

    numbers: frozenset[str]
    names: frozenset[str]


def marks(text: str) -> Marks:
    """Return the numbers and names of a text, written so that they can be compared.

    >>> sorted(marks("Am 5. März 2024 zahlte Selmouth 1.200 Kronen.").numbers)
    ['1200', '2024']
    """
    sample = text[:SAMPLE]
    found = ("".join(filter(str.isdecimal, one[0])) for one in _NUMBER.finditer(sample))
    numbers = {str(int(digits)) for digits in found if len(digits) < 20}
    names = {_plain(word[0]) for word in _WORD.finditer(sample) if word[0][0].isupper()}
    return Marks(frozenset(n for n in numbers if len(n) > 1), frozenset(names))


def _plain(word: str) -> str:
    """Return a word without case and accents."""
    apart = unicodedata.normalize("NFD", word.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def in_common(one: Marks, other: Marks) -> int:
    """Return how many numbers and names two texts share; 0 if their numbers differ.

    Years count only as part of the numbers: many texts share them.

    >>> toll = marks("The toll of Selmouth rose from 12 to 16 crowns, said Ines Holt.")
    >>> in_common(toll, marks("Ines Holt: Der Zoll in Selmouth steigt von 12 auf 16 Kronen."))
    5
    >>> in_common(toll, marks("Ines Holt: Der Zoll in Selmouth steigt von 13 auf 17 Kronen."))
    0
    """
    shared = one.numbers & other.numbers
    least = min(len(one.numbers), len(other.numbers))
    if len(shared) < NUMBERS * least:
        return 0
    telling = [number for number in shared if not _YEAR.fullmatch(number)]
    return len(telling) + len(one.names & other.names)


def near(found: Mapping[str, Marks], languages: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the pairs of texts in different languages that share enough marks to be compared, in
    linear time.
    """
    users: dict[str, list[str]] = defaultdict(list)
    for name, one in found.items():
        for mark in one.numbers | one.names:
            users[mark].append(name)
    counts = Counter[tuple[str, str]]()
    for names in users.values():
        if len(names) <= TOO_COMMON:
            pairs = combinations(names, 2)
            counts.update(pair for pair in pairs if languages[pair[0]] != languages[pair[1]])
    yield from (pair for pair, number in counts.items() if number >= FEWEST)
