"""Strict reader of SPARQL 1.1 Query Results JSON.

Anything that is not exactly a result is refused, because a part of a result would be a wrong
answer.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from kb.model.vocabulary import RDF, XSD
from kb.store import Answer, Term
from kb.store import faults as fault

# Cells of a table, empty ones included. Nobody reads more, and they would take a gigabyte.
MOST_CELLS: Final = 1_000_000
_NAME: Final = re.compile(
    "[^\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+"
)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")

Cell = tuple[str, str, str, str] | None


class Misshapen(ValueError):
    """The answer does not follow the standard."""


class TooMany(ValueError):
    """The table has more than MOST_CELLS cells."""


def document(body: bytes) -> dict[str, Any]:
    """Parse the JSON object of an answer. Raises Misshapen."""
    try:
        found = json.loads(body, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Misshapen from None
    if not isinstance(found, dict):
        raise Misshapen
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make a dictionary. A duplicate name raises Misshapen, because one of its values would be
    lost.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Misshapen
    return found


def table(found: dict[str, Any]) -> tuple[list[str], list[list[Cell]]]:
    """Return the variables and rows of a SELECT (§3). Raises Misshapen or TooMany."""
    match found:
        case {"head": {"vars": list(variables)}, "results": {"bindings": list(bindings)}}:
            pass
        case _:
            raise Misshapen
    if not all(isinstance(name, str) and _NAME.fullmatch(name) for name in variables):
        raise Misshapen
    if len(set(variables)) < len(variables):
        raise Misshapen
    if (len(variables) + 1) * (len(bindings) + 1) > MOST_CELLS:
        raise TooMany
    known = set(variables)
    for row in bindings:
        if not isinstance(row, dict) or not row.keys() <= known:
            raise Misshapen
    rows = []
    for row in bindings:
        rows.append([_cell(row[name]) if name in row else None for name in variables])
    return variables, rows


def truth(found: dict[str, Any]) -> bool:
    """Return the result of an ASK (§4). Raises Misshapen."""
    match found:
        case {"boolean": bool(value)}:
            return value
        # Virtuoso may answer with a table of one row for true, and of none for false.
        case {"head": {"vars": ["__ASK_RETVAL"]}, "results": {"bindings": [] | [_] as rows}}:
            return bool(rows)
    raise Misshapen


def answer(variables: list[str], rows: list[list[Any]]) -> Answer:
    """Convert rows to terms. Repeated texts, such as datatypes, are kept in memory once."""
    shared: dict[str, str] = {}

    def term(cell: list[str] | None) -> Term | None:
        """Convert one cell."""
        if not cell:
            return None
        kind, value, datatype, language = cell
        kind, datatype = shared.setdefault(kind, kind), shared.setdefault(datatype, datatype)
        return Term(kind, value, datatype, language)

    return Answer(tuple(variables), tuple(tuple(map(term, row)) for row in rows))


def _cell(found: object) -> Cell:
    """Parse one cell (§3.2.2). Raises Misshapen."""
    match found:
        case {"type": "uri", "value": str(value)}:
            cell = ("iri", value, "", "")
        case {"type": "bnode", "value": str(value)}:
            cell = ("bnode", value, "", "")
        case {"type": "literal" | "typed-literal", "value": str(value), **more}:
            cell = ("literal", value, *_kind(more))
        case {"type": "triple"}:
            raise fault.no_term()
        case _:
            raise Misshapen
    if any(map(_SURROGATE.search, cell)):
        raise Misshapen
    return cell


def _kind(found: dict[Any, Any]) -> tuple[str, str]:
    """Return the datatype and language of a literal. Raises Misshapen."""
    datatype, language, direction = (
        found.get(key) or "" for key in ("datatype", "xml:lang", "its:dir")
    )
    if not all(isinstance(value, str) for value in (datatype, language, direction)):
        raise Misshapen
    language += f"--{direction}" if direction else ""
    return datatype or (RDF + "langString" if language else XSD + "string"), language
