"""Dates as people type them → bounds. EDTF is for typing; only `date` bounds are stored and
compared.

Relative phrases are resolved against a reference: the bounds of the utterance, else of the
publication.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from kb.model.values import shown

WEEKDAYS = tuple(name.lower() for name in calendar.day_name)
DAY = timedelta(days=1)
Bounds = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class When:
    """Earliest and latest day of the begin and of the end; None is open. `phrase` is what was typed
    or read.

    `warning` is set where a weekday and a date do not agree: both readings are inside the bounds.
    """

    begin: Bounds = (None, None)
    end: Bounds = (None, None)
    phrase: str = ""
    warning: str = ""

    def window(self) -> Bounds:
        """Earliest begin and latest end."""
        return self.begin[0], self.end[1]


def parse(text: str, reference: Bounds = (None, None)) -> When:
    """Bounds of `2020-06-05`, `2020-06`, `2014..`, `A..B`, `Friday`, `last week`, `DATE; phrase`.

    Raises ValueError with a sentence where it is none of these.

    >>> parse("2020-06").window()
    (datetime.date(2020, 6, 1), datetime.date(2020, 6, 30))
    >>> parse("Friday", (date(2020, 6, 6), date(2020, 6, 6))).window()
    (datetime.date(2020, 6, 5), datetime.date(2020, 6, 5))
    """
    try:
        return _parsed(text, reference)
    except OverflowError:
        raise ValueError(
            f"“{shown(text)}” leads out of the years 1 to 9999; write a date before it."
        ) from None


def _parsed(text: str, reference: Bounds) -> When:
    """What `parse` gives, but for days that the calendar does not have."""
    typed, mark, phrase = (part.strip() for part in text.partition(";"))
    phrase = phrase if mark else typed  # a bare “;” says that the text has no words for it
    if ".." in typed:
        left, right = typed.split("..", 1)
        begin = _day_or_phrase(left, reference) if left.strip() else ((None, None), "")
        end = _day_or_phrase(right, reference) if right.strip() else ((None, None), "")
        if begin[0][0] and end[0][1] and begin[0][0] > end[0][1]:
            raise ValueError(f"“{typed}” ends before it begins.")
        return When(begin[0], end[0], phrase, begin[1] or end[1])
    bounds, warning = _day_or_phrase(typed, reference)
    return When((bounds[0], None), (None, bounds[1]), phrase, warning)


def _day_or_phrase(text: str, reference: Bounds) -> tuple[Bounds, str]:
    text = text.strip()
    words = text.lower().split()
    if len(words) == 2 and words[0] in WEEKDAYS and re.match(r"\d{4}-\d\d-\d\d$", words[1]):
        return _weekday_and_date(words[0], _calendar(words[1])[0], text)
    if re.match(r"\d{4}", text):
        return _calendar(text), ""
    return _relative(text, words, reference), ""


def _calendar(text: str) -> tuple[date, date]:
    match = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", text)
    if not match:
        raise ValueError(
            f"“{shown(text)}” is not a date; write 2020-06-05, 2020-06, 2020, or two of them joined by “..”."
        )
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        raise ValueError(f"“{text}” is not a day of the calendar.") from None
    last_month = month or 12
    return first, date(year, last_month, day or calendar.monthrange(year, last_month)[1])


def _weekday_and_date(weekday: str, day: date, text: str) -> tuple[Bounds, str]:
    """A weekday that does not fit keeps both readings: the date, and the nearest such weekday."""
    off = (WEEKDAYS.index(weekday) - day.weekday()) % 7
    if off == 0:
        return (day, day), ""
    other = day + DAY * (off if off <= 3 else off - 7)
    return (
        min(day, other),
        max(day, other),
    ), f"{day} was a {WEEKDAYS[day.weekday()].title()}, not a {weekday.title()}; both days are kept"


def _relative(text: str, words: list[str], reference: Bounds) -> Bounds:
    first, last = reference
    rule = _rule(words)
    if rule is None:
        raise ValueError(
            f"“{shown(text)}” is not a date or a phrase known here; write the bounds before it: 2020-05-25..2020-05-31; {shown(text)}"
        )
    if first is None or last is None:
        raise ValueError(
            f"“{text}” needs the day it was said on, and the source has no publication bounds; write a date before it."
        )
    return rule(first)[0], min(rule(last)[1], last)


def _rule(words: list[str]) -> Callable[[date], tuple[date, date]] | None:
    words = [w for w in words if w not in {"on", "later", "late", "early"}]
    phrase = " ".join(words)
    fixed: dict[str, Callable[[date], tuple[date, date]]] = {
        "today": lambda d: (d, d),
        "yesterday": lambda d: (d - DAY, d - DAY),
        "last week": lambda d: (d - DAY * (d.weekday() + 7), d - DAY * (d.weekday() + 1)),
        "this week": lambda d: (d - DAY * d.weekday(), d),
        "last month": lambda d: _calendar(f"{(d.replace(day=1) - DAY):%Y-%m}"),
        "this month": lambda d: (d.replace(day=1), d),
        "last year": lambda d: _calendar(f"{d.year - 1:04d}"),
        "this year": lambda d: (date(d.year, 1, 1), d),
    }
    if phrase in fixed:
        return fixed[phrase]
    if len(words) == 1 and words[0] in WEEKDAYS:
        index = WEEKDAYS.index(words[0])
        return lambda d: _twice(d - DAY * ((d.weekday() - index) % 7))
    if len(words) == 2 and words[0] == "last" and words[1] in WEEKDAYS:
        index = WEEKDAYS.index(words[1])
        return lambda d: _twice(d - DAY * ((d.weekday() - index) % 7 or 7))
    return None


def _twice(day: date) -> tuple[date, date]:
    return day, day


def show(earliest: date | None, latest: date | None) -> str:
    """Bounds in EDTF-like writing; empty where nothing is known.

    >>> show(date(2020, 6, 1), date(2020, 6, 30))
    '2020-06-01..2020-06-30'
    """
    if earliest == latest:
        return earliest.isoformat() if earliest else ""
    return f"{earliest or ''}..{latest or ''}"
