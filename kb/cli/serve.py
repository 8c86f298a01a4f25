"""kb serve: the pages of a knowledge base in a browser."""

from __future__ import annotations

from typing import Final

import typer

from kb.cli import session
from kb.cli.output import message

app = typer.Typer(rich_markup_mode=None, add_completion=False)
HOST: Final = typer.Option(
    "127.0.0.1",
    "--host",
    metavar="ADDRESS",
    help="Listen on this address. From other computers, reading needs the token too.",
)
PORT: Final = typer.Option(
    8017, "--port", metavar="N", help="Listen on this port; 0: any free one."
)
TOKEN: Final = typer.Option(False, "--token", help="Ask for the printed token for reading too.")
READ_ONLY: Final = typer.Option(
    False, "--read-only", help="Show pages only; nothing can be changed from them."
)


CORS: Final = typer.Option(
    "",
    "--cors",
    metavar="ORIGIN",
    help="Let scripts of this site read the data (CORS), but not the pages.",
)


@app.command()
def serve(
    host: str = HOST,
    port: int = PORT,
    token: bool = TOKEN,
    read_only: bool = READ_ONLY,
    cors: str = CORS,
) -> None:
    """Show the knowledge base in a browser, by default on this computer only. Ctrl-C ends it.

    The next page shows what a command or an editor changed in the files. A change in the browser
    is like that of a command: kb log lists it, kb undo reverts it.
    Records can be changed only with the token in the address that is printed.
    Nothing is loaded from elsewhere.

    \b
    kb serve
    kb serve --port 0
    kb serve --host 192.168.1.5        for your network
    kb serve --cors https://example.org
    """
    from kb.app import knowledge_base

    kb = knowledge_base.open(session.folder())
    try:
        from kb.web import server
    except ModuleNotFoundError as error:
        raise session.without_pages(error) from None
    root = str(kb.folder.root)
    server.serve(root, host, port, _say, guarded=token, read_only=read_only, origin=cors)


def _say(address: str) -> None:
    message(f"Open {address} in a browser. Ctrl-C ends it.")
