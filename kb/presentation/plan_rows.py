"""Plans as rows: each record that changes, and each claim whose status would change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from kb.presentation.values import amount

if TYPE_CHECKING:
    from kb.app.changes.planning import Plan

# Columns for programs; `change` is added, changed, withdrawn or status (only the status changes).
COLUMNS: Final = ("record", "change", "was", "status", "voices_for", "voices_against")


def rows(plan: Plan, before: Mapping[str, str]) -> list[list[object]]:
    """Return each changed record, and each other claim whose status changes, with its statuses."""
    change = plan.change
    changes = {f"claim/{claim}": "status" for claim in moved(plan, before)}
    changes |= dict.fromkeys(change.added, "added")
    changes |= dict.fromkeys(change.changed, "changed")
    changes |= dict.fromkeys(change.withdrawn, "withdrawn")
    return [[record, word, *_statuses(plan, record, before)] for record, word in changes.items()]


def _statuses(plan: Plan, record: str, before: Mapping[str, str]) -> list[object]:
    """Return a claim's status before and after, and its voices; nothing for other records."""
    path, _, claim = record.partition("/")
    if path != "claim":
        return [None, None, None, None]
    found = plan.outcome.rows.get(claim) if plan.outcome else None
    if found is None:
        return [before.get(claim), None, None, None]
    return [before.get(claim), found.status, found.voices_for, found.voices_against]


def claims(plan: Plan) -> set[str]:
    """Return the claims whose statuses before a change are shown."""
    change = plan.change
    keys = (*change.added, *change.changed, *change.withdrawn)
    named = {key.removeprefix("claim/") for key in keys if key.startswith("claim/")}
    return named.union(change.claims, plan.outcome.rows if plan.outcome else ())


def moved(plan: Plan, before: Mapping[str, str]) -> list[str]:
    """Return the claims that had a status before and would have a different one."""
    found = plan.outcome.rows if plan.outcome else {}
    return [c for c, row in found.items() if before.get(c, row.status) != row.status]


def summary(plan: Plan) -> str:
    """Count the records added, changed and withdrawn; a single record is named."""
    change = plan.change
    counts = [
        f"{amount(len(change.added), 'record')} added",
        f"{len(change.changed)} changed",
        *([f"{len(change.withdrawn)} withdrawn"] if change.withdrawn else []),
    ]
    keys = [*change.added, *change.changed, *change.withdrawn]
    return ", ".join(counts) + (f" ({keys[0]})" if len(keys) == 1 else "")
