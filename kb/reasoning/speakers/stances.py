"""Stances on one claim: which assertions of each voice still count.

A later stance of a voice replaces an earlier one. An assertion also stops counting if the speaker
disowns it, a body overrules it, the publisher that passed it on retracts the story, or the document
is marked as retracted, forged or satire.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from kb.reasoning.speakers import set_aside
from kb.reasoning.speakers.independence import Said
from kb.reasoning.speakers.set_aside import (
    MAINTAINS,
    hit,
    is_after,
    of,
    passed_on,
    same_person,
    withdraws,
    without,
)
from kb.reasoning.speakers.voices import Speech
from kb.reasoning.tables import AssertionRow, SourceRow

_NO_REPORT: Final = frozenset({"retracted", "satire", "forged"})


@dataclass(frozen=True, slots=True)
class Settled:
    """The assertions on a claim, sorted by whether and why they no longer count.

    `counting` are those that still count, and those without comment (silent). `set_aside` are
    overrulings that were overruled themselves.
    """

    counting: tuple[Said, ...]
    possible: tuple[Said, ...] = ()
    retractions: tuple[Said, ...] = ()
    taken_back: tuple[Said, ...] = ()
    disowned: tuple[Said, ...] = ()
    disowning: tuple[Said, ...] = ()
    overruled: tuple[Said, ...] = ()
    overruling: tuple[Said, ...] = ()
    set_aside: tuple[Said, ...] = ()
    unordered: tuple[Said, ...] = ()


def settled(rows: Sequence[AssertionRow], speech: Speech) -> Settled:
    """Sort the assertions on one claim by whether and why they no longer count.

    >>> from kb.reasoning.tables import Tables
    >>> from kb.reasoning.speakers.voices import speech
    >>> rows = [
    ...     AssertionRow("1", "c", speaker="a", stance="affirms"),
    ...     AssertionRow("2", "c", speaker="a", stance="retracts"),
    ... ]
    >>> [said.row.id for said in settled(rows, speech(Tables())).taken_back]
    ['1']
    """
    said = _with_documents(_recapped([_said(row, speech) for row in rows]), speech)
    disowned = set_aside.disowned(said, speech)
    said = _silenced(said, {one.row.id for one in disowned}, "disowned")
    rulings = [one for one in of(said, "overrules") if one.voice]
    overruling = set_aside.in_force(rulings)
    overruled = set_aside.overruled(said, overruling)
    stances = without(of(said, *MAINTAINS), overruled)
    retractions = of(said, "retracts")
    found = _maintained(stances, retractions)
    return Settled(
        tuple(s for s in (*found.kept, *of(said, "silent")) if s.row.degree != "possible"),
        tuple(s for s in found.kept if s.row.degree == "possible"),
        found.retractions,
        found.taken_back,
        tuple(disowned),
        tuple(set_aside.disowning(said, disowned)),
        tuple(overruled),
        tuple(overruling),
        tuple(without(rulings, overruling)),
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
    replaced = [one for rows in _by_voice(stances) for one in hit(_replaces, rows, rows)]
    left = without(stances, replaced)
    affirmed, answers = of(left, "affirms"), of(left, "denies", "doubts")
    ever_affirmed = [*affirmed, *of(replaced, "affirms")]
    of_answers = [
        retraction
        for retraction in retractions
        if not _taken_back(ever_affirmed, [retraction]) and _taken_back(answers, [retraction])
    ]
    gone = _taken_back(affirmed, retractions) + _taken_back(answers, of_answers)
    return _Maintained(
        tuple(without(left, gone)),
        tuple(sorted((*replaced, *gone, *of_answers), key=lambda s: s.row.id)),
        tuple(without(retractions, of_answers)),
    )


def _with_documents(said: Sequence[Said], speech: Speech) -> list[Said]:
    """Remove the voice of assertions that later versions drop, and of those that are known only
    from marked documents or from dropped assertions.
    """
    found = _silenced(said, set_aside.dropped(said, speech), "dropped")
    found = _silenced(found, set_aside.citing(found, speech, "marked"), "citing-marked")
    return _silenced(found, set_aside.citing(found, speech, "dropped"), "citing-dropped")


def _silenced(said: Iterable[Said], ids: Collection[str], reason: str) -> list[Said]:
    """Remove the voice of some assertions, and keep the reason."""
    return [replace(s, voice=None, mute=reason) if s.row.id in ids else s for s in said]


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

    An unattributed speaker, somebody who only heard it from others, and a document that was
    retracted, forged or satire add none.
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
    if first and undated and row.stance == "affirms" and is_after(one, first):
        return replace(one, period=first.period)
    return one


def _contrary(one: Said, other: Said) -> bool:
    """Tell whether one voice cannot maintain both stances."""
    positions = {_position(one), _position(other)}
    return len(positions) == 2 and "otherwise" not in positions


def _position(said: Said) -> str:
    """Return the position that an assertion takes. Denying only how a claim is characterised is a
    position of its own, which contradicts no other.
    """
    if said.row.degree == "possible":
        return "possible"
    if said.row.stance == "denies" and set(said.row.scope) == {"characterisation"}:
        return "otherwise"
    return said.row.stance or ""


def _replaces(later: Said, earlier: Said) -> bool:
    """Tell whether the same voice took a contrary stance afterwards.

    Somebody who later calls possible what they denied or doubted has not taken that back.
    """
    if later.row.degree == "possible" and earlier.row.stance != "affirms":
        return False
    same = later.voice is not None and later.voice == earlier.voice
    return same and _contrary(later, earlier) and is_after(later, earlier)


def _taken_back(said: Iterable[Said], retractions: Iterable[Said]) -> list[Said]:
    """Return the assertions that one of the retractions takes back."""
    return hit(_takes_back, list(retractions), said)


def _takes_back(retraction: Said, said: Said) -> bool:
    """Tell whether a retraction takes an assertion back.

    It does if the same voice made the assertion or passed it on, and it is not known to be later.
    """
    concerned = same_person(retraction, said) or passed_on(retraction, said)
    return concerned and not is_after(said, retraction) and withdraws(retraction, said)


def _unordered(stances: Sequence[Said], retractions: Sequence[Said]) -> tuple[Said, ...]:
    """Return contrary assertions of one voice whose order is not known."""
    by_voice = _by_voice((*stances, *retractions))
    unclear = (hit(_contrary_in_any_order, rows, rows) for rows in by_voice)
    return tuple(one for rows in unclear for one in rows)


def _by_voice(said: Iterable[Said]) -> Collection[list[Said]]:
    """Return the assertions that add a voice, those of one voice together."""
    found: dict[str, list[Said]] = defaultdict(list)
    for one in said:
        if one.voice:
            found[one.voice].append(one)
    return found.values()


def _contrary_in_any_order(one: Said, other: Said) -> bool:
    """Tell whether two stances are contrary, and it is not known which was taken first."""
    return _contrary(one, other) and not _ordered(one, other)


def _ordered(one: Said, other: Said) -> bool:
    """Tell whether it is known which of the two was said first."""
    return is_after(one, other) or is_after(other, one)
