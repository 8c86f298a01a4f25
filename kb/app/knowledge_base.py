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

from kb import notes
from kb.app import (
    coverage,
    dated_views,
    diff,
    editing,
    formatting,
    integrity,
    planning,
    sources,
    statuses,
    undo,
    verification,
    worklist,
)
from kb.app.answers import Answers, View
from kb.app.coverage import Coverage
from kb.app.editing import amended
from kb.app.integrity import Health
from kb.app.planning import Plan
from kb.app.session import Session
from kb.app.undo import Reversal
from kb.app.validation import Report
from kb.app.worklist import Inbox
from kb.coding.sheet import Sheet
from kb.errors import Usage
from kb.model import identifiers, problem_codes
from kb.model.records import Source
from kb.rdf import shacl
from kb.reasoning import timeline
from kb.reasoning.timeline import Turn
from kb.workspace import document_library, folder, history, index, saved_queries, transaction
from kb.workspace.catalog import Known
from kb.workspace.differences import Change
from kb.workspace.history import Batch


def open(chosen: str | None = None) -> KnowledgeBase:
    """The knowledge base in a folder; None for the one around the current folder, or KB_HOME.
    Raises Unreadable.
    """
    return KnowledgeBase(Session(folder.locate(chosen)))


def init(
    root: Path, base: str = "https://example.org/kb/", collection: str = "main"
) -> KnowledgeBase:
    """Make an empty knowledge base. Raises Refused where there is one."""
    return KnowledgeBase(Session(folder.create(root, base, collection)))


@dataclass(frozen=True, slots=True)
class KnowledgeBase(Answers):
    """One folder. Nothing is read before it is asked for; each call reads the present state."""

    def at(
        self, as_of: date | None = None, known_on: date | None = None, policy: str | None = None
    ) -> View:
        """This knowledge base as it stood: what had been published by a world date and recorded by
        a known date, judged by a policy.

        It has the same verbs, and is only read. None is no limit, or the policy of this knowledge
        base.
        """
        return View(dated_views.dated(self.session, as_of, known_on, policy))

    def changes(self, start: date, end: date) -> list[Turn]:
        """Statuses that changed because something was published from `start` to `end`, both
        included; oldest first, each with why.
        """
        found = self.status()
        return timeline.published(found.tables, found.policy, start, end)

    def changes_recorded(self, start: date, end: date) -> list[Turn]:
        """Statuses that changed because something was recorded, edited or withdrawn on these days;
        oldest first, each with why.
        """
        found = self.session.outcome(self.session.memory(self.files()[0]))
        return timeline.recorded(found.tables, found.policy, start, end)

    def validate(self, paths: Sequence[str] = ()) -> Report:
        """Problems of the files at `paths` (all by default), those that keep a file from being read
        first. Raises Usage.
        """
        return verification.validate(self.session, paths)

    def coverage(self, name: str = "", known: Known | None = None) -> list[Coverage]:
        """Which sentences of a source are coded, skipped or open; of every source, by id, where
        none is named.
        """
        known = known or self.known()
        chosen = (
            [known.source(name)] if name else sorted(known.sources.values(), key=lambda s: s.id)
        )
        return [
            coverage.coverage(known, s.id, self.document(s))
            for s in notes.counted(chosen, "comparing sentences")
        ]

    def inbox(self) -> Inbox:
        """What waits: sources unread, being coded, checked; passages that two of them share, or one
        may repeat; claims that say the same; texts that no source is made of.
        """
        known = self.known()
        texts = {
            s.id: text for s in known.sources.values() if (text := self.document(s)) is not None
        }
        ids = notes.counted(sorted(known.sources), "comparing sentences")
        found = [coverage.coverage(known, id, texts.get(id)) for id in ids]
        files = document_library.by_digest(self.folder)
        repeated, twins = statuses.retellings(self.session), statuses.twins(self.session)
        return worklist.inbox(known, found, texts, files, repeated, twins)

    def diff(self, revision: str = "HEAD") -> tuple[Change, ...]:
        """What changed since a revision of git, or between two (`A..B`): statuses first, then
        records, field by field. Raises Usage.
        """
        return diff.diff(self.session, revision)

    def formatted(self) -> dict[str, tuple[str, str]]:
        """Files that are not canonical: path → (as it is, as it would be). Raises Invalid."""
        return formatting.formatted(self.session)

    def format(self) -> list[str]:
        """Make every file canonical. Returns the files changed."""
        return formatting.format(self.session)

    def update_index(self) -> None:
        """Bring the index up to the text for whoever asks next. Never fails."""
        self.session.update_index()

    def drop_index(self) -> None:
        """Delete everything disposable; nothing is lost. `refresh(anew=True)` builds the index
        beside the one that others read.
        """
        index.drop(self.folder)

    # --- writing
    # -----------------------------------------------------------------------------------------------------------------

    def fsck(self, head: str = "") -> Health:
        """Look at everything: files against what commands left, records, quotes, documents,
        journal, index. Writes nothing.

        `head` is a digest of `kb log --head` kept elsewhere, with which the log is compared. Raises
        Usage where it is none.
        """
        return integrity.undisturbed(
            self.session, lambda: integrity.fsck(self.session, self.validate(), head)
        )

    def repair(self) -> list[str]:
        """Mend what can be mended without losing anything. Returns what was done, in words."""
        return integrity.repair(self.session)

    def accept(self) -> list[str]:
        """Take what was changed outside kb, by hand or by git, as it should be. Returns the files."""
        return integrity.accept(self.session)

    def log(self, name: str = "") -> list[Batch]:
        """What was done here, newest first; with the name of a record only what touched it. Raises
        Usage for a name nothing has.
        """
        known = self.known()
        if not name:
            return history.batches(self.folder, known)
        gone = {key for b in history.batches(self.folder, known) for key in b.records}
        return history.batches(self.folder, known, known.resolve(name, also={*known.past, *gone}))

    def reversal(self, number: int = 0) -> Reversal:
        """How the last command, or the one of this number in the log, is taken back. Nothing is
        written. Raises Usage, Conflict.
        """
        return undo.reversal(self.session, number)

    def undo(self, number: int = 0) -> Reversal:
        """Take back the last command that is not taken back, or the one of this number: all its
        records or, with Conflict, none.

        Taking back an undo does the command again. Returns what was done. Raises Usage where there
        is nothing to take back.
        """
        with transaction.writing(self.folder, "undo"):
            found = self.reversal(number)
            undo.undo(self.session, found)
        return found

    def writing(self, what: str) -> AbstractContextManager[None]:
        """Be the only writer from reading to writing, as in `with kb.writing("import"):
        kb.add(kb.plan(text, name))`.

        `what` is told to writers who wait. Raises Conflict where another one does not end.
        """
        return transaction.writing(self.folder, what)

    def plan(self, text: str, name: str, now: datetime | None = None) -> Plan:
        """Read a sheet and work out what it would do, down to the statuses; checked in its
        neighbourhood, nothing written.
        """
        return planning.plan(self.session, text, name, now)

    def plan_sheet(self, sheet: Sheet, now: datetime | None = None) -> Plan:
        """Work out what a sheet would do that was built, not typed (`sheet_rules.built`)."""
        return planning.plan_sheet(self.session, sheet, now)

    def add(self, plan: Plan) -> list[str]:
        """Write a plan: all of it or nothing. Returns the files written. Raises Invalid, Conflict."""
        return planning.add(self.session, plan)

    def edit(self, name: str, values: Mapping[str, str], coder: str = "") -> Plan:
        """Give a record other values, as `{"when": "2020-06-05"}`: an empty text empties, what is
        not named stays. Raises Usage.
        """
        return editing.edit(self.session, name, values, coder)

    def form(self, name: str) -> str:
        """A record as a sheet of its own, to be changed and planned by `plan_sheet(amended(before,
        after), …)`. Raises Usage.
        """
        return editing.form(self.session, name)

    def withdraw(self, names: Sequence[str], why: str) -> Plan:
        """Make records count no more, because ours were wrong, with all that hangs on them. Raises
        Usage without a reason.
        """
        return editing.withdraw(self.session, names, why)

    def judge(self, kind: str, about: str, other: str, said: Mapping[str, str]) -> Plan:
        """A reasoned decision about one or two records; `said` are `why`, `lines`, `verdict`,
        `certainty`, `coder`. Raises Usage.
        """
        return editing.judge(self.session, kind, about, other, said)

    def overturn(self, name: str, why: str) -> Plan:
        """Take a judgement back, by its id or the beginning of it. Raises Usage where none is
        meant, or without a reason.
        """
        return editing.overturn(self.session, name, why)

    def rename(self, name: str, new: str) -> list[str]:
        """Give a record another id wherever it is named, in one step. Returns the files written.
        Raises Usage, Refused.
        """
        with transaction.writing(self.folder, f"rename {name} {new}"):
            found = editing.rename(self.session, name, new)
            texts, seen = ({path: pair[side] for path, pair in found.items()} for side in (1, 0))
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
        """Store where the sentences of a source, or of all, begin and end, from the texts at hand.
        Returns the files written.
        """
        known = self.known()
        return sources.record_sentences(
            self.session, [known.source(name)] if name else list(known.sources.values())
        )


def explain(code: str) -> str:
    """What a problem's code means: the program's own, a shape's or a saved check's. Raises Usage
    with the nearest codes.
    """
    texts = dict(problem_codes.CODES)
    for query in saved_queries.load([folder.shipped("queries")]).values():
        if query.group == "checks":
            hint = query.hint.replace("{subject}", "A").replace("{other}", "B")
            texts[query.name] = (
                f"{query.summary}. {query.description}".strip() + f"\nTo fix it: {hint}"
            )
    texts |= shacl.messages(folder.shipped("ontology"))
    if code not in texts:
        raise Usage(
            f"there is no code “{code}”.",
            identifiers.suggestion(code, texts, "codes are printed by kb validate"),
        )
    return f"{code}\n{texts[code].strip()}"


__all__ = ["KnowledgeBase", "Plan", "amended", "explain", "init", "open"]
