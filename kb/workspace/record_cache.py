"""The records of stored files as they were last read, kept in the disposable folder under the
digest of the text they came from.

A text that changed has another digest, so what is kept can be missing and never out of date. It is
JSON of plain values under a seal: what is damaged, or was put there by somebody else, is read from
the text again, and nothing in it is ever run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from kb.errors import Usage
from kb.model.records import RECORD_CLASSES, SLOTS, Record, slots
from kb.rdf import turtle_reader
from kb.workspace import cache, sealing
from kb.workspace.folder import Folder

# Raised when records are kept in another way; a new field of a record changes the place by itself.
_WAY: Final = 2
_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    "date": date.fromisoformat,
    "time": datetime.fromisoformat,
    "decimal": Decimal,
}


def records(folder: Folder) -> Iterator[tuple[str, list[Record]]]:
    """Every stored file that can be read, by its path, with its records in the order of the file."""
    shelf = _shelf(folder)
    used, new = set[str](), False
    for name in folder.files():
        with suppress(turtle_reader.Broken, Usage):
            text = folder.stored(name)
            digest = hashlib.sha256(text.encode()).hexdigest()
            used.add(digest)
            found = _kept(shelf / digest) if shelf else None
            if found is None:
                found = turtle_reader.records(turtle_reader.triples(text, folder.base), folder.base)
                new = True
                if shelf:
                    _keep(folder, shelf / digest, found)
            yield name, found
    if new and shelf:
        _clear(shelf, used)


def _shelf(folder: Folder) -> Path | None:
    """One place for each way of reading: another base or another model never meets what was kept
    before.

    None where a symbolic link takes its place, which is neither read nor written, or where nothing
    can be sealed.
    """
    if not sealing.available():
        return None
    way = hashlib.sha256(repr((_WAY, folder.base, SLOTS)).encode()).hexdigest()
    with suppress(OSError):
        return cache.place(folder, cache.RECORDS, way[:16])
    return None


def _kept(place: Path) -> list[Record] | None:
    """The records kept at a place; None where there are none, or they are damaged."""
    try:
        body = sealing.opened(place.read_bytes(), _what(place))
        if body is None:
            return None
        return [_record(int(kind), values) for kind, values in json.loads(body)]
    except (OSError, ValueError, TypeError, ArithmeticError, IndexError, KeyError, RecursionError):
        return None


def _what(place: Path) -> str:
    """What a seal says of records: the way in which they were read, and the text."""
    return f"{cache.RECORDS}/{place.parent.name}/{place.name}"


def _record(kind: int, values: dict[str, Any]) -> Record:
    for name, read in _TYPED[kind].items():
        if name in values:
            values[name] = read(values[name])
    made: Record = RECORD_CLASSES[kind](**values)
    return made


def _typed(kind: type[Record]) -> dict[str, Callable[[Any], Any]]:
    """Field → how its value is read, where JSON has no such value."""
    found: dict[str, Callable[[Any], Any]] = {}
    for name, slot in slots(kind).items():
        if slot.many:
            found[name] = tuple
        elif slot.type in _READ:
            found[name] = _READ[slot.type]
    return found


_TYPED: Final = [_typed(kind) for kind in RECORD_CLASSES]
_FIELDS: Final = [[(f.name, f.default) for f in fields(kind)] for kind in RECORD_CLASSES]


def _keep(folder: Folder, place: Path, found: Iterable[Record]) -> None:
    """Keep records; where the folder cannot be written, they are read from the text again next
    time.
    """
    rows = []
    for record in found:
        kind = RECORD_CLASSES.index(type(record))
        told = ((name, getattr(record, name), default) for name, default in _FIELDS[kind])
        rows.append((kind, {name: value for name, value, default in told if value != default}))
    body = json.dumps(rows, default=str, separators=(",", ":")).encode()
    with suppress(OSError):
        cache.made(folder, cache.RECORDS, place.parent.name)
        cache.write(place, sealing.sealed(body, _what(place)))


def _clear(shelf: Path, used: set[str]) -> None:
    """Remove what belongs to texts that no longer exist, and to other ways of reading."""
    with suppress(OSError):
        for place in shelf.iterdir():
            if place.name not in used and "." not in place.name:
                place.unlink(missing_ok=True)
        for former in shelf.parent.iterdir():
            if former != shelf:
                cache.remove(former)
