"""Words that no longer count: dropped by a later version, known only from a marked document,
disowned or overruled.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final

from kb.reasoning.graph import closed, linked
from kb.reasoning.speakers.independence import Said
from kb.reasoning.speakers.voices import Speech

MAINTAINS: Final = ("affirms", "denies", "doubts")


def of(said: Iterable[Said], *stances: str) -> list[Said]:
    """Return the assertions with one of these stances."""
    return [s for s in said if s.row.stance in stances]


def without(said: Iterable[Said], others: Iterable[Said]) -> list[Said]:
    """Return the assertions that are not among the others."""
    ids = {other.row.id for other in others}
    return [one for one in said if one.row.id not in ids]


def hit(
    rule: Callable[[Said, Said], bool], others: Collection[Said], said: Iterable[Said]
) -> list[Said]:
    """Return the assertions to which a rule applies, because of any of the others."""
    if not others:
        return []
    return [one for one in said if any(rule(other, one) for other in others)]


def citing(said: Iterable[Said], speech: Speech, why: str) -> set[str]:
    """Return the ids of assertions that only come from words that no longer count because their
    document is marked, or because a later version drops them: words of these houses, or passed on
    by these houses, in documents of others, step by step.

    A house that says the same in another document is still believed to say so.
    """
    listed, found = list(said), set[str]()
    if not any(one.mute.startswith(why) for one in listed):
        return found
    while more := _citing(listed, speech, why, found):
        found |= more
    return found


def _citing(said: Sequence[Said], speech: Speech, why: str, found: Collection[str]) -> set[str]:
    """Return the ids of further assertions that only come from words that no longer count; those
    already `found` no longer count either.
    """
    mute = [one for one in said if one.mute.startswith(why) or one.row.id in found]
    counting = [one for one in said if one.voice and one.row.id not in found]
    gone = {(_house(one, speech), *words) for one in mute for words in _words(one)}
    said_too = {(_house(one, speech), one.heard, one.row.stance) for one in counting}
    return {
        one.row.id
        for one in counting
        for house in {one.heard, *one.through} - _reporters(one, speech)
        if any((house, *words) in gone for words in _words(one))
        and (house, one.heard, one.row.stance) not in said_too
    }


def _words(said: Said) -> list[tuple[str | None, str | None]]:
    """Return what makes words of one house the same: voice and stance, or that they affirm.

    In doubt, an affirmation does not count, and a denial does.
    """
    found = [(said.heard, said.row.stance)]
    return [*found, (None, "affirms")] if said.row.stance == "affirms" else found


def _reporters(said: Said, speech: Speech) -> set[str]:
    """Return the voices of the house and of the writers of the document."""
    writers = speech.signed(said.row)
    return {
        _house(said, speech),
        *(f"entity/{speech.sides.party(w, said.period)}" for w in writers),
    }


def _house(said: Said, speech: Speech) -> str:
    """Return the voice of the house of a document, or "" if it has none."""
    house = speech.house(said.row)
    return f"entity/{speech.sides.party(house, said.period)}" if house else ""


def dropped(said: Sequence[Said], speech: Speech) -> set[str]:
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


def disowned(said: Sequence[Said], speech: Speech) -> list[Said]:
    """Return the assertions that somebody disowns, and the same words in other documents that have
    them from the same reporters.
    """
    found = hit(_disowns, of(said, "disowns"), said)

    def from_them(first: Said, one: Said) -> bool:
        """Tell whether an assertion reached a document through those who reported the first."""
        return _repeats(one, first) and not _reporters(first, speech).isdisjoint(
            set(one.through) - _reporters(one, speech)
        )

    while more := without(hit(from_them, found, said), found):
        found += more
    return found


def disowning(said: Sequence[Said], disowned: Sequence[Said]) -> list[Said]:
    """Return the assertions by which these words are disowned."""
    return hit(lambda one, disowning: _disowns(disowning, one), disowned, of(said, "disowns"))


def _disowns(disowning: Said, said: Said) -> bool:
    """Tell whether an assertion is disowned by its alleged speaker or by whoever passed it on.

    If the disowning names an assertion, only that one is disowned; otherwise every affirmation of
    the same speaker.
    """
    target = disowning.row.target
    named = said.row.id == target if target else said.row.stance == "affirms"
    by_relay = bool(target) and passed_on(disowning, said)
    other = said.row.id != disowning.row.id and withdraws(disowning, said)
    return named and other and (same_person(disowning, said) or by_relay)


def withdraws(withdrawal: Said, said: Said) -> bool:
    """Tell whether the document of a retraction or disowning allows that it counts.

    One in a forged or satirical document never does. In doubt, because its own document was
    retracted or leaves it out in a later version, it counts against an affirmation only.
    """
    if invented(withdrawal):
        return False
    kept = withdrawal.voice is not None or withdrawal.mute in ("", "told", "nobody")
    return kept or said.row.stance == "affirms"


def invented(said: Said) -> bool:
    """Tell whether an assertion is in a forged or satirical document."""
    return said.mute in ("marked forged", "marked satire")


def in_force(rulings: Sequence[Said]) -> list[Said]:
    """Return the overrulings that no other overruling in force sets aside.

    Those that set each other aside in a circle are in force.
    """
    against = _against(rulings)
    valid = dict[str, bool]()
    while waiting := against.keys() - valid.keys():
        for id in [id for id in waiting if valid.keys() >= against[id]]:
            valid[id] = not any(map(valid.get, against[id]))
    return [one for one in rulings if valid[one.row.id]]


def _against(rulings: Sequence[Said]) -> dict[str, set[str]]:
    """Return by id of an overruling the ids of those that name it, and are not in a circle."""
    by_id = {one.row.id: one for one in rulings}
    found: dict[str, set[str]] = {id: set() for id in by_id}
    for other in rulings:
        one = by_id.get(other.row.target or "")
        if one and other.heard != one.heard and not is_after(one, other):
            found[one.row.id] |= set() if _in_circle(other, by_id) else {other.row.id}
    return found


def _in_circle(ruling: Said, by_id: Mapping[str, Said]) -> bool:
    """Tell whether what an overruling sets aside leads back to it."""
    met: list[str] = []
    here: Said | None = ruling
    while here and here.row.id not in met:
        met.append(here.row.id)
        here = by_id.get(here.row.target or "")
    return here is ruling


def overruled(said: Sequence[Said], overruling: Sequence[Said]) -> list[Said]:
    """Return the stances that a body sets aside."""
    stances = of(said, *MAINTAINS)
    named = {one.row.id: one for one in stances}

    def overrules(ruling: Said, one: Said) -> bool:
        """Tell whether a ruling sets a stance aside: the one it names and what the same body says
        elsewhere, or else every earlier finding or judgment.
        """
        if ruling.heard == one.heard or is_after(one, ruling):
            return False
        if ruling.row.target is None:
            return one.row.standing in ("finding", "judgment")
        first = named.get(ruling.row.target)
        return first is not None and (first is one or _repeats(one, first))

    return hit(overrules, overruling, stances)


def _repeats(one: Said, first: Said) -> bool:
    """Tell whether a voice takes the same stance again."""
    same = one.heard is not None and one.heard == first.heard
    return same and one.row.stance == first.row.stance


def same_person(one: Said, other: Said) -> bool:
    """Tell whether both have the same voice or the same speaker."""
    return one.heard is not None and (
        one.heard == other.heard or one.row.speaker == other.row.speaker
    )


def passed_on(one: Said, other: Said) -> bool:
    """Tell whether the voice of one passed the other on."""
    return one.heard is not None and one.heard in other.through


def is_after(one: Said, other: Said) -> bool:
    """Tell whether one is known to have been said after the other: by the times, else the days."""
    first, second = other.row.said_at, one.row.said_at
    if first and second:
        return second > first
    start, end = one.period[0], other.period[1]
    return bool(start and end and start > end)
