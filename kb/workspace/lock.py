"""One writer at a time. The system frees the lock of a writer that dies, so a killed one never
blocks the next.
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

# Seconds that one owner is waited for: longer than a command holds the lock, short enough for a
# person to wait.
PATIENCE = 10.0
# Seconds between two tries.
PAUSE = 0.02


@dataclass(slots=True)
class _Hold:
    """A lock as this process holds it: who came in, how deep, and the open file. Threads take
    turns.
    """

    turn: threading.RLock = field(default_factory=threading.RLock)
    depth: int = 0
    handle: int = -1


_holds: dict[Path, _Hold] = {}


def _forget() -> None:
    """A forked child holds nothing: its copy of the open file must not keep the lock when the
    parent is killed.
    """
    for hold in _holds.values():
        if hold.handle >= 0:
            os.close(hold.handle)
            hold.handle = -1
    _holds.clear()


os.register_at_fork(after_in_child=_forget)


def user() -> str:
    """Who is at work: KB_CODER, else the name the system knows."""
    with suppress(KeyError, OSError, ImportError):
        return (os.environ.get("KB_CODER") or getpass.getuser()).encode("utf-8", "replace").decode()
    return "unknown"


def holds_any() -> bool:
    """Whether this process holds a lock, so that others may be waiting for it."""
    return any(hold.depth for hold in _holds.values())


@contextmanager
def held(path: Path, what: str, patience: float | None = None) -> Iterator[None]:
    """Hold the lock in the file `path` for the command `what`; a process that holds it may enter
    again.

    Waits `patience` seconds for one owner (PATIENCE where None). Raises Conflict naming the owner,
    Usage where the file cannot be made.
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
                os.close(hold.handle)  # and with it the lock
                hold.handle = -1
    finally:
        if _holds.get(path) is hold:  # not in a child that was forked meanwhile
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
                if (
                    holder != owner
                    # others take their turn; as long as they come and go, there is no reason to give up
                ):
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
    """The lock's file, opened. Raises Usage where it cannot be made, Unreadable for a link, a FIFO
    and the like.
    """
    try:
        mode = disk.private_mode(path.parent)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | disk.DIRECT, mode)
    except OSError as error:
        if disk.kind(path) not in ("", "a file"):
            raise _strange(path) from None
        why = error.strerror or str(error)
        hint = "free space or mend permissions, then run the command again"
        raise Usage(
            f"{path.parent.parent} cannot be written: {why}; nothing was changed.", hint
        ) from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise _strange(path)
    return handle


def _strange(path: Path) -> Unreadable:
    message = f"{path} is {disk.kind(path)}, which kb does not use; nothing was written."
    return Unreadable(message, disk.removal(path))


def _note(handle: int, what: str) -> None:
    """Say who holds the lock, for those who wait; not on a full disk, nor in a file that has other
    names elsewhere.
    """
    with suppress(OSError):
        if os.fstat(handle).st_nlink == 1:
            told = json.dumps(_owner(what)).encode()
            os.pwrite(handle, told, 0)
            os.ftruncate(handle, len(told))


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
        told = json.loads(holder)
        seconds = int((datetime.now(UTC) - datetime.fromisoformat(told["since"])).total_seconds())
        owner, age = f"“{told['command']}” of {told['user']}", f" since {max(seconds, 0)} seconds"
        where = f" (process {told['pid']} on {told['host']})"
    hint = "wait for it and run the command again; if it hangs, end that process: the lock goes with it"
    return Conflict(f"{owner}{where} is writing here{age}; nothing was written.", hint)
