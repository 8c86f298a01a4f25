"""Tables of an answer: rows for people, for programs and for data frames."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, overload

from kb.presentation.controls import visible
from kb.presentation.values import cell, label
from kb.system.modules import later

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from kb.api import frames
    from kb.presentation import tables
else:
    frames = later("kb.api.frames")
    tables = later("kb.presentation.tables")

# Columns of a terminal that a line of repr fits.
LINE: Final = 79
# Rows that a notebook shows, and characters of one cell.
ROWS_SHOWN: Final = 60
CELL_SHOWN: Final = 300
_CUT: Final = "…"


def short(text: str, length: int = LINE) -> str:
    """Cut a text to one line of at most this length.

    >>> short("one\\ntwo three", 9)
    'one two …'
    """
    line = visible(" ".join(text.split()))
    return line if len(line) <= length else line[: length - 1] + _CUT


class Row(Mapping[str, Any]):
    """One row. A value is `row["status"]` or `row.status`, and `dict(row)` has all of them.

    >>> row = Row({"claim": "the-dam-leaks", "voices": 2})
    >>> row.voices, row["claim"], row
    (2, 'the-dam-leaks', Row(claim='the-dam-leaks', voices=2))
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __getattr__(self, name: str) -> Any:
        """Return the value of a column. Raises AttributeError, which names the columns."""
        # Copying and pickling look for names that are no columns, before there are values.
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._values[name]
        except KeyError:
            columns = ", ".join(self._values)
            raise AttributeError(f"this row has no column {name!r}; it has {columns}") from None

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *self._values]

    def __repr__(self) -> str:
        """Return a line with as many values as fit."""
        given = (f"{name}={short(repr(v), 40)}" for name, v in self.items() if v not in (None, ()))
        text = f"Row({', '.join(given)})"
        return text if len(text) <= LINE else text[: LINE - 2] + _CUT + ")"


class Table(Sequence[Row]):
    """An answer with named columns: a sequence of rows.

    A column of ids is followed by a column with their labels, such as `speaker` and
    `speaker_label`. `print(table)` shows all rows, and a notebook shows the first ones.

    >>> table = Table(("claim", "voices"), [("the-dam-leaks", 2), ("the-dam-holds", 1)])
    >>> table
    <Table of 2 rows: claim, voices>
    >>> table[0].claim, table.column("voices"), [row.claim for row in table if row.voices > 1]
    ('the-dam-leaks', [2, 1], ['the-dam-leaks'])
    """

    __slots__ = ("_rows", "columns")

    def __init__(self, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        self.columns = tuple(columns)
        self._rows = tuple(map(tuple, rows))

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Table: ...
    def __getitem__(self, index: int | slice) -> Row | Table:
        if isinstance(index, slice):
            return Table(self.columns, self._rows[index])
        return Row(dict(zip(self.columns, self._rows[index], strict=True)))

    def __len__(self) -> int:
        return len(self._rows)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        return (self.columns, self._rows) == (other.columns, other._rows)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        rows = "1 row" if len(self) == 1 else f"{len(self):,} rows"
        names = short(", ".join(self.columns), LINE - len(f"<Table of {rows}: >"))
        return f"<Table of {rows}: {names}>"

    def __str__(self) -> str:
        return tables.table(self.columns, self._rows).rstrip("\n")

    def column(self, name: str) -> list[Any]:
        """Return the values of a column. Raises KeyError, which names the columns."""
        if name not in self.columns:
            raise KeyError(f"there is no column {name!r}; there are {', '.join(self.columns)}")
        at = self.columns.index(name)
        return [row[at] for row in self._rows]

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a dictionary for each row, with dates and numbers as Python has them."""
        return [dict(zip(self.columns, row, strict=True)) for row in self._rows]

    def to_pandas(self) -> pandas.DataFrame:
        """Return a data frame of pandas: dates are dates, unknown values are missing. Raises Usage
        if pandas is not installed.
        """
        return frames.to_pandas(self.columns, self._rows)

    def to_arrow(self) -> pyarrow.Table:
        """Return a table of Arrow, for Parquet and others. Raises Usage if pyarrow is not
        installed.
        """
        return frames.to_arrow(self.columns, self._rows)

    def to_polars(self) -> polars.DataFrame:
        """Return a data frame of Polars. Raises Usage if Polars is not installed."""
        return frames.to_polars(self.columns, self._rows)

    def _repr_html_(self) -> str:
        """Return the first rows for a notebook. Everything in them is escaped."""
        head = "".join(f"<th>{_escaped(label(name))}</th>" for name in self.columns)
        body = "".join(f"<tr>{_cells(row)}</tr>" for row in self._rows[:ROWS_SHOWN])
        left = len(self) - ROWS_SHOWN
        more = f"<p>… and {left:,} more rows</p>" if left > 0 else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _cells(row: Iterable[object]) -> str:
    return "".join(f"<td>{_escaped(short(cell(v, '; '), CELL_SHOWN))}</td>" for v in row)


def _escaped(text: str) -> str:
    return html.escape(visible(text))


class Card:
    """A record or an explanation in words. `fields` has the same for programs.

    >>> Card(["The dam leaks", "  status: disputed"], {"claim": "the-dam-leaks"})
    <Card: The dam leaks>
    """

    __slots__ = ("fields", "lines")

    def __init__(self, lines: Sequence[str], fields: Mapping[str, Any]) -> None:
        self.lines = tuple(lines)
        self.fields = dict(fields)

    def __repr__(self) -> str:
        return f"<Card: {short(self.lines[0] if self.lines else '', LINE - 8)}>"

    def __str__(self) -> str:
        return visible("\n".join(self.lines))

    def _repr_html_(self) -> str:
        """Return the lines for a notebook. Everything in them is escaped."""
        return f"<pre>{_escaped(str(self))}</pre>"
