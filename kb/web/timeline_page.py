"""The timeline of everything, of an entity or of a claim: what is said and when, a lane a voice.

The picture is drawn here, without a script, and the table below it says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import nlargest
from typing import Final

from kb.model.records import Assertion, Claim, Source
from kb.presentation.names import speaker_name, voice_name
from kb.web.look import Look
from kb.web.results import Asked, Page
from kb.web.scopes import Scope

# Statements on one page: nobody could distinguish more in a picture.
SHOWN: Final = 80
# Sizes of the picture in its own units.
WIDTH: Final = 900
LABELS: Final = 210
RIGHT: Final = 20
ROW: Final = 18
LEAST: Final = 4
TICKS: Final = 5
# Characters of a name in the picture.
LONGEST_LABEL: Final = 28


@dataclass(frozen=True, slots=True)
class Said:
    """One statement: who says it, the bounds of what it is about, and when it was published.

    `voice` is the name of whom the speaker counts as. A bound is None if it is not known.
    """

    assertion: Assertion
    speaker: str
    voice: str
    start: date | None
    end: date | None
    published: date | None


@dataclass(frozen=True, slots=True)
class Bar:
    """A statement in the picture: horizontal places, whether an end is open, and its line."""

    said: Said
    x: float
    width: float
    open: bool
    dot: float | None
    y: int


@dataclass(frozen=True, slots=True)
class Lane:
    """A voice in the picture, from one line to another."""

    label: str
    y: int
    height: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture: lanes, and days with their places. `height` is in its own units."""

    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[float, date], ...]
    height: int
    width: int = WIDTH


def page(look: Look, asked: Asked, scope: Scope) -> Page:
    """Return the timeline of a subject: of everything, only what was published last."""
    dated = list(_dated(look, scope))
    newest = nlargest(SHOWN, dated, key=lambda one: (one[0], one[1].id))
    shown = sorted((_statement(look, one, claim) for _, one, claim in newest), key=_order)
    values = {"scope": scope, "rows": shown, "number": len(dated), "drawing": drawing(shown)}
    return Page("timeline.html", f"Timeline: {scope.name}", values)


def _dated(look: Look, scope: Scope) -> Iterator[tuple[date, Assertion, Claim]]:
    """Yield the statements that have a day of any kind: of publication, or else of what they are
    about.
    """
    known = look.known
    claims = {claim.id: claim for claim in scope.claims}
    said: Iterable[Assertion] = known.assertions.values()
    if scope.key:
        said = (one for claim in claims for one in known.said(claim))
    published = {id: _published(source) for id, source in known.sources.items()}
    for one in said:
        claim = claims.get(one.claim or "")
        if claim and not one.invalidated:
            start, end = _bounds(claim)
            if day := published.get(one.source or "") or end or start:
                yield day, one, claim


def _bounds(claim: Claim) -> tuple[date | None, date | None]:
    """Return the first and the last possible day of what a claim is about."""
    return claim.begin_earliest or claim.begin_latest, claim.end_latest or claim.end_earliest


def _published(source: Source) -> date | None:
    return source.published_to or source.published_from


def _statement(look: Look, one: Assertion, claim: Claim) -> Said:
    source = look.known.sources.get(one.source or "")
    voice = look.outcome.voices.get(one.id)
    speaker = speaker_name(look.known, one, voice) or "somebody"
    name = voice_name(look.known, voice) if voice else look.name(one.speaker) or "somebody"
    return Said(one, speaker, name, *_bounds(claim), _published(source) if source else None)


def _order(one: Said) -> tuple[str, date, str]:
    return one.voice, one.start or one.end or one.published or date.max, one.assertion.id


def drawing(rows: Sequence[Said]) -> Drawing | None:
    """Return the picture of statements that are sorted by voice, None without any."""
    days = [day for row in rows for day in (row.start, row.end, row.published) if day]
    if not days:
        return None
    first, last = min(days), max(days)
    lanes: list[Lane] = []
    y = ROW
    for voice in dict.fromkeys(row.voice for row in rows):
        own = [row for row in rows if row.voice == voice]
        bars = tuple(_bar(row, first, last, y + n * ROW) for n, row in enumerate(own))
        lanes.append(Lane(_short(voice), y, len(own) * ROW, bars))
        y += len(own) * ROW
    return Drawing(tuple(lanes), tuple(_ticks(first, last)), y + 2 * ROW)


def _bar(row: Said, first: date, last: date, y: int) -> Bar:
    """Return a statement in the picture. A bound that is not known reaches the edge."""
    start, end = place(row.start or first, first, last), place(row.end or last, first, last)
    dot = place(row.published, first, last) if row.published else None
    nothing = row.start is None and row.end is None
    width = 0.0 if nothing else max(end - start, LEAST)
    return Bar(row, start, width, not nothing and None in (row.start, row.end), dot, y)


def place(day: date, first: date, last: date) -> float:
    """Return where a day is, between the first and the last one.

    >>> place(date(2024, 1, 2), date(2024, 1, 1), date(2024, 1, 3))
    545.0
    """
    days = max((last - first).days, 1)
    share = (day - first).days / days
    return round(LABELS + share * (WIDTH - LABELS - RIGHT), 1)


def _ticks(first: date, last: date) -> Iterable[tuple[float, date]]:
    """Yield days at even distances, with their places."""
    days = (last - first).days
    for n in range(TICKS if days >= TICKS else 1):
        day = date.fromordinal(first.toordinal() + days * n // max(TICKS - 1, 1))
        yield place(day, first, last), day


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…"
