"""kb fsck: whether everything is whole."""

from __future__ import annotations

import typer

from kb.cli.opened import follow, to_check
from kb.cli.options import FORMAT, shared
from kb.cli.output import message, show
from kb.errors import Unreadable

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
@shared
def fsck(
    repair: bool = typer.Option(
        False, "--repair", help="Mend what can be mended without losing anything, then look again."
    ),
    accept: bool = typer.Option(
        False,
        "--accept",
        help="What was changed outside kb, by hand or by git, is as it should be.",
    ),
    head: str = typer.Option(
        "",
        "--head",
        metavar="DIGEST",
        help="What kb log --head printed once: whether the log still contains it.",
    ),
    format: str = FORMAT,
) -> None:
    """Whether everything is whole: each file as commands left it, records, references, quotes,
    documents, log, index.

    A change made by hand or by git is reported, and is no error; a file that is gone is one.
    --repair finishes what a killed command
    began, or puts it aside where it cannot be read, removes left-overs, and builds the index anew;
    it never touches a record.
    Exit code 1 where there are errors.

    \b
    kb fsck
    kb fsck --accept      after an edit by hand, or git pull
    kb fsck --repair      after a crash
    kb fsck --head e3b0…  whether all that was logged up to this digest is unchanged
    """
    kb, condition = to_check()
    if log := condition.closed_log():
        raise Unreadable(f"{log.place}: {log.message}", log.hint)
    if repair:
        message("\n".join(kb.repair()))
    if accept:
        message(
            "\n".join(f"accepted {name}" for name in kb.accept())
            or "nothing was changed outside kb."
        )
    found = kb.fsck(head)
    for problem in found.problems:
        message(str(problem))
    show(
        ["what", "checked", "problems", "note"],
        [[r.what, r.checked, r.wrong, r.note] for r in found.rows],
        format,
    )
    follow(found.problems)
    message(f"{found.errors} errors, {len(found.problems) - found.errors} warnings.")
    raise typer.Exit(1 if found.errors else 0)
