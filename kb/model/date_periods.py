"""Periods and times in English words: `3–7 May 2021`, `May to June 2021`, `5 May 2021 at 9:30 pm`.

They are turned into two dates, or into one date with its time, as `kb.model.dates` reads them.
"""

from __future__ import annotations

import re
from typing import Final

from kb.model import spoken_dates
from kb.system import patterns

_ORDINAL: Final = r"(?:st|nd|rd|th)?"
_MONTH: Final = r"([A-Za-z]{3,9})\.?"
_BETWEEN_DAYS: Final = r"(?:\s*[-–—/]\s*|\s+(?:to|and)\s+)"
_DAYS: Final = patterns.pattern(
    rf"(\d{{1,2}}){_ORDINAL}{_BETWEEN_DAYS}(\d{{1,2}}){_ORDINAL}\s+(?:of\s+)?{_MONTH},?\s+(\d{{4}})"
)
_DAYS_AFTER: Final = patterns.pattern(
    rf"{_MONTH}\s+(\d{{1,2}}){_ORDINAL}{_BETWEEN_DAYS}(\d{{1,2}}){_ORDINAL},?\s+(\d{{4}})"
)
_YEARS: Final = patterns.pattern(r"(\d{4})\s*[-–—]\s*(\d{4})")
_SHORT_YEARS: Final = patterns.pattern(r"(\d\d)(\d\d)[–—](\d\d)")
_JOINED: Final = patterns.pattern(
    r"(.+?)(?:\s*[–—]\s*|\s+-\s+|\s+(?:to|until|till|through|and)\s+)(.+)", re.IGNORECASE
)
_TIME: Final = r"(\d{1,2})[:.](\d\d)(?:\s*([ap])\.?m\.?)?"
_ZONE: Final = r"(?:\s*(Z|UTC|GMT|[+-]\d\d:?\d\d))?"
_TIME_AFTER: Final = patterns.pattern(rf"(.*\d{{4}}),?\s+(?:at\s+)?{_TIME}{_ZONE}", re.IGNORECASE)
_TIME_BEFORE: Final = patterns.pattern(
    rf"(?:at\s+)?{_TIME}{_ZONE}\s+on\s+(.*\d{{4}})", re.IGNORECASE
)
_NOON: Final = 12


def ends(text: str) -> tuple[str, str] | None:
    """Return both ends of a period as two dates, or None if it is no period in words.

    >>> ends("3–7 May 2021"), ends("May to June 2021")
    (('3 May 2021', '7 May 2021'), ('May 2021', 'June 2021'))
    >>> ends("2014-2016"), ends("some day")
    (('2014', '2016'), None)
    """
    if days := _DAYS.fullmatch(text):
        first, last, month, year = days.groups()
    elif days := _DAYS_AFTER.fullmatch(text):
        month, first, last, year = days.groups()
    elif years := _YEARS.fullmatch(text):
        return years[1], years[2]
    elif short := _SHORT_YEARS.fullmatch(text):
        return _short_years(*short.groups())
    else:
        return _two_dates(text)
    return f"{first} {month} {year}", f"{last} {month} {year}"


def _short_years(century: str, first: str, last: str) -> tuple[str, str] | None:
    """Return two years of one century. Raises ValueError if the second can be a month."""
    if last <= first:
        return None
    years = century + first, century + last
    if int(last) <= _NOON:
        raise ValueError(
            f"“{years[0]}–{last}” can be years or a month; write {years[0]}..{years[1]} or "
            f"{years[0]}-{last}."
        )
    return years


def _two_dates(text: str) -> tuple[str, str] | None:
    """Return two dates joined by a dash or a word, if both are dates."""
    found = _JOINED.fullmatch(text)
    if found is None:
        return None
    first, last = completed(found[1], found[2]), found[2]
    return (first, last) if spoken_dates.read(first) and spoken_dates.read(last) else None


def completed(first: str, last: str) -> str:
    """Return the first end of a period with what it leaves to the second: month and year.

    >>> completed("3", "7 May 2021"), completed("May", "June 2021"), completed("2020", "2021")
    ('3 May 2021', 'May 2021', '2020')
    """
    year = re.search(r"\d{4}", last)
    if year is None or re.search(r"\d{3}", first):
        return first
    if re.fullmatch(rf"\s*\d{{1,2}}{_ORDINAL}\s*", first):
        month = re.search(r"[A-Za-z]{3,9}", re.sub(r"\d+(?:st|nd|rd|th)", "", last))
        return f"{first.strip()} {month[0]} {year[0]}" if month else first
    return f"{first.strip()} {year[0]}"


def clock(text: str) -> str | None:
    """Return a date with a time in ISO 8601, or None if there is no time in the text.

    >>> clock("5 April 2024 at 11:30 pm +02:00"), clock("5 April 2024")
    ('2024-04-05 23:30 +02:00', None)
    """
    if found := _TIME_AFTER.fullmatch(text):
        day, hours, minutes, half, zone = found.groups()
    elif found := _TIME_BEFORE.fullmatch(text):
        hours, minutes, half, zone, day = found.groups()
    else:
        return None
    hour, span = int(hours), spoken_dates.read(day.rstrip(","))
    if span is None or span[0] != span[1] or (half and not 1 <= hour <= _NOON):
        return None
    if half:
        hour = hour % _NOON + (_NOON if half.lower() == "p" else 0)
    return f"{span[0]} {hour:02d}:{minutes} {(zone or '').upper()}".strip()
