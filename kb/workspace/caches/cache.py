"""The disposable folder `.kb`: private, never reached through a link, and cleaned up.

A process locks each folder in it that it uses; the system releases the lock when the process ends.
So a folder that is neither locked nor needed is left over, however its owner ended.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import stat
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from kb.system import disk
from kb.workspace.files.folder import Folder

# Permissions of the group, in a folder that a group shares.
GROUP: Final = 0o070
TRIALS: Final = "trials"
INDEX: Final = "index"
RECORDS: Final = "records"
VALIDATED: Final = "validated"
WORDS: Final = "words"
# Where temporary files are written.
_WRITTEN: Final = ("", f"{RECORDS}/*/", f"{VALIDATED}/", f"{WORDS}/")
# Seconds after which a folder without an owner is left over, on a file system without locks.
ABANDONED: Final = 3600
# A file of earlier versions, which kept the index itself in INDEX.
FORMER: Final = "digests.json"


class Linked(OSError):
    """A part of `.kb` is a symbolic link. It is not followed, because it may lead anywhere."""

    def __init__(self, place: Path) -> None:
        super().__init__(errno.ELOOP, "it is a symbolic link and is not followed", str(place))


def place(folder: Folder, *parts: str) -> Path:
    """Return a path in `.kb`. Raises Linked if it, or a folder above it, is a symbolic link."""
    found = folder.cache
    _unlinked(found)
    for part in parts:
        found = found / part
        _unlinked(found)
    return found


def _unlinked(path: Path) -> None:
    """Raise Linked if a path is a symbolic link."""
    with suppress(FileNotFoundError, NotADirectoryError):
        if stat.S_ISLNK(os.lstat(path).st_mode):
            raise Linked(path)


def made(folder: Folder, *parts: str) -> Path:
    """Return a private folder in `.kb`, made if it is missing. Raises OSError."""
    found = place(folder, *parts)
    mode = folder_mode(folder.root)
    for path in (*reversed(found.relative_to(folder.root).parents), found.relative_to(folder.root)):
        with suppress(FileExistsError):
            os.mkdir(folder.root / path, mode)
            os.chmod(folder.root / path, mode)
    if not found.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "it is not a folder", str(found))
    return found


def write(path: Path, data: bytes) -> None:
    """Write a private file atomically: readers see the old or the new content. Raises OSError."""
    mode = disk.private_mode(path.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    # A process with the same number may have been killed.
    temporary.unlink(missing_ok=True)
    try:
        with open(os.open(temporary, flags, mode), "wb") as stream:
            os.fchmod(stream.fileno(), mode)
            stream.write(data)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def folder_mode(above: Path) -> int:
    """Return the mode of a private folder: 0700, or 0770 if a group shares the folder above."""
    return disk.PRIVATE_FOLDER | (GROUP if disk.private_mode(above) != disk.PRIVATE_FILE else 0)


def private(place: Path) -> None:
    """Make a folder and everything in it private."""
    folder, file = folder_mode(place.parent), disk.private_mode(place.parent)
    os.chmod(place, folder)
    for path in place.rglob("*"):
        os.chmod(path, folder if path.is_dir() else file)


# --- Pins: folders in use


class Pin:
    """A lock that keeps a folder in `.kb` from being removed.

    It lasts as long as this object, or a process forked in the meantime, lives.
    """

    def __init__(self, path: Path) -> None:
        """Pin a folder. Raises FileNotFoundError if it is gone or is being removed."""
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        self.release = weakref.finalize(self, os.close, handle)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            raise FileNotFoundError(
                errno.ENOENT, "another process is removing it", str(path)
            ) from None
        except OSError:
            # Without locks, young folders are not removed.
            pass
        if not os.path.samestat(os.fstat(handle), os.stat(path, follow_symlinks=False)):
            self.release()
            raise FileNotFoundError(errno.ENOENT, "another process has replaced it", str(path))


def unused(path: Path) -> bool:
    """Tell whether no process has this folder pinned."""
    with _claimed(path) as claimed:
        return claimed


@contextmanager
def _claimed(path: Path) -> Iterator[bool]:
    """Yield whether no process has this folder pinned. Meanwhile none can pin it."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        yield True
        return
    try:
        yield _locked(handle)
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    """Lock an open folder exclusively. On a file system without locks, its age decides."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return time.time() - os.fstat(handle).st_mtime > ABANDONED
    return True


# --- Left-over files


def left_over(folder: Folder) -> list[Path]:
    """Return the paths in `.kb` that nobody needs.

    They are trial folders and half-built indexes of killed commands, temporary files, and former
    layouts.
    """
    try:
        home = place(folder)
        index, trials = place(folder, INDEX), place(folder, TRIALS)
    except Linked:
        return []
    found = [home / FORMER] if (home / FORMER).exists() else []
    found += [p for p in _in(trials) if unused(p)]
    found += [p for p in _in(index) if not p.is_dir() or (not is_generation(p.name) and unused(p))]
    return found + sorted(_temporary(home))


def is_generation(name: str) -> bool:
    """Tell whether a folder in `.kb/index` is a complete index, by its name.

    >>> is_generation("00000012-0a1b2c3d"), is_generation("draft-0a1b2c3d")
    (True, False)
    """
    number, _, token = name.partition("-")
    return len(number) == 8 and number.isdigit() and bool(token)


def _temporary(home: Path) -> Iterator[Path]:
    """Yield temporary files in `.kb` and its caches whose process has ended."""
    for path in (found for place in _WRITTEN for found in home.glob(f"{place}.*.tmp")):
        number = path.name.split(".")[-2]
        if not number.isdigit() or not _alive(int(number)):
            yield path


def _alive(process: int) -> bool:
    """Tell whether a process with this number runs here."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _in(path: Path) -> list[Path]:
    """Return the sorted content of a folder, or nothing if it cannot be read."""
    with suppress(OSError):
        return sorted(path.iterdir())
    return []


def remove(path: Path) -> bool:
    """Remove a file in `.kb`, or a folder that no process has pinned. Return whether it is gone."""
    with suppress(OSError):
        if path.is_symlink() or not path.is_dir():
            path.unlink(missing_ok=True)
        else:
            with _claimed(path) as claimed:
                if claimed:
                    shutil.rmtree(path)
    return not os.path.lexists(path)


def tidy(folder: Folder) -> list[Path]:
    """Remove what is left over, and return it. The caller must hold the lock of the index."""
    return [path for path in left_over(folder) if remove(path)]
