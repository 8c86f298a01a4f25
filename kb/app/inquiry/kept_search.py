"""Search in the table of words that is kept: the same hits as `search`, without every text.

The scores of the typed words are added up for all texts at once (`score_sums`). Then the texts with
the highest sums are looked at first, and no further than where the best possible score is too low
for the hits that are wanted.
"""

from __future__ import annotations

import math
from bisect import insort
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from kb.app.inquiry import word_scores
from kb.app.inquiry.score_sums import FINE, Sums, following
from kb.app.inquiry.word_scores import (
    ENOUGH,
    SAME,
    SHORTEST_ALIKE,
    SHORTEST_SKELETON,
    SKELETON,
    Hit,
)
from kb.workspace.catalogs.labels import skeleton
from kb.workspace.indexing import searched_texts
from kb.workspace.indexing.searched_texts import KINDS
from kb.workspace.indexing.word_segments import WordSegment
from kb.workspace.indexing.word_table import Part, WordTable
from kb.workspace.indexing.word_writer import checksum


def find(table: WordTable, words: str, limit: int = 20) -> list[Hit]:
    """Find records with these words, best first, each once (see `search.find`). Raises Usage."""
    wanted = word_scores.asked(words)
    best = Best(max(limit, 0))
    for part in table.parts if limit > 0 else ():
        _PartSearch(part, wanted, best).run()
    return [_hit(table, one) for one in best.found]


class Found(NamedTuple):
    """A record that was found, in the order of hits: the negative of its score, its kind and id;
    then where it is, and the text with that score.
    """

    score: float
    kind: int
    id: str
    part: Part
    record: int
    text: int

    @property
    def order(self) -> tuple[float, int, str]:
        """No two records have the same."""
        return self[:3]


@dataclass(slots=True)
class Best:
    """The best records so far, at most so many."""

    limit: int
    found: list[Found] = field(default_factory=list)

    def add(self, one: Found) -> None:
        """Add a record. If there are too many, the last one is dropped."""
        insort(self.found, one, key=lambda found: found.order)
        del self.found[self.limit :]

    @property
    def last(self) -> tuple[float, int, str]:
        """What a record must come before, to be added."""
        full = len(self.found) == self.limit
        return self.found[-1].order if full else (math.inf, 0, "")


def _hit(table: WordTable, one: Found) -> Hit:
    """Return what is shown of a record."""
    segment, kind = one.part.segment, KINDS[one.kind]
    label = segment.label(one.record)
    if kind == "assertion":
        label = table.label("claim", label)
    return Hit(kind, one.id, label or one.id, -one.score, segment.line(one.text))


class _PartSearch:
    """One search in one segment."""

    def __init__(self, part: Part, wanted: tuple[str, ...], best: Best) -> None:
        self.part, self.wanted, self.best = part, wanted, best
        self.segment = part.segment
        self.similar: dict[str, Mapping[str, float]] = {}
        self.done: set[int] = set()
        # The texts with enough similar words, or with the typed letters, by rank.
        self.reached = b""
        # Those that may have the typed words side by side.
        self.together = b""

    def run(self) -> None:
        """Add the best records of the segment."""
        sums = Sums()
        for word in self.wanted:
            numbers = similar(self.segment, word)
            self.similar[word] = dict(numbers.values())
            sums.add(_levels(self.segment, numbers))
        enough = sums.reaching(math.floor(ENOUGH * len(self.wanted) * FINE))
        joined = self.segment.bits(self.segment.joined(checksum(self.wanted)))
        self.reached = self._bytes(enough | joined)
        self._look(joined)
        self.together = self._bytes(self._neighbours(enough))
        for total, texts in sums.highest(enough):
            mean = total / FINE / len(self.wanted)
            if -round(self._bound(mean, len(self.wanted)), 1) > self.best.last[0]:
                return
            self._look(texts, mean)

    def _neighbours(self, texts: int) -> int:
        """Return those of these texts that may have the typed words one after the other."""
        for first, second in pairwise(self.wanted):
            texts &= self.segment.neighbours(self.similar[first], self.similar[second])
        return texts

    def _bytes(self, texts: int) -> bytes:
        return texts.to_bytes(self.segment.size // 8 + 1, "little")

    def _bound(self, mean: float | None, words: int, together: bool = True) -> float:
        """Return the best possible score of a text with so many words. Without a mean, the text has
        the typed letters.
        """
        if mean is None:
            return SAME
        return word_scores.found(mean, together, len(self.wanted), words)

    def _look(self, texts: int, mean: float | None = None) -> None:
        """Look at texts in the order of their ranks, while they may have a record that is better
        than the last of the best ones.
        """
        data = self._bytes(texts)
        rank = following(data, 0)
        while rank is not None:
            run = self.segment.run(rank)
            bound = self._bound(mean, run.words) * run.weight
            if -round(bound, 1) > self.best.last[0]:
                return
            apart = self._bound(mean, run.words, together=False) * run.weight
            rank = self._look_at(data, rank, run.end, (bound, apart))

    def _look_at(
        self, data: bytes, rank: int | None, end: int, bounds: tuple[float, float]
    ) -> int | None:
        """Look at the texts of a run, and return the rank of the next text after them. `bounds` are
        the best possible scores with the typed words side by side, and apart.
        """
        bound, apart = bounds
        while rank is not None and rank < end:
            text = self.segment.text(rank)
            record = self.segment.record(text)
            if not self._comes_before(bound, record):
                # The others of this run come later still.
                return following(data, end)
            if self._comes_before(apart, record) or self._together(rank, text):
                self._add(record)
            rank = following(data, rank + 1)
        return rank

    def _comes_before(self, score: float, record: int) -> bool:
        """Tell whether a record with this score would be among the best ones."""
        score, last = -round(score, 1), self.best.last
        if score != last[0]:
            return score < last[0]
        return (self.segment.kind(record), self.segment.id(record)) < last[1:]

    def _together(self, rank: int, text: int) -> bool:
        """Tell whether the typed words occur one after the other."""
        if len(self.wanted) == 1:
            return True
        if not self.together[rank >> 3] >> (rank & 7) & 1:
            return False
        words = searched_texts.words(self.segment.line(text))
        return word_scores.follow(self.wanted, words, self.similar)

    def _add(self, record: int) -> None:
        """Add a record with the score of its best text, unless it was looked at before, or no
        longer counts.
        """
        if record in self.done or not self.part.has(record):
            return
        self.done.add(record)
        best: tuple[float, int] | None = None
        for text in self.segment.texts(record):
            rank = self.segment.rank(text)
            if self.reached[rank >> 3] >> (rank & 7) & 1:
                score = self._score(text) * self.segment.run(rank).weight
                if score and (best is None or score > best[0]):
                    best = round(score, 1), text
        if best:
            kind, id = self.segment.kind(record), self.segment.id(record)
            self.best.add(Found(-best[0], kind, id, self.part, record, best[1]))

    def _score(self, text: int) -> float:
        """Return the score of a text, without its weight."""
        words = searched_texts.words(self.segment.line(text))
        total = 0.0
        for scores in self.similar.values():
            total += max((scores[word] for word in words if word in scores), default=0.0)
        if total < ENOUGH * len(self.wanted) and "".join(words) != "".join(self.wanted):
            return 0.0
        return word_scores.of_text(self.wanted, words, self.similar, total / len(self.wanted))


# --- similar words


def similar(segment: WordSegment, word: str) -> dict[int, tuple[str, float]]:
    """Return the words of a segment that are similar to a typed word, with their scores, by
    number.
    """
    vocabulary = segment.vocabulary
    inside = len(word) >= word_scores.shortest_inside(word)
    others = vocabulary.containing(word) if inside else vocabulary.beginning(word)
    found = {number: (other, word_scores.literal(word, other)) for number, other in others}
    if len(word) < SHORTEST_ALIKE:
        return found
    bones = skeleton(word)
    if len(bones) >= SHORTEST_SKELETON:
        for other in segment.consonants(bones) if bones.isascii() else ():
            number = vocabulary.number(other)
            if number is not None:
                found.setdefault(number, (other, SKELETON))
    shortest, longest = _lengths(len(word))
    for first, words in vocabulary.between(shortest, longest):
        for place, score in word_scores.spelled(word, words):
            known = found.get(first + place, ("", 0.0))[1]
            found[first + place] = words[place], max(known, score)
    return found


def _lengths(length: int) -> tuple[int, int]:
    """Return the shortest and the longest words that can be spelled alike: the letters that both
    have are at most those of the shorter one, twice, of all.

    >>> _lengths(6)
    (3, 11)
    """
    part = word_scores.ALIKE / (200 - word_scores.ALIKE)
    return math.floor(length * part), math.ceil(length / part) + 1


def _levels(
    segment: WordSegment, numbers: Mapping[int, tuple[str, float]]
) -> list[tuple[float, int]]:
    """Return the scores that texts have for a typed word, highest first, each with the texts that
    have a word with this score.
    """
    by_score: dict[float, list[int]] = defaultdict(list)
    for number, (_, score) in numbers.items():
        by_score[score].append(number)
    return [(score, segment.bitmap(by_score[score])) for score in sorted(by_score, reverse=True)]
