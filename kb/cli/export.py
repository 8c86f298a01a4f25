"""kb export, kb index."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from kb.cli import target
from kb.cli.opened import from_text, parameters, standing
from kb.cli.options import AS_OF, FORCE, KNOWN_ON, POLICY, shared
from kb.cli.output import emit, message
from kb.errors import Refused, Usage
from kb.model.identifiers import suggestion
from kb.presentation.values import amount
from kb.workspace import written_exports

if TYPE_CHECKING:
    from kb.app.answers import Answers, View
    from kb.app.selection import Wanted

app = typer.Typer(rich_markup_mode=None, add_completion=False)
CONTEXTS = ("embedded", "beside")
CONTEXT = "context.jsonld"
# What an export as CSV writes into its folder.
TABLES = ("assertions.csv", "claims.csv", "sources.csv", "entities.csv", "export.json")
# What spreadsheets expect between cells, by the country they are set to.
DELIMITERS = ",;\t"


@app.command()
@shared
def export(
    wanted: Wanted,
    what: str = typer.Argument(
        ...,
        metavar="FORMAT",
        help="turtle, ntriples, nquads, jsonld, csv, facts, annotations or provenance.",
    ),
    output: str = typer.Option(
        "-", "--output", "-o", help="File, or folder for csv; - is standard output."
    ),
    force: bool = FORCE,
    query: str = typer.Option(
        "", "--query", metavar="NAME", help="Only claims in the answer of this saved question."
    ),
    values: list[str] = typer.Option(
        [], "--set", metavar="NAME=VALUE", help="A parameter of that question."
    ),
    as_of: str = AS_OF,
    known_on: str = KNOWN_ON,
    policy: str = POLICY,
    spreadsheet: bool = typer.Option(
        False, "--spreadsheet", help="csv: an apostrophe before what a spreadsheet would compute."
    ),
    delimiter: str = typer.Option(
        ",",
        metavar="CHARACTER",
        help="--spreadsheet: between cells; “;” where the decimal sign is a comma.",
    ),
    context: str = typer.Option(
        "embedded",
        metavar="embedded|beside",
        help="jsonld: its context in the file, or in a file beside it.",
    ),
) -> None:
    """Export all records or a selection: Turtle, N-Triples, N-Quads, JSON-LD, CSV tables, or the
    accepted facts as plain triples.

    A selection contains the claims that are chosen, all assertions on them, and everything that
    these records refer to. What was chosen is marked: in a column of the tables, in a comment of
    the other formats. A file that kb did not write is overwritten only with --force.

    \b
    kb export turtle --output all.ttl
    kb export nquads | gzip > all.nq.gz
    kb export facts --as-of 2024-03-02
    kb export csv --output tables/ --spreadsheet
    kb export turtle --place oldport --status disputed
    kb export jsonld --query denials-by --set speaker=northland
    """
    from dataclasses import replace

    if (spreadsheet and what != "csv") or (context != "embedded" and what != "jsonld"):
        raise Usage(
            f"{'--spreadsheet' if spreadsheet else '--context'} does not go with {what}.",
            "--spreadsheet is for csv, --context for jsonld",
        )
    if len(delimiter) != 1 or delimiter not in DELIMITERS or (delimiter != "," and not spreadsheet):
        raise Usage(
            "--delimiter is one of , ; and tab, and goes with --spreadsheet.",
            'kb export csv --spreadsheet --delimiter ";" -o FOLDER',
        )
    if context not in CONTEXTS:
        raise Usage(
            f"a context can not be “{context}”.",
            suggestion(context, CONTEXTS, f"one of {', '.join(CONTEXTS)}"),
        )
    if values and not query:
        raise Usage("--set gives a value to a question, and none is named.", "add --query NAME")
    kb = standing(as_of, known_on, policy)
    wanted = replace(wanted, query=query, values=parameters(values))
    if wanted.described():
        kb = _selected(kb, wanted)
    if what == "csv":
        _tables(kb, output, delimiter if spreadsheet else None, force)
    elif context == "beside":
        _beside(kb, output, force)
    else:
        _text(kb, what, output, force)


def _selected(kb: Answers, wanted: Wanted) -> View:
    """The part that is wanted; says how many claims were chosen and how many came along."""
    part = kb.only(wanted)
    number = len(part.chosen or ())
    along = len(part.status().rows) - number
    message(f"{amount(number, 'claim')} chosen ({wanted.described()})")
    if along:
        message(f"{amount(along, 'claim')} included because the chosen records refer to them")
    if not number:
        raise Refused("nothing was chosen, so nothing was written.", "kb list claims --help")
    return part


def _tables(kb: Answers, output: str, delimiter: str | None, force: bool) -> None:
    """Write the tables: for programs, or, where a delimiter is given, for spreadsheets."""
    if output == "-":
        raise Usage("csv is several files.", "kb export csv --output FOLDER")
    if Path(output).exists() and not Path(output).is_dir():
        raise Usage(f"{output} is a file.", "name a folder")
    place = Path(output)
    for path in (place, *(place.iterdir() if place.is_dir() else ())):
        if path == place or path.suffix in (".csv", ".json"):
            target.within(path, kb.folder)
    target.free([place / name for name in TABLES], kb.folder, force)
    try:
        written = (
            kb.export_csv(place) if delimiter is None else kb.export_spreadsheet(place, delimiter)
        )
    except OSError as error:
        raise Usage(
            f"{output} cannot be written: {error.strerror}.", "choose another folder"
        ) from None
    written_exports.note(kb.folder, written)
    print("\n".join(map(str, written)))


def _beside(kb: Answers, output: str, force: bool) -> None:
    if output == "-":
        raise Usage(
            "a context beside the file needs a file.",
            "kb export jsonld --context beside --output FILE",
        )
    path = target.file(output)
    if path.exists() and not path.is_file():
        raise Usage(
            f"{output} is not a file.", "name a file, so that the context can be put beside it"
        )
    for place in (path, *path.parent.glob("*.jsonld")):
        target.within(place, kb.folder)
    target.free([path, path.with_name(CONTEXT)], kb.folder, force)
    try:
        written = kb.export_jsonld(path)
    except OSError as error:
        raise target.unwritten(output, error) from None
    written_exports.note(kb.folder, written)
    print("\n".join(map(str, written)))


def _text(kb: Answers, kind: str, output: str, force: bool) -> None:
    if output == "-":
        emit(kb.export(kind))
        return
    target.within(
        kb.folder.apart(target.file(output)), kb.folder
    )  # before the work, which can take long
    target.free([Path(output)], kb.folder, force)
    target.write(kb.export(kind), output, kb.folder)
    message(f"wrote {output}")


@app.command()
def index(
    rebuild: bool = typer.Option(
        False, "--rebuild", help="Build it from nothing; nothing is lost."
    ),
) -> None:
    """Bring the index in .kb/ up to the text. Other commands do this by themselves.

    \b
    kb index --rebuild
    """
    done = from_text().refresh(anew=rebuild)
    print(f"{len(done.replaced)} files read, {len(done.removed)} gone.")
