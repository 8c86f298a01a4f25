"""Echoes: assertions that only pass on what somebody else says, and circular reporting.

Passing something on adds no voice, within one document or across several. Voices that cite each
other are one voice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from kb.reasoning.graph import closed, linked
from kb.reasoning.speakers.voices import Speech
from kb.reasoning.tables import AssertionRow

# With one of these bases, a voice speaks for itself, even if it also quotes somebody.
OWN_BASES: Final = frozenset({"witnessed", "took-part", "document", "footage"})
# Stances that can be echoed, each only by the same stance.
_STATED: Final = ("affirms", "denies", "doubts")


# Voice → the voices whose words it passes on.
Reach = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class _Heard:
    """One assertion with its voice, the voices that passed it on (the outermost first), and its
    rank: published first, then said first.

    `names` are the voice and, for a document's own words, whoever wrote it.
    """

    row: AssertionRow
    voice: str
    names: frozenset[str]
    through: tuple[str, ...]
    rank: tuple[date, date, str]


@dataclass(frozen=True, slots=True)
class Echoes:
    """The echoes of a claim: assertion id → id of the assertion that it only passes on.

    `circles` are voices that cite each other, so that together they are one.
    """

    of: Mapping[str, str]
    circles: tuple[frozenset[str], ...] = ()


def echoes(rows: Iterable[AssertionRow], speech: Speech) -> Echoes:
    """Find the echoes among assertions on one claim.

    What a voice says itself is an echo if the same voice, or the author of these words, also passes
    on what another voice says, unless it has a basis of its own. If voices cite each other in a
    circle, the assertion published first counts for all of them.

    >>> from kb.reasoning.tables import SourceRow, Tables
    >>> from kb.reasoning.speakers.voices import speech
    >>> one = AssertionRow("1", "c", "a", speaker="ann", stance="affirms")
    >>> other = AssertionRow("2", "c", "a", speaker="bee", stance="affirms")
    >>> echoes([one, other], speech(Tables(sources=(SourceRow("a", "bee"),)))).of
    {'2': '1'}
    """
    by_stance: dict[str, list[tuple[AssertionRow, str]]] = defaultdict(list)
    for row in rows:
        if row.stance in _STATED and (voice := speech.voice(row)):
            by_stance[row.stance].append((row, voice))
    # Nothing is an echo of itself.
    several = [rows for rows in by_stance.values() if len(rows) > 1]
    found = [_among(rows, speech) for rows in several]
    of = {id: echoed for one in found for id, echoed in one.of.items()}
    return Echoes(of, tuple(circle for one in found for circle in one.circles))


def _heard(row: AssertionRow, voice: str, speech: Speech) -> _Heard:
    published = speech.published(row)
    public = (published.published_to if published else None) or date.max
    said = speech.period(row)[1] or date.max
    writers = speech.signed(row) if speech.own(row) else ()
    names = frozenset({voice, *(f"entity/{who}" for who in writers)})
    return _Heard(row, voice, names, speech.through(row), (public, said, row.id))


def _among(said: Iterable[tuple[AssertionRow, str]], speech: Speech) -> Echoes:
    """Find the echoes among assertions with one stance; each comes with its voice."""
    heard = [_heard(row, voice, speech) for row, voice in said]
    reach = _reach(heard)
    if not reach:
        return Echoes({})
    of: dict[str, str] = {}
    circles: set[frozenset[str]] = set()
    for one in heard:
        below = frozenset[str]().union(*(reach.get(name, ()) for name in one.names))
        if not below or (one.row.basis in OWN_BASES and not one.through):
            continue
        circle = _circle(one.voice, below, reach)
        if one.voice in below:
            circles.add(circle)
        original = _original(one.voice, below, circle, heard, reach)
        if original != one.row.id:
            of[one.row.id] = original
    return Echoes(of, tuple(sorted(circles, key=sorted)))


def _reach(heard: Iterable[_Heard]) -> Reach:
    """Return the voices that pass something on → those whose words reach them, at any remove."""
    cited: dict[str, set[str]] = defaultdict(set)
    for one in heard:
        for outer in one.through:
            if outer != one.voice:
                cited[outer].add(one.voice)
    return {
        voice: frozenset(closed(cited[voice], lambda new: linked(cited, new))) for voice in cited
    }


def _circle(voice: str, below: Collection[str], reach: Reach) -> frozenset[str]:
    """Return the voice, and those that it cites (`below`) and that cite it."""
    return frozenset({voice, *(other for other in below if voice in reach.get(other, ()))})


def _original(
    voice: str,
    below: Collection[str],
    circle: Collection[str],
    heard: Iterable[_Heard],
    reach: Reach,
) -> str:
    """Return the assertion that the words of a voice go back to: the first of those `below` it.

    These are voices that pass nothing on. If there are none, they are the voices of its own circle,
    or else those of a circle of others.
    """
    candidates = [one for one in heard if one.voice in below and not _rests(one.voice, reach)]
    if not candidates and voice in below:
        candidates = [one for one in heard if one.voice in circle]
    elif not candidates:
        candidates = [
            one for one in heard if one.voice in below and one.voice in reach.get(one.voice, ())
        ]
    return min(candidates, key=lambda one: one.rank).row.id


def _rests(voice: str, reach: Reach) -> bool:
    """Tell whether a voice passes on what others say."""
    return bool(reach.get(voice))
