"""Generations of the index: each is a folder in `.kb/index` that never changes once it is complete.

A new one is built beside the old one and then renamed, so that nobody reads a half-built index. A
reader pins its generation. A generation is removed when it is no longer the newest and no process
has it pinned.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from kb.errors import Unreadable
from kb.store.oxigraph import EmbeddedStore
from kb.system import stamps
from kb.workspace.caches import cache, sealing
from kb.workspace.files import folder as folders
from kb.workspace.files.folder import Folder
from kb.workspace.indexing import index_contents, name_table
from kb.workspace.indexing.index_contents import Holds
from kb.workspace.indexing.name_table import NameTable

# The content of a generation, beside the table of names: the engine's files, and the record of the
# files in it.
STORE: Final = "store"
HOLDS: Final = "holds.json"
# Prefix of the folder of an incomplete generation.
DRAFT: Final = "draft-"
# The engine's own logs. Nobody reads them, and they are larger than a small index.
_LOGS: Final = ("LOG", "LOG.old.*")
# What the engine locks; it is empty.
_LOCK: Final = "LOCK"


@dataclass(frozen=True, slots=True)
class Generation:
    """A complete index. It is not removed while this object, or a store that it opened, exists."""

    place: Path
    holds: Holds
    pin: cache.Pin
    files: Mapping[str, Sequence[str]] = field(default_factory=dict, compare=False)

    @property
    def store(self) -> Path:
        """The folder that the engine opens."""
        return self.place / STORE

    def open(self) -> EmbeddedStore:
        """Open the index for reading. Raises Unreadable if it is gone or damaged."""
        return EmbeddedStore(self.store, read_only=True, keep=self.pin)

    def names(self) -> NameTable:
        """Open the table of names. Raises Damaged if it is gone or damaged."""
        return NameTable(self.place)


def home(folder: Folder) -> Path:
    """Return the folder of all generations. Raises Linked if it is a symbolic link."""
    return cache.place(folder, cache.INDEX)


def names(folder: Folder) -> list[str]:
    """Return the folder names of all complete generations, newest first."""
    with suppress(FileNotFoundError, NotADirectoryError):
        return sorted(filter(cache.is_generation, os.listdir(home(folder))), reverse=True)
    return []


def newest(folder: Folder) -> Generation | None:
    """Return the newest complete index, or None if there is no usable one."""
    found = (_pinned(home(folder) / name) for name in names(folder))
    return next((generation for generation in found if generation), None)


def _pinned(place: Path) -> Generation | None:
    """Pin a generation. Return None if it is gone, being removed, was not made by this user, or is
    not as it was made.
    """
    try:
        pin = cache.Pin(place)
        found = json.loads(sealing.opened((place / HOLDS).read_bytes(), HOLDS) or b"")
        holds, known = index_contents.read(found), dict(found["store"])
        files = _files(place, known)
    except (OSError, KeyError, TypeError, ValueError, RecursionError):
        return None
    if _digests(files) != _digests(known):
        return None
    if files != known:  # other stamps, of the same bytes
        with suppress(OSError):
            _write(place, holds, files)
    return Generation(place, holds, pin, files)


def note(
    place: Path, held: Holds, known: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> dict[str, list[str]]:
    """Store the record of a generation's content, beside it, and return stamp and digest of its
    files. Files that are `known`, as they are linked from another generation, are not read.

    Raises OSError.
    """
    files = _files(place, known)
    _write(place, held, files)
    return files


def _write(place: Path, held: Holds, files: Mapping[str, Sequence[str]]) -> None:
    body = json.dumps({**held.as_json(), "store": files}, separators=(",", ":"))
    cache.write(place / HOLDS, sealing.sealed(body.encode(), HOLDS))


def _files(place: Path, known: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return stamp and digest of the engine's files. Files with a known stamp are not read."""
    found: dict[str, list[str]] = {}
    for path in (*sorted((place / STORE).iterdir()), place / name_table.FILE):
        if path.name == _LOCK or path.name.startswith(_LOGS[0]):
            continue
        old = known.get(path.name)
        mark = stamps.of_finished(path)
        same = old is not None and old[0] == mark
        found[path.name] = [*old] if old and same else [mark, stamps.digested(path)[1]]
    return found


def _digests(files: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {name: digest for name, (_, digest) in files.items()}


@contextmanager
def draft(folder: Folder) -> Iterator[Path]:
    """Yield a folder in which to build a generation. It is removed unless it was published.

    The caller must hold the lock of the index. Raises FileNotFoundError if somebody deletes the
    folder in the meantime, whatever the error of the engine was.
    """
    place = cache.made(folder, cache.INDEX) / f"{DRAFT}{os.urandom(4).hex()}"
    place.mkdir(cache.folder_mode(folder.cache))
    pin = cache.Pin(place)
    try:
        yield place
    except (OSError, Unreadable):
        if not (place / STORE).is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(place)) from None
        raise
    finally:
        pin.release()
        cache.remove(place)


def name(folder: Folder) -> str:
    """Return a name for the next generation. It is unique, even if `.kb` was deleted in the
    meantime.
    """
    number = max((int(known.partition("-")[0]) for known in names(folder)), default=0) + 1
    return f"{number:08}-{os.urandom(4).hex()}"


def publish(place: Path, name: str, held: Holds, base: Generation | None = None) -> Generation:
    """Make a draft the newest index, atomically. It may have files of `base`. Raises OSError."""
    for pattern in _LOGS:
        for path in (place / STORE).glob(pattern):
            path.unlink()
    files = note(place, held, base.files if base else {})
    cache.private(place)
    folders.sync(place)
    complete = place.with_name(name)
    os.rename(place, complete)
    pin = cache.Pin(complete)
    folders.sync(complete.parent)
    return Generation(complete, held, pin, files)


def superseded(folder: Folder, kept: Path | None) -> list[Path]:
    """Return all complete generations but the one to keep. Some may still be read."""
    found = (home(folder) / name for name in names(folder))
    return [place for place in found if place != kept]


def clear(folder: Folder, kept: Path | None) -> None:
    """Remove generations that nobody reads any more, except `kept`, and the left-over files of
    killed commands.

    The caller must hold the lock of the index.
    """
    for place in superseded(folder, kept):
        cache.remove(place)
    cache.tidy(folder)
