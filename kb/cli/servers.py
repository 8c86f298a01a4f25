"""kb push and kb pull: a knowledge base on a SPARQL server."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from kb.cli.opened import seconds, to_write
from kb.cli.options import FORMAT, shared
from kb.cli.output import message, report
from kb.presentation import formats
from kb.presentation.values import amount

app = typer.Typer(rich_markup_mode=None, add_completion=False)
SERVER = typer.Argument(..., metavar="NAME|URL", help="A server of kb.toml, or its address.")
TIMEOUT = typer.Option(
    None,
    "--timeout",
    metavar="SECONDS",
    help="Wait this long for each answer, at most an hour; by default 30, or the server's.",
)
DRY_RUN = typer.Option(False, "--dry-run", help="Print what would be done; change nothing.")


@app.command()
@shared
def push(
    server: str = SERVER,
    dry_run: bool = DRY_RUN,
    force: bool = typer.Option(
        False, "--force", help="Overwrite what others put there in the place of your graphs."
    ),
    timeout: float | None = TIMEOUT,
    format: str = FORMAT,
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
    formats.checked(format)
    kb = to_write()
    done = kb.push(server, dry_run, force, seconds(timeout))
    changes = [("send" if dry_run else "sent", name) for name in done.sent]
    changes += [("remove" if dry_run else "removed", name) for name in done.removed]
    _report("graph", changes, done.same, format)


@app.command()
@shared
def pull(
    server: str = SERVER,
    dry_run: bool = DRY_RUN,
    force: bool = typer.Option(
        False, "--force", help="Replace files that the server never had in this version."
    ),
    timeout: float | None = TIMEOUT,
    format: str = FORMAT,
) -> None:
    """Fetch the records from a server, as canonical files that validate.

    Nothing is written if a record has an error, if another program changed the graphs, or if a file
    here was changed since the last push (exit code 4). kb undo reverts a pull.

    \b
    kb pull team --dry-run
    kb pull team
    """
    formats.checked(format)
    kb = to_write()
    done = kb.pull(server, dry_run, force, seconds(timeout))
    changes = [("write" if dry_run else "wrote", name) for name in done.written]
    changes += [("remove" if dry_run else "removed", name) for name in done.removed]
    _report("file", changes, done.same, format)


def _report(noun: str, changes: Sequence[tuple[str, str]], same: int, format: str) -> None:
    """Print what was done, or would be done, with each graph or file."""
    lines = [f"{verb:<8} {name}" for verb, name in changes]
    report(lines, (noun, "change"), [[name, verb] for verb, name in changes], format)
    message(f"{amount(same, noun)} unchanged")
