"""Index of ids by their words, to find claims that a new claim may repeat with other spelling."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

# Number of rare words of an id that are looked up. One of them may be misspelt and another missing.
LOOKED_UP: Final = 3
# A word that more ids contain is too common to find similar ids.
COMMON: Final = 30


class Alike:
    """Ids by the words that they contain."""

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self._ids: dict[str, list[str]] = defaultdict(list)
        for id in ids:
            self.add(id)

    def add(self, id: str) -> None:
        """Add an id."""
        for word in dict.fromkeys(id.split("-")):
            self._ids[word].append(id)

    def candidates(self, id: str) -> list[str]:
        """Return the ids that share one of the rarest words of this one.

        >>> Alike(["a-ship-came", "the-guard-went"]).candidates("the-guards-went")
        ['the-guard-went']
        """
        found = sorted((self._ids.get(word, []) for word in dict.fromkeys(id.split("-"))), key=len)
        rare = [ids for ids in found if 0 < len(ids) <= COMMON][:LOOKED_UP]
        return list(dict.fromkeys(one for ids in rare for one in ids))
