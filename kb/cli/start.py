"""kb init."""

from __future__ import annotations

from pathlib import Path

import typer

app = typer.Typer(rich_markup_mode=None)


@app.command()
def init(
    folder: Path = typer.Argument(Path("."), metavar="[DIR]", help="Where; the current folder by default."),
    base: str = typer.Option("https://example.org/kb/", help="IRI that all records begin with; ends in “/”."),
    collection: str = typer.Option("main", help="Name of the first collection."),
) -> None:
    """Make an empty knowledge base.

    \b
    kb init                                   here
    kb init harbour --base https://example.org/harbour/
    """
    from kb import base as bases
    from kb.errors import Usage
    from kb.ids import slug

    if not base.startswith(("http://", "https://")) or not base.endswith("/"):
        raise Usage(f"--base {base} is not an IRI that ends in “/”.", "--base https://example.org/kb/")
    if slug(collection) != collection:
        raise Usage(f"“{collection}” cannot name a collection.", f"--collection {slug(collection)}")
    made = bases.init(folder, base, collection)
    print(f"Made a knowledge base in {made.folder.root}.")
    print("Next: kb add source FILE reads a document in.")
