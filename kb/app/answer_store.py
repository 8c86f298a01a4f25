"""The store that answers come from: the index of the present files, or a store in memory where the
index cannot be used.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from kb import notes
from kb.app.checks.condition import UNREAD
from kb.app.stored_files import File
from kb.errors import KbError, Problem, Unreadable
from kb.model.rdf_terms import Triple
from kb.store import Reader
from kb.store.faults import Damaged, Locked
from kb.store.oxigraph import EmbeddedStore
from kb.system import stamps
from kb.workspace.catalogs.past_files import past
from kb.workspace.files.folder import Folder
from kb.workspace.indexing import index
from kb.workspace.indexing.name_table import NameTable

if TYPE_CHECKING:
    from kb.app.derivation.materialisation import Derivation

T = TypeVar("T")


class Records(Protocol):
    """The records that the answers are about."""

    @property
    def folder(self) -> Folder:
        """The folder of the knowledge base."""

    def files(self) -> tuple[list[File], list[Problem]]:
        """All stored files, and the reasons why any cannot be read."""

    def memory(self, files: Sequence[File]) -> EmbeddedStore:
        """Load files and the ontology into a store in memory."""

    def derivation(self) -> Derivation:
        """The derivation of statuses."""


@dataclass(slots=True)
class AnswerStore:
    """The index that the last refresh prepared, or the store in memory that replaces it.

    `texts` is the digest of the texts that the store in memory was made from. `opened` is the index
    that was read last, with the process that opened it: a forked one must open it again.
    """

    prepared: index.Generation | None = None
    memory: EmbeddedStore | None = None
    texts: str = ""
    opened: tuple[int, EmbeddedStore] | None = None

    @property
    def generation(self) -> index.Generation | None:
        """The index, or None if answers come from a store in memory."""
        return None if self.memory else self.prepared

    def refresh(self, records: Records, anew: bool = False) -> index.Refreshed:
        """Update the index, or build a new one. If that is not possible, answers come from the
        files, and a note says so.
        """
        self.prepared = None  # a reader that is still open keeps its own
        try:
            found = index.refresh(records.folder, records.derivation, anew)
        except (Locked, OSError, Unreadable) as error:
            return self._without_index(records, error)
        self.memory = None
        self.prepared = found.generation
        return found

    def update(self, records: Records, tried: index.Tried | None = None) -> None:
        """Update the index for the next command, with an update that was `tried` if its files were
        written. Never fails: the change is written already.
        """
        self.prepared = self.opened = None
        try:
            index.refresh(records.folder, records.derivation, patience=0, tried=tried)
        except Locked:
            pass  # the process that builds it, or the next command, reads the change
        except (KbError, OSError) as error:
            notes.note(f"{_why(error)}; nothing is lost, and the next command tries again")

    def load(self, store: EmbeddedStore, derived: Iterable[Triple], base: str, texts: str) -> None:
        """Answer from a store in memory, with the derived triples of its records."""
        store.replace(base + index.DERIVED, list(derived))
        self.memory, self.texts = store, texts

    def state(self, folder: Folder) -> tuple[str, ...] | None:
        """Return a name of the state of the records; equal names mean equal records, past ones
        included. None if answers come from a store in memory.
        """
        if self.generation is None:
            return None
        names = (name for name in folder.files() if past(name))
        stamped = (f"{name} {stamps.stamp(folder.root / name)}" for name in names)
        return (str(self.generation.place), *stamped)

    def reader(self, folder: Folder) -> Reader:
        """Open the index, or return the store in memory. Raises Damaged if it is gone."""
        if self.memory:
            return self.memory
        return self._open(self.prepared) if self.prepared else index.reader(folder)

    def _open(self, generation: index.Generation) -> EmbeddedStore:
        """Open an index, once in a process. A generation never changes."""
        process, store = self.opened or (0, None)
        if (
            store is None
            or store.closed
            or (process, store.path) != (os.getpid(), generation.store)
        ):
            store = generation.open()
            self.opened = os.getpid(), store
        return store

    def named(self, look: Callable[[NameTable], T]) -> T | None:
        """Return what `look` finds in the table of names that `refresh` prepared, None if there is
        none. Raises Damaged.
        """
        if self.generation is None:
            return None
        with closing(self.generation.names()) as table:
            return look(table)

    def asked(self, records: Records, ask: Callable[[Callable[[], Reader]], T]) -> T:
        """Return what `ask` finds. It gets a function that opens what `refresh` prepared.

        If the index cannot be read, because it was deleted or damaged, a new one is built. If that
        fails, the answer comes from the files.
        """

        def reader() -> Reader:
            """Open the store that the last refresh prepared."""
            return self.reader(records.folder)

        try:
            return ask(reader)
        except Damaged:
            self.refresh(records, anew=True)
        try:
            return ask(reader)
        except Damaged as error:
            self._without_index(records, error)
        return ask(reader)

    def _without_index(self, records: Records, error: Exception) -> index.Refreshed:
        """Answer from the files, in memory, as long as their texts are the same."""
        notes.note(f"{_why(error)}; this answer comes from the text, which takes longer")
        files, problems = records.files()
        texts = hashlib.sha256(repr([(f.path, f.text) for f in files]).encode()).hexdigest()
        if self.memory is None or self.texts != texts or self.memory.closed:
            store = records.memory([f for f in files if not past(f.path)])
            derived = records.derivation().whole(store).triples
            self.load(store, derived, records.folder.base, texts)
        return index.Refreshed(
            broken=tuple(sorted({p.place.path for p in problems if p.code in UNREAD}))
        )


def _why(error: Exception) -> str:
    """Say why there is no index, without the full stop."""
    if isinstance(error, KbError):
        return error.message.rstrip(".")
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename} cannot be used: {error.strerror}"
    return f"the index cannot be used: {error}".rstrip(".")
