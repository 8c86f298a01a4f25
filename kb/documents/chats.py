"""Chats that WhatsApp exports as text, from Android and from iOS. Each message is a post."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from kb.documents import posts
from kb.documents import text as plain
from kb.documents.document import Read
from kb.documents.post_fields import Post
from kb.documents.statements import clean
from kb.system import intake

# Android writes “5/3/24, 21:15 - ” before a message, iOS “[05/03/2024, 21:15:03] ”. The words for
# the half of the day, the digits and the signs between them are those of the phone's language.
HALVES: Final = {
    "a": "a", "ص": "a", "ق.ظ": "a", "上午": "a", "午前": "a", "오전": "a", "पूर्वाह्न": "a",
    "p": "p", "م": "p", "ب.ظ": "p", "下午": "p", "午後": "p", "오후": "p", "अपराह्न": "p",
}  # fmt: skip
_HALF: Final = "ص|م|ق\\.ظ|ب\\.ظ|上午|下午|午前|午後|오전|오후|पूर्वाह्न|अपराह्न"
STAMP: Final = re.compile(
    r"\ufeff?(?P<open>\[)?"
    r"(?P<time>(\d{1,4})(?P<sign>[./-])[ ]?(\d{1,2})(?P=sign)[ ]?(\d{1,4})\.?[,،]?[ ]"
    r"(?:(?:à|klo)[ ])?"
    rf"(?P<before>(?:{_HALF})[ ]?)?(\d{{1,2}})[:.](\d\d)(?:[:.](\d\d))?"
    rf"(?:[ ]?(?P<after>[AaPp](?=\.?[ ]?[Mm])|{_HALF})(?:\.?[ ]?[Mm]\.?)?)?)"
    r"(?(open)\]|[ ]-)[ ]"
)
LONGEST_STAMP: Final = 80
SPACES: Final = str.maketrans("\u00a0\u202f", "  ")
AUTHOR: Final = re.compile(r"(?P<author>[^:\"“”]{1,100}):(?:[ ]|$)")
# Words of what WhatsApp writes by itself about a person, before a colon and a new name or text.
NOTICE: Final = re.compile(
    r"\bchanged (?:the|this|their|your)\b|\bhat (?:den|die|das)\b|\bhast (?:den|die|das)\b"
    r"|\b(?:a|avez|ha|han|has|hai) (?:chang|modifi|cambi)\w+|\b(?:cambi|mud|alter)(?:ó|aste|ou)\b"
    r"|\b(?:heeft|hebt) (?:de|het)\b|измени|\bzmieni|değiştir|غي[ّ]?ر|بتغيير|更改|変更|변경|बदल",
    re.IGNORECASE,
)
# What iOS writes by itself begins with this mark: notices, and names of pictures and recordings.
BY_ITSELF: Final = "\u200e"
MARKS: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Positions of year, month and day in a date.
ORDERS: Final = ((0, 1, 2), (2, 1, 0), (2, 0, 1))
# There are no older chats.
FIRST_YEAR: Final = 2009


def read(name: str, data: bytes) -> Read:
    """Read a chat; text that only looks like one is read as text.

    The order of day and month counts only if a date in the file shows it. Raises Usage if the file
    is too large or in another encoding.

    >>> found = read("a.txt", b"25/03/2024, 21:15 - Ada: Closed.")
    >>> found.text, found.parts[0].value
    ('Closed.', 'post 1 by Ada, 2024-03-25T21:15:00')
    """
    lines = re.split(r"\r\n|[\r\n]", intake.text(data, name))
    stamps = [begun[0] for line in lines if (begun := _stamp(line))]
    order = _order(stamps)
    service: list[str] = []
    found = list(_messages(lines, order, service))
    if not found:
        return plain.read(name, data)
    return posts.document(found, service)


def _messages(
    lines: Iterable[str], order: tuple[int, ...] | None, service: list[str]
) -> Iterator[Post]:
    """Yield the messages. What WhatsApp wrote by itself is added to `service`."""
    author, time, words, apple = "", "", list[str](), False
    for line in lines:
        found = _stamp(line)
        if found is None and (author or not service):
            words.append(line)
        elif found is None:
            service[-1] = clean(f"{service[-1]} {line}") or ""
        else:
            if author:
                yield _message(author, time, words, apple)
            stamp, rest = found
            apple = bool(stamp["open"])
            named = AUTHOR.match(rest)
            named = None if named and NOTICE.search(named["author"]) else named
            author = (clean(MARKS.sub("", named["author"])) or "?") if named else ""
            time, words = _time(stamp, order), [rest[named.end() :] if named else ""]
            if not named:
                service.append(clean(rest) or "")
    if author:
        yield _message(author, time, words, apple)


def _message(author: str, time: str, words: list[str], apple: bool) -> Post:
    """Return a message. Its first line is the service's if iOS (`apple`) marks it so."""
    automatic = words[0] if apple and words[0].startswith(BY_ITSELF) else ""
    return Post(author, time, "\n".join(words[bool(automatic) :]), notice=automatic)


def _stamp(line: str) -> tuple[re.Match[str], str] | None:
    """Return the day and time before a message, and the rest of the line; None if there is none.

    Signs of direction stand between the digits in languages that are written from right to left.
    """
    bare = MARKS.sub("", line[:LONGEST_STAMP]).translate(SPACES)
    stamp = STAMP.match(bare)
    if stamp is None:
        return None
    left, at = stamp.end(), 0
    while left:
        left -= MARKS.match(line, at) is None
        at += 1
    return stamp, line[at:]


def _order(stamps: list[re.Match[str]]) -> tuple[int, ...] | None:
    """Return where year, month and day are in all dates, or None if there are several readings."""
    dates = {stamp.group(3, 5, 6) for stamp in stamps}
    readings = {order: [_day(numbers, order) for numbers in sorted(dates)] for order in ORDERS}
    possible = {order: days for order, days in readings.items() if all(days)}
    different = {tuple(days) for days in possible.values()}
    return next(iter(possible)) if len(different) == 1 else None


def _day(numbers: tuple[str, ...], order: tuple[int, ...]) -> datetime | None:
    """Return a day whose year, month and day are at these positions, or None if it is no day."""
    year, month, day = (numbers[position] for position in order)
    if len(year) not in (2, 4) or max(len(month), len(day)) > 2:
        return None
    try:
        found = datetime(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None
    return found if found.year >= FIRST_YEAR else None


def _time(stamp: re.Match[str], order: tuple[int, ...] | None) -> str:
    """Return a time in ISO 8601, without a zone; as it is written if it has several readings."""
    day = _day(stamp.group(3, 5, 6), order) if order else None
    half = HALVES.get((stamp["before"] or stamp["after"] or "").strip().lower(), "")
    hour = int(stamp[8])
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    written = clean(stamp["time"]) or ""
    if day is None:
        return written
    try:
        return day.replace(hour=hour, minute=int(stamp[9]), second=int(stamp[10] or 0)).isoformat()
    except ValueError:
        return written
