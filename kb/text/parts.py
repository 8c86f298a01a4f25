"""Parts of a text: which passage is a caption, and on which page or at which time it occurs.

Offsets count code points from 0; the end is exclusive. Parts of different kinds may overlap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["form", "locator"]
# The sign before a locator in the stored text; a form has none.
_PLACE: Final = "@"
_STORED: Final = re.compile(r"(\d{1,12})-(\d{1,12}) (@?)([^;\n]+)", re.ASCII)
_TIMES: Final = re.compile(r"(\d\d:\d\d:\d\d)-(\d\d:\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Part:
    """A passage and what it is (`form`, such as caption) or where it is (`locator`, as page 3)."""

    start: int
    end: int
    kind: Kind
    value: str


def written(parts: Iterable[Part]) -> str:
    """Format parts as they are stored.

    >>> written([Part(0, 15, "form", "headline"), Part(0, 90, "locator", "page 1")])
    '0-15 headline; 0-90 @page 1'
    """
    signs: dict[Kind, str] = {"form": "", "locator": _PLACE}
    return "; ".join(
        f"{part.start}-{part.end} {signs[part.kind]}{label(part.value)}" for part in parts
    )


def label(text: str) -> str:
    """Return a value without the signs that separate parts.

    >>> label(" post 3; by\\nInes")
    'post 3, by Ines'
    """
    return " ".join(text.replace(";", ",").lstrip(_PLACE + " ").split())


def parse(stored: str) -> tuple[Part, ...]:
    """Parse stored parts. Raises ValueError if they are in another form.

    >>> parse("0-15 headline; 0-90 @page 1")[1]
    Part(start=0, end=90, kind='locator', value='page 1')
    """
    found = []
    for item in filter(None, stored.split("; ")):
        fields = _STORED.fullmatch(item)
        if fields is None or int(fields[1]) >= int(fields[2]):
            raise ValueError("parts are stored as offsets and a name, such as 0-15 headline")
        kind: Kind = "locator" if fields[3] else "form"
        found.append(Part(int(fields[1]), int(fields[2]), kind, fields[4]))
    return tuple(found)


def locator(parts: Sequence[Part], start: int, end: int) -> str | None:
    """Return where a passage is, from the page or time of its beginning to that of its end.

    >>> pages = [Part(0, 50, "locator", "page 1"), Part(50, 90, "locator", "page 2")]
    >>> locator(pages, 10, 20), locator(pages, 45, 60)
    ('page 1', 'page 1–2')
    """
    touched = [p for p in parts if p.kind == "locator" and p.start < end and start < p.end]
    if not touched:
        return None
    first, last = touched[0].value, touched[-1].value
    if first == last:
        return first
    if (begin := _TIMES.fullmatch(first)) and (stop := _TIMES.fullmatch(last)):
        return f"{begin[1]}-{stop[2]}"
    word, space, number = last.partition(" ")
    same = space and first.startswith(word + " ")
    return f"{first}–{number if same else last}"


def form(parts: Sequence[Part], start: int, end: int) -> str | None:
    """Return the form of the part that contains a whole passage, or None.

    >>> form([Part(0, 15, "form", "headline")], 2, 9)
    'headline'
    """
    forms = (p for p in parts if p.kind == "form" and p.start <= start and end <= p.end)
    return next((part.value for part in forms), None)
