"""Graphs of the files of records: their triples, and what the description of a push says of them.

The latter is kept for the next push, so that a file that did not change is not parsed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kb import notes
from kb.app import stored_files
from kb.app.checks.condition import UNREAD
from kb.app.session import Session
from kb.app.stored_files import File
from kb.errors import Invalid, KbError, Problem, problem_of
from kb.exchange import dataset
from kb.exchange.dataset import Counts, Graph
from kb.model.rdf_terms import Triple
from kb.rdf import normalized, turtle_writer
from kb.workspace.caches import graph_summaries
from kb.workspace.catalogs.past_files import past
from kb.workspace.files.folder import Folder
from kb.workspace.indexing import index_contents
from kb.workspace.indexing.index_contents import PACKAGE
from kb.workspace.log import log_entries

# The code that a summary follows from.
_CODE: Final = ("app/publishing/file_graphs.py", "exchange/dataset.py", "rdf/*.py", "model/*.py")


@dataclass(slots=True)
class FileGraph:
    """A stored file, which is parsed when its triples are needed. `revisions` keeps the links to
    older versions of records.
    """

    path: str
    text: str
    base: str
    revisions: bool
    file: File | None = None

    def parsed(self) -> File:
        """Return the parsed file. Raises Invalid if it cannot be read."""
        if self.file is None:
            file, problems = stored_files.read(self.path, self.text, self.base)
            if unread := [problem for problem in problems if problem.code in UNREAD]:
                raise Invalid(unread)
            self.file = file
        return self.file

    def triples(self) -> list[Triple]:
        """Return the triples of the graph."""
        file = self.parsed()
        return file.triples if self.revisions else file.alone()

    def summary(self) -> list[Any]:
        """Return what the description says of the graph, as plain values."""
        found = self.triples()
        counts = dataset.counted(found)
        texts = sorted({log_entries.sha(text.encode()) for text in self._texts()})
        numbers = counts.triples, counts.records, counts.newest
        return [normalized.digest(found), texts, *numbers]

    def _texts(self) -> Iterator[str]:
        """Yield texts with these triples: as they are, in canonical form, and as a server may
        write its values.
        """
        triples = self.parsed().triples
        yield self.text
        yield turtle_writer.compose(triples, self.base)
        normal = [normalized.of(triple) for triple in triples]
        if normal != triples:
            yield turtle_writer.compose(normal, self.base)


def files(session: Session, revisions: bool) -> list[FileGraph]:
    """Return the files of present records. Raises Invalid if one cannot be read."""
    base = session.folder.base
    if session.excerpt:
        present = [file for file in session.whole() if not past(file.path)]
        return [FileGraph(f.path, f.text, base, revisions, f) for f in present]
    texts = session.together(lambda: _texts(session.folder))
    return [FileGraph(path, text, base, revisions) for path, text in texts.items()]


def described(folder: Folder, found: list[FileGraph]) -> dict[str, Graph]:
    """Return what the description says of each graph, by IRI. Raises Invalid if a file cannot be
    read.
    """
    way = index_contents.rules(PACKAGE, _CODE) + folder.base
    kept, known = graph_summaries.kept(folder, way), dict[str, list[Any]]()
    graphs, problems = dict[str, Graph](), list[Problem]()
    for one in notes.counted(found, "comparing graphs"):
        key = f"{log_entries.sha(one.text.encode())} {one.revisions}"
        try:
            known[key] = kept.get(key) or one.summary()
        except Invalid as error:
            problems += error.problems
            continue
        content, texts, number, records, newest = known[key]
        counts = Counts(number, tuple(records), newest)
        graphs[folder.graph(one.path)] = Graph(one.path, content, frozenset(texts), counts=counts)
    if problems:
        raise Invalid(problems)
    if known.keys() != kept.keys():
        graph_summaries.keep(folder, way, known)
    return graphs


def _texts(folder: Folder) -> Mapping[str, str]:
    """Return the texts of the present files by path. Raises Invalid if one cannot be read."""
    listed = folder.listed()
    texts = dict[str, str]()
    unread = [problem for problem in listed.problems if problem.code in UNREAD]
    for path in listed.files:
        try:
            if not past(path):
                texts[path] = folder.stored(path)
        except KbError as error:
            unread.append(problem_of("unreadable", path, error))
    if unread:
        raise Invalid(unread)
    return texts
