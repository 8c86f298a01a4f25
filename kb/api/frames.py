"""Data frames of pandas, Arrow and Polars. Each library is imported where it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from kb.errors import Usage
from kb.presentation.values import cell

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

Rows = Sequence[Sequence[Any]]
# Integers up to here fit the columns of data frames.
LARGEST: Final = 2**63


def kind_of(values: Sequence[Any]) -> str:
    """Return what a column has: integer, number, boolean, date, datetime, list or text.

    >>> kind_of([1, None]), kind_of([1, Decimal("2.5")]), kind_of([("a",), ()]), kind_of([1, "a"])
    ('integer', 'number', 'list', 'text')
    """
    kinds = {_kind(value) for value in values if value is not None}
    if kinds == {"integer", "number"}:
        return "number"
    return kinds.pop() if len(kinds) == 1 else "text"


def _kind(value: object) -> str:
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer" if abs(value) < LARGEST else "number"
        case float() | Decimal():
            return "number"
        case datetime():
            return "datetime"
        case date():
            return "date"
        case tuple() | list():
            return "list"
    return "text"


def _columns(names: Sequence[str], rows: Rows) -> Iterator[tuple[str, str, list[Any]]]:
    """Yield name, kind and values of each column; texts, numbers and lists are of one type."""
    made: dict[str, Callable[[Any], Any]] = {"number": float, "text": cell, "list": _texts}
    for at, name in enumerate(names):
        found = [row[at] for row in rows]
        kind = kind_of(found)
        make = made.get(kind)
        yield name, kind, [v if v is None or make is None else make(v) for v in found]


def _texts(values: Sequence[Any]) -> list[str]:
    return [cell(value) for value in values]


def _library(name: str, method: str) -> Any:
    """Import a library. Raises Usage, which names the package."""
    try:
        return import_module(name)
    except ImportError:
        raise Usage(
            f"{method}() needs {name}, which is not installed.", f"pip install {name}"
        ) from None


def to_pandas(names: Sequence[str], rows: Rows) -> pandas.DataFrame:
    """Return a data frame of pandas. Raises Usage if pandas is not installed.

    Dates have the precision of seconds, because the years of documents go beyond 1677 and 2262.
    """
    library = _library("pandas", "to_pandas")
    types = {
        "integer": "Int64",
        "number": "Float64",
        "boolean": "boolean",
        "date": "datetime64[s]",
        "datetime": "datetime64[us, UTC]",
        "list": "object",
        "text": "string",
    }
    made = {
        name: library.Series(values, dtype=types[kind])
        for name, kind, values in _columns(names, rows)
    }
    frame: pandas.DataFrame = library.DataFrame(made, columns=list(names))
    return frame


def to_arrow(names: Sequence[str], rows: Rows) -> pyarrow.Table:
    """Return a table of Arrow. Raises Usage if pyarrow is not installed."""
    library = _library("pyarrow", "to_arrow")
    types = {
        "integer": library.int64(),
        "number": library.float64(),
        "boolean": library.bool_(),
        "date": library.date32(),
        "datetime": library.timestamp("us", tz="UTC"),
        "list": library.list_(library.string()),
        "text": library.string(),
    }
    columns = [
        (name, library.array(values, type=types[kind]))
        for name, kind, values in _columns(names, rows)
    ]
    table: pyarrow.Table = library.table(dict(columns))
    return table


def to_polars(names: Sequence[str], rows: Rows) -> polars.DataFrame:
    """Return a data frame of Polars. Raises Usage if Polars is not installed."""
    library = _library("polars", "to_polars")
    types = {
        "integer": library.Int64,
        "number": library.Float64,
        "boolean": library.Boolean,
        "date": library.Date,
        "datetime": library.Datetime("us", "UTC"),
        "list": library.List(library.String),
        "text": library.String,
    }
    columns = [
        library.Series(name, values, dtype=types[kind])
        for name, kind, values in _columns(names, rows)
    ]
    frame: polars.DataFrame = library.DataFrame(columns)
    return frame
