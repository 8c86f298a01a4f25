"""kb site: a copy of a knowledge base as pages that need no server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from kb.cli import session
from kb.cli.opened import opened
from kb.cli.options import FORCE
from kb.cli.output import message
from kb.errors import Usage
from kb.presentation.values import amount

if TYPE_CHECKING:
    from kb.app.answers import View

app = typer.Typer(rich_markup_mode=None, add_completion=False)
PLACE: Final = typer.Argument(..., metavar="DIR", help="The folder for the pages.")
DOCUMENTS: Final = typer.Option(
    False, "--documents", help="Also publish the texts of the documents that are available."
)


@app.command()
def site(folder: Path = PLACE, documents: bool = DOCUMENTS, force: bool = FORCE) -> None:
    """Write a copy that can be browsed without a server, with each record as Turtle and JSON-LD.

    The pages are those of kb serve, without forms. Search works from the files. Nothing is loaded
    from elsewhere. What is marked sensitive is left out. Pages that an earlier kb site wrote there
    are replaced or removed; other files are left alone.

    \b
    kb site public/
    kb site public/ --documents
    """
    from kb.app.publishing import target_files

    kb = opened()
    if folder.exists() and not folder.is_dir():
        raise Usage(f"{folder} is a file.", "name a folder")
    target_files.within(kb.folder.apart(folder), kb.folder)
    target_files.free([folder / "index.html"], kb.folder, force)
    made = _files(kb.public() if documents else kb.without_texts())
    old = target_files.mirror(folder, made, kb.folder, force)
    removed = f"; {len(old)} removed" if old else ""
    message(f"wrote {amount(len(made), 'file')} to {folder}{removed}. Open {folder}/index.html")


def _files(part: View) -> dict[str, str]:
    """Return the files by path. Raises Usage if the pages need a package that is missing."""
    try:
        from kb.web import site as pages
    except ModuleNotFoundError as error:
        raise session.without_pages(error) from None
    return dict(pages.files(part))
