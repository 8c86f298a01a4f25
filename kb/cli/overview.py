"""kb overview."""

from __future__ import annotations

import typer

from kb.cli.opened import opened
from kb.cli.output import columns_wide, emit, show
from kb.presentation import overview_page
from kb.presentation.controls import visible

app = typer.Typer(rich_markup_mode=None)


@app.command()
def overview(
    format: str = typer.Option("table", "--format", "-f", metavar="table|csv|tsv|json|ndjson|md"),
) -> None:
    """Summarise the knowledge base on one page: numbers, statuses, open disputes with the words of
    both sides, what to try next.

    \b
    kb overview
    kb overview --format csv
    """
    kb = opened()
    known, page = kb.together(lambda: (kb.known(), kb.overview()))
    if format == "table":
        width = min(columns_wide() or overview_page.WIDTH, overview_page.WIDTH)
        emit(visible("\n".join(overview_page.lines(kb, known, page, width))) + "\n")
        return
    show(overview_page.COLUMNS, overview_page.rows(kb, known, page), format)
