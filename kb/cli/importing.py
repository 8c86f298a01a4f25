"""kb import: records from files of other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from kb.cli import changes, target
from kb.cli.opened import to_write
from kb.cli.options import CODER, DRY_RUN, FORCE, FORMAT, shared
from kb.cli.output import message, show
from kb.errors import Refused, Usage
from kb.model.identifiers import suggestion
from kb.presentation import formats
from kb.presentation.values import amount

if TYPE_CHECKING:
    from kb.app.changes.importing import Import
    from kb.app.knowledge_base import KnowledgeBase

app = typer.Typer(rich_markup_mode=None, add_completion=False)
WHAT: Final = typer.Argument(
    ...,
    metavar="FORMAT",
    help="csv, xlsx, annotations, csl-json, bibtex, ris, stix, claimreview, ftm, "
    "nanopublications or kb.",
)
FILES: Final = typer.Argument(..., metavar="FILE", help="One file or several, or - for one.")
REPLACE: Final = typer.Option(
    False, "--replace", help="Replace values here that differ from those of the file."
)
CREATE: Final = typer.Option(
    False, "--create", help="Declare predicates that the file uses and nobody has declared."
)
MAPPING: Final = typer.Option(
    "", "--mapping", metavar="FILE", help="A file that says which columns of yours are which of kb."
)
TEMPLATE: Final = typer.Option(
    False, "--template", help="Write an empty table, with every column explained, to FILE."
)
COLUMNS: Final = ("record", "change", "field", "here", "file")
# Rows of the table: printing thousands would take longer than the import.
SHOWN: Final = 200


@app.command(name="import")
@shared
def import_(
    what: str = WHAT,
    files: list[str] = FILES,
    replace: bool = REPLACE,
    create: bool = CREATE,
    mapping: str = MAPPING,
    template: bool = TEMPLATE,
    force: bool = FORCE,
    coder: str = CODER,
    dry_run: bool = DRY_RUN,
    format: str = FORMAT,
) -> None:
    """Import tables of entities, sources and claims, annotations or bibliographies, as one change.

    Shows what is new, the same, changed and in conflict. A conflict is a value that differs from
    the one here; with conflicts, nothing is written without --replace. An empty cell says nothing.
    Importing again changes nothing. Annotations are Web Annotations or exports of Hypothesis: the
    first line of a comment is the claim, others are “by: WHO”, “kind: event” and so on. A
    bibliography (CSL-JSON, BibTeX, RIS) describes sources that are here: title, authors, publisher,
    days, language, address.

    \b
    kb import csv claims.csv --template
    kb import csv entities.csv claims.csv --dry-run
    kb import xlsx findings.xlsx
    kb import csv list.csv --mapping list.toml --dry-run
    kb import annotations hypothesis.json
    kb import ris zotero.ris --dry-run
    """
    _check_format(what)
    formats.checked(format)
    kb = to_write()
    if template:
        _template(kb, what, files, force)
        return
    read = [_input(what, file) for file in files]
    mapped = _input(what, mapping) if mapping else None
    with kb.writing(f"import {what}"):
        found = kb.plan_import(what, read, changes.coder(coder), create, mapped)
        _report(found, format)
        _check(found, replace)
        found.plan.what = f"import {what} {' '.join(name for name, _ in read)}"
        written = [] if dry_run else kb.add(found.plan)
    if dry_run:
        message("Nothing was written (--dry-run).")
    elif written:
        message(f"Written in {amount(len(written), 'file')}. kb undo reverts it.")
        kb.update_index()
    elif not found.rows:
        message("Nothing was written: the file has nothing that can be taken.")
    else:
        message("Nothing new: all of this is recorded already.")


def _check_format(what: str) -> None:
    """Raise Usage if a format cannot be imported."""
    from kb.app.changes import importing

    if what not in importing.FORMATS:
        known = ", ".join(importing.FORMATS)
        raise Usage(
            f"“{what}” is not a format that can be imported.",
            suggestion(what, importing.FORMATS, f"one of {known}"),
        )


def _input(what: str, file: str) -> tuple[str, bytes]:
    """Return the name and the content of a file. The folder of a knowledge base has no content."""
    if what == "kb" and Path(file).is_dir():
        return file, b""
    return _name(file), _data(file)


def _name(file: str) -> str:
    return "-" if file == "-" else Path(file).name


def _data(file: str) -> bytes:
    from kb.workspace.files import folder

    return folder.read_input() if file == "-" else folder.read_bytes(Path(file))


def _report(found: Import, format: str) -> None:
    """Print what is new, changed, in conflict and not taken, and count the rest."""
    changes.comment(found.plan, with_notes=True)
    change = found.plan.change
    rows: list[list[object]] = [[key, "new", None, None, None] for key in change.added]
    for word, differences in (("changed", found.additions), ("conflict", found.conflicts)):
        rows += [[d.record, word, d.field, d.ours, d.theirs] for d in differences]
    if format != "table":
        show(COLUMNS, rows, format)
    elif rows:
        show(COLUMNS, rows[:SHOWN], format)
        if len(rows) > SHOWN:
            message(f"… and {len(rows) - SHOWN:,} more; --format csv lists all")
    for what in found.untaken:
        message(f"not taken: {what}")
    conflicting = len({d.record for d in found.conflicts})
    message(
        f"{amount(found.rows, 'row')} read: {amount(len(change.added), 'record')} new, "
        f"{found.same} the same, {len(change.changed) - conflicting} changed, "
        f"{conflicting} in conflict."
    )


def _check(found: Import, replace: bool) -> None:
    """Raise Refused if the plan has errors or conflicts that nobody has decided."""
    if not found.plan.sound:
        errors = sum(p.severity == "error" for p in found.plan.problems)
        raise Refused(
            f"{amount(errors, 'error')}; nothing was written.",
            "correct the cells named above and run the command again",
        )
    if found.untaken and not found.rows:
        raise Refused("nothing in this can be taken; nothing was written.", found.untaken[0])
    if found.conflicts and not replace:
        raise Refused(
            f"{amount(len(found.conflicts), 'value')} would replace another; nothing was written.",
            "--replace takes those of the file; or empty the cells to keep what is here",
        )


def _template(kb: KnowledgeBase, what: str, files: list[str], force: bool) -> None:
    """Write an empty table to the file, whose name is that of the table. Raises Usage."""
    from kb.app.changes import importing

    if what not in importing.TABULAR:
        raise Usage(
            f"{what} has no template: only tables have.", "kb import csv claims.csv --template"
        )
    if len(files) != 1:
        raise Usage("a template is one file.", "kb import csv claims.csv --template")
    file = files[0]
    if file == "-" and what == "xlsx":
        raise Usage("a workbook is a file.", "kb import xlsx FILE.xlsx --template")
    if file != "-":
        target.within(kb.folder.apart(target.file(file)), kb.folder)
        target.free([Path(file)], kb.folder, force)
    text = importing.template("claims" if file == "-" else Path(file).stem, what)
    target.write(text, "/dev/stdout" if file == "-" else file, kb.folder)
