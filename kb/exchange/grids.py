"""Tables that people made: CSV files and Excel workbooks, as rows of texts with their cells."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from typing import Any, Final

from kb.errors import Usage
from kb.exchange.spreadsheet_cells import named, unmarked
from kb.system import confined, intake

# More than this is a mistake, or an attack.
MOST_BYTES: Final = 20_000_000
MOST_UNPACKED: Final = 200_000_000
MOST_ROWS: Final = 50_000
MOST_COLUMNS: Final = 200
DELIMITERS: Final = ",;\t"
# A character of a text that is stored by its number (ECMA-376 part 1, §22.9.2.19), but no half of a
# character.
_ESCAPE: Final = re.compile("_x((?![dD][89a-fA-F])[0-9A-Fa-f]{4})_")
# The last row of a sheet in Excel.
LAST_ROW: Final = 1_048_576
# A workbook is read in a child process: a small file can be a large one in memory.
LIMITS: Final = confined.Limits(seconds=120, memory=2**30, result=2**28)
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[ />]")
EXTRA: Final = "install it: pip install 'claimkb[spreadsheet]'"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as it was typed. `name` is its file, or file and sheet; `rows` are numbered from 1,
    as in a spreadsheet, and include the header. `faults` are cells whose value is not known.
    """

    name: str
    rows: Sequence[tuple[int, Sequence[str]]]
    faults: Sequence[str] = field(default_factory=list)


def read(name: str, data: bytes) -> list[Grid]:
    """Return the tables of a file. Raises Usage if it is neither CSV nor a workbook."""
    if len(data) > MOST_BYTES:
        raise intake.too_large(name, MOST_BYTES)
    if data.startswith(b"PK\x03\x04"):
        return _workbook(name, data)
    return [_csv(name, data)]


def _csv(name: str, data: bytes) -> Grid:
    """Read CSV in UTF-8, with or without a byte order mark, by the delimiter of its first line."""
    text = intake.decode(data, name).removeprefix("\ufeff")
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, Sequence[str]]] = []
    try:
        for number, row in enumerate(reader, 1):
            if any(cells := [unmarked(cell.strip()) for cell in row]):
                rows.append((number, cells))
                _limit(name, len(rows), len(row))
    except csv.Error as error:
        raise Usage(
            f"{name}:{reader.line_num}: this is not CSV: {error}.", _remedy(error)
        ) from None
    return Grid(name, rows)


def _remedy(error: csv.Error) -> str:
    if "field limit" in str(error):
        return "close the quotes of the cell before, or put its text into a document"
    return "put quotes around cells that contain quotes, commas or line breaks, and double them"


def _limit(name: str, rows: int, columns: int) -> None:
    """Raise Usage for a table that is too large."""
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise _too_large(name)


def _too_large(name: str) -> Usage:
    return Usage(
        f"{name} has more than {MOST_ROWS:,} rows or {MOST_COLUMNS} columns.",
        "split it into smaller files",
    )


def _workbook(name: str, data: bytes) -> list[Grid]:
    """Read each sheet of an Excel workbook. Of a formula, the value that was computed last."""
    try:
        import openpyxl
    except ImportError:
        message = f"{name} is an Excel workbook, and its reader is not installed."
        raise Usage(message, EXTRA) from None
    # Imported once here; the child that reads has it, too.
    work = partial(_read, openpyxl, name, data)
    try:
        return [Grid(*found) for found in confined.run(work, LIMITS)]
    except confined.Overrun:
        raise Usage(
            f"{name} needs too much memory or time to be read.", "save its sheets as .csv"
        ) from None


def _read(openpyxl: Any, name: str, data: bytes) -> list[tuple[object, ...]]:
    """Return the name, the rows and the faults of each sheet."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise intake.too_large(name, MOST_UNPACKED)
            formulas = any(_FORMULA.search(archive.read(part)) for part in _sheets(archive))
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        typed = openpyxl.load_workbook(io.BytesIO(data), read_only=True) if formulas else book
        return [_sheet(name, *pair) for pair in zip(book.worksheets, typed.worksheets, strict=True)]
    except (Usage, MemoryError):
        raise
    except Exception as error:  # a damaged workbook raises errors of every kind
        kind = type(error).__name__
        raise Usage(
            f"{name} cannot be read as an Excel workbook ({kind}).",
            "open it in a spreadsheet and save it again as .xlsx or .csv",
        ) from None


def _sheets(archive: zipfile.ZipFile) -> list[str]:
    """Return the names of the parts of a workbook that can have formulas."""
    return [name for name in archive.namelist() if "worksheets/" in name and name.endswith(".xml")]


def _sheet(name: str, sheet: Any, typed: Any) -> tuple[object, ...]:
    """Read a sheet; `typed` is the same one with formulas instead of values."""
    title = f"{name} {sheet.title}"
    rows, faults = list[tuple[int, Sequence[str]]](), list[str]()
    for number, row in _rows(name, sheet):
        rows.append((number, [_text(cell.value) for cell in row]))
        wrong = (at for at, cell in enumerate(row, 1) if cell.data_type == "e")
        faults += [f"{title}!{named(number, at)} has {row[at - 1].value}" for at in wrong]
    if typed is not sheet:
        faults += [f"{title}!{cell} has a formula without a value" for cell in _blank(sheet, typed)]
    return title, rows, faults


def _rows(name: str, sheet: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    """Yield the cells of each row with a value, up to its last value. Raises Usage.

    The size that a sheet states of itself is not used, because it may be wrong.
    """
    sheet.reset_dimensions()
    filled = cells = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells += len(row)
        if number > LAST_ROW or cells > MOST_ROWS * MOST_COLUMNS:
            raise _too_large(name)
        last = max((at for at, cell in enumerate(row, 1) if _text(cell.value)), default=0)
        if last:
            filled += 1
            _limit(name, filled, last)
            yield number, row[:last]


def _blank(sheet: Any, typed: Any) -> Iterator[str]:
    """Yield the names of cells with a formula that was never computed."""
    typed.reset_dimensions()
    for number, pair in enumerate(zip(sheet.iter_rows(), typed.iter_rows(), strict=True), 1):
        for at, (cell, formula) in enumerate(zip(*pair, strict=True), 1):
            # An empty text is a value, and its type is not a number.
            if formula.data_type == "f" and cell.value is None and cell.data_type == "n":
                yield named(number, at)


def _text(value: object) -> str:
    """Return the value of a cell as it is typed on a sheet."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime() if value.time() == time(0):
            return value.date().isoformat()
        case datetime() | date():
            return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), str(value)).strip()
