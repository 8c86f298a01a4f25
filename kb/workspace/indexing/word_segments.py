"""Word segment: a file with the searched texts of some records, by the words in them.

Texts have a rank: by weight, then those with fewer words first, then by kind and id of their
record. So of texts with the same words, the lowest rank has the best score. The ranks of the texts
with a word are a list, or for a common word a bitmap. A segment never changes once it is written.
"""

from __future__ import annotations

import json
import mmap
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain
from pathlib import Path
from typing import Final, Literal, NamedTuple

from kb.workspace.indexing import word_pairs
from kb.workspace.indexing.searched_texts import KINDS, NAME

# Bytes before the header: its length. Sections begin at a multiple of it.
WORD_SIZE: Final = 8
# A word in more than one of so many texts has a bitmap, which then is not longer than a list.
COMMON: Final = 32
BYTES: Final = "B"
SHORT: Final = "I"
LONG: Final = "Q"
ORDER: Final = sys.byteorder


class Run(NamedTuple):
    """Ranks up to `end`, exclusive, whose texts have the same weight and number of words."""

    end: int
    weight: float
    words: int


class Vocabulary:
    """Words in the order of their lengths, then of their letters; each has its place as a number.

    They are one text, in which a word of a length is found by its number.

    >>> words = Vocabulary("\\npier\\nquay\\nharbour\\n", {4: 2, 7: 1})
    >>> list(words.containing("arb")), words.of(4), words.number("quay"), words.number("ship")
    ([(2, 'harbour')], ['pier', 'quay'], 1, None)
    """

    def __init__(self, text: str, lengths: Mapping[int, int]) -> None:
        """`lengths` has the number of words of each length."""
        self._text = text
        self._lengths = sorted(lengths)
        numbers = [lengths[length] for length in self._lengths]
        # The number of the first word of each length, and its place in the text.
        self._first = [0, *accumulate(numbers)]
        sizes = [n * (length + 1) for n, length in zip(numbers, self._lengths, strict=True)]
        self._start = [1, *(1 + end for end in accumulate(sizes))]

    def containing(self, letters: str) -> Iterator[tuple[int, str]]:
        """Yield the numbers of the words with these letters in them, and the words."""
        return self._found(letters, 0)

    def beginning(self, letters: str) -> Iterator[tuple[int, str]]:
        """Yield the numbers of the words that begin with these letters, and the words."""
        return self._found(f"\n{letters}", 1)

    def _found(self, sought: str, skipped: int) -> Iterator[tuple[int, str]]:
        """Yield each word at which the text has these characters, of which some come before it."""
        at = self._text.find(sought)
        while at >= 0:
            group = bisect_right(self._start, at + skipped) - 1
            length, start = self._lengths[group], self._start[group]
            place = (at + skipped - start) // (length + 1)
            begin = start + place * (length + 1)
            yield self._first[group] + place, self._text[begin : begin + length]
            at = self._text.find(sought, begin + length)

    def between(self, shortest: int, longest: int) -> Iterator[tuple[int, list[str]]]:
        """Yield the words of each of these lengths, with the number of the first one."""
        for group, length in enumerate(self._lengths):
            if shortest <= length <= longest:
                yield self._first[group], self.of(length)

    def of(self, length: int) -> list[str]:
        """Return the words of a length."""
        group = self._lengths.index(length)
        return self._text[self._start[group] : self._start[group + 1] - 1].split("\n")

    def number(self, word: str) -> int | None:
        """Return the number of a word, or None if it does not occur."""
        length = len(word)
        if length not in self._lengths:
            return None
        group = self._lengths.index(length)
        start, first = self._start[group], self._first[group]

        def nth(n: int) -> str:
            """Return a word of this length."""
            begin = start + n * (length + 1)
            return self._text[begin : begin + length]

        number = self._first[group + 1] - first
        place = bisect_left(range(number), word, key=nth)
        return first + place if place < number and nth(place) == word else None


def _mapped(path: Path) -> memoryview[int]:
    """Return the bytes of a file. The system reads the parts of it that are looked at."""
    with path.open("rb") as stream:
        return memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))


class WordSegment:
    """A complete segment, for reading."""

    def __init__(self, path: Path) -> None:
        """Open a segment. Raises OSError, and ValueError or KeyError if it is not one."""
        self._data = _mapped(path)
        self._body = WORD_SIZE + int.from_bytes(self._data[:WORD_SIZE], ORDER)
        header = json.loads(bytes(self._data[WORD_SIZE : self._body]))
        self._sections: Mapping[str, Sequence[int]] = header["sections"]
        self._kinds: Sequence[int] = [0, *accumulate(header["kinds"])]
        self.runs: Sequence[Run] = [Run(*run) for run in header["runs"]]
        self._ends = [run.end for run in self.runs]
        self.size = self._ends[-1] if self._ends else 0
        words = str(self._section("words", BYTES), "utf-8")
        self.vocabulary = Vocabulary(words, dict(header["lengths"]))
        self._first, self._texts, self._ranks, self._units, self._lists, self._common = (
            self._section(name, SHORT)
            for name in ("first", "texts", "ranks", "units", "lists", "common")
        )
        self._starts = self._section("starts", LONG)
        self._bitmaps = self._section("bitmaps", BYTES)

    def _section(self, name: str, kind: Literal["B", "I", "Q"]) -> memoryview[int]:
        start, length = self._sections[name]
        return self._data[self._body + start :][:length].cast(kind)

    # --- words

    def bitmap(self, numbers: Iterable[int]) -> int:
        """Return the texts with any of these words: bit n is set for rank n."""
        found, ranks = 0, list[Sequence[int]]()
        width = (self.size + 7) // 8
        for number in numbers:
            place = bisect_left(self._common, number)
            if place < len(self._common) and self._common[place] == number:
                found |= int.from_bytes(self._bitmaps[place * width :][:width], "little")
            else:
                ranks.append(self._lists[self._starts[number] : self._starts[number + 1]])
        return found | self.bits(chain.from_iterable(ranks))

    def bits(self, ranks: Iterable[int]) -> int:
        """Return a number with a bit for each of these ranks."""
        found = bytearray((self.size + 7) // 8)
        for rank in ranks:
            found[rank >> 3] |= 1 << (rank & 7)
        return int.from_bytes(found, "little")

    def consonants(self, bones: str) -> Iterator[str]:
        """Yield the words in Latin letters with these consonants (`labels.skeleton`)."""
        text = str(self._section("skeletons", BYTES), "ascii")
        sought = f"\n{bones} "
        at = text.find(sought)
        while at >= 0:
            end = text.find("\n", at + 1)
            yield text[at + len(sought) : end]
            at = end if text.startswith(sought, end) else -1

    def joined(self, mark: int) -> list[int]:
        """Return the ranks of the texts whose letters have this checksum."""
        marks = self._section("joined", LONG)
        low, high = bisect_left(marks, mark << 32), bisect_left(marks, (mark + 1) << 32)
        return [entry & 0xFFFFFFFF for entry in marks[low:high]]

    def neighbours(self, first: Iterable[str], second: Iterable[str]) -> int:
        """Return the texts that may have one of the first words before one of the second ones."""
        planes = self._section("pairs", BYTES)
        width = len(planes) // word_pairs.GROUPS
        named = next((run.end for run in reversed(self.runs) if run.weight == NAME), 0)
        others = (1 << self.size) - (1 << named)
        return others | word_pairs.texts(
            first, second, lambda n: int.from_bytes(planes[n * width :][:width], "little")
        )

    # --- texts and records

    def run(self, rank: int) -> Run:
        """Return the run that a rank is in."""
        return self.runs[bisect_right(self._ends, rank)]

    def text(self, rank: int) -> int:
        """Return the number of the text with a rank. Texts of a record are numbered in order."""
        return int(self._texts[rank])

    def rank(self, text: int) -> int:
        """Return the rank of a text."""
        return int(self._ranks[text])

    def record(self, text: int) -> int:
        """Return the number of the record of a text. They are ordered by kind and id."""
        return bisect_right(self._first, text) - 1

    def texts(self, record: int) -> range:
        """Return the numbers of the texts of a record."""
        return range(self._first[record], self._first[record + 1])

    def line(self, text: int) -> str:
        """Return a text."""
        return self._string("lines", text)

    def unit(self, record: int) -> int:
        """Return the number of the unit that a record is in."""
        return int(self._units[record])

    def kind(self, record: int) -> int:
        """Return the place of the kind of a record among KINDS."""
        return bisect_right(self._kinds, record) - 1

    def id(self, record: int) -> str:
        """Return the id of a record."""
        return self._string("ids", record)

    def label(self, record: int) -> str:
        """Return the label of a record, empty if it has none; for an assertion, its claim's id."""
        return self._string("labels", record)

    def named(self, kind: str, id: str) -> int | None:
        """Return the number of a record, or None if it is not here."""
        group = KINDS.index(kind)
        low, high = self._kinds[group], self._kinds[group + 1]
        place = bisect_left(range(high), id, low, high, key=self.id)
        return place if place < high and self.id(place) == id else None

    def _string(self, name: str, number: int) -> str:
        """Return one of several texts of a section, after which come their ends."""
        ends = self._section(f"{name}-ends", LONG)
        start, length = self._sections[name]
        begin = self._body + start
        return str(self._data[begin + ends[number] : begin + ends[number + 1]], "utf-8")

    # --- keys

    def owner(self, mark: int) -> int | None:
        """Return the unit with the record whose key has this mark, or None."""
        marks = self._section("keys", LONG)
        place = bisect_left(marks, mark)
        if place == len(marks) or marks[place] != mark:
            return None
        return int(self._section("owners", SHORT)[place])
