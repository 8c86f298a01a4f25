"""kb log and kb undo: the commands run so far, and reverting them."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Final

import typer

from kb.app.checks.condition import LOG, RECORDS
from kb.cli.opened import from_text
from kb.cli.options import FORMAT, shared
from kb.cli.output import message, show
from kb.presentation import log_rows

if TYPE_CHECKING:
    from kb.app.changes.undo import Reversal
    from kb.app.knowledge_base import KnowledgeBase

app = typer.Typer(rich_markup_mode=None, add_completion=False)
UNDONE: Final = ("record", "change", "entry", "time", "command")


@app.command()
@shared
def log(
    id: str = typer.Argument(
        "", metavar="ID", help="A record, also a deleted one; all by default."
    ),
    limit: int = typer.Option(
        20, "--limit", metavar="N", help="Show at most N rows, the newest; 0 shows all."
    ),
    head: bool = typer.Option(
        False, "--head", help="Print only the digest of the newest entry; it covers all entries."
    ),
    format: str = FORMAT,
) -> None:
    """List the commands that changed something, newest first.

    Changes that came by git or with a copied folder have no number. They are listed by the times of
    their records.

    \b
    kb log
    kb log coastguard-entered
    kb log --head            one digest; kb fsck --head DIGEST compares with it
    """
    kb = from_text((*RECORDS, *LOG))
    if head:
        _print_head(kb, format)
        return
    found = kb.log(id)
    if len(found) > limit > 0:
        message(f"note: the newest {limit} of {len(found)}; --limit 0 shows all")
        found = found[:limit]
    rows = [log_rows.row(batch) for batch in found]
    for row in rows:
        row[1] = _time(row[1], format)
    show(log_rows.COLUMNS, rows, format)


def _time(time: object, format: str) -> object:
    """Return a time in UTC: without its zone for people, with it for programs."""
    return f"{time:%Y-%m-%d %H:%M:%S}" if format in ("table", "md") else time


def _print_head(kb: KnowledgeBase, format: str) -> None:
    digest = _head(kb)
    if format == "table":
        print(digest)
    else:
        show(("head",), [[digest]], format)


def _head(kb: KnowledgeBase) -> str:
    """Return the digest of the log's newest entry. Raises Refused if the log was damaged."""
    from kb.errors import Refused
    from kb.workspace.log import log_chain

    digest = log_chain.head(kb.folder)
    broken = [f"entry {b.number} {b.why}" for b in log_chain.breaks(kb.folder)] or [
        log_chain.end(kb.folder)
    ]
    if broken[0]:
        raise Refused(
            f"the log was damaged: {broken[0]}.",
            "kb fsck says more; restore .journal from a copy",
        )
    return digest


@app.command()
@shared
def undo(
    entry: int = typer.Argument(
        0,
        metavar="[ENTRY]",
        show_default=False,
        help="A number from kb log; by default the last command.",
    ),
    dry_run: bool = typer.Option(
        False, "--dry-run", help="Show what would be reverted; write nothing."
    ),
    format: str = FORMAT,
) -> None:
    """Revert the last command, or one from the log.

    If one of its records has changed since, nothing is reverted. A second undo reverts the command
    before. An undo is an entry of the log, too: kb undo with its number runs the command again.
    Only commands run in this folder can be undone. A document that was added stays in documents/.

    \b
    kb undo --dry-run
    kb undo
    kb undo 12
    """
    from kb.workspace.log import log_entries

    kb = from_text()
    with nullcontext() if dry_run else kb.writing("undo"):
        found = kb.reversal(entry) if dry_run else kb.undo(entry)
        number = log_entries.last(kb.folder)
    _print(found, kb.folder.base, dry_run, format)
    if dry_run:
        message("Nothing was written (--dry-run).")
        return
    kb.update_index()
    for file in kb.left_texts(found):
        message(f"{file} is left: kb undo {number} needs it. Delete it if you do not want it here.")
    following = f"Next: kb status; kb undo {number} runs it again"
    if format == "table":
        print(following)
    else:
        message(following)


def _print(found: Reversal, base: str, dry_run: bool, format: str) -> None:
    """Print each record and what happens to it; for people, the command below them."""
    entry = found.entry
    changes = log_rows.reverted(found, base)
    if format != "table":
        about = [entry.number, entry.time, entry.what]
        show(UNDONE, [[record, change, *about] for record, change in changes.items()], format)
        return
    for record, change in changes.items():
        print(f"{change:<9} {record}")
    verb = "Would revert" if dry_run else "Reverted"
    print(f"{verb} {entry.number} of {entry.time:%Y-%m-%d %H:%M:%S}: {entry.what}")
