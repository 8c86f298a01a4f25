"""Cache of parsed records, keyed by the SHA-256 of their file, in the disposable folder.

A changed file has another digest, so cached records can be missing but never outdated. They are
stored as JSON columns, the values of a field together, under a seal: if they are damaged, or
somebody else put them there, the file is parsed again. Nothing in the cache is executed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from itertools import repeat
from pathlib import Path
from typing import Any, Final, NamedTuple

from kb.errors import Usage
from kb.model.records import RECORD_CLASSES, SLOTS, Record, slots
from kb.rdf import decoding, turtle_reader
from kb.workspace.caches import cache, sealing
from kb.workspace.files.folder import Folder

# Cache format version. Raise it when the encoding changes; new fields change the key anyway.
_WAY: Final = 4
_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    "date": date.fromisoformat,
    "time": datetime.fromisoformat,
    "decimal": Decimal,
}


# Records by the base and the digest of their file, in memory.
Recent = dict[tuple[str, str], list[Record]]


def records(folder: Folder, recent: Recent | None = None) -> Iterator[tuple[str, list[Record]]]:
    """Yield every readable stored file: its path, and its records in the order of the file.

    `recent` are records that the caller has in memory; those of the present files are put there.
    """
    return ((name, found) for name, _, found in digested(folder, recent))


def digested(
    folder: Folder, recent: Recent | None = None
) -> Iterator[tuple[str, str, list[Record]]]:
    """Yield every readable stored file: its path, the digest of its text, and its records.

    `recent` is that of `records`.
    """
    shelf = _shelf(folder)
    used, new = Recent(), False
    for name in folder.files():
        with suppress(turtle_reader.Broken, Usage):
            found = _records(folder, shelf, name, recent or {})
            used[folder.base, found.digest] = found.records
            new = new or found.new
            yield name, found.digest, found.records
    if new and shelf:
        _clear(shelf, {digest for _, digest in used})
    if recent is not None:
        recent.clear()
        recent.update(used)


def chosen(folder: Folder, names: Iterable[str]) -> Iterator[tuple[str, list[Record]]]:
    """Yield those of these files that can be read: path and records."""
    return ((name, found) for name, _, found in digested_of(folder, names))


def digested_of(folder: Folder, names: Iterable[str]) -> Iterator[tuple[str, str, list[Record]]]:
    """Yield those of these files that can be read: path, digest of the text, and records."""
    shelf = _shelf(folder)
    for name in names:
        with suppress(turtle_reader.Broken, Usage):
            found = _records(folder, shelf, name)
            yield name, found.digest, found.records


def with_digest(folder: Folder, name: str, digest: str) -> list[Record]:
    """Return the records of a stored file with this digest, none if it cannot be read. Raises
    ValueError if it has another digest by now.
    """
    try:
        found = _records(folder, _shelf(folder), name)
    except (turtle_reader.Broken, Usage):
        return []
    if found.digest != digest:
        raise ValueError(f"{name} was changed")
    return found.records


def keep(folder: Folder, text: str, found: Iterable[Record]) -> None:
    """Cache the records of a text that was just parsed."""
    if shelf := _shelf(folder):
        place = shelf / hashlib.sha256(text.encode()).hexdigest()
        if not place.exists():
            _keep(folder, place, found)


class _Found(NamedTuple):
    """The records of a file, the digest of its text, and whether they were not in the cache."""

    records: list[Record]
    digest: str
    new: bool


def _records(folder: Folder, shelf: Path | None, name: str, recent: Recent | None = None) -> _Found:
    """Return the records of a stored file. Raises Broken or Usage."""
    text = folder.stored(name)
    digest = hashlib.sha256(text.encode()).hexdigest()
    kept = (recent or {}).get((folder.base, digest))
    if kept is None and shelf:
        kept = _kept(shelf / digest)
    if kept is not None:
        return _Found(kept, digest, new=False)
    found = decoding.records(turtle_reader.triples(text, folder.base), folder.base)
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
        return _decoded(json.loads(body))
    except (OSError, ValueError, TypeError, ArithmeticError, IndexError, KeyError, RecursionError):
        return None
    except StopIteration:  # a column is too short
        return None


def _what(place: Path) -> str:
    """Return the name of cached records in a seal: the folder of their format, and the text."""
    return f"{cache.RECORDS}/{place.parent.name}/{place.name}"


def _decoded(body: Any) -> list[Record]:
    """Return records from the columns of each class, in the order of the file.

    Raises what damaged content leads to.
    """
    order, columns = body
    rows = [_rows(kind, columns[kind]) for kind in range(len(RECORD_CLASSES))]
    return [next(rows[kind]) for kind in order]


def _rows(kind: int, columns: Mapping[str, Sequence[Any]]) -> Iterator[Record]:
    """Yield records of a class from its columns. A column that is missing has no value."""
    if not columns:
        return iter(())
    if "id" not in columns or not columns.keys() <= _NAMES[kind]:
        raise KeyError(kind)
    found: list[Iterable[Any]] = []
    for name, default in _FIELDS[kind]:
        if (values := columns.get(name)) is None:
            found.append(repeat(default))
        elif read := _TYPED[kind].get(name):
            found.append([value if value is None else read(value) for value in values])
        else:
            found.append(values)
    return map(RECORD_CLASSES[kind], *found)


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
_NAMES: Final = [{name for name, _ in fields_of} for fields_of in _FIELDS]


def _keep(folder: Folder, place: Path, found: Iterable[Record]) -> None:
    """Cache records. If the folder cannot be written, they are parsed again next time."""
    order, by_class = [], [list[Record]() for _ in RECORD_CLASSES]
    for record in found:
        order.append(RECORD_CLASSES.index(type(record)))
        by_class[order[-1]].append(record)
    columns = [_columns(kind, records) for kind, records in enumerate(by_class)]
    body = json.dumps((order, columns), default=str, separators=(",", ":")).encode()
    with suppress(OSError):
        cache.made(folder, cache.RECORDS, place.parent.name)
        cache.write(place, sealing.sealed(body, _what(place)))


def _columns(kind: int, records: Sequence[Record]) -> dict[str, list[Any]]:
    """Return the values of each field that any of these records of a class has."""
    found = {name: [getattr(record, name) for record in records] for name, _ in _FIELDS[kind]}
    return {
        name: found[name]
        for name, default in _FIELDS[kind]
        if any(value != default for value in found[name])
    }


def _clear(shelf: Path, used: set[str]) -> None:
    """Remove records of texts that no longer exist, and those of other bases and models."""
    with suppress(OSError):
        for place in shelf.iterdir():
            if place.name not in used and "." not in place.name:
                place.unlink(missing_ok=True)
        for former in shelf.parent.iterdir():
            if former != shelf:
                cache.remove(former)
