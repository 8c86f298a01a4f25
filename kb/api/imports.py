"""Imports from Python: what is left out, and what must be decided first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.errors import Refused
from kb.presentation.values import amount

if TYPE_CHECKING:
    from kb.app.changes.importing import Import


def notes(found: Import) -> list[str]:
    """Return what an import does not take, and each value that differs from the one here."""
    differing = [
        f"conflict: {one.record}, {one.field}: here “{one.ours}”, in the file “{one.theirs}”"
        for one in found.conflicts
    ]
    return [*(f"not taken: {what}" for what in found.untaken), *differing]


def check(found: Import, replace: bool) -> None:
    """Raise Refused if nothing can be taken, or if values differ and nobody has decided."""
    if found.untaken and not found.rows:
        raise Refused("nothing in this can be taken; nothing was written.", found.untaken[0])
    if found.conflicts and not replace and found.plan.sound:
        raise Refused(
            f"{amount(len(found.conflicts), 'value')} would replace another; nothing was written.",
            "replace=True takes those of the file; dry_run=True lists them",
        )
