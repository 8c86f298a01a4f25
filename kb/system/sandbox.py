"""A forked child process with limits on time, memory, files and network.

It is for work that could hang, use up memory or crash. The query engine has no timeout, and deep
nesting overflows its stack. A child process can be killed instead, and costs about 20 ms.
"""

from __future__ import annotations

import ctypes
import faulthandler
import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, Never, TypeVar

from kb.errors import Refused
from kb.system.intake import ready

Resource = Literal["seconds", "memory", "result"]
_Prepared = TypeVar("_Prepared")

# Bytes of the length before each body. It shows when a body was cut off.
_SIZE: Final = 8
_CHUNK: Final = 2**16
# Flags of unshare(2). An empty network of one's own needs a user namespace of one's own.
_NEW_USER = 0x10000000
_NEW_NETWORK = 0x40000000
# Bytes of address space that an allocator reserves but may never use. glibc reserves 64 MiB for
# each thread that allocates.
_RESERVED: Final = 512 * 2**20
# The part of the memory that is left for pages which the parent had reserved and the child is the
# first to write to: the system does not count them again.
_INHERITED: Final = 1 / 64
_NARROWER: Final = "narrow it, or add a LIMIT"


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one child process.

    `seconds` is wall-clock time, opening the store included. `memory` and `result` are in bytes;
    memory is what the work may use in addition to the open store. `files` is the number of files
    that may be open: 0 for a store in memory (which also rules out any connection), more for an
    index on disk, which opens files as it reads. `network` allows a child that may open files to
    use connections.
    """

    seconds: float = 30.0
    memory: int = 4 * 2**30
    result: int = 64 * 2**20
    files: int = 0
    network: bool = False


class _Forking:
    """The lock under which children are made.

    A child that inherits the writing end of another child's pipe would hide the end of that one.
    """

    def __init__(self) -> None:
        self.alone = threading.Lock()


_forking = _Forking()
# In a child the lock is held by a thread that does not exist there.
os.register_at_fork(after_in_child=_forking.__init__)  # type: ignore[misc]


class OverLimit(Refused):
    """The child reached a limit. `resource` is the limit to raise."""

    def __init__(self, message: str, hint: str, resource: Resource) -> None:
        super().__init__(message, hint)
        self.resource: Resource = resource


def run(
    prepare: Callable[[], _Prepared],
    work: Callable[[_Prepared], Iterator[bytes]],
    number: int,
    limits: Limits,
    what: str = "The query",
) -> list[bytes]:
    """Run `work` in a child process and return the `number` bodies that it yields.

    `prepare` runs first, in the child and without limits; what it opens ends with the child.
    `limits.seconds` applies to each body, memory to all together. `what` is the subject of the
    sentence about a limit. Other threads may exist, but none may hold a lock that the work needs
    (docs/decisions/0038).

    Raises OverLimit at a limit, and Refused if the child crashed.
    """
    with _forking.alone:
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            # So that the child ends when this process does.
            os.close(reader)
            _do(prepare, work, number, limits, writer)
        os.close(writer)
    bodies: list[bytes] = []
    try:
        while len(bodies) < number and (body := _receive(reader, limits, what)) is not None:
            bodies.append(body)
    finally:
        os.close(reader)
        status = _end(child, kill=len(bodies) < number)
    if len(bodies) < number:
        raise _verdict(status, limits, what)
    return bodies


def no_memory(what: str = "The query") -> OverLimit:
    """Return the error for work that needs more memory than its limit."""
    return OverLimit(f"{what} needs more memory than is allowed.", _NARROWER, "memory")


def too_long(limits: Limits, what: str = "The query") -> OverLimit:
    """Return the error for work that takes longer than its limit."""
    plural = "" if limits.seconds == 1 else "s"
    return OverLimit(
        f"{what} took longer than {limits.seconds:g} second{plural}.",
        "narrow it, or allow more seconds",
        "seconds",
    )


def too_large(limits: Limits) -> OverLimit:
    """Return the error for an answer that is larger than its limit."""
    return OverLimit(
        f"The answer is larger than {limits.result / 2**20:.3g} MiB.", _NARROWER, "result"
    )


def crashed(what: str = "The query", hint: str = "write it more simply, or narrow it") -> Refused:
    """Return the error for work that crashed the child."""
    return Refused(
        f"{what} crashed the engine: it is nested too deeply or needs too much memory.", hint
    )


def _do(
    prepare: Callable[[], _Prepared],
    work: Callable[[_Prepared], Iterator[bytes]],
    number: int,
    limits: Limits,
    writer: int,
) -> Never:
    """Do the work of the child, and nothing else.

    It leaves by `_exit`, so that nothing of the parent is flushed or cleaned up twice.
    """
    code = 1
    try:
        _detach(writer, limits)
        prepared = prepare()
        _confine(limits, number)
        for body in work(prepared):
            _send(writer, body)
        code = 0
    finally:
        os._exit(code)


def _detach(writer: int, limits: Limits) -> None:
    """Leave the parent's terminal and signal handlers, and the network if the system allows it."""
    faulthandler.disable()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    if limits.files and not limits.network and hasattr(libc := ctypes.CDLL(None), "unshare"):
        # It may fail: this is the second line of defence, after the check of the query itself.
        libc.unshare(_NEW_USER | _NEW_NETWORK)


def _confine(limits: Limits, bodies: int) -> None:
    """Set the limits of this process."""
    # Reads a file, so it must come before files are limited.
    space, data = _used()
    _lower(resource.RLIMIT_CORE, 0)
    # A second guard, in case the parent is killed. The two extra seconds are for opening the store.
    seconds = int(limits.seconds) * bodies + 2
    _lower(resource.RLIMIT_CPU, seconds, seconds + 1)
    if space:
        # Data is memory that is written to. Address space is larger: allocators reserve more than
        # they use.
        _lower(resource.RLIMIT_DATA, data + int(limits.memory * (1 - _INHERITED)))
        _lower(resource.RLIMIT_AS, space + limits.memory + _RESERVED)
    _lower(resource.RLIMIT_NOFILE, limits.files)


def _lower(kind: int, soft: int, hard: int | None = None) -> None:
    """Set a limit, at most the limit of this process. A `hard` limit of None means the same as
    `soft`.
    """
    most = resource.getrlimit(kind)[1]
    wanted = (soft, soft if hard is None else hard)
    resource.setrlimit(
        kind, wanted if most == resource.RLIM_INFINITY else (min(soft, most), min(wanted[1], most))
    )


def _used() -> tuple[int, int]:
    """Return the bytes of address space and of data in use.

    Both are 0 if the system does not report them; memory is then not limited.
    """
    try:
        with open("/proc/self/statm", "rb") as file:
            fields = [int(field) * resource.getpagesize() for field in file.read().split()]
    except OSError:
        return 0, 0
    return fields[0], fields[5]


def _send(writer: int, body: bytes) -> None:
    rest = memoryview(len(body).to_bytes(_SIZE, "big") + body)
    while rest:
        rest = rest[os.write(writer, rest) :]


def _receive(reader: int, limits: Limits, what: str) -> bytes | None:
    """Receive one body, or None if the child ended before sending all of it.

    Raises OverLimit when time is up.
    """
    deadline = time.monotonic() + limits.seconds
    size = _exactly(reader, _SIZE, deadline)
    body = None if size is None else _exactly(reader, int.from_bytes(size, "big"), deadline)
    if body is None and time.monotonic() >= deadline:
        raise too_long(limits, what)
    return body


def _exactly(reader: int, number: int, deadline: float) -> bytes | None:
    """Read exactly `number` bytes, or return None if the stream ends or the time is up."""
    found = bytearray()
    while len(found) < number:
        left = deadline - time.monotonic()
        if left <= 0 or not ready(reader, left):
            return None
        part = os.read(reader, min(_CHUNK, number - len(found)))
        if not part:
            return None
        found += part
    return bytes(found)


def _end(child: int, kill: bool) -> int:
    """Reap the child, killing it first if it is still at work. Return its exit code.

    A negative exit code is the number of the signal that ended the child.
    """
    if kill:
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _verdict(status: int, limits: Limits, what: str) -> Refused:
    """Return the error for a child that ended without an answer."""
    if status == -signal.SIGXCPU:
        return too_long(limits, what)
    if status == -signal.SIGKILL:
        return no_memory(what)
    found = crashed(what)
    # An engine that gets no memory aborts. The system ends one that is nested too deeply.
    return OverLimit(found.message, found.hint, "memory") if status == -signal.SIGABRT else found
