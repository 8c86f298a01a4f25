"""Ids of claims by their words: which of thousands a new one may be a misspelling of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

# Rare words of an id that are looked up: of two ids that say the same, one word may be misspelt,
# and another left out.
LOOKED_UP: Final = 3
# A word of more ids than this tells nothing about any of them.
COMMON: Final = 30


class Alike:
    """Which ids have a word of their own in common."""

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self._ids: dict[str, list[str]] = defaultdict(list)
        for id in ids:
            self.add(id)

    def add(self, id: str) -> None:
        """Know one more id."""
        for word in dict.fromkeys(id.split("-")):
            self._ids[word].append(id)

    def candidates(self, id: str) -> list[str]:
        """Ids that share one of the rarest words of this one.

        >>> Alike(["a-ship-came", "the-guard-went"]).candidates("the-guards-went")
        ['the-guard-went']
        """
        found = sorted((self._ids.get(word, []) for word in dict.fromkeys(id.split("-"))), key=len)
        rare = [ids for ids in found if 0 < len(ids) <= COMMON][:LOOKED_UP]
        return list(dict.fromkeys(one for ids in rare for one in ids))
