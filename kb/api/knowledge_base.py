"""Knowledge bases for programs in Python: what `kb.open` returns.

import kb
harbour = kb.open("path/to/folder")
for row in harbour.status():
    print(row.status, row.statement, row.affirmed_by, row.against)

A verb that changes something is one command: checked as a whole, undone as a whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kb.api import changes, compiled, entries, imports
from kb.api.changes import Change
from kb.api.entries import Sheet
from kb.api.reading import Reading, written
from kb.api.tables import Table
from kb.api.turns import alone, note
from kb.app import knowledge_base
from kb.errors import Invalid
from kb.presentation import log_rows, plan_rows
from kb.system import intake

if TYPE_CHECKING:
    from kb.app.changes.planning import Plan

PROBLEMS: Final = ("place", "severity", "code", "message", "hint", "record")


class KnowledgeBase(Reading):
    """The knowledge base in one folder. Every answer is of the present state of its files; what was
    computed is kept until a file changes.

    Threads may share it: their calls take turns.
    """

    def __init__(self, base: knowledge_base.KnowledgeBase) -> None:
        super().__init__(base)
        self._base = base

    # --- entering

    @alone
    def add_source(
        self, document: str | os.PathLike[str] | bytes, name: str = "", **given: object
    ) -> str:
        """Read a document, a path or its content, and record it as a source. Return its id.

        `name` is the name of the file where `document` is its content. `given` are `id`, `title`,
        `author`, `published` and the other options of `kb add source`, with `_` for `-`. What the
        reader wants to say becomes a warning. Raises Usage if it cannot be read, Refused if this
        very text is a source already.
        """
        data = document if isinstance(document, bytes) else intake.read_bytes(Path(document))
        called = name or ("document.txt" if isinstance(document, bytes) else str(document))
        fields = {k.replace("_", "-"): written(v) for k, v in given.items() if v}
        remarks: list[str] = []
        collection = fields.pop("collection", None)
        source = self._base.add_source(called, data, fields, collection, remarks)
        for remark in remarks:
            note(remark)
        self._base.update_index()
        return source.id

    @alone
    def add(self, *sheets: Sheet | str | os.PathLike[str], dry_run: bool = False) -> Change:
        """Enter claims, entities and judgements, as one change. A path is a sheet in YAML.

        With `dry_run` nothing is written, and problems are in the result. Raises Invalid with all
        problems, each at its object such as `claims[0].said[1]`; nothing is written then.
        """
        made = [sheet for sheet in sheets if isinstance(sheet, Sheet)]
        typed = [str(sheet) for sheet in sheets if not isinstance(sheet, Sheet)]
        numbered = compiled.Numbered()

        def plan() -> Plan:
            """Plan all sheets."""
            nonlocal numbered
            coded, numbered = compiled.compiled(made, self._base.known())
            return self._base.plan_sheets([*coded, *map(compiled.read, typed)])

        what = f"add {', '.join([*typed, *(one.source for one in made if one.source)])}".strip()
        return self._change(plan, what, dry_run, lambda change: changes.placed(change, numbered))

    @alone
    def import_files(
        self,
        format: str,
        *files: str | os.PathLike[str],
        replace: bool = False,
        create: bool = False,
        mapping: str | os.PathLike[str] | None = None,
        coder: str = "",
        dry_run: bool = False,
    ) -> Change:
        """Import files in a format of `kb import`, as one change. `notes` of the result say what is
        not taken.

        `replace` takes values that differ from those here, `create` declares predicates that nobody
        has declared, `mapping` is a file that says what the columns of tables are.
        Raises Refused if values differ or nothing can be taken, Usage, Invalid.
        """
        read = imports.read(format, files)
        mapped = imports.one(format, mapping) if mapping else None
        notes: list[str] = []

        def plan() -> Plan:
            """Plan the import, and keep what it leaves out."""
            found = self._base.plan_import(format, read, coder, create, mapped)
            notes.extend(imports.notes(found))
            if not dry_run:
                imports.check(found, replace)
            return found.plan

        what = f"import {format} {' '.join(name for name, _ in read)}"
        return self._change(plan, what, dry_run, lambda change: changes.noted(change, notes))

    # --- correcting

    @alone
    def edit(
        self, name: str, values: Mapping[str, object], coder: str = "", *, dry_run: bool = False
    ) -> Change:
        """Change values of a record: `edit("the-dam-leaks", {"when": "2024-03-02"})`. An empty text
        clears a field. Keys are those of a sheet. Raises Usage, Invalid.
        """
        texts = {key: entries.text(key, value) for key, value in values.items()}
        return self._change(
            lambda: self._base.edit(name, texts, coder), f"edit {name} {' '.join(texts)}", dry_run
        )

    @alone
    def withdraw(self, *names: str, why: str, dry_run: bool = False) -> Change:
        """Withdraw records that were entered by mistake, and those that depend on them. Raises
        Usage, Invalid.
        """
        what = f"withdraw {' '.join(names)}"
        return self._change(lambda: self._base.withdraw(names, why), what, dry_run)

    @alone
    def rename(self, name: str, new: str) -> list[str]:
        """Give a record another id, everywhere. Return the files written. Raises Usage, Refused."""
        files = self._base.rename(name, new)
        self._base.update_index()
        return files

    @alone
    def undo(self, number: int = 0) -> Table:
        """Undo the last change, or the entry of the log with this number. Return what happened to
        each record. Raises Usage if there is nothing to undo, Conflict if a record changed since.
        """
        found = self._base.undo(number)
        self._base.update_index()
        rows = log_rows.reverted(found, self._base.folder.base).items()
        return Table(("record", "change"), rows)

    # --- looking back, and checking

    @alone
    def log(self, name: str = "") -> Table:
        """Return the changes, newest first; with the name of a record, those of it. Raises
        Usage.
        """
        return Table(log_rows.COLUMNS, map(log_rows.row, self._base.log(name)))

    @alone
    def validate(self) -> Table:
        """Return the problems of all files. An empty table means that everything fits."""
        report = self._base.validate()
        rows = [
            (str(p.place), p.severity, p.code, p.message, p.hint, p.subject)
            for p in report.problems
        ]
        return Table(PROBLEMS, rows)

    # --- how a change is made

    def _change(
        self,
        make: Callable[[], Plan],
        what: str,
        dry_run: bool,
        placed: Callable[[Change], Change] = lambda change: change,
    ) -> Change:
        """Make a plan and write it, as the only writer. Raises Invalid if it has errors."""
        with nullcontext() if dry_run else self._base.writing(what):
            plan = make()
            plan.what = what
            before = self._base.status_words(plan_rows.claims(plan))
            files = self._base.add(plan) if plan.sound and not dry_run else []
        rows = Table(plan_rows.COLUMNS, plan_rows.rows(plan, before))
        summary = plan_rows.summary(plan)
        change = placed(
            Change(rows, summary, plan.problems, tuple(plan.change.notes), tuple(files), dry_run)
        )
        if not dry_run:
            self._settle(change)
        return change

    def _settle(self, change: Change) -> None:
        """Warn about a change that was written, or raise Invalid."""
        if not change.ok:
            error = Invalid(change.problems)
            for problem in change.problems:
                error.add_note(str(problem))
            raise error
        for problem in change.problems:
            note(str(problem))
        if change.files:
            self._base.update_index()


@alone
def open(path: str | os.PathLike[str] | None = None) -> KnowledgeBase:
    """Open the knowledge base in a folder. None means the one around the current folder, or
    KB_HOME. Raises Unreadable if there is none.
    """
    return KnowledgeBase(knowledge_base.open(None if path is None else str(path)))


@alone
def init(path: str | os.PathLike[str], base: str = "https://example.org/kb/") -> KnowledgeBase:
    """Make an empty knowledge base in a folder. `base` is the beginning of the IRIs of all records.
    Raises Refused if there is one already.
    """
    return KnowledgeBase(knowledge_base.init(Path(path), base))
