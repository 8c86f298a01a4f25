"""An open knowledge base: files, index and saved queries, each read on first use."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kb import notes
from kb.app import predicates, stored_files
from kb.app.answer_store import AnswerStore
from kb.app.checks import condition
from kb.app.checks.condition import UNREAD, Condition
from kb.app.derivation import record_places
from kb.app.excerpt import Excerpt
from kb.app.stored_files import File
from kb.errors import Invalid, KbError, Problem, Unreadable, problem_of
from kb.model.rdf_terms import Triple
from kb.model.records import Record, Source
from kb.rdf import turtle_reader
from kb.store import Reader
from kb.store.oxigraph import EmbeddedStore
from kb.system.modules import later
from kb.workspace.caches import document_library, record_cache
from kb.workspace.catalogs.catalog import Declared, Known
from kb.workspace.catalogs.past_files import past
from kb.workspace.files import folder, ontology, saved_queries
from kb.workspace.files.folder import Folder
from kb.workspace.files.saved_queries import SavedQuery
from kb.workspace.indexing import index
from kb.workspace.indexing.name_table import NameTable
from kb.workspace.transactions import transaction

if TYPE_CHECKING:
    from kb.app.checks import saved_checks
    from kb.app.derivation import extraction, lookups, materialisation, record_tables
    from kb.app.derivation.materialisation import ComputedStatuses, Derivation
    from kb.rdf import shacl
    from kb.rdf.shacl import Shapes
    from kb.reasoning.tables import Tables
else:
    extraction = later("kb.app.derivation.extraction")
    lookups = later("kb.app.derivation.lookups")
    materialisation = later("kb.app.derivation.materialisation")
    record_tables = later("kb.app.derivation.record_tables")
    saved_checks = later("kb.app.checks.saved_checks")
    shacl = later("kb.rdf.shacl")

T = TypeVar("T")


@dataclass(slots=True)
class Cache:
    """Data kept between two questions."""

    answers: AnswerStore = field(default_factory=AnswerStore)
    queries: dict[str, SavedQuery] | None = None
    texts: dict[str, str | None] = field(default_factory=dict)  # by source
    recent: record_cache.Recent | None = None  # records that a server keeps in memory
    tried: index.Tried | None = None  # the last plan, tried on a copy of the index


@dataclass(frozen=True, slots=True)
class Session:
    """An open folder, or an excerpt of it. Each call reads the present state.

    `origin` is the session that a view was made from, and how to make it from another one. What is
    `cleared` is exported as it is (`kb.app.views.public`).
    """

    folder: Folder
    excerpt: Excerpt | None = None
    origin: tuple[Session, Callable[[Session], Session]] | None = field(default=None, compare=False)
    cleared: bool = False
    cache: Cache = field(default_factory=Cache, compare=False)

    @property
    def chosen(self) -> frozenset[str] | None:
        """The chosen claims of a selection, without those added for completeness; or None."""
        return self.excerpt.chosen if self.excerpt else None

    @property
    def withheld(self) -> frozenset[str]:
        """The sources whose texts a view does not have."""
        return self.excerpt.withheld if self.excerpt else frozenset()

    @property
    def hides(self) -> Callable[[str], bool] | None:
        """Tell whether a text shows what may not leave; None without marks."""
        return self.excerpt.hides if self.excerpt else None

    def condition(self) -> Condition:
        """Problems of its files: some cannot be read, are missing, or do not fit."""
        return condition.condition(self.folder)

    def files(self) -> tuple[list[File], list[Problem]]:
        """All stored files, and the reasons why any cannot be read."""
        if found := self.excerpt:
            return list(found.part), list(found.unread)
        return transaction.steady(self.folder, self._files)

    def _files(self) -> tuple[list[File], list[Problem]]:
        found = self.folder.listed()
        files, problems = self._read(found.files)
        return files, [*found.problems, *problems]

    def _read(self, names: Iterable[str]) -> tuple[list[File], list[Problem]]:
        files, problems = [], []
        for name in notes.counted(list(names), "reading files"):
            try:
                file, wrong = stored_files.read(name, self.folder.stored(name), self.folder.base)
            except KbError as error:
                file, wrong = File(name, ""), [problem_of("unreadable", name, error)]
            files.append(file)
            problems += wrong
        return files, problems

    def whole(self) -> list[File]:
        """Return all stored files. Raises Invalid if one cannot be read, because its records
        would be missing or recorded twice.
        """
        files, problems = self.files()
        unread = [p for p in problems if p.code in UNREAD]
        if unread:
            raise Invalid(unread)
        return files

    def known(self) -> Known:
        """The catalog of all records. It skips files that cannot be read; `refresh` names them."""
        return self.together(self._known)

    def near(self) -> Known:
        """The catalog, for looking at a few records: only their files are read. Without an index,
        all files are read.
        """
        generation = self.cache.answers.generation
        if self.excerpt or not generation:
            return self.known()
        declared = predicates.Declarations(self.predicates)
        try:
            return record_places.near(self.folder, self.reader(), generation.names(), declared)
        except Unreadable:
            return self.known()

    def present(self) -> Known:
        """The catalog for a change of a few records: the index is updated first."""
        self.refresh()
        return self.near()

    def _known(self) -> Known:
        known = self.empty()
        for name, records in self.records():
            for one in records:
                known.add(one, name)
        return known

    def empty(self) -> Known:
        """Return a catalog without records, with the predicates of the ontology."""
        return Known(base=self.folder.base, predicates=predicates.Declarations(self.predicates))

    def records(self) -> Iterator[tuple[str, Sequence[Record]]]:
        """Return the path and records of each file that can be read."""
        if self.excerpt:
            return ((file.path, file.records) for file in self.excerpt.part)
        return record_cache.records(self.folder, self.cache.recent)

    def predicates(self) -> dict[str, Declared]:
        """Predicates by the word that a sheet uses, the end of their IRI. Those of the program
        come first.
        """
        return predicates.declared(self.ontology())

    def ontology(self) -> Iterable[list[Triple]]:
        """The triples of each ontology file that can be read. The condition names the others."""
        return (found for _, found in ontology.readable(self.folder, self.hides))

    def ontology_files(self) -> dict[str, Path]:
        """Ontology files by name: those of the program and the knowledge base's own."""
        return ontology.files(self.folder)

    def document(self, source: Source) -> str | None:
        """Return the text of a source, or None if it is not available."""
        return self.finder()(source)

    def documents(self, known: Known) -> dict[str, str]:
        """Return the texts that are available, by id of the source."""
        find = self.finder()
        found = {source.id: find(source) for source in known.sources.values()}
        return {id: text for id, text in found.items() if text is not None}

    def finder(self) -> Callable[[Source], str | None]:
        """Return a `document` for many sources (`document_library.finder`)."""
        find = document_library.finder(self.folder)
        return lambda one: find(one.sha256) if one.sha256 and one.id not in self.withheld else None

    def text(self, source: Source) -> str | None:
        """Return the text of a source, and keep it for the next question."""
        if source.id not in self.cache.texts:
            self.cache.texts[source.id] = self.document(source)
        return self.cache.texts[source.id]

    def shapes(self) -> Shapes:
        """The shapes of the program, and the knowledge base's own, which add to them."""
        return shacl.of(self.folder.root, self.folder.base, folder.shipped("ontology"))

    def sound(self) -> None:
        """Raise Invalid if a file cannot be read or is gone, because its records would be missing
        or recorded a second time.
        """
        if blocking := self.condition().blocking():
            raise Invalid(blocking)

    def checks(
        self,
        reader: Callable[[], Reader],
        files: Sequence[File],
        focus: Collection[str] | None = None,
    ) -> list[Problem]:
        """Return the problems that saved checks find in the `focus` records (IRIs), or in all."""
        place = stored_files.placing(files)
        checks = list(saved_checks.load(self.folder).values())
        return list(saved_checks.problems(checks, reader, focus, place, self.tail, self.folder))

    def tail(self, iri: str) -> str:
        """Return the key of a record, the short form of a property, or anything else unchanged."""
        tail = iri.removeprefix(self.folder.base)
        return tail if tail != iri else turtle_reader.compact(iri) if "://" in iri else iri

    def together(self, look: Callable[[], T]) -> T:
        """Answer several questions from one state of the files."""
        if self.excerpt:
            return look()
        return transaction.steady(self.folder, look)

    def refresh(self, anew: bool = False) -> index.Refreshed:
        """Update the index, or build a new one. Failing that, answers come from the files."""
        if self.excerpt:
            return self._excerpted(self.excerpt)
        self.cache.texts.clear()
        return self.cache.answers.refresh(self, anew)

    def _excerpted(self, excerpt: Excerpt) -> index.Refreshed:
        """Load the records and statuses of a view into a store in memory, once: they stay the
        same.
        """
        answers, base = self.cache.answers, self.folder.base
        if answers.memory is None or answers.memory.closed:
            present = [file for file in excerpt.part if not past(file.path)]
            answers.load(self.memory(present), excerpt.derived(base), base, "")
        return index.Refreshed(broken=tuple(sorted({p.place.path for p in excerpt.unread})))

    def update_index(self) -> None:
        """Update the index for the next command. Never fails: the change is written already."""
        tried, self.cache.tried = self.cache.tried, None
        self.cache.answers.update(self, tried)

    @property
    def generation(self) -> index.Generation | None:
        """The index that `refresh` prepared, or None if answers come from a store in memory."""
        return self.cache.answers.generation

    def state(self) -> tuple[str, ...] | None:
        """Return a name of the state of the records that `refresh` prepared; equal names mean equal
        records. None if answers come from a store in memory.
        """
        return self.cache.answers.state(self.folder)

    def in_memory(self) -> bool:
        """Whether `refresh` could not use the index on disk."""
        return self.cache.answers.memory is not None

    def reader(self) -> Reader:
        """Open what `refresh` prepared: the index, or a store in memory. Raises Damaged if it is
        gone.
        """
        return self.cache.answers.reader(self.folder)

    def asked(self, ask: Callable[[Callable[[], Reader]], T]) -> T:
        """Return what `ask` finds in the index of the present files. `ask` gets a function that
        opens it.
        """
        self.refresh()
        return self.cache.answers.asked(self, ask)

    def read(self, look: Callable[[Reader], T]) -> T:
        """Return what `look` finds in the index of the present files, in this process."""
        return self.asked(lambda reader: look(reader()))

    def named(self, look: Callable[[NameTable], T]) -> T | None:
        """Return what `look` finds in the table of names of the index, None if there is none."""
        return self.asked(lambda _: self.cache.answers.named(look))

    def memory(self, files: Sequence[File]) -> EmbeddedStore:
        """Load these files and the ontology into a store in memory."""
        store = EmbeddedStore(None)
        for n, triples in enumerate(self.ontology()):
            store.replace(f"{self.folder.base}ontology/{n}", triples)
        for file in files:
            store.replace(self.folder.graph(file.path), file.triples)
        return store

    def derivation(self) -> Derivation:
        """Return the derivation of statuses from this knowledge base's records."""
        return materialisation.Derivation(self.folder.base, self.folder.policy)

    def outcome(
        self, store: Reader, as_of: date | None = None, known_on: date | None = None
    ) -> ComputedStatuses:
        """Return tables, statuses and contradictions of a store, as of two dates."""
        return materialisation.outcome(store, self.folder.base, self.folder.policy, as_of, known_on)

    def tables(self) -> Tables:
        """Return the tables of the present records.

        They come from the cache of records, or from the index if a record is in several files.
        """
        found = self.together(
            lambda: record_tables.tables(self.records(), self.ontology(), self.folder.base)
        )
        if found is None:
            return self.read(
                lambda store: extraction.read(lookups.Lookups(store, self.folder.base))
            )
        return found

    def worked_out(self) -> ComputedStatuses:
        """Return tables, statuses and contradictions of the present records."""
        return materialisation.worked_out(self.tables(), self.folder.policy)

    def queries(self) -> dict[str, SavedQuery]:
        """Saved queries by name: those of the program and the knowledge base's own."""
        if self.cache.queries is None:
            shipped = saved_queries.load([folder.shipped("queries")])
            own = condition.usable_queries(self.folder)
            if hides := self.hides:
                own = {n: q for n, q in own.items() if not hides(n) and not hides(q.text)}
            self.cache.queries = dict(sorted({**shipped, **own}.items()))
        return self.cache.queries

    def graphs(self) -> list[str]:
        """Return the IRIs of the graphs that a query may name in FROM."""
        names = [
            *(f for f in self.folder.files() if not past(f)),
            *(f"ontology/{n}" for n in self.ontology_files()),
            index.DERIVED,
        ]
        return [self.folder.graph(n) for n in names]
