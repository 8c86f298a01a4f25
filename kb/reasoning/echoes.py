"""Circular reporting and hearsay: words on a claim that only pass on what somebody else says.

Who passes something on adds no voice, in one document or in a straight line across documents;
those who name each other as where they have it from are one voice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from kb.reasoning.graph import closed, linked
from kb.reasoning.tables import AssertionRow
from kb.reasoning.voices import Speech

# Whoever knows it in one of these ways speaks for themselves, whomever they quote as well.
OWN_BASES: Final = frozenset({"witnessed", "took-part", "document", "footage"})
_STATED: Final = ("affirms", "denies", "doubts")  # a stance is echoed by the same stance only


@dataclass(frozen=True, slots=True)
class _Heard:
    """One assertion with its voice, and the voices through which it came, outermost first."""

    row: AssertionRow
    voice: str
    through: tuple[str, ...]
    rank: tuple[date, date, str]


@dataclass(frozen=True, slots=True)
class Echoes:
    """What only passes something on: assertion id → id of the assertion that it echoes.

    `circles` are voices that have it from each other: together they are one.
    """

    of: Mapping[str, str]
    circles: tuple[frozenset[str], ...] = ()


def echoes(rows: Iterable[AssertionRow], speech: Speech) -> Echoes:
    """Find the echoes among assertions on one claim.

    What a voice says itself is an echo where the same voice passes on the words of another, unless
    it knows it in a way of its own. Where voices rest on each other in a circle, the first word
    published counts for all.

    >>> from kb.reasoning.tables import SourceRow, Tables
    >>> from kb.reasoning.voices import speech
    >>> rows = [AssertionRow("1", "c", "a", speaker="ann", stance="affirms"), AssertionRow("2", "c", "a", speaker="bee", stance="affirms")]
    >>> echoes(rows, speech(Tables(sources=(SourceRow("a", "bee"),)))).of
    {'2': '1'}
    """
    by_stance: dict[str, list[_Heard]] = defaultdict(list)
    for row in rows:
        if row.stance in _STATED and (voice := speech.voice(row)):
            by_stance[row.stance].append(_heard(row, voice, speech))
    found = [_among(heard) for heard in by_stance.values()]
    of = {id: echoed for one in found for id, echoed in one.of.items()}
    return Echoes(of, tuple(circle for one in found for circle in one.circles))


def _heard(row: AssertionRow, voice: str, speech: Speech) -> _Heard:
    published = speech.published(row)
    public = (published.published_to if published else None) or date.max
    said = speech.period(row)[1] or date.max
    return _Heard(row, voice, speech.through(row), (public, said, row.id))


def _among(heard: Sequence[_Heard]) -> Echoes:
    rests: dict[str, set[str]] = defaultdict(set)
    for one in heard:
        for outer in one.through:
            if outer != one.voice:
                rests[outer].add(one.voice)
    if not rests:
        return Echoes({})
    reach = {
        voice: frozenset(closed(rests[voice], lambda new: linked(rests, new))) for voice in rests
    }
    of: dict[str, str] = {}
    circles: set[frozenset[str]] = set()
    for one in heard:
        if one.voice not in reach or (one.row.basis in OWN_BASES and not one.through):
            continue
        echoed, circle = _origin(one, heard, reach)
        circles |= {circle} if circle else set()
        if echoed != one.row.id:
            of[one.row.id] = echoed
    return Echoes(of, tuple(sorted(circles, key=sorted)))


def _origin(
    one: _Heard, heard: Sequence[_Heard], reach: Mapping[str, Collection[str]]
) -> tuple[str, frozenset[str] | None]:
    """The assertion that this one comes back to, and the circle that it is in."""
    below = reach[one.voice]
    circle = frozenset({one.voice, *(v for v in below if one.voice in reach.get(v, ()))})
    in_circle = one.voice in below
    beyond = [h for h in heard if h.voice in below and not _rests(h.voice, reach)]
    if beyond:
        return min(beyond, key=lambda h: h.rank).row.id, circle if in_circle else None
    if not in_circle:  # it rests on a circle of others
        beyond = [h for h in heard if h.voice in below and h.voice in reach.get(h.voice, ())]
        return min(beyond, key=lambda h: h.rank).row.id, None
    return min((h for h in heard if h.voice in circle), key=lambda h: h.rank).row.id, circle


def _rests(voice: str, reach: Mapping[str, Collection[str]]) -> bool:
    """Whether the voice passes on what others say."""
    return bool(reach.get(voice))
