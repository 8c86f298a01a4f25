"""kb fragile, and the table of kb status --what-if."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from kb.cli.options import FORMAT, LIMIT, shared
from kb.cli.output import limited, message, show

if TYPE_CHECKING:
    from kb.app.selection import Wanted
    from kb.reasoning.sensitivity import Flip
    from kb.workspace.catalog import Known

app = typer.Typer(rich_markup_mode=None, add_completion=False)
_COLUMNS = ("claim", "status", "would_be", "without", "record", "claims_changed", "statement")


@app.command()
@shared
def fragile(
    wanted: Wanted,
    all: bool = typer.Option(
        False, "--all", help="Include claims that depend on one voice and would lose it."
    ),
    limit: int = LIMIT,
    format: str = FORMAT,
) -> None:
    """List claims whose status depends on one record, most important first.

    \b
    kb fragile
    kb fragile --all --format json
    kb status CLAIM --what-if

    First what would remove or add a fact, then what would end or begin a dispute, then other
    changes; of equals, the removal that changes more claims.
    """
    from kb.cli.opened import opened

    kb = opened()
    known, found, statuses = kb.together(lambda: (kb.known(), kb.fragile(), kb.standings()))
    ids = kb.fitting(wanted, known, statuses)
    rows = [f for f in found if f.claim in ids]
    severe = [f for f in rows if f.severity or all]
    listed(known, limited(severe, limit), format)
    if len(severe) < len(rows):
        left = len(rows) - len(severe)
        message(f"note: {left} more depend on one voice and would lose it; --all lists them")


def listed(known: Known, flips: Sequence[Flip], format: str) -> None:
    """One row a removal that would change a status."""
    rows = []
    for flip in flips:
        statement = known.claims[flip.claim].statement if flip.claim in known.claims else ""
        record = (
            f"source/{flip.removal.id}"
            if flip.removal.kind == "lineage"
            else f"{flip.removal.kind}/{flip.removal.id}"
        )
        rows.append(
            [flip.claim, flip.before, flip.after, flip.removal.kind, record, flip.flips, statement]
        )
    show(_COLUMNS, rows, format)
