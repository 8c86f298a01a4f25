"""Validation of what a change can affect, given the last report and the texts that it is about.

A record is validated again if it differs, if a record that it names has come, gone or changed its
type, if the text that it quotes may be another one, or if its problem may have another place. Saved
checks have links of their own (`kb.app.checks.affected`). In doubt, everything is validated.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Final

from kb.app import stored_files
from kb.app.audit import kept_reports
from kb.app.audit.kept_reports import Kept, Parts, State, Types
from kb.app.checks import affected, saved_checks, validation
from kb.app.checks.affected import TYPE, Change
from kb.app.checks.condition import UNREAD
from kb.app.derivation.lookups import Lookups
from kb.app.session import Session
from kb.app.stored_files import File
from kb.errors import KbError, Place, Problem
from kb.model.rdf_terms import Term, Triple
from kb.model.records import Quote, Source
from kb.model.vocabulary import NS
from kb.rdf import turtle_reader
from kb.store import Reader
from kb.workspace.caches import document_library
from kb.workspace.catalogs.past_files import past
from kb.workspace.indexing import name_table
from kb.workspace.indexing.partial_reading import OldFiles

# Records that differ, and records to validate again: with more, validating everything is as fast.
MOST_CHANGED: Final = 3000
MOST: Final = 5000
# Problems of records that can matter to any other, or are not what one file says of them.
_ANYWHERE: Final = ("blank-node", "unknown-property", "id-twice")
# What an IRI in a query can consist of.
_IRI: Final = re.compile(r"[^\x00-\x20<>\"{}|^`\\]+:[^\x00-\x20<>\"{}|^`\\]*")
# A part of a report, and the texts of the files that it has read again.
Renewed = tuple[Parts, Mapping[str, str]]


def past_types(files: Iterable[File]) -> dict[str, dict[str, list[str]]]:
    """Return the types of the records in the files of past ones, by file and IRI."""
    return {file.path: _types(file.triples) for file in files if past(file.path)}


def _types(triples: Iterable[Triple]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for subject, property, value in triples:
        found.setdefault(subject.value, []).extend(
            [value.value] if property.value == TYPE and value.kind == "iri" else []
        )
    return found


def renewed(session: Session, kept: Kept, now: State) -> Renewed | None:
    """Return the report of this state, given an earlier one. None if everything has to be
    validated.
    """
    if kept.state.rules != now.rules or session.shapes().own:
        return None
    names = {n for n, _ in kept.state.files.items() ^ now.files.items()}
    problems = (*kept.parts.read, *kept.parts.shaped)
    if session.folder.passages != "whole" or not _traceable(problems):
        return None
    edit = _edit(session, kept, now, sorted(names))
    if edit is None:
        return None

    def look(reader: saved_checks.Open) -> Renewed | None:
        """Validate with the index; without one, everything has to be validated."""
        indexed = session.generation is not None
        return _Renewal(session, kept, now, edit, reader()).parts(reader) if indexed else None

    return session.asked(look)


def _traceable(problems: Iterable[Problem]) -> bool:
    """Tell whether files with these problems have nothing that can matter to any record."""
    return {problem.code for problem in problems}.isdisjoint(_ANYWHERE)


@dataclass(frozen=True, slots=True)
class _Edit:
    """Files that differ, as they are now, the problems of reading them, and what has changed."""

    files: Mapping[str, File]
    problems: Sequence[Problem]
    change: Change


def _edit(session: Session, kept: Kept, now: State, names: Sequence[str]) -> _Edit | None:
    """Read the files that differ, before and after. None if their change cannot be traced."""
    base, before, after = session.folder.base, list[Sequence[Triple]](), dict[str, File]()
    problems = list[Problem]()
    for name in names:
        old = kept.state.files.get(name)
        text = kept_reports.text(session.folder, old) if old else ""
        if text is None:
            return None
        try:
            new = session.folder.stored(name) if name in now.files else ""
            before.append(turtle_reader.triples(text, base))
        except (KbError, turtle_reader.Broken):
            return None
        file, found = stored_files.read(name, new, base)
        after[name] = file
        problems += found
    change = affected.change(before, [file.triples for file in after.values()])
    if not _traceable(problems) or any(problem.code in UNREAD for problem in problems):
        return None
    if not change.is_traceable or len(change.subjects()) > MOST_CHANGED:
        return None
    return _Edit(after, problems, change)


@dataclass(slots=True)
class _Renewal:
    """A validation of what an edit can affect, with a store of the present records."""

    session: Session
    kept: Kept
    now: State
    edit: _Edit
    store: Reader
    read: dict[str, File] = field(default_factory=dict)
    past: dict[str, Types] = field(default_factory=dict)

    def parts(self, reader: saved_checks.Open) -> Renewed | None:
        """Validate what can be affected, and return the whole report."""
        present = [file for name, file in self.edit.files.items() if name in self.now.files]
        unchanged = {n: t for n, t in self.kept.parts.past.items() if n in self.now.files}
        self.read.update(self.edit.files)
        self.past.update(unchanged | past_types(present))
        elsewhere = self._describing(self.edit.change.subjects()) - self.edit.files.keys()
        focus = self._focus()
        if elsewhere or self._is_twice(present) or len(focus) > MOST:
            return None
        report, stale = self._validated(focus), self._checked_again()
        rows = self._rows(stale, reader)
        return self._joined(focus, report, stale, rows), {file.path: file.text for file in present}

    def _rows(self, stale: Collection[str], reader: saved_checks.Open) -> list[Problem]:
        """Return what saved checks find in these records; those with unknown links, in all."""
        session, found = self.session, list[Problem]()
        checks = list(saved_checks.load(session.folder).values())
        for focus in (stale, None):
            some = [c for c in checks if (c.name in affected.COVERED) == (focus is not None)]
            found += saved_checks.problems(
                some, reader, focus, self._place, session.tail, session.folder
            )
        return found

    def _joined(
        self,
        focus: Collection[str],
        report: validation.Report,
        stale: Collection[str],
        rows: Sequence[Problem],
    ) -> Parts:
        """Return the kept report with what was found again in its place."""
        was, start = self.kept.parts, self.session.folder.base + Quote.path
        covered = (p for p in was.checked if p.code in affected.COVERED)
        quotes = {id: how for id, how in was.quotes.items() if start + id not in focus}
        return Parts(
            (*(p for p in was.read if p.place.path not in self.edit.files), *self.edit.problems),
            (*(p for p in was.shaped if p.subject and p.subject not in focus), *report.problems),
            (*(p for p in covered if p.subject not in stale), *rows),
            quotes | dict(report.quotes),
            self.past,
        )

    def _is_twice(self, files: Iterable[File]) -> bool:
        """Tell whether two of these files describe the same record."""
        found = [iri for file in files for iri in {s.value for s, _, _ in file.triples}]
        return len(found) > len(set(found))

    # --- records to validate again

    def _focus(self) -> set[str]:
        """Return the IRIs of the records whose shapes, values or passages have to be validated."""
        change = self.edit.change
        typed = change.subjects(TYPE)
        sources = self._sources()
        found = change.subjects() | typed | sources | self._moved(self.kept.parts.shaped)
        found |= self._iris(self._look.follow("?found ?property ?x", typed))
        found |= self._iris(self._look.follow("?found kb:source ?x", sources))
        for file in self._naming(typed | sources):
            ends = {s.value for s, _, o in file.triples if o.value in typed or o.value in sources}
            found |= ends
        return found

    def _sources(self) -> set[str]:
        """Return the IRIs of the sources whose text may be another one."""
        change, base = self.edit.change, self.session.folder.base
        texts = set(self.kept.state.texts) ^ set(self.now.texts)
        found = change.subjects(NS + "sha256") | change.subjects(TYPE)
        found = {iri for iri in found if iri.startswith(base + Source.path)}
        known = self._with_digests(texts) if texts else ()
        found |= {base + Source.path + id for id in known}
        for file in self._with_any(texts):
            found |= {s.value for s, p, o in file.triples if o.value in texts}
        return found

    def _with_digests(self, texts: Collection[str]) -> list[str]:
        """Return the ids of the present sources of texts."""
        generation = self.session.generation
        if generation is None:
            return []
        with closing(generation.names()) as names:
            return [id for sha in texts for id in names.ids(name_table.DIGEST, sha)]

    def _checked_again(self) -> set[str]:
        """Return the IRIs of the records in which saved checks can find something else."""
        return affected.records(self._look, self.edit.change) | self._moved(self.kept.parts.checked)

    def _moved(self, problems: Iterable[Problem]) -> set[str]:
        """Return the subjects of problems that may have another place."""
        return {p.subject for p in problems if p.place.path in self.edit.files}

    @property
    def _look(self) -> Lookups:
        return Lookups(self.store, self.session.folder.base)

    def _iris(self, ids: Iterable[str]) -> set[str]:
        return set(map(self._look.iri, ids))

    # --- validation

    def _validated(self, focus: Collection[str]) -> validation.Report:
        """Validate the shapes, values and passages of records."""
        session, base = self.session, self.session.folder.base
        homes = self._describing(focus)
        near = {
            base + Source.path + (record.source or "")
            for name in homes
            for record in self._file(name).records
            if isinstance(record, Quote) and turtle_reader.iri_of(record, base) in focus
        }
        files = [self._file(name) for name in sorted(homes | self._describing(near))]
        named = {
            t[2].value
            for file in files
            for t in file.triples
            if t[0].value in focus and t[2].kind == "iri"
        }
        report = validation.run(
            [File("", "", self._named(named - set(focus))), *files],
            base,
            replace(session.shapes(), always=0),
            document_library.finder(session.folder),
            {iri.removeprefix(base) for iri in focus},
        )
        own = tuple(p for p in report.problems if not p.subject or p.subject in focus)
        return validation.Report(own, report.quotes)

    def _named(self, iris: Collection[str]) -> list[Triple]:
        """Return the types of records, present and past."""
        kind = Term("iri", TYPE)
        pattern, given = "GRAPH ?graph { ?x a ?found }", ((iri,) for iri in iris)
        found = [
            (self._look.iri(id), one)
            for id, one, graph in self._look.rows("?x ?found ?graph", "?x", pattern, given)
            if self.session.folder.name_of(graph) in self.now.files
        ]
        for types in self.past.values():
            found += [(iri, one) for iri in types.keys() & iris for one in types[iri]]
        return [(Term("iri", iri), kind, Term("iri", one)) for iri, one in sorted(set(found))]

    def _place(self, subject: str, property: str, value: str) -> Place:
        """Return the place of a record, a property or a value, without a path if no file has it."""
        described = self._describing([subject]) if _IRI.fullmatch(subject) else ()
        homes = [self._file(name) for name in sorted(described)]
        found = [file for file in homes if subject in file.blocks]
        return found[-1].place(subject, property, value) if found else Place()

    # --- files

    def _describing(self, iris: Collection[str]) -> set[str]:
        """Return the files that describe records."""
        graphs = self._look.follow("GRAPH ?found { ?x ?property ?value }", iris)
        names = {self.session.folder.name_of(graph) for graph in graphs}
        old = {name for name, types in self.past.items() if not types.keys().isdisjoint(iris)}
        return old | {name for name in names if name in self.now.files}

    def _naming(self, iris: Collection[str]) -> Iterator[File]:
        """Yield the files of past records that may name records."""
        base = self.session.folder.base
        return self._with_any({iri.removeprefix(base).partition("/")[2] or iri for iri in iris})

    def _with_any(self, words: Collection[str]) -> Iterator[File]:
        """Yield the files of past records in which any of these words may occur."""
        if words:
            old = OldFiles(self.past, lambda name: self._file(name).text.encode())
            for name in sorted({name for word in words for name in old.naming(f"/{word}")}):
                yield self._file(name)

    def _file(self, name: str) -> File:
        """Return a stored file, which is read once."""
        if name not in self.read:
            folder = self.session.folder
            self.read[name] = stored_files.read(name, folder.stored(name), folder.base)[0]
        return self.read[name]
