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

Bounds = tuple[date | None, date | None]

_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?([?~%])?", re.ASCII)
_MASKED: Final = re.compile(r"(\d{2}XX|\d{3}X)|(\d{4})-XX(?:-XX)?|(\d{4}-\d\d)-XX", re.ASCII)
_SEASON: Final = re.compile(r"(\d{4})-(2[1-4])([?~%])?", re.ASCII)
_LIKE: Final = re.compile(r"-?[\dX]{4}(?:-[\dX]{2}){0,2}[?~%]?|Y-?\d+(?:E\d+)?|-\d{4,}", re.ASCII)
DAY: Final = timedelta(days=1)


def resembles(text: str) -> bool:
    """Whether a text is meant as an EDTF date.

    >>> resembles("1984~"), resembles("-0478"), resembles("4 May 2021")
    (True, True, False)
    """
    return _LIKE.fullmatch(text) is not None


def read(text: str) -> tuple[date, date]:
    """First and last day of an EDTF date. Raises ValueError with a sentence.

    >>> read("199X")
    (datetime.date(1990, 1, 1), datetime.date(1999, 12, 31))
    >>> read("2004-06-XX")[1], read("1984~")
    (datetime.date(2004, 6, 30), (datetime.date(1983, 1, 1), datetime.date(1985, 12, 31)))
    """
    if text.startswith(("-", "Y-", "0000")):
        raise ValueError(before_year_one(text))
    if text.startswith("Y"):
        raise ValueError(f"“{shown(text)}” is outside of the years 1 to 9999.")
    if season := _SEASON.fullmatch(text):
        return _season(int(season[1]), int(season[2]))
    if masked := _MASKED.fullmatch(text):
        if masked[1]:
            first, last = masked[1].replace("X", "0"), masked[1].replace("X", "9")
            return _from(max(int(first), 1), 1, 1), date(int(last), 12, 31)
        return span(masked[2] or masked[3])
    found = _DATE.fullmatch(text)
    if found is None:
        raise ValueError(f"“{shown(text)}” is not a date.")
    first_day, last_day = span(text.rstrip("?~%"))
    return widened(first_day, last_day) if found[4] else (first_day, last_day)


def before_year_one(text: str) -> str:
    """What is said of a year before the common era.

    >>> "before the year 1" in before_year_one("-0478")
    True
    """
    return (
        f"“{shown(text)}” is before the year 1 (BCE), and no stored date can be; leave the date "
        f"open and keep the words: when: .. ; {shown(text)}"
    )


def span(text: str) -> tuple[date, date]:
    """First and last day of a year, a month or a day. Raises ValueError that says why it is not in
    the calendar.

    >>> span("2020-06")
    (datetime.date(2020, 6, 1), datetime.date(2020, 6, 30))
    """
    year, month, day = ([int(part) for part in text.split("-")] + [0, 0])[:3]
    if not month and "-" not in text:
        return _from(year, 1, 1), date(year, 12, 31)
    first = _from(year, month, day if text.count("-") == 2 else 1)
    if text.count("-") == 2:
        return first, first
    return first, date(year, month, calendar.monthrange(year, month)[1])


def _from(year: int, month: int, day: int) -> date:
    """A day of the calendar. Raises ValueError with the reason where it is not one."""
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


def _season(year: int, season: int) -> tuple[date, date]:
    """The days of a season on either half of the earth: which half is not said."""
    first = {21: (0, 3), 22: (0, 6), 23: (0, 3), 24: (-1, 12)}[season]
    last = {21: (0, 12, 21), 22: (1, 3, 20), 23: (0, 12, 21), 24: (1, 3, 20)}[season]
    if year in (1, 9999):
        return _from(year, 1, 1), date(year, 12, 31)
    return date(year + first[0], first[1], 1), date(year + last[0], last[1], last[2])


def widened(first: date, last: date) -> tuple[date, date]:
    """A day, month, year or longer with as much before it and after it: what “about” may mean.

    >>> widened(date(2021, 5, 4), date(2021, 5, 4))
    (datetime.date(2021, 5, 3), datetime.date(2021, 5, 5))
    """
    if (first, last) == (date(first.year, 1, 1), date(last.year, 12, 31)):
        years = last.year - first.year + 1
        low, high = max(first.year - years, 1), min(last.year + years, 9999)
        return date(low, 1, 1), date(high, 12, 31)
    length = last - first + DAY
    if first.day == 1 and (last + DAY).day == 1:
        return (first - DAY).replace(day=1), _end_of_month(last + DAY)
    return first - length, last + length


def _end_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
