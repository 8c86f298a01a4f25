"""Tables for people: they fit the terminal, ids stay in one piece, the statement comes first.

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
# Give a piece of text its colour, by the name of its column, or one of TITLE, HEAD and LEAD.
Paint = Callable[[str, str], str]
TITLE: Final = "*title"
HEAD: Final = "*head"
LEAD: Final = "*lead"
# Columns that people read first, wherever programs find them.
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
    """One column: its name, its heading, its cells as text, and how wide it wants and needs to be."""

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
    """Lay out rows for a terminal of this width, or as wide as they are where it is None.

    `labels` are the headings, by default the names of the columns in words. Raises ValueError for a
    row of another length than the columns.
    """
    found = _columns(columns, rows, labels)
    ordered = sorted(found, key=lambda column: column.name != FIRST)
    lines = [paint(TITLE, visible(title))] if title else []
    widths = _widths(ordered, width)
    if widths is None:
        lines += _blocks(ordered, found[0], width or 0, paint)
    else:
        lines += _grid(ordered, widths, paint)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def numeric(columns: Sequence[str], rows: Rows) -> list[bool]:
    """Say of each column whether it holds numbers only."""
    values = [[row[i] for row in rows if row[i] is not None] for i in range(len(columns))]
    return [bool(v) and all(map(_is_number, v)) for v in values]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _columns(columns: Sequence[str], rows: Rows, labels: Sequence[str]) -> list[_Column]:
    """The columns with their cells as text."""
    heads = [_shown(text) for text in (labels or [label(name) for name in columns])]
    texts = [
        [_shown(cell(value, "; ")) for _, value in zip(columns, row, strict=True)] for row in rows
    ]
    right = numeric(columns, rows)
    return [
        _column(name, heads[i], [row[i] for row in texts], right[i])
        for i, name in enumerate(columns)
    ]


def _column(name: str, head: str, cells: list[str], right: bool) -> _Column:
    lines = [line for text in (head, *cells) for line in text.split("\n")]
    widest = max(map(columns_of, lines))
    words = (word for line in lines for word in line.split())
    longest = max(map(columns_of, words), default=1)
    return _Column(name, head, cells, right, widest, min(widest, max(longest, NARROWEST)))


def _widths(columns: Sequence[_Column], width: int | None) -> list[int] | None:
    """The width of each column; None where they do not fit beside each other."""
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
    # the widest columns give up first: every line that is left over goes to the one that lacks most
    while spare:
        lacking = [want - have for want, have in zip(wanted, found, strict=True)]
        found[lacking.index(max(lacking))] += 1
        spare -= 1
    return found


def _grid(columns: Sequence[_Column], widths: Sequence[int], paint: Paint) -> Iterator[str]:
    """Columns side by side, with a heading and a rule."""
    gap = " " * GAP
    heads = [_padded(c.head, w, c.right) for c, w in zip(columns, widths, strict=True)]
    yield gap.join(paint(HEAD, head) for head in heads)
    yield "─" * (sum(widths) + GAP * (len(widths) - 1))
    count = len(columns[0].cells) if columns else 0
    for n in range(count):
        texts = (wrapped(c.cells[n], w) for c, w in zip(columns, widths, strict=True))
        for parts in zip_longest(*texts, fillvalue=""):
            cells = zip(columns, widths, parts, strict=True)
            yield gap.join(paint(c.name, _padded(part, w, c.right)) for c, w, part in cells)


def _blocks(
    columns: Sequence[_Column], identifier: _Column, width: int, paint: Paint
) -> Iterator[str]:
    """A block of lines for each row: what is read first, the id, the other fields."""
    first, *rest = columns
    for n in range(len(first.cells)):
        lead = first if first.cells[n] else identifier
        yield from (paint(LEAD, line) for line in wrapped(lead.cells[n], width))
        if lead is not identifier:
            yield f"  {paint(identifier.name, identifier.cells[n])}"
        fields = [c for c in rest if c is not identifier and c.cells[n]]
        yield from _fields(fields, n, width, paint)


def _fields(columns: Sequence[_Column], n: int, width: int, paint: Paint) -> Iterator[str]:
    """Fields with their names, as many to a line as fit."""
    line, room = "", width - 2
    for column in columns:
        text = " ".join(column.cells[n].split())
        piece = f"{column.head}: {paint(column.name, text)}"
        size = columns_of(f"{column.head}: {text}")
        if line and size + len(_BETWEEN_FIELDS) <= room:
            line += _BETWEEN_FIELDS + piece
            room -= size + len(_BETWEEN_FIELDS)
            continue
        if line:
            yield f"  {line}"
        line, room = "", width - 2
        if size <= room:
            line, room = piece, room - size
            continue
        for k, part in enumerate(wrapped(f"{column.head}: {text}", width - 4)):
            yield f"  {part}" if k == 0 else f"    {part}"
    if line:
        yield f"  {line}"


def wrapped(text: str, width: int) -> list[str]:
    """Break text between words so that it fits; a word that is too long stays in one piece, except
    in a script that writes no spaces.

    >>> wrapped("one two three", 8)
    ['one two', 'three']
    >>> wrapped("an-id-that-is-long yes", 8)
    ['an-id-that-is-long', 'yes']
    """
    return [part for line in text.split("\n") for part in _broken(line, max(width, 2))]


def folded(line: str, width: int | None) -> list[str]:
    """Break a line of prose between words; what follows is two columns further in than its begin.

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
    """One line as several."""
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
    """A word, or parts of it where it is too long and has characters of double width, between which
    a line may end.
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
    """Text in a cell, where a tab would break the columns."""
    return visible(text.expandtabs(1))
