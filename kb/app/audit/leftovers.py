"""Left-over files of interrupted commands. They are not needed, and `kb fsck --repair` removes
them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from kb.app.session import Session
from kb.errors import Place, Problem
from kb.system import disk
from kb.workspace.caches import cache
from kb.workspace.log import log_folder


def found(session: Session) -> list[Path]:
    """Find temporary files, staged texts and empty folders that an interrupted command left."""
    root, staged = session.folder.root, log_folder.path(session.folder) / "staged"
    own = [
        n
        for n in ("claims", "documents", log_folder.JOURNAL)
        if (root / n).is_dir() and not session.folder.leaves(n)
    ]
    places = [p for name in own for p in sorted((root / name).rglob(".*.tmp"))]
    pending = os.path.lexists(log_folder.path(session.folder) / "pending.json")
    out = [p for p in [*places, *root.glob(".*.tmp")] if not p.is_relative_to(staged)]
    out += [staged] if disk.kind(staged) == "a folder" and not pending else []
    return out + (list(_empty(session)) if "claims" in own else [])


def _empty(session: Session) -> Iterator[Path]:
    """Return the empty folders of claims, without those inside them and without the collection
    of kb.toml.
    """
    claims = session.folder.root / "claims"
    stay = {claims, claims / session.folder.collection}
    used = {
        parent
        for p in claims.rglob("*")
        if not p.is_dir() or p.is_symlink()
        for parent in p.parents
    }
    for place in sorted(p for p in claims.rglob("*") if p.is_dir() and not p.is_symlink()):
        if place not in used | stay and (place.parent in used | stay):
            yield place


def problems(session: Session) -> Iterator[Problem]:
    """Return left-over files, including those in the cache, as problems."""
    for path in (*found(session), *cache.left_over(session.folder)):
        message = "an interrupted command left this; it is not needed."
        yield Problem(
            "warning",
            "left-over",
            message,
            Place(log_folder.relative(session.folder, path)),
            hint="kb fsck --repair",
        )
