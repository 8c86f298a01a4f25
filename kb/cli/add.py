"""kb add, kb read, kb sheet: getting claims in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from kb.cli import entries
from kb.cli.changes import DRY_RUN_HELP, carry_out
from kb.cli.opened import WITH_TEXTS, from_text, to_write
from kb.cli.options import Whole
from kb.cli.output import message, page
from kb.presentation.controls import visible

app = typer.Typer(rich_markup_mode=None, add_completion=False)
add_app = typer.Typer(rich_markup_mode=None, add_completion=False, cls=Whole)
app.add_typer(add_app, name="add")
add_app.registered_commands += entries.app.registered_commands

EXAMPLE = """\b
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
def add(
    ctx: typer.Context,
    sheets: list[str] = typer.Option(
        [], "--from", metavar="SHEET", help="A sheet of claims; - for standard input. Repeatable."
    ),
    dry_run: bool = typer.Option(False, "--dry-run", help=DRY_RUN_HELP),
) -> None:
    """Add a document, or claims from sheets. Each sheet is added completely or not at all.

    \b
    kb add source report.txt --title "…" --published 2024-03-03
    kb add --from sheet.yaml --dry-run
    kb add --from sheet.yaml
    kb add claim                         one claim, step by step
    """
    if ctx.invoked_subcommand:
        return
    from kb.errors import KbError, Usage

    if not sheets:
        raise Usage(
            "nothing to add is named.", "kb add source FILE, kb add --from SHEET, or kb add claim"
        )
    if sheets.count("-") > 1:
        raise Usage("standard input can be read only once.", "give --from - once")
    texts = [
        _input(sheet) for sheet in sheets
    ]  # what cannot be read is known before any is written
    for n, (text, name) in enumerate(texts):
        try:
            _enter(text, name, dry_run)
        except KbError as error:
            if n and not dry_run:
                message(f"note: added before: {', '.join(sheets[:n])}; {name} was not added")
            raise error


def _enter(text: str, name: str, dry_run: bool) -> None:
    """Plan a sheet and write it, all of it or nothing."""
    kb = to_write()
    carry_out(kb, lambda: kb.plan(text, name), f"add --from {name}", dry_run)


def _input(name: str) -> tuple[str, str]:
    from kb.workspace import folder

    if name == "-":
        return folder.decode(folder.read_input(), "standard input"), "-"
    return folder.read_text(Path(name)), name


@add_app.command("source")
def source(
    file: str = typer.Argument(..., metavar="FILE", help="Text or HTML; - for standard input."),
    title: str = typer.Option("", help="Else the page's title or the first line."),
    author: str = typer.Option("", help="Name or id; who speaks in the document's own voice."),
    publisher: str = typer.Option("", help="Name or id."),
    published: str = typer.Option(
        "", metavar="DATE", help="2020-06-05, 2020-06, or 2020-06-05..2020-06-06 where not certain."
    ),
    because: str = typer.Option(
        "", help="Why the date is taken to be this, where the document does not say it."
    ),
    language: str = typer.Option("", help="As en, ar, ru."),
    url: str = typer.Option("", help="Where it was published."),
    copy_of: str = typer.Option(
        "", metavar="SOURCE", help="The source that this one copies, translates or syndicates."
    ),
    obtained: str = typer.Option("", help="How it was obtained."),
    id: str = typer.Option("", help="A short id of your own."),
    collection: str = typer.Option("", help="Else the one in kb.toml."),
) -> None:
    """Add a document. Its text is kept in documents/, outside git, and identified by its SHA-256.

    \b
    kb add source report.txt --author "A Newspaper" --published 2024-03-03
    curl -s https://example.org/page | kb add source - --url https://example.org/page
    """
    from kb.errors import Usage
    from kb.workspace import folder

    kb = to_write()
    data = folder.read_input() if file == "-" else folder.read_bytes(Path(file))
    given: dict[str, Any] = {
        "title": title, "author": author, "publisher": publisher, "published": published, "because": because, "language": language,
        "url": url, "copy-of": copy_of, "obtained": obtained, "id": id,
    }  # fmt: skip
    notes: list[str] = []
    try:
        made = kb.add_source(
            file, data, {k: v for k, v in given.items() if v}, collection or None, notes
        )
    except ValueError as error:
        raise Usage(str(error), "--published 2020-06-05..2020-06-06") from None
    kb.update_index()
    print(f"Added source {made.id}: {made.words} words, sha256 {(made.sha256 or '')[:12]}…")
    for note in notes:
        message(f"note: {note}")
    if made.unknown:
        message(f"note: not told, and recorded as unknown: {', '.join(made.unknown)}")
    print(f"Next: kb read {made.id}, then kb add --from SHEET with source: {made.id}")


@app.command()
def read(
    name: str = typer.Argument(
        ..., metavar="SOURCE", help="Its id, the beginning of it, or of its file's name."
    ),
) -> None:
    """Print a source's text with line numbers, for the at: of a sheet. Coded passages are between ⟦
    and ⟧, skipped ones between ⟨ and ⟩.

    \b
    kb read 2024-report
    """
    from kb.errors import Usage
    from kb.presentation.marked_text import marked

    kb = from_text(WITH_TEXTS)
    known = kb.known()
    source = known.source(name)
    text = kb.document(source)
    if text is None:
        raise Usage(
            f"the text of {source.id} is not available.",
            "put it into documents/, or name its folder in KB_DOCUMENTS; it is known by its sha256",
        )
    page(visible("\n".join(marked(known, source.id, text))) + "\n")


@app.command()
def sheet(name: str = typer.Argument(..., metavar="SOURCE")) -> None:
    """Print a source's records as a sheet. Adding it again changes nothing; editing it changes what
    you edited.

    \b
    kb sheet 2024-report > sheet.yaml
    kb add --from sheet.yaml
    """
    print(from_text(WITH_TEXTS).sheet(name), end="")


# Reading a document is the first step.
add_app.registered_commands.insert(0, add_app.registered_commands.pop())
add.__doc__ = f"{add.__doc__}\n\nA sheet:\n\n{EXAMPLE}"
