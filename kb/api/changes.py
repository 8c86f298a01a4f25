"""Results of changes: what was written, or with `dry_run` what would be."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kb.api.tables import LINE, Table, short
from kb.errors import Problem

if TYPE_CHECKING:
    from kb.api.compiled import Numbered


@dataclass(frozen=True, slots=True, repr=False)
class Change:
    """A change of a knowledge base.

    `records` has each record that changes, and each claim whose status changes, before and after.
    `problems` are warnings, and with `dry_run` errors, too. `notes` say how dates and numbers were
    understood. `files` are the files written: none if all of it was recorded already.
    """

    records: Table
    summary: str
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    dry_run: bool = False

    @property
    def ok(self) -> bool:
        """Whether there is no error, so that the change is or can be written."""
        return not any(problem.severity == "error" for problem in self.problems)

    def __repr__(self) -> str:
        wrong = f"; {len(self.problems)} problems" if self.problems else ""
        dry = "; nothing was written" if self.dry_run or not self.files else ""
        return short(f"<Change: {self.summary}{dry}{wrong}>", LINE)

    def __str__(self) -> str:
        return "\n".join([repr(self), *self._lines(), str(self.records)])

    def _lines(self) -> Sequence[str]:
        return [*map(str, self.problems), *(f"note: {note}" for note in self.notes)]

    def _repr_html_(self) -> str:
        """Return problems, notes and the table for a notebook. Everything in them is escaped."""
        lines = html.escape("\n".join([repr(self), *self._lines()]))
        return f"<pre>{lines}</pre>{self.records._repr_html_()}"


def placed(change: Change, numbered: Numbered) -> Change:
    """Return the change with the objects as the places of its problems."""
    return replace(
        change,
        problems=tuple(map(numbered.problem, change.problems)),
        notes=tuple(map(numbered.note, change.notes)),
    )


def noted(change: Change, notes: Iterable[str]) -> Change:
    """Return the change with more notes."""
    return replace(change, notes=(*change.notes, *notes))
