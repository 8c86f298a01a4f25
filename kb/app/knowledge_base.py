"""A knowledge base with the verbs of the command line: the typed Python API.

from kb.app import knowledge_base as base
kb = base.open("path/to/folder")
for row in kb.status().rows.values():
    print(row.status, row.claim)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kb import notes
from kb.app.answers import Answers, View
from kb.app.session import Session
from kb.model.records import Source
from kb.system.modules import later
from kb.workspace.catalogs.catalog import Known
from kb.workspace.files import folder
from kb.workspace.indexing import index
from kb.workspace.transactions import transaction

# Each verb imports what it needs, because importing everything takes longer than most commands.
if TYPE_CHECKING:
    from kb.app.audit import formatting, integrity, verification
    from kb.app.audit.integrity import Health
    from kb.app.changes import editing, importing, planning, sources, undo
    from kb.app.changes.importing import Import
    from kb.app.changes.planning import Plan
    from kb.app.changes.undo import Reversal
    from kb.app.checks.validation import Report
    from kb.app.derivation.kept_statuses import Statuses
    from kb.app.inquiry import coverage, servers, statuses, worklist
    from kb.app.inquiry.coverage import Coverage
    from kb.app.inquiry.worklist import Inbox
    from kb.app.publishing import pulling, pushing
    from kb.app.publishing.pulling import Pull
    from kb.app.publishing.pushing import Push
    from kb.app.views import dated_views, diff, file_views
    from kb.coding.sheet import Sheet
    from kb.reasoning.analysis.timeline import Turn
    from kb.workspace.catalogs.differences import Change
    from kb.workspace.log import history
    from kb.workspace.log.history import Batch
else:
    formatting = later("kb.app.audit.formatting")
    integrity = later("kb.app.audit.integrity")
    verification = later("kb.app.audit.verification")
    editing = later("kb.app.changes.editing")
    importing = later("kb.app.changes.importing")
    planning = later("kb.app.changes.planning")
    sources = later("kb.app.changes.sources")
    undo = later("kb.app.changes.undo")
    coverage = later("kb.app.inquiry.coverage")
    servers = later("kb.app.inquiry.servers")
    statuses = later("kb.app.inquiry.statuses")
    worklist = later("kb.app.inquiry.worklist")
    pulling = later("kb.app.publishing.pulling")
    pushing = later("kb.app.publishing.pushing")
    dated_views = later("kb.app.views.dated_views")
    file_views = later("kb.app.views.file_views")
    diff = later("kb.app.views.diff")
    history = later("kb.workspace.log.history")


def open(chosen: str | None = None) -> KnowledgeBase:
    """Open the knowledge base in a folder. None means the one around the current folder, or
    KB_HOME. Raises Unreadable.
    """
    return KnowledgeBase(Session(folder.locate(chosen)))


def init(
    root: Path, base: str = "https://example.org/kb/", collection: str = "main"
) -> KnowledgeBase:
    """Create an empty knowledge base. Raises Refused if there is one already."""
    return KnowledgeBase(Session(folder.create(root, base, collection)))


@dataclass(frozen=True, slots=True)
class KnowledgeBase(Answers):
    """The knowledge base in one folder. Each call reads the present state, and only the files it
    needs.
    """

    def at(
        self, as_of: date | None = None, known_on: date | None = None, policy: str | None = None
    ) -> View:
        """Return the knowledge base as it was: what had been published and recorded by these dates,
        under a policy.

        It has the same verbs for reading and cannot be changed. None means no limit, or the policy
        of this knowledge base.
        """
        return View(dated_views.dated(self.session, as_of, known_on, policy))

    def of_files(
        self, place: str, engine: str = "", as_of: date | None = None, policy: str | None = None
    ) -> View:
        """Return the records in the files of `kb export parquet`, in a folder or at an address,
        with statuses computed by an engine, `spark://HOST:PORT` or `local[N]`, or in this process.

        Only settings and texts come from this knowledge base. Raises Usage, Unreadable.
        """
        return View(file_views.of_files(self.session, place, engine, as_of, policy))

    def changes(self, start: date, end: date) -> list[Turn]:
        """Return the statuses that changed because of publications from `start` to `end`, oldest
        first, with the cause. Both days are included.
        """
        return statuses.changes(self.session, start, end)

    def changes_recorded(self, start: date, end: date) -> list[Turn]:
        """Return the statuses that changed because a record was added, edited or withdrawn on
        these days, oldest first, with the cause.
        """
        return statuses.changes_recorded(self.session, start, end)

    def push(
        self, server: str, dry_run: bool = False, force: bool = False, seconds: float | None = None
    ) -> Push:
        """Send this knowledge base to a server of kb.toml, or to an address. `seconds` limits the
        time for each answer.
        """
        named = servers.named(self.session, server, seconds)
        return pushing.push(self.session, named, dry_run, force)

    def pull(
        self, server: str, dry_run: bool = False, force: bool = False, seconds: float | None = None
    ) -> Pull:
        """Take the records that a server has. `seconds` limits the time for each answer. Raises
        Invalid, and writes nothing, if the records have errors.
        """
        named = servers.named(self.session, server, seconds)
        return pulling.pull(self.session, named, dry_run, force)

    def validate(self, paths: Sequence[str] = ()) -> Report:
        """Validate the files at `paths`, by default all. Problems of unreadable files come
        first. Raises Usage.
        """
        return verification.validate(self.session, paths)

    def coverage(self, name: str = "", known: Known | None = None) -> list[Coverage]:
        """Return which sentences of a source, or of every source by id, are coded, skipped or
        open.
        """
        known = known or self.known()
        chosen = (
            [known.source(name)] if name else sorted(known.sources.values(), key=lambda s: s.id)
        )
        counted = notes.counted(chosen, "comparing sentences")
        return coverage.several(known, ((s.id, self.document(s)) for s in counted))

    def inbox(self, known: Known | None = None, found: Statuses | None = None) -> Inbox:
        """Return the remaining work: sources to code and to check, shared passages, claims that may
        be the same, and files not imported yet. `known` and `found` are the records and statuses if
        they were read already.
        """
        return worklist.remaining(self.session, known, found)

    def diff(self, revision: str = "HEAD") -> tuple[Change, ...]:
        """Compare the present with a git revision, or two revisions (`A..B`): statuses first,
        then records, field by field. Raises Usage.
        """
        return diff.diff(self.session, revision)

    def formatted(self) -> dict[str, tuple[str, str]]:
        """Return the files that are not canonical: path → (text now, canonical text). Raises
        Invalid.
        """
        return formatting.formatted(self.session)

    def format(self) -> list[str]:
        """Make every file canonical. Returns the files changed."""
        return formatting.format(self.session)

    def update_index(self) -> None:
        """Update the index for the next command. Never fails."""
        self.session.update_index()

    def drop_index(self) -> None:
        """Delete the index and the caches, without losing anything. To build a new index beside the
        one that others read, use `refresh(anew=True)`.
        """
        index.drop(self.folder)

    # --- writing

    def fsck(self, head: str = "") -> Health:
        """Check files, records, quotes, documents, log and index. Writes nothing. `head` is a
        digest that `kb log --head` printed earlier; the log is compared with it. Raises Usage if it
        is not a digest.
        """
        return integrity.undisturbed(self.session, lambda: integrity.fsck(self.session, head))

    def repair(self) -> list[str]:
        """Repair what can be repaired without losing anything. Return what was done, in words."""
        return integrity.repair(self.session)

    def accept(self) -> list[str]:
        """Accept what was changed outside kb, by hand or by git. Return the files."""
        return integrity.accept(self.session)

    def log(self, name: str = "", known: Known | None = None) -> list[Batch]:
        """Return the log, newest entry first; with the name of a record, only the entries that
        changed it. `known` are the records if they were read already. Raises Usage for an unknown
        name.
        """
        known = known or self.known()
        if not name or known.record(name):
            return history.batches(self.folder, known, name)
        gone = {key for b in history.batches(self.folder, known) for key in b.records}
        return history.batches(self.folder, known, known.resolve(name, also={*known.past, *gone}))

    def reversal(self, number: int = 0) -> Reversal:
        """Return how to undo the last command, or the one with this number in the log, without
        writing. Raises Usage, Conflict.
        """
        return undo.reversal(self.session, number)

    def undo(self, number: int = 0) -> Reversal:
        """Undo the last command, or the entry with this number: all its records or, with Conflict,
        none. Return what was done.

        Undoing an undo repeats the command. Raises Usage if there is nothing to undo.
        """
        with transaction.writing(self.folder, "undo"):
            found = self.reversal(number)
            undo.undo(self.session, found)
        return found

    def left_texts(self, found: Reversal) -> list[str]:
        """Return the files in documents/ that nothing needs after an undo but undoing it."""
        return undo.left_texts(self.session, found)

    def writing(self, what: str) -> AbstractContextManager[None]:
        """Lock the knowledge base for writing, as in `with kb.writing("import"):
        kb.add(kb.plan(text, name))`.

        Other writers show `what` while they wait. Raises Conflict if another writer does not finish
        in time.
        """
        return transaction.writing(self.folder, what)

    def plan(self, text: str, name: str, now: datetime | None = None) -> Plan:
        """Plan what a sheet changes, including statuses, and check everything that the change
        affects. Nothing is written.
        """
        return planning.plan(self.session, text, name, now)

    def plan_sheets(self, sheets: Sequence[Sheet], now: datetime | None = None) -> Plan:
        """Plan sheets as one change: those of a file, or those that a program built
        (`sheet_rules.built`).
        """
        return planning.plan_sheets(self.session, sheets, now)

    def plan_import(
        self,
        format: str,
        files: Sequence[tuple[str, bytes]],
        coder: str = "",
        create: bool = False,
        mapping: tuple[str, bytes] | None = None,
    ) -> Import:
        """Plan the import of files (name, content) in a format of `importing.FORMATS`, compared
        with what is recorded. With `create`, unknown predicates are declared. `mapping` is a file
        that says what the columns of tables are. Nothing is written; `add(found.plan)` writes it.
        Raises Usage.
        """
        mapped = importing.mapping_of(*mapping) if mapping else None
        return importing.plan(self.session, format, files, coder, create, mapped)

    def add(self, plan: Plan) -> list[str]:
        """Write a plan, all or nothing. Return the files written. Raises Invalid, Conflict."""
        return planning.add(self.session, plan)

    def edit(self, name: str, values: Mapping[str, str], coder: str = "") -> Plan:
        """Change values of a record, such as `{"when": "2020-06-05"}`. An empty text clears a
        field; other fields stay as they are. Raises Usage.
        """
        return editing.edit(self.session, name, values, coder)

    def form(self, name: str) -> str:
        """Return a record as a sheet of its own, to edit and then plan with
        `plan_sheets([editing.amended(before, after)])`. Raises Usage.
        """
        return editing.form(self.session, name)

    def withdraw(self, names: Sequence[str], why: str) -> Plan:
        """Plan to withdraw records that were wrong, and those that depend on them. Raises Usage
        without a reason.
        """
        return editing.withdraw(self.session, names, why)

    def judge(self, kind: str, about: str, other: str, said: Mapping[str, str]) -> Plan:
        """Plan a decision about one or two records. `said` can have `why`, `lines`, `verdict`,
        `certainty` and `coder`. Raises Usage.
        """
        return editing.judge(self.session, kind, about, other, said)

    def overturn(self, name: str, why: str) -> Plan:
        """Plan to withdraw a judgement, by its id or the beginning of it. Raises Usage if there is
        none, or without a reason.
        """
        return editing.overturn(self.session, name, why)

    def rename(self, name: str, new: str) -> list[str]:
        """Change the id of a record and all references to it, in one step. Return the files
        written. Raises Usage, Refused.
        """
        with transaction.writing(self.folder, f"rename {name} {new}"):
            found = editing.rename(self.session, name, new)
            seen = {path: before for path, (before, _) in found.items()}
            texts = {path: after for path, (_, after) in found.items()}
            return transaction.commit(self.folder, texts, seen, f"rename {name} {new}")

    def add_source(
        self,
        name: str,
        data: bytes,
        given: Mapping[str, str],
        collection: str | None = None,
        notes: list[str] | None = None,
        *,
        ask: Callable[[str], str] | None = None,
    ) -> Source:
        """Read a document: keep its text in `documents/` by digest, and write its Source.

        `given` wins over what the document states. `notes` gains a sentence for each thing that a
        person should know. `ask` returns the type of an author if nothing shows it, or "".
        Raises Usage if it cannot be read, Refused if this very text is a source already.
        """
        return sources.add_source(
            self.session, name, data, given, collection=collection, notes=notes, ask=ask
        )

    def record_sentences(self, name: str = "") -> list[str]:
        """Store sentence positions of a source, or of all, from the texts. Return the files."""
        known = self.known()
        return sources.record_sentences(
            self.session, [known.source(name)] if name else list(known.sources.values())
        )


__all__ = ["KnowledgeBase", "init", "open"]
