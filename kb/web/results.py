"""Results of page functions: a template with its values, or data for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from starlette.datastructures import ImmutableMultiDict

from kb.presentation.tables import Rows
from kb.web.look import Look

# Parameter that allows data without the records that cannot be read.
INCOMPLETE: Final = "incomplete"
# Rows of a list on one page.
STEP: Final = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a page says: the name of its record, and the other parameters."""

    name: str
    values: ImmutableMultiDict[str, str]

    def first(self, parameter: str) -> str:
        """Return the first value of a parameter without spaces around it, or ""."""
        return str(self.values.get(parameter, "")).strip()

    def number(self, parameter: str) -> int:
        """Return a parameter that is a number, by default 0."""
        text = self.first(parameter)
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0

    def start(self, rows: int, step: int = STEP) -> int:
        """Return how many rows are before the first one of a page; beyond the end it is the last
        page.
        """
        return min(self.number("start"), max(rows - 1, 0) // step * step)

    def all(self, parameter: str) -> tuple[str, ...]:
        """Return the values of a parameter that are not empty."""
        return tuple(v for text in self.values.getlist(parameter) if (v := text.strip()))


@dataclass(frozen=True, slots=True)
class Page:
    """A page for people. `command` shows the same in a terminal; `data` is the path of the same
    data without its ending.
    """

    template: str
    title: str
    values: Mapping[str, object] = field(default_factory=dict)
    command: str = ""
    data: str = ""
    formats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows for programs."""

    columns: Sequence[str]
    rows: Rows


@dataclass(frozen=True, slots=True)
class Document:
    """One JSON document for programs."""

    value: object


@dataclass(frozen=True, slots=True)
class File:
    """A page to keep: one HTML file, with the name under which a browser stores it."""

    template: str
    title: str
    name: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Text:
    """Data in a format of its own, with its media type."""

    text: str
    media: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another address that has the page."""

    address: str


Result = Page | File | Table | Document | Text | Elsewhere
Build = Callable[[Look, Asked], Result]
