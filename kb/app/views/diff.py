"""Comparison of two states of a knowledge base: the present one, or revisions of git."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from kb.app.derivation.materialisation import ComputedStatuses
from kb.app.session import Session
from kb.workspace.catalogs.catalog import Known
from kb.workspace.catalogs.differences import Change, differences
from kb.workspace.catalogs.past_files import past
from kb.workspace.files import revisions


def diff(session: Session, revision: str) -> tuple[Change, ...]:
    """Compare the present state with a revision, or two revisions (`A..B`). Raises Usage if git
    does not have one, Invalid if a file cannot be read.
    """
    one, other = revisions.ends(revision)
    with TemporaryDirectory(prefix="kb-diff-") as place:
        old = Session(revisions.lay_out(session.folder, one, Path(place) / "old"))
        new = (
            Session(revisions.lay_out(session.folder, other, Path(place) / "new"))
            if other
            else session
        )
        (was, before), (now, after) = _state(old), _state(new)
    return differences(was, now, before.rows, after.rows)


def _state(session: Session) -> tuple[Known, ComputedStatuses]:
    """Return all records and their statuses, computed from the files alone."""
    files = session.whole()
    known = Known()
    for file in files:
        for record in file.records:
            known.add(record, file.path)
    return known, session.outcome(session.memory([f for f in files if not past(f.path)]))
