"""Probe of a SPARQL server: which dataset its queries must name, and what data it has.

A query of this program reads the union of all graphs. Some servers answer from that union, some
from a default graph of their own, which can be empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kb.errors import Refused
from kb.store import Reader
from kb.store.endpoint import RemoteStore

# Whether a hundred triples of named graphs are missing from the default graph. This is enough to
# see how a server is set up, and quick for any amount of data.
_NOT_UNION: Final = (
    "ASK { { SELECT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } LIMIT 100 } FILTER NOT EXISTS { ?s ?p ?o } }"
)


def union(store: Reader) -> bool:
    """Tell whether the default graph of a store is the union of its graphs."""
    return not store.ask(_NOT_UNION)


def dataset(
    store: RemoteStore, graphs: Sequence[str] = (), kinds: str = "", union_known: bool = False
) -> RemoteStore:
    """Return a store whose queries read the union of `graphs`; without any, of all graphs.

    `union_known` means that an earlier probe found the default graph to be the union. Other graphs
    do no harm if none of their resources has one of the types in `kinds`, which are IRIs as a
    SPARQL list. Raises Refused if the server does not read the graphs that a query names, and
    answers from fewer or others.
    """
    if (union_known or union(store)) and not (graphs and _others(store, graphs, kinds)):
        return store
    wanted = graphs or store.graphs()
    named = naming(store, wanted)
    if union(named) and not _others(named, wanted, kinds):
        return named
    raise Refused(
        "The server's default graph is not the union of the graphs that a query names; "
        "answers would be incomplete, or mixed with other data.",
        "turn on the union in the server (Oxigraph: --union-default-graph), and give it only "
        "this knowledge base",
    )


def naming(store: RemoteStore, graphs: Sequence[str]) -> RemoteStore:
    """Return a store that names these graphs in its queries."""
    return RemoteStore(store.endpoint, store.timeout, graphs, store.login, store.methods)


def _others(store: RemoteStore, graphs: Sequence[str], kinds: str) -> bool:
    """Tell whether a graph beside these has resources of these types."""
    if not kinds:
        return False
    found = store.select(
        f"SELECT DISTINCT ?g {{ VALUES ?kind {{ {kinds} }} GRAPH ?g {{ ?s a ?kind }} }}"
    )
    return not {row[0].value for row in found.rows if row[0]} <= set(graphs)
