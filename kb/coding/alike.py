"""Index of ids by their words, to find claims that a new claim may repeat with other spelling."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Final

# Number of rare words of an id that are looked up. One of them may be misspelt and another missing.
LOOKED_UP: Final = 3
# A word that more ids contain is too common to find similar ids.
COMMON: Final = 30


class Alike:
    """Ids by the words that they contain: recorded ones, which a look-up finds, and new ones."""

    def __init__(self, recorded: Callable[[str], Sequence[str]] = lambda word: ()) -> None:
        """`recorded` returns the recorded ids with a word."""
        self._recorded = recorded
        self._ids: dict[str, list[str]] = defaultdict(list)

    def add(self, id: str) -> None:
        """Add an id."""
        for word in dict.fromkeys(id.split("-")):
            self._ids[word].append(id)

    def candidates(self, id: str) -> list[str]:
        """Return the ids that share one of the rarest words of this one.

        >>> known = Alike({"guard": ["the-guard-went"]}.get)
        >>> known.add("a-ship-came")
        >>> known.candidates("a-guard-came"), known.candidates("ship")
        (['a-ship-came', 'the-guard-went'], ['a-ship-came'])
        """
        words = dict.fromkeys(id.split("-"))
        both = ([*(self._recorded(w) or ()), *self._ids.get(w, ())] for w in words)
        found = sorted((list(dict.fromkeys(ids)) for ids in both), key=len)
        rare = [ids for ids in found if 0 < len(ids) <= COMMON][:LOOKED_UP]
        return list(dict.fromkeys(one for ids in rare for one in ids))
