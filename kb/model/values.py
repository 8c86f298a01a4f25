"""Rules for values: characters, lengths, numbers, dates. They apply to all input, and to everything
that is read back.

No number is expanded before its size is known: `1E999999999` has a few characters to read, and a
gigabyte of digits to write.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

# Digits of a number, before and after its point: `Decimal` calculates exactly with 28, and “more
# than 8” adds one.
MOST_DIGITS = 24
# Digits of a whole number that counts characters, lines or people. It always fits 64 bits.
MOST_COUNTED = 15
# Characters of a name, of a sentence in our own words, and of any other text. Longer texts belong
# in a document.
LONGEST_NAME = 1_000
LONGEST_SENTENCE = 5_000
LONGEST_TEXT = 50_000
# Values of one field. People type these lists by hand.
MOST_ITEMS = 1_000
# Characters of a refused value that a message repeats.
SHOWN = 60

# C0 and C1 controls except tab and line feed, halves of a surrogate pair, and the code points that
# Unicode defines as noncharacters.
_NONCHARACTERS = "".join(
    f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17)
)
_FORBIDDEN = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NONCHARACTERS}]")
_NUMBER = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?")
_BOMB = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)[eE][+-]?\d+")
_INTEGER = re.compile(r"[+-]?\d+")
_ZONE = r"(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
_DAY = re.compile(rf"(-?\d{{4,}}-\d\d-\d\d){_ZONE}", re.ASCII)
_MOMENT = re.compile(rf"(-?\d{{4,}}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?{_ZONE}", re.ASCII)


class TooLarge(ValueError):
    """A value of the right form that is larger or longer than this program supports."""


def forbidden(text: str) -> str:
    """Name the first character that no stored value may have, or return "" if there is none.

    >>> forbidden("Nets were\\0lost"), forbidden("two\\nlines")
    ('U+0000, a control character, after “Nets were”', '')
    """
    match = _FORBIDDEN.search(text)
    if match is None:
        return ""
    category = unicodedata.category(match[0])
    kind = {"Cc": "a control character", "Cs": "half of a surrogate pair"}.get(
        category, "not a character"
    )
    before = text[max(0, match.start() - SHOWN // 2) : match.start()].strip()
    where = f"after “{before}”" if before else "at its beginning"
    return f"U+{ord(match[0]):04X}, {kind}, {where}"


def replaced(text: str) -> str:
    """Replace each character that no stored value may have by U+FFFD, in a text from a document.

    >>> replaced("A\\0 title")
    'A\\ufffd title'
    """
    return _FORBIDDEN.sub("\ufffd", text)


def shown(text: str) -> str:
    """Shorten a value for a message.

    >>> shown("9" * 5000)[-2:]
    '9…'
    """
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def some(names: Sequence[str], most: int = 10) -> str:
    """Return the first names as a list, and how many others there are.

    >>> some(["a.ttl", "b.ttl", "c.ttl"], 2)
    'a.ttl, b.ttl and 1 other'
    """
    rest = len(names) - most
    others = f" and {rest} other{'s' if rest > 1 else ''}" if rest > 0 else ""
    return ", ".join(names[:most]) + others


def wrong(text: str, most: int = LONGEST_TEXT) -> str:
    """Say why a typed text cannot be stored, as the rest of a sentence, or return "" if it can.

    >>> wrong("a\\x1bb"), wrong("fine")
    ('contains U+001B, a control character, after “a”', '')
    """
    found = forbidden(text)
    return f"contains {found}" if found else length(text, most)


def number(text: str) -> Decimal:
    """Read a decimal number, counting its digits before it is expanded. Raises ValueError with a
    sentence; TooLarge for too many digits.

    >>> number("8.50"), number("1e3")
    (Decimal('8.50'), Decimal('1E+3'))
    """
    match = _NUMBER.fullmatch(text)
    if match and (match[2] or match[3]):
        large = _digits(match) > MOST_DIGITS
    elif _BOMB.fullmatch(text):
        large = True
    else:
        raise ValueError(f"“{shown(text)}” is not a number.")
    if large:
        raise TooLarge(f"“{shown(text)}” has more than {MOST_DIGITS} digits.")
    return Decimal(text)


def decimal_text(number: Decimal) -> str:
    """Write a number without an exponent and without zeros at the end of its fraction.

    >>> decimal_text(Decimal("8.50")), decimal_text(Decimal("2E+9")), decimal_text(Decimal("10"))
    ('8.5', '2000000000', '10')
    """
    digits = format(number, "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _digits(match: re.Match[str]) -> int:
    """Count the digits of a number, as typed or without an exponent, whichever are more."""
    whole, part, exponent = match[2], match[3] or "", int(match[4] or 0)
    before, after = max(len(whole) + exponent, 0), max(len(part) - exponent, 0)
    return max(len(whole) + len(part), before + after)


def integer(text: str) -> int:
    """Read a whole number that counts something. Raises ValueError with a sentence; TooLarge for
    too many digits.

    >>> integer("42")
    42
    """
    if not _INTEGER.fullmatch(text):
        raise ValueError(f"“{shown(text)}” is not a whole number.")
    if len(text.lstrip("+-").lstrip("0")) > MOST_COUNTED:
        raise TooLarge(f"“{shown(text)}” has more than {MOST_COUNTED} digits.")
    return int(text.lstrip("+-").lstrip("0") or "0") * (-1 if text[0] == "-" else 1)


def day(text: str) -> date:
    """Read an xsd:date. A time zone is allowed and does not change the day. Raises ValueError with
    a sentence.

    >>> day("2024-02-29Z")
    datetime.date(2024, 2, 29)
    """
    match = _DAY.fullmatch(text)
    if match is None:
        raise ValueError(f"“{shown(text)}” is not a day in the form 2024-03-01.")
    _within_years(match[1], text)
    try:
        return date.fromisoformat(match[1])
    except ValueError:
        raise ValueError(f"“{shown(text)}” is not a day of the calendar.") from None


def moment(text: str) -> datetime:
    """Read an xsd:dateTime. Without a time zone, it is in UTC. Raises ValueError with a sentence.

    >>> moment("2024-03-01T08:30:00+01:00").isoformat()
    '2024-03-01T08:30:00+01:00'
    """
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError(f"“{shown(text)}” is not a moment in the form 2024-03-01T08:30:00Z.")
    _within_years(match[1], text)
    try:
        found = datetime.fromisoformat(
            f"{match[1]}.{(match[2] or '0')[:6]:0<6}{match[3] or '+00:00'}"
        )
    except ValueError:
        raise ValueError(f"“{shown(text)}” is not a moment of the calendar.") from None
    try:
        found.astimezone(UTC)
    except OverflowError:
        raise TooLarge(f"“{shown(text)}” is outside the years 1 to 9999 in UTC.") from None
    return found


def _within_years(written: str, text: str) -> None:
    """Raise TooLarge for a year that Python's calendar does not have."""
    year = written.rsplit("-", 2)[0]
    if len(year) != 4 or year == "0000":
        raise TooLarge(f"“{shown(text)}” is outside the years 1 to 9999.")


def length(text: str, most: int) -> str:
    """Say that a text is too long, or return "" if it is not.

    >>> length("abc", 2)
    'has 3 characters; the most is 2'
    """
    return f"has {len(text):,} characters; the most is {most:,}" if len(text) > most else ""
