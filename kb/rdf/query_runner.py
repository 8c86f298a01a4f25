"""Query runner: answer queries in a forked child process with limits.

So no query can hang this process, use up its memory or crash it.
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

# Files that an index on disk may have open during an answer. RocksDB keeps a few per level.
_OPEN_FILES: Final = 512
# Limits for the program's own queries on large knowledge bases.
WORK: Final = Limits(files=_OPEN_FILES)
# Limits for queries by users. Printing an answer takes about ten times its size.
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

    `open_store` is called in the child; what it opens ends with the child. `graphs` are those that
    FROM may name. Use `directly` for a remote store,
    because the child has no connections.

    >>> from kb.store.oxigraph import EmbeddedStore
    >>> run(lambda: EmbeddedStore(None), "SELECT (1 + 1 AS ?two) {}").rows[0][0].value
    '2'

    Raises `Usage` when the query is not SPARQL, `Refused` when it would reach out or write,
    `OverLimit` when it went over a limit.

    Raises `Usage` if the query is not SPARQL, `Refused` if it would write or reach out, and
    `OverLimit` at a limit.
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
    """Answer queries one after the other in one child process, which opens the store once.

    A query that failed yields its error instead of a result. `limits` apply to each query; memory
    to all together. Raises `Usage` and `Refused` if a query would write or reach out, and `Refused`
    if one exceeded a limit or crashed; the queries after it are then not answered.
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
    """Answer a query in this process, for a remote store, which has limits of its own.

    >>> from kb.store.rdflib import MemoryStore
    >>> directly(MemoryStore(), "ASK {}")
    True

    Raises as `run` does.

    Raises the same errors as `run`.
    """
    refuse(query, graphs)
    found: Answer | bool | Sequence[Triple] = getattr(store, _method(query))(query)
    return found if isinstance(found, Answer | bool) else tuple(found)


def _method(query: str) -> str:
    """Return the name of the store's method for a query of this form."""
    return {"SELECT": "select", "ASK": "ask"}.get(form(query), "construct")


def _opened(open_store: Callable[[], Reader]) -> Reader | KbError:
    """Open the store, or return the error."""
    try:
        return open_store()
    except KbError as error:
        return error
    # Any error of an engine, so that no traceback reaches the user.
    except Exception as error:
        return _unanswered(error)


def _answers(store: Reader | KbError, asked: Sequence[str], limits: Limits) -> Iterator[bytes]:
    """Yield each answer, or its error, as JSON."""
    for query in asked:
        body = _encoded_error(store) if isinstance(store, KbError) else _answer(store, query)
        yield _encoded_error(sandbox.too_large(limits)) if len(body) > limits.result else body


def _answer(store: Reader, query: str) -> bytes:
    """Return the answer to one query, or its error, as JSON."""
    try:
        return _encoded(getattr(store, _method(query))(query))
    except KbError as error:
        return _encoded_error(error)
    except MemoryError:
        return _encoded_error(sandbox.no_memory())
    except RecursionError:
        return _encoded_error(sandbox.crashed(hint="write it more simply"))
    # Any error of an engine, so that no traceback reaches the user.
    except Exception as error:
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
    return Answer(tuple(found["variables"]), tuple(tuple(map(_cell, r)) for r in found["rows"]))


def _cell(cell: list[str] | None) -> Term | None:
    return Term(*cell) if cell else None
