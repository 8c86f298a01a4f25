"""Who builds the index: one process at a time. Another one that wants to waits, and then finds it
built.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from kb import notes
from kb.errors import Conflict, Usage
from kb.store.faults import Locked
from kb.workspace import cache, lock
from kb.workspace.folder import Folder

LOCK: Final = "lock"
# Seconds after which a person is informed who is waited for.
SILENT: Final = 2.0
# Seconds that one owner is waited for in all; then the answer comes from the text.
PATIENCE: Final = 30.0
# The same for a process that keeps other writers waiting meanwhile: well below what they wait for it.
WRITING: Final = 3.0


@contextmanager
def turn(folder: Folder, patience: float = PATIENCE) -> Iterator[None]:
    """Be the only process that builds the index.

    Raises Locked, naming the owner, where another process does not end; OSError where `.kb` cannot
    be written.
    """
    path = _lock(folder)
    patience = min(patience, WRITING) if lock.holds_any() else patience
    silent = min(SILENT, patience)
    with ExitStack() as stack:
        try:
            stack.enter_context(lock.held(path, "index", silent))
        except Conflict:
            if patience > silent:
                notes.note(f"waiting for {_owner(path)}, which is building the index")
            _wait(stack, path, patience - silent)
        except Usage:
            raise _gone(path) from None
        yield


def _wait(stack: ExitStack, path: Path, patience: float) -> None:
    """Wait on, now that the owner was named. Raises Locked."""
    try:
        stack.enter_context(lock.held(path, "index", patience))
    except Conflict:
        raise Locked(f"{_owner(path)} is building the index.", "wait for it to end") from None
    except Usage:
        raise _gone(path) from None


def _gone(path: Path) -> OSError:
    """The lock could not be opened although it was there a moment ago: somebody deleted the folder."""
    return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))


def _lock(folder: Folder) -> Path:
    """The file that is locked, and no link. Raises OSError where its folder cannot be created."""
    path = cache.made(folder) / LOCK
    if path.is_symlink():
        path.unlink()
    return path


def _owner(path: Path) -> str:
    """Who holds the lock, in words."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        said = json.loads(path.read_text(encoding="utf-8"))
        return f"process {said['pid']} of {said['user']} on {said['host']}"
    return "another process"
