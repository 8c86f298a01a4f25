"""Search for records by remembered words, in any spelling."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from kb.errors import Usage
from kb.system import garbage
from kb.workspace.catalog import Known
from kb.workspace.labels import skeleton

# Weights: names and statements, quoted passages, lines of a text that nobody coded.
NAME, PASSAGE, LINE = 1.0, 0.9, 0.85
# Scores of a word for a typed word. A word with a similar spelling has its similarity as its score,
# at most SPELLED.
SAME, BEGINS, CONTAINS, SPELLED, SKELETON = 100.0, 90.0, 75.0, 85.0, 80.0
# Below this similarity (rapidfuzz's ratio), common words would match names: “later” and the name
# “salter” have 73.
ALIKE = 75.0
# Shorter words must be spelled correctly, because too many words are similar to them.
SHORTEST_ALIKE = 4
# Least average score of the typed words: one of three may be missing, one of two may not.
ENOUGH = 55.0
# Words that are compared with every word of the records; more would keep others waiting.
MOST_WORDS = 30
# Factor if the words are found, but not side by side.
APART = 0.92
# Letters written in one script only, or differently by habit: alif maqsura, ta marbuta, tatweel,
# quotes that stand for ʿayn or hamza.
HABITS = str.maketrans("ىةıłø", "يهilo", "ـ'’‘`ʿʾʼ")
KINDS = ("entity", "claim", "source", "assertion")
WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: `kind` is entity, claim, source or assertion; `score` 0 to 100; `line` the
    text in which the words were found.
    """

    kind: str
    id: str
    text: str
    score: float
    line: str


class _Field(NamedTuple):
    """A text that is searched, and its words."""

    kind: str
    id: str
    text: str
    line: str
    weight: float
    words: tuple[str, ...]


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
        wanted = _wanted(words)
        answers = _answers(wanted, self.at)
        best: dict[tuple[str, str], Hit] = {}
        for field, mean in self._candidates(wanted, answers):
            score = _score(wanted, field.words, answers, mean) * field.weight
            old = best.get((field.kind, field.id))
            if score and (not old or score > old.score):
                hit = Hit(field.kind, field.id, field.text, round(score, 1), field.line)
                best[field.kind, field.id] = hit
        found = sorted(best.values(), key=lambda hit: (-hit.score, KINDS.index(hit.kind), hit.id))
        return found[: max(limit, 0)]

    def _candidates(
        self, wanted: Sequence[str], answers: Mapping[str, Mapping[str, float]]
    ) -> Iterator[tuple[_Field, float]]:
        """Yield the texts that have words similar to enough of the typed ones, in their order, each
        with the average score of the typed words.
        """
        sums: dict[int, float] = {}
        for similar in answers.values():
            scores: dict[int, float] = {}
            for word, score in sorted(similar.items(), key=lambda pair: pair[1]):
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
            joined["".join(field.words)].append(n)
            for word in set(field.words):
                at[word].append(n)
    return Searchable(fields, at, joined)


def _wanted(words: str) -> tuple[str, ...]:
    """Return the different words to look for. Raises Usage for none, and for too many."""
    wanted = tuple(dict.fromkeys(_words(words)))
    if not wanted:
        raise Usage(
            f"“{words}” contains no word to look for.",
            "name a person, a place or a word of a statement",
        )
    if len(wanted) > MOST_WORDS:
        raise Usage(
            f"{len(wanted)} different words are too many to look for.",
            f"give at most {MOST_WORDS}, the rarest ones",
        )
    return wanted


def _fields(known: Known, texts: Mapping[str, str]) -> Iterator[_Field]:
    """Yield the texts that are searched. Of one record, texts for people come before ids."""
    for entity in known.entities.values():
        name = entity.name or entity.id
        yield from _several("entity", entity.id, name, [entity.name, *entity.also, entity.id], NAME)
    for claim in known.claims.values():
        lines = (claim.statement, claim.id)
        yield from _several("claim", claim.id, claim.statement or claim.id, lines, NAME)
    for source in known.sources.values():
        title = source.title or source.id
        names = (source.title, source.file_name, source.id)
        yield from _several("source", source.id, title, names, NAME)
        yield from _several("source", source.id, title, texts.get(source.id, "").splitlines(), LINE)
    for assertion in known.assertions.values():
        claim_said = known.claims.get(assertion.claim or "")
        text = (claim_said.statement if claim_said else None) or assertion.id
        words = (_passage(known, assertion.quote, texts), *assertion.words)
        yield from _several("assertion", assertion.id, text, words, PASSAGE)


def _several(
    kind: str, id: str, text: str, lines: Iterable[str | None], weight: float
) -> Iterator[_Field]:
    for line in lines:
        if line and (words := _words(line)):
            yield _Field(kind, id, text, " ".join(line.split()), weight, words)


def _passage(known: Known, quote: str | None, texts: Mapping[str, str]) -> str | None:
    """Return the full passage if its text is available, else its stored words."""
    record = known.quotes.get(quote or "")
    if record is None:
        return None
    text = texts.get(record.source or "")
    return (
        text[record.start : record.end]
        if text and record.start is not None and record.end is not None
        else record.fragment
    )


def _words(text: str) -> tuple[str, ...]:
    """Split a text into words in the form that is compared.

    >>> _words("Al-Šarīf’s *Café* №2")
    ('al', 'sarifs', 'cafe', 'no2')
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(_MARKS)
    return tuple(map(sys.intern, WORD.findall(text.casefold().translate(HABITS))))


class _Marks(dict[int, int | None]):
    """Characters for `str.translate`: marks and format characters are left out."""

    def __missing__(self, code: int) -> int | None:
        """Look a character up once."""
        mark = unicodedata.category(chr(code)) in ("Mn", "Mc", "Me", "Cf")
        self[code] = None if mark else code
        return self[code]


_MARKS: Final = _Marks()


def _answers(wanted: Iterable[str], vocabulary: Iterable[str]) -> dict[str, dict[str, float]]:
    """Return, for each word typed, the similar words and their scores. Each word that occurs is
    compared once.
    """
    from rapidfuzz import fuzz, process

    everything = sorted(vocabulary)
    found: dict[str, dict[str, float]] = {}
    for word in set(wanted):
        scores = {other: score for other in everything if (score := _literal(word, other))}
        if len(word) >= SHORTEST_ALIKE:
            scores |= dict.fromkeys(_transliterated(word, everything, scores), SKELETON)
            alike = process.extract(
                word, everything, scorer=fuzz.ratio, processor=None, limit=None, score_cutoff=ALIKE
            )
            for other, ratio, _ in alike:
                if len(other) >= SHORTEST_ALIKE:
                    scores[other] = max(scores.get(other, 0.0), ratio * SPELLED / 100)
        found[word] = scores
    return found


def _transliterated(word: str, words: Iterable[str], found: Collection[str]) -> list[str]:
    """Return the words that may be the same name in another transliteration."""
    bones = skeleton(word)
    if len(bones) < 3:
        return []
    others = (other for other in words if other not in found and other.isascii())
    return [other for other in others if skeleton(other) == bones]


def _literal(word: str, other: str) -> float:
    if word == other:
        return SAME
    if other.startswith(word):
        return BEGINS
    # A word inside another, after an article or a preposition, or in a script without spaces.
    shortest = SHORTEST_ALIKE if word.isascii() else 2
    return CONTAINS if word in other and len(word) >= shortest else 0.0


def _score(
    wanted: tuple[str, ...],
    words: tuple[str, ...],
    answers: Mapping[str, Mapping[str, float]],
    mean: float,
) -> float:
    """Score a text, 0 if too little of it fits. Only exactly what was typed scores 100."""
    if words == wanted:
        return 100.0
    if mean < ENOUGH:
        return _joined(wanted, words)
    together = len(wanted) == 1 or _follow(wanted, words, answers)
    # The shorter text gets the last points, because less of it is about other things.
    return max(
        mean * (1.0 if together else APART) * (0.95 + 0.04 * min(1.0, len(wanted) / len(words))),
        _joined(wanted, words),
    )


def _follow(
    wanted: Sequence[str], words: Sequence[str], answers: Mapping[str, Mapping[str, float]]
) -> bool:
    """Tell whether the typed words occur one after the other."""
    for start in range(len(words) - len(wanted) + 1):
        stretch = words[start : start + len(wanted)]
        if all(word in answers[typed] for typed, word in zip(wanted, stretch, strict=True)):
            return True
    return False


def _joined(wanted: tuple[str, ...], words: tuple[str, ...]) -> float:
    """Compare the letters without spaces: “alnour” and “al-Nour”."""
    return 98.0 if "".join(wanted) == "".join(words) else 0.0
