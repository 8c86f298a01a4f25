"""Stances on one claim: which assertions of each voice still count.

A later stance of a voice replaces an earlier one. An assertion also stops counting if the speaker
disowns it, a body overrules it, the publisher that passed it on retracts the story, or the document
is marked as retracted, forged or satire.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from kb.reasoning.graph import closed, linked
from kb.reasoning.independence import Said
from kb.reasoning.tables import AssertionRow, SourceRow
from kb.reasoning.voices import Speech

_MAINTAINS: Final = ("affirms", "denies", "doubts")
_NO_REPORT: Final = frozenset({"retracted", "satire", "forged"})


@dataclass(frozen=True, slots=True)
class Settled:
    """The assertions on a claim, sorted by what became of them.

    `counting` are those that still count, and those without comment (silent).
    """

    counting: tuple[Said, ...]
    possible: tuple[Said, ...] = ()
    retractions: tuple[Said, ...] = ()
    taken_back: tuple[Said, ...] = ()
    disowned: tuple[Said, ...] = ()
    disowning: tuple[Said, ...] = ()
    overruled: tuple[Said, ...] = ()
    overruling: tuple[Said, ...] = ()
    unordered: tuple[Said, ...] = ()


def settled(rows: Sequence[AssertionRow], speech: Speech) -> Settled:
    """Sort the assertions on one claim by what became of them.

    >>> from kb.reasoning.tables import Tables
    >>> from kb.reasoning.voices import speech
    >>> rows = [
    ...     AssertionRow("1", "c", speaker="a", stance="affirms"),
    ...     AssertionRow("2", "c", speaker="a", stance="retracts"),
    ... ]
    >>> [said.row.id for said in settled(rows, speech(Tables())).taken_back]
    ['1']
    """
    said = _recapped([_said(row, speech) for row in rows])
    said = _silenced(said, _dropped(said, speech), "dropped")
    said = _silenced(said, _citing_marked(said, speech), "citing-marked")
    disowned = _disowned(said)
    said = _silenced(said, {one.row.id for one in disowned}, "disowned")
    overruling = [one for one in _of(said, "overrules") if one.voice]
    overruled = _overruled(said, overruling)
    stances = [one for one in _of(said, *_MAINTAINS) if one not in overruled]
    retractions = _of(said, "retracts")
    found = _maintained(stances, retractions)
    return Settled(
        tuple(s for s in (*found.kept, *_of(said, "silent")) if s.row.degree != "possible"),
        tuple(s for s in found.kept if s.row.degree == "possible"),
        found.retractions,
        found.taken_back,
        tuple(disowned),
        tuple(
            _hit(lambda one, disowning: _disowns(disowning, one), disowned, _of(said, "disowns"))
        ),
        tuple(overruled),
        tuple(overruling),
        _unordered(stances, retractions),
    )


@dataclass(frozen=True, slots=True)
class _Maintained:
    """The stances that voices keep, those that they took back or replaced, and the retractions.

    A retraction of a denial or a doubt is not in `retractions` but in `taken_back`.
    """

    kept: tuple[Said, ...]
    taken_back: tuple[Said, ...]
    retractions: tuple[Said, ...]


def _maintained(stances: Sequence[Said], retractions: Sequence[Said]) -> _Maintained:
    """Apply later stances and retractions.

    The later stance of a voice replaces the earlier one. A retraction takes back what the same
    voice affirmed. If the voice never affirmed anything, it takes back its denial or doubt.
    """
    replaced = _hit(_replaces, stances, stances)
    left = [s for s in stances if s not in replaced]
    affirmed, answers = _of(left, "affirms"), _of(left, "denies", "doubts")
    ever_affirmed = [*affirmed, *_of(replaced, "affirms")]
    of_answers = [
        retraction
        for retraction in retractions
        if not _taken_back(ever_affirmed, [retraction]) and _taken_back(answers, [retraction])
    ]
    gone = _taken_back(affirmed, retractions) + _taken_back(answers, of_answers)
    return _Maintained(
        tuple(s for s in left if s not in gone),
        tuple(sorted((*replaced, *gone, *of_answers), key=lambda s: s.row.id)),
        tuple(retraction for retraction in retractions if retraction not in of_answers),
    )


def _citing_marked(said: Iterable[Said], speech: Speech) -> set[str]:
    """Return the ids of assertions that only come from documents marked as satire, forged or
    retracted: words of their houses, or passed on by their houses, in documents of others.

    A house that says the same in a document without a mark is still believed to say so.
    """
    listed = list(said)
    stances = _of(listed, *_MAINTAINS)
    marked = {_house(one, speech) for one in stances if one.mute.startswith("marked")}
    gone = marked - {_house(one, speech) for one in stances if one.voice} - {""}
    return {
        one.row.id
        for one in listed
        if one.voice and not gone.isdisjoint({one.heard, *one.through} - {_house(one, speech)})
    }


def _house(said: Said, speech: Speech) -> str:
    """Return the voice of the house of a document, or "" if it has none."""
    house = speech.house(said.row)
    return f"entity/{speech.sides.party(house, said.period)}" if house else ""


def _silenced(said: Iterable[Said], ids: Collection[str], reason: str) -> list[Said]:
    """Take the voice of some assertions away, for a reason."""
    return [replace(s, voice=None, mute=reason) if s.row.id in ids else s for s in said]


def _hit(
    rule: Callable[[Said, Said], bool], others: Collection[Said], said: Iterable[Said]
) -> list[Said]:
    """Return the assertions to which a rule applies, because of any of the others."""
    return [one for one in said if any(rule(other, one) for other in others)]


def _of(said: Iterable[Said], *stances: str) -> list[Said]:
    """Return the assertions with one of these stances."""
    return [s for s in said if s.row.stance in stances]


def _said(row: AssertionRow, speech: Speech) -> Said:
    """Describe an assertion: its voice, or the reason why it adds none, its days and its relays."""
    source, root = speech.published(row), speech.root(row)
    heard = speech.voice(row)
    mute = _mute(row, heard, (source, speech.sources.get(root)))
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


def _mute(row: AssertionRow, voice: str | None, sources: Iterable[SourceRow | None]) -> str:
    """Return why an assertion adds no voice, "" if it adds one.

    Nobody in particular, somebody who only heard it from others, and a document that was retracted,
    forged or satire add none.
    """
    if voice is None:
        return "nobody"
    marks = [s.state for s in sources if s and s.state in _NO_REPORT]
    if marks:
        return f"marked {marks[0]}"
    return "told" if row.basis == "told" else ""


def _recapped(said: Sequence[Said]) -> list[Said]:
    """Give a quotation without a date the date at which its voice first affirmed the claim.

    It may be the old affirmation quoted again, so it cannot undo a denial or a retraction that came
    in between.
    """
    first: dict[str, Said] = {}
    for one in sorted(said, key=lambda s: (s.period[1] or date.max, s.row.id)):
        if one.row.stance == "affirms" and one.heard:
            first.setdefault(one.heard, one)
    return [_as_first(one, first.get(one.heard or "")) for one in said]


def _as_first(one: Said, first: Said | None) -> Said:
    """Date an undated quotation as the first affirmation of its voice, if that was earlier."""
    row = one.row
    undated = not (row.said_from or row.said_to or row.said_at) and bool(one.through)
    if first and undated and row.stance == "affirms" and _is_after(one, first):
        return replace(one, period=first.period)
    return one


def _dropped(said: Sequence[Said], speech: Speech) -> set[str]:
    """Return the ids of assertions that a later version of the document no longer contains."""
    later = speech.versions
    if not later:
        return set()
    kept = {(s.row.source, s.heard, s.row.stance) for s in said}

    def repeated(one: Said) -> bool:
        """Tell whether a later version has the same stance of the same voice."""
        versions = closed(later[one.row.source or ""], lambda new: linked(later, new))
        return any((version, one.heard, one.row.stance) in kept for version in versions)

    return {s.row.id for s in said if s.row.source in later and not repeated(s)}


def _disowned(said: Sequence[Said]) -> list[Said]:
    """Return the assertions that somebody disowns."""
    return _hit(_disowns, _of(said, "disowns"), said)


def _overruled(said: Sequence[Said], overruling: Sequence[Said]) -> list[Said]:
    """Return the stances that a body sets aside."""
    return _hit(_overrules, overruling, _of(said, *_MAINTAINS))


def _same_person(one: Said, other: Said) -> bool:
    """Tell whether both have the same voice or the same speaker."""
    return one.heard is not None and (
        one.heard == other.heard or one.row.speaker == other.row.speaker
    )


def _passed_on(one: Said, other: Said) -> bool:
    """Tell whether the voice of one passed the other on."""
    return one.heard is not None and one.heard in other.through


def _disowns(disowning: Said, said: Said) -> bool:
    """Tell whether an assertion is disowned by its alleged speaker or by whoever passed it on.

    If the disowning names an assertion, only that one is disowned; otherwise every affirmation of
    the same speaker.
    """
    target = disowning.row.target
    named = said.row.id == target if target else said.row.stance == "affirms"
    passed_on = bool(target) and _passed_on(disowning, said)
    other = said.row.id != disowning.row.id
    return named and other and (_same_person(disowning, said) or passed_on)


def _overrules(overruling: Said, said: Said) -> bool:
    """Tell whether a body sets an assertion aside: the one it names, or else every earlier finding
    or judgment.
    """
    if overruling.heard == said.heard or _is_after(said, overruling):
        return False
    if overruling.row.target:
        return overruling.row.target == said.row.id
    return said.row.standing in ("finding", "judgment")


def _is_after(one: Said, other: Said) -> bool:
    """Tell whether one is known to have been said after the other: by the times, else the days."""
    first, second = other.row.said_at, one.row.said_at
    if first and second:
        return second > first
    start, end = one.period[0], other.period[1]
    return bool(start and end and start > end)


def _contrary(one: Said, other: Said) -> bool:
    """Tell whether one voice cannot maintain both stances."""
    positions = {_position(one), _position(other)}
    return len(positions) == 2 and "otherwise" not in positions


def _position(said: Said) -> str:
    """Return the position that is taken. To deny only how a claim is characterised is one of its
    own, which contradicts no other.
    """
    if said.row.degree == "possible":
        return "possible"
    if said.row.stance == "denies" and set(said.row.scope) == {"characterisation"}:
        return "otherwise"
    return said.row.stance or ""


def _replaces(later: Said, earlier: Said) -> bool:
    """Tell whether the same voice took a contrary stance afterwards."""
    same = later.voice is not None and later.voice == earlier.voice
    return same and _contrary(later, earlier) and _is_after(later, earlier)


def _taken_back(said: Iterable[Said], retractions: Iterable[Said]) -> list[Said]:
    """Return the assertions that one of the retractions takes back."""
    return _hit(_takes_back, list(retractions), said)


def _takes_back(retraction: Said, said: Said) -> bool:
    """Tell whether a retraction takes an assertion back.

    It does if the same voice made the assertion or passed it on, and it is not known to be later.
    """
    concerned = _same_person(retraction, said) or _passed_on(retraction, said)
    return concerned and not _is_after(said, retraction)


def _unordered(stances: Sequence[Said], retractions: Sequence[Said]) -> tuple[Said, ...]:
    """Return contrary assertions of one voice whose order is not known."""
    by_voice: dict[str, list[Said]] = defaultdict(list)
    for said in (*stances, *retractions):
        if said.voice:
            by_voice[said.voice].append(said)
    unclear = (_hit(_contrary_in_any_order, rows, rows) for rows in by_voice.values())
    return tuple(one for rows in unclear for one in rows)


def _contrary_in_any_order(one: Said, other: Said) -> bool:
    """Tell whether two stances are contrary, and it is not known which was taken first."""
    return _contrary(one, other) and not _ordered(one, other)


def _ordered(one: Said, other: Said) -> bool:
    """Tell whether it is known which of the two was said first."""
    return _is_after(one, other) or _is_after(other, one)
