"""Writer of word segments (`word_segments`): the texts of records by the words in them."""

from __future__ import annotations

import hashlib
import json
import zlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby
from operator import itemgetter
from typing import Final, NamedTuple

from kb.model.records import Assertion, Quote, Record
from kb.workspace.catalogs.labels import label, skeleton
from kb.workspace.indexing import searched_texts
from kb.workspace.indexing.searched_texts import FOUND, KINDS, LINE, NAME, PASSAGE, Text
from kb.workspace.indexing.word_pairs import PairPlanes
from kb.workspace.indexing.word_segments import COMMON, LONG, ORDER, SHORT, WORD_SIZE

# The weights of texts, best first.
_WEIGHTS: Final = (NAME, PASSAGE, LINE)
_NUMBER: Final = 0xFFFFFFFF
# Records whose change matters to a search.
_KEPT: Final = (*FOUND, Quote)


def mark(key: str) -> int:
    """Return a number for the key of a record (path and id); two keys never have the same."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), ORDER)


def checksum(words: Iterable[str]) -> int:
    """Return a checksum of the letters of a text, without spaces."""
    return zlib.crc32("".join(words).encode())


class _Entry(NamedTuple):
    """A record that can be found. The label of an assertion is the id of its claim."""

    kind: int
    id: str
    label: str
    unit: int
    texts: Sequence[Text]


@dataclass(slots=True)
class SegmentWriter:
    """The records of a segment that is not yet complete. A unit is the number of a stored file."""

    entries: list[_Entry] = field(default_factory=list)
    keys: list[tuple[int, int]] = field(default_factory=list)

    def add(
        self,
        unit: int,
        records: Iterable[Record],
        quotes: Mapping[str, Quote],
        documents: Mapping[str, str],
    ) -> None:
        """Add the records of a unit, with the passages and texts that they refer to."""
        for record in records:
            if isinstance(record, _KEPT):
                self.keys.append((mark(record.path + record.id), unit))
            if isinstance(record, FOUND):
                shown = record.claim if isinstance(record, Assertion) else label(record)
                texts = searched_texts.texts(record, quotes, documents)
                kind = FOUND.index(type(record))
                self.entries.append(_Entry(kind, record.id, shown or "", unit, texts))

    def repeats(self) -> bool:
        """Tell whether a record is here twice."""
        return len({key for key, _ in self.keys}) < len(self.keys)

    def data(self) -> bytes:
        """Return the bytes of the segment."""
        self.entries.sort(key=itemgetter(0, 1))
        texts = [text for entry in self.entries for text in entry.texts]
        order = _ranked(texts)
        ranked = array(SHORT, (number & _NUMBER for number in order))
        kinds = Counter(entry.kind for entry in self.entries)
        at, found = _found(texts, ranked)
        vocabulary = sorted(at, key=lambda word: (len(word), word))
        header: dict[str, object] = {
            "runs": _runs(order),
            "kinds": [kinds[kind] for kind in range(len(KINDS))],
            "lengths": sorted(Counter(map(len, vocabulary)).items()),
        }
        sections = {
            **_records(self.entries),
            **_strings("lines", (text.line for text in texts)),
            "texts": ranked.tobytes(),
            "ranks": _inverse(ranked).tobytes(),
            **found,
            **_vocabulary(vocabulary),
            **_postings([at[word] for word in vocabulary], len(ranked)),
            **self._keys(),
        }
        return _file(header, sections)

    def _keys(self) -> dict[str, bytes]:
        """Return the sections that say which unit has a record."""
        self.keys.sort()
        return {
            "keys": array(LONG, (key for key, _ in self.keys)).tobytes(),
            "owners": array(SHORT, (unit for _, unit in self.keys)).tobytes(),
        }


def _found(
    texts: Sequence[Text], ranked: Iterable[int]
) -> tuple[dict[str, array[int]], dict[str, bytes]]:
    """Return the ranks of the texts with each word, and the sections about letters and pairs."""
    at: dict[str, array[int]] = defaultdict(lambda: array(SHORT))
    marks, pairs = array(LONG), PairPlanes(sum(text.weight == NAME for text in texts))
    for rank, number in enumerate(ranked):
        words = texts[number].words
        marks.append(checksum(words) << 32 | rank)
        pairs.add(rank, words)
        for word in set(words):
            at[word].append(rank)
    return at, {"joined": array(LONG, sorted(marks)).tobytes(), "pairs": pairs.tobytes()}


def _ranked(texts: Sequence[Text]) -> list[int]:
    """Return the texts in the order of their ranks, each as a number: the place of its weight, the
    number of its words, and its place among the texts.
    """
    codes = {weight: code << 60 for code, weight in enumerate(_WEIGHTS)}
    return sorted(
        codes[text.weight] | len(text.words) << 32 | number for number, text in enumerate(texts)
    )


def _runs(order: Iterable[int]) -> list[tuple[int, float, int]]:
    """Return the runs of ranks with the same weight and number of words."""
    groups = [(head, sum(1 for _ in group)) for head, group in groupby(n >> 32 for n in order)]
    ends = accumulate(length for _, length in groups)
    return [
        (end, _WEIGHTS[head >> 28], head & (1 << 28) - 1)
        for end, (head, _) in zip(ends, groups, strict=True)
    ]


def _inverse(numbers: array[int]) -> array[int]:
    """Return the place of each number.

    >>> _inverse(array("I", [2, 0, 1]))
    array('I', [1, 2, 0])
    """
    found = array(numbers.typecode, bytes(numbers.itemsize * len(numbers)))
    for place, number in enumerate(numbers):
        found[number] = place
    return found


def _records(entries: Sequence[_Entry]) -> dict[str, bytes]:
    """Return the sections about records: the unit and the first text of each, ids and labels."""
    first = array(SHORT, accumulate((len(entry.texts) for entry in entries), initial=0))
    return {
        "first": first.tobytes(),
        "units": array(SHORT, (entry.unit for entry in entries)).tobytes(),
        **_strings("ids", (entry.id for entry in entries)),
        **_strings("labels", (entry.label for entry in entries)),
    }


def _strings(name: str, strings: Iterable[str]) -> dict[str, bytes]:
    """Return a section of several texts, and one of their ends."""
    parts = [text.encode() for text in strings]
    ends = array(LONG, accumulate(map(len, parts), initial=0))
    return {name: b"".join(parts), f"{name}-ends": ends.tobytes()}


def _vocabulary(words: Sequence[str]) -> dict[str, bytes]:
    """Return the sections about words: all of them, and those in Latin letters by consonants."""
    latin = sorted(f"{skeleton(word)} {word}" for word in words if word.isascii())
    return {
        "words": "\n".join(("", *words, "")).encode(),
        "skeletons": "\n".join(("", *latin, "")).encode(),
    }


def _postings(found: Sequence[array[int]], size: int) -> dict[str, bytes]:
    """Return the sections that say which ranks have a word: as a bitmap for each common word, and
    as a list for any other.
    """
    common = [n for n, ranks in enumerate(found) if len(ranks) * COMMON > size]
    bitmaps = [_bitmap(found[n], size) for n in common]
    lists = list(found)
    for n in common:
        lists[n] = array(SHORT)
    return {
        "starts": array(LONG, accumulate(map(len, lists), initial=0)).tobytes(),
        "lists": b"".join(ranks.tobytes() for ranks in lists),
        "common": array(SHORT, common).tobytes(),
        "bitmaps": b"".join(bitmaps),
    }


def _bitmap(ranks: Iterable[int], size: int) -> bytes:
    bits = bytearray((size + 7) // 8)
    for rank in ranks:
        bits[rank >> 3] |= 1 << (rank & 7)
    return bytes(bits)


def _file(header: dict[str, object], sections: Mapping[str, bytes]) -> bytes:
    """Return a whole segment: the length of the header, the header, the sections."""
    places: dict[str, tuple[int, int]] = {}
    parts, start = [], 0
    for name, data in sections.items():
        places[name] = start, len(data)
        padded = data + bytes(-len(data) % WORD_SIZE)
        parts.append(padded)
        start += len(padded)
    head = json.dumps({**header, "sections": places}, separators=(",", ":")).encode()
    head += b" " * (-len(head) % WORD_SIZE)
    return b"".join((len(head).to_bytes(WORD_SIZE, ORDER), head, *parts))
