"""Versions of records: an edit that can change a status keeps the record it replaces.

The id of a version is the id of the record and a number: `x~1`.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import fields, replace
from datetime import datetime
from itertools import count
from typing import Any, Final

from kb.model.records import Affiliation, Assertion, Claim, Judgement, Record

# Fields for wording and notes. They do not affect any status, so they change in place.
IN_PLACE: Final[dict[type[Record], frozenset[str]]] = {
    Claim: frozenset(
        {"statement", "when", "quantity", "scope_note", "recorded", "revision_of", "sensitive"}
    ),
    Assertion: frozenset(
        {
            "quote",
            "said",
            "form",
            "words",
            "reading",
            "note",
            "coder",
            "checked_by",
            "recorded",
            "revision_of",
            "sensitive",
        }
    ),
    Affiliation: frozenset({"note", "recorded", "revision_of"}),
    Judgement: frozenset({"why", "coder", "recorded", "revision_of"}),
}


def weighs(old: Record, new: Record) -> bool:
    """Tell whether the difference can change a status.

    >>> weighs(Claim("c", statement="A met B"), Claim("c", statement="A saw B"))
    False
    >>> weighs(Claim("c"), Claim("c", subject="a"))
    True
    """
    fixed = IN_PLACE.get(type(new))
    return fixed is not None and any(
        getattr(old, f.name) != getattr(new, f.name) for f in fields(new) if f.name not in fixed
    )


def version(old: Any, taken: Container[str], now: datetime) -> Any:
    """Return the old record as a version that ended `now`. `taken` are the keys of past records.

    >>> version(Claim("c", subject="a"), ["claim/c~1"], datetime(2024, 3, 3)).id
    'c~2'
    """
    number = next(n for n in count(1) if f"{old.path}{old.id}~{n}" not in taken)
    return replace(old, id=f"{old.id}~{number}", invalidated=now)


def current(id: str) -> str:
    """Return the id of the record to which a version belongs.

    >>> current("c~2")
    'c'
    """
    return id.rpartition("~")[0] or id
