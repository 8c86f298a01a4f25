"""Canonical form of the stored files."""

from __future__ import annotations

from kb.app.session import Session
from kb.rdf import turtle_writer
from kb.workspace.transactions import transaction


def formatted(session: Session) -> dict[str, tuple[str, str]]:
    """Return the files that are not canonical: path → (text now, canonical text). Comments keep
    their place before a record.

    Raises Invalid if a file is not Turtle.
    """
    out = {}
    for file in session.whole():
        text = turtle_writer.tidy(file.text, session.folder.base)
        if text != file.text:
            out[file.path] = (file.text, text)
    return out


def format(session: Session) -> list[str]:
    """Make every file canonical. Returns the files changed."""
    with transaction.writing(session.folder, "fmt"):
        found = formatted(session)
        seen = {name: before for name, (before, _) in found.items()}
        texts = {name: after for name, (_, after) in found.items()}
        return transaction.commit(session.folder, texts, seen, "fmt")
