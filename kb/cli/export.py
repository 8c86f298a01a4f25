"""kb export and kb index: files for others, and the index of this knowledge base."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from kb.app.publishing import interchange, target_files
from kb.cli import session, target
from kb.cli.export_layout import DOSSIER, Layout
from kb.cli.opened import day, from_text, opened_at, parameters
from kb.cli.options import AS_OF, FORCE, FORMAT, KNOWN_ON, POLICY, shared
from kb.cli.output import emit, message, report
from kb.errors import Refused, Usage
from kb.presentation import formats, losses
from kb.presentation.values import amount
from kb.workspace.caches import written_exports

if TYPE_CHECKING:
    from kb.app.answers import Answers, View
    from kb.app.views.wanted import Wanted

app = typer.Typer(rich_markup_mode=None, add_completion=False)
CONTEXT_FILE: Final = "context.jsonld"
DOCUMENTS: Final = typer.Option(
    False, "--documents", help="For ro-crate: add the texts of documents that are available."
)
SENSITIVE: Final = typer.Option(
    False,
    "--include-sensitive",
    help="Keep records marked sensitive: only for your own backup copies.",
)
WHAT: Final = typer.Argument(
    ...,
    metavar="FORMAT",
    help="turtle, ntriples, nquads, jsonld, csv, parquet, xlsx, facts, annotations, provenance, "
    "bibtex, claimreview, csl-json, dossier, ftm, ftm-statements, geojson, graphml, "
    "nanopublications, notes, prov-json, quickstatements, ro-crate, stix or web-annotations.",
)
RECORD: Final = typer.Argument(
    "", metavar="[RECORD]", show_default=False, help="For dossier: a claim or an entity."
)
OUTPUT: Final = typer.Option(
    "-",
    "--output",
    "-o",
    show_default=False,
    help="A file, or a folder for csv, parquet, notes, ro-crate; by default standard output.",
)
QUERY: Final = typer.Option(
    "", "--query", metavar="NAME", help="Only claims in the answer of this saved question."
)
VALUES: Final = typer.Option(
    [], "--set", metavar="NAME=VALUE", help="A parameter of that question. Repeatable."
)
DERIVED: Final = typer.Option(
    False,
    "--derived",
    help="For turtle, ntriples, nquads, jsonld: add statuses, voices, contradictions, ontology.",
)
SPREADSHEET: Final = typer.Option(
    False,
    "--spreadsheet",
    help="For csv: put an apostrophe before text that a spreadsheet would run as a formula.",
)
DELIMITER: Final = typer.Option(
    ",",
    metavar="CHARACTER",
    help="With --spreadsheet: the character between cells, “;” where the decimal sign is a comma.",
)
CONTEXT: Final = typer.Option(
    "embedded",
    metavar="embedded|beside",
    help="For jsonld: put the context into the file, or into a file beside it.",
)


@app.command()
@shared
def export(
    wanted: Wanted,
    what: str = WHAT,
    record: str = RECORD,
    output: str = OUTPUT,
    force: bool = FORCE,
    derived: bool = DERIVED,
    query: str = QUERY,
    values: list[str] = VALUES,
    as_of: str = AS_OF,
    known_on: str = KNOWN_ON,
    policy: str = POLICY,
    spreadsheet: bool = SPREADSHEET,
    delimiter: str = DELIMITER,
    context: str = CONTEXT,
    documents: bool = DOCUMENTS,
    include_sensitive: bool = SENSITIVE,
) -> None:
    """Export all records or a selection, as RDF, CSV tables or in a format of other programs.

    A selection contains the chosen claims, all assertions on them, and everything that these
    records refer to. The chosen records are marked: in a column of the tables, in a comment of the
    other formats. What a format of other programs has no place for is listed. A file that kb did
    not write is overwritten only with --force.

    \b
    kb export turtle --output all.ttl
    kb export nquads --derived | gzip > all.nq.gz
    kb export facts --as-of 2024-03-02
    kb export csv --output tables/ --spreadsheet
    kb export turtle --place oldport --status disputed
    kb export jsonld --query denials-by --set speaker=northland
    kb export web-annotations -o annotations.json
    kb export dossier entity/harbour -o harbour.html
    """
    days = (as_of, known_on, policy)
    layout = Layout(
        what,
        output,
        force,
        derived,
        spreadsheet,
        delimiter,
        context,
        documents,
        record,
        days,
    )
    layout.check()
    if values and not query:
        raise Usage("--set needs a question.", "add --query NAME")
    kb = _leaving(opened_at(as_of, known_on, policy), include_sensitive)
    wanted = replace(wanted, query=query, values=parameters(values))
    if what == DOSSIER and wanted.described():
        raise Usage(
            "a dossier is about one record.", f"leave out the options: {wanted.described()}"
        )
    _write(_selected(kb, wanted) if wanted.described() else kb, layout)


def _leaving(kb: Answers, sensitive: bool) -> Answers:
    """Return what may leave, and say how many records do not."""
    if sensitive:
        return kb.with_sensitive()
    part = kb.public()
    if part.session is not kb.session:
        number, rest = (sum(1 for _ in one.known().all()) for one in (kb, part))
        message(
            f"{amount(number - rest, 'record')} left out: marked sensitive, or naming one that is"
        )
    return part


def _write(kb: Answers, layout: Layout) -> None:
    if layout.format in target_files.TABLES:
        _tables(kb, layout)
    elif layout.format == "xlsx":
        _workbook(kb, layout)
    elif layout.format in target_files.FOLDERS:
        _folder_of_files(kb, layout)
    elif layout.context == "beside":
        _beside(kb, layout.output, layout.force)
    else:
        _text(kb, layout)


def _folder_of_files(kb: Answers, layout: Layout) -> None:
    """Write Markdown notes or a research object, and say what it has no place for."""
    if layout.output == "-":
        raise Usage(
            f"{layout.format} is several files.", f"kb export {layout.format} --output FOLDER"
        )
    place = Path(layout.output)
    if place.exists() and not place.is_dir():
        raise Usage(f"{layout.output} is a file.", "name a folder")
    target_files.within(kb.folder.apart(place), kb.folder)
    made = kb.export_folder(layout.format, layout.documents)
    target_files.mirror(place, made.files, kb.folder, layout.force)
    for line in losses.lines(made.title, made.lost, made.skipped):
        message(line)
    message(f"wrote {amount(len(made.files), 'file')} to {layout.output}")


def _selected(kb: Answers, wanted: Wanted) -> View:
    """Return the selection, and say how many claims were chosen and how many were added."""
    part = kb.only(wanted)
    number = len(part.chosen or ())
    added = len(part.status().rows) - number
    message(f"{amount(number, 'claim')} chosen ({wanted.described()})")
    if added:
        message(f"{amount(added, 'claim')} included because the chosen records refer to them")
    if not number:
        raise Refused("no claims match, so nothing was written.", "kb list claims --help")
    return part


def _tables(kb: Answers, layout: Layout) -> None:
    """Write the tables, for programs or for spreadsheets."""
    folder = _folder(kb, layout)
    try:
        if layout.format == "parquet":
            written = kb.export_parquet(folder)
        elif layout.spreadsheet:
            written = kb.export_spreadsheet(folder, layout.delimiter)
        else:
            written = kb.export_csv(folder)
    except OSError as error:
        raise Usage(
            f"{layout.output} cannot be written: {error.strerror}.", "choose another folder"
        ) from None
    _note(kb, written)


def _folder(kb: Answers, layout: Layout) -> Path:
    """Return the folder for tables. Raises Usage or Refused if they cannot be written there."""
    if layout.output == "-":
        kind = layout.format
        raise Usage(f"{kind} is several files.", f"kb export {kind} --output FOLDER")
    folder = Path(layout.output)
    if folder.exists() and not folder.is_dir():
        raise Usage(f"{layout.output} is a file.", "name a folder")
    for path in (folder, *(folder.iterdir() if folder.is_dir() else ())):
        if path == folder or path.suffix in (f".{layout.format}", ".json"):
            target.within(path, kb.folder)
    names = target_files.TABLES[layout.format]
    target.free([folder / name for name in names], kb.folder, layout.force)
    return folder


def _note(kb: Answers, written: list[Path]) -> None:
    """Remember the files that were written, and print their names."""
    written_exports.note(kb.folder, written)
    print("\n".join(map(str, written)))


def _beside(kb: Answers, output: str, force: bool) -> None:
    """Write JSON-LD, and its context into a file beside it."""
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
    target.free([path, path.with_name(CONTEXT_FILE)], kb.folder, force)
    try:
        written = kb.export_jsonld(path)
    except OSError as error:
        raise target.unwritten(output, error) from None
    _note(kb, written)


def _text(kb: Answers, layout: Layout) -> None:
    """Write one file, or standard output."""
    output = layout.output
    if output == "-":
        emit(_made(kb, layout))
        return
    # Refuse before the export is made, which can take long.
    target.within(kb.folder.apart(target_files.file(output)), kb.folder)
    target.free([Path(output)], kb.folder, layout.force)
    target.write(_made(kb, layout), output, kb.folder)
    message(f"wrote {output}")


def _workbook(kb: Answers, layout: Layout) -> None:
    """Write an Excel workbook."""
    if layout.output == "-":
        raise Usage("a workbook is a file.", "kb export xlsx --output FILE.xlsx")
    target.within(kb.folder.apart(target_files.file(layout.output)), kb.folder)
    target.free([Path(layout.output)], kb.folder, layout.force)
    target.write(kb.export_xlsx(), layout.output, kb.folder)
    message(f"wrote {layout.output}")


def _made(kb: Answers, layout: Layout) -> str:
    """Make an export, and say what a format of other programs has no place for."""
    if layout.format == DOSSIER:
        return _dossier(kb, layout)
    if layout.format not in interchange.formats():
        return kb.export(layout.format, layout.derived)
    made = kb.interchange(layout.format)
    for line in losses.lines(made.title, made.lost, made.skipped):
        message(line)
    return made.text


def _dossier(kb: Answers, layout: Layout) -> str:
    """Make the dossier of a record, which needs the packages of the pages. Raises Usage."""
    try:
        from kb.web import dossier
    except ModuleNotFoundError as error:
        raise session.without_pages(error) from None
    as_of, known_on, policy = layout.days
    return dossier.html(
        kb, layout.record, day(as_of, "--as-of"), day(known_on, "--known-on"), policy
    )


@app.command()
@shared
def index(
    rebuild: bool = typer.Option(False, "--rebuild", help="Build a new index; no record is lost."),
    format: str = FORMAT,
) -> None:
    """Update the index in .kb/. Other commands do this by themselves.

    \b
    kb index --rebuild
    """
    formats.checked(format)
    done = from_text().refresh(anew=rebuild)
    rows = [[name, "read"] for name in done.replaced] + [[name, "gone"] for name in done.removed]
    line = f"{amount(len(done.replaced), 'file')} read, {len(done.removed)} gone."
    report([line], ("file", "state"), rows, format)
