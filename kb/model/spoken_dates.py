"""Dates in English words: `4 May 2021`, `early 2021`, `Q3 2022`, `the 1990s`, `before 1724`.

Every one becomes bounds, as wide as the words allow. What has two readings is refused with both.
"""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Final

from kb.model import edtf
from kb.model.values import shown
from kb.system import patterns

Span = tuple[date, date]
MONTHS: Final = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_SHORT: Final = {name[:3]: number for name, number in MONTHS.items()} | {"sept": 9}
_MONTH: Final = r"([A-Za-z]{3,9})\.?"
_YEAR: Final = r"(\d{4})"
_DAY_FIRST: Final = patterns.pattern(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?[\s-]*(?:of\s+)?{_MONTH},?[\s-]*{_YEAR}"
)
_MONTH_FIRST: Final = patterns.pattern(rf"{_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}")
_MONTH_YEAR: Final = patterns.pattern(rf"{_MONTH},?\s+(?:of\s+)?{_YEAR}")
_NUMBERS: Final = patterns.pattern(r"(\d{1,4})(?P<sign>[/.-]) ?(\d{1,2})(?P=sign) ?(\d{1,4})\.?")
# A year with two digits is of this century up to this one.
_LATEST: Final = 69
_ORDINALS: Final = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4,
}  # fmt: skip
_QUARTER: Final = patterns.pattern(
    rf"(?:Q([1-4])[\s/]*(?:of\s+)?{_YEAR}|{_YEAR}[\s/-]?Q([1-4])|"
    rf"(?:the\s+)?(first|1st|second|2nd|third|3rd|fourth|4th)\s+quarter\s+(?:of\s+)?{_YEAR})",
    re.IGNORECASE,
)
_HALF: Final = patterns.pattern(
    rf"(?:H([12])\s*{_YEAR}|(?:the\s+)?(first|second)\s+half\s+of\s+{_YEAR})", re.IGNORECASE
)
_DECADE: Final = patterns.pattern(r"(?:the\s+)?(\d{3}0)['’]?s", re.IGNORECASE)
_CENTURY: Final = patterns.pattern(
    r"(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)[\s-]century", re.IGNORECASE
)
_ERA: Final = patterns.pattern(
    r"(?:AD|A\.D\.|anno|(?:the )?year)\s+(\d{1,4})"
    r"|(\d{1,4})\s*(?:CE|AD|C\.E\.|A\.D\.|n\. ?Chr\.)"
)
_BEFORE_ERA: Final = patterns.pattern(
    r".*\d.*\b(?:BCE?|B\. ?C\.(?: ?E\.)?|v\. ?(?:Chr|u\. ?Z)|av\. ?J\.-? ?C|a\. ?C|до н\. ?э"
    r"|p\.n\.e|f\. ?Kr|ق\. ?م)\.?|(?:紀元前|公元前|前)\s?\d+年?|-\d+",
    re.IGNORECASE,
)
_PART: Final = patterns.pattern(
    r"(?:the\s+)?(early|mid|middle|late|beginning|start|end|first\s+half|second\s+half)"
    r"(?:\s+of)?[\s-]+(?:in\s+)?(.+)",
    re.IGNORECASE,
)
_SEASON: Final = patterns.pattern(
    rf"(?:the\s+)?(spring|summer|autumn|fall|winter)\s+(?:of\s+)?{_YEAR}(?:[/–-](\d\d|\d{{4}}))?",
    re.IGNORECASE,
)
_SEASONS: Final = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}


def read(text: str) -> Span | None:
    """Return the first and last day that a phrase means, or None if it is not a known phrase.

    Raises ValueError for days that are not in the calendar and for phrases with two readings.

    >>> read("Q3 2022")
    (datetime.date(2022, 7, 1), datetime.date(2022, 9, 30))
    >>> read("the 19th century"), read("some day")
    ((datetime.date(1801, 1, 1), datetime.date(1900, 12, 31)), None)
    """
    refuse_before_era(text)
    if (part := _PART.fullmatch(text)) and not _HALF.fullmatch(text):
        whole = read_date(part[2])
        return _part(part[1].lower(), whole) if whole else None
    return read_date(text)


def refuse_before_era(text: str) -> None:
    """Raise ValueError if a text is a date before the year 1."""
    if _BEFORE_ERA.fullmatch(text):
        raise ValueError(edtf.before_year_one(text))


def read_date(text: str) -> Span | None:
    """Read a date or a longer time, without words such as early or late before it."""
    if edtf.resembles(text):
        return edtf.read(text)
    if compact := re.fullmatch(r"(\d{4})(\d\d)(\d\d)", text):
        return edtf.span("-".join(compact.groups()))
    for reader in (_named_day, _numbers, _quarter, _half, _season, _decade, _century, _era):
        if found := reader(text):
            return found
    if re.fullmatch(r"\d{1,3}", text):
        raise ValueError(
            f"“{text}” has several readings; write the year with four digits: {text:0>4}."
        )
    return None


def month(name: str) -> int | None:
    """Return the number of a month, given its name or an abbreviation.

    >>> month("Sept"), month("march"), month("mars")
    (9, 3, None)
    """
    low = name.lower()
    return MONTHS.get(low) or _SHORT.get(low)


def without_year(text: str) -> bool:
    """Tell whether a text names a day or a month without a year.

    >>> without_year("4 May"), without_year("mid-May"), without_year("4 May 2021")
    (True, True, False)
    """
    part = _PART.fullmatch(text)
    split = re.split(r"[\s,.–-]+", part[2] if part else text)
    words = [word for word in split if word and not word.isdigit()]
    return len(words) == 1 and month(words[0]) is not None and not re.search(r"\d{4}", text)


def _named_day(text: str) -> Span | None:
    """Read a day or a month with its name."""
    if found := _DAY_FIRST.fullmatch(text):
        day, name, year = found.groups()
    elif found := _MONTH_FIRST.fullmatch(text):
        name, day, year = found.groups()
    elif found := _MONTH_YEAR.fullmatch(text):
        (name, year), day = found.groups(), ""
    else:
        return None
    number = month(name)
    if number is None:
        return None
    return edtf.span(f"{year}-{number:02d}" + (f"-{int(day):02d}" if day else ""))


def _numbers(text: str) -> Span | None:
    """Read a date of numbers only. Raises ValueError if it has several readings."""
    found = _NUMBERS.fullmatch(text)
    if found is None:
        return None
    one, two, three = found.group(1, 3, 4)
    if len(one) == 4:
        return edtf.span(f"{one}-{int(two):02d}-{int(three):02d}")
    if len(one) == 3 or len(three) in (1, 3):
        return None
    orders = [(three, two, one), (three, one, two)]
    orders += [(one, two, three)] if len(one) == len(three) == 2 else []
    days = list(dict.fromkeys(filter(None, (_day(*order) for order in orders))))
    if len(three) == 2 or len(days) > 1:
        raise _ambiguous(text, days)
    if not days:
        month_last = int(two) > 12
        day, number = (two, one) if month_last else (one, two)
        return edtf.span(f"{three}-{int(number):02d}-{int(day):02d}")
    return days[0], days[0]


def _day(year: str, number: str, day: str) -> date | None:
    """Return a day of the calendar, or None. A year with two digits is within a hundred years."""
    century = 0 if len(year) == 4 else 2000 if int(year) <= _LATEST else 1900
    try:
        return date(century + int(year), int(number), int(day))
    except ValueError:
        return None


def _ambiguous(text: str, days: list[date]) -> ValueError:
    """Return the error for a date with several readings, or a year with two digits."""
    if not days:
        return ValueError(f"“{shown(text)}” is not a day; write it as YYYY-MM-DD.")
    words = [f"{day.day} {calendar.month_name[day.month]} {day.year:04d}" for day in days]
    if len(days) == 1:
        return ValueError(
            f"“{shown(text)}” has a year with two digits; if it is {words[0]}, write {days[0]}."
        )
    readings, written = (
        f"{', '.join(map(str, every[:-1]))} or {every[-1]}" for every in (words, days)
    )
    return ValueError(f"“{shown(text)}” can be {readings}; write {written}.")


def _quarter(text: str) -> Span | None:
    """Read a quarter of a year."""
    found = _QUARTER.fullmatch(text)
    if found is None:
        return None
    digit, year, year_first, digit_last, word, year_last = found.groups()
    quarter = int(digit or digit_last or _ORDINALS[word.lower()])
    return _months(int(year or year_first or year_last), 3 * quarter - 2, 3 * quarter)


def _half(text: str) -> Span | None:
    """Read a half of a year."""
    found = _HALF.fullmatch(text)
    if found is None:
        return None
    digit, year, word, year_last = found.groups()
    half = int(digit or _ORDINALS[word.lower()])
    return _months(int(year or year_last), 6 * half - 5, 6 * half)


def _season(text: str) -> Span | None:
    """Read a season of a year."""
    found = _SEASON.fullmatch(text)
    if found is None or not f"{int(found[2]) + 1}".endswith(found[3] or ""):
        return None
    return edtf.season(int(found[2]), _SEASONS[found[1].lower()])


def _decade(text: str) -> Span | None:
    """Read a decade. Raises ValueError for 1900s, which can also be a century."""
    found = _DECADE.fullmatch(text)
    if found is None:
        return None
    first = int(found[1])
    if first % 100 == 0:
        raise ValueError(
            f"“{text}” can be {first} to {first + 9} or {first} to {first + 99}; "
            f"write {first}..{first + 9} or {first}..{first + 99}."
        )
    return edtf.span(f"{first:04d}")[0], edtf.span(f"{first + 9:04d}")[1]


def _century(text: str) -> Span | None:
    """Read a century: the 19th is 1801 to 1900."""
    found = _CENTURY.fullmatch(text)
    if found is None:
        return None
    last = 100 * int(found[1])
    if not 100 <= last <= 9900:
        raise ValueError(f"“{text}” is not a century from the 1st to the 99th.")
    return date(last - 99, 1, 1), date(last, 12, 31)


def _era(text: str) -> Span | None:
    """Read a year that names its era: AD 70, 70 CE."""
    found = _ERA.fullmatch(text)
    return edtf.span(f"{int(found[1] or found[2]):04d}") if found else None


def _months(year: int, first: int, last: int) -> Span:
    return edtf.span(f"{year:04d}-{first:02d}")[0], edtf.span(f"{year:04d}-{last:02d}")[1]


def _part(word: str, whole: Span) -> Span:
    """Return the first, middle or last half of a month, a year or longer: wide on purpose."""
    first, last = whole
    days = (last - first).days + 1
    if days < 28:
        return whole
    half, quarter = days // 2, days // 4
    if word in ("mid", "middle"):
        return first + edtf.DAY * quarter, last - edtf.DAY * quarter
    if word in ("late", "end") or word.startswith("second"):
        return first + edtf.DAY * half, last
    return first, first + edtf.DAY * half
