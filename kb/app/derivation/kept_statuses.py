"""Statuses as the index keeps them, so that they are looked up and not computed again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import date
from typing import Any, Final

from kb.reasoning.outcome.status_row import Reason, StatusRow
from kb.workspace.name_table import Kept

_WRITER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=date.isoformat)


@dataclass(frozen=True, slots=True)
class Statuses:
    """Statuses by claim id, and the voices of the assertions on these claims by assertion id."""

    rows: Mapping[str, StatusRow]
    voices: Mapping[str, str | None]


def texts(found: Statuses, said: Iterable[tuple[str, str | None]]) -> dict[str, Kept]:
    """Return each status as a word and a text, by claim. `read` reverses the text. `said` are
    pairs: an assertion and its claim.

    >>> reason = Reason("status", (), (), "no voice affirms it")
    >>> counts = (0, 0, (), (), 0, None)
    >>> row = StatusRow("c", "unsupported", "none", (), (), (), *counts, (reason,), "default-1")
    >>> found = Statuses({"c": row}, {"a": "entity/x"})
    >>> word, text = texts(found, [("a", "c")])["c"]
    >>> word, read([text]) == found
    ('unsupported', True)
    """
    voices: dict[str, dict[str, str | None]] = {}
    for assertion, claim in said:
        if claim and claim in found.rows and assertion in found.voices:
            voices.setdefault(claim, {})[assertion] = found.voices[assertion]
    return {
        claim: (row.status, _WRITER.encode([astuple(row), voices.get(claim, {})]))
        for claim, row in found.rows.items()
    }


def read(kept: Iterable[str]) -> Statuses:
    """Return the statuses of texts that `texts` made. Raises ValueError or TypeError."""
    rows: dict[str, StatusRow] = {}
    voices: dict[str, str | None] = {}
    for text in kept:
        values, said = json.loads(text)
        row = _row(*values)
        rows[row.claim] = row
        voices.update(said)
    return Statuses(rows, voices)


def _row(claim: str, *values: Any) -> StatusRow:
    """Return a row from values of JSON, which has neither tuples nor dates."""
    word, support, contest, dispute, flags, documents, originals, *rest = values
    those, others, stakeless, since, reasons, policy, reported = rest
    return StatusRow(
        claim,
        word,
        support,
        tuple(contest),
        tuple(dispute),
        tuple(flags),
        documents,
        originals,
        tuple(those),
        tuple(others),
        stakeless,
        _day(since),
        tuple(Reason(rule, tuple(a), tuple(c), text) for rule, a, c, text in reasons),
        policy,
        _day(reported),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
