"""Which of the voices that affirm a claim are independent of each other.

Voices that are tied to each other, directly or through others that affirm the same, count as one:
members and their body, parts, owners, sides and backers, speakers of one passage, unnamed people
who may be one person, and those who have it from each other. What is in doubt counts as tied.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from kb.model import identifiers
from kb.reasoning.graph import joined
from kb.reasoning.tables import AssertionRow, ClaimRow, Period
from kb.reasoning.voices import Speech

# A camp has the strongest stake of its assertions.
STRONGEST: Final = ("party", "aligned", "rival", "unknown", "no-known-stake")
STAKELESS: Final = frozenset({"no-known-stake", "unknown"})


@dataclass(frozen=True, slots=True)
class Said:
    """One assertion with its voice, its days, its root document, and since when it was public.

    `voice` is None where it adds none: `mute` says why. `heard` is whose word it is all the same,
    None for nobody in particular. `echo` is the assertion that it only passes on: then it has the
    voice of that one. `through` are the voices that passed it on.
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
    """Voices that count as one. `threads` are those through whom it was first heard, empty where it
    spoke for itself; `roots` the documents in which it was first heard."""

    voices: frozenset[str]
    stake: str
    threads: frozenset[str]
    roots: frozenset[str]


@dataclass(frozen=True, slots=True)
class Support:
    """Independent voices: `camps` as they speak, `lines` those of them that do not all come through
    one relay; `stakes` has the strongest stake of each voice.

    `ties` says why voices count as one: the rule, and the voices that it joins.
    """

    camps: tuple[Camp, ...] = ()
    lines: tuple[Camp, ...] = ()
    stakes: Mapping[str, str] = field(default_factory=dict)
    ties: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def level(self) -> str:
        """How well it is supported, in the words of the vocabulary."""
        if len(self.camps) < 2:
            return "one-voice" if self.stakes else "none"
        apart = any(
            one.roots.isdisjoint(other.roots)
            for n, one in enumerate(self.lines)
            for other in self.lines[:n]
        )
        return "several-originals" if apart else "several-in-one-report"

    @property
    def stakeless(self) -> int:
        """Independent voices without a known stake: those that can corroborate."""
        return sum(line.stake in STAKELESS for line in self.lines)


def support(
    claim: ClaimRow,
    affirmed: Iterable[Said],
    divided: Iterable[str],
    circles: Sequence[frozenset[str]],
    speech: Speech,
) -> Support:
    """Group the voices that affirm a claim. Echoes count for nobody by themselves, but still tie
    those together whom they are tied to. Who is tied to a divided voice does not count either, nor
    who is tied to somebody that only passes on what others say.
    """
    by_voice: dict[str, list[Said]] = defaultdict(list)
    for said in affirmed:
        if said.voice and said.heard:
            by_voice[said.heard].append(said)
    if not by_voice:
        return Support()
    voices = {v: _voice(claim, rows, speech) for v, rows in by_voice.items()}
    mute = {v for v, rows in by_voice.items() if all(s.echo for s in rows)}
    wavering = frozenset(divided)
    sources = {v: {s.voice for s in by_voice[v]} for v in mute}
    ties: list[tuple[str, tuple[str, ...]]] = []

    def tied(one: str, other: str) -> bool:
        """Whether two voices are one by any rule; the first that applies is noted."""
        rule = _tie(voices[one], voices[other], circles, speech)
        if rule:
            ties.append((rule, tuple(sorted((one, other)))))
        return bool(rule)

    groups = joined(voices, tied) if len(voices) > 1 else (frozenset(voices),)
    camps = [
        _camp(group, group - mute, voices)
        for group in groups
        if group - mute
        and group.isdisjoint(wavering)
        and not any(sources[v].isdisjoint(group) for v in group & mute)
    ]
    named = {min(camp.voices): camp for camp in camps}
    lines = []
    for group in joined(named, lambda a, b: not named[a].threads.isdisjoint(named[b].threads)):
        line = [named[n] for n in sorted(group)]
        lines.append(_line(line))
        if len(line) > 1:
            ties.append(("one-thread", tuple(sorted(v for c in line for v in c.voices))))
    stakes = {v: voice.stake for v, voice in voices.items()}
    return Support(tuple(camps), tuple(lines), stakes, tuple(sorted(ties)))


@dataclass(frozen=True, slots=True)
class _Voice:
    """What is compared of a voice: stake, threads and roots of its first words, all its sides, where
    its words are, and the unnamed people that speak for it."""

    name: str
    stake: str
    threads: frozenset[str]
    roots: frozenset[str]
    sides: frozenset[str]
    people: tuple[tuple[str, Period], ...]
    passages: tuple[tuple[str, int, int], ...]


def _voice(claim: ClaimRow, rows: Sequence[Said], speech: Speech) -> _Voice:
    stake = min((speech.stake(s.row, claim) for s in rows), key=STRONGEST.index)
    own = [s for s in rows if not s.through]
    first = _first(own or rows)
    passages = []
    for said in rows:
        span = identifiers.span(said.row.quote or "")
        passages += [(said.row.source or "", *span)] if span else []
    return _Voice(
        rows[0].heard or "",
        stake,
        frozenset(v for s in first for v in s.through),
        frozenset(s.root for s in first),
        frozenset().union(*(speech.side(s.row) for s in rows)),
        tuple(dict.fromkeys((e, s.period) for s in rows for e in speech.identities(s.row))),
        tuple(passages),
    )


def _first(rows: Iterable[Said]) -> list[Said]:
    """Those that were public first; of several on one day all."""
    listed = list(rows)
    earliest = min(s.public or date.max for s in listed)
    return [s for s in listed if (s.public or date.max) == earliest]


def _tie(
    one: _Voice, other: _Voice, circles: Iterable[frozenset[str]], speech: Speech
) -> str | None:
    """Why two voices count as one; None where they are independent."""
    if any({one.name, other.name} <= circle for circle in circles):
        return "circle"
    if _one_passage(one, other):
        return "one-passage"
    if not one.sides.isdisjoint(other.sides) and not _rivals(one, other, speech):
        return "allied"
    if any(speech.one_person(a, b) for a, _ in one.people for b, _ in other.people if a != b):
        return "perhaps-one-person"
    return None


def _one_passage(one: _Voice, other: _Voice) -> bool:
    """Whether words of both are in one passage: passages with a character in common."""
    return any(
        a[0] == b[0] and a[1] < b[2] and b[1] < a[2] for a in one.passages for b in other.passages
    )


def _rivals(one: _Voice, other: _Voice, speech: Speech) -> bool:
    """Whether the two are declared rivals who merely have a friend or a roof in common."""
    people = {e for e, _ in one.people}, {e for e, _ in other.people}
    bodies = tuple(
        frozenset().union(*(speech.sides.body(e, period) for e, period in voice.people))
        for voice in (one, other)
    )
    apart = people[0].isdisjoint(bodies[1]) and people[1].isdisjoint(bodies[0])
    periods = {period for voice in (one, other) for _, period in voice.people}
    return apart and all(
        speech.sides.opposed(frozenset(people[0]), frozenset(people[1]), p) for p in periods
    )


def _camp(whole: frozenset[str], counting: frozenset[str], voices: Mapping[str, _Voice]) -> Camp:
    """The counting voices of a group, with the stakes, threads and documents of all of it."""
    return _as_one(counting, [voices[v] for v in sorted(whole)])


def _line(camps: Sequence[Camp]) -> Camp:
    """Camps that reach us through one relay, taken as one."""
    return _as_one(frozenset().union(*(c.voices for c in camps)), camps)


def _as_one(voices: frozenset[str], parts: Sequence[_Voice | Camp]) -> Camp:
    """Voices with the strongest stake, all threads and all documents of these parts."""
    return Camp(
        voices,
        min((part.stake for part in parts), key=STRONGEST.index),
        frozenset().union(*(part.threads for part in parts)),
        frozenset().union(*(part.roots for part in parts)),
    )
