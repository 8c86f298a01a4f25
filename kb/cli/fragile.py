"""kb fragile, and the table of kb status --what-if: statuses that depend on one record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from kb.cli.options import FORMAT, LIMIT, shared
from kb.cli.output import limited, message, show
from kb.presentation import removals

if TYPE_CHECKING:
    from kb.app.views.wanted import Wanted
    from kb.reasoning.analysis.sensitivity import Flip
    from kb.workspace.catalogs.catalog import Known

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
@shared
def fragile(
    wanted: Wanted,
    all: bool = typer.Option(
        False, "--all", help="Include claims that would lose their only voice."
    ),
    limit: int = LIMIT,
    format: str = FORMAT,
) -> None:
    """List claims whose status depends on one record, most important first.

    A removal that would change the accepted facts comes first, then one that would end or begin a
    dispute, then the others. Among equals, the one that changes more claims comes first.

    \b
    kb fragile
    kb fragile --all --format json
    kb status CLAIM --what-if
    """
    from kb.cli.opened import opened

    kb = opened()
    known, found, statuses = kb.together(lambda: (kb.known(), kb.fragile(), kb.status_words()))
    ids = kb.fitting(wanted, known, statuses)
    rows = [f for f in found if f.claim in ids]
    severe = [f for f in rows if f.severity or all]
    print_removals(known, limited(severe, limit), format)
    if len(severe) < len(rows):
        left = len(rows) - len(severe)
        message(f"note: {left} more would lose their only voice; --all lists them")


def print_removals(known: Known, flips: Sequence[Flip], format: str) -> None:
    """Print a row for each record whose removal would change a status."""
    show(removals.COLUMNS, [removals.row(known, flip) for flip in flips], format)
