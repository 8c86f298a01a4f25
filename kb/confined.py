"""Work on what comes from strangers, done in a forked child with limits: it can hang, exhaust or crash nothing but that child.

The parsers of pages and of answers from servers have no limits of their own; a child that is killed costs a few milliseconds.
"""

from __future__ import annotations

import faulthandler
import json
import os
import resource
import select
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Never

from kb.errors import Conflict, KbError, Refused, Unreadable, Usage

# Bytes of the length before an answer; one that is shorter than its length says is never taken for complete.
SIZE: Final = 8
CHUNK: Final = 2**16
ERRORS: Final[dict[str, type[KbError]]] = {kind.__name__: kind for kind in (Usage, Conflict, Refused, Unreadable)}


@dataclass(frozen=True, slots=True)
class Limits:
    """What the work may use: `seconds` of wall clock, `memory` in bytes beyond what this process has, `result` in bytes of JSON."""

    seconds: float
    memory: int
    result: int = 64 * 2**20


class Overrun(Exception):
    """The work went over a limit, which `what` names: time, memory, result or crash."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def run(work: Callable[[], object], limits: Limits) -> Any:
    """What `work` returns, by way of JSON. This process must have no other thread that holds a lock the work needs.

    >>> run(lambda: [1, "é"], Limits(5, 2**28))
    [1, 'é']

    Raises Overrun, and again the KbError that the work raised.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)  # so that it ends, too, when this process does
        _work(work, limits, writer)
    os.close(writer)
    body = None
    try:
        body = _receive(reader, time.monotonic() + limits.seconds)
    finally:
        os.close(reader)
        status = _end(child, kill=body is None)
    if body is None:
        raise Overrun({-signal.SIGXCPU: "time", -signal.SIGKILL: "memory"}.get(status, "crash"))
    return _opened(json.loads(body))


def _opened(found: dict[str, Any]) -> Any:
    """The result in an answer of the child. Raises what it reports instead."""
    if "error" in found:
        raise ERRORS[found["error"]](found["message"], found["hint"])
    if "overrun" in found:
        raise Overrun(found["overrun"])
    return found["result"]


def _work(work: Callable[[], object], limits: Limits, writer: int) -> Never:
    """All the child ever does. It leaves by `_exit`, so that nothing of the parent's is flushed or cleaned up twice."""
    code = 1
    try:
        _detach(writer)
        _confine(limits)
        _send(writer, _answer(work, limits))
        code = 0
    finally:
        os._exit(code)


def _answer(work: Callable[[], object], limits: Limits) -> bytes:
    """What comes of the work, as JSON."""
    try:
        body = json.dumps({"result": work()}, ensure_ascii=False).encode()
    except KbError as error:
        kind = next((c.__name__ for c in type(error).__mro__ if c.__name__ in ERRORS), "Refused")
        return json.dumps({"error": kind, "message": error.message, "hint": error.hint}).encode()
    except MemoryError:
        return json.dumps({"overrun": "memory"}).encode()
    except Exception:  # a parser's own, of which there are many kinds, or too deep a recursion
        return json.dumps({"overrun": "crash"}).encode()
    return body if len(body) <= limits.result else json.dumps({"overrun": "result"}).encode()


def _detach(writer: int) -> None:
    """Away from the parent's terminal and signal handlers."""
    faulthandler.disable()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        if stream != writer:
            os.dup2(nothing, stream)


def _confine(limits: Limits) -> None:
    """Limits that the system keeps, in case the parent is killed and cannot."""
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_CPU, int(limits.seconds) + 2)
    if used := _address_space():
        _lower(resource.RLIMIT_AS, used + limits.memory)


def _lower(kind: int, wanted: int) -> None:
    """Set a limit, never above what this process was given."""
    most = resource.getrlimit(kind)[1]
    limit = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(kind, (limit, limit))


def _address_space() -> int:
    """Bytes of address space in use; 0 where the system does not tell, and memory is then not limited."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _send(writer: int, body: bytes) -> None:
    rest = memoryview(len(body).to_bytes(SIZE, "big") + body)
    while rest:
        rest = rest[os.write(writer, rest) :]


def _receive(reader: int, deadline: float) -> bytes | None:
    """The whole body, or None when the child ended before it was sent. Raises Overrun when time is up."""
    size = _exactly(reader, SIZE, deadline)
    return None if size is None else _exactly(reader, int.from_bytes(size, "big"), deadline)


def _exactly(reader: int, number: int, deadline: float) -> bytes | None:
    """So many bytes, or None when there are fewer."""
    found = bytearray()
    while len(found) < number:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([reader], [], [], left)[0]:
            raise Overrun("time")
        part = os.read(reader, min(CHUNK, number - len(found)))
        if not part:
            return None
        found += part
    return bytes(found)


def _end(child: int, kill: bool) -> int:
    """Reap the child and give its exit code; negative is the signal that ended it. One still at work is killed."""
    if kill:
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
