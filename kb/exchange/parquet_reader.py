"""Records and declarations from the files of `kb export parquet`, all of them or those of a part.

The files are in a folder, or at an address that Arrow can read: `s3://…`, `gs://…`, `hdfs://…`.
https://arrow.apache.org/docs/python/filesystems.html
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeVar, get_type_hints

from kb.errors import Unreadable, Usage
from kb.exchange.parquet import EXTRA, RECORDS
from kb.model.records import (
    Affiliation,
    Assertion,
    Claim,
    Entity,
    Judgement,
    Record,
    Relay,
    Source,
    slots,
)

_Row = TypeVar("_Row")
# What every part of the claims needs whole, because it is small.
SMALL: Final[tuple[type[Record], ...]] = (Source, Entity, Affiliation, Judgement)


@dataclass(frozen=True, slots=True)
class ParquetFiles:
    """The Parquet files of an export, in a folder or at an address. Each call reads them again.

    Calls raise Unreadable if a file is missing or is not one that the export writes, and Usage if
    the reader is not installed.
    """

    place: str

    def conditions(self) -> Mapping[str, str]:
        """Return the conditions under which the files were exported: policy, dates, selection."""
        system, root = self._system()
        try:
            with system.open_input_stream(f"{root}/export.json") as stream:
                return dict(json.loads(stream.read()))
        except (OSError, ValueError) as error:
            raise self._unreadable("export.json", error) from None

    def records(self) -> list[Record]:
        """Return all records."""
        return [record for kind in RECORDS for record in self._records(kind)]

    def part(self, claims: Collection[str], assertions: Collection[str]) -> list[Record]:
        """Return these claims, the assertions on them, these other assertions, and their relays;
        and all records of the kinds of which there are few.
        """
        said = [
            *self._records(Assertion, claim=claims),
            *self._records(Assertion, assertion=assertions),
        ]
        relays = {relay for row in said for relay in row.relays}
        return [
            *self._records(Claim, claim=claims),
            *said,
            *self._records(Relay, relay=relays),
            *(record for kind in SMALL for record in self._records(kind)),
        ]

    def declared(self, name: str, kind: type[_Row]) -> tuple[_Row, ...]:
        """Return the rows of a table of declarations, such as predicates."""
        hints = get_type_hints(kind)
        return tuple(
            kind(**{column: _declared(row[column], hints[column]) for column in hints})
            for row in self._rows(name, list(hints))
        )

    def _records(self, kind: Any, **only: Collection[str]) -> list[Any]:
        """Return the records of a kind, or `only` those with one of these values in a column."""
        table, id = RECORDS[kind]
        found = slots(kind)
        names = [id, *found]
        made = []
        for row in self._rows(table, names, **only):
            values = {name: _stored(row[name], slot.type) for name, slot in found.items()}
            made.append(kind(row[id], **values))
        return made

    def _rows(
        self, table: str, columns: list[str], **only: Collection[str]
    ) -> list[dict[str, Any]]:
        """Return rows of a table by column."""
        system, root = self._system()
        from pyarrow import ArrowException, array, compute, parquet, string

        filters = [
            compute.field(name).isin(array(sorted(values), type=string()))
            for name, values in only.items()
        ]
        try:
            found = parquet.read_table(
                f"{root}/{table}.parquet",
                columns=columns,
                filesystem=system,
                filters=filters[0] if filters else None,
            )
            return list(found.to_pylist())
        except (OSError, KeyError, ArrowException) as error:
            raise self._unreadable(f"{table}.parquet", error) from None

    def _system(self) -> tuple[Any, str]:
        """Return the file system, and the path of the folder in it."""
        try:
            from pyarrow import ArrowException, fs
        except ImportError:
            raise Usage("the reader of Parquet files is not installed.", EXTRA) from None
        if "://" not in self.place:
            return fs.LocalFileSystem(), str(Path(self.place).expanduser().resolve())
        try:
            system, root = fs.FileSystem.from_uri(self.place)
        except (OSError, ArrowException) as error:
            raise self._unreadable("", error) from None
        return system, root.rstrip("/")

    def _unreadable(self, name: str, error: Exception) -> Unreadable:
        """Return the error for a file that cannot be read."""
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        if isinstance(error, FileNotFoundError):
            reason = "there is no such file"
        where = f"{self.place.rstrip('/')}/{name}".rstrip("/")
        return Unreadable(
            f"{where} cannot be read as a file of kb export parquet: {reason}",
            "kb export parquet --output FOLDER writes the files",
        )


def _stored(value: Any, type: str) -> Any:
    """Return a value of a field as records have it."""
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, str) and type == "decimal":
        return Decimal(value)
    if isinstance(value, str) and type == "time":
        return datetime.fromisoformat(value)
    return value


def _declared(value: Any, hint: Any) -> Any:
    """Return a value of a declaration as rows have it."""
    if isinstance(value, list):
        return tuple(value)
    return Decimal(value) if hint is Decimal else value
