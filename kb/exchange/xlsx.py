"""Tables as an Excel workbook: a sheet for each, names beside ids, real dates and numbers.

Text is stored as text, so no spreadsheet computes or changes it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from kb import notes
from kb.errors import Usage
from kb.exchange.data_package import type_of

EXTRA: Final = "install it: pip install 'claimkb[spreadsheet]'"
# Characters that XML 1.0 does not have (the reader of a workbook would refuse them), and how each
# is shown.
_BARRED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# The beginning of what a spreadsheet would read as an escape, such as _x0041_ (ECMA-376 part 1,
# §22.9.2.19).
_ESCAPE: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
# The most that a cell holds.
MOST_TEXT: Final = 32_767
# A number keeps this many digits.
MOST_DIGITS: Final = 15
# Excel counts days from here; it has none before.
_FIRST_DAY: Final = date(1900, 3, 1)
Table = tuple[Sequence[str], Sequence[Sequence[str]]]


def workbook(tables: Mapping[str, Table], names: Mapping[str, Mapping[str, str]]) -> bytes:
    """Return a workbook. `names` has the label of each id by column: a column with labels follows
    that column. Raises Usage if the writer is not installed.
    """
    try:
        import openpyxl
    except ImportError:
        raise Usage("the writer of Excel workbooks is not installed.", EXTRA) from None
    book = openpyxl.Workbook(write_only=True)
    for name, table in tables.items():
        _fill(book.create_sheet(name), name, _labelled(table, names))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _labelled(table: Table, names: Mapping[str, Mapping[str, str]]) -> Table:
    """Add a column of labels behind each column of ids."""
    columns, rows = table
    head = list[str]()
    for column in columns:
        head += [column, f"{column}_label"] if _gains(column, columns, names) else [column]
    body = []
    for row in rows:
        cells = list[str]()
        for column, cell in zip(columns, row, strict=True):
            cells.append(cell)
            if _gains(column, columns, names):
                cells.append("|".join(names[column].get(id, "") for id in cell.split("|")))
        body.append(cells)
    return head, body


def _gains(column: str, columns: Sequence[str], names: Mapping[str, Mapping[str, str]]) -> bool:
    return column in names and f"{column}_label" not in columns


def _fill(sheet: Any, name: str, table: Table) -> None:
    """Write a table into a sheet, with a frozen, bold head and filters."""
    from openpyxl.utils import get_column_letter

    columns, rows = table
    sheet.freeze_panes = "B2"
    for at, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(at)].width = max(12, min(40, len(column) + 2))
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(1, len(columns)))}{len(rows) + 1}"
    sheet.append([_cell(sheet, column, bold=True) for column in columns])
    types = [type_of(name, column) for column in columns]
    for row in rows:
        sheet.append([_typed(sheet, text, kind) for text, kind in zip(row, types, strict=True)])


def _typed(sheet: Any, text: str, kind: str) -> Any:
    """Return a cell with the value that a column of this type has; else with the text."""
    if not text:
        return None
    try:
        match kind:
            case "date":
                day = date.fromisoformat(text)
                return day if day >= _FIRST_DAY else _cell(sheet, text)
            case "datetime":
                return datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=None)
            case "integer" if len(text) <= MOST_DIGITS:
                return int(text)
            case "number" if len(text) <= MOST_DIGITS:
                return Decimal(text)
            case "boolean":
                return text == "true"
    except (ValueError, ArithmeticError):
        pass
    return _cell(sheet, text)


def _cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
    """Return a cell that is text, whatever it looks like."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cell = WriteOnlyCell(sheet)
    shown = _BARRED.sub(_shown, _ESCAPE.sub("_x005F_", text))
    if len(shown) > MOST_TEXT:
        notes.note(
            f"a text in the sheet {sheet.title} is cut: a cell of a workbook has at most "
            f"{MOST_TEXT:,} characters, this text has {len(shown):,}; CSV keeps all of it"
        )
    cell.value = shown[:MOST_TEXT]
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _shown(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04X}"
