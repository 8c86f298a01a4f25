"""kb overview: the knowledge base on one page."""

from __future__ import annotations

import typer

from kb.cli.opened import opened
from kb.cli.options import FORMAT, shared
from kb.cli.output import columns_wide, page, show
from kb.presentation import overview_page
from kb.presentation.controls import visible

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
@shared
def overview(format: str = FORMAT) -> None:
    """Summarise everything on one page: numbers, statuses, open disputes, what to try next.

    The other formats have a row for each side of each dispute.

    \b
    kb overview
    kb overview --format csv
    """
    kb = opened()
    known, statuses = kb.together(lambda: (kb.known(), kb.status()))
    found = kb.overview(known, statuses)
    if format == "table":
        width = min(columns_wide() or overview_page.WIDTH, overview_page.WIDTH)
        page(visible("\n".join(overview_page.lines(kb, known, found, width))) + "\n")
        return
    show(overview_page.COLUMNS, overview_page.rows(kb, known, found.disputes), format)
