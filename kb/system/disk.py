"""Durable, atomic writing of files and folders that never follows a link."""

from __future__ import annotations

import errno
import os
import shlex
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

# Modes of files only their owner may read: documents, log, index.
PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
# Modes of all other files, before the umask is applied.
OPEN_FILE = 0o666
OPEN_FOLDER = 0o777
# Never follow a link, and never wait for the other end of a FIFO.
DIRECT = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def write(
    path: Path, text: str | bytes, *, private: bool = False, like: Path | None = None
) -> None:
    """Write a file durably and atomically: temporary file in the same folder, fsync, rename, fsync.

    An existing file keeps its mode, and its owner if the system allows it. A new file gets the mode
    of `like` if that exists, otherwise the mode that the umask gives, or 0600 if `private`. With
    `private`, missing folders are made with mode 0700.
    """
    make(path.parent, private=private)
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}.tmp")
    try:
        data = text.encode() if isinstance(text, str) else text
        _fill(temporary, data, _regular(like or path), private)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    sync(path.parent)


def _fill(path: Path, data: bytes, model: os.stat_result | None, private: bool) -> None:
    """Write a new file to disk, with the mode and owner of `model` if given."""
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
    """Give an open file the mode of another file, and its owner if the system allows it."""
    mine = os.fstat(handle)
    if (mine.st_uid, mine.st_gid) != (model.st_uid, model.st_gid):
        with suppress(OSError):
            os.fchown(handle, model.st_uid, model.st_gid)
    os.fchmod(handle, stat.S_IMODE(model.st_mode) & OPEN_FOLDER)


def private_mode(folder: Path) -> int:
    """Return the mode of a private file in a folder: 0600, or 0660 if a group shares the folder.

    A folder that everybody may write to is not shared with a particular group, so files in it stay
    private.
    """
    mode = os.stat(folder).st_mode
    shared = mode & stat.S_IWGRP and not mode & stat.S_IWOTH
    return PRIVATE_FILE | (stat.S_IRGRP | stat.S_IWGRP if shared else 0)


def make(folder: Path, *, private: bool = False) -> list[Path]:
    """Make a folder and its missing parents, each durably. Return the new ones."""
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
        # Some file systems cannot sync folders.
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(handle)


def settle(folders: Iterable[Path], root: Path) -> None:
    """Make the names in these folders durable, and in all their parents up to `root`.

    An existing folder may come from a command that was killed before it could sync the folder.
    """
    places = {root}
    for folder in folders:
        places |= {p for p in (folder, *folder.parents) if root in p.parents}
    for place in sorted(places):
        if place.is_dir():
            sync(place)


def prune(folder: Path, top: Path) -> None:
    """Remove a folder and its parents below `top`, as long as they are empty."""
    place = folder
    while top in place.parents:
        try:
            os.rmdir(place)
        except OSError:
            return
        place = place.parent


def read(path: Path) -> bytes:
    """Read a regular file. Raises OSError for anything else: links, FIFOs, devices."""
    handle = os.open(path, os.O_RDONLY | DIRECT)
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        return stream.read()


def kind(path: Path) -> str:
    """Name the kind of thing at a path, such as “a file”, “a symbolic link”. Empty if nothing is
    there.
    """
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return ""
    return KINDS.get(stat.S_IFMT(mode), "a special file")


def removal(path: Path) -> str:
    """Return the advice for an unexpected file: find out about it, then remove it."""
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
    """Return the status of a regular file, or None if there is no such file."""
    with suppress(OSError):
        found = os.lstat(path)
        if stat.S_ISREG(found.st_mode):
            return found
    return None
