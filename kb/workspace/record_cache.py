"""Cache of parsed records, keyed by the SHA-256 of their file, in the disposable folder.

A changed file has another digest, so cached records can be missing but never outdated. They are
stored as JSON under a seal: if they are damaged, or somebody else put them there, the file is
parsed again. Nothing in the cache is executed.
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
from typing import Any, Final, NamedTuple

from kb.errors import Usage
from kb.model.records import RECORD_CLASSES, SLOTS, Record, slots
from kb.rdf import turtle_reader
from kb.workspace import cache, sealing
from kb.workspace.folder import Folder

# Cache format version. Raise it when the encoding changes; new fields change the key anyway.
_WAY: Final = 3
_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    "date": date.fromisoformat,
    "time": datetime.fromisoformat,
    "decimal": Decimal,
}


def records(folder: Folder) -> Iterator[tuple[str, list[Record]]]:
    """Yield every readable stored file: its path, and its records in the order of the file."""
    shelf = _shelf(folder)
    used, new = set[str](), False
    for name in folder.files():
        with suppress(turtle_reader.Broken, Usage):
            found = _records(folder, shelf, name)
            used.add(found.digest)
            new = new or found.new
            yield name, found.records
    if new and shelf:
        _clear(shelf, used)


def chosen(folder: Folder, names: Iterable[str]) -> Iterator[tuple[str, list[Record]]]:
    """Yield those of these files that can be read: path and records."""
    shelf = _shelf(folder)
    for name in names:
        with suppress(turtle_reader.Broken, Usage):
            yield name, _records(folder, shelf, name).records


class _Found(NamedTuple):
    """The records of a file, the digest of its text, and whether they were not in the cache."""

    records: list[Record]
    digest: str
    new: bool


def _records(folder: Folder, shelf: Path | None, name: str) -> _Found:
    """Return the records of a stored file. Raises Broken or Usage."""
    text = folder.stored(name)
    digest = hashlib.sha256(text.encode()).hexdigest()
    kept = _kept(shelf / digest) if shelf else None
    if kept is not None:
        return _Found(kept, digest, new=False)
    found = turtle_reader.records(turtle_reader.triples(text, folder.base), folder.base)
    if shelf:
        _keep(folder, shelf / digest, found)
    return _Found(found, digest, new=True)


def _shelf(folder: Folder) -> Path | None:
    """Return the folder for this base and this model, or None if it is a symbolic link.

    Another base or model has another folder, so their records never mix. None also if nothing can
    be sealed.
    """
    if not sealing.available():
        return None
    way = hashlib.sha256(repr((_WAY, folder.base, SLOTS)).encode()).hexdigest()
    with suppress(OSError):
        return cache.place(folder, cache.RECORDS, way[:16])
    return None


def _kept(place: Path) -> list[Record] | None:
    """Return the cached records at a path, or None if there are none or they are damaged."""
    try:
        body = sealing.opened(place.read_bytes(), _what(place))
        if body is None:
            return None
        return [_record(int(kind), values) for kind, values in json.loads(body)]
    except (OSError, ValueError, TypeError, ArithmeticError, IndexError, KeyError, RecursionError):
        return None


def _what(place: Path) -> str:
    """Return the name of cached records in a seal: the folder of their format, and the text."""
    return f"{cache.RECORDS}/{place.parent.name}/{place.name}"


def _record(kind: int, values: dict[str, Any]) -> Record:
    for name, read in _TYPED[kind].items():
        if name in values:
            values[name] = read(values[name])
    made: Record = RECORD_CLASSES[kind](**values)
    return made


def _typed(kind: type[Record]) -> dict[str, Callable[[Any], Any]]:
    """Return the decoders of fields whose values JSON does not have."""
    found: dict[str, Callable[[Any], Any]] = {}
    for name, slot in slots(kind).items():
        if slot.many:
            found[name] = tuple
        elif slot.type in _READ:
            found[name] = _READ[slot.type]
    return found


_TYPED: Final = [_typed(kind) for kind in RECORD_CLASSES]
_FIELDS: Final = [tuple((f.name, f.default) for f in fields(kind)) for kind in RECORD_CLASSES]


def _keep(folder: Folder, place: Path, found: Iterable[Record]) -> None:
    """Cache records. If the folder cannot be written, they are parsed again next time."""
    rows = []
    for record in found:
        kind = RECORD_CLASSES.index(type(record))
        values = {name: getattr(record, name) for name, _ in _FIELDS[kind]}
        rows.append((kind, {name: values[name] for name, d in _FIELDS[kind] if values[name] != d}))
    body = json.dumps(rows, default=str, separators=(",", ":")).encode()
    with suppress(OSError):
        cache.made(folder, cache.RECORDS, place.parent.name)
        cache.write(place, sealing.sealed(body, _what(place)))


def _clear(shelf: Path, used: set[str]) -> None:
    """Remove records of texts that no longer exist, and those of other bases and models."""
    with suppress(OSError):
        for place in shelf.iterdir():
            if place.name not in used and "." not in place.name:
                place.unlink(missing_ok=True)
        for former in shelf.parent.iterdir():
            if former != shelf:
                cache.remove(former)
