"""Ask a store in a forked child with limits, so that no query can hang, exhaust or crash this
process.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Final

from kb.errors import Conflict, KbError, Refused, Unreadable, Usage
from kb.store import Answer, Reader, Term, Triple
from kb.store.faults import Damaged
from kb.store.sparql import form, refuse
from kb.system import sandbox
from kb.system.sandbox import Limits, OverLimit

__all__ = [
    "ASKED",
    "WORK",
    "Damaged",
    "Limits",
    "OverLimit",
    "Result",
    "directly",
    "run",
    "several",
]

Result = Answer | bool | tuple[Triple, ...]

# What an index on disk may have open while it answers: RocksDB keeps a few files a level.
_OPEN_FILES: Final = 512
# What the program's own queries may use: a large knowledge base needs it.
WORK: Final = Limits(files=_OPEN_FILES)
# What a question may use that somebody asks. An answer takes about ten times its size while it is
# printed.
ASKED: Final = Limits(seconds=10.0, memory=512 * 2**20, result=32 * 2**20, files=_OPEN_FILES)

_ERRORS: Final[dict[str, type[KbError]]] = {
    kind.__name__: kind for kind in (Usage, Conflict, Refused, Unreadable, Damaged)
}


def run(
    open_store: Callable[[], Reader],
    query: str,
    limits: Limits = Limits(),
    graphs: Collection[str] = (),
) -> Result:
    """Answer a query: rows for SELECT, truth for ASK, sorted triples for CONSTRUCT and DESCRIBE.

    `open_store` is called in the child; what it opens ends with it. This process must have no other
    threads. A store elsewhere is
    asked with `directly`: the child has no connections. `graphs` are those that FROM may name.

    >>> from kb.store.oxigraph import EmbeddedStore
    >>> run(lambda: EmbeddedStore(None), "SELECT (1 + 1 AS ?two) {}").rows[0][0].value
    '2'

    Raises `Usage` when the query is not SPARQL, `Refused` when it would reach out or write,
    `OverLimit` when it went over a limit.
    """
    (found,) = several(open_store, [query], limits, graphs)
    if isinstance(found, KbError):
        raise found
    return found


def several(
    open_store: Callable[[], Reader],
    asked: Sequence[str],
    limits: Limits = Limits(),
    graphs: Collection[str] = (),
) -> list[Result | KbError]:
    """Answer queries one after the other in one child, which opens the store once. In place of an
    answer, why there is none.

    `limits` are of each; memory is of all together. Raises `Usage` and `Refused` where one would
    reach out or write, and `Refused` where
    one went over a limit or crashed: those after it are not answered then.
    """
    if not asked:
        return []
    for query in asked:
        refuse(query, graphs)
    bodies = sandbox.run(
        lambda: _opened(open_store),
        lambda store: _answers(store, asked, limits),
        len(asked),
        limits,
    )
    return [_decoded(json.loads(body)) for body in bodies]


def directly(store: Reader, query: str, graphs: Collection[str] = ()) -> Result:
    """Answer a query in this process: for a store elsewhere, which has limits of its own and which
    the child of `run` could not reach.

    >>> from kb.store.rdflib import MemoryStore
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


def _opened(open_store: Callable[[], Reader]) -> Reader | KbError:
    """The store, or why it cannot be opened."""
    try:
        return open_store()
    except KbError as error:
        return error
    except Exception as error:  # an engine's own: no traceback reaches a user
        return _unanswered(error)


def _answers(store: Reader | KbError, asked: Sequence[str], limits: Limits) -> Iterator[bytes]:
    """Each answer, or what went wrong, as JSON."""
    for query in asked:
        body = _encoded_error(store) if isinstance(store, KbError) else _answer(store, query)
        yield _encoded_error(sandbox.too_large(limits)) if len(body) > limits.result else body


def _answer(store: Reader, query: str) -> bytes:
    """The answer to one query, or what went wrong, as JSON."""
    try:
        return _encoded(getattr(store, _method(query))(query))
    except KbError as error:
        return _encoded_error(error)
    except MemoryError:
        return _encoded_error(sandbox.no_memory())
    except RecursionError:
        return _encoded_error(sandbox.crashed(hint="write it more simply"))
    except Exception as error:  # an engine's own: no traceback reaches a user
        return _encoded_error(_unanswered(error))


def _unanswered(error: Exception) -> Refused:
    return Refused(
        f"The query could not be answered: {(str(error).splitlines() or [''])[0][:200]}."
    )


def _encoded(result: object) -> bytes:
    if isinstance(result, Answer):
        return json.dumps({"variables": result.variables, "rows": result.rows}).encode()
    return json.dumps(
        {"truth": result} if isinstance(result, bool) else {"triples": result}
    ).encode()


def _encoded_error(error: KbError) -> bytes:
    kind = next((c.__name__ for c in type(error).__mro__ if c.__name__ in _ERRORS), "Refused")
    limit = error.resource if isinstance(error, OverLimit) else ""
    return json.dumps(
        {"error": kind, "message": error.message, "hint": error.hint, "limit": limit}
    ).encode()


def _decoded(found: dict[str, Any]) -> Result | KbError:
    if found.get("limit"):
        return OverLimit(found["message"], found["hint"], found["limit"])
    if "error" in found:
        return _ERRORS[found["error"]](found["message"], found["hint"])
    if "truth" in found:
        return bool(found["truth"])
    if "triples" in found:
        return tuple((Term(*s), Term(*p), Term(*o)) for s, p, o in found["triples"])
    return Answer(
        tuple(found["variables"]),
        tuple(tuple(Term(*cell) if cell else None for cell in row) for row in found["rows"]),
    )
