"""Parts that the cards of several kinds of record share: fields, lists, judgements, history."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final

from kb.presentation.record_fields import other_end, values
from kb.presentation.record_history import versions
from kb.presentation.values import amount, cell, label
from kb.workspace.catalogs import labels

if TYPE_CHECKING:
    from kb.model.records import Judgement, Record
    from kb.workspace.catalogs.catalog import Known

# Rows of a list on a card; below them is the number of the others.
LISTED: Final = 10


def plain(record: Record | None, shown: Collection[str]) -> list[str]:
    """Return a line for each of these fields that has a value, in the order of the record."""
    return [f"{label(n)}: {cell(v, '; ')}" for n, v in values(record) if n in shown]


def marks(record: Record | None) -> list[str]:
    """Return a line for a record that is marked sensitive."""
    marked = getattr(record, "sensitive", None)
    return ["sensitive: not in any export, push or published page"] if marked else []


def statement(known: Known, claim: str) -> str:
    """Return the statement of a claim, by default its id."""
    found = known.claims.get(claim)
    return (found.statement if found else None) or claim


def section(title: str, rows: Sequence[str], more: str) -> list[str]:
    """Return a list with its heading; a long one is cut, with the command that lists all."""
    if not rows:
        return []
    left = len(rows) - LISTED
    rest = [f"  … {left:,} more: {more}"] if left > 0 else []
    return ["", f"{title} ({len(rows):,})", *(f"  {row}" for row in rows[:LISTED]), *rest]


def background(known: Known, key: str) -> list[str]:
    """Return the judgements about a record and its history, which every card ends with."""
    return [*_judgements(known, key), *history(known, key)]


def _judgements(known: Known, key: str) -> list[str]:
    lines = [
        f"  {line}" for found in known.judgements(key) for line in _judgement(known, found, key)
    ]
    return ["", "Judgements", *lines] if lines else []


def _judgement(known: Known, judgement: Judgement, key: str) -> list[str]:
    """Return the kind of a judgement, the other record, the reason, and the judgement's id."""
    other = other_end(judgement, key)
    detail = judgement.verdict or judgement.certainty
    named = f" {_labelled(known, other)}" if other and other != key else ""
    return [
        f"{judgement.kind}{named}{f' ({detail})' if detail else ''}",
        f"  {judgement.coder or 'somebody'}: {judgement.why or 'no reason given'}",
        f"  judgement/{judgement.id}",
    ]


def _labelled(known: Known, key: str) -> str:
    """Return a record's statement, name or title, by default its key."""
    record = known.record(key)
    return (labels.label(record) if record else "") or key


def history(known: Known, key: str) -> list[str]:
    """Return when a record was written, and whether it has older versions."""
    found = versions(known, key)
    if not found or not hasattr(found[0], "recorded"):
        return []
    recorded = found[0].recorded
    when = f"recorded {recorded:%Y-%m-%d}" if recorded else "recorded at an unknown time"
    if len(found) < 2:
        return ["", f"History: {when}"]
    older = amount(len(found) - 1, "older version")
    return ["", f"History: {when}, {older} (kb show {key} --history)"]
