"""Graphs of a knowledge base for others: records, ontology, derived data, a description."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from kb import notes
from kb.app.derivation import materialisation, policy_names
from kb.app.derivation.materialisation import ComputedStatuses
from kb.app.inquiry import statuses
from kb.app.session import Session
from kb.app.stored_files import File
from kb.app.views.public import public
from kb.errors import Usage
from kb.exchange import dataset
from kb.exchange.dataset import Facts, Graph
from kb.model.rdf_terms import Triple
from kb.rdf import normalized, partition, turtle_reader, turtle_writer
from kb.workspace import index, log_entries, ontology
from kb.workspace.past_files import past


@dataclass(frozen=True, slots=True)
class Published:
    """Graphs by IRI, and what the description says of each."""

    facts: Facts
    triples: Mapping[str, Iterable[Triple]]
    graphs: Mapping[str, Graph]

    def description(self) -> list[Triple]:
        """Return the description of the data set."""
        return dataset.describe(self.facts, self.graphs, self.triples)

    def unfinished(self, sent: Iterable[str], removed: Mapping[str, Graph]) -> list[Triple]:
        """Return the description while some graphs are sent, and others are removed."""
        arrived = {name: replace(self.graphs[name], arrived=False) for name in sent}
        graphs = {**removed, **self.graphs, **arrived}
        return dataset.describe(replace(self.facts, incomplete=True), graphs, self.triples)


def published(session: Session, revisions: bool = False) -> Published:
    """Return everything that a server or a tool needs to give the same answers.

    `revisions` keeps the links to older versions of records, which stay here. Raises Invalid if a
    file cannot be read.
    """
    session = public(session)
    folder = session.folder
    files = {folder.graph(f.path): f for f in session.whole() if not past(f.path)}
    triples = {graph: f.triples if revisions else f.alone() for graph, f in files.items()}
    for name, path in ontology.files(folder).items():
        triples[folder.graph(f"{ontology.PLACE}/{name}")] = _ontology(session, path)
    notes.step("deriving statuses")
    outcome = statuses.status(session)
    triples |= partition.parts(folder.base + index.DERIVED, _derived(session, outcome))
    graphs = {
        graph: _graph(triples[graph], files.get(graph), folder.base)
        for graph in notes.counted(list(triples), "comparing graphs")
    }
    policy = policy_names.iri(outcome.policy.id)
    return Published(Facts(folder.base, policy, folder.licence), triples, graphs)


def _graph(triples: Iterable[Triple], file: File | None, base: str) -> Graph:
    """Return what the description says of a graph."""
    texts = frozenset(map(_digest, _texts(file, base))) if file else frozenset()
    return Graph(file.path if file else "", normalized.digest(triples), texts)


def _derived(session: Session, outcome: ComputedStatuses) -> list[Triple]:
    """Return statuses, voices and contradictions as triples; those of a view have its dates."""
    if session.excerpt:
        return list(session.excerpt.derived(session.folder.base))
    return materialisation.triples(outcome, session.folder.base)


def _texts(file: File, base: str) -> Iterator[str]:
    """Yield texts with the triples of a file: as it is, in canonical form, and as a server may
    write its values.
    """
    yield file.text
    yield turtle_writer.compose(file.triples, base)
    normal = [normalized.of(triple) for triple in file.triples]
    if normal != file.triples:
        yield turtle_writer.compose(normal, base)


def _digest(text: str) -> str:
    return log_entries.sha(text.encode())


def _ontology(session: Session, path: Path) -> list[Triple]:
    """Return the triples of an ontology file without blank nodes, which only shapes have; none if
    the file cannot be read, which `kb validate` reports.
    """
    with suppress(Usage, turtle_reader.Broken):
        found = ontology.read(session.folder, path)
        return [t for t in found if "bnode" not in (t[0].kind, t[2].kind)]
    return []
