"""Statuses and contradictions as the index keeps them, so that they are looked up and not computed
again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from operator import attrgetter
from typing import Any, Final

from kb.reasoning.outcome.status_row import Reason, StatusRow
from kb.reasoning.tables import Contradiction
from kb.workspace.indexing.name_table import Kept

# Values of a row or reason in the order of its fields. `astuple` would copy each of them.
_VALUES: Final = {kind: attrgetter(*(f.name for f in fields(kind))) for kind in (StatusRow, Reason)}


def _plain(value: date | Reason | StatusRow) -> object:
    """Return what JSON can hold of a value."""
    return value.isoformat() if isinstance(value, date) else _VALUES[type(value)](value)


_WRITER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain)


@dataclass(frozen=True, slots=True)
class Statuses:
    """Statuses by claim id, voices by assertion id, and the contradictions between these claims."""

    rows: Mapping[str, StatusRow]
    voices: Mapping[str, str | None]
    contradictions: Sequence[Contradiction] = ()


def texts(found: Statuses, said: Iterable[tuple[str, str | None]]) -> dict[str, Kept]:
    """Return each status as a word and a text, by claim. `read` reverses the text. `said` are
    pairs: an assertion and its claim.

    What has no status, a claim that is not there or an assertion without a claim (`assertion/x`),
    has an empty word, and only voices.

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
        if assertion in found.voices:
            about = claim or f"assertion/{assertion}"
            voices.setdefault(about, {})[assertion] = found.voices[assertion]
    kept = {about: ("", _WRITER.encode([None, said])) for about, said in voices.items()}
    for claim, row in found.rows.items():
        kept[claim] = row.status, _WRITER.encode([row, voices.get(claim, {})])
    return kept


def read(kept: Iterable[str], contradictions: Sequence[Contradiction] = ()) -> Statuses:
    """Return the statuses of texts that `texts` made. Raises ValueError or TypeError."""
    rows: dict[str, StatusRow] = {}
    voices: dict[str, str | None] = {}
    for values, said in json.loads(f"[{','.join(kept)}]"):
        if values:
            row = _row(*values)
            rows[row.claim] = row
        voices.update(said)
    return Statuses(rows, voices, contradictions)


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
