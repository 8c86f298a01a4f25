"""What each voice maintains on one claim: of what it said, what still counts.

A later stance of a voice replaces an earlier one. Words are also lost where the speaker disowns
them, a body overrules them, the house that passed them on takes the story back, or the document
turns out to be no report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from kb.reasoning.graph import closed, linked
from kb.reasoning.independence import Said
from kb.reasoning.tables import AssertionRow
from kb.reasoning.voices import Speech

_MAINTAINS: Final = ("affirms", "denies", "doubts")
_NO_REPORT: Final = frozenset({"retracted", "satire", "forged"})


@dataclass(frozen=True, slots=True)
class Settled:
    """The assertions on a claim by what became of them; `counting` are those that still count, and
    silence.
    """

    counting: tuple[Said, ...]
    possible: tuple[Said, ...] = ()
    retractions: tuple[Said, ...] = ()
    taken_back: tuple[Said, ...] = ()
    disowned: tuple[Said, ...] = ()
    overruled: tuple[Said, ...] = ()
    overruling: tuple[Said, ...] = ()
    unordered: tuple[Said, ...] = ()


def settled(rows: Sequence[AssertionRow], speech: Speech) -> Settled:
    """Sort the assertions on one claim by what became of them.

    >>> from kb.reasoning.tables import Tables
    >>> from kb.reasoning.voices import speech
    >>> rows = [AssertionRow("1", "c", speaker="a", stance="affirms"), AssertionRow("2", "c", speaker="a", stance="retracts")]
    >>> [s.row.id for s in settled(rows, speech(Tables())).taken_back]
    ['1']
    """
    said = _recapped([_said(row, speech) for row in rows])
    versions = _dropped(said, speech)
    said = [replace(s, voice=None, mute="dropped") if s.row.id in versions else s for s in said]
    disowned = [s for s in said if any(_disowns(d, s) for d in _of(said, "disowns"))]
    mute = {s.row.id for s in disowned}
    said = [replace(s, voice=None, mute="disowned") if s.row.id in mute else s for s in said]
    overruling = [s for s in _of(said, "overrules") if s.voice]
    overruled = [s for s in _of(said, *_MAINTAINS) if any(_overrules(o, s) for o in overruling)]
    stances = [s for s in _of(said, *_MAINTAINS) if s not in overruled]
    retractions = _of(said, "retracts")
    replaced = [s for s in stances if any(_replaces(other, s) for other in stances)]
    left = [s for s in stances if s not in replaced]
    affirmed = _of(left, "affirms")
    answers = _of(left, "denies", "doubts")
    recanting = [
        r
        for r in retractions
        if not _taken_back([*affirmed, *_of(replaced, "affirms")], [r])
        and _taken_back(answers, [r])
    ]
    gone = _taken_back(affirmed, retractions) + _taken_back(answers, recanting)
    kept = [s for s in left if s not in gone]
    return Settled(
        tuple(s for s in (*kept, *_of(said, "silent")) if s.row.degree != "possible"),
        tuple(s for s in kept if s.row.degree == "possible"),
        tuple(r for r in retractions if r not in recanting),
        tuple(sorted((*replaced, *gone, *recanting), key=lambda s: s.row.id)),
        tuple(disowned),
        tuple(overruled),
        tuple(overruling),
        _unordered(stances, retractions),
    )


def _of(said: Iterable[Said], *stances: str) -> list[Said]:
    return [s for s in said if s.row.stance in stances]


def _said(row: AssertionRow, speech: Speech) -> Said:
    """An assertion with its voice, or why it adds none."""
    source, root = speech.published(row), speech.root(row)
    heard = speech.voice(row)
    mute = "" if heard else "nobody"
    if heard and row.basis == "told":
        mute = "told"
    marks = [s.state for s in (source, speech.sources.get(root)) if s and s.state in _NO_REPORT]
    if heard and marks:
        mute = f"marked {marks[0]}"
    through = speech.through(row)
    if not through and speech.house(row) is None:
        through = (f"source/{root}",)
    return Said(
        row,
        None if mute else heard,
        speech.period(row),
        root,
        source.published_to if source else None,
        heard=heard,
        mute=mute,
        through=through,
    )


def _recapped(said: Sequence[Said]) -> list[Said]:
    """The assertions, with what may be an old affirmation quoted again dated as the first one.

    Nothing says of a quotation without a date that it was said anew, and so it cannot undo a denial
    or a retraction that came in between.
    """
    first: dict[str, Said] = {}
    for one in sorted(said, key=lambda s: (s.period[1] or date.max, s.row.id)):
        if one.row.stance == "affirms" and one.heard:
            first.setdefault(one.heard, one)
    out = []
    for one in said:
        row = one.row
        undated = not (row.said_from or row.said_to or row.said_at) and bool(one.through)
        old = first.get(one.heard or "") if row.stance == "affirms" and undated else None
        out.append(replace(one, period=old.period) if old and _after_it(one, old) else one)
    return out


def _dropped(said: Iterable[Said], speech: Speech) -> set[str]:
    """What a later version of the document no longer says."""
    later: dict[str, set[str]] = {}
    for source in speech.sources.values():
        if source.version_of:
            later.setdefault(source.version_of, set()).add(source.id)
    if not later:
        return set()
    listed = list(said)
    kept = {(s.row.source, s.heard, s.row.stance) for s in listed}
    return {
        s.row.id
        for s in listed
        if s.row.source in later
        and not any(
            (v, s.heard, s.row.stance) in kept
            for v in closed(later[s.row.source], lambda new: linked(later, new))
        )
    }


def _same_person(one: Said, other: Said) -> bool:
    """Whether it is one voice, or one speaker."""
    return one.heard is not None and (
        one.heard == other.heard or one.row.speaker == other.row.speaker
    )


def _passed_on(one: Said, other: Said) -> bool:
    """Whether the voice of the one is what the words of the other came through."""
    return one.heard is not None and one.heard in other.through


def _disowns(disowning: Said, said: Said) -> bool:
    """Whether words are disowned, by who is said to have said them or who passed them on.

    Aimed at the assertion named, else at every affirmation of the same speaker.
    """
    target = disowning.row.target
    named = said.row.id == target if target else said.row.stance == "affirms"
    passed_on = bool(target) and _passed_on(disowning, said)
    other = said.row.id != disowning.row.id
    return named and other and (_same_person(disowning, said) or passed_on)


def _overrules(overruling: Said, said: Said) -> bool:
    """Whether a body sets these words aside: those named, else every earlier finding or judgment."""
    if overruling.heard == said.heard or _after_it(said, overruling):
        return False
    if overruling.row.target:
        return overruling.row.target == said.row.id
    return said.row.standing in ("finding", "judgment")


def _after_it(one: Said, other: Said) -> bool:
    """Whether the one is known to have been said after the other."""
    start, end = one.period[0], other.period[1]
    if start and end and start > end:
        return True
    times = one.row.said_at, other.row.said_at
    return times[0] is not None and times[1] is not None and times[0] > times[1]


def _contrary(one: Said, other: Said) -> bool:
    """Whether two stances cannot be maintained together."""
    return _position(one) != _position(other) and "otherwise" not in (
        _position(one),
        _position(other),
    )


def _position(said: Said) -> str:
    if said.row.degree == "possible":
        return "possible"
    if said.row.stance == "denies" and set(said.row.scope) == {"characterisation"}:
        return "otherwise"
    return said.row.stance or ""


def _replaces(later: Said, earlier: Said) -> bool:
    """Whether the same voice took another stance afterwards."""
    same = later.voice is not None and later.voice == earlier.voice
    return same and _contrary(later, earlier) and _after_it(later, earlier)


def _taken_back(said: Iterable[Said], retractions: Iterable[Said]) -> list[Said]:
    """What retractions are of: what the same voice affirmed, or what its house passed on.

    A voice that affirmed nothing takes back its denial or doubt.
    """
    by = list(retractions)
    return [s for s in said if any(_takes_back(r, s) for r in by)]


def _takes_back(retraction: Said, said: Said) -> bool:
    """Whether this was said by the same voice, or through it, and not known to be said after."""
    concerned = _same_person(retraction, said) or _passed_on(retraction, said)
    return concerned and not _after_it(said, retraction)


def _unordered(stances: Sequence[Said], retractions: Sequence[Said]) -> tuple[Said, ...]:
    """Contrary words of one voice of which nothing says which came last."""
    by_voice: dict[str, list[Said]] = defaultdict(list)
    for said in (*stances, *retractions):
        if said.voice:
            by_voice[said.voice].append(said)
    return tuple(
        one
        for rows in by_voice.values()
        for one in rows
        if any(_contrary(one, o) and not _after_it(one, o) and not _after_it(o, one) for o in rows)
    )
