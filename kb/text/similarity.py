"""Text similarity: sentences of different texts that share most of their wording.

Such a pair is a hint that a text was copied, never a judgement.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from kb import notes

# Scripts written without spaces between words. They are compared character by character.
UNPARTED = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"[{UNPARTED}]|[^\W_{UNPARTED}]+")
# Shorter sentences resemble each other by chance.
FEWEST_WORDS = 8
# The share of the shorter sentence's runs that must be common. Half allows for changed words, and
# for a sentence taken into a longer one.
ALIKE = 0.5
# A run that more sentences than this share, such as a formula or a full name, is ignored.
TOO_COMMON = 200
# From this share on, nearly all of a text is in the other; the rest may have been cut.
WHOLE = 0.8

# Sentences with which one is compared, those that share the most rare runs.
MOST_COMPARED = 50

# The sentences that each of two texts has in common with the other, as indexes of passages.
Matches = dict[tuple[str, str], tuple[set[int], set[int]]]
# The numbers of three words in a row. Unrelated texts share shorter runs.
Run = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence to compare. `text` names its text, `line` counts from 1."""

    text: str
    line: int
    words: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts with similar sentences.

    `share` is the part (0 to 1) of the first text's words that are in such sentences. `lines` are
    the first and the last line of these sentences, from 1.
    """

    one: str
    other: str
    sentences: int
    share: float
    share_of_other: float
    lines: tuple[int, int]
    lines_of_other: tuple[int, int]

    @property
    def whole(self) -> bool:
        """Whether nearly all of the first text is in the other."""
        return self.share >= WHOLE


@dataclass(frozen=True, slots=True)
class _Wording:
    """The runs of sentences with the same words, and the indexes of these sentences by text."""

    runs: frozenset[int]
    texts: Mapping[str, Sequence[int]]


def alike(texts: Mapping[str, Sequence[Passage]]) -> list[Pair]:
    """Return the pairs of texts with similar sentences, most similar pair first.

    Within a pair, the text with the larger common share comes first.

    >>> line = "the ferry to the island was late because of fog and ice"
    >>> longer = "As we hear, " + line + " again"
    >>> found = alike({"a": [Passage("a", 4, line)], "b": [Passage("b", 9, longer)]})
    >>> [(pair.one, pair.other, pair.sentences, pair.lines_of_other) for pair in found]
    [('a', 'b', 1, (9, 9))]
    """
    return [*_pairs(tuple(p for found in texts.values() for p in found))]


# The comparison of the last texts, because records change more often than texts.
@lru_cache(maxsize=1)
def _pairs(passages: tuple[Passage, ...]) -> tuple[Pair, ...]:
    """Return the pairs of texts with similar sentences among these passages."""
    sizes = Counter[str]()
    for p in passages:
        sizes[p.text] += len(WORD.findall(p.words))
    pairs = [_pair(key, found, passages, sizes) for key, found in _matches(passages).items()]
    return tuple(sorted(pairs, key=lambda p: (-p.share, -p.sentences, p.one, p.other)))


def shared(text: str, other: str) -> float:
    """Return the share (0 to 1) of the runs of the shorter text that are in the other one too.

    >>> shared("The ferry was late because of fog and of ice.", "the ferry was late because of fog")
    1.0
    """
    numbers: dict[str, int] = {}
    runs = [_numbers(one, numbers) for one in (text, other)]
    least = min(map(len, runs))
    return len(runs[0] & runs[1]) / least if least else 0.0


def _numbers(text: str, numbers: dict[str, int]) -> set[int]:
    """Return the runs of a text as numbers, which need less memory than its words."""
    found = (match[0] for match in WORD.finditer(text.casefold()))
    words = [numbers.setdefault(word, len(numbers)) for word in found]
    return {_key(run) for run in zip(words, words[1:], words[2:], strict=False)}


def _matches(passages: Sequence[Passage]) -> Matches:
    """Return the indexes of similar sentences for each pair of texts, the lesser name first.

    Sentences with the same runs are compared once, however often they occur.
    """
    same: dict[frozenset[int], dict[str, list[int]]] = {}
    for n, found in enumerate(_numbered(passages)):
        if found:
            same.setdefault(found, {}).setdefault(passages[n].text, []).append(n)
    wordings = [_Wording(runs, texts) for runs, texts in same.items()]
    users = _Users(wordings)
    matched: Matches = defaultdict(lambda: (set(), set()))
    for n, wording in enumerate(notes.counted(wordings, "comparing passages")):
        _match(wording, wording, matched)
        for m in users.candidates(wording):
            other = wordings[m]
            least = ALIKE * min(len(wording.runs), len(other.runs))
            if m != n and len(wording.runs & other.runs) >= least:
                _match(wording, other, matched)
    return dict(sorted(matched.items()))


def _match(wording: _Wording, other: _Wording, matched: Matches) -> None:
    """Add the sentences of two wordings to each pair of different texts that have them."""
    if max(len(wording.texts), len(other.texts)) > TOO_COMMON:
        return
    for one, mine in wording.texts.items():
        for two, theirs in other.texts.items():
            if one != two:
                first, second = matched[min(one, two), max(one, two)]
                (first if one < two else second).update(mine)
                (second if one < two else first).update(theirs)


class _Users:
    """The wordings that have each run. Most runs of long texts occur once, and need no list."""

    def __init__(self, wordings: Sequence[_Wording]) -> None:
        self._wordings = wordings
        self._number = Counter[int]()
        again = set[int]()
        for wording in wordings:
            again.update(run for run in wording.runs if run in self._number)
            for run in wording.runs:
                self._number[run] += len(wording.texts)
        self._of: dict[int, list[int]] = {run: [] for run in again}
        for n, wording in enumerate(wordings):
            for run in wording.runs & again:
                self._of[run] += [n] * len(wording.texts)

    def candidates(self, wording: _Wording) -> list[int]:
        """Return the wordings of other texts that may share enough of these runs.

        If two sentences share half of their runs, then any set of more than half of the runs of one
        contains a shared run (prefix filtering). So it is enough to look up the rarest ones.
        """
        number = len(wording.runs) - ceil(ALIKE * len(wording.runs)) + 1
        near = Counter[int]()
        rarest = sorted(wording.runs, key=lambda run: (self._number[run], run))[:number]
        for run in rarest:
            if self._number[run] <= TOO_COMMON:
                near.update(self._of.get(run, ()))
        if len(wording.texts) == 1:
            self._leave_out(next(iter(wording.texts)), near)
        if len(near) <= MOST_COMPARED:
            return [*near]
        return [n for n, _ in near.most_common(MOST_COMPARED)]

    def _leave_out(self, text: str, near: Counter[int]) -> None:
        """Do not count what wordings share with a sentence inside its own text."""
        for n, shared in list(near.items()):
            texts = self._wordings[n].texts
            if text in texts:
                near[n] = shared // len(texts) * (len(texts) - 1)
                if not near[n]:
                    del near[n]


def _numbered(passages: Sequence[Passage]) -> list[frozenset[int]]:
    """Return the runs of each passage, as numbers."""
    words: dict[str, int] = {}
    numbers: dict[int, int] = {}
    out = []
    for passage in passages:
        runs = map(_key, _runs(passage.words, words))
        out.append(frozenset(numbers.setdefault(key, len(numbers)) for key in runs))
    return out


def _key(run: Run) -> int:
    """Return one number for a run."""
    one, two, three = run
    return one << 64 | two << 32 | three


def _runs(text: str, numbers: dict[str, int]) -> list[Run]:
    """Return each three words in a row, as their numbers."""
    words = [numbers.setdefault(word, len(numbers)) for word in WORD.findall(text.casefold())]
    return (
        list(zip(words, words[1:], words[2:], strict=False)) if len(words) >= FEWEST_WORDS else []
    )


def _pair(
    key: tuple[str, str],
    found: tuple[set[int], set[int]],
    passages: Sequence[Passage],
    sizes: Mapping[str, int],
) -> Pair:
    sides = [
        _side(key[0], found[0], passages, sizes),
        _side(key[1], found[1], passages, sizes),
    ]
    (one, share, lines), (other, share_of_other, lines_of_other) = sorted(
        sides, key=lambda side: side[1], reverse=True
    )
    number = min(map(len, found))
    return Pair(one, other, number, share, share_of_other, lines, lines_of_other)


def _side(
    name: str, found: set[int], passages: Sequence[Passage], sizes: Mapping[str, int]
) -> tuple[str, float, tuple[int, int]]:
    """Return a text's name, the share of its words in these passages, and their lines."""
    words = sum(len(WORD.findall(passages[n].words)) for n in found)
    lines = [passages[n].line for n in found]
    return name, words / sizes[name], (min(lines), max(lines))
