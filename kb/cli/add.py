"""kb add and kb add source: adding documents, and claims from sheets."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from kb.cli import changes, entities, entries, predicate
from kb.cli.opened import to_write
from kb.cli.options import DRY_RUN, FORMAT, Whole, shared
from kb.cli.output import message, show
from kb.errors import KbError, Refused, Usage
from kb.presentation import formats
from kb.presentation.controls import visible

if TYPE_CHECKING:
    from kb.coding.sheet import Sheet
    from kb.model.records import Source

app = typer.Typer(rich_markup_mode=None, add_completion=False)
add_app = typer.Typer(rich_markup_mode=None, add_completion=False, cls=Whole)
app.add_typer(add_app, name="add")

ADDED: Final = ("source", "title", "words", "sha256", "unknown")
SHEETS: Final = typer.Option(
    [], "--from", metavar="SHEET", help="A sheet of claims; - for standard input. Repeatable."
)
FILES: Final = typer.Argument(
    ..., metavar="FILE...", help="Documents, or folders of them; - for standard input."
)
TITLE: Final = typer.Option("", help="By default the page's title or the first line.")
AUTHOR: Final = typer.Option(
    "", help="Name or id of who wrote it; the text's own statements count as theirs."
)
AUTHOR_TYPE: Final = typer.Option(
    "", metavar="TYPE", help="person, organisation, group, or agent if you do not know."
)
PUBLISHER: Final = typer.Option("", help="Name or id of the publisher.")
PUBLISHED: Final = typer.Option(
    "", metavar="DATE", help="2020-06-05, 2020-06, or if uncertain 2020-06-05..2020-06-06."
)
BECAUSE: Final = typer.Option("", help="The reason for this date, if the document does not say it.")
LANGUAGE: Final = typer.Option("", help="A language code: en, ar, ru.")
URL: Final = typer.Option("", help="Where it was published.")
COPY_OF: Final = typer.Option(
    "", metavar="SOURCE", help="The source that this one copies, translates or syndicates."
)
VERSION_OF: Final = typer.Option(
    "", metavar="SOURCE", help="The source of which this one is a later version."
)
OBTAINED: Final = typer.Option("", help="How you obtained it.")
ID: Final = typer.Option("", help="A short id of your choice.")
COLLECTION: Final = typer.Option("", help="By default the collection in kb.toml.")

EXAMPLE: Final = """\b
source: report
new:
  harbour: place, port; as Old Harbour
  coastguard: force; as Coastguard
claims:
- claim: The coastguard entered the old harbour
  what: coastguard > entered > harbour
  when: 2024-03-02
  said:
  - by: coastguard
    at: 3 the coastguard said … harbour
  - by: unnamed 2 residents
    denies: occurrence
    at: 5 Two residents … quiet
"""


@add_app.callback(invoke_without_command=True)
@shared
def add(
    ctx: typer.Context,
    sheets: list[str] = SHEETS,
    dry_run: bool = DRY_RUN,
    format: str = FORMAT,
) -> None:
    """Add a document, or claims from sheets.

    A sheet is added completely or not at all. Several sheets are one change: all of them are added,
    or none. Adding a sheet again changes nothing, so correct it and run the command again.

    \b
    kb add source report.txt --title "…" --published 2024-03-03
    kb add --from sheet.yaml --dry-run
    kb add --from sheet.yaml
    kb add --from one.yaml --from two.yaml
    kb add claim                         one claim, step by step
    """
    if ctx.invoked_subcommand:
        return
    if not sheets:
        raise Usage("nothing to add.", "kb add source FILE, kb add --from SHEET, or kb add claim")
    if sheets.count("-") > 1:
        raise Usage("standard input can be read only once.", "give --from - once")
    formats.checked(format)
    parsed = _parsed(sheets)
    kb = to_write()
    what = " ".join(("add", *(f"--from {sheet.name}" for sheet in parsed)))
    changes.carry_out(kb, lambda: kb.plan_sheets(parsed), what, dry_run, format)


def _parsed(names: Sequence[str]) -> list[Sheet]:
    """Read all sheets before anything is written. Raises Refused if one of several has an error."""
    from kb.coding import sheet_rules, yaml_reader

    found = [yaml_reader.parse(_text(name), name) for name in names]
    for sheet in found:
        sheet_rules.sign(sheet, changes.coder(""))
    faults = [problem for sheet in found for problem in sheet.problems]
    if len(found) > 1 and any(problem.severity == "error" for problem in faults):
        for problem in faults:
            message(str(problem))
        raise Refused(
            "not all sheets can be read; nothing was written.",
            "fix the lines above and run the command again",
        )
    return found


def _text(name: str) -> str:
    from kb.workspace.files import folder

    if name == "-":
        return folder.decode(folder.read_input(), "standard input")
    return folder.read_text(Path(name))


@add_app.command("source")
@shared
def source(
    files: list[str] = FILES,
    title: str = TITLE,
    author: str = AUTHOR,
    author_type: str = AUTHOR_TYPE,
    publisher: str = PUBLISHER,
    published: str = PUBLISHED,
    because: str = BECAUSE,
    language: str = LANGUAGE,
    url: str = URL,
    copy_of: str = COPY_OF,
    version_of: str = VERSION_OF,
    obtained: str = OBTAINED,
    id: str = ID,
    collection: str = COLLECTION,
    format: str = FORMAT,
) -> None:
    """Add documents. The text is kept in documents/, outside git, and identified by its SHA-256.

    Reads text, Markdown, HTML, PDF, Word, e-mail, subtitles, web archives and posts in JSON.
    Several files, and those of a folder, are added one by one.

    \b
    kb add source report.txt --author "A Newspaper" --published 2024-03-03
    kb add source folder --publisher "A Newspaper"
    curl -s https://example.org/1 | kb add source - --url https://example.org/1
    """
    given = {
        "title": title,
        "author": author,
        "author-type": author_type,
        "publisher": publisher,
        "published": published,
        "because": because,
        "language": language,
        "url": url,
        "copy-of": copy_of,
        "version-of": version_of,
        "obtained": obtained,
        "id": id,
    }
    formats.checked(format)
    fields = {key: text for key, text in given.items() if text}
    names = [name for file in files for name in _named(file)]
    if len(names) == 1:
        rows = [_added(names[0], fields, collection, format)]
    else:
        _check_several(names, fields)
        rows = _added_one_by_one(names, fields, collection, format)
    if format != "table":
        show(ADDED, rows, format)
    if len(rows) < len(names):
        raise Refused(
            f"{len(names) - len(rows)} of {len(names)} documents were not added.",
            "see the line of each above",
        )


def _named(file: str) -> list[str]:
    """Return a file, or the files of a folder."""
    from kb.system import intake

    path = Path(file)
    return [str(one) for one in intake.files_in(path)] if path.is_dir() else [file]


def _check_several(names: Sequence[str], given: Mapping[str, str]) -> None:
    """Raise Usage if an option fits only one document."""
    single = [
        f"--{key}" for key in ("title", "id", "url", "copy-of", "version-of") if given.get(key)
    ]
    if single:
        raise Usage(
            f"{' and '.join(single)} can belong to one document only.", "add that document alone"
        )
    if names.count("-") > 1:
        raise Usage("standard input can be read only once.", "give - once")


def _added_one_by_one(
    names: Sequence[str], given: dict[str, str], collection: str, format: str
) -> list[list[object]]:
    """Add documents; print the error of each that cannot be added. Return the others as rows."""
    rows = []
    for name in names:
        try:
            rows.append(_added(name, given, collection, format))
        except KbError as error:
            if error.exit_code not in (1, 2):
                raise
            place = "" if name in error.message else f"{name}: "
            message(f"error: {place}{error}")
    return rows


def _added(file: str, given: dict[str, str], collection: str, format: str) -> list[object]:
    """Add one document and describe it. Return it in the order of ADDED."""
    notes: list[str] = []
    made = _written(file, given, collection, notes)
    if format == "table":
        print(f"Added source {made.id}: {made.words} words, sha256 {(made.sha256 or '')[:12]}…")
    for note in notes:
        message(f"note: {note}")
    if made.unknown:
        unknown = ", ".join({"published": "date"}.get(name, name) for name in made.unknown)
        message(f"note: no {unknown} given; recorded as unknown")
    if format == "table":
        print(f"Next: kb read {made.id}, then kb add --from SHEET with source: {made.id}")
    return [made.id, made.title, made.words, made.sha256, made.unknown]


def _written(file: str, given: dict[str, str], collection: str, notes: list[str]) -> Source:
    """Read a document and write its source; add to `notes` what could not be kept unchanged."""
    from kb.workspace.files import folder

    kb = to_write()
    data = folder.read_input() if file == "-" else folder.read_bytes(Path(file))
    ask = _ask_type if sys.stdin and sys.stdin.isatty() and file != "-" else None
    try:
        made = kb.add_source(file, data, given, collection or None, notes, ask=ask)
    except ValueError as error:
        raise Usage(str(error), "--published 2020-06-05..2020-06-06") from None
    kb.update_index()
    return made


def _ask_type(name: str) -> str:
    """Ask for the type of an author; an empty answer leaves it open."""
    types = {"p": "person", "o": "organisation"}
    try:
        answer = input(f"Is “{visible(name)}” a person or an organisation? [p/o, else unknown] ")
    except EOFError:
        return ""
    return types.get(answer.strip().lower()[:1], "")


# `add source` is the first step, so help lists it first.
add_app.registered_commands += [
    *entities.app.registered_commands,
    *entries.app.registered_commands,
    *predicate.app.registered_commands,
]
add.__doc__ = f"{cleandoc(add.__doc__ or '')}\n\nA sheet:\n\n{EXAMPLE}"
