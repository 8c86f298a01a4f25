"""Errors of all stores: every store reports the same fault in the same words."""

from __future__ import annotations

from kb.errors import KbError, Refused, Unreadable, Usage


class Locked(Refused):
    """Another process has the index open for writing."""


class Damaged(Unreadable):
    """The index on disk cannot be read: it is missing or damaged."""


def damaged(reason: object) -> Damaged:
    """Return the error for an index that cannot be opened or read.

    Only the first line of the reason is shown.

    >>> print(damaged("no such file\\nat row 7"))
    The index cannot be opened: no such file.  hint: rebuild it from the records: kb index --rebuild
    """
    text = (str(reason).splitlines() or [""])[0][:200].rstrip(". ")
    return Damaged(
        f"The index cannot be opened: {text}.", "rebuild it from the records: kb index --rebuild"
    )


def syntax(query: str, line: int, column: int, reason: str = "") -> Usage:
    """Return the error for a query that is not valid SPARQL.

    Line and column count from 1; 0 means unknown.

    >>> print(syntax("SELECT * {", 1, 11))
    The query is not valid SPARQL at line 1, column 11.  hint: the error is after “SELECT * {”
    """
    where = f" at line {line}, column {column}" if line else ""
    because = f": {reason}" if reason else ""
    lines = query.splitlines()
    near = lines[line - 1][: max(column - 1, 0)][-40:].strip() if 0 < line <= len(lines) else ""
    return Usage(
        f"The query is not valid SPARQL{where}{because}.",
        f"the error is after “{near}”" if near else "",
    )


def other_form(wanted: str) -> Usage:
    """Return the error for a query of another form than the method expects.

    >>> print(other_form("ASK"))
    The query is not of the form ASK.
    """
    return Usage(f"The query is not of the form {wanted}.")


def no_term() -> Usage:
    """Return the error for an answer with a triple as a value (RDF 1.2), which nothing shows."""
    return Usage(
        "The answer contains a triple as a value, which cannot be shown.",
        "ask for its subject, predicate and object instead",
    )


def bad_iri(value: str) -> Usage:
    """Return the error for a text that should be an IRI.

    >>> print(bad_iri("a b"))
    'a b' is not an IRI.
    """
    return Usage(f"{value!r} is not an IRI.")


def failed(reason: object) -> KbError:
    """Return the error for a query that the engine could not finish.

    Only the first line of the reason is shown.

    >>> print(failed("no more disk\\nat row 7"))
    The query could not be answered: no more disk.
    """
    text = (str(reason).splitlines() or [""])[0]
    return Refused(f"The query could not be answered: {text[:200].rstrip('.')}.")


def closed() -> Unreadable:
    """Return the error for a store that has been closed."""
    return Unreadable("The store is closed.")
