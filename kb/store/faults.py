"""What every back end says when it cannot do what is asked: the same sentence for the same fault."""

from __future__ import annotations

from kb.errors import KbError, Refused, Unreadable, Usage


class Locked(Refused):
    """Another process has the index open for writing."""


class Damaged(Unreadable):
    """The index on disk cannot be read: it is gone, or the disk damaged it."""


def damaged(reason: object) -> Damaged:
    """An index that cannot be opened or read; only the first line of the reason is shown.

    >>> print(damaged("no such file\\nat row 7"))
    The index cannot be opened: no such file.  hint: kb index --rebuild builds it anew from the text
    """
    text = (str(reason).splitlines() or [""])[0][:200].rstrip(". ")
    return Damaged(
        f"The index cannot be opened: {text}.", "kb index --rebuild builds it anew from the text"
    )


def syntax(query: str, line: int, column: int, reason: str = "") -> Usage:
    """The query is not SPARQL. Line and column count from 1; 0 means *not known*.

    >>> print(syntax("SELECT * {", 1, 11))
    The query is not valid SPARQL at line 1, column 11.  hint: it goes wrong after “SELECT * {”
    """
    where = f" at line {line}, column {column}" if line else ""
    because = f": {reason}" if reason else ""
    lines = query.splitlines()
    near = lines[line - 1][: max(column - 1, 0)][-40:].strip() if 0 < line <= len(lines) else ""
    return Usage(
        f"The query is not valid SPARQL{where}{because}.",
        f"it goes wrong after “{near}”" if near else "",
    )


def other_form(wanted: str) -> Usage:
    """The query is of another form than the method called.

    >>> print(other_form("ASK"))
    The query is not of the form ASK.
    """
    return Usage(f"The query is not of the form {wanted}.")


def no_term() -> Usage:
    """An answer holds a triple as a value, which no table can show."""
    return Usage(
        "The answer holds a triple as a value, which cannot be shown.",
        "ask for its subject, predicate and object instead",
    )


def bad_iri(value: str) -> Usage:
    """A text that is no IRI stands where one must be.

    >>> print(bad_iri("a b"))
    'a b' is not an IRI.
    """
    return Usage(f"{value!r} is not an IRI.")


def failed(reason: object) -> KbError:
    """The engine gave up for a reason of its own; only the first line of it is shown.

    >>> print(failed("no more disk\\nat row 7"))
    The query could not be answered: no more disk.
    """
    text = (str(reason).splitlines() or [""])[0]
    return Refused(f"The query could not be answered: {text[:200].rstrip('.')}.")


def closed() -> Unreadable:
    """The store has been closed."""
    return Unreadable("The store is closed.")
