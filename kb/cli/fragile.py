"""kb fragile, and what kb status --what-if prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from kb.cli.output import message, show

if TYPE_CHECKING:
    from kb.reasoning.sensitivity import Flip
    from kb.workspace.catalog import Known

app = typer.Typer(rich_markup_mode=None)
_COLUMNS = ["claim", "status", "would_be", "without", "record", "claims_changed", "statement"]


@app.command()
def fragile(
    all: bool = typer.Option(
        False, "--all", help="Also the claims that rest on one voice and would lose it."
    ),
    format: str = typer.Option("table", "--format", "-f", metavar="table|csv|tsv|json|ndjson|md"),
) -> None:
    """Claims whose status hangs on one record, most consequential first.

    \b
    kb fragile
    kb fragile --all --format json
    kb status CLAIM --what-if

    First what would cost or add a fact, then what would end or begin a dispute, then other changes;
    of equals, the removal that changes
    more claims.
    """
    from kb.cli.opened import opened

    kb = opened()
    known, found = kb.together(lambda: (kb.known(), kb.fragile()))
    chosen = [f for f in found if f.severity or all]
    listed(known, chosen, format)
    if len(chosen) < len(found):
        message(
            f"note: {len(found) - len(chosen)} more claims rest on one voice and would lose it; --all lists them"
        )


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
