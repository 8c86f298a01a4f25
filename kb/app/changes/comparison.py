"""Planned imports, compared with what is recorded: new, the same, changed, in conflict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from kb.app.changes.planning import Plan
from kb.model.records import Record, slots
from kb.workspace.catalogs.catalog import Known

# Fields that say when and after which version a record was written.
BOOKKEEPING: Final = ("recorded", "revision_of")


@dataclass(frozen=True, slots=True)
class Difference:
    """One value of the file that is new here, or differs from the one here (`ours`)."""

    record: str
    field: str
    ours: str
    theirs: str


@dataclass(slots=True)
class Import:
    """A planned import. `rows` counts the rows read, `same` the records that stay as they are;
    `untaken` says what is not imported.
    """

    plan: Plan
    rows: int = 0
    same: int = 0
    additions: list[Difference] = field(default_factory=list)
    conflicts: list[Difference] = field(default_factory=list)
    untaken: list[str] = field(default_factory=list)


def compare(found: Import, known: Known) -> None:
    """Find the values that the plan adds to records, and those that it would replace."""
    change = found.plan.change
    written = {r.path + r.id: r for records in change.files.values() for r in records}
    for key in change.changed:
        old = known.present(key)
        if old is not None and key in written:
            _compare_fields(found, key, old, written[key])


def _compare_fields(found: Import, key: str, old: Record, new: Record) -> None:
    for name in slots(type(old)):
        ours, theirs = getattr(old, name), getattr(new, name)
        if ours == theirs or name in BOOKKEEPING:
            continue
        difference = Difference(key, name.replace("_", " "), _shown(ours), _shown(theirs))
        extends = isinstance(ours, tuple) and set(ours) <= set(theirs)
        (found.additions if ours is None or extends else found.conflicts).append(difference)


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return "|".join(map(str, value))
    return "" if value is None else str(value)
