"""Dates in EDTF, levels 0 and 1, as bounds.

EDTF is the Extended Date/Time Format of the Library of Congress (specification of 4 February 2019),
part of ISO 8601-2:2019. Read are, of level 0: Date, Date and Time, Time Interval; of level 1:
Seasons, Qualification of a date (complete), Unspecified digit(s) from the right, Extended Interval.
Refused, since no calendar day can be stored for them, are Letter-prefixed calendar year and
Negative calendar year.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import Final

from kb.model.values import shown
from kb.system import patterns

_DATE: Final = patterns.pattern(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?([?~%])?", re.ASCII)
_MASKED: Final = patterns.pattern(r"(\d{2}XX|\d{3}X)|(\d{4})-XX(?:-XX)?|(\d{4}-\d\d)-XX", re.ASCII)
_SEASON: Final = patterns.pattern(r"(\d{4})-(2[1-4])([?~%])?", re.ASCII)
_SHORT_YEARS: Final = patterns.pattern(r"(\d{4})-(\d\d)", re.ASCII)
_SEASON_NAMES: Final = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}
_LIKE: Final = patterns.pattern(
    r"-?[\dX]{4}(?:-[\dX]{2}){0,2}[?~%]?|Y-?\d+(?:E\d+)?|-\d{4,}", re.ASCII
)
DAY: Final = timedelta(days=1)


def resembles(text: str) -> bool:
    """Tell whether a text is meant as an EDTF date.

    >>> resembles("1984~"), resembles("-0478"), resembles("4 May 2021")
    (True, True, False)
    """
    return _LIKE.fullmatch(text) is not None


def read(text: str) -> tuple[date, date]:
    """Return the first and last day of an EDTF date. Raises ValueError with a sentence.

    >>> read("199X")
    (datetime.date(1990, 1, 1), datetime.date(1999, 12, 31))
    >>> read("2004-06-XX")[1], read("1984~")
    (datetime.date(2004, 6, 30), (datetime.date(1983, 1, 1), datetime.date(1985, 12, 31)))
    """
    if text.startswith(("-", "Y-", "0000")):
        raise ValueError(before_year_one(text))
    if text.startswith("Y"):
        raise ValueError(f"“{shown(text)}” is outside the years 1 to 9999.")
    if years := _SHORT_YEARS.fullmatch(text):
        refuse_years(text, int(years[1]), int(years[2]))
    if season_of := _SEASON.fullmatch(text):
        return season(int(season_of[1]), int(season_of[2]))
    if masked := _MASKED.fullmatch(text):
        return _years(masked[1]) if masked[1] else span(masked[2] or masked[3])
    found = _DATE.fullmatch(text)
    if found is None:
        raise ValueError(f"“{shown(text)}” is not a date.")
    first_day, last_day = span(text.rstrip("?~%"))
    return widened(first_day, last_day) if found[4] else (first_day, last_day)


def _years(masked: str) -> tuple[date, date]:
    """Return the bounds of a year with unknown last digits, such as 199X."""
    first, last = masked.replace("X", "0"), masked.replace("X", "9")
    return _day(max(int(first), 1), 1, 1), date(int(last), 12, 31)


def before_year_one(text: str) -> str:
    """Return the error message for a year before the common era.

    >>> "before the year 1" in before_year_one("-0478")
    True
    """
    return (
        f"“{shown(text)}” is before the year 1 (BCE), which a stored date cannot be; leave the "
        f"date open and keep the words: when: .. ; {shown(text)}"
    )


def span(text: str) -> tuple[date, date]:
    """Return the first and last day of a year, a month or a day. Raises ValueError with the reason
    if the calendar does not have it.

    >>> span("2020-06")
    (datetime.date(2020, 6, 1), datetime.date(2020, 6, 30))
    """
    year, month, day = ([int(part) for part in text.split("-")] + [0, 0])[:3]
    if not month and "-" not in text:
        return _day(year, 1, 1), date(year, 12, 31)
    first = _day(year, month, day if text.count("-") == 2 else 1)
    if text.count("-") == 2:
        return first, first
    return first, date(year, month, calendar.monthrange(year, month)[1])


def _day(year: int, month: int, day: int) -> date:
    """Return a day of the calendar. Raises ValueError with the reason if there is no such day."""
    if year < 1:
        raise ValueError(before_year_one(f"{year:04d}"))
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {month}: a year has 12.")
    most = calendar.monthrange(year, month)[1]
    if not 1 <= day <= most:
        leap = " (it was not a leap year)" if (month, day) == (2, 29) else ""
        name = calendar.month_name[month]
        raise ValueError(f"there is no {day} {name} {year}: {name} {year} had {most} days{leap}.")
    return date(year, month, day)


def refuse_years(text: str, first: int, last: int) -> None:
    """Raise ValueError for two years, such as 2014-16, which look like a year with its month.

    >>> refuse_years("2023-24", 2023, 24)
    Traceback (most recent call last):
    ValueError: “2023-24” can be the winter of 2023 or two years; write winter 2023 or 2023..2024.
    """
    years = f"{first}..{first // 100}{last:02d}"
    if last <= first % 100:
        return
    if last in _SEASON_NAMES and last == first % 100 + 1:
        name = _SEASON_NAMES[last]
        raise ValueError(
            f"“{shown(text)}” can be the {name} of {first} or two years; "
            f"write {name} {first} or {years}."
        )
    if last > 12 and last not in _SEASON_NAMES:
        raise ValueError(f"“{shown(text)}” has no month {last}; for two years write {years}.")


def season(year: int, season: int) -> tuple[date, date]:
    """Return the bounds of a season, which is a number from 21 (spring) to 24 (winter).

    They fit both hemispheres, because EDTF does not say which.
    """
    first = {21: (0, 3), 22: (0, 6), 23: (0, 3), 24: (-1, 12)}[season]
    last = {21: (0, 12, 21), 22: (1, 3, 20), 23: (0, 12, 21), 24: (1, 3, 20)}[season]
    if year in (1, 9999):
        return _day(year, 1, 1), date(year, 12, 31)
    return date(year + first[0], first[1], 1), date(year + last[0], last[1], last[2])


def widened(first: date, last: date) -> tuple[date, date]:
    """Return the bounds of “about”: the same time, and as much again before and after it.

    >>> widened(date(2021, 5, 4), date(2021, 5, 4))
    (datetime.date(2021, 5, 3), datetime.date(2021, 5, 5))
    """
    if (first, last) == (date(first.year, 1, 1), date(last.year, 12, 31)):
        return _widened_years(first.year, last.year)
    length = last - first + DAY
    if first.day == 1 and (last + DAY).day == 1:
        return (first - DAY).replace(day=1), _end_of_month(last + DAY)
    return first - length, last + length


def _widened_years(first: int, last: int) -> tuple[date, date]:
    years = last - first + 1
    return date(max(first - years, 1), 1, 1), date(min(last + years, 9999), 12, 31)


def _end_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
