"""Search for records by remembered words, in any spelling, by looking at every text.

This defines what is found. `kept_search` finds the same in the table of words that is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from kb.app.inquiry import word_scores
from kb.app.inquiry.word_scores import (
    ENOUGH,
    SHORTEST_ALIKE,
    SHORTEST_SKELETON,
    SKELETON,
    Hit,
    Similar,
)
from kb.model.records import Assertion, Record
from kb.system import garbage
from kb.workspace.catalogs.catalog import Known
from kb.workspace.catalogs.labels import label, skeleton
from kb.workspace.indexing import searched_texts
from kb.workspace.indexing.searched_texts import KINDS, Text


class _Field(NamedTuple):
    """A text that is searched, with its record: kind, id, and the text shown for it."""

    kind: str
    id: str
    shown: str
    text: Text


def find(
    known: Known, words: str, limit: int = 20, texts: Mapping[str, str] | None = None
) -> list[Hit]:
    """Find records with these words in their ids, names, statements, titles or passages, best
    first, each once.

    Case, accents and hyphens do not matter. The beginning of a word or another spelling is enough.
    With `texts` (source id → text), full passages and full texts are searched. Raises Usage if
    there is no word to look for, or more than 30 different ones.

    >>> from kb.model.records import Entity
    >>> known = Known()
    >>> known.add(Entity("mayor", kind="person", name="Élodie Hafnar"), "a.ttl")
    >>> [(hit.id, hit.line) for hit in find(known, "hifner")]
    [('mayor', 'Élodie Hafnar')]
    """
    return searchable(known, texts or {}).find(words, limit)


@dataclass(frozen=True, slots=True)
class Searchable:
    """Texts that are searched several times. `at` has the positions of texts by word, and `joined`
    by all their letters without spaces.
    """

    fields: Sequence[_Field]
    at: Mapping[str, Sequence[int]]
    joined: Mapping[str, Sequence[int]]

    def find(self, words: str, limit: int = 20) -> list[Hit]:
        """Find records with these words, best first, each once (see `find`). Raises Usage."""
        wanted = word_scores.asked(words)
        similar = _similar(wanted, self.at)
        best: dict[tuple[str, str], Hit] = {}
        for field, mean in self._candidates(wanted, similar):
            score = word_scores.of_text(wanted, field.text.words, similar, mean) * field.text.weight
            old = best.get((field.kind, field.id))
            if score and (not old or score > old.score):
                hit = Hit(field.kind, field.id, field.shown, round(score, 1), field.text.line)
                best[field.kind, field.id] = hit
        found = sorted(best.values(), key=lambda hit: (-hit.score, KINDS.index(hit.kind), hit.id))
        return found[: max(limit, 0)]

    def _candidates(
        self, wanted: Sequence[str], similar: Mapping[str, Similar]
    ) -> Iterator[tuple[_Field, float]]:
        """Yield the texts that have words similar to enough of the typed ones, in their order, each
        with the average score of the typed words.
        """
        sums: dict[int, float] = {}
        for scored in similar.values():
            scores: dict[int, float] = {}
            for word, score in sorted(scored.items(), key=lambda pair: pair[1]):
                scores.update(dict.fromkeys(self.at[word], score))
            for n, score in scores.items():
                sums[n] = sums.get(n, 0.0) + score
        enough = ENOUGH * len(wanted)
        numbers = {n for n, total in sums.items() if total >= enough}
        numbers.update(self.joined.get("".join(wanted), ()))
        for n in sorted(numbers):
            yield self.fields[n], sums.get(n, 0.0) / len(wanted)


def searchable(known: Known, texts: Mapping[str, str]) -> Searchable:
    """Return the texts that `find` searches, for several searches."""
    at: dict[str, list[int]] = defaultdict(list)
    joined: dict[str, list[int]] = defaultdict(list)
    with garbage.paused():
        fields = list(_fields(known, texts))
        for n, field in enumerate(fields):
            joined["".join(field.text.words)].append(n)
            for word in set(field.text.words):
                at[word].append(n)
    return Searchable(fields, at, joined)


def _fields(known: Known, texts: Mapping[str, str]) -> Iterator[_Field]:
    """Yield the texts that are searched."""
    records: Iterable[Record] = chain[Record](
        known.entities.values(),
        known.claims.values(),
        known.sources.values(),
        known.assertions.values(),
    )
    for record in records:
        kind, shown = record.path.rstrip("/"), _shown(known, record)
        for text in searched_texts.texts(record, known.quotes, texts):
            yield _Field(kind, record.id, shown, text)


def _shown(known: Known, record: Record) -> str:
    """Return what a hit is called; an assertion, by what it is about."""
    said = known.claims.get(record.claim or "") if isinstance(record, Assertion) else record
    return (label(said) if said else "") or record.id


def _similar(wanted: Iterable[str], vocabulary: Iterable[str]) -> dict[str, Similar]:
    """Return, for each word typed, the similar words and their scores. Each word that occurs is
    compared once.
    """
    everything = sorted(vocabulary)
    found: dict[str, Similar] = {}
    for word in wanted:
        scores = {o: score for o in everything if (score := word_scores.literal(word, o))}
        if len(word) >= SHORTEST_ALIKE:
            scores |= dict.fromkeys(_transliterated(word, everything, scores), SKELETON)
        for place, score in word_scores.spelled(word, everything):
            scores[everything[place]] = max(scores.get(everything[place], 0.0), score)
        found[word] = scores
    return found


def _transliterated(word: str, words: Iterable[str], found: Collection[str]) -> list[str]:
    """Return the words that may be the same name in another transliteration."""
    bones = skeleton(word)
    if len(bones) < SHORTEST_SKELETON:
        return []
    others = (other for other in words if other not in found and other.isascii())
    return [other for other in others if skeleton(other) == bones]
