"""Pairs of neighbouring words, by which most texts without a pair are left out of a search.

Each pair belongs to one of a few groups, and each group has a bitmap of the texts with any of its
pairs. So a text that is not in the bitmap of a pair does not have it. Only texts with the highest
weight are in them: if these have the words apart, they are still better than the others.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final

# Bitmaps of a segment. A text of ten words is in the bitmap of one pair of fourteen by chance.
GROUPS: Final = 128


def halves(word: str) -> tuple[int, int]:
    """Return what a word adds to the group of a pair, as its first and as its second word. These
    are the same in every process.
    """
    number = zlib.crc32(word.encode())
    return number % GROUPS, (number >> 16) % GROUPS


class _Halves(dict[str, tuple[int, int]]):
    """The halves of words, computed once for each."""

    def __missing__(self, word: str) -> tuple[int, int]:
        """Compute the halves of a word."""
        found = self[word] = halves(word)
        return found


class PairPlanes:
    """The bitmaps of a segment that is not yet complete."""

    def __init__(self, texts: int) -> None:
        """`texts` is the number of texts with the highest weight, whose ranks come first."""
        self._texts = texts
        self._planes = [bytearray((texts + 7) // 8) for _ in range(GROUPS)]
        self._halves = _Halves()

    def add(self, rank: int, words: Sequence[str]) -> None:
        """Add the pairs of a text."""
        if rank >= self._texts:
            return
        place, bit = rank >> 3, 1 << (rank & 7)
        planes, known, before = self._planes, self._halves, -1
        for word in words:
            first, second = known[word]
            if before >= 0:
                planes[before ^ second][place] |= bit
            before = first

    def tobytes(self) -> bytes:
        """Return the bitmaps, one after the other."""
        return b"".join(self._planes)


def texts(first: Iterable[str], second: Iterable[str], plane: Callable[[int], int]) -> int:
    """Return the texts in the bitmap of any pair of these words. `plane` returns a bitmap."""
    before = {halves(word)[0] for word in first}
    after = {halves(word)[1] for word in second}
    found = 0
    for number in {one ^ other for one in before for other in after}:
        found |= plane(number)
    return found
