"""Coding sheets: YAML that is short enough to type while reading.

Every value is text with its place in the file. These classes are about the form of a sheet; the
compiler reads its meaning (`kb.coding.compiler`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kb.errors import Place, Problem
from kb.model import values
from kb.model.vocabulary import STANCES

# Sheet key of a role → role of the vocabulary.
ROLE_KEYS: Final = {
    "place": "place",
    "from": "origin",
    "to": "destination",
    "with": "instrument",
    "against": "counterpart",
    "victim": "victim",
    "for": "beneficiary",
    "purpose": "purpose",
    "about": "topic",
}
_LISTS: Final = ("new", "affiliations", "judgements", "records", "claims", "skip")
_HEAD: Final = ("source", "collection", "topic", "coder", "checked", "published", "because")
TOP: Final = (*_HEAD, "sensitive", *_LISTS)
_DETAILS: Final = (
    "statement",
    "not",
    "when",
    "held",
    "count",
    "unit",
    "counted",
    "extent",
    "if",
    "note",
    "sensitive",
    "topic",
    "said",
)
CLAIM: Final = ("claim", "what", "kind", *ROLE_KEYS, *_DETAILS)
SAID: Final = (
    "id",
    "by",
    "for",
    *STANCES,
    "at",
    "locator",
    "on",
    "via",
    "occurred",
    "degree",
    "standing",
    "basis",
    "form",
    "manner",
    "words",
    "hedges",
    "garbles",
    "reading",
    "certain",
    "note",
    "sensitive",
    "checked",
)
JUDGEMENT: Final = ("kind", "about", "other", "lines", "verdict", "certainty", "why")


@dataclass(frozen=True, slots=True)
class Value:
    """A text and its range in the sheet: lines and columns from 1, the end exclusive."""

    text: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0


def as_value(text: str) -> Value:
    """Return a text as a value without a place: on one line, without spaces around it.

    >>> as_value(" two\\nlines ").text
    'two lines'
    """
    line = " ".join(text.split("\n"))
    # Python strips some control characters. Keep them, so that they are refused later.
    return Value(line if values.forbidden(line) else line.strip())


@dataclass(frozen=True, slots=True)
class Entry:
    """A mapping of the sheet: key → value, and its place. `said` are its assertions."""

    values: Mapping[str, Value]
    line: int = 0
    said: tuple[Entry, ...] = ()
    column: int = 0
    end_line: int = 0
    end_column: int = 0

    def get(self, key: str) -> str:
        """Return the text of a key, or "" if it is not given."""
        return self.values[key].text if key in self.values else ""


@dataclass(slots=True)
class Sheet:
    """A sheet as typed. `name` is its file, or "" if it was built from options.

    `problems` are those of its form. If one of them is an error, the rest must not be used.
    """

    name: str
    top: dict[str, Value] = field(default_factory=dict)
    new: dict[str, Value] = field(default_factory=dict)
    affiliations: list[Value] = field(default_factory=list)
    judgements: list[Entry] = field(default_factory=list)
    records: list[Entry] = field(default_factory=list)
    claims: list[Entry] = field(default_factory=list)
    skip: list[Value] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def get(self, key: str) -> str:
        """Return the text of a key at the top, or "" if it is not given."""
        return self.top[key].text if key in self.top else ""

    def problem(
        self,
        code: str,
        message: str,
        at: Value | Entry | None = None,
        hint: str = "",
        severity: str = "error",
    ) -> None:
        """Add a problem at a value of this sheet."""
        place = Place(self.name)
        if at:
            place = Place(self.name, at.line, at.column, at.end_line, at.end_column)
        self.problems.append(Problem(severity, code, message, place, hint=hint))
