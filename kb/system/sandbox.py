"""A forked child with limits of time, memory and connections, for work that could hang, exhaust or
crash this process.

An engine has no timeout of its own and takes the interpreter down on deep nesting; a child that is
killed costs about 20 ms instead.
"""

from __future__ import annotations

import ctypes
import faulthandler
import os
import resource
import select
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, Never, TypeVar

from kb.errors import Refused

Resource = Literal["seconds", "memory", "result"]
_Prepared = TypeVar("_Prepared")

# bytes of the length before each body; one that is shorter than it says is never taken for complete
_SIZE: Final = 8
_CHUNK: Final = 2**16
_NEW_USER, _NEW_NETWORK = (
    0x10000000,
    0x40000000,
)  # unshare(2): an own, empty network needs an own user namespace
# Bytes of address space that an allocator reserves and does not use: glibc takes 64 MiB for each
# thread that allocates.
_RESERVED: Final = 512 * 2**20
_NARROWER: Final = "narrow it, or add a LIMIT"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use.

    `seconds` of wall clock, opening of the store included; `memory` and `result` in bytes, memory
    beyond what the store has when open;
    `files` is how many may be open at once: 0 for a store in memory (which also rules out any
    connection), more for an index on disk,
    which opens its files as it reads. `network` leaves such a child its connections.
    """

    seconds: float = 30.0
    memory: int = 4 * 2**30
    result: int = 64 * 2**20
    files: int = 0
    network: bool = False


class OverLimit(Refused):
    """The child was stopped, or gave up, at a limit: `resource` is the one that would have to be
    raised.
    """

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
    """The `number` bodies that `work` yields in a child. `prepare` runs there first, without
    limits; what it opens ends with the child.

    `limits.seconds` are of each body; memory is of all together. This process must have no other
    threads. `what` is the subject of the
    sentence about a limit. Raises OverLimit where a limit was reached, Refused where the child
    crashed.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)  # so that it ends, too, when this process does
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
    """The error of work that needs more memory than its limit."""
    return OverLimit(f"{what} needs more memory than it may have.", _NARROWER, "memory")


def too_long(limits: Limits, what: str = "The query") -> OverLimit:
    """The error of work that takes more time than its limit."""
    plural = "" if limits.seconds == 1 else "s"
    return OverLimit(
        f"{what} took longer than {limits.seconds:g} second{plural}.",
        "narrow it, or allow more seconds",
        "seconds",
    )


def too_large(limits: Limits) -> OverLimit:
    """The error of an answer that is larger than its limit."""
    return OverLimit(
        f"The answer is larger than {limits.result / 2**20:.3g} MiB.", _NARROWER, "result"
    )


def crashed(what: str = "The query", hint: str = "write it more simply, or narrow it") -> Refused:
    """The error of work that ended the child."""
    return Refused(
        f"{what} brought the engine down: it is nested too deeply or needs too much memory.", hint
    )


def _do(
    prepare: Callable[[], _Prepared],
    work: Callable[[_Prepared], Iterator[bytes]],
    number: int,
    limits: Limits,
    writer: int,
) -> Never:
    """All the child ever does. It leaves by `_exit`, so that nothing of the parent's is flushed or
    cleaned up twice.
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
    """Away from the parent's terminal, signal handlers and, where the system allows it, from the
    network.
    """
    faulthandler.disable()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    if limits.files and not limits.network and hasattr(libc := ctypes.CDLL(None), "unshare"):
        libc.unshare(
            _NEW_USER | _NEW_NETWORK
        )  # best effort: the query itself has been looked through already


def _confine(limits: Limits, bodies: int) -> None:
    """Set the limits of this process."""
    space, data = _used()  # read from a file, hence before files are limited
    _lower(resource.RLIMIT_CORE, 0)
    # In case the parent is killed and cannot stop it; opening counts, hence the two seconds more.
    _lower(resource.RLIMIT_CPU, seconds := int(limits.seconds) * bodies + 2, seconds + 1)
    if space:
        # What is written to counts as data. Address space is more than that: an allocator reserves
        # what it may never use.
        _lower(resource.RLIMIT_DATA, data + limits.memory)
        _lower(resource.RLIMIT_AS, space + limits.memory + _RESERVED)
    _lower(resource.RLIMIT_NOFILE, limits.files)


def _lower(kind: int, soft: int, hard: int | None = None) -> None:
    """Set a limit, never above what this process was given; `hard` None means the same as `soft`."""
    most = resource.getrlimit(kind)[1]
    wanted = (soft, soft if hard is None else hard)
    resource.setrlimit(
        kind, wanted if most == resource.RLIM_INFINITY else (min(soft, most), min(wanted[1], most))
    )


def _used() -> tuple[int, int]:
    """Bytes of address space and of data in use; 0 where the system does not tell, and memory is
    then not limited.
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
    """The whole body, or None when the child ended before it was sent. Raises OverLimit when time
    is up.
    """
    deadline = time.monotonic() + limits.seconds
    size = _exactly(reader, _SIZE, deadline)
    body = None if size is None else _exactly(reader, int.from_bytes(size, "big"), deadline)
    if body is None and time.monotonic() >= deadline:
        raise too_long(limits, what)
    return body


def _exactly(reader: int, number: int, deadline: float) -> bytes | None:
    """So many bytes, or None when there are fewer, or time is up."""
    found = bytearray()
    while len(found) < number:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([reader], [], [], left)[0]:
            return None
        part = os.read(reader, min(_CHUNK, number - len(found)))
        if not part:
            return None
        found += part
    return bytes(found)


def _end(child: int, kill: bool) -> int:
    """Reap the child and give its exit code; negative is the signal that ended it. One still at
    work is killed.
    """
    if kill:
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _verdict(status: int, limits: Limits, what: str) -> Refused:
    """What to say of a child that ended without an answer."""
    if status == -signal.SIGXCPU:
        return too_long(limits, what)
    if status == -signal.SIGKILL:
        return no_memory(what)
    found = crashed(what)
    # An engine that gets no memory aborts; one that is nested too deeply is ended by the system.
    return OverLimit(found.message, found.hint, "memory") if status == -signal.SIGABRT else found
