"""Ask a store in a forked child with limits, so that no query can hang, exhaust or crash this process.

The engine has no timeout of its own and takes the interpreter down on deep nesting; a child that is killed costs about 20 ms instead.
"""

from __future__ import annotations

import ctypes
import faulthandler
import json
import os
import resource
import select
import signal
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Never

from kb.errors import Conflict, KbError, Refused, Unreadable, Usage
from kb.sparql import form, refuse
from kb.store import Answer, Reader, Term, Triple
from kb.store.faults import Damaged

Result = Answer | bool | tuple[Triple, ...]

_SIZE: Final = 8  # bytes of the length before each answer; one that is shorter than it says is never taken for complete
_CHUNK: Final = 2**16
_ERRORS: Final[dict[str, type[KbError]]] = {kind.__name__: kind for kind in (Usage, Conflict, Refused, Unreadable, Damaged)}
_CRASHED: Final = "The query brought the engine down: it is nested too deeply or needs too much memory."
_MEMORY: Final = "The query needs more memory than it may have."
_NARROWER: Final = "narrow it, or add a LIMIT"
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000  # unshare(2): an own, empty network needs an own user namespace


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use.

    `seconds` of wall clock, opening of the store included; `memory` and `result` in bytes, memory as address space beyond what the store
    has when open; `files` is how many may be open at once: 0 for a store in memory (which also rules out any connection), more for an
    index on disk, which opens its files as it reads.
    """

    seconds: float = 30.0
    memory: int = 4 * 2**30
    result: int = 64 * 2**20
    files: int = 0


def run(open_store: Callable[[], Reader], query: str, limits: Limits = Limits(), graphs: Collection[str] = ()) -> Result:
    """Answer a query: rows for SELECT, truth for ASK, sorted triples for CONSTRUCT and DESCRIBE.

    `open_store` is called in the child; what it opens ends with it. This process must have no other threads. A store elsewhere is
    asked with `directly`: the child has no connections. `graphs` are those that FROM may name.

    >>> from kb.store.embedded import EmbeddedStore
    >>> run(lambda: EmbeddedStore(None), "SELECT (1 + 1 AS ?two) {}").rows[0][0].value
    '2'

    Raises `Usage` when the query is not SPARQL, `Refused` when it would reach out or write, or went over a limit.
    """
    (found,) = several(open_store, [query], limits, graphs)
    if isinstance(found, KbError):
        raise found
    return found


def several(
    open_store: Callable[[], Reader], asked: Sequence[str], limits: Limits = Limits(), graphs: Collection[str] = ()
) -> list[Result | KbError]:
    """Answer queries one after the other in one child, which opens the store once. In place of an answer, why there is none.

    `limits` are of each; memory is of all together. Raises `Usage` and `Refused` where one would reach out or write, and `Refused` where
    one went over a limit or crashed: those after it are not answered then.
    """
    if not asked:
        return []
    for query in asked:
        refuse(query, graphs)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)  # so that it ends, too, when this process does
        _work(open_store, asked, limits, writer)
    os.close(writer)
    bodies: list[bytes] = []
    try:
        while len(bodies) < len(asked) and (body := _receive(reader, limits)) is not None:
            bodies.append(body)
    finally:
        os.close(reader)
        status = _end(child, kill=len(bodies) < len(asked))
    if len(bodies) < len(asked):
        raise _verdict(status, limits)
    return [_decoded(json.loads(body)) for body in bodies]


def directly(store: Reader, query: str, graphs: Collection[str] = ()) -> Result:
    """Answer a query in this process: for a store elsewhere, which has limits of its own and which the child of `run` could not reach.

    >>> from kb.store.memory import MemoryStore
    >>> directly(MemoryStore(), "ASK {}")
    True

    Raises as `run` does.
    """
    refuse(query, graphs)
    found: Answer | bool | Sequence[Triple] = getattr(store, _method(query))(query)
    return found if isinstance(found, Answer | bool) else tuple(found)


def _method(query: str) -> str:
    """The method of a store that answers a query of this form."""
    return {"SELECT": "select", "ASK": "ask"}.get(form(query), "construct")


def _work(open_store: Callable[[], Reader], asked: Sequence[str], limits: Limits, writer: int) -> Never:
    """All the child ever does. It leaves by `_exit`, so that nothing of the parent's is flushed or cleaned up twice."""
    code = 1
    try:
        _detach(writer, limits)
        for body in _answers(open_store, asked, limits):
            _send(writer, body)
        code = 0
    finally:
        os._exit(code)


def _detach(writer: int, limits: Limits) -> None:
    """Away from the parent's terminal, signal handlers and, where the system allows it, from the network."""
    faulthandler.disable()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    if limits.files and hasattr(libc := ctypes.CDLL(None), "unshare"):
        libc.unshare(_NEW_USER | _NEW_NETWORK)  # best effort: the query itself has been looked through already


def _answers(open_store: Callable[[], Reader], asked: Sequence[str], limits: Limits) -> Iterator[bytes]:
    """Each answer, or what went wrong, as JSON. The store is opened before the first, and is under limits from then on."""
    store: Reader | None = None
    for query in asked:
        try:
            if store is None:
                opened = open_store()
                _confine(limits, len(asked))
                store = opened
            body = _encoded(getattr(store, _method(query))(query))
        except KbError as error:
            body = _encoded_error(error)
        except MemoryError:
            body = _encoded_error(Refused(_MEMORY, _NARROWER))
        except RecursionError:
            body = _encoded_error(Refused(_CRASHED, "write it more simply"))
        except Exception as error:  # an engine's own: no traceback reaches a user
            body = _encoded_error(Refused(f"The query could not be answered: {(str(error).splitlines() or [''])[0][:200]}."))
        if len(body) > limits.result:
            body = _encoded_error(Refused(f"The answer is larger than {limits.result / 2**20:.3g} MiB.", _NARROWER))
        yield body


def _confine(limits: Limits, queries: int) -> None:
    used = _address_space()  # read from a file, hence before files are limited
    _lower(resource.RLIMIT_CORE, 0)
    # In case the parent is killed and cannot stop it; opening counts, hence the two seconds more.
    _lower(resource.RLIMIT_CPU, seconds := int(limits.seconds) * queries + 2, seconds + 1)
    if used:
        _lower(resource.RLIMIT_AS, used + limits.memory)
    _lower(resource.RLIMIT_NOFILE, limits.files)


def _lower(kind: int, soft: int, hard: int | None = None) -> None:
    """Set a limit, never above what this process was given; `hard` None means the same as `soft`."""
    most = resource.getrlimit(kind)[1]
    wanted = (soft, soft if hard is None else hard)
    resource.setrlimit(kind, wanted if most == resource.RLIM_INFINITY else (min(soft, most), min(wanted[1], most)))


def _address_space() -> int:
    """Bytes of address space in use; 0 where the system does not tell, and memory is then not limited."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _send(writer: int, body: bytes) -> None:
    rest = memoryview(len(body).to_bytes(_SIZE, "big") + body)
    while rest:
        rest = rest[os.write(writer, rest) :]


def _receive(reader: int, limits: Limits) -> bytes | None:
    """The whole body, or None when the child ended before it was sent. Raises `Refused` when time is up."""
    deadline = time.monotonic() + limits.seconds
    size = _exactly(reader, _SIZE, deadline, limits)
    return None if size is None else _exactly(reader, int.from_bytes(size, "big"), deadline, limits)


def _exactly(reader: int, number: int, deadline: float, limits: Limits) -> bytes | None:
    """So many bytes, or None when there are fewer."""
    found = bytearray()
    while len(found) < number:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([reader], [], [], left)[0]:
            raise _late(limits)
        part = os.read(reader, min(_CHUNK, number - len(found)))
        if not part:
            return None
        found += part
    return bytes(found)


def _end(child: int, kill: bool) -> int:
    """Reap the child and give its exit code; negative is the signal that ended it. One still at work is killed."""
    if kill:
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _late(limits: Limits) -> Refused:
    return Refused(f"The query took longer than {limits.seconds:g} seconds.", "narrow it, or allow more seconds")


def _verdict(status: int, limits: Limits) -> Refused:
    """What to say of a child that ended without an answer."""
    if status == -signal.SIGXCPU:
        return _late(limits)
    return Refused(_MEMORY, _NARROWER) if status == -signal.SIGKILL else Refused(_CRASHED, "write it more simply, or narrow it")


def _encoded(result: object) -> bytes:
    if isinstance(result, Answer):
        return json.dumps({"variables": result.variables, "rows": result.rows}).encode()
    return json.dumps({"truth": result} if isinstance(result, bool) else {"triples": result}).encode()


def _encoded_error(error: KbError) -> bytes:
    kind = next((c.__name__ for c in type(error).__mro__ if c.__name__ in _ERRORS), "Refused")
    return json.dumps({"error": kind, "message": error.message, "hint": error.hint}).encode()


def _decoded(found: dict[str, Any]) -> Result | KbError:
    if "error" in found:
        return _ERRORS[found["error"]](found["message"], found["hint"])
    if "truth" in found:
        return bool(found["truth"])
    if "triples" in found:
        return tuple((Term(*s), Term(*p), Term(*o)) for s, p, o in found["triples"])
    return Answer(tuple(found["variables"]), tuple(tuple(Term(*cell) if cell else None for cell in row) for row in found["rows"]))
