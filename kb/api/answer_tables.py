"""Answers as tables: values with their types, and labels beside ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from kb.api.state import State
from kb.api.tables import Table
from kb.app.answers import Answers
from kb.model.rdf_terms import Answer, Term
from kb.model.vocabulary import XSD
from kb.presentation import answer_rows

LABEL: Final = "_label"
# The column that has the label of a claim already.
STATEMENT: Final = "statement"
# Datatype of a literal → the type of Python. Other literals stay text.
_TYPES: Final[Mapping[str, Callable[[str], Any]]] = {
    XSD + "integer": int,
    XSD + "decimal": Decimal,
    XSD + "date": date.fromisoformat,
    XSD + "dateTime": lambda text: datetime.fromisoformat(text.replace("Z", "+00:00")),
    XSD + "boolean": lambda text: text in ("true", "1"),
}


def labelled(state: State, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    """Return a table with a column of labels behind each column of ids."""
    gains = [name for name in columns if _gains(state, name, columns)]
    head = [part for name in columns for part in (name, name + LABEL)[: 1 + (name in gains)]]
    made = []
    for row in rows:
        cells = list[Any]()
        for name, value in zip(columns, row, strict=True):
            plain = tuple(value) if isinstance(value, list) else value
            cells.append(plain)
            if name in gains:
                cells.append(_label(state.labels_of(name), plain))
        made.append(cells)
    return Table(head, made)


def _gains(state: State, column: str, columns: Sequence[str]) -> bool:
    if column + LABEL in columns or (column == "claim" and STATEMENT in columns):
        return False
    return bool(state.labels_of(column))


def _label(labels: Mapping[str, str], value: object) -> object:
    """Return the label of an id, or of each of several; None without one."""
    if isinstance(value, tuple):
        return tuple(labels.get(one, "") for one in value)
    return labels.get(str(value)) or None


def answer(state: State, kb: Answers, found: Answer) -> Table:
    """Return the rows of a question: numbers and dates as Python has them, labels beside ids, and
    the passage of a quote with its place.
    """
    quotes = answer_rows.passages(kb, found)
    columns, rows = answer_rows.laid_out(kb, found, quotes, readable=False)
    labels = [list(map(state.label, terms)) for terms in found.rows]
    gains = {n for n in range(len(found.variables)) if any(row[n] for row in labels)}
    head, made = list[str](), [list[Any]() for _ in rows]
    for at, name in enumerate(columns):
        head.append(name)
        for n, row in enumerate(rows):
            made[n].append(_value(found.rows[n][at], row[at]) if at < len(labels[n]) else row[at])
        if at in gains and name + LABEL not in columns:
            head.append(name + LABEL)
            for n, row in enumerate(made):
                row.append(labels[n][at])
    return Table(head, made)


def _value(term: Term | None, shown: object) -> object:
    """Return a value with its type; text if it is not what its datatype says."""
    make = _TYPES.get(term.datatype) if term else None
    if term is None or make is None:
        return shown
    try:
        return make(term.value)
    except (ValueError, ArithmeticError):
        return shown
