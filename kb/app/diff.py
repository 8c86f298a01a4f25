"""Two states of one knowledge base side by side: the present one, or those of git's revisions."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from kb.app.materialisation import Outcome
from kb.app.session import Session
from kb.workspace import revisions
from kb.workspace.catalog import Known, past
from kb.workspace.differences import Change, differences


def diff(session: Session, revision: str) -> tuple[Change, ...]:
    """What changed since a revision, or between two (`A..B`). Raises Usage where git has none,
    Invalid where a file is broken.
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


def _state(session: Session) -> tuple[Known, Outcome]:
    """All records, and the statuses of those that count, worked out from the files alone."""
    files = session.whole()
    known = Known()
    for file in files:
        for record in file.records:
            known.add(record, file.path)
    return known, session.outcome(session.memory([f for f in files if not past(f.path)]))
