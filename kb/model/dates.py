"""Dates as people type them → bounds. Only `date` bounds are stored and compared.

Read are EDTF levels 0 and 1 (`kb.model.edtf`), dates in English words (`kb.model.spoken_dates`),
ranges of two of these, times with a zone, and phrases such as `Friday` or `last week`, which count
from a reference: the bounds of the utterance, else of the publication.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from kb.model import date_periods, date_wording, edtf, spoken_dates, values
from kb.model.edtf import DAY
from kb.model.number_words import WORDS
from kb.model.values import shown
from kb.system import patterns

WEEKDAYS = tuple(name.lower() for name in calendar.day_name)
_WEEKDAY: Final = {name[:length]: name for name in WEEKDAYS for length in (3, len(name))}
Bounds = tuple[date | None, date | None]

NEVER: Final = ("never", "on no day", "at no time")
_MOMENT: Final = patterns.pattern(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?", re.ASCII
)
_ONE: Final = r"[\dX]{4}(?:-[\dX]{2}){0,2}[?~%]?|\.\.|"
_INTERVAL: Final = patterns.pattern(rf"({_ONE})/({_ONE})", re.ASCII)
_FROM_TO: Final = patterns.pattern(r"from\s+(.+?)\s+(?:to|until|till)\s+(.+)", re.IGNORECASE)
_BETWEEN: Final = patterns.pattern(r"between\s+(.+?)\s+and\s+(.+)", re.IGNORECASE)
_LIMIT: Final = patterns.pattern(
    r"(no later than|not later than|on or before|no earlier than|not before|on or after|before"
    r"|after|since|until|till|up to|by)\s+(.+)",
    re.IGNORECASE,
)
# A state that goes on as far as anybody knows: both parts are optional, but not both at once.
_REPORTED: Final = patterns.pattern(
    r"(?:begun\s+by\s+(.+?))?(?:(?:^|,?\s+(?:and\s+)?)last\s+reported\s+(?:on\s+)?(.+))?",
    re.IGNORECASE,
)
# “Before the end of May” includes most of May, “after the beginning” as well.
_END: Final = patterns.pattern(r"(?:the\s+)?(end|beginning|start)\s+of\s+(.+)", re.IGNORECASE)
_AS_OF: Final = patterns.pattern(r"as\s+of\s+(.+)", re.IGNORECASE)
_PREPOSITION: Final = patterns.pattern(r"(?:(?:on|in|during)\s+)?(?:the\s+)?(?=\S)", re.IGNORECASE)
_ABOUT: Final = patterns.pattern(
    r"(?:about|around|circa|approximately|ca?\.)\s+(.+)|[~≈]\s*(.+)", re.I
)


@dataclass(frozen=True, slots=True)
class When:
    """A date as bounds: the earliest and latest day of its begin and of its end. None is open.

    `phrase` is the wording, typed or from the text. `warning` is set if a weekday and a date do not
    match; the bounds then include both. `held` tells whether a period means all of its days or some
    of them, and is empty if no period was written. `moment` is a time with its zone. `never`
    excludes every day.
    """

    begin: Bounds = (None, None)
    end: Bounds = (None, None)
    phrase: str = ""
    warning: str = ""
    held: str = ""
    moment: datetime | None = None
    never: bool = False

    def window(self) -> Bounds:
        """Return the earliest begin and the latest end."""
        return self.begin[0], self.end[1]


def parse(text: str, reference: Bounds = (None, None)) -> When:
    """Read `2020-06-05`, `4 May 2021`, `early 2021`, `2014..`, `A..B`, `before 1724`, `Friday`,
    `never`, `begun by A, last reported B`, `as of A`, `DATE; phrase`.

    Raises ValueError with a sentence if the text has none of these forms.

    >>> parse("2020-06").window()
    (datetime.date(2020, 6, 1), datetime.date(2020, 6, 30))
    >>> ongoing = parse("begun by 2019, last reported 2020-06-06")
    >>> ongoing.begin[1], ongoing.end[0], ongoing.window()
    (datetime.date(2019, 12, 31), datetime.date(2020, 6, 6), (None, None))
    >>> parse("before 1724").window(), parse("never").never
    ((None, datetime.date(1723, 12, 31)), True)
    >>> parse("Friday", (date(2020, 6, 6), date(2020, 6, 6))).window()
    (datetime.date(2020, 6, 5), datetime.date(2020, 6, 5))
    """
    typed, mark, phrase = (part.strip() for part in text.partition(";"))
    phrase = phrase if mark else typed  # a “;” with nothing after it: the text has no words for it
    try:
        return replace(_parsed(date_wording.usual(typed), reference), phrase=phrase)
    except OverflowError:
        raise ValueError(
            f"“{shown(text)}” is outside the years 1 to 9999; write a date before it."
        ) from None


def _parsed(typed: str, reference: Bounds) -> When:
    """Return the same as `parse`, without the phrase."""
    spoken_dates.refuse_before_era(typed)
    if typed.lower() in NEVER:
        return When(never=True, held="all")
    if moment := _MOMENT.fullmatch(date_periods.clock(typed) or typed):
        return _moment(moment)
    if now := _AS_OF.fullmatch(typed):
        return _as_of(now[1], reference)
    if ends := _ends(typed):
        return _range(*ends, typed, reference)
    if between := _BETWEEN.fullmatch(typed):
        first_day = date_periods.completed(between[1], between[2])
        found = _range(first_day, between[2], typed, reference)
        first, last = found.window()
        return replace(found, begin=(first, None), end=(None, last), held="some")
    if typed and (reported := _REPORTED.fullmatch(typed)):
        return _reported(reported[1] or "", reported[2] or "", reference)
    if limit := _LIMIT.fullmatch(typed):
        return _limit(limit[1].lower(), limit[2], reference)
    bounds, warning = _day_or_phrase(typed, reference)
    return When((bounds[0], None), (None, bounds[1]), "", warning)


def _ends(typed: str) -> tuple[str, str] | None:
    """Return both ends of a period as typed, "" for an open end, or None if it is no period."""
    if interval := _INTERVAL.fullmatch(typed):
        return interval[1].replace("..", ""), interval[2].replace("..", "")
    if ".." in typed:
        left, _, right = typed.partition("..")
        return left, right
    if ends := _FROM_TO.fullmatch(typed):
        return date_periods.completed(ends[1], ends[2]), ends[2]
    return date_periods.ends(typed)


def _range(left: str, right: str, typed: str, reference: Bounds) -> When:
    """Read a begin and an end, either of which may be open."""
    begin, doubt = _day_or_phrase(left, reference) if left.strip() else ((None, None), "")
    end, other = _day_or_phrase(right, reference) if right.strip() else ((None, None), "")
    if begin[0] and end[1] and begin[0] > end[1]:
        raise ValueError(f"“{typed}” ends before it begins.")
    return When(begin, end, "", doubt or other, "all")


def _reported(begun: str, last: str, reference: Bounds) -> When:
    """Read a state that had begun by one day and was last reported on another. Its end is open."""
    begin, doubt = _day_or_phrase(begun, reference) if begun else ((None, None), "")
    end, other = _day_or_phrase(last, reference) if last else ((None, None), "")
    if begin[0] and end[1] and begin[0] > end[1]:
        raise ValueError(f"it was last reported on {end[1]}, before it had begun ({begin[0]}).")
    return When((None, begin[1]), (end[0], None), "", doubt or other, "all")


def _as_of(text: str, reference: Bounds) -> When:
    """Read a state that somebody reported on one day, or on a day within a period."""
    left, right = _ends(text) or (text, text)
    if not (left.strip() and right.strip()):
        raise ValueError(f"“as of {shown(text)}” needs both days of its period, or one day.")
    first, last = (found := _range(left, right, text, reference)).window()
    return When((None, last), (first, None), "", found.warning, "all")


def _limit(word: str, text: str, reference: Bounds) -> When:
    """Read a time before or after a day. The other end is open: no year is invented for it."""
    (first, last), warning = _day_or_phrase(text, reference)
    if ends := _END.fullmatch(text):
        whole = _day_or_phrase(ends[2], reference)[0]
        first, last = (last, whole[1]) if ends[1].lower() == "end" else (whole[0], first)
    assert first is not None
    assert last is not None
    match word:
        case "no later than" | "not later than" | "on or before":
            return When((None, None), (None, last), "", warning, "some")
        case "no earlier than" | "not before" | "on or after":
            return When((first, None), (None, None), "", warning, "some")
        case "before":
            return When((None, None), (None, first - DAY), "", warning, "some")
        case "after":
            return When((last + DAY, None), (None, None), "", warning, "some")
        case "since":
            return When((first, last), (None, None), "", warning, "all")
        case "by":
            return When((None, None), (None, last), "", warning, "some")
    return When((None, None), (first, last), "", warning, "all")


def _moment(found: re.Match[str]) -> When:
    """Read a day with a time. The day is the one that is written.

    Without a zone, only the phrase keeps the time, because it does not determine a moment.
    """
    first, last = edtf.span(found[1])
    zone = (found[4] or "").replace("UTC", "Z").replace("GMT", "Z")
    if zone and zone != "Z" and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    written = f"{found[1]}T{found[2]}{found[3] or ':00'}{zone}"
    moment = values.moment(written) if zone else None
    return When((first, None), (None, last), moment=moment)


def _day_or_phrase(text: str, reference: Bounds) -> tuple[Bounds, str]:
    """Return the bounds of one date, and a warning if its weekday does not match."""
    text = " ".join(text.split())
    words = text.lower().replace(",", " ").split()
    if len(words) > 1 and (weekday := _WEEKDAY.get(words[0].rstrip("."))):
        day = spoken_dates.read(text.split(None, 1)[1])
        if day and day[0] == day[1]:
            return _weekday_and_date(weekday, day[0])
    if about := _ABOUT.fullmatch(text):
        bounds, warning = _day_or_phrase(about[1] or about[2], reference)
        first, last = bounds
        return edtf.widened(first, last) if first and last else bounds, warning
    if found := spoken_dates.read(text) or spoken_dates.read(_PREPOSITION.sub("", text)):
        return found, ""
    return _relative(text, words, reference), ""


def _weekday_and_date(weekday: str, day: date) -> tuple[Bounds, str]:
    """Return bounds that include the date and, if it is another weekday, the nearest such day."""
    off = (WEEKDAYS.index(weekday) - day.weekday()) % 7
    if off == 0:
        return (day, day), ""
    other = day + DAY * (off if off <= 3 else off - 7)
    actual = WEEKDAYS[day.weekday()]
    warning = f"{day} was a {actual.title()}, not a {weekday.title()}; both days are kept"
    return (min(day, other), max(day, other)), warning


def _relative(text: str, words: list[str], reference: Bounds) -> Bounds:
    """Return the bounds of a phrase that counts from the day on which it was said.

    Raises ValueError if it is no such phrase, or if that day is not known.
    """
    if spoken_dates.without_year(text):
        raise ValueError(f"“{text}” needs its year: {text} 2021.")
    rule = _rule(words)
    if rule is None and re.match(r"\d", text) and not re.search(r"\d{4}\D|[^\W\d_]{3}", text):
        raise ValueError(
            f"“{shown(text)}” is not a date; write 2020-06-05, 5 June 2020, 2020-06, 2020, or two "
            "of them joined by “..”."
        )
    first, last = reference
    if rule is None:
        raise _unknown(text)
    if first is None or last is None:
        raise ValueError(
            f"“{text}” needs the day it was said on, and the source has no publication bounds; "
            "write a date before it."
        )
    end = rule(last)[1]
    return rule(first)[0], end if words[0] in _COMING else min(end, last)


def _unknown(text: str) -> ValueError:
    """Return the error for a phrase that is not known: how to write it with bounds."""
    year = re.search(r"(?<!\d)\d{4}(?!\d)", text)
    if year is None:
        bounds = "2020-05-25..2020-05-31"
        how = f"write the bounds before it: {bounds}; {shown(text)}"
    else:
        how = (
            f"write the bounds, such as {year[0]}, ..{year[0]} or {year[0]}.., and then the words: "
            f"{year[0]}; {shown(text)}"
        )
    return ValueError(f"“{shown(text)}” is not a date or phrase that is read; {how}")


# Phrases that count from the day on which they were said.
_FIXED: Final[dict[str, Callable[[date], tuple[date, date]]]] = {
    "today": lambda d: (d, d),
    "yesterday": lambda d: (d - DAY, d - DAY),
    "last week": lambda d: (d - DAY * (d.weekday() + 7), d - DAY * (d.weekday() + 1)),
    "this week": lambda d: (d - DAY * d.weekday(), d),
    "last month": lambda d: edtf.span((d.replace(day=1) - DAY).isoformat()[:7]),
    "this month": lambda d: (d.replace(day=1), d),
    "last year": lambda d: edtf.span(f"{d.year - 1:04d}"),
    "this year": lambda d: (date(d.year, 1, 1), d),
    "tomorrow": lambda d: (d + DAY, d + DAY),
    "next week": lambda d: (d + DAY * (7 - d.weekday()), d + DAY * (13 - d.weekday())),
    "next month": lambda d: edtf.span((d.replace(day=28) + DAY * 4).isoformat()[:7]),
    "next year": lambda d: edtf.span(f"{d.year + 1:04d}"),
}
_COMING: Final = ("tomorrow", "next")


def _rule(words: list[str]) -> Callable[[date], tuple[date, date]] | None:
    words = [w for w in words if w not in {"on", "later", "late", "early"}]
    if fixed := _FIXED.get(" ".join(words)):
        return fixed
    if len(words) == 1 and words[0] in WEEKDAYS:
        return _last(WEEKDAYS.index(words[0]), 0)
    if len(words) == 2 and words[0] == "last" and words[1] in WEEKDAYS:
        return _last(WEEKDAYS.index(words[1]), 7)
    if len(words) == 3 and words[1:] in (["days", "ago"], ["day", "ago"]):
        days = int(words[0]) if re.fullmatch(r"[1-9]\d?", words[0]) else WORDS.get(words[0])
        return (lambda d: (d - DAY * days, d - DAY * days)) if days else None
    return None


def _last(weekday: int, same: int) -> Callable[[date], tuple[date, date]]:
    """Return a rule for the last such weekday before a day, or `same` days before one itself."""

    def rule(said: date) -> tuple[date, date]:
        """Return the day, as both bounds."""
        day = said - DAY * ((said.weekday() - weekday) % 7 or same)
        return day, day

    return rule


def show(earliest: date | None, latest: date | None) -> str:
    """Format bounds like EDTF, or return "" if nothing is known.

    >>> show(date(2020, 6, 1), date(2020, 6, 30))
    '2020-06-01..2020-06-30'
    """
    if earliest == latest:
        return earliest.isoformat() if earliest else ""
    return f"{earliest or ''}..{latest or ''}"


def understood(when: When) -> str:
    """Return how a date was understood, for a dry run.

    >>> understood(parse("early 2021")), understood(parse("never")), understood(parse(".."))
    ('2021-01-01..2021-07-02', 'no day at all', 'not known')
    """
    if when.never:
        return "no day at all"
    days = ongoing(when) or show(*when.window()) or "not known"
    return f"{days}, {when.moment.isoformat(timespec='minutes')}" if when.moment else days


def ongoing(when: When) -> str:
    """Return how the time of a state without a known first and last day was understood, or "".

    Reported within a period, it had begun by the last day and had not ended before the first.

    >>> ongoing(parse("as of 2020-06-06")), ongoing(parse("2020-06-06"))
    ('begun by 2020-06-06, last reported on 2020-06-06, end open', '')
    """
    begun, last = when.begin[1], when.end[0]
    if when.window() != (None, None):
        return ""
    known = (f"begun by {begun}" if begun else "", f"last reported on {last}" if last else "")
    return ", ".join((*filter(None, known), "end open")) if any(known) else ""
