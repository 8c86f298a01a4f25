"""The log of what was changed, and the form that undoes one entry of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kb.app.changes.undo import Reversal
from kb.app.knowledge_base import KnowledgeBase
from kb.errors import Usage
from kb.presentation import log_rows
from kb.web import changes, words
from kb.web.changes import ChangeForm, Planned
from kb.web.look import Look
from kb.web.results import Asked, Elsewhere, Page, Table
from kb.workspace.catalogs.catalog import Known

# Entries of the log on one page.
STEP: Final = 50
NUMBER: Final = "number"


def page(look: Look, asked: Asked) -> Page | Elsewhere:
    """Return the newest entries, or those before them."""
    if not look.days.present:
        return Elsewhere("/log")
    found = changes.writable(look.kb).log(known=look.known)
    start = asked.start(len(found), STEP)
    rows = found[start : start + STEP]
    values = {"rows": rows, "number": len(found), "start": start, "step": STEP}
    return Page("log.html", "Log", values, "kb log --limit 0", "/log", ("csv", "json"))


def table(look: Look, asked: Asked) -> Table:
    """Return the data of `kb log --limit 0`."""
    found = changes.writable(look.kb).log(known=look.known)
    return Table(log_rows.COLUMNS, [log_rows.row(batch) for batch in found])


def undo_page(look: Look, asked: Asked) -> Page:
    """Return the form that shows what would be reverted."""
    found = _reversal(changes.writable(look.kb), asked)
    values = {"plan": found, "reverted": log_rows.reverted(found, look.kb.folder.base)}
    number = found.entry.number
    return Page("undo.html", f"Undo {number}: {found.entry.what}", values, f"kb undo {number}")


def _reversal(kb: KnowledgeBase, asked: Asked) -> Reversal:
    """Return the plan to undo the entry; 0 is the newest. Raises Usage, Conflict."""
    number = asked.number(NUMBER)
    if asked.first(NUMBER) not in ("", str(number)):
        raise Usage("an entry of the log is a number.", "kb log lists them")
    return kb.reversal(number)


def _plan(kb: KnowledgeBase, asked: Asked) -> Reversal:
    """Return the plan to undo the entry that the form names. Raises Usage, Conflict."""
    if not asked.number(NUMBER):
        raise Usage("the form does not say which entry is undone.", words.OPEN_AGAIN)
    return _reversal(kb, asked)


def _keys(known: Known, asked: Asked) -> Sequence[str]:
    """Return no record: an undo compares every record with the log itself."""
    return ()


def _after(asked: Asked, plan: Planned) -> str:
    return changes.back(asked, "/log")


UNDO: Final = ChangeForm(
    "/undo", undo_page, _plan, _keys, lambda asked: f"undo {asked.first(NUMBER)}".strip(), _after
)
