"""Lock for building the index: one process at a time. The others wait and then use its result."""

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
from kb.workspace.caches import cache
from kb.workspace.files.folder import Folder
from kb.workspace.transactions import lock

LOCK: Final = "lock"
# Seconds after which a message shows which process this one waits for.
SILENT: Final = 2.0
# Seconds to wait for one owner in total. After that, answers come from the files.
PATIENCE: Final = 30.0
# The same for a process that holds a lock itself: much less than others wait for it.
WRITING: Final = 3.0


@contextmanager
def turn(folder: Folder, patience: float = PATIENCE) -> Iterator[None]:
    """Be the only process that builds the index.

    Raises Locked, naming the owner, if another process does not end, and OSError if `.kb` cannot be
    written.
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
    """Wait longer, now that the user knows for whom. Raises Locked."""
    try:
        stack.enter_context(lock.held(path, "index", patience))
    except Conflict:
        raise Locked(f"{_owner(path)} is building the index.", "wait until it ends") from None
    except Usage:
        raise _gone(path) from None


def _gone(path: Path) -> OSError:
    """Return the error for a lock that has disappeared because somebody deleted the folder."""
    return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))


def _lock(folder: Folder) -> Path:
    """Return the file to lock; a link is removed. Raises OSError if its folder cannot be made."""
    path = cache.made(folder) / LOCK
    if path.is_symlink():
        path.unlink()
    return path


def _owner(path: Path) -> str:
    """Describe the process that has the lock."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        said = json.loads(path.read_text(encoding="utf-8"))
        return f"process {said['pid']} of {said['user']} on {said['host']}"
    return "another process"
