"""kb init, kb migrate."""

from __future__ import annotations

from pathlib import Path

import typer

from kb.cli import session

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def init(
    folder: Path = typer.Argument(
        Path("."), metavar="[DIR]", help="Where; the current folder by default."
    ),
    base: str = typer.Option(
        "https://example.org/kb/", help="IRI that all records begin with; ends in “/”."
    ),
    collection: str = typer.Option("main", help="Name of the first collection."),
) -> None:
    """Make an empty knowledge base.

    \b
    kb init                                   here
    kb init harbour --base https://example.org/harbour/
    """
    from kb.app import knowledge_base as bases
    from kb.errors import Usage
    from kb.model.identifiers import slug

    if not base.startswith(("http://", "https://")) or not base.endswith("/"):
        raise Usage(
            f"--base {base} is not an IRI that ends in “/”.", "--base https://example.org/kb/"
        )
    if slug(collection) != collection:
        raise Usage(f"“{collection}” cannot name a collection.", f"--collection {slug(collection)}")
    made = bases.init(folder, base, collection)
    print(f"Made a knowledge base in {made.folder.root}.")
    print("Next: kb add source FILE reads a document in.")


@app.command()
def migrate(
    dry_run: bool = typer.Option(
        False, "--dry-run", help="Say what would be done, and write nothing."
    ),
) -> None:
    """Bring a knowledge base of an older kb to the present format, or seal a log that was damaged.

    States the format in kb.toml, begins the chain of the log over all entries that are there, and
    logs the digest of every file that
    decides answers. Everything works without it; it is what kb log --head and kb fsck --head need.
    No record is changed.

    \b
    kb migrate --dry-run
    kb migrate
    """
    from kb.app import knowledge_base, migration
    from kb.workspace import log_entries

    kb = knowledge_base.open(session.folder())
    steps = migration.planned(kb.folder).steps if dry_run else migration.migrate(kb.folder)
    for step in steps:
        print(step)
    if not steps:
        print("Nothing to do: this knowledge base has the present format.")
    elif dry_run:
        print("Nothing was written (--dry-run).")
    else:
        print(f"Next: kb fsck; kb undo {log_entries.last(kb.folder)} takes it back")
