"""Descriptions of unnamed speakers: the words and the noun by which they are compared."""

from __future__ import annotations

import re
from typing import Final

# Words of a description that do not tell people apart.
_NOT_TELLING: Final = frozenset({"a", "an", "the", "one", "another", "some", "of", "in", "from"})
# Words after which a description says where somebody is from, or what they are close to.
_FURTHER: Final = re.compile(
    r"\b(?:of|in|from|at|on|by|with|for|near|close|familiar|who|whose|that|to|within|inside)\b|,",
    re.IGNORECASE,
)


def sort_of(text: str) -> str:
    """Return what sort of speaker a description names: the last word before what it adds.

    >>> sort_of("senior officials close to the talks"), sort_of("an official of the ministry")
    ('official', 'official')
    """
    words = re.findall(r"[^\W\d_]+", _FURTHER.split(text.casefold())[0])
    return words[-1].removesuffix("s") if words else ""


def description(text: str) -> frozenset[str]:
    """Return the words of a description that tell people apart, plurals as singulars.

    >>> sorted(description("residents of the town, 1 of 2"))
    ['resident', 'town']
    """
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return frozenset(w.removesuffix("s") for w in words if w not in _NOT_TELLING)
