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
from kb.system.intake import LARGEST_DOCUMENT, decode, too_large

# Android writes “5/3/24, 21:15 - ” before a message, iOS “[05/03/2024, 21:15:03] ”.
STAMP: Final = re.compile(
    r"[\ufeff\u200e\u200f]*(?P<open>\[)?"
    r"(?P<time>(\d{1,4})[./-](\d{1,2})[./-](\d{1,4}),?[ ](\d{1,2}):(\d\d)(?::(\d\d))?"
    r"(?:[ \u00a0\u202f]?([AaPp])\.?[ \u00a0]?[Mm]\.?)?)"
    r"(?(open)\]|[ ]-)[ ]",
    re.ASCII,
)
AUTHOR: Final = re.compile(r"(?P<author>[^:\"“”]{1,100}):(?:[ ]|$)")
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
    if len(data) > LARGEST_DOCUMENT:
        raise too_large(name, LARGEST_DOCUMENT)
    lines = re.split(r"\r\n|[\r\n]", decode(data, name))
    stamps = [stamp for line in lines if (stamp := STAMP.match(line))]
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
    author, time, words = "", "", list[str]()
    for line in lines:
        stamp = STAMP.match(line)
        if stamp is None and (author or not service):
            words.append(line)
        elif stamp is None:
            service[-1] = clean(f"{service[-1]} {line}") or ""
        else:
            if author:
                yield Post(author, time, "\n".join(words))
            named = AUTHOR.match(rest := line[stamp.end() :])
            author = (clean(MARKS.sub("", named["author"])) or "?") if named else ""
            time, words = _time(stamp, order), [rest[named.end() :] if named else ""]
            if not named:
                service.append(clean(rest) or "")
    if author:
        yield Post(author, time, "\n".join(words))


def _order(stamps: list[re.Match[str]]) -> tuple[int, ...] | None:
    """Return where year, month and day are in all dates, or None if there are several readings."""
    dates = {stamp.group(3, 4, 5) for stamp in stamps}
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
    day = _day(stamp.group(3, 4, 5), order) if order else None
    hour, half = int(stamp[6]), (stamp[9] or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    written = clean(stamp["time"]) or ""
    if day is None:
        return written
    try:
        return day.replace(hour=hour, minute=int(stamp[7]), second=int(stamp[8] or 0)).isoformat()
    except ValueError:
        return written
