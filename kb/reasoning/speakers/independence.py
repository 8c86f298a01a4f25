"""Independence of the voices that affirm a claim.

Voices that are tied to each other, directly or through others that affirm the same, count as one:
members and their body, parts, owners, sides and backers, speakers of one passage, unnamed people
who may be one person, and voices that cite each other. In doubt, voices count as tied.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations, product
from typing import Final

from kb.model import identifiers
from kb.reasoning.graph import joined
from kb.reasoning.speakers.voices import Speech
from kb.reasoning.tables import AssertionRow, ClaimRow, Period

# A camp has the strongest stake of its assertions.
STRONGEST: Final = ("party", "aligned", "rival", "unknown", "no-known-stake")
STAKELESS: Final = frozenset({"no-known-stake", "unknown"})
# A rule that makes voices one, and those voices.
Tie = tuple[str, tuple[str, ...]]
# Source, start and end, in code points from 0, end exclusive.
Passage = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Said:
    """One assertion with its voice, its days, its root document, and the day it was published.

    `voice` is None if the assertion adds none; `mute` gives the reason. `heard` is the voice that
    it would have, None for an unattributed speaker. `echo` is the id of the assertion that it only
    passes on; it then has that assertion's voice. `through` are the voices that passed it on.
    """

    row: AssertionRow
    voice: str | None
    period: Period
    root: str
    public: date | None
    echo: str | None = None
    heard: str | None = None
    mute: str = ""
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Camp:
    """Voices that count as one.

    `threads` are the voices through which they were first heard, empty if they spoke for
    themselves. `roots` are the documents in which they were first heard.
    """

    voices: frozenset[str]
    stake: str
    threads: frozenset[str]
    roots: frozenset[str]


@dataclass(frozen=True, slots=True)
class Support:
    """Independent voices that affirm a claim.

    `lines` are the camps, with those that reach us through one relay joined. `stakes` has the
    strongest stake of each voice. `ties` give the reasons why voices count as one.
    """

    camps: tuple[Camp, ...] = ()
    lines: tuple[Camp, ...] = ()
    stakes: Mapping[str, str] = field(default_factory=dict)
    ties: tuple[Tie, ...] = ()

    @property
    def level(self) -> str:
        """The level of support, in the words of the vocabulary."""
        if len(self.camps) < 2:
            return "one-voice" if self.stakes else "none"
        apart = any(one.roots.isdisjoint(other.roots) for one, other in combinations(self.lines, 2))
        return "several-originals" if apart else "several-in-one-report"

    @property
    def stakeless(self) -> int:
        """The number of independent voices of which no stake is known."""
        return sum(line.stake in STAKELESS for line in self.lines)


def support(
    claim: ClaimRow,
    affirmed: Iterable[Said],
    divided: Iterable[str],
    circles: Sequence[frozenset[str]],
    speech: Speech,
) -> Support:
    """Group the voices that affirm a claim by what makes several of them count as one.

    `divided` are voices that also contradict the claim, `circles` voices that cite each other.
    Words in doubt support nothing beside others, and among themselves they are one voice.
    """
    by_voice, sure = _by_voice(affirmed)
    if not by_voice:
        return Support()
    voices = {name: _voice(claim, rows, speech) for name, rows in by_voice.items()}
    groups, ties = _groups(by_voice, circles, speech)
    if not sure:
        # All of them are in doubt, so they may be one.
        groups = (frozenset(voices),)
    outside = _passing_on(by_voice)
    wavering = frozenset(divided)
    camps = [
        _camp(group, group - outside.keys(), voices)
        for group in groups
        if _counts(group, wavering, outside)
    ]
    lines, threads = _lines(camps)
    stakes = {name: voice.stake for name, voice in voices.items()}
    return Support(tuple(camps), lines, stakes, tuple(sorted((*ties, *threads))))


def _by_voice(affirmed: Iterable[Said]) -> tuple[dict[str, list[Said]], bool]:
    """Group assertions by voice, and tell whether any is without doubt; then only these count."""
    voiced = [said for said in affirmed if said.voice and said.heard]
    sure = [said for said in voiced if not in_doubt(said.row)]
    found: dict[str, list[Said]] = defaultdict(list)
    for said in sure or voiced:
        found[said.heard or ""].append(said)
    return found, bool(sure)


def in_doubt(row: AssertionRow) -> bool:
    """Tell whether the speaker is a guess, or the meaning is unclear.

    >>> in_doubt(AssertionRow("a", speaker_certain=False)), in_doubt(AssertionRow("b"))
    (True, False)
    """
    return row.speaker_certain is False or row.reading == "unclear"


def _groups(
    by_voice: Mapping[str, Sequence[Said]], circles: Sequence[frozenset[str]], speech: Speech
) -> tuple[Sequence[frozenset[str]], list[Tie]]:
    """Join the voices that are tied to each other, directly or through others; with the ties."""
    if len(by_voice) == 1:
        return (frozenset(by_voice),), []
    words = {name: _words(name, rows, speech) for name, rows in by_voice.items()}
    ties: list[Tie] = []

    def tied(one: str, other: str) -> bool:
        """Tell whether a rule makes two voices one. The first rule that applies is noted."""
        rule = _tie(words[one], words[other], circles, speech)
        if rule:
            ties.append((rule, tuple(sorted((one, other)))))
        return bool(rule)

    return joined(words, tied), ties


def _passing_on(by_voice: Mapping[str, Sequence[Said]]) -> dict[str, frozenset[str]]:
    """Return the voices that only pass on what others say, each with those others."""
    found = {}
    for name, rows in by_voice.items():
        if all(said.echo for said in rows):
            found[name] = frozenset(said.voice for said in rows if said.voice)
    return found


def _counts(
    group: frozenset[str], divided: frozenset[str], passing_on: Mapping[str, frozenset[str]]
) -> bool:
    """Tell whether a group of tied voices counts as a voice.

    It does not if all of it only passes on what others say, if one of it is divided, or if one of
    it passes on what somebody outside of the group says.
    """
    if group <= passing_on.keys() or not group.isdisjoint(divided):
        return False
    return not any(passing_on[name].isdisjoint(group) for name in group & passing_on.keys())


def _lines(camps: Sequence[Camp]) -> tuple[tuple[Camp, ...], list[Tie]]:
    """Join the camps that reach us through one relay, with the ties between them."""
    named = {min(camp.voices): camp for camp in camps}

    def one_thread(one: str, other: str) -> bool:
        """Tell whether two camps were first heard through the same relay."""
        return not named[one].threads.isdisjoint(named[other].threads)

    lines: list[Camp] = []
    ties: list[Tie] = []
    for group in joined(named, one_thread):
        line = _line([named[name] for name in sorted(group)])
        lines.append(line)
        if len(group) > 1:
            ties.append(("one-thread", tuple(sorted(line.voices))))
    return tuple(lines), ties


@dataclass(frozen=True, slots=True)
class _Voice:
    """The stake of a voice, and the threads and roots of its first words."""

    stake: str
    threads: frozenset[str]
    roots: frozenset[str]


def _voice(claim: ClaimRow, rows: Sequence[Said], speech: Speech) -> _Voice:
    """Describe a voice by its assertions on a claim."""
    first = _first([said for said in rows if not said.through] or rows)
    return _Voice(
        min((speech.stake(said.row, claim) for said in rows), key=STRONGEST.index),
        frozenset(voice for said in first for voice in said.through),
        frozenset(said.root for said in first),
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """The parts of a voice by which it may be one with another.

    `sides` are all entities on its side, `people` those whose word it is, with the period, and
    `passages` the places of its words: source, start and end.
    """

    name: str
    sides: frozenset[str]
    people: tuple[tuple[str, Period], ...]
    passages: tuple[Passage, ...]


def _words(name: str, rows: Sequence[Said], speech: Speech) -> _Words:
    """Describe the words of a voice on a claim."""
    people = ((who, said.period) for said in rows for who in speech.identities(said.row))
    return _Words(
        name,
        frozenset().union(*(speech.side(said.row) for said in rows)),
        tuple(dict.fromkeys(people)),
        tuple(_passages(rows)),
    )


def _passages(rows: Iterable[Said]) -> Iterator[Passage]:
    """Yield source, start and end of each passage."""
    for said in rows:
        if span := identifiers.span(said.row.quote or ""):
            yield (said.row.source or "", *span)


def _first(rows: Sequence[Said]) -> list[Said]:
    """Return the assertions that were published first; if several were on one day, all of these."""
    earliest = min(said.public or date.max for said in rows)
    return [said for said in rows if (said.public or date.max) == earliest]


def _tie(
    one: _Words, other: _Words, circles: Iterable[frozenset[str]], speech: Speech
) -> str | None:
    """Return the rule that makes two voices one, None if they are independent."""
    if any({one.name, other.name} <= circle for circle in circles):
        return "circle"
    if _one_passage(one, other):
        return "one-passage"
    if not one.sides.isdisjoint(other.sides) and not _rivals(one, other, speech):
        return "allied"
    pairs = product(one.people, other.people)
    if any(left != right and speech.one_person(left, right) for (left, _), (right, _) in pairs):
        return "perhaps-one-person"
    return None


def _one_passage(one: _Words, other: _Words) -> bool:
    """Tell whether passages of the two have a character in common."""
    return any(
        source == source2 and start < end2 and start2 < end
        for source, start, end in one.passages
        for source2, start2, end2 in other.passages
    )


def _rivals(one: _Words, other: _Words, speech: Speech) -> bool:
    """Tell whether the two are declared rivals who only have an ally or a larger body in common."""
    left = frozenset(who for who, _ in one.people)
    right = frozenset(who for who, _ in other.people)
    if not (left.isdisjoint(_bodies(other, speech)) and right.isdisjoint(_bodies(one, speech))):
        return False
    periods = {period for _, period in (*one.people, *other.people)}
    return all(speech.sides.opposed(left, right, period) for period in periods)


def _bodies(voice: _Words, speech: Speech) -> frozenset[str]:
    """Return the people of a voice and everything that they belong to."""
    return frozenset().union(*(speech.sides.body(who, period) for who, period in voice.people))


def _camp(whole: frozenset[str], counting: frozenset[str], voices: Mapping[str, _Voice]) -> Camp:
    """Return the counting voices of a group, with stakes, threads and documents of all of it."""
    return _as_one(counting, [voices[name] for name in sorted(whole)])


def _line(camps: Sequence[Camp]) -> Camp:
    """Join camps that reach us through one relay."""
    return _as_one(frozenset().union(*(camp.voices for camp in camps)), camps)


def _as_one(voices: frozenset[str], parts: Sequence[_Voice | Camp]) -> Camp:
    """Return a camp with the strongest stake, all threads and all documents of its parts."""
    return Camp(
        voices,
        min((part.stake for part in parts), key=STRONGEST.index),
        frozenset().union(*(part.threads for part in parts)),
        frozenset().union(*(part.roots for part in parts)),
    )
