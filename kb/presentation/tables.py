"""Tables for people, which fit the terminal, keep ids in one piece and begin with the statement.

Where the columns do not fit side by side, each row becomes a block of lines: the statement, the id,
then the other fields with their names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Final

from kb.presentation.controls import visible
from kb.presentation.values import cell, label

Rows = Sequence[Sequence[object]]
# Colour a piece of text by the name of its column, or by one of TITLE, HEAD and LEAD.
Paint = Callable[[str, str], str]
TITLE: Final = "*title"
HEAD: Final = "*head"
LEAD: Final = "*lead"
# The column that people read first, wherever it is for programs.
FIRST: Final = "statement"
# A column of prose is not made narrower than this.
NARROWEST: Final = 20
GAP: Final = 3
_BETWEEN_FIELDS: Final = " · "
_SPACES: Final = re.compile(r"\s+")


def unpainted(role: str, text: str) -> str:
    """Leave text without colour."""
    return text


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: name, heading, cells as text, the width it wants and the least it needs."""

    name: str
    head: str
    cells: list[str]
    right: bool
    widest: int
    least: int


def table(
    columns: Sequence[str],
    rows: Rows,
    title: str | None = None,
    *,
    width: int | None = None,
    labels: Sequence[str] = (),
    paint: Paint = unpainted,
) -> str:
    """Lay out rows for a terminal of this width; None means any width.

    `labels` are the headings, by default the names of the columns in words. Raises ValueError for a
    row with more or fewer values than there are columns.
    """
    found = _columns(columns, rows, labels)
    ordered = sorted(found, key=lambda column: column.name != FIRST)
    head = wrapped(visible(title or ""), width or columns_of(title or ""))
    lines = [paint(TITLE, line) for line in head if title]
    widths = _widths(ordered, width)
    if widths is None:
        lines += _blocks(ordered, found[0], width or 0, paint)
    else:
        lines += _grid(ordered, widths, paint)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def numeric(columns: Sequence[str], rows: Rows) -> list[bool]:
    """Tell for each column whether it has only numbers."""
    values = [[row[i] for row in rows if row[i] is not None] for i in range(len(columns))]
    return [bool(v) and all(map(_is_number, v)) for v in values]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _columns(columns: Sequence[str], rows: Rows, labels: Sequence[str]) -> list[_Column]:
    """Return the columns with their cells as text."""
    heads = labels or [label(name) for name in columns]
    texts: list[list[str]] = [[] for _ in columns]
    for row in rows:
        for cells, value in zip(texts, row, strict=True):
            cells.append(_shown(cell(value, "; ")))
    described = zip(columns, heads, texts, numeric(columns, rows), strict=True)
    return [_column(name, _shown(head), cells, right) for name, head, cells, right in described]


def _column(name: str, head: str, cells: list[str], right: bool) -> _Column:
    lines = [line for text in (head, *cells) for line in text.split("\n")]
    widest = max(map(columns_of, lines))
    words = (word for line in lines for word in line.split())
    longest = max(map(columns_of, words), default=1)
    return _Column(name, head, cells, right, widest, min(widest, max(longest, NARROWEST)))


def _widths(columns: Sequence[_Column], width: int | None) -> list[int] | None:
    """Return the width of each column; None if they do not fit side by side."""
    wanted = [column.widest for column in columns]
    if width is None:
        return wanted
    room = width - GAP * (len(columns) - 1)
    if sum(wanted) <= room:
        return wanted
    found = [column.least for column in columns]
    spare = room - sum(found)
    if spare < 0:
        return None
    # Each spare column of the terminal goes to the column that lacks most.
    while spare:
        lacking = [want - have for want, have in zip(wanted, found, strict=True)]
        found[lacking.index(max(lacking))] += 1
        spare -= 1
    return found


def _grid(columns: Sequence[_Column], widths: Sequence[int], paint: Paint) -> Iterator[str]:
    """Yield columns side by side, with a heading and a rule."""
    gap = " " * GAP
    placed = list(zip(columns, widths, strict=True))
    yield gap.join(paint(HEAD, _padded(c.head, width, c.right)) for c, width in placed)
    yield "─" * (sum(widths) + GAP * (len(widths) - 1))
    for n in range(len(columns[0].cells) if columns else 0):
        texts = [wrapped(column.cells[n], width) for column, width in placed]
        for parts in zip_longest(*texts, fillvalue=""):
            yield gap.join(
                paint(column.name, _padded(part, width, column.right))
                for (column, width), part in zip(placed, parts, strict=True)
            )


def _blocks(
    columns: Sequence[_Column], identifier: _Column, width: int, paint: Paint
) -> Iterator[str]:
    """Yield a block of lines for each row: the statement, the id, the other fields."""
    first, *rest = columns
    for n in range(len(first.cells)):
        lead = first if first.cells[n] else identifier
        yield from (paint(LEAD, line) for line in wrapped(lead.cells[n], width))
        if lead is not identifier:
            yield f"  {paint(identifier.name, identifier.cells[n])}"
        fields = [c for c in rest if c is not identifier and c.cells[n]]
        yield from (f"  {line}" for line in _fields(fields, n, width - 2, paint))


def _fields(columns: Sequence[_Column], n: int, width: int, paint: Paint) -> Iterator[str]:
    """Yield fields with their names, as many on a line as fit."""
    line, used = "", 0
    for column in columns:
        text = " ".join(column.cells[n].split())
        size = columns_of(f"{column.head}: {text}")
        if line and used + len(_BETWEEN_FIELDS) + size > width:
            yield line
            line, used = "", 0
        if size > width:
            first, *others = wrapped(f"{column.head}: {text}", width - 2)
            yield first
            yield from (f"  {part}" for part in others)
            continue
        between = _BETWEEN_FIELDS if line else ""
        line += f"{between}{column.head}: {paint(column.name, text)}"
        used += len(between) + size
    if line:
        yield line


def wrapped(text: str, width: int) -> list[str]:
    """Break text between words so that it fits.

    A word that is too long stays in one piece, except in a script without spaces.

    >>> wrapped("one two three", 8)
    ['one two', 'three']
    >>> wrapped("an-id-that-is-long yes", 8)
    ['an-id-that-is-long', 'yes']
    """
    return [part for line in text.split("\n") for part in _broken(line, max(width, 2))]


def folded(line: str, width: int | None) -> list[str]:
    """Break a line of prose between words, and indent the other lines by two more columns.

    >>> folded("  one two three four five six", 24)
    ['  one two three four', '    five six']
    """
    if width is None or columns_of(line) <= width:
        return [line]
    text = line.lstrip(" ")
    indent = len(line) - len(text)
    first, *rest = _broken(text, max(width - indent, NARROWEST))
    more = _broken(" ".join(rest), max(width - indent - 2, NARROWEST)) if rest else []
    return [" " * indent + first, *(" " * (indent + 2) + part for part in more)]


def _broken(line: str, width: int) -> list[str]:
    """Break one line into several."""
    if columns_of(line) <= width:
        return [line]
    found, now, used = [], "", 0
    for word in (piece for part in _SPACES.split(line) for piece in _pieces(part, width)):
        size = columns_of(word)
        if now and used + 1 + size > width:
            found.append(now)
            now, used = word, size
        else:
            used += size + bool(now)
            now = f"{now} {word}" if now else word
    return [*found, now]


def _pieces(word: str, width: int) -> Iterator[str]:
    """Yield a word, in parts if it is too long and has wide characters.

    A line may end between wide characters, as in Chinese.
    """
    if columns_of(word) <= width or columns_of(word) == len(word):
        yield word
        return
    part = ""
    for character in word:
        if columns_of(part + character) > width:
            yield part
            part = ""
        part += character
    yield part


def columns_of(text: str) -> int:
    """Count the columns of a terminal that a line of text takes.

    >>> columns_of("abc"), columns_of("漢字"), columns_of("e\\u0301")
    (3, 4, 1)
    """
    return len(text) if text.isascii() else sum(map(_columns_of_one, text))


def _columns_of_one(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - columns_of(text))
    return space + text if right else text + space


def _shown(text: str) -> str:
    """Return text for a cell, where a tab would break the columns."""
    return visible(text.expandtabs(1))
