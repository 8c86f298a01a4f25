"""Files and folders written durably and whole, and never through a link."""

from __future__ import annotations

import errno
import os
import secrets
import shlex
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

# Modes of what only its owner may read: documents, log, index.
PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
# Modes of everything else, less what the umask takes away.
OPEN_FILE = 0o666
OPEN_FOLDER = 0o777
# Never through a link, and never waiting for the other end of a FIFO.
DIRECT = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def write(path: Path, text: str, *, private: bool = False, like: Path | None = None) -> None:
    """Write a file durably and whole: temporary file in the same folder, fsync, rename, fsync.

    A file that exists keeps its mode, and its owner where the system allows that. A new one has
    the mode of `like` where that exists, else the one that the umask gives, or 0600 if `private`,
    which also makes missing folders 0700.
    """
    make(path.parent, private=private)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        _fill(temporary, text.encode(), _regular(like or path), private)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    sync(path.parent)


def _fill(path: Path, data: bytes, model: os.stat_result | None, private: bool) -> None:
    """Write a new file to the disk, with mode and owner of `model` where there is one."""
    mode = OPEN_FILE
    if private or model:
        mode = private_mode(path.parent)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | DIRECT, mode)
    try:
        if model:
            _adopt(handle, model)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _adopt(handle: int, model: os.stat_result) -> None:
    """Give an open file the owner, where the system allows it, and the mode of another file."""
    mine = os.fstat(handle)
    if (mine.st_uid, mine.st_gid) != (model.st_uid, model.st_gid):
        with suppress(OSError):
            os.fchown(handle, model.st_uid, model.st_gid)
    os.fchmod(handle, stat.S_IMODE(model.st_mode) & OPEN_FOLDER)


def private_mode(folder: Path) -> int:
    """Mode of a private file in a folder: 0600, or 0660 where a group shares the folder.

    A folder that everybody may write is nobody's in particular: files in it are private.
    """
    mode = os.stat(folder).st_mode
    shared = mode & stat.S_IWGRP and not mode & stat.S_IWOTH
    return PRIVATE_FILE | (stat.S_IRGRP | stat.S_IWGRP if shared else 0)


def make(folder: Path, *, private: bool = False) -> list[Path]:
    """Make a folder, and those above it that are missing, each durable. Returns the new ones."""
    missing = []
    place = folder
    while not place.is_dir():
        missing.append(place)
        place = place.parent
    missing.reverse()
    for new in missing:
        try:
            os.mkdir(new, PRIVATE_FOLDER if private else OPEN_FOLDER)
        except FileExistsError:
            if not new.is_dir():
                raise
        sync(new.parent)
    return missing


def sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a file system that cannot sync folders
            raise
    finally:
        os.close(handle)


def settle(folders: Iterable[Path], root: Path) -> None:
    """Make the names in these folders durable, and in each one above them up to `root`.

    A folder that is found may be the work of a command that was killed before it could sync it.
    """
    places = {root}
    for folder in folders:
        places |= {p for p in (folder, *folder.parents) if root in p.parents}
    for place in sorted(places):
        if place.is_dir():
            sync(place)


def prune(folder: Path, top: Path) -> None:
    """Remove a folder and those above it, below `top`, while they are empty."""
    place = folder
    while top in place.parents:
        try:
            os.rmdir(place)
        except OSError:
            return
        place = place.parent


def read(path: Path) -> bytes:
    """Bytes of a regular file. Raises OSError for anything else: links, FIFOs, devices."""
    handle = os.open(path, os.O_RDONLY | DIRECT)
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        return stream.read()


def kind(path: Path) -> str:
    """What is at a path, in words: “a file”, “a symbolic link”, …; empty where nothing is."""
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return ""
    return KINDS.get(stat.S_IFMT(mode), "a special file")


def removal(path: Path) -> str:
    """The way out where something is that should not be there."""
    command = "rm -r" if kind(path) == "a folder" else "rm"
    return f"find out where it came from, then remove it: {command} {shlex.quote(str(path))}"


KINDS = {
    stat.S_IFREG: "a file",
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def _regular(path: Path) -> os.stat_result | None:
    """What the system knows of a regular file; None where there is none."""
    with suppress(OSError):
        found = os.lstat(path)
        if stat.S_ISREG(found.st_mode):
            return found
    return None
