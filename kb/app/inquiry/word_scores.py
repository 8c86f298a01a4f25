"""Scores of words and texts for the words that somebody typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kb.errors import Usage
from kb.workspace.indexing import searched_texts

# Scores of a word for a typed word. A word with a similar spelling has its similarity as its score,
# at most SPELLED.
SAME, BEGINS, CONTAINS, SPELLED, SKELETON = 100.0, 90.0, 75.0, 85.0, 80.0
# Below this similarity (rapidfuzz's ratio), common words would match names: “later” and the name
# “salter” have 73.
ALIKE: Final = 75.0
# Shorter words must be spelled correctly, because too many words are similar to them.
SHORTEST_ALIKE: Final = 4
# Consonants that a word must have to be compared by them.
SHORTEST_SKELETON: Final = 3
# Least average score of the typed words: one of three may be missing, one of two may not.
ENOUGH: Final = 55.0
# Words that are compared with every word of the records; more would keep others waiting.
MOST_WORDS: Final = 30
# Factor if the words are found, but not side by side.
APART: Final = 0.92
# Score of a text with the same letters but other spaces.
JOINED: Final = 98.0
# The scores of similar words, by word.
Similar = Mapping[str, float]


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


def asked(words: str) -> tuple[str, ...]:
    """Return the different words to look for. Raises Usage for none, and for too many."""
    wanted = tuple(dict.fromkeys(searched_texts.words(words)))
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


def shortest_inside(word: str) -> int:
    """Return how long a word must be to be looked for inside others: after an article or a
    preposition, or in a script without spaces.
    """
    return SHORTEST_ALIKE if word.isascii() else 2


def literal(word: str, other: str) -> float:
    """Score a word that is, begins with or contains the typed word; 0 for any other.

    >>> literal("harb", "harb"), literal("harb", "harbour"), literal("harb", "alharb")
    (100.0, 90.0, 75.0)
    """
    if word == other:
        return SAME
    if other.startswith(word):
        return BEGINS
    return CONTAINS if word in other and len(word) >= shortest_inside(word) else 0.0


def spelled(word: str, others: Sequence[str]) -> Iterator[tuple[int, float]]:
    """Yield the words that are spelled like the typed word, each by its place, with its score.

    >>> [(place, round(score)) for place, score in spelled("harbor", ["harbour", "pier"])]
    [(0, 78)]
    """
    from rapidfuzz import fuzz, process

    if len(word) < SHORTEST_ALIKE:
        return
    alike = process.extract(
        word, others, scorer=fuzz.ratio, processor=None, limit=None, score_cutoff=ALIKE
    )
    for other, ratio, place in alike:
        if len(other) >= SHORTEST_ALIKE:
            yield place, ratio * SPELLED / 100


def of_text(
    wanted: Sequence[str], words: Sequence[str], similar: Mapping[str, Similar], mean: float
) -> float:
    """Score a text, 0 if too little of it fits. Only exactly what was typed scores 100.

    `similar` has the similar words of each typed word, `mean` is the average score of these.
    """
    if words == wanted:
        return SAME
    if mean < ENOUGH:
        return _joined(wanted, words)
    together = len(wanted) == 1 or follow(wanted, words, similar)
    return max(found(mean, together, len(wanted), len(words)), _joined(wanted, words))


def found(mean: float, together: bool, wanted: int, words: int) -> float:
    """Score a text of so many words in which so many typed ones were found, side by side or not.

    The shorter text gets the last points, because less of it is about other things.
    """
    return mean * (1.0 if together else APART) * (0.95 + 0.04 * min(1.0, wanted / words))


def follow(wanted: Sequence[str], words: Sequence[str], similar: Mapping[str, Similar]) -> bool:
    """Tell whether the typed words occur one after the other."""
    for start in range(len(words) - len(wanted) + 1):
        stretch = words[start : start + len(wanted)]
        if all(word in similar[typed] for typed, word in zip(wanted, stretch, strict=True)):
            return True
    return False


def _joined(wanted: Sequence[str], words: Sequence[str]) -> float:
    """Compare the letters without spaces: “alnour” and “al-Nour”."""
    return JOINED if "".join(wanted) == "".join(words) else 0.0
