"""Imports from Python: what is left out, and what must be decided first."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import Refused, Usage
from kb.model import identifiers
from kb.presentation.values import amount
from kb.system import intake

if TYPE_CHECKING:
    from kb.app.changes.importing import Import


def read(format: str, files: Iterable[str | os.PathLike[str]]) -> list[tuple[str, bytes]]:
    """Return names and contents. The folder of another knowledge base (`kb`) has no content. Raises
    Usage for an unknown format, and for a file that cannot be read.
    """
    from kb.app.changes import importing

    if format not in importing.FORMATS:
        known = f"one of {', '.join(importing.FORMATS)}"
        hint = identifiers.suggestion(format, importing.FORMATS, known)
        raise Usage(f"“{format}” is not a format that can be imported.", hint)
    return [one(format, file) for file in files]


def one(format: str, path: str | os.PathLike[str]) -> tuple[str, bytes]:
    """Return the name and the content of a file. Raises Usage."""
    file = Path(path)
    if format == "kb" and file.is_dir():
        return str(file), b""
    return file.name, intake.read_bytes(file)


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
