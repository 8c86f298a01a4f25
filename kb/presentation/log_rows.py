"""The log as rows: the commands that changed something, and what an undo does to each record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kb.app.changes.undo import Reversal
    from kb.workspace.log.history import Batch

COLUMNS: Final = ("entry", "time", "who", "command", "did")
# What an undo does to a record: the token for programs, and the word for people.
REMOVED: Final = "removed"
RESTORED: Final = "restored"
REVERTED: Final = "reverted"


def row(batch: Batch) -> list[object]:
    """Return an entry of the log in the order of COLUMNS."""
    return [batch.number or None, batch.time, batch.who, batch.what, batch.did]


def reverted(found: Reversal, base: str) -> dict[str, str]:
    """Return what an undo does to each record that the command changed, sorted by record."""
    before = {change.subject for change in found.entry.changes if change.before}
    after = {change.subject for change in found.entry.changes if change.after}
    changes = {}
    for subject in sorted(before | after):
        change = REVERTED if subject in before & after else RESTORED
        changes[subject.removeprefix(base)] = change if subject in before else REMOVED
    return changes
