"""Checks that a server sent a whole answer and not only a part of it.

Servers limit the rows of an answer, and most do not say so. Virtuoso sends at most 10,000 rows by
default; of a SELECT it says so in a header, of a CONSTRUCT nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from kb.errors import KbError, Refused
from kb.store.sparql import tokens

# Headers of Virtuoso: its limit, if the answer was cut; and the state of a query that ran out of
# time.
_LIMIT: Final = "x-sparql-maxrows"
_STATE: Final = "x-sql-state"
# Limits are round numbers: an answer with another number of rows was not cut.
_ROUND: Final = 100
# No server limits the solutions of a query to fewer than these.
_FEW: Final = 100

Number = Callable[[str], int]


def whole(headers: Mapping[str, str]) -> None:
    """Raise Refused if the server says that its answer is incomplete. Header names are lower case.

    >>> whole({"x-sql-state": "S1TAT"})
    Traceback (most recent call last):
    kb.errors.Refused: The server ran out of time, and sent only part of the answer.  hint: ...
    """
    if _STATE in headers:
        raise Refused(
            "The server ran out of time, and sent only part of the answer.",
            "narrow the query, or raise the limit of the server",
        )


def rows(query: str, number: int, headers: Mapping[str, str], count: Number) -> None:
    """Raise Refused if a SELECT has more than the `number` of rows that arrived.

    `count` asks the server for a number; it is called if the number of rows may be a limit.

    >>> rows("SELECT ?s { ?s ?p ?o }", 7, {}, lambda query: 8)
    >>> rows("SELECT ?s { ?s ?p ?o }", 10000, {}, lambda query: 10001)
    Traceback (most recent call last):
    kb.errors.Refused: The server sent only 10,000 of 10,001 rows.  hint: ...
    """
    whole(headers)
    limit = headers.get(_LIMIT, "")
    if limit.isascii() and limit.isdigit() and number >= int(limit):
        raise _cut(number)
    if not number or number % _ROUND:
        return
    there = _known(lambda: count(counted(query)))
    if there is None or there > number:
        raise _cut(number, there)


def solutions(query: str, headers: Mapping[str, str], count: Number, length: Number) -> None:
    """Raise Refused if the server may have made triples from only some of the solutions.

    The number of triples does not tell, because solutions can have triples in common. The server
    counts the solutions; if there are many, it must also be able to list that many. `length` asks
    for rows and returns how many arrived. A DESCRIBE has no solutions that can be counted.
    """
    whole(headers)
    pattern = _solutions(query)
    if not pattern:
        return
    there = _known(lambda: count(counted(pattern)))
    if there is None or (there >= _FEW and (_known(lambda: length(pattern)) or 0) < there):
        raise _cut(None, there)


def counted(query: str) -> str:
    """Return the SELECT that counts the rows of a SELECT.

    >>> counted("BASE <urn:a> SELECT ?s FROM <g> { ?s a <b> } LIMIT 5")
    'BASE <urn:a> SELECT (COUNT(*) AS ?number) FROM <g> { { SELECT ?s { ?s a <b> } LIMIT 5\\n} }'
    """
    found = tokens(query)
    at = next((token.start for token in found if token.word == "SELECT"), 0)
    clauses: list[str] = []
    rest = query
    # From the end, so that the offsets before stay right.
    for n in reversed([n for n, token in enumerate(found) if token.word == "FROM"]):
        after = n + (3 if found[n + 1].word == "NAMED" else 2)
        clauses.insert(0, query[found[n].start : found[after].start])
        rest = rest[: found[n].start] + rest[found[after].start :]
    named = "".join(clauses)
    return f"{query[:at]}SELECT (COUNT(*) AS ?number) {named}{{ {{ {rest[at:]}\n}} }}"


def _solutions(query: str) -> str:
    """Return a SELECT with a row for each solution of a CONSTRUCT; empty for a DESCRIBE.

    >>> _solutions("CONSTRUCT { ?s a ?o } WHERE { ?s ?p ?o } LIMIT 5")
    'SELECT (1 AS ?one) WHERE { ?s ?p ?o } LIMIT 5'
    >>> _solutions("CONSTRUCT WHERE { ?s ?p ?o }")
    'SELECT (1 AS ?one) WHERE { ?s ?p ?o }'
    """
    found = tokens(query)
    first = next((n for n, t in enumerate(found) if t.word == "CONSTRUCT"), None)
    if first is None:
        return ""
    rest = first + 1
    if found[rest].text == "{":
        depth = 0
        while rest < len(found):
            depth += {"{": 1, "}": -1}.get(found[rest].text, 0)
            rest += 1
            if not depth:
                break
    return f"{query[: found[first].start]}SELECT (1 AS ?one) {query[found[rest].start :]}"


def _known(ask: Callable[[], int]) -> int | None:
    """Return a number, or None if the server does not tell."""
    try:
        return ask()
    except KbError:
        return None


def _cut(number: int | None, there: int | None = None) -> Refused:
    """Return the error for an answer that is, or may be, only a part."""
    hint = "narrow the query, or ask in parts with ORDER BY, LIMIT and OFFSET"
    if there is None and number is None:
        return Refused("The server may have sent only part of the answer.", hint)
    if there is None:
        return Refused(f"The server sent {number:,} rows, and there may be more.", hint)
    if number is None:
        return Refused(f"The server limits answers to fewer than {there:,} rows.", hint)
    return Refused(f"The server sent only {number:,} of {there:,} rows.", hint)
