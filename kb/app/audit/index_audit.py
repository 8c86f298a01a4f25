"""Audit of the index: a comparison with the same state of the files from which it was made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Final

from kb.app.derivation import materialisation
from kb.app.derivation.materialisation import ComputedStatuses
from kb.app.session import Session
from kb.app.stored_files import File
from kb.errors import Place, Problem
from kb.store import Reader, Triple, sparql
from kb.store.faults import Damaged
from kb.workspace.catalogs.past_files import past
from kb.workspace.files import folder
from kb.workspace.indexing import index, index_generations
from kb.workspace.indexing.index_contents import Held
from kb.workspace.indexing.index_generations import Generation

INDEX: Final = Place(".kb/index")
ANEW: Final = "kb fsck --repair builds a new one from the files"
# How often the comparison is tried if files change meanwhile.
TRIES: Final = 5


def audit(session: Session, files: Sequence[File]) -> tuple[tuple[Problem, ...], str]:
    """Compare the index with the files from which it was made, or say why that was not possible."""
    for _ in range(TRIES):
        session.refresh()
        generation = session.generation
        if not generation:
            return (), "not checked: answers come from the text"
        if _made_from(generation.holds.files, files):
            try:
                return tuple(_differing(session, generation, files)), ""
            except Damaged as error:
                newest = index_generations.newest(session.folder)
                if newest and newest.place == generation.place:
                    return (_problem(f"the index is damaged: {error.message}"),), ""
        files, _ = session.files()  # somebody wrote, or deleted the index, in the meantime
    return (), "not checked: the files change too fast"


def _made_from(held: Mapping[str, Held], files: Sequence[File]) -> bool:
    """Tell whether an index was made from these files, and all of them can be compared."""
    now = {f.path: f.text for f in files if not past(f.path)}
    then = {name: one for name, one in held.items() if not name.startswith("ontology/")}
    return now.keys() == then.keys() and all(
        one.broken or folder.digest(now[name]) == one.digest for name, one in then.items()
    )


def _differing(
    session: Session, generation: Generation, files: Sequence[File]
) -> Iterator[Problem]:
    """Return graphs that differ from their files, and statuses that differ from a full
    computation.
    """
    base = session.folder.base
    counting = [file for file in files if not past(file.path)]
    fresh = session.memory(counting)
    outcome = session.outcome(fresh)
    fresh.replace(base + index.DERIVED, materialisation.triples(outcome, base))
    names = {session.folder.graph(file.path): file.path for file in counting}
    names[base + index.DERIVED] = index.DERIVED
    ontology = {session.folder.graph(f"ontology/{name}") for name in session.ontology_files()}
    with closing(generation.open()) as stored:
        for graph in sorted({*names, *stored.graphs()} - ontology):
            if graph not in names or _graph(fresh, graph) != _graph(stored, graph):
                yield _difference(names.get(graph, graph))
    if not _kept(generation, outcome):
        yield _difference("the table of statuses")


def _difference(name: str) -> Problem:
    """Return the problem that something in the index differs from the text."""
    return _problem(f"the index differs from the text in {name}.")


def _problem(message: str) -> Problem:
    """Return a problem of the index, which is built anew."""
    return Problem("error", "index-differs", message, INDEX, hint=ANEW)


def _kept(generation: Generation, outcome: ComputedStatuses) -> bool:
    """Tell whether an index keeps exactly these statuses and contradictions."""
    with closing(generation.names()) as table:
        kept = sorted(materialisation.kept(outcome).items())
        same = table.statuses() == [text for _, (_, text) in kept]
        return same and table.contradictions() == list(outcome.contradictions)


def _graph(store: Reader, graph: str) -> Sequence[Triple]:
    return store.construct(sparql.triples_of(graph))
