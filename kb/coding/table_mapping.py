"""Mapping files: which columns of a table that somebody has are the columns of an import.

A mapping is a TOML file with a section for each table, and in it a line for each column:

    [entities]
    name = "Title"
    kind = { column = "Template", values = { Vessel = "object" } }
    lat = { column = "Geolocation", part = 1 }
    also = { column = "Other names", separator = ";" }
    note = { value = "from the list of 3 May" }
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from kb.coding.sheet import Value
from kb.coding.table_columns import TABLES
from kb.coding.table_rows import UNNAMED, Row, Rows, value_of
from kb.errors import Usage
from kb.model.identifiers import suggestion

# Between several values in a cell.
BAR: Final = "|"
_KEYS: Final = ("column", "value", "values", "part", "separator")


@dataclass(frozen=True, slots=True)
class Part:
    """Where the value of a column comes from: a column of somebody's table, or the same text in
    every row. `values` translates words, in lower case. `part` is the number, from 1, of the one
    value to take of several; 0 takes all.
    """

    column: str = ""
    value: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    part: int = 0
    separator: str = BAR

    def taken(self, text: str) -> str:
        """Return the value that a cell gives."""
        parts = [part.strip() for part in text.split(self.separator)]
        if self.part:
            parts = parts[self.part - 1 : self.part]
        elif self.separator == BAR and not self.values:
            return text
        return BAR.join(self.values.get(part.casefold(), part) for part in parts if part)


@dataclass(frozen=True, slots=True)
class TableMapping:
    """The columns of tables of an import, and where each comes from. `name` is the file."""

    name: str
    tables: Mapping[str, Mapping[str, Part]]

    def read(self, name: str, rows: Iterable[tuple[int, Sequence[str]]]) -> list[Rows]:
        """Return the tables that a sheet contains: those of which it has all columns."""
        filled = [(number, row) for number, row in rows if any(row)]
        if not filled:
            return []
        line, named = filled[0]
        header = [cell.strip().casefold() for cell in named]
        read = {p.column for parts in self.tables.values() for p in parts.values()}
        return [
            Rows(
                name,
                table,
                [row for n, cells in filled[1:] if (row := _row(parts, header, n, cells))],
                [
                    named[n]
                    for n, name in enumerate(header)
                    if name and name not in read and _filled(filled[1:], n)
                ],
                0,
                list(_doubled(parts, header, line)),
            )
            for table, parts in self.tables.items()
            if _needed(parts) <= set(header)
        ]

    def check(self, found: Iterable[Rows], headers: Iterable[Sequence[str]]) -> None:
        """Raise Usage if a table of the mapping is in no sheet."""
        present = {rows.table for rows in found}
        given = {cell.strip(): cell.strip().casefold() for header in headers for cell in header}
        for table, parts in self.tables.items():
            if table in present:
                continue
            missing = sorted(_needed(parts) - set(given.values()))
            named = f"a column “{missing[0]}”" if missing else f"all columns of [{table}]"
            raise Usage(
                f"{self.name}: [{table}]: no sheet has {named}.",
                suggestion(missing[0] if missing else "", given, f"there are {', '.join(given)}"),
            )


def _needed(parts: Mapping[str, Part]) -> set[str]:
    return {part.column for part in parts.values() if part.column}


def _filled(rows: Iterable[tuple[int, Sequence[str]]], at: int) -> bool:
    return any(len(cells) > at and cells[at] for _, cells in rows)


def _doubled(parts: Mapping[str, Part], header: Sequence[str], line: int) -> Iterator[Value]:
    """Yield the places of columns that are read, and are named before."""
    for at, name in enumerate(header):
        if name in _needed(parts) and name in header[:at]:
            yield Value(name, line, at + 1)


def _row(
    parts: Mapping[str, Part], header: Sequence[str], number: int, cells: Sequence[str]
) -> Row | None:
    """Return a row by column of the import; None if no cell of it is read."""
    row = dict[str, Value]()
    for column, part in parts.items():
        at = header.index(part.column) if part.column else len(cells)
        text = part.taken(cells[at]) if at < len(cells) else ""
        if text:
            row[column] = value_of(column, text, number, at + 1)
    stray = [n for n, text in enumerate(cells) if text and not "".join(header[n : n + 1])]
    if not row and not stray:
        return None
    row |= {c: value_of(c, p.value, number, 1) for c, p in parts.items() if p.value}
    return row | {f"{UNNAMED}{n + 1}": Value(cells[n], number, n + 1) for n in stray}


def parse(name: str, text: str) -> TableMapping:
    """Read a mapping file. Raises Usage with the line of what is wrong."""
    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Usage(f"{name}: {error}.", 'put names in quotes: name = "Title"') from None
    if not found:
        raise Usage(f"{name} is empty.", f"begin with {' or '.join(f'[{t}]' for t in TABLES)}")
    tables = {}
    for table, columns in found.items():
        place = _Place(name, text, table)
        if table not in TABLES or not isinstance(columns, dict) or not columns:
            raise place.error("", "this is no table.", suggestion(table, TABLES, _sections()))
        tables[table] = {column: place.part(column, one) for column, one in columns.items()}
    return TableMapping(name, tables)


def _sections() -> str:
    return f"one of {', '.join(f'[{table}]' for table in TABLES)}, with a line for each column"


@dataclass(frozen=True, slots=True)
class _Place:
    """A section of a mapping file, for messages."""

    name: str
    text: str
    table: str

    def error(self, column: str, message: str, hint: str) -> Usage:
        """Return an error at the line of a column, or of the section."""
        start = re.search(rf"^\s*\[?{re.escape(self.table)}\b", self.text, re.MULTILINE)
        at = start.start() if start else 0
        key = re.compile(rf"^\s*[\"']?{re.escape(column)}[\"']?\s*=", re.MULTILINE)
        if column and (found := key.search(self.text, at)):
            at = found.end()
        line = self.text.count("\n", 0, at) + 1
        what = f"[{self.table}] {column}".rstrip()
        return Usage(f"{self.name}:{line}: {what}: {message}", hint)

    def part(self, column: str, given: Any) -> Part:
        """Return where a column comes from. Raises Usage."""
        known = TABLES[self.table]
        if column not in known:
            hint = suggestion(column, known, f"columns are {', '.join(known)}")
            raise self.error(column, f"there is no such column of {self.table}.", hint)
        given = {"column": given} if isinstance(given, str) else given
        if not isinstance(given, dict) or given.keys() - set(_KEYS):
            raise self.error(column, "this cannot be read.", f"its keys are {', '.join(_KEYS)}")
        self._check(column, given)
        return Part(
            given.get("column", "").strip().casefold(),
            given.get("value", ""),
            {word.strip().casefold(): ours for word, ours in given.get("values", {}).items()},
            given.get("part", 0),
            given.get("separator", BAR),
        )

    def _check(self, column: str, given: Mapping[str, Any]) -> None:
        """Raise Usage for a value of the wrong kind, or without a column."""
        values, number = given.get("values", {}), given.get("part", 0)
        texts = [given.get(key, BAR) for key in ("column", "value", "separator")]
        if not isinstance(values, dict) or not all(
            isinstance(text, str) and text.strip() for text in (*texts, *values.values())
        ):
            raise self.error(column, "a name or a value is not a text.", 'put it in quotes: "3"')
        if ("column" in given) == ("value" in given):
            hint = 'column = "Title" names one of your columns, value = "…" is the same in each row'
            raise self.error(column, "it needs a column or a value.", hint)
        if not isinstance(number, int) or number < 0:
            raise self.error(column, "the part is not a number.", "part = 1 is the first value")
