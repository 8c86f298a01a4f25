"""kb edit, withdraw, judge, merge and rename: corrections and decisions."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from kb.cli.changes import carry_out, in_a_file
from kb.cli.changes import coder as initials
from kb.cli.opened import to_write
from kb.cli.options import BECAUSE, CODER, DRY_RUN, FORMAT, shared
from kb.cli.output import message, show
from kb.errors import Conflict, KbError, Usage
from kb.presentation.values import amount

if TYPE_CHECKING:
    from kb.app.knowledge_base import KnowledgeBase

app = typer.Typer(rich_markup_mode=None, add_completion=False)
RENAMED: Final = ("old", "new", "files")
JUDGEMENT: Final = typer.Argument(
    "", metavar="KIND", help="same-event, contradicts, copy-of, … (see above)."
)
LINES: Final = typer.Option(
    "", metavar="3-9", help="For copy-of: the lines of A that are copied; by default all."
)
VERDICT: Final = typer.Option(
    "",
    help="For verdict: your conclusion in a word; it is shown beside the status. "
    "For outcome: came-true, failed or void.",
)
CERTAINTY: Final = typer.Option(
    "", metavar="certain|possible", help="For contradicts: how sure it is."
)
UNDONE: Final = typer.Option(
    "", "--undo", metavar="JUDGEMENT", help="Undo this judgement; needs --because."
)


@app.command()
@shared
def edit(
    name: str = typer.Argument(
        ..., metavar="ID", help="A claim, assertion, entity, affiliation, judgement or source."
    ),
    changes: list[str] = typer.Argument(
        None,
        metavar="[KEY=VALUE]...",
        help="Keys as on a sheet; KEY= empties one. Without any, an editor opens.",
    ),
    coder: str = CODER,
    dry_run: bool = DRY_RUN,
    format: str = FORMAT,
) -> None:
    """Correct one record. A change that can affect a status keeps the old version.

    kb show ID --history lists the versions.

    \b
    kb edit coastguard-entered when=2024-03-02 place=harbour
    kb edit harbour also="Old Harbour, Oldport" wikidata=Q123
    kb edit 2024-report.coastguard-entered.mayor.denies denies=responsibility on=
    kb edit coastguard-entered          opens the record in $VISUAL or $EDITOR
    """
    kb = to_write()
    if not changes:
        _in_editor(kb, name, dry_run, format)
        return
    values = _values(name, changes)
    what = f"edit {name} {' '.join(values)}"
    carry_out(kb, lambda: kb.edit(name, values, initials(coder)), what, dry_run, format)


def _values(name: str, changes: Sequence[str]) -> dict[str, str]:
    """Return KEY=VALUE arguments as a mapping. Raises Usage."""
    values: dict[str, str] = {}
    for change in changes:
        key, equals, value = change.partition("=")
        if not equals or not key:
            raise Usage(f"“{change}” is not KEY=VALUE.", f"kb edit {name} when=2024-03-02")
        if key in values:
            raise Usage(f"{key} is given twice.", "join several values of a key with commas")
        values[key] = value
    return values


def _in_editor(kb: KnowledgeBase, name: str, dry_run: bool, format: str) -> None:
    """Let the user edit a record as a sheet, and write what changed."""
    from kb.app.changes import editing
    from kb.workspace.files import folder

    before = kb.form(name)
    path = _edited(name, before)
    changed = editing.amended(before, folder.read_text(path), str(path))
    if changed is None:
        path.unlink()
        print("Nothing was changed.")
        return
    if kb.form(name) != before:
        raise Conflict(
            f"{name} changed while you edited it; nothing was written.",
            f"your text is in {path}; run kb edit again",
        )
    try:
        carry_out(kb, lambda: kb.plan_sheets([changed]), f"edit {name}", dry_run, format)
    except KbError as error:  # nobody should have to type it twice
        error.hint = f"your text is in {path}; {error.hint or 'run kb edit again'}"
        raise
    path.unlink()


def _edited(name: str, text: str) -> Path:
    """Open an editor on this text, and return the file that was saved. Raises Usage."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor and not sys.stdin.isatty():
        raise Usage(
            "no change is given, and there is no editor.",
            f"kb edit {name} KEY=VALUE, or set EDITOR",
        )
    editor = editor or "vi"
    head = f"# {name}: change values; delete a line to empty its field. Save it to apply.\n"
    path = in_a_file(head + text)
    try:
        ended = subprocess.run([*shlex.split(editor), str(path)], check=False).returncode
    except (OSError, ValueError) as error:
        path.unlink()
        raise Usage(
            f"the editor “{editor}” cannot be started: {error}.",
            f"set EDITOR to another one, or use kb edit {name} KEY=VALUE",
        ) from None
    if ended:
        raise Usage(
            f"{editor} ended with an error; nothing was changed.", f"your text is in {path}"
        )
    return path


@app.command()
@shared
def withdraw(
    names: list[str] = typer.Argument(
        ..., metavar="ID...", help="Any record; an entity or a source only if nothing uses it."
    ),
    because: str = BECAUSE,
    dry_run: bool = DRY_RUN,
    format: str = FORMAT,
) -> None:
    """Withdraw records that you made by mistake, and everything that depends on them.

    They stay in the history. If it is a speaker who takes a statement back, record that as an
    assertion instead (retracts: on a sheet).

    \b
    kb withdraw 2024-report.coastguard-entered.mayor.denies \\
      --because "the mayor spoke of another town"
    """
    kb = to_write()
    what = f"withdraw {' '.join(names)}"
    carry_out(kb, lambda: kb.withdraw(names, because), what, dry_run, format)


@app.command()
@shared
def judge(
    kind: str = JUDGEMENT,
    about: str = typer.Argument("", metavar="A", help="The record that it is about."),
    other: str = typer.Argument("", metavar="[B]", help="The other record, if there are two."),
    because: str = BECAUSE,
    lines: str = LINES,
    verdict: str = VERDICT,
    certainty: str = CERTAINTY,
    coder: str = CODER,
    undo: str = UNDONE,
    dry_run: bool = DRY_RUN,
    format: str = FORMAT,
) -> None:
    """Record your decision about one or two records, with its reason. It can be undone.

    \b
    two entities:  same-entity, different-entity, same-event
    two claims:    same-claim, different-claim, same-event, contradicts,
                   does-not-contradict
    two sources:   copy-of, not-copy-of
    one claim:     verdict
    a forecast and the claim that decides it:  outcome

    \b
    kb judge same-event coastguard-entered guards-came --because "same night"
    kb judge copy-of 2024-blog 2024-report --lines 3-9 --because "same words"
    kb judge outcome guards-will-leave guards-left --verdict came-true
    kb judge verdict coastguard-entered --verdict established
    kb judge --undo same-event-coastguard-entered-guards-came \\
      --because "two nights"
    """
    kb = to_write()
    if undo:
        _undo(kb, undo, kind, because, dry_run, format)
        return
    if not kind or not about:
        raise Usage(
            "a judgement needs a kind and a record.",
            'kb judge same-event A B --because "…"; kb judge --help lists the kinds',
        )
    said = {
        "why": because,
        "lines": lines,
        "verdict": verdict,
        "certainty": certainty,
        "coder": initials(coder),
    }
    what = f"judge {kind} {about} {other}".rstrip()
    carry_out(kb, lambda: kb.judge(kind, about, other, said), what, dry_run, format)


def _undo(
    kb: KnowledgeBase, name: str, kind: str, because: str, dry_run: bool, format: str
) -> None:
    """Undo a judgement. Raises Usage if another one is to be made at the same time."""
    if kind:
        raise Usage(
            "--undo undoes a judgement and makes no new one.",
            f'kb judge --undo {name} --because "…"',
        )
    carry_out(kb, lambda: kb.overturn(name, because), f"judge --undo {name}", dry_run, format)


@app.command()
@shared
def merge(
    a: str = typer.Argument(..., metavar="A", help="An entity or a claim."),
    b: str = typer.Argument(..., metavar="B", help="The entity or claim that is the same."),
    because: str = BECAUSE,
    coder: str = CODER,
    dry_run: bool = DRY_RUN,
    format: str = FORMAT,
) -> None:
    """Treat two entities, or two claims, as one from now on.

    It is a judgement: kb judge --undo separates the two again.

    \b
    kb merge layla laila --because "one name, two spellings"
    """
    kb = to_write()
    known = kb.session.present()
    first, second = (known.resolve(name, ("entity", "claim")) for name in (a, b))
    path = first.partition("/")[0]
    if path != second.partition("/")[0]:
        raise Usage(f"{a} and {b} cannot be one.", "name two entities, or two claims")
    said = {"why": because, "coder": initials(coder)}
    what = f"merge {a} {b}"
    carry_out(kb, lambda: kb.judge(f"same-{path}", first, second, said), what, dry_run, format)


@app.command()
@shared
def rename(
    old: str = typer.Argument(..., metavar="OLD", help="Id of any record."),
    new: str = typer.Argument(..., metavar="NEW", help="Its new id."),
    dry_run: bool = DRY_RUN,
    format: str = FORMAT,
) -> None:
    """Give a record another id, everywhere and in one step.

    \b
    kb rename harbor harbour
    """
    from kb.app.changes import editing

    kb = to_write()
    old = kb.session.present().resolve(old)
    files = list(editing.rename(kb.session, old, new)) if dry_run else kb.rename(old, new)
    number = amount(len(files), "file")
    if format != "table":
        show(RENAMED, [[old, new, files]], format)
    if dry_run:
        message(f"{old} would become {new} in {number}: {', '.join(files)}.")
        message("Nothing was written (--dry-run).")
        return
    kb.update_index()
    say = print if format == "table" else message
    say(f"{old} is now {new}, in {number}. kb undo reverts it.\nNext: kb show {new}")
