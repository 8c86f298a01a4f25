"""What commands that change something have in common: plan, check, write, say what came of it and
what is next.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from kb.cli.output import message, show
from kb.presentation.values import amount

if TYPE_CHECKING:
    from kb.app.knowledge_base import KnowledgeBase, Plan

DRY_RUN_HELP = "Say what would be done, with the statuses that would result; write nothing."

# Claims whose status is shown with a change: a table of thousands would take longer than the change.
PREVIEWED = 200
# So many records that go with another one are named.
NAMED = 20


def coder(given: str) -> str:
    """Who codes: as given, else KB_CODER."""
    return given or os.environ.get("KB_CODER", "")


def carry_out(kb: KnowledgeBase, make: Callable[[], Plan], what: str, dry_run: bool) -> None:
    """Make a plan and write it, as the only writer; what is wrong with it, or what came of it, is
    said. Raises Refused.
    """
    before = kb.standings()
    with nullcontext() if dry_run else kb.writing(what):
        plan = make()
        plan.what = what
        files = kb.add(plan) if plan.sound and not dry_run else []
    for problem in plan.problems:
        message(str(problem))
    if dry_run or not plan.sound:
        for note in plan.change.notes:
            message(f"note: {note}")
    preview(plan, before)
    if not plan.sound:
        raise _refused(plan)
    _gone(plan.change.withdrawn)
    if dry_run:
        message(f"{_told(plan)}.\nNothing was written (--dry-run).")
        return
    try:
        kb.update_index()
    finally:  # an interrupt from here on changes nothing: what was written is said
        print(
            f"{_told(plan)}, in {amount(len(files), 'file')}. kb undo takes it back."
            if files
            else "Nothing new: all of this is recorded."
        )
        print(f"Next: {_next(plan)}")


def in_a_file(text: str) -> Path:
    """A sheet in a file of its own outside of the knowledge base, which stays until somebody
    deletes it.
    """
    with tempfile.NamedTemporaryFile(
        "w", suffix=".yaml", prefix="kb-", delete=False, encoding="utf-8"
    ) as file:
        file.write(text)
    return Path(file.name)


def _gone(keys: Sequence[str]) -> None:
    """Names what goes with a record that is withdrawn."""
    if len(keys) > 1:
        more = [f"and {len(keys) - NAMED} more"] * (len(keys) > NAMED)
        print("\n".join((*(f"withdrawn {key}" for key in keys[:NAMED]), *more)))


def _told(plan: Plan) -> str:
    """How many records came, changed, or stopped counting; a few are named."""
    change = plan.change
    numbers = f"{amount(len(change.added), 'record')} added, {len(change.changed)} changed"
    keys = [*change.added, *change.changed, *change.withdrawn]
    return (
        numbers
        + (f", {len(change.withdrawn)} withdrawn" if change.withdrawn else "")
        + (f" ({', '.join(keys)})" if len(keys) == 1 else "")
    )


def _next(plan: Plan) -> str:
    if plan.change.withdrawn:
        return f"kb show {plan.change.withdrawn[0]} --history"
    return f"kb status{f', or kb read {plan.change.source}' if plan.change.source else ''}"


def _refused(plan: Plan) -> Exception:
    from kb.errors import Refused

    errors = sum(p.severity == "error" for p in plan.problems)
    number = amount(errors, "error")
    if not plan.sheet.name:  # built from options
        return Refused(
            f"{number}; nothing was written.", "fix what is named above and run it again"
        )
    return Refused(
        f"{number} in the sheet; nothing was written.",
        "fix the lines named above and run it again",
    )


def preview(plan: Plan, before: dict[str, str]) -> None:
    """The statuses of the claims in hand, and of any other that would change."""
    if plan.outcome is None:
        return
    now = {c: r.status for c, r in plan.outcome.rows.items()}
    mine = set(plan.change.claims)
    moved = [c for c in now if c in before and before[c] != now[c] and c not in mine]
    found = [c for c in (*plan.change.claims, *moved) if c in now]
    few = (
        found if len(found) <= PREVIEWED else [*moved, *(c for c in found if c in mine)][:PREVIEWED]
    )
    rows = [plan.outcome.rows[c] for c in few]
    if rows:
        was = {c: before.get(c) for c in now if before.get(c) != now[c]}
        table = [
            [r.claim, was.get(r.claim), r.status, len(r.voices_for), len(r.voices_against)]
            for r in rows
        ]
        show(["claim", "was", "status", "for", "against"], table, "table")
    if len(found) > len(rows):
        message(f"… and {len(found) - len(rows):,} more claims; kb status shows all")
