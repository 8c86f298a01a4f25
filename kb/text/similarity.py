"""Text similarity: sentences of different texts that share most of their wording.

Such a pair is a hint that a text was copied, never a judgement.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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

# Three words in a row. Unrelated texts share shorter runs.
Run = tuple[str, str, str]


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


def alike(texts: Mapping[str, Sequence[Passage]]) -> list[Pair]:
    """Return the pairs of texts with similar sentences, most similar pair first.

    Within a pair, the text with the larger common share comes first.

    >>> line = "the ferry to the island was late because of fog and ice"
    >>> longer = "As we hear, " + line + " again"
    >>> found = alike({"a": [Passage("a", 4, line)], "b": [Passage("b", 9, longer)]})
    >>> [(pair.one, pair.other, pair.sentences, pair.lines_of_other) for pair in found]
    [('a', 'b', 1, (9, 9))]
    """
    passages = [p for found in texts.values() for p in found]
    matched: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for a, b in _matches(passages):
        matched[passages[a].text, passages[b].text].append((a, b))
    sizes = Counter[str]()
    for p in passages:
        sizes[p.text] += len(WORD.findall(p.words))
    pairs = [_pair(key, found, passages, sizes) for key, found in matched.items()]
    return sorted(pairs, key=lambda p: (-p.share, -p.sentences, p.one, p.other))


def _matches(passages: Sequence[Passage]) -> Iterator[tuple[int, int]]:
    """Yield the indexes of similar sentences of two texts, the text with the lesser name first."""
    runs = _numbered(passages)
    users: dict[int, list[int]] = defaultdict(list)
    for n, found in enumerate(runs):
        for run in found:
            users[run].append(n)
    seen: set[tuple[int, int]] = set()
    for n, found in enumerate(notes.counted(runs, "comparing passages")):
        for m in _candidates(found, users):
            least = ALIKE * min(len(found), len(runs[m]))
            if passages[m].text != passages[n].text and len(found & runs[m]) >= least:
                seen.add((n, m) if passages[n].text < passages[m].text else (m, n))
    yield from sorted(seen)


def _candidates(found: frozenset[int], users: Mapping[int, Sequence[int]]) -> set[int]:
    """Return the sentences that may share enough of these runs. `users` are the sentences of a run.

    If two sentences share half of their runs, then any set of more than half of the runs of one
    contains a shared run (prefix filtering). So it is enough to look up the rarest ones.
    """
    number = len(found) - ceil(ALIKE * len(found)) + 1
    near = set[int]()
    for run in sorted(found, key=lambda run: (len(users[run]), run))[:number]:
        if len(users[run]) <= TOO_COMMON:
            near.update(users[run])
    return near


def _numbered(passages: Sequence[Passage]) -> list[frozenset[int]]:
    """Return the runs of each passage, as numbers."""
    numbers: dict[Run, int] = {}
    out = []
    for passage in passages:
        runs = _runs(passage.words)
        out.append(frozenset(numbers.setdefault(run, len(numbers)) for run in runs))
    return out


def _runs(text: str) -> list[Run]:
    words = WORD.findall(text.casefold())
    return (
        list(zip(words, words[1:], words[2:], strict=False)) if len(words) >= FEWEST_WORDS else []
    )


def _pair(
    key: tuple[str, str],
    found: Sequence[tuple[int, int]],
    passages: Sequence[Passage],
    sizes: Mapping[str, int],
) -> Pair:
    sides = [
        _side(key[0], {a for a, _ in found}, passages, sizes),
        _side(key[1], {b for _, b in found}, passages, sizes),
    ]
    (one, share, lines), (other, share_of_other, lines_of_other) = sorted(
        sides, key=lambda side: side[1], reverse=True
    )
    number = min(len({a for a, _ in found}), len({b for _, b in found}))
    return Pair(one, other, number, share, share_of_other, lines, lines_of_other)


def _side(
    name: str, found: set[int], passages: Sequence[Passage], sizes: Mapping[str, int]
) -> tuple[str, float, tuple[int, int]]:
    """Return a text's name, the share of its words in these passages, and their lines."""
    words = sum(len(WORD.findall(passages[n].words)) for n in found)
    lines = [passages[n].line for n in found]
    return name, words / sizes[name], (min(lines), max(lines))
