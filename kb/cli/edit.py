"""kb edit, kb withdraw, kb judge, kb merge, kb rename: changing what is recorded."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import typer

from kb.cli.changes import DRY_RUN_HELP, carry_out, in_a_file
from kb.cli.changes import coder as who
from kb.cli.opened import to_write
from kb.cli.options import BECAUSE
from kb.errors import Conflict, KbError, Usage
from kb.presentation.values import amount

if TYPE_CHECKING:
    from kb.app.knowledge_base import KnowledgeBase

app = typer.Typer(rich_markup_mode=None, add_completion=False)
DRY_RUN = typer.Option(False, "--dry-run", help=DRY_RUN_HELP)
CODER = typer.Option("", metavar="INITIALS", help="Who decides; else KB_CODER.")
WHY = BECAUSE


@app.command()
def edit(
    name: str = typer.Argument(
        ..., metavar="ID", help="A claim, assertion, entity, affiliation, judgement or source."
    ),
    changes: list[str] = typer.Argument(
        None,
        metavar="[KEY=VALUE]...",
        help="As on a sheet; KEY= empties. Without any, an editor opens.",
    ),
    coder: str = CODER,
    dry_run: bool = DRY_RUN,
) -> None:
    """Correct one record. What can change a status keeps the old version (kb show ID --history).

    \b
    kb edit coastguard-entered when=2024-03-02 place=harbour
    kb edit harbour also="Old Harbour, Oldport" wikidata=Q123
    kb edit 2024-report.coastguard-entered.mayor.denies denies=responsibility on=
    kb edit coastguard-entered          opens $VISUAL or $EDITOR on the record as a sheet
    """
    kb = to_write()
    if not changes:
        _in_editor(kb, name, dry_run)
        return
    values = {}
    for change in changes:
        key, equals, value = change.partition("=")
        if not equals or not key:
            raise Usage(f"“{change}” is not KEY=VALUE.", f"kb edit {name} when=2024-03-02")
        if key in values:
            raise Usage(f"{key} is given twice.", "several values of one key are joined by commas")
        values[key] = value
    carry_out(
        kb, lambda: kb.edit(name, values, who(coder)), f"edit {name} {' '.join(values)}", dry_run
    )


def _in_editor(kb: KnowledgeBase, name: str, dry_run: bool) -> None:
    from kb.app import knowledge_base
    from kb.workspace import folder

    before = kb.form(name)
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor and not sys.stdin.isatty():
        raise Usage(
            "nothing to change is named, and there is no editor.",
            f"kb edit {name} KEY=VALUE, or set EDITOR",
        )
    head = f"# {name}: change values; a line taken out empties its field. Saved as it is, nothing changes.\n"
    path = in_a_file(head + before)
    try:
        ended = subprocess.run([*shlex.split(editor or "vi"), str(path)], check=False).returncode
    except (OSError, ValueError) as error:
        path.unlink()
        raise Usage(
            f"the editor “{editor or 'vi'}” cannot be started: {error}.",
            f"set EDITOR to another, or kb edit {name} KEY=VALUE",
        ) from None
    if ended:
        raise Usage(
            f"{editor} ended with an error; nothing was changed.", f"your text is in {path}"
        )
    changed = knowledge_base.amended(before, folder.read_text(path), str(path))
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
        carry_out(kb, lambda: kb.plan_sheet(changed), f"edit {name}", dry_run)
    except KbError as error:  # nobody should have to type it twice
        error.hint = f"your text is in {path}; {error.hint or 'run kb edit again'}"
        raise
    path.unlink()


@app.command()
def withdraw(
    names: list[str] = typer.Argument(
        ..., metavar="ID...", help="Any record; an entity or a source only when unused."
    ),
    why: str = WHY,
    dry_run: bool = DRY_RUN,
) -> None:
    """Take back what we recorded wrongly, with all that hangs on it; it stays in the history.

    A speaker who takes a statement back is an assertion of its own (retracts: on a sheet).

    \b
    kb withdraw 2024-report.coastguard-entered.mayor.denies --because "the mayor spoke of another town"
    """
    kb = to_write()
    carry_out(kb, lambda: kb.withdraw(names, why), f"withdraw {' '.join(names)}", dry_run)


@app.command()
def judge(
    kind: str = typer.Argument(
        "", metavar="KIND", help="same-event, contradicts, copy-of … (see above)."
    ),
    about: str = typer.Argument("", metavar="A"),
    other: str = typer.Argument("", metavar="[B]"),
    why: str = WHY,
    lines: str = typer.Option(
        "", metavar="3-9", help="copy-of: the lines of A that are copied; else all of it."
    ),
    verdict: str = typer.Option(
        "",
        help="verdict: what you hold, in a word; it stands beside the status. outcome: came-true, failed, void.",
    ),
    certainty: str = typer.Option("", metavar="certain|possible", help="contradicts: how sure."),
    coder: str = CODER,
    undo: str = typer.Option(
        "", "--undo", metavar="JUDGEMENT", help="Undo this judgement; give a reason (--because)."
    ),
    dry_run: bool = DRY_RUN,
) -> None:
    """Record a decision of yours about one or two records, with its reason. It can be taken back.

    Of two entities: same-entity, different-entity. Of two claims: same-claim, different-claim,
    contradicts, does-not-contradict. Of two claims or two entities: same-event. Of two sources:
    copy-of. Of a forecast and the claim that decides it: outcome. Of one claim: verdict.

    \b
    kb judge same-event coastguard-entered guards-came-in --because "same night, same quay"
    kb judge copy-of 2024-blog 2024-report --lines 3-9 --because "word for word"
    kb judge outcome guards-will-leave guards-left --verdict came-true --because "they left within the month"
    kb judge verdict coastguard-entered --verdict established --because "three films show it"
    kb judge --undo same-event-coastguard-entered-guards-came-in --because "two different nights"
    """
    kb = to_write()
    if undo and kind:
        raise Usage(
            "one judgement is made or one taken back, not both at once.",
            f'kb judge --undo {undo} --because "…"',
        )
    if undo:
        carry_out(kb, lambda: kb.overturn(undo, why), f"judge --undo {undo}", dry_run)
        return
    if not kind or not about:
        raise Usage(
            "which decision, about what?",
            'kb judge same-event A B --because "…"; kb judge --help lists the kinds',
        )
    said = {
        "why": why,
        "lines": lines,
        "verdict": verdict,
        "certainty": certainty,
        "coder": who(coder),
    }
    carry_out(
        kb,
        lambda: kb.judge(kind, about, other, said),
        f"judge {kind} {about} {other}".rstrip(),
        dry_run,
    )


@app.command()
def merge(
    a: str = typer.Argument(..., metavar="A"),
    b: str = typer.Argument(..., metavar="B"),
    why: str = WHY,
    coder: str = CODER,
    dry_run: bool = DRY_RUN,
) -> None:
    """Treat two entities, or two claims, as one from now on. It is a judgement: kb judge --undo
    takes the two apart again.

    \b
    kb merge layla laila --because "one name, two spellings"
    """
    kb = to_write()
    known, kinds = kb.known(), ("entity", "claim")
    keys = [known.resolve(name, kinds) for name in (a, b)]
    paths = {key.partition("/")[0] for key in keys}
    if len(paths) > 1:
        raise Usage(f"{a} and {b} cannot be one.", "two entities, or two claims, can")
    kind = f"same-{paths.pop()}"
    carry_out(
        kb,
        lambda: kb.judge(kind, keys[0], keys[1], {"why": why, "coder": who(coder)}),
        f"merge {a} {b}",
        dry_run,
    )


@app.command()
def rename(
    old: str = typer.Argument(..., metavar="OLD"),
    new: str = typer.Argument(..., metavar="NEW"),
    dry_run: bool = DRY_RUN,
) -> None:
    """Give a record another id, everywhere and in one step.

    \b
    kb rename harbor harbour
    """
    from kb.app import editing

    kb = to_write()
    old = kb.known().resolve(old)
    if dry_run:
        files = list(editing.rename(kb.session, old, new))
        print(f"{old} would be {new} in {len(files)} files: {', '.join(files)}.")
        return
    files = kb.rename(old, new)
    kb.update_index()
    print(
        f"{old} is {new} now, in {amount(len(files), 'file')}. kb undo takes it back.\nNext: kb show {new}"
    )
