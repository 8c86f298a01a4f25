"""kb init and kb migrate: a new knowledge base, and one of an older format."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import typer

from kb.cli import session
from kb.cli.options import FORMAT, shared
from kb.cli.output import message, report
from kb.presentation import formats

EXAMPLE: Final = "https://example.org/kb/"
app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
@shared
def init(
    folder: Path = typer.Argument(
        Path("."),
        metavar="[DIR]",
        show_default=False,
        help="The folder; by default the current one.",
    ),
    base: str = typer.Option(
        EXAMPLE,
        help="The IRI that all records begin with; ends in “/”. If you publish, one you control.",
    ),
    collection: str = typer.Option("main", help="Name of the first collection."),
    format: str = FORMAT,
) -> None:
    """Make an empty knowledge base.

    \b
    kb init                                   here
    kb init harbour --base https://example.org/harbour/
    """
    from kb.app import knowledge_base as bases
    from kb.errors import Usage
    from kb.model.identifiers import slug

    formats.checked(format)
    if not base.startswith(("http://", "https://")) or not base.endswith("/"):
        raise Usage(
            f"--base {base} is not an IRI that ends in “/”.", "--base https://example.org/kb/"
        )
    if slug(collection) != collection:
        raise Usage(f"“{collection}” cannot name a collection.", f"--collection {slug(collection)}")
    made = bases.init(folder, base, collection).folder
    if base == EXAMPLE:
        message(
            "note: records begin with an example address. Before others cite them, choose one that "
            "you control, or one at w3id.org: base in kb.toml"
        )
    report(
        [f"Made a knowledge base in {made.root}.", "Next: kb add source FILE"],
        ("folder", "base", "collection"),
        [[str(made.root), made.base, made.collection]],
        format,
    )


@app.command()
@shared
def migrate(
    dry_run: bool = typer.Option(
        False, "--dry-run", help="Show what would be done; write nothing."
    ),
    format: str = FORMAT,
) -> None:
    """Update a knowledge base of an older kb to the current format, or seal a damaged log.

    It writes the format into kb.toml, gives terms of the vocabulary their new names in your
    ontology files and queries, chains all entries of the log, and logs the digest of every file
    that affects answers. Only kb log --head, kb fsck --head and old names need this; everything
    else works without it. No record is changed.

    \b
    kb migrate --dry-run
    kb migrate
    """
    from kb.app import knowledge_base
    from kb.app.changes import migration
    from kb.workspace.log import log_entries

    formats.checked(format)
    kb = knowledge_base.open(session.folder())
    done = migration.planned(kb.folder) if dry_run else migration.migrate(kb.folder)
    steps = (*done.steps, *done.left)
    report(steps, ("step",), [[step] for step in steps], format)
    if not steps:
        message("Nothing to do: this knowledge base has the current format.")
    elif not done.steps:
        message("Nothing was written: the names above are left to you.")
    elif dry_run:
        message("Nothing was written (--dry-run).")
    else:
        message(f"Next: kb fsck; kb undo {log_entries.last(kb.folder)} reverts it")
