"""Graphs of a knowledge base for others: records, ontology, derived data, a description."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from typing import Final

from kb import notes
from kb.app.derivation import materialisation, policy_names
from kb.app.derivation.materialisation import ComputedStatuses
from kb.app.inquiry import servers, statuses
from kb.app.publishing import file_graphs
from kb.app.session import Session
from kb.app.views.public import public
from kb.exchange import dataset
from kb.exchange.dataset import Facts, Graph
from kb.model.rdf_terms import Triple
from kb.rdf import normalized, partition
from kb.system import stamps
from kb.workspace.caches import server_findings
from kb.workspace.catalogs.past_files import past
from kb.workspace.files import ontology
from kb.workspace.files.folder import Folder
from kb.workspace.files.server_settings import Server
from kb.workspace.indexing import index, index_contents
from kb.workspace.indexing.index_contents import PACKAGE, RULES

# The code that decides what is published.
_CODE: Final = (*RULES, "app/publishing/*.py", "app/views/*.py", "exchange/*.py", "rdf/*.py")


class Triples(Mapping[str, Iterable[Triple]]):
    """Triples of graphs by IRI, read when they are needed."""

    def __init__(self, readers: Mapping[str, Callable[[], Iterable[Triple]]]) -> None:
        self.readers = readers

    def __getitem__(self, name: str) -> Iterable[Triple]:
        return self.readers[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self.readers)

    def __len__(self) -> int:
        return len(self.readers)


@dataclass(frozen=True, slots=True)
class Published:
    """Graphs by IRI, and what the description says of each. `state` is that of the knowledge base
    (see the function `state`), empty if not everything is public or a file changed meanwhile.
    """

    facts: Facts
    triples: Mapping[str, Iterable[Triple]]
    graphs: Mapping[str, Graph]
    state: str = ""

    def description(self) -> list[Triple]:
        """Return the description of the data set."""
        return dataset.describe(self.facts, self.graphs)

    def unfinished(self, sent: Iterable[str], removed: Mapping[str, Graph]) -> list[Triple]:
        """Return the description while some graphs are sent, and others are removed."""
        arrived = {name: replace(self.graphs[name], arrived=False) for name in sent}
        graphs = {**removed, **self.graphs, **arrived}
        return dataset.describe(replace(self.facts, incomplete=True), graphs)


def published(session: Session, revisions: bool = False) -> Published:
    """Return everything that a server or a tool needs to give the same answers.

    `revisions` keeps the links to older versions of records, which stay here. Raises Invalid if a
    file cannot be read.
    """
    folder, before = session.folder, state(session.folder)
    part = public(session)
    files = file_graphs.files(part, revisions)
    graphs = file_graphs.described(folder, files)
    notes.step("deriving statuses")
    outcome = statuses.computed(part)
    derived = partition.parts(folder.base + index.DERIVED, _derived(part, outcome))
    readers: dict[str, Callable[[], Iterable[Triple]]] = {}
    readers |= {folder.graph(file.path): file.triples for file in files}
    for name, found in {**_ontology(part), **derived}.items():
        graphs[name] = Graph("", normalized.digest(found), counts=dataset.counted(found))
        readers[name] = partial(list, found)
    facts = Facts(folder.base, policy_names.iri(outcome.policy.id), folder.licence)
    same = part is session and before == state(folder)
    return Published(facts, Triples(readers), graphs, before if same else "")


def unchanged(session: Session, server: Server, content: str) -> bool:
    """Tell whether a server whose description has this digest has what was pushed last, and nothing
    changed here since then.
    """
    place = servers.place(server, session.folder.base)
    pushed = server_findings.pushed(session.folder, place)
    return pushed == (content, state(session.folder))


def state(folder: Folder) -> str:
    """Return a digest of everything that decides what is published if nothing is marked sensitive:
    files, settings and the program.
    """
    held = index_contents.now(folder, index_contents.Holds("")).files
    files = {name: one.digest for name, one in held.items()}
    with suppress(OSError):
        files |= {n: stamps.digested(folder.root / n)[1] for n in folder.files() if past(n)}
    settings = folder.base, folder.policy, folder.licence, folder.passages
    code = index_contents.rules(PACKAGE, _CODE)
    return sha256(repr((settings, code, sorted(files.items()))).encode()).hexdigest()


def _derived(session: Session, outcome: ComputedStatuses) -> list[Triple]:
    """Return statuses, voices and contradictions as triples; those of a view have its dates."""
    if session.excerpt:
        return list(session.excerpt.derived(session.folder.base))
    return list(materialisation.triples(outcome, session.folder.base))


def _ontology(session: Session) -> dict[str, list[Triple]]:
    """Return the graphs of the ontology without blank nodes, which only shapes have. A file that
    cannot be read has none; `kb validate` reports it.
    """
    folder = session.folder
    return {
        folder.graph(f"{ontology.PLACE}/{name}"): [
            t for t in found if "bnode" not in (t[0].kind, t[2].kind)
        ]
        for name, found in ontology.readable(folder, session.hides)
    }
