"""Warnings about unusual values: hidden characters, unknown units, weekdays that do not match."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Protocol

from kb.errors import Place, Problem
from kb.model import identifiers, units, values
from kb.model.dates import WEEKDAYS
from kb.model.records import Assertion, Claim, Entity, Record, Relay, slots
from kb.model.vocabulary import NS
from kb.rdf import turtle_reader


class Places(Protocol):
    """A stored file that can tell where its records are."""

    def place(self, subject: str, property: str = "") -> Place:
        """Return the place of a record, or of a property of it."""


Bounds = tuple[date | None, date | None]
Placed = Sequence[tuple[Places, Record]]
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]


def unseen(wanted: Placed, base: str) -> Iterable[Problem]:
    """Warn about names and statements with characters that are invisible or look like others."""
    for file, record in wanted:
        texts_of: dict[str, tuple[str | None, ...]] = (
            {"statement": (record.statement,)} if isinstance(record, Claim) else {}
        )
        if isinstance(record, Entity):
            texts_of = {"name": (record.name,), "also": record.also}
        for name, texts in texts_of.items():
            if found := identifiers.unseen(" ".join(filter(None, texts))):
                iri = turtle_reader.iri_of(record, base)
                place = file.place(iri, slots(type(record))[name].property)
                message = (
                    f"the {name} of {iri.removeprefix(base)} contains characters that are hidden "
                    f"or look alike: {found}."
                )
                yield Problem(
                    "warning",
                    "unseen-characters",
                    message,
                    place,
                    iri,
                    "type it again, unless the source spells it this way",
                )


def units_of(wanted: Placed, base: str) -> Iterable[Problem]:
    """Warn about units that are not in the table of units."""
    for file, record in wanted:
        if isinstance(record, Claim) and record.unit and not units.unit(record.unit).known:
            iri = turtle_reader.iri_of(record, base)
            yield Problem(
                "warning",
                "unit-unknown",
                f"the unit “{values.shown(record.unit)}” is not known; "
                "its numbers are compared as written.",
                file.place(iri, NS + "unit"),
                iri,
                "correct its spelling, or move it to counted: if it says what is counted",
            )


def dates(wanted: Placed, base: str) -> Iterable[Problem]:
    """Warn about weekdays that do not match their date."""
    for file, record in wanted:
        phrase, property, bounds = _phrased(record)
        days = _misfits(phrase, bounds) if phrase else []
        weekday = weekday_of(phrase) if days else None
        if weekday:
            iri = turtle_reader.iri_of(record, base)
            named = WEEKDAYS[weekday[0]].title()
            yield Problem(
                "warning",
                "date-weekday",
                f"“{phrase}”: {', '.join(map(str, days))} was not a {named}.",
                file.place(iri, property),
                iri,
                "the phrase and the bounds are kept; note in the source if the document is wrong",
            )


def _phrased(record: Record) -> tuple[str, str, Bounds]:
    """Return the phrase of a date, its property, and its bounds. The phrase is "" if there is
    none.
    """
    if isinstance(record, Claim):
        last = record.end_latest or record.begin_latest
        return record.when or "", NS + "whenPhrase", (record.begin_earliest, last)
    if isinstance(record, Assertion | Relay):
        return record.said or "", NS + "saidPhrase", (record.said_from, record.said_to)
    return "", "", (None, None)


def _misfits(phrase: str, bounds: Bounds) -> list[date]:
    """Return the days that a phrase may mean, if none of them is the weekday that it names."""
    named, (first, last) = weekday_of(phrase), bounds
    if not named or first is None or last is None or (last - first).days > 6:
        return []
    weekday, number, month = named
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    stated = [d for d in days if number is None or (d.day == number and d.month == month)]
    return [] if any(d.weekday() == weekday for d in stated) else stated or days


def weekday_of(phrase: str) -> tuple[int, int | None, int | None] | None:
    """Return the weekday (Monday is 0), day and month that a phrase names. Day and month are None
    if it names none.

    >>> weekday_of("Tuesday, May 20")
    (1, 20, 5)
    """
    words = re.findall(r"[a-z]+|\d+", phrase.lower())
    weekday = next((WEEKDAYS.index(w) for w in words if w in WEEKDAYS), None)
    if weekday is None:
        return None
    month = next((MONTHS.index(w) + 1 for w in words if w in MONTHS), None)
    number = next((int(w) for w in words if w.isdigit() and 1 <= int(w) <= 31), None)
    return (weekday, number, month) if month and number else (weekday, None, None)
