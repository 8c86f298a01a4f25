"""Versions: what an edit that can change a status replaces is kept, under the record's id and a
number (`x~1`).
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import fields, replace
from datetime import datetime
from itertools import count
from typing import Any, Final

from kb.model.records import Affiliation, Assertion, Claim, Judgement, Record

# Wording and notes: no status is worked out from them, so they change in place.
IN_PLACE: Final[dict[type[Record], frozenset[str]]] = {
    Claim: frozenset({"statement", "when", "quantity", "scope_note", "recorded", "revision_of"}),
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
        }
    ),
    Affiliation: frozenset({"note", "recorded", "revision_of"}),
    Judgement: frozenset({"why", "coder", "recorded", "revision_of"}),
}


def weighs(old: Record, new: Record) -> bool:
    """Whether the difference can change a status.

    >>> weighs(Claim("c", statement="A met B"), Claim("c", statement="A saw B")), weighs(Claim("c"), Claim("c", subject="a"))
    (False, True)
    """
    fixed = IN_PLACE.get(type(new))
    return fixed is not None and any(
        getattr(old, f.name) != getattr(new, f.name) for f in fields(new) if f.name not in fixed
    )


def version(old: Any, taken: Container[str], now: datetime) -> Any:
    """The old content as a record of its own, which ended `now`; `taken` are the keys of past
    records.

    >>> version(Claim("c", subject="a"), ["claim/c~1"], datetime(2024, 3, 3)).id
    'c~2'
    """
    number = next(n for n in count(1) if f"{old.path}{old.id}~{n}" not in taken)
    return replace(old, id=f"{old.id}~{number}", invalidated=now)


def current(id: str) -> str:
    """The id of the record that a version is of.

    >>> current("c~2")
    'c'
    """
    return id.rpartition("~")[0] or id
