"""kb push, kb pull."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from kb.cli.opened import to_write
from kb.cli.output import message
from kb.presentation.values import amount

app = typer.Typer(rich_markup_mode=None, add_completion=False)
SERVER = typer.Argument(..., metavar="NAME|URL", help="A server of kb.toml, or its address.")
DRY_RUN = typer.Option(False, "--dry-run", help="Print what would be done; change nothing.")


@app.command()
def push(
    server: str = SERVER,
    dry_run: bool = DRY_RUN,
    force: bool = typer.Option(
        False, "--force", help="Overwrite what others put there in the place of your graphs."
    ),
) -> None:
    """Send records, statuses and ontology to a SPARQL server: one graph for each file.

    Only what changed is sent. Graphs that do not belong to this knowledge base are left alone. If
    somebody else pushed meanwhile, nothing is sent and the exit code is 4.

    The server needs a table in kb.toml, with an address for queries and one to write to:

    \b
    [servers.team]
    query = "https://data.example.org/query"
    update = "https://data.example.org/update"       or
    graph_store = "https://data.example.org/store"

    \b
    kb push team --dry-run
    kb push team
    """
    kb = to_write()
    done = kb.push(server, dry_run, force)
    _say("send" if dry_run else "sent", done.sent)
    _say("remove" if dry_run else "removed", done.removed)
    message(f"{amount(done.same, 'graph')} unchanged")


@app.command()
def pull(
    server: str = SERVER,
    dry_run: bool = DRY_RUN,
    force: bool = typer.Option(
        False, "--force", help="Replace files that the server never had in this version."
    ),
) -> None:
    """Take the records that a server has, as canonical files that validate.

    Nothing is written if a record has an error, if another program changed the graphs, or if a file
    here was changed since the last push (exit code 4). kb undo takes a pull back.

    \b
    kb pull team --dry-run
    kb pull team
    """
    kb = to_write()
    done = kb.pull(server, dry_run, force)
    _say("write" if dry_run else "wrote", done.written)
    _say("remove" if dry_run else "removed", done.removed)
    message(f"{amount(done.same, 'file')} unchanged")


def _say(verb: str, names: Sequence[str]) -> None:
    """Print a line for each graph or file."""
    for name in names:
        print(f"{verb:<8} {name}")
