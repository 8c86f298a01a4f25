"""kb log, kb undo: what was done, and taking it back."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from kb.app.condition import LOG, RECORDS
from kb.cli.opened import from_text
from kb.cli.options import FORMAT, shared
from kb.cli.output import message, show

if TYPE_CHECKING:
    from kb.app.knowledge_base import KnowledgeBase
    from kb.app.undo import Reversal

app = typer.Typer(rich_markup_mode=None, add_completion=False)
COLUMNS = ["entry", "time", "who", "command", "did"]


@app.command()
@shared
def log(
    id: str = typer.Argument(
        "", metavar="ID", help="A record, also a deleted one; all by default."
    ),
    limit: int = typer.Option(
        20, "--limit", metavar="N", min=1, help="Show at most N rows, the newest."
    ),
    head: bool = typer.Option(
        False, "--head", help="Print the digest of the newest entry, which proves all before it."
    ),
    format: str = FORMAT,
) -> None:
    """List what was done here, newest first. What came by git or with a copy has no number; it is
    listed by the times of its records.

    \b
    kb log
    kb log coastguard-entered
    kb log --head            one digest; kb fsck --head DIGEST compares with it
    """
    kb = from_text((*RECORDS, *LOG))
    if head:
        print(_head(kb))
        return
    found = kb.log(id)
    if len(found) > limit:
        message(f"note: the newest {limit} of {len(found)}; --limit {len(found)} shows all")
    rows = [[b.number or None, _time(b.time, format), b.who, b.what, b.did] for b in found[:limit]]
    show(COLUMNS, rows, format)


def _time(time: datetime, format: str) -> object:
    """A time for people in UTC without its zone, for programs with it."""
    return f"{time:%Y-%m-%d %H:%M:%S}" if format in ("table", "md") else time


def _head(kb: KnowledgeBase) -> str:
    """The digest that proves the log. Raises Refused where the log itself cannot be believed."""
    from kb.errors import Refused
    from kb.workspace import log_chain

    digest = log_chain.head(kb.folder)
    broken = [f"entry {b.number} {b.why}" for b in log_chain.breaks(kb.folder)] or [
        log_chain.end(kb.folder)
    ]
    if broken[0]:
        raise Refused(
            f"the log cannot be believed: {broken[0]}.",
            "kb fsck says more; bring .journal back from a copy",
        )
    return digest


@app.command()
def undo(
    entry: int = typer.Argument(
        0, metavar="ENTRY", min=0, help="A number from kb log; the last command by default."
    ),
    dry_run: bool = typer.Option(
        False, "--dry-run", help="Say what would be undone, and write nothing."
    ),
) -> None:
    """Undo the last command, or one from the log. All its records get their former state, or, where
    one was changed since, none.

    A second undo undoes the command before. An undo is an entry like any other: kb undo with its
    number does the command again. Only what was done in this folder can be undone; a document that
    was added stays in documents/.

    \b
    kb undo --dry-run
    kb undo
    kb undo 12
    """
    from kb.workspace import log_entries

    kb = from_text()
    with nullcontext() if dry_run else kb.writing("undo"):
        found = kb.reversal(entry) if dry_run else kb.undo(entry)
        number = log_entries.last(kb.folder)
    _say(found, kb.folder.base, dry_run)
    if dry_run:
        message("Nothing was written (--dry-run).")
        return
    kb.update_index()
    print(f"Next: kb status; kb undo {number} does it again")


def _say(found: Reversal, base: str, dry_run: bool) -> None:
    """Each record and what becomes of it, then the command in a line."""
    gone, new = (
        {c.subject for c in found.entry.changes if getattr(c, side)} for side in ("before", "after")
    )
    for subject in sorted(gone | new):
        becomes = (
            "removed" if subject not in gone else "back" if subject not in new else "as before"
        )
        print(f"{becomes:<9} {subject.removeprefix(base)}")
    entry = found.entry
    print(
        f"{'Would take' if dry_run else 'Took'} back {entry.number} of {entry.time:%Y-%m-%d %H:%M:%S}: {entry.what}"
    )
