"""Descriptions of unnamed speakers: whether the words mean one person or several."""

from __future__ import annotations

import re
from typing import Final

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
    r"\b(?:of|in|from|at|on|by|with|for|near|close|familiar|present|who|whose|that|to|within|inside)"
    r"\b|,"
)
# A last word that is no noun: officials briefed on it, residents living there.
_PARTICIPLE: Final = re.compile(r"\w{2,}(?:ing|ed)")


def means_one(description: str) -> bool:
    """Tell whether a description means one person, by its noun and the word that it begins with.

    >>> [means_one(text) for text in ("senior engineer of the mill", "a member of the crew")]
    [True, True]
    >>> [means_one(text) for text in ("some leaders", "officials briefed on it", "villagers")]
    [False, False, False]
    """
    words = re.findall(r"[^\W\d_]+", _FURTHER.split(description.casefold())[0])
    if len(words) > 1 and _PARTICIPLE.fullmatch(words[-1]):
        words.pop()
    if not words:
        return True
    if words[0] in _SEVERAL or "and" in words:
        return False
    noun = words[-1]
    return noun not in _GROUPS and not re.search(r"[^siu]s$", noun)
