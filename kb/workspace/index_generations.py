"""Generations of the index: each is a folder in `.kb/index` that never changes once it is complete.

A new one is built beside the old one and takes its place by being renamed, so nobody ever reads a
half-built index. Who reads one pins it:
it is removed when it is no longer the newest and nobody has it pinned.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kb.errors import KbError, Unreadable
from kb.store.oxigraph import EmbeddedStore
from kb.workspace import cache, index_contents, log_entries
from kb.workspace import folder as folders
from kb.workspace.folder import Folder
from kb.workspace.index_contents import Holds

# In a generation: the engine's files, and what they hold.
STORE: Final = "store"
HOLDS: Final = "holds.json"
# How the folder of a generation begins that is not complete yet.
DRAFT: Final = "draft-"
# What the engine writes about its own work; nobody reads it, and it is larger than a small index.
_LOGS: Final = ("LOG", "LOG.old.*")


@dataclass(frozen=True, slots=True)
class Generation:
    """A complete index, which is not removed as long as this object, or a store that it opened,
    lives.
    """

    place: Path
    holds: Holds
    pin: cache.Pin

    @property
    def store(self) -> Path:
        """The folder that the engine opens."""
        return self.place / STORE

    def open(self) -> EmbeddedStore:
        """The index, for reading. Raises Unreadable where it is gone or damaged."""
        return EmbeddedStore(self.store, read_only=True, keep=self.pin)


def home(folder: Folder) -> Path:
    """The folder of all generations. Raises Linked where a symbolic link takes its place."""
    return cache.place(folder, cache.INDEX)


def names(folder: Folder) -> list[str]:
    """The folders of all complete generations, the newest first."""
    with suppress(FileNotFoundError, NotADirectoryError):
        return sorted(filter(cache.is_generation, os.listdir(home(folder))), reverse=True)
    return []


def newest(folder: Folder) -> Generation | None:
    """The newest complete index, None where there is none that can be used."""
    found = (_pinned(home(folder) / name) for name in names(folder))
    return next((generation for generation in found if generation), None)


def _pinned(place: Path) -> Generation | None:
    """A generation, pinned; None where it is gone or about to go, or what it holds cannot be read."""
    try:
        pin = cache.Pin(place)
        return Generation(place, index_contents.read(log_entries.opened(place / HOLDS)), pin)
    except (FileNotFoundError, NotADirectoryError, KbError, KeyError, TypeError, ValueError):
        return None


def note(place: Path, held: Holds) -> None:
    """Store what a generation holds, beside it. Raises OSError."""
    cache.write(place / HOLDS, log_entries.seal(held.as_json()).encode())


@contextmanager
def draft(folder: Folder) -> Iterator[Path]:
    """A folder to build a generation in; it is removed unless it was published. For who holds the
    lock of the index.

    Raises FileNotFoundError where somebody deleted it in the meantime, whatever the engine said of
    that.
    """
    place = cache.made(folder, cache.INDEX) / f"{DRAFT}{secrets.token_hex(4)}"
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
    """A name for the next generation; no two ever have the same, even where `.kb` was deleted
    meanwhile.
    """
    number = max((int(known.partition("-")[0]) for known in names(folder)), default=0) + 1
    return f"{number:08}-{secrets.token_hex(4)}"


def publish(place: Path, name: str, held: Holds) -> Generation:
    """Make a draft the newest index, at once and whole. Raises OSError."""
    for pattern in _LOGS:
        for path in (place / STORE).glob(pattern):
            path.unlink()
    note(place, held)
    cache.private(place)
    folders.sync(place)
    complete = place.with_name(name)
    os.rename(place, complete)
    pin = cache.Pin(complete)
    folders.sync(complete.parent)
    return Generation(complete, held, pin)


def superseded(folder: Folder) -> list[Path]:
    """Complete generations that are no longer the newest; some may still be read."""
    return [home(folder) / name for name in names(folder)[1:]]


def clear(folder: Folder) -> None:
    """Remove generations that nobody reads any more, and what killed commands left. For who holds
    the lock of the index.
    """
    for place in superseded(folder):
        cache.remove(place)
    cache.tidy(folder)
