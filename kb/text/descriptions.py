"""Descriptions of unnamed speakers: their noun, whether it means one person or several, and the
words by which two descriptions are compared.
"""

from __future__ import annotations

import re
from typing import Final

# Words of a description that do not tell people apart.
_NOT_TELLING: Final = frozenset({"a", "an", "the", "one", "another", "some", "of", "in", "from"})
# Words at the beginning of a description of several people.
_SEVERAL: Final = frozenset({
    "some", "several", "many", "few", "both", "most", "various", "numerous", "all", "dozens",
    "hundreds", "thousands", "these", "those", "two", "three", "four", "five", "six", "seven",
    "eight", "nine", "ten",
})  # fmt: skip
# Nouns for several people that do not end like plurals.
_GROUPS: Final = frozenset({
    "people", "men", "women", "children", "folk", "police", "staff", "crew", "personnel", "media",
    "press", "group", "team", "couple", "pair", "number", "family", "crowd", "delegation",
    "committee", "majority", "minority", "band", "troop",
})  # fmt: skip
# Words after which a description says where somebody is from, or what they know.
_FURTHER: Final = re.compile(
    r"\b(?:of|in|from|at|on|by|with|for|near|close|familiar|who|whose|that|to|within|inside)\b|,"
)
# A last word that is not the noun: officials briefed on it, residents living there.
_AFTER_NOUN: Final = re.compile(r"\w{2,}(?:ing|ed)|present|there|here")


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold())


def _to_noun(text: str) -> list[str]:
    """Return the words of a description up to its noun, without what follows it."""
    words = _words(_FURTHER.split(text.casefold())[0])
    while len(words) > 1 and _AFTER_NOUN.fullmatch(words[-1]) and words[-2] not in _NOT_TELLING:
        words.pop()
    return words


def means_one(description: str) -> bool:
    """Tell whether a description means one person, by its noun and the word that it begins with.

    >>> [means_one(text) for text in ("senior engineer of the mill", "a member of the crew")]
    [True, True]
    >>> [means_one(text) for text in ("some leaders", "officials briefed on it", "villagers")]
    [False, False, False]
    """
    words = _to_noun(description)
    if not words:
        return True
    if words[0] in _SEVERAL or "and" in words:
        return False
    return words[-1] not in _GROUPS and not re.search(r"[^siu]s$", words[-1])


def sort_of(description: str) -> str:
    """Return the sort of speaker that a description names: its noun, a plural as a singular.

    >>> sort_of("senior officials close to the talks"), sort_of("an official briefed on the talks")
    ('official', 'official')
    """
    words = _to_noun(description)
    return words[-1].removesuffix("s") if words else ""


def telling_words(description: str) -> frozenset[str]:
    """Return the words of a description that tell people apart, plurals as singulars.

    >>> sorted(telling_words("residents of the town, 1 of 2"))
    ['resident', 'town']
    """
    return frozenset(w.removesuffix("s") for w in _words(description) if w not in _NOT_TELLING)
