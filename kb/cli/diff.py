"""kb diff: changes since a revision of git, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

import typer

from kb.app.checks.condition import RECORDS
from kb.cli.opened import from_text
from kb.cli.options import FORMAT, shared
from kb.cli.output import message, page, show
from kb.presentation.controls import visible
from kb.presentation.values import amount

if TYPE_CHECKING:
    from kb.workspace.catalogs.differences import Change

app = typer.Typer(rich_markup_mode=None, add_completion=False)
COLUMNS: Final = ("kind", "id", "change", "field", "old", "new", "words")
PLURAL: Final = {"status": "statuses", "entity": "entities"}


@app.command()
@shared
def diff(
    revision: str = typer.Argument(
        "HEAD",
        metavar="[REVISION]",
        show_default=False,
        help="A commit, branch or tag of git, or A..B; by default HEAD.",
    ),
    format: str = FORMAT,
) -> None:
    """Show what changed since a revision of git: statuses first, then records.

    The same rules compute the statuses of both states. A field that changed is shown as old → new.

    \b
    kb diff
    kb diff HEAD~3
    kb diff main..second-coder --format csv
    """
    from kb.workspace.catalogs.differences import headings

    found = from_text(() if ".." in revision else RECORDS).diff(revision)
    if format != "table":
        show(COLUMNS, [_row(change) for change in found], format)
        return
    parts = [_part(kind, some) for kind, some in headings(found).items()]
    page("\n".join(parts))
    message(_sum(found, revision))


def _row(change: Change) -> list[object]:
    """Return a change in the order of COLUMNS."""
    return [
        change.kind,
        change.id,
        change.change,
        change.field or None,
        change.old or None,
        change.new or None,
        change.words,
    ]


def _part(kind: str, changes: Sequence[Change]) -> str:
    return visible("\n".join([PLURAL.get(kind, f"{kind}s"), *_lines(changes), ""]))


def _lines(changes: Sequence[Change]) -> Iterator[str]:
    """Yield a line for each record, followed by one for each field that changed."""
    for (change, id), some in groupby(changes, key=lambda c: (c.change, c.id)):
        fields = list(some)
        yield f"  {'' if fields[0].kind == 'status' else f'{change} '}{fields[0].words}  ({id})"
        yield from (
            f"    {c.field}: {c.old or '(none)'} → {c.new or '(none)'}" for c in fields if c.field
        )


def _sum(changes: Sequence[Change], revision: str) -> str:
    """Say in one line how much changed."""
    if not changes:
        return f"nothing changed: {revision}."
    claims = {c.id for c in changes if c.kind == "status"}
    records = {(c.kind, c.id) for c in changes if c.kind != "status"}
    return (
        f"{amount(len(records), 'record')} changed, "
        f"{amount(len(claims), 'claim')} with a new status: {revision}."
    )
