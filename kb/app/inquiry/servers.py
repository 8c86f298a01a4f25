"""Questions to a SPARQL server elsewhere: what it has is checked before it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from kb.app.session import Session
from kb.errors import Refused, Usage
from kb.exchange import dataset
from kb.exchange.dataset import Graph
from kb.model.identifiers import suggestion
from kb.model.rdf_terms import Triple
from kb.model.vocabulary import NS
from kb.rdf import normalized, query_runner
from kb.store import probing, sparql
from kb.store.addresses import METHODS, Login, address, shown
from kb.store.endpoint import RemoteStore
from kb.store.logins import login
from kb.store.remote_writer import GraphStoreWriter
from kb.workspace.caches import server_findings
from kb.workspace.files.server_settings import NAME, Server

_TYPED: Final = f"ASK {{ ?claim a <{NS}Claim> }}"
_OURS: Final = (
    f'SELECT ?claim {{ ?claim a <{NS}Claim> FILTER STRSTARTS(STR(?claim), "%s") }} LIMIT 1'
)
# A claim without a status: the derived graph is missing, or older than the records.
_UNDERIVED: Final = (
    f'SELECT ?claim {{ ?claim a <{NS}Claim> FILTER STRSTARTS(STR(?claim), "%s") '
    f"FILTER NOT EXISTS {{ ?status <{NS}statusOf> ?claim }} }} LIMIT 1"
)
# Types of what would change an answer if it came from another knowledge base.
_KINDS: Final = " ".join(
    f"<{NS}{name}>"
    for name in ("Source", "Quote", "Claim", "Assertion", "Entity", "Affiliation", "Judgement")
    + ("Status", "Contradiction")
)
# The graphs of this knowledge base: their number is not limited as that of all triples is.
_LISTED: Final = "SELECT ?graph { GRAPH <%s> { <%s> <http://rdfs.org/ns/void#subset> ?graph } }"
_INTERRUPTED: Final = f"ASK {{ ?dataset <{NS}incomplete> true }}"


class Described(NamedTuple):
    """The description on a server: its graphs by the names they have here, whether the last push
    was completed, the digest of its triples, and whether it lists all of its graphs.
    """

    graphs: dict[str, Graph]
    complete: bool
    content: str
    whole: bool


def named(session: Session, name: str, seconds: float | None = None) -> Server:
    """Return the server with a name in kb.toml, or one with this address. `seconds` replaces its
    limit for the time of an answer. Raises Usage, also if an address has a password in it.
    """
    servers = session.folder.servers
    if name not in servers and NAME.fullmatch(name):
        raise Usage(
            f"kb.toml has no server “{name}”.",
            suggestion(name, servers, "name it in a table [servers.NAME], or give an address"),
        )
    if name not in servers:
        address(name)
    found = servers.get(name) or Server("", name)
    return replace(found, timeout=seconds) if seconds else found


def query(session: Session, server: Server, text: str) -> query_runner.Result:
    """Answer SPARQL text on a server.

    Raises Refused if the server cannot give the answer that this knowledge base would give.
    """
    there = store(server)
    # A query without this vocabulary may be about other data, if the server is not in kb.toml.
    if server.name or NS in text:
        there = _probed(session, there, _graphs(there, server, session.folder.base))
    if NS in text:
        _fit(there, session.folder.base)
    return query_runner.directly(there, text)


def _probed(session: Session, store: RemoteStore, graphs: Sequence[str]) -> RemoteStore:
    """Return a store whose queries read the graphs of this knowledge base.

    How the server must be asked for that is found out once a day, and again if it has no claims
    when it is asked in that way: it may have been restarted with another dataset.
    """
    known, base = server_findings.kept(session.folder, store.endpoint), session.folder.base
    naming = probing.naming(store, graphs)
    if known == server_findings.NAMED and graphs and _has_claims(naming, base):
        return naming
    union_known = known == server_findings.UNION and _has_claims(store, base)
    found = probing.dataset(store, graphs, _KINDS, union_known)
    finding = server_findings.NAMED if found.dataset else server_findings.UNION
    if finding != known:
        server_findings.keep(session.folder, store.endpoint, finding)
    return found


def store(server: Server) -> RemoteStore:
    """Return a store that reads from a server."""
    known = access(server, server.query)
    return RemoteStore(server.query, server.timeout, login=known, methods=methods(server))


def methods(server: Server) -> tuple[str, ...]:
    """Return the ways to send a request that a server may accept: the one in its settings, or all
    in turn.
    """
    return (server.method,) if server.method else METHODS


def graph_store(server: Server) -> GraphStoreWriter:
    """Return the graph store of a server that has one."""
    known = access(server, server.graph_store)
    return GraphStoreWriter(server.graph_store, server.timeout, known)


def access(server: Server, address: str) -> Login:
    """Return the user name and password for one of the addresses of a server."""
    return login(address, typed=not server.name)


def graph(server: Server, base: str, iri: str) -> str:
    """Return the name that a graph of the knowledge base has on a server."""
    return server.graphs + iri.removeprefix(base) if server.graphs else iri


def description(server: Server, base: str) -> str:
    """Return the name of the graph with the description on a server."""
    return graph(server, base, base + dataset.NAME)


def place(server: Server, base: str) -> str:
    """Return the graph of the description, after the address of its server."""
    return f"{server.query} {description(server, base)}"


def _graphs(store: RemoteStore, server: Server, base: str) -> list[str]:
    """Return the graphs of this knowledge base on a server; none if it was not pushed there, but
    loaded in another way. Data of others does not get into an answer.
    """
    listed = store.select(_LISTED % (description(server, base), base + dataset.NAME)).rows
    names = [row[0].value for row in listed if row[0] and dataset.own(base, row[0].value)]
    if names:
        return [*(graph(server, base, name) for name in names), description(server, base)]
    if server.graphs and not any(name.startswith(server.graphs) for name in store.graphs()):
        raise Refused(
            f"The server at {shown(server.query)} has no claims of this knowledge base.",
            "kb push puts this knowledge base there",
        )
    return []


def _fit(store: RemoteStore, base: str) -> None:
    """Raise Refused if a question about claims would be answered wrongly: without claims of this
    knowledge base, without their statuses, or with older ones.
    """
    here = shown(store.endpoint)
    if not _has_claims(store, base):
        other = store.ask(_TYPED)
        raise Refused(
            f"The server at {here} has "
            f"{'only claims of other knowledge bases' if other else 'no claims'}.",
            "kb push puts this knowledge base there",
        )
    if store.ask(_INTERRUPTED):
        raise Refused(
            f"A push to the server at {here} was interrupted, so its data is incomplete.",
            "run kb push again",
        )
    if missing := store.select(_UNDERIVED % base).rows:
        claim = missing[0][0]
        raise Refused(
            f"The server at {here} has no status for {claim.value if claim else 'some claims'}; "
            "answers would be wrong or empty.",
            "kb push sends the statuses too; for a file: kb export nquads --derived",
        )


def _has_claims(store: RemoteStore, base: str) -> bool:
    """Tell whether queries to this store find a claim of a knowledge base."""
    return bool(store.select(_OURS % base).rows)


def described(store: RemoteStore, server: Server, base: str) -> Described:
    """Return what the description on the server says."""
    found = triples(store, server, description(server, base))
    complete = not any(p.value == f"{NS}incomplete" for _, p, _ in found)
    content, whole = normalized.digest(found), dataset.whole(base, found)
    return Described(dataset.read(base, found), complete, content, whole)


def triples(store: RemoteStore, server: Server, name: str) -> Sequence[Triple]:
    """Return the triples of a graph: from the graph store, which has no limit of rows, or by a
    query.
    """
    if server.graph_store:
        return graph_store(server).read(name)
    return store.construct(sparql.triples_of(name))
