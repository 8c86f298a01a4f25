"""The folder of the log: the paths of its parts, and checks of their kinds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Final

from kb.errors import Unreadable
from kb.system import disk
from kb.workspace.files.folder import SETTINGS, Folder

JOURNAL = ".journal"
# Bytes of a file name that every common file system allows, less the suffix of a temporary file.
LONGEST_NAME = 240
# The parts of the folder, and their kinds.
PARTS = {
    "lock": "a file",
    "pending.json": "a file",
    "digests.json": "a file",
    ".gitignore": "a file",
    "staged": "a folder",
    "log": "a folder",
    "kept": "a folder",
}


def path(folder: Folder) -> Path:
    """Return the folder of the log."""
    return folder.root / JOURNAL


def relative(folder: Folder, place: Path) -> str:
    """Return a path relative to the knowledge base, as it is shown to users."""
    return place.relative_to(folder.root).as_posix()


def strange(folder: Folder) -> Iterator[tuple[str, str]]:
    """Yield path and kind of each part that is not of the expected kind, such as a link."""
    found = disk.kind(path(folder))
    if found not in ("", "a folder"):
        yield JOURNAL, found
        return
    for name, wanted in PARTS.items():
        found = disk.kind(path(folder) / name)
        if found not in ("", wanted):
            yield f"{JOURNAL}/{name}", found


def prepared(folder: Folder) -> Path:
    """Return the folder, made if it is missing, and hidden from git.

    Raises Unreadable if a part of it is a link, a FIFO or the like, and OSError.
    """
    for name, found in strange(folder):
        message = f"{folder.root / name} is {found}, which is not expected; nothing was written."
        raise Unreadable(message, disk.removal(folder.root / name))
    place = path(folder)
    if not (place / ".gitignore").exists():
        disk.write(place / ".gitignore", "*\n", private=True)
    return place


# The predicates that `kb add predicate` declares.
OWN_PREDICATES: Final = "ontology/predicates.ttl"
# The ending of the files that commands write in a folder.
_ENDINGS: Final = {"claims": ".ttl", "ontology": ".ttl", "queries": ".rq"}


def inside(folder: Folder, relative: str) -> bool:
    """Tell whether a path is one that commands write: claims/….ttl, ontology/….ttl,
    queries/….rq or kb.toml.

    It must not be hidden or leave the folder, and its names must be short enough for a disk.
    """
    if relative == SETTINGS:
        return disk.kind(folder.root / SETTINGS) in ("", "a file")
    plain = PurePosixPath(relative)
    place = plain.parts[0] if plain.parts else ""
    if plain.suffix != _ENDINGS.get(place) or plain.as_posix() != relative:
        return False
    if any(part.startswith(".") or _long(part) for part in plain.parts):
        return False
    return _within(folder, relative, place)


def _within(folder: Folder, relative: str, place: str) -> bool:
    """Tell whether a path, links followed, is in a folder of the knowledge base."""
    with suppress(OSError, ValueError):
        # realpath() also ends for a circle of links.
        target = Path(os.path.realpath(folder.root / relative))
        return target.is_relative_to(folder.root / place)
    return False


def _long(part: str) -> bool:
    """Tell whether a name is longer than a disk allows."""
    with suppress(ValueError):
        return len(os.fsencode(part)) > LONGEST_NAME
    return True
