"""Days and times as documents write them, and the days that they may mean."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from kb.errors import Usage
from kb.model import date_wording, spoken_dates
from kb.model.dates import parse

Bounds = tuple[date, date]

# Characters of a date. Anything longer is something else.
LONGEST: Final = 100
# Time zones of almost all readers of newspapers, in hours from UTC: Hawaii and New Zealand.
WESTERNMOST, EASTERNMOST = timedelta(hours=-10), timedelta(hours=13)
# Years of publication of printed and later documents.
FIRST_YEAR, LAST_YEAR = 1500, 2400
_DAY: Final = re.compile(r"(\d{4})([-/.]?)(\d\d)\2(\d\d)(?!\d)")
_TIME: Final = re.compile(
    r"[T ]\s*(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?", re.I
)
_WEEKDAY: Final = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},?\s+(?=.*\d)")
# What follows a day: a comma and a time.
_CLOCK: Final = re.compile(r",?\s+(?:at\s+|-\s*)?\d{1,2}:\d\d(?!\d).*")
_UTC: Final = re.compile(r"(?:Z|UTC|GMT|[+-]00(?::?00)?)", re.IGNORECASE)


def days(text: str) -> Bounds | None:
    """Return the first and last day that a date may mean, or None if it cannot be read.

    With an offset, it is the day as written. A time in UTC leaves the local day open, because
    many programs write all times in UTC.

    >>> days("2020-06-05T23:10:00+02:00") == (date(2020, 6, 5), date(2020, 6, 5))
    True
    >>> days("2020-06-06T04:30:00Z") == (date(2020, 6, 5), date(2020, 6, 6))
    True
    >>> days("March 5, 2024") == days("Tuesday, 5 March 2024") == days("5. März 2024")
    True
    >>> days("Friday morning")
    """
    if not text.strip() or len(text) > LONGEST:
        return None
    try:
        found = _read(date_wording.usual(text))
    except (ValueError, TypeError, IndexError, OverflowError, Usage):
        return None
    return found if found and not _of_another_calendar(found) else None


def _read(text: str) -> Bounds | None:
    """Return the days of a date in the usual wording. Raises ValueError if it is none."""
    if day := _DAY.match(text):
        found = date(int(day[1]), int(day[3]), int(day[4]))
        return _local(found, _TIME.match(text, day.end()))
    if re.fullmatch(r"\d{4}(-\d\d)?", text, re.ASCII):
        first, last = parse(text).window()
        return (first, last) if first and last else None
    text = _WEEKDAY.sub("", text, count=1)
    in_words = spoken_dates.read_date(text)
    if in_words is None and not in_utc(text):
        in_words = spoken_dates.read_date(_CLOCK.sub("", text))
    return in_words or _of_header(text)


def _of_another_calendar(days: Bounds) -> bool:
    """Tell whether the year cannot be one of publication: it is 1402 in Iran, 1445 in the Islamic
    and 2567 in the Thai calendar, or a program wrote 0001.
    """
    return not FIRST_YEAR <= days[0].year <= days[1].year <= LAST_YEAR


def as_written(text: str) -> date | None:
    """Return the last day of a date as it is written, whatever its time zone; None if unreadable.

    >>> as_written("2020-06-05T23:10:00Z")
    datetime.date(2020, 6, 5)
    """
    text = date_wording.usual(text)
    try:
        if day := _DAY.match(text):
            return date(int(day[1]), int(day[3]), int(day[4]))
        if len(text) <= LONGEST and text[:1].isalpha():
            return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        # It is no date with a time.
        pass
    found = days(text)
    return found[1] if found else None


def fault(text: str) -> str:
    """Return why a date cannot be read, and how to write it.

    >>> fault("03/04/2024, 10:30")
    '“03/04/2024” can be 3 April 2024 or 4 March 2024; write 2024-04-03 or 2024-03-04'
    >>> fault("1402/12/15")
    '“1402/12/15” is in another calendar, or wrong; write the day as YYYY-MM-DD'
    >>> fault("Friday morning")
    '“Friday morning” is not read as a date; write the day as YYYY-MM-DD'
    """
    day = " ".join(text.split())[:LONGEST]
    usual = date_wording.usual(day)
    kind = "is not read as a date"
    try:
        spoken_dates.read_date(_CLOCK.sub("", usual))
        kind = "is in another calendar, or wrong" if _read(usual) else kind
    except (ValueError, Usage) as error:
        why = str(error).rstrip(".")
        if "BCE" not in why and not why.startswith("Invalid"):
            return why if "; write" in why else f"{why}; write the day as YYYY-MM-DD"
    except (TypeError, IndexError, OverflowError):
        # No date with a time as in headers.
        pass
    return f"“{day}” {kind}; write the day as YYYY-MM-DD"


def _local(day: date, time: re.Match[str] | None) -> Bounds:
    """Return the local days of a day and a time, if that is in UTC."""
    if time is None or not time[4] or not _UTC.fullmatch(time[4]):
        return day, day
    moment = datetime(day.year, day.month, day.day, int(time[1]) % 24, int(time[2]) % 60)
    return (moment + WESTERNMOST).date(), (moment + EASTERNMOST).date()


def _of_header(text: str) -> Bounds:
    """Return the days of a date as in HTTP and mail headers (RFC 5322). Raises ValueError."""
    moment = parsedate_to_datetime(text)
    if in_utc(text):
        utc = moment.astimezone(UTC) if moment.tzinfo else moment
        return (utc + WESTERNMOST).date(), (utc + EASTERNMOST).date()
    return moment.date(), moment.date()


def in_utc(text: str) -> bool:
    """Tell whether a time is written in UTC.

    >>> in_utc("2020-06-06T04:30:00Z"), in_utc("2020-06-06T04:30:00+02:00")
    (True, False)
    """
    return re.search(r"(?:Z|UTC|GMT|UT|[+-]00:?00)(?:\s*\(.*\))?$", text.strip(), re.I) is not None
