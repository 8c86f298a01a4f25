"""kb export, kb index."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from kb.cli.output import message
from kb.errors import Usage

app = typer.Typer(rich_markup_mode=None)
KINDS = ("turtle", "facts", "ntriples", "csv")


@app.command()
def export(
    kind: str = typer.Argument(..., metavar="turtle|facts|ntriples|csv"),
    output: str = typer.Option("-", "--output", "-o", help="File, or folder for csv; - is standard output."),
) -> None:
    """Records as Turtle or N-Triples, accepted facts as plain triples that point back, tables as CSV.

    \b
    kb export turtle --output all.ttl
    kb export facts
    kb export csv --output tables/
    """
    from kb import folder
    from kb.cli.opened import opened
    from kb.ids import suggestion

    if kind not in KINDS:
        raise Usage(f"there is no export “{kind}”.", suggestion(kind, KINDS, f"one of {', '.join(KINDS)}"))
    kb = opened()
    if kind == "csv":
        if output == "-":
            raise Usage("csv is several files.", "kb export csv --output FOLDER")
        if Path(output).is_file():
            raise Usage(f"{output} is a file.", "name a folder")
        try:
            print("\n".join(map(str, kb.export_csv(Path(output)))))
        except OSError as error:
            raise Usage(f"{output} cannot be written: {error.strerror}.", "choose another folder") from None
        return
    text = kb.export(kind)
    if output == "-":
        sys.stdout.write(text)
        return
    try:
        folder.write(Path(output), text)
    except IsADirectoryError:
        raise Usage(f"{output} is a folder.", "name a file") from None
    except OSError as error:
        raise Usage(f"{output} cannot be written: {error.strerror}.", "choose another place") from None
    message(f"wrote {output}")


@app.command()
def index(rebuild: bool = typer.Option(False, "--rebuild", help="Delete it first; nothing is lost.")) -> None:
    """Bring the index in .kb/ up to the text. Other commands do this by themselves.

    \b
    kb index --rebuild
    """
    from kb import base

    kb = base.open()
    if rebuild:
        kb.drop_index()
    done = kb.refresh()
    for name in done.broken:
        message(f"warning: {name} is not Turtle; what it holds is missing from every answer (kb validate)")
    print(f"{len(done.replaced)} files read, {len(done.removed)} gone.")
