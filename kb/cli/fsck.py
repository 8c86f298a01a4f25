"""kb fsck: a check that files, documents, log and index are intact."""

from __future__ import annotations

from typing import Final

import typer

from kb.cli.opened import follow, to_check
from kb.cli.options import FORMAT, shared
from kb.cli.output import message, show
from kb.errors import Unreadable
from kb.presentation.values import amount

app = typer.Typer(rich_markup_mode=None, add_completion=False)
COLUMNS: Final = ("what", "checked", "problems", "note")
REPAIR: Final = typer.Option(
    False, "--repair", help="Repair what can be repaired without losing anything, then check again."
)
ACCEPT: Final = typer.Option(
    False, "--accept", help="Mark changes made by hand or by git as intended."
)
HEAD: Final = typer.Option(
    "",
    "--head",
    metavar="DIGEST",
    help="Check that the log still contains this digest, which kb log --head printed earlier.",
)


@app.command()
@shared
def fsck(
    repair: bool = REPAIR, accept: bool = ACCEPT, head: str = HEAD, format: str = FORMAT
) -> None:
    """Check that everything is intact: files, records, quotes, documents, log and index.

    A change made by hand or by git is reported; it is not an error. A missing file is an error.
    Exit code 1 if there are errors.

    --repair completes the change of an interrupted command, or moves it to .journal/kept if it
    cannot be read. It also removes left-over files and rebuilds the index. It never changes a
    record otherwise.

    \b
    kb fsck
    kb fsck --accept      after an edit by hand, or git pull
    kb fsck --repair      after a crash
    kb fsck --head e3b0…  check that the log up to this digest is unchanged
    """
    kb, condition = to_check()
    if log := condition.closed_log():
        raise Unreadable(f"{log.place}: {log.message}", log.hint)
    for line in kb.repair() if repair else ():
        message(line)
    if accept:
        accepted = [f"accepted {name}" for name in kb.accept()]
        message("\n".join(accepted) or "nothing was changed outside kb.")
    found = kb.fsck(head)
    for problem in found.problems:
        message(str(problem))
    show(COLUMNS, [[row.what, row.checked, row.wrong, row.note] for row in found.rows], format)
    follow(found.problems)
    warnings = len(found.problems) - found.errors
    message(f"{amount(found.errors, 'error')}, {amount(warnings, 'warning')}.")
    raise typer.Exit(1 if found.errors else 0)
