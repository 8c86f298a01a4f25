"""kb inbox: sources to read or check, possible copies, and files that were not added yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from kb.cli.opened import WITH_TEXTS, from_text
from kb.cli.options import FORMAT, shared
from kb.cli.output import laid_out, message, page, show
from kb.errors import Usage
from kb.presentation import inbox_rows

if TYPE_CHECKING:
    from kb.app.inquiry.worklist import Inbox

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
@shared
def inbox(
    what: str = typer.Argument(
        "", metavar="LIST", help="sources, passages, claims or files; all by default."
    ),
    state: str = typer.Option(
        "", "--state", metavar="STATE", help="Only sources that are unread, being-coded or checked."
    ),
    format: str = FORMAT,
) -> None:
    """List what to do next: sources to read or check, possible copies, twin claims, new files.

    A source is checked when none of its sentences is open and every assertion was checked by
    somebody who did not enter it.

    Two sources share a passage if their available texts have sentences with the same words. A
    source may also translate another one, or repeat it without naming it: within a week it says the
    same in its own words, and no basis is recorded. You judge whether it is a copy. If it is not,
    run kb judge not-copy-of SOURCE OTHER, or record how the source knows it (basis: on a sheet).

    \b
    kb inbox
    kb inbox sources --state being-coded
    kb inbox passages --format csv
    """
    _check(what, state)
    found = from_text(WITH_TEXTS).inbox()
    tables = inbox_rows.tables(found, state)
    if what:
        show(*tables[what], format)
    elif format == "table":
        texts = [
            laid_out(*table, inbox_rows.TITLES[name]) for name, table in tables.items() if table[1]
        ]
        page("\n".join(texts))
        message(_next(found))
    else:
        show(*tables["sources"], format)
        message("note: only the sources; kb inbox passages, claims or files lists the others")


def _check(what: str, state: str) -> None:
    """Raise Usage for an unknown list or state."""
    from kb.app.inquiry.worklist import STATES
    from kb.model.identifiers import suggestion

    for word, allowed in ((what, tuple(inbox_rows.TITLES)), (state, STATES)):
        if word and word not in allowed:
            raise Usage(
                f"there is no “{word}” in the inbox.", suggestion(word, allowed, ", ".join(allowed))
            )


def _next(found: Inbox) -> str:
    """Return the next command: first finish the source that is in progress."""
    begun = [w for w in found.work if w.state == "being-coded" and w.coverage.count("open")]
    unread = [w for w in found.work if w.state == "unread"]
    unchecked = [w for w in found.work if w.unchecked]
    if begun:
        return f"next: kb coverage {begun[0].source.id} --state open"
    if unread:
        return f"next: kb read {unread[0].source.id}"
    if unchecked:
        source = unchecked[0].source.id
        return (
            f"next: a second reader compares {source} with its sheet (kb sheet {source}), "
            "and adds checked: NAME"
        )
    return "nothing is waiting."
