"""Parquet files: every stored field with its type, statuses with reasons, and contradictions.

Whole-base questions on them are fast in DuckDB, Spark and other engines for columns. Days are
dates, and times of recording are UTC. Decimals, and moments whose zone matters, are text, so that
each value is exactly what is stored. https://parquet.apache.org/docs/file-format/
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, get_args, get_type_hints

from kb.errors import Usage
from kb.model.records import (
    Affiliation,
    Assertion,
    Claim,
    Entity,
    Judgement,
    Quote,
    Record,
    Relay,
    Source,
    slots,
)
from kb.model.values import decimal_text
from kb.reasoning.outcome.status_row import Reason, StatusRow
from kb.reasoning.tables import Contradiction, PolicyRow, PredicateRow
from kb.workspace.files.folder import write as write_file

EXTRA: Final = "install it: pip install 'claimkb[columns]'"
# Record class → name of its table, and of the column with the id.
RECORDS: Final[Mapping[type[Record], tuple[str, str]]] = {
    Claim: ("claims", "claim"),
    Assertion: ("assertions", "assertion"),
    Relay: ("relays", "relay"),
    Source: ("sources", "source"),
    Quote: ("quotes", "passage"),
    Entity: ("entities", "entity"),
    Affiliation: ("affiliations", "affiliation"),
    Judgement: ("judgements", "judgement"),
}
# Computed and declared rows.
_ROWS: Final[Mapping[str, type]] = {
    "statuses": StatusRow,
    "contradictions": Contradiction,
    "predicates": PredicateRow,
    "policies": PolicyRow,
}
TABLES: Final = (*(name for name, _ in RECORDS.values()), *_ROWS)
# Moments that have a zone of their own.
_ZONED: Final = ("happened_at", "said_at")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, the type of its values, and whether a row has several of them.

    `type` is text, integer, boolean, date, time or reason.
    """

    name: str
    type: str
    many: bool = False


Table = tuple[Sequence[Column], Sequence[Sequence[Any]]]


def tables(
    records: Iterable[Record],
    voices: Mapping[str, str | None],
    rows: Mapping[str, Iterable[Any]],
    chosen: Collection[str] | None = None,
) -> dict[str, Table]:
    """Return all tables by name.

    `voices` is keyed by assertion id. `rows` has the rows of statuses, contradictions, predicates
    and policies. For a selection, claims and assertions have a column that says whether the claim
    was `chosen`.
    """
    by_class: dict[type[Record], list[Any]] = {kind: [] for kind in RECORDS}
    for record in records:
        by_class[type(record)].append(record)
    made: dict[str, Table] = {}
    for kind, found in by_class.items():
        name, _ = RECORDS[kind]
        made[name] = _stored(kind, sorted(found, key=lambda record: record.id), voices)
        if chosen is not None and name in ("claims", "assertions"):
            made[name] = _marked(made[name], chosen)
    return made | {name: _computed(kind, rows[name]) for name, kind in _ROWS.items()}


def _stored(kind: type[Record], records: Sequence[Any], voices: Mapping[str, str | None]) -> Table:
    """Return the table of a record class: every field, and for assertions the voice."""
    names = ["id", *slots(kind)]
    columns = [Column(RECORDS[kind][1], "text")]
    for name, slot in slots(kind).items():
        zoned = name in _ZONED
        columns.append(Column(name, "text" if zoned else _TYPES.get(slot.type, "text"), slot.many))
    rows = [_cells(record, names) for record in records]
    if kind is Assertion:
        columns.append(Column("voice", "text"))
        for record, row in zip(records, rows, strict=True):
            row.append(voices.get(record.id))
    return columns, rows


# Type of a slot → type of a column; all others are text.
_TYPES: Final = {"integer": "integer", "boolean": "boolean", "date": "date", "time": "time"}


def _computed(kind: type, rows: Iterable[Any]) -> Table:
    """Return a table with the fields of a dataclass as columns."""
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    columns = [Column(name, *_hinted(hints[name])) for name in names]
    return columns, [_cells(row, names) for row in rows]


def _cells(row: Any, names: Iterable[str]) -> list[Any]:
    """Return the values of these fields."""
    return [_plain(getattr(row, name), name) for name in names]


def _hinted(hint: Any) -> tuple[str, bool]:
    """Return the type of a column for an annotation, and whether it has several values."""
    parts = get_args(hint)
    if parts and parts[-1] is Ellipsis:
        return _hinted(parts[0])[0], True
    kinds = {bool: "boolean", int: "integer", date: "date", Reason: "reason"}
    return next((kinds[part] for part in (hint, *parts) if part in kinds), "text"), False


def _marked(table: Table, chosen: Collection[str]) -> Table:
    """Add a last column that says whether the claim of the row was chosen."""
    columns, rows = table
    at = [column.name for column in columns].index("claim")
    return [*columns, Column("chosen", "boolean")], [[*row, row[at] in chosen] for row in rows]


def _plain(value: Any, name: str) -> Any:
    """Return a value as Parquet has it."""
    match value:
        case Decimal():
            return decimal_text(value)
        case datetime() if name in _ZONED:
            return value.isoformat()
        case datetime():
            return value if value.tzinfo else value.replace(tzinfo=UTC)
        case tuple():
            return [_plain(one, name) for one in value]
        case Reason():
            return {
                field.name: _plain(getattr(value, field.name), name) for field in fields(Reason)
            }
    return value


def write(folder: Path, tables: Mapping[str, Table]) -> list[Path]:
    """Write each table to `<name>.parquet` in a folder, each file at once. Return the paths.

    Raises Usage if the writer is not installed.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise Usage("the writer of Parquet files is not installed.", EXTRA) from None
    paths = []
    for name, (columns, rows) in tables.items():
        types = {column.name: _arrow(pyarrow, column) for column in columns}
        values = zip(*rows, strict=True) if rows else ([] for _ in columns)
        arrays = [
            pyarrow.array(list(cells), type=types[column.name])
            for column, cells in zip(columns, values, strict=True)
        ]
        made = pyarrow.Table.from_arrays(arrays, schema=pyarrow.schema(list(types.items())))
        out = io.BytesIO()
        parquet.write_table(made, out, compression="zstd")
        paths.append(folder / f"{name}.parquet")
        write_file(paths[-1], out.getvalue())
    return paths


def _arrow(pyarrow: Any, column: Column) -> Any:
    """Return the type of a column in Arrow."""
    words = pyarrow.list_(pyarrow.string())
    text = pyarrow.string()
    types = {
        "text": text,
        "integer": pyarrow.int64(),
        "boolean": pyarrow.bool_(),
        "date": pyarrow.date32(),
        "time": pyarrow.timestamp("us", tz="UTC"),
        "reason": pyarrow.struct(
            [("rule", text), ("assertions", words), ("claims", words), ("text", text)]
        ),
    }
    found = types[column.type]
    return pyarrow.list_(found) if column.many else found
