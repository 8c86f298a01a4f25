"""Push of a knowledge base to a SPARQL server: one graph for each file, and what is derived.

The description on the server lists the graphs with their digests, so that only what changed is
sent, and a version that somebody else put there is not overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kb import notes
from kb.app import servers
from kb.app.published import Published, published
from kb.app.session import Session
from kb.errors import Conflict, Usage
from kb.exchange import dataset, rdf
from kb.exchange.dataset import Graph
from kb.rdf import normalized
from kb.store.endpoint import RemoteStore
from kb.store.remote_writer import UpdateWriter, Writer
from kb.workspace import log_entries, server_findings
from kb.workspace.server_settings import Server


@dataclass(frozen=True, slots=True)
class Push:
    """The work of a push: graphs to send and to remove, by what people call them, and the number of
    those that are the same on the server.
    """

    sent: tuple[str, ...]
    removed: tuple[str, ...]
    same: int


def push(session: Session, server: Server, dry_run: bool = False, force: bool = False) -> Push:
    """Make a server have this knowledge base. Graphs of others are left alone.

    Raises Conflict if the server has a version of a file that this knowledge base never had, unless
    `force` is set; Usage if the server has no address to write to.
    """
    writer = _writer(server)
    store = servers.store(server)
    here = published(session, revisions=True)
    there, complete, content = servers.described(store, server, session.folder.base)
    if not force and (foreign := _foreign(session, server, store, here, there)):
        raise Conflict(
            f"the server has what this knowledge base never had: {', '.join(sorted(foreign))}.",
            "kb pull fetches it; kb push --force overwrites it",
        )
    changed = [
        g for g, graph in here.graphs.items() if not complete or _differs(graph, there.get(g))
    ]
    gone = [g for g in there if g not in here.graphs]
    done = Push(
        tuple(_name(here.graphs[g], g) for g in changed),
        tuple(_name(there[g], g) for g in gone),
        len(here.graphs) - len(changed),
    )
    following = _following(here, there)
    # The description can change alone: the licence is in it.
    if not dry_run and (not complete or normalized.digest(following.description()) != content):
        _send(session, writer, server, following, (changed, gone))
    return done


def _differs(graph: Graph, other: Graph | None) -> bool:
    """Tell whether two graphs have different triples."""
    return other is None or graph.content != other.content


def _following(here: Published, there: Mapping[str, Graph]) -> Published:
    """Return what is published, with the versions that the server has had."""
    none = Graph("", "")
    graphs = {}
    for name, graph in here.graphs.items():
        before = there.get(name, none)
        graphs[name] = replace(graph, former=(before.former | before.texts) - graph.texts)
    return replace(here, graphs=graphs)


def _send(
    session: Session,
    writer: Writer,
    server: Server,
    here: Published,
    graphs: tuple[list[str], list[str]],
) -> None:
    """Write graphs that changed, remove those that are gone, and write the description last.

    If they do not fit into one transaction, the description says meanwhile that the push is
    incomplete, so that nobody gets a wrong answer.
    """

    def name(graph: str) -> str:
        """Return the name of a graph on the server."""
        return servers.graph(server, here.facts.base, graph)

    changed, gone = graphs
    server_findings.keep(session.folder, server.query, "")
    description = here.facts.base + dataset.NAME
    texts = {name(g): rdf.ntriples(here.triples[g]) for g in changed}
    texts |= dict.fromkeys(map(name, gone), "")
    texts[name(description)] = rdf.ntriples(here.description())
    if writer.at_once(texts):
        writer.write(texts)
        return
    writer.write({name(description): rdf.ntriples(here.description(incomplete=True))})
    for graph in notes.counted(list(texts), "sending graphs"):
        writer.write({graph: texts[graph]})


def _foreign(
    session: Session,
    server: Server,
    store: RemoteStore,
    here: Published,
    there: Mapping[str, Graph],
) -> set[str]:
    """Return the files of which the server has a version that this knowledge base never had."""
    base = here.facts.base
    other = [g for name, g in there.items() if g.file and _differs(g, here.graphs.get(name))]
    known = _versions(session) if other else {}
    foreign = {g.file for g in other if g.texts.isdisjoint(known.get(g.file, ()))}
    prefix = servers.graph(server, base, base)
    ours = {servers.graph(server, base, g) for g in (*there, base + dataset.NAME)}
    return foreign | {g for g in store.graphs() if g.startswith(prefix) and g not in ours}


def _versions(session: Session) -> dict[str, set[str]]:
    """Return the digests that each file has or had, by path."""
    found: dict[str, set[str]] = {}
    for number in log_entries.numbers(session.folder):
        for path, pair in log_entries.numbered(session.folder, number).files.items():
            found.setdefault(path, set()).update(pair)
    for file in session.whole():
        found.setdefault(file.path, set()).add(log_entries.sha(file.text.encode()))
    return found


def _writer(server: Server) -> Writer:
    """Return the way to write to a server. Raises Usage if it has no address for that."""
    if server.update:
        known = servers.access(server, server.update)
        return UpdateWriter(server.update, server.timeout, known)
    if server.graph_store:
        return servers.graph_store(server)
    raise Usage(
        f"the server {server.name or server.query} has no address to write to.",
        "add update or graph_store to its table in kb.toml: kb push --help",
    )


def _name(graph: Graph, iri: str) -> str:
    """Return what people call a graph."""
    return graph.file or iri
