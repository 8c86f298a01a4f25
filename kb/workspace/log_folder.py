"""The journal's folder: where its parts are, and that each is what a command made it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from kb.errors import Unreadable
from kb.system import disk
from kb.workspace.folder import SETTINGS, Folder

JOURNAL = ".journal"
# Bytes of a name: what every common file system can hold, less the ending of a temporary file.
LONGEST_NAME = 240
# What the journal consists of, and what each part is.
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
    """The journal's folder."""
    return folder.root / JOURNAL


def relative(folder: Folder, place: Path) -> str:
    """A path as people write it: from the folder of the knowledge base."""
    return place.relative_to(folder.root).as_posix()


def strange(folder: Folder) -> Iterator[tuple[str, str]]:
    """Path and kind of each part of the journal that is not what it should be, as a link."""
    found = disk.kind(path(folder))
    if found not in ("", "a folder"):
        yield JOURNAL, found
        return
    for name, wanted in PARTS.items():
        found = disk.kind(path(folder) / name)
        if found not in ("", wanted):
            yield f"{JOURNAL}/{name}", found


def prepared(folder: Folder) -> Path:
    """The journal's folder, made where it is missing, and hidden from git.

    Raises Unreadable where a part of it is a link, a FIFO or the like; OSError.
    """
    for name, found in strange(folder):
        message = f"{folder.root / name} is {found}, which kb does not use; nothing was written."
        raise Unreadable(message, disk.removal(folder.root / name))
    place = path(folder)
    if not (place / ".gitignore").exists():
        disk.write(place / ".gitignore", "*\n", private=True)
    return place


def inside(folder: Folder, relative: str) -> bool:
    """Whether a path is one that commands write: claims/….ttl or kb.toml.

    It is not hidden, does not leave the folder, and has names that a disk can hold.
    """
    if relative == SETTINGS:
        return disk.kind(folder.root / SETTINGS) in ("", "a file")
    plain = PurePosixPath(relative)
    parts = plain.parts
    if parts[:1] != ("claims",) or plain.suffix != ".ttl" or plain.as_posix() != relative:
        return False
    if any(part.startswith(".") or _long(part) for part in parts):
        return False
    with suppress(OSError, ValueError):
        target = Path(
            os.path.realpath(folder.root / relative)
        )  # which ends in a circle of links, too
        return target.is_relative_to(folder.root / "claims")
    return False


def _long(part: str) -> bool:
    """Whether a name is longer than a disk can hold."""
    with suppress(ValueError):
        return len(os.fsencode(part)) > LONGEST_NAME
    return True
