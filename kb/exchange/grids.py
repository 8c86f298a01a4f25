"""Tables that people made: CSV files and Excel workbooks, as rows of texts with their cells."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from kb.errors import Usage
from kb.exchange.spreadsheet_cells import unmarked
from kb.system import intake

# More than this is a mistake, or an attack.
MOST_BYTES: Final = 20_000_000
MOST_UNPACKED: Final = 200_000_000
MOST_ROWS: Final = 50_000
MOST_COLUMNS: Final = 200
DELIMITERS: Final = ",;\t"
EXTRA: Final = "install it: pip install 'claimkb[spreadsheet]'"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as it was typed. `name` is its file, or file and sheet; `rows` are numbered from 1,
    as in a spreadsheet, and include the header.
    """

    name: str
    rows: Sequence[tuple[int, Sequence[str]]]


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
            rows.append((number, [unmarked(cell.strip()) for cell in row]))
            _limit(name, number, len(row))
    except csv.Error as error:
        raise Usage(
            f"{name}:{reader.line_num}: this is not CSV: {error}.",
            "put quotes around cells that contain quotes, commas or line breaks, and double them",
        ) from None
    return Grid(name, rows)


def _limit(name: str, rows: int, columns: int) -> None:
    """Raise Usage for a table that is too large."""
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise Usage(
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
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked > MOST_UNPACKED:
            raise intake.too_large(name, MOST_UNPACKED)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        return [Grid(f"{name} {sheet.title}", list(_rows(name, sheet))) for sheet in book]
    except Usage:
        raise
    except Exception as error:  # a damaged workbook raises errors of every kind
        kind = type(error).__name__
        raise Usage(
            f"{name} cannot be read as an Excel workbook ({kind}).",
            "open it in a spreadsheet and save it again as .xlsx or .csv",
        ) from None


def _rows(name: str, sheet: Any) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the rows of a sheet that are not empty."""
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        _limit(name, number, len(row))
        texts = [_text(value) for value in row]
        if any(texts):
            yield number, texts


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
    return str(value).strip()
