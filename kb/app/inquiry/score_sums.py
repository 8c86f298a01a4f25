"""Sums of scores for very many texts at once.

Each text is a bit of large numbers, one for each binary digit of the sum.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

# Parts of a point in which sums are counted, rounded up.
FINE: Final = 1 << 12
_SOMETHING: Final = re.compile(rb"[^\0]")


class Sums:
    """Sums of scores for all texts: the texts with a bit of their sum, from the lowest bit."""

    def __init__(self) -> None:
        self._bits: list[int] = []

    def add(self, levels: Iterable[tuple[float, int]]) -> None:
        """Add the highest score of each text. `levels` are scores, highest first, each with the
        texts that have it.

        >>> sums = Sums()
        >>> sums.add([(100.0, 0b001), (75.0, 0b011)])
        >>> sums.add([(100.0, 0b010)])
        >>> [(total / FINE, texts) for total, texts in sums.highest(0b111)]
        [(175.0, 2), (100.0, 1), (0.0, 4)]
        """
        seen, added = 0, defaultdict[int, int](int)
        for score, texts in levels:
            number = _fine(score)
            for bit in range(number.bit_length()):
                if number >> bit & 1:
                    added[bit] |= texts & ~seen
            seen |= texts
        self._bits += [0] * (max(len(self._bits), max(added, default=0) + 1) + 1 - len(self._bits))
        carry = 0
        for bit, old in enumerate(self._bits):
            new = added[bit]
            self._bits[bit] = old ^ new ^ carry
            carry = (old & new) | (carry & (old ^ new))

    def reaching(self, least: int) -> int:
        """Return the texts with at least this sum."""
        more, same = 0, -1
        for bit in reversed(range(max(len(self._bits), least.bit_length()))):
            texts = self._bits[bit] if bit < len(self._bits) else 0
            if least >> bit & 1:
                same &= texts
            else:
                more |= same & texts
                same &= ~texts
        return more | same

    def highest(self, texts: int) -> Iterator[tuple[int, int]]:
        """Yield the sums of these texts, highest first, each with the texts that have it."""
        return self._below(len(self._bits), 0, texts)

    def _below(self, bit: int, total: int, texts: int) -> Iterator[tuple[int, int]]:
        if not texts:
            return
        if not bit:
            yield total, texts
            return
        high = texts & self._bits[bit - 1]
        yield from self._below(bit - 1, total | 1 << bit - 1, high)
        yield from self._below(bit - 1, total, texts & ~high)


def _fine(score: float) -> int:
    """Return a score in parts of a point, rounded up by more than what is lost in sums."""
    parts = score * FINE
    return int(parts) if parts.is_integer() else math.ceil(parts + 1e-6)


def following(data: bytes, rank: int) -> int | None:
    """Return the first set bit from a place on, or None.

    >>> following(bytes([0, 4]), 0), following(bytes([0, 4]), 11)
    (10, None)
    """
    place = rank >> 3
    if place >= len(data):
        return None
    rest = data[place] >> (rank & 7)
    if rest:
        return rank + (rest & -rest).bit_length() - 1
    match = _SOMETHING.search(data, place + 1)
    if match is None:
        return None
    first = data[match.start()]
    return match.start() * 8 + (first & -first).bit_length() - 1
