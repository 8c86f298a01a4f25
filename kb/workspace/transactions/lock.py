"""Lock for writing: one writer at a time.

The system releases the lock of a process that ends, so a killed writer never blocks the next one.
"""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import socket
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from kb.errors import Conflict, Unreadable, Usage
from kb.system import disk

# Seconds to wait for one owner: longer than a command has the lock, short enough for a person.
PATIENCE = 10.0
# Seconds between two attempts.
PAUSE = 0.02


@dataclass(slots=True)
class _Hold:
    """A lock of this process: the thread's turn, how often it was entered, the open file."""

    turn: threading.RLock = field(default_factory=threading.RLock)
    depth: int = 0
    handle: int = -1


_holds: dict[Path, _Hold] = {}


def _forget() -> None:
    """Forget all locks in a forked child.

    Its copy of the open file must not keep the lock if the parent is killed.
    """
    for hold in _holds.values():
        if hold.handle >= 0:
            os.close(hold.handle)
            hold.handle = -1
    _holds.clear()


os.register_at_fork(after_in_child=_forget)


def user() -> str:
    """Return the name of the user: KB_CODER, otherwise the name in the system."""
    with suppress(KeyError, OSError, ImportError):
        return (os.environ.get("KB_CODER") or getpass.getuser()).encode("utf-8", "replace").decode()
    return "unknown"


def holds_any() -> bool:
    """Tell whether this process has a lock, so that others may be waiting for it."""
    return any(hold.depth for hold in _holds.values())


@contextmanager
def held(path: Path, what: str, patience: float | None = None) -> Iterator[None]:
    """Hold the lock in the file `path` for the command `what`. A process that has it may enter
    again.

    Waits `patience` seconds for one owner (PATIENCE if None). Raises Conflict, naming the owner,
    and Usage if the file cannot be made.
    """
    hold = _holds.setdefault(path, _Hold())
    wait = PATIENCE if patience is None else patience
    if not hold.turn.acquire(timeout=wait):
        raise _busy()
    try:
        if hold.depth == 0:
            hold.handle = _taken(path, what, wait)
        hold.depth += 1
        try:
            yield
        finally:
            hold.depth -= 1
            if hold.depth == 0 and hold.handle >= 0:
                # This releases the lock.
                os.close(hold.handle)
                hold.handle = -1
    finally:
        # Not in a child that was forked in the meantime.
        if _holds.get(path) is hold:
            hold.turn.release()


def _taken(path: Path, what: str, patience: float) -> int:
    handle = _opened(path)
    owner, deadline = None, 0.0
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                now, holder = time.monotonic(), os.pread(handle, 4096, 0)
                # Keep waiting while others take their turns.
                if holder != owner:
                    owner, deadline = holder, now + patience
                if now >= deadline:
                    raise _busy(holder) from None
                time.sleep(PAUSE)
        _note(handle, what)
    except BaseException:
        os.close(handle)
        raise
    return handle


def _opened(path: Path) -> int:
    """Open the lock file.

    Raises Usage if it cannot be made, and Unreadable if it is a link, a FIFO or the like.
    """
    try:
        mode = disk.private_mode(path.parent)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | disk.DIRECT, mode)
    except OSError as error:
        if disk.kind(path) not in ("", "a file"):
            raise _strange(path) from None
        why = error.strerror or str(error)
        hint = "free some space or fix the permissions, then run the command again"
        raise Usage(
            f"{path.parent.parent} cannot be written: {why}; nothing was changed.", hint
        ) from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise _strange(path)
    return handle


def _strange(path: Path) -> Unreadable:
    message = f"{path} is {disk.kind(path)}, but should be a file; nothing was written."
    return Unreadable(message, disk.removal(path))


def _note(handle: int, what: str) -> None:
    """Write down who has the lock, for those who wait.

    It is not written on a full disk, nor into a file that has other names elsewhere.
    """
    with suppress(OSError):
        if os.fstat(handle).st_nlink == 1:
            data = json.dumps(_owner(what)).encode()
            os.pwrite(handle, data, 0)
            os.ftruncate(handle, len(data))


def _owner(what: str) -> dict[str, str | int]:
    since = datetime.now(UTC).isoformat()
    return {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "user": user(),
        "command": what,
        "since": since,
    }


def _busy(holder: bytes = b"") -> Conflict:
    owner, age, where = "another command", "", ""
    with suppress(OSError, ValueError, KeyError, TypeError):
        stated = json.loads(holder)
        seconds = int((datetime.now(UTC) - datetime.fromisoformat(stated["since"])).total_seconds())
        owner = f"“{stated['command']}” of {stated['user']}"
        age = f" (for {max(seconds, 0)} seconds)"
        where = f" (process {stated['pid']} on {stated['host']})"
    hint = "wait and run the command again; if it hangs, end that process to release the lock"
    return Conflict(f"{owner}{where} is writing here{age}; nothing was written.", hint)
