"""kb export, kb index."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from kb.cli import target
from kb.cli.opened import AS_OF, KNOWN_ON, POLICY, from_text, parameters, standing
from kb.cli.output import emit, message
from kb.errors import Usage
from kb.model.identifiers import suggestion

if TYPE_CHECKING:
    from kb.app.answers import Answers

app = typer.Typer(rich_markup_mode=None)
CONTEXTS = ("embedded", "beside")
# What spreadsheets expect between cells, by the country they are set to.
DELIMITERS = ",;\t"


@app.command()
def export(
    kind: str = typer.Argument(
        ..., metavar="turtle|ntriples|nquads|jsonld|csv|facts|annotations|provenance"
    ),
    output: str = typer.Option(
        "-", "--output", "-o", help="File, or folder for csv; - is standard output."
    ),
    query: str = typer.Option(
        "", metavar="NAME", help="Only claims that the answer of this saved question names."
    ),
    values: list[str] = typer.Option(
        [], "--set", metavar="NAME=VALUE", help="A parameter of that question."
    ),
    source: list[str] = typer.Option(
        [], metavar="SOURCE", help="Only claims spoken of in this source, or one of these."
    ),
    place: list[str] = typer.Option(
        [], metavar="PLACE", help="Only claims at this place or within it."
    ),
    status: list[str] = typer.Option(
        [], metavar="HEADLINE", help="Only claims that stand so, as disputed."
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
    """Records as Turtle, N-Triples, N-Quads or JSON-LD, tables as CSV, accepted facts as plain
    triples that point back.

    A selection holds the claims you name with all that is said of them, and everything that these
    records refer to.

    \b
    kb export turtle --output all.ttl
    kb export nquads | gzip > all.nq.gz
    kb export facts --as-of 2024-03-02
    kb export csv --output tables/ --spreadsheet
    kb export turtle --place oldport --status disputed
    kb export jsonld --query denials-by --set speaker=northland
    """
    from kb.app.selection import Wanted

    if (spreadsheet and kind != "csv") or (context != "embedded" and kind != "jsonld"):
        raise Usage(
            f"{'--spreadsheet' if spreadsheet else '--context'} does not go with {kind}.",
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
    wanted = Wanted(query, parameters(values), tuple(source), tuple(place), tuple(status))
    if wanted.words():
        part = kb.only(wanted)
        message(f"{len(part.chosen or ())} claims chosen ({wanted.words()})")
        kb = part
    if kind == "csv":
        _tables(kb, output, delimiter if spreadsheet else None)
    elif context == "beside":
        _beside(kb, output)
    else:
        _text(kb, kind, output)


def _tables(kb: Answers, output: str, delimiter: str | None) -> None:
    """Write the tables: for programs, or, where a delimiter is given, for spreadsheets."""
    if output == "-":
        raise Usage("csv is several files.", "kb export csv --output FOLDER")
    if Path(output).exists() and not Path(output).is_dir():
        raise Usage(f"{output} is a file.", "name a folder")
    place = Path(output)
    for path in (place, *(place.iterdir() if place.is_dir() else ())):
        if path == place or path.suffix in (".csv", ".json"):
            target.within(path, kb.folder)
    try:
        written = (
            kb.export_csv(place) if delimiter is None else kb.export_spreadsheet(place, delimiter)
        )
    except OSError as error:
        raise Usage(
            f"{output} cannot be written: {error.strerror}.", "choose another folder"
        ) from None
    print("\n".join(map(str, written)))


def _beside(kb: Answers, output: str) -> None:
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
    try:
        print("\n".join(map(str, kb.export_jsonld(path))))
    except OSError as error:
        raise target.unwritten(output, error) from None


def _text(kb: Answers, kind: str, output: str) -> None:
    if output == "-":
        emit(kb.export(kind))
        return
    target.within(
        kb.folder.apart(target.file(output)), kb.folder
    )  # before the work, which can take long
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
