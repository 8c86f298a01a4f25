"""Push of a knowledge base to a SPARQL server: one graph for each file, and what is derived.

The description on the server lists the graphs with their digests, so that only what changed is
sent, and a version that somebody else put there is not overwritten. While graphs are sent one by
one it says which have arrived, so that a push that was interrupted continues.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kb import notes
from kb.app.inquiry import servers
from kb.app.publishing.published import Published, published, unchanged
from kb.app.session import Session
from kb.errors import Conflict, Refused, Usage
from kb.exchange import dataset, rdf
from kb.exchange.dataset import Graph
from kb.model import values
from kb.model.rdf_terms import Triple
from kb.rdf import normalized
from kb.store.addresses import shown
from kb.store.endpoint import RemoteStore
from kb.store.remote_writer import UpdateWriter, Writer
from kb.workspace.caches import server_findings
from kb.workspace.files.server_settings import Server
from kb.workspace.log import log_entries


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
    `force` is set: then every graph is sent, because others may have changed one without a trace in
    the description. Raises Usage if the server has no address to write to.
    """
    writer = _writer(server)
    store = servers.store(server)
    found = servers.described(store, server, session.folder.base)
    same = found.complete and not force and unchanged(session, server, found.content)
    if same and not _strangers(server, store, session.folder.base, found.graphs):
        return Push((), (), len(found.graphs))
    here = published(session, revisions=True)
    if not force:
        _refuse_foreign(session, server, store, here, found)
    there = found.graphs
    changed = [g for g in here.graphs if force or _differs(here.graphs[g], there.get(g))]
    gone = {name: graph for name, graph in there.items() if name not in here.graphs}
    following = _following(here, there)
    # The description can change alone: the licence is in it.
    if not dry_run:
        if force or not found.complete or _content(following) != found.content:
            _write(store, writer, server, following, changed, gone)
        _note(session, server, following)
    return _pushed(here, changed, gone)


def _content(here: Published) -> str:
    """Return the digest of the description."""
    return normalized.digest(here.description())


def _pushed(here: Published, changed: Sequence[str], gone: Mapping[str, Graph]) -> Push:
    """Return the work of a push, by what people call the graphs."""
    return Push(
        tuple(_name(here.graphs[g], g) for g in changed),
        tuple(_name(graph, g) for g, graph in gone.items()),
        len(here.graphs) - len(changed),
    )


def _refuse_foreign(
    session: Session,
    server: Server,
    store: RemoteStore,
    here: Published,
    there: servers.Described,
) -> None:
    """Raise Conflict if the server has a version of a file that was never here."""
    if foreign := _foreign(session, server, store, here, there):
        raise Conflict(
            f"the server has what this knowledge base never had: {values.some(sorted(foreign))}.",
            "kb pull fetches it; kb push --force overwrites it",
        )


def _differs(graph: Graph, other: Graph | None) -> bool:
    """Tell whether the server has other triples in a graph, or has not got all of them."""
    return other is None or not other.arrived or graph.content != other.content


def _following(here: Published, there: Mapping[str, Graph]) -> Published:
    """Return what is published, with the versions that the server has had."""
    none = Graph("", "")
    graphs = {}
    for name, graph in here.graphs.items():
        before = there.get(name, none)
        graphs[name] = replace(graph, former=(before.former | before.texts) - graph.texts)
    return replace(here, graphs=graphs)


def _write(
    store: RemoteStore,
    writer: Writer,
    server: Server,
    here: Published,
    changed: list[str],
    gone: Mapping[str, Graph],
) -> None:
    """Write graphs that changed, remove those that are gone, and check what the server has then."""
    if not _sent_at_once(writer, server, here, changed, gone):
        _send(store, writer, server, here, changed, gone)
    _kept(store, server, here.facts.base, here.description())


def _note(session: Session, server: Server, here: Published) -> None:
    """Keep what was pushed, and forget how the server must be asked."""
    server_findings.keep(session.folder, server.query, "")
    place = servers.place(server, here.facts.base)
    server_findings.keep_pushed(session.folder, place, _content(here), here.state)


def _sent_at_once(
    writer: Writer, server: Server, here: Published, changed: list[str], gone: Mapping[str, Graph]
) -> bool:
    """Write everything in one transaction; return False if that is not possible."""
    base = here.facts.base
    texts, size = {}, 0
    for name in changed:
        texts[servers.graph(server, base, name)] = text = rdf.ntriples(here.triples[name])
        size += len(text.encode())
        if not writer.at_once(len(texts) + 1, size):
            return False
    texts |= {servers.graph(server, base, name): "" for name in gone}
    texts[servers.description(server, base)] = text = rdf.ntriples(here.description())
    if not writer.at_once(len(texts), size + len(text.encode())):
        return False
    writer.write(texts)
    return True


def _send(
    store: RemoteStore,
    writer: Writer,
    server: Server,
    here: Published,
    changed: list[str],
    gone: Mapping[str, Graph],
) -> None:
    """Write in several transactions.

    The description says meanwhile that the push is incomplete, so that nobody gets a wrong answer,
    and which graphs have arrived. Raises Conflict if somebody else writes it at the same time.
    """
    base = here.facts.base
    description = servers.description(server, base)
    unfinished = here.unfinished(changed, gone)
    removed = {servers.graph(server, base, name): "" for name in gone}
    writer.write({description: rdf.ntriples(unfinished), **removed})
    _kept(store, server, base, unfinished)
    for batch in _batches(writer, here, changed):
        arrived = [dataset.arrival(name, here.graphs[name]) for name in batch]
        texts = {servers.graph(server, base, name): text for name, text in batch.items()}
        writer.write(texts, {description: rdf.ntriples(arrived)})
        unfinished += arrived
    _alone(store, server, base, unfinished)
    writer.write({description: rdf.ntriples(here.description())})


def _batches(writer: Writer, here: Published, changed: list[str]) -> Iterator[dict[str, str]]:
    """Yield the texts of graphs, as many at a time as can be written in one transaction."""
    batch: dict[str, str] = {}
    size = 0
    for name in notes.counted(changed, "sending graphs"):
        text = rdf.ntriples(here.triples[name])
        size += len(text.encode())
        if batch and not writer.at_once(len(batch) + 1, size):
            yield batch
            batch, size = {}, len(text.encode())
        batch[name] = text
    if batch:
        yield batch


def _alone(store: RemoteStore, server: Server, base: str, unfinished: list[Triple]) -> None:
    """Raise Conflict if the server does not have the description that this push wrote."""
    if not _has(store, server, base, unfinished):
        raise Conflict(
            "somebody else pushed to this server at the same time.",
            "run kb push again when they have finished",
        )


def _kept(store: RemoteStore, server: Server, base: str, description: list[Triple]) -> None:
    """Raise Refused if the server accepted a description and does not have it."""
    if not _has(store, server, base, description):
        raise Refused(
            f"The server at {shown(server.query)} does not have what was sent.",
            "check that update or graph_store is the address to write to of the same data",
        )


def _has(store: RemoteStore, server: Server, base: str, description: list[Triple]) -> bool:
    """Tell whether a server has a description."""
    return servers.described(store, server, base).content == normalized.digest(description)


def _foreign(
    session: Session,
    server: Server,
    store: RemoteStore,
    here: Published,
    found: servers.Described,
) -> set[str]:
    """Return the files of which the server has a version that this knowledge base never had.

    A version that was edited by hand may be in no entry of the log; then what was pushed
    last counts.
    """
    base, there = here.facts.base, found.graphs
    pushed = server_findings.pushed(session.folder, servers.place(server, base))
    last = found.content == pushed[0]
    differing = [g for name, g in there.items() if g.file and _differs(g, here.graphs.get(name))]
    other = [] if last else differing
    known = _versions(session) if other else {}
    foreign = {g.file for g in other if g.texts.isdisjoint(known.get(g.file, ()))}
    return foreign | _strangers(server, store, base, there)


def _strangers(
    server: Server, store: RemoteStore, base: str, there: Mapping[str, Graph]
) -> set[str]:
    """Return the graphs in the place of this knowledge base that its description does not list."""
    prefix = servers.graph(server, base, base)
    ours = {servers.graph(server, base, g) for g in (*there, base + dataset.NAME)}
    return {g for g in store.graphs() if g.startswith(prefix) and g not in ours}


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
        return UpdateWriter(server.update, server.timeout, known, servers.methods(server))
    if server.graph_store:
        return servers.graph_store(server)
    raise Usage(
        f"the server {server.shown} has no address to write to.",
        "add update or graph_store to its table in kb.toml: kb push --help",
    )


def _name(graph: Graph, iri: str) -> str:
    """Return what people call a graph."""
    return graph.file or iri
