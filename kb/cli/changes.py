"""Steps shared by the commands that change something: plan, check, write, report."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kb.cli.output import message, show
from kb.presentation import formats, plan_rows
from kb.presentation.plan_rows import COLUMNS, moved, summary
from kb.presentation.values import amount

if TYPE_CHECKING:
    from kb.app.changes.planning import Plan
    from kb.app.knowledge_base import KnowledgeBase

# Rows of the table of statuses: printing thousands would take longer than the change itself.
PREVIEWED: Final = 200
# Withdrawn records that are listed; of the others only the number is printed.
NAMED: Final = 20


def coder(given: str) -> str:
    """Return the initials of the coder: as given, else KB_CODER."""
    return given or os.environ.get("KB_CODER", "")


def carry_out(
    kb: KnowledgeBase,
    make: Callable[[], Plan],
    what: str,
    dry_run: bool,
    format: str = "table",
) -> None:
    """Make a plan and write it; print problems or the result. Raises Refused."""
    formats.checked(format)
    rows = _written(kb, make, what, dry_run, for_people=format == "table")
    if format != "table":
        show(COLUMNS, rows, format)


def _written(
    kb: KnowledgeBase, make: Callable[[], Plan], what: str, dry_run: bool, *, for_people: bool
) -> list[list[object]]:
    """Make a plan and write it under the lock. Return the changes in the order of COLUMNS.

    Print problems and, for people, the result. Raises Refused.
    """
    with nullcontext() if dry_run else kb.writing(what):
        plan = make()
        plan.what = what
        before = kb.status_words(plan_rows.claims(plan))
        files = kb.add(plan) if plan.sound and not dry_run else []
    comment(plan, with_notes=dry_run or not plan.sound)
    if for_people:
        preview(plan, before)
    if not plan.sound:
        raise _refused(plan)
    if for_people:
        _list_withdrawn(plan.change.withdrawn)
    if dry_run:
        message(f"{summary(plan)}.\nNothing was written (--dry-run).")
        return plan_rows.rows(plan, before)
    say = print if for_people else message
    try:
        kb.update_index()
    finally:  # the change is written: report it even if the user presses Ctrl-C now
        say(_result(plan, files))
    return plan_rows.rows(plan, before)


def in_a_file(text: str) -> Path:
    """Save a sheet in a temporary file outside the knowledge base, and keep the file."""
    with tempfile.NamedTemporaryFile(
        "w", suffix=".yaml", prefix="kb-", delete=False, encoding="utf-8"
    ) as file:
        file.write(text)
    return Path(file.name)


def comment(plan: Plan, with_notes: bool) -> None:
    """Print the problems of a plan, and its notes if they are asked for."""
    for problem in plan.problems:
        message(str(problem))
    for note in plan.change.notes if with_notes else ():
        message(f"note: {note}")


def _list_withdrawn(keys: Sequence[str]) -> None:
    """List the records that are withdrawn together, if there are several."""
    if len(keys) > 1:
        for key in keys[:NAMED]:
            print(f"withdrawn {key}")
    if len(keys) > NAMED:
        print(f"and {len(keys) - NAMED} more")


def _result(plan: Plan, files: Sequence[str]) -> str:
    """Return what was written, how to undo it, and the next command."""
    if not files:
        return f"Nothing new: all of this is recorded already.\nNext: {_next(plan)}"
    number = amount(len(files), "file")
    return f"{summary(plan)}, in {number}. kb undo reverts it.\nNext: {_next(plan)}"


def _next(plan: Plan) -> str:
    if plan.change.withdrawn:
        return f"kb show {plan.change.withdrawn[0]} --history"
    if plan.change.source:
        return f"kb status, or kb read {plan.change.source}"
    return "kb status"


def _refused(plan: Plan) -> Exception:
    from kb.errors import Refused

    errors = sum(p.severity == "error" for p in plan.problems)
    number = amount(errors, "error")
    # A sheet without a name was built from options.
    faults = "lines" if plan.sheet.name else "problems"
    return Refused(
        f"{number}; nothing was written.", f"fix the {faults} above and run the command again"
    )


def preview(plan: Plan, before: Mapping[str, str]) -> None:
    """Print the statuses of the plan's claims, and of other claims whose status would change."""
    if plan.outcome is None:
        return
    found = plan.outcome.rows
    own = [claim for claim in plan.change.claims if claim in found]
    others = [claim for claim in moved(plan, before) if claim not in set(own)]
    rest = len(own) + len(others) - PREVIEWED
    # Of many claims, those that change show what the change is about.
    chosen = [*own, *others] if rest <= 0 else [*others, *own][:PREVIEWED]
    rows = [_status_row(plan, claim, before) for claim in chosen]
    if rows:
        show(["claim", "was", "status", "for", "against"], rows, "table")
    if rest > 0:
        message(f"… and {rest:,} more claims; kb status lists all")


def _status_row(plan: Plan, claim: str, before: Mapping[str, str]) -> list[object]:
    assert plan.outcome is not None
    row = plan.outcome.rows[claim]
    was = before.get(claim)
    return [
        claim,
        was if was != row.status else None,
        row.status,
        len(row.voices_for),
        len(row.voices_against),
    ]
