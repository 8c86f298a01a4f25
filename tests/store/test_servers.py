"""Every saved query on real servers: the same rows as here, by kind, value, datatype and language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import NamedTuple

import pytest
from real_servers import VIRTUOSO_LOGIN, oxigraph, virtuoso
from workspace.files.test_shipped_queries import (
    BASE,
    CHECKS,
    EXPORTS,
    QUESTIONS,
    bound,
    concepts,
    files,
    name,
)

from kb.errors import KbError, Refused
from kb.exchange import rdf
from kb.model.rdf_terms import Term
from kb.rdf import normalized, query_runner, turtle_reader
from kb.store import probing
from kb.store.endpoint import RemoteStore
from kb.store.oxigraph import EmbeddedStore
from kb.store.remote_writer import GraphStoreWriter, UpdateWriter
from kb.workspace.files.server_settings import Server


class Pair(NamedTuple):
    """The same data on a server and here."""

    server: Server
    there: RemoteStore
    here: EmbeddedStore


@pytest.fixture(scope="module", params=[oxigraph, virtuoso], ids=["oxigraph", "virtuoso"])
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    start: Callable[[], AbstractContextManager[Server]] = request.param
    with start() as server:
        here = EmbeddedStore(None)
        texts = {BASE + graph: path.read_text("utf-8") for graph, path in files()}
        for graph, text in {**texts, BASE + "concepts": concepts()}.items():
            found = turtle_reader.triples(text, BASE)
            here.replace(graph, [t for t in found if "bnode" not in (t[0].kind, t[2].kind)])
        graphs = {
            graph: rdf.ntriples(
                here.construct(f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
            )
            for graph in here.graphs()
        }
        if server.update:
            UpdateWriter(server.update, 120).write(graphs)
        else:
            GraphStoreWriter(server.graph_store, 120, VIRTUOSO_LOGIN).write(graphs)
        yield Pair(server, probing.dataset(RemoteStore(server.query, 120), here.graphs()), here)


def test_every_saved_query_gives_the_same_rows(pair: Pair) -> None:
    different = {}
    for path in (*QUESTIONS, *CHECKS, *EXPORTS):
        for optional in (False, True):
            query = bound(path, optional=optional)
            here = answer(query_runner.directly(pair.here, query))
            try:
                there = answer(query_runner.directly(pair.there, query))
            except KbError as error:
                different[name(path)] = [str(error)]
                continue
            if here != there:
                different[name(path)] = sorted(set(here) ^ set(there), key=repr)[:2]
    told = "\n".join(f"{k}: {v}" for k, v in different.items())
    assert not different, told


def test_triples_come_back_as_they_were_sent(pair: Pair) -> None:
    query = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
    if pair.server.name == "virtuoso":
        query = f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{BASE}claims/small.ttl> {{ ?s ?p ?o }} }}"
    here, there = (set(map(normalized.of, s.construct(query))) for s in (pair.here, pair.there))
    assert here == there


def test_an_answer_that_the_server_cuts_is_refused() -> None:
    with virtuoso() as server:
        store = RemoteStore(server.query, 120)
        product = "SELECT ?s ?o { ?s ?p ?x . ?o ?q ?x }"
        with pytest.raises(Refused, match="10,000 rows"):
            store.select(product)
        with pytest.raises(Refused, match="limits answers"):
            store.construct("CONSTRUCT { ?s ?p ?o } { ?s ?p ?x . ?o ?p ?x }")
        assert len(store.select(f"{product} LIMIT 9999").rows) == 9999


def answer(found: query_runner.Result) -> list[tuple[Term | None, ...]]:
    """Rows or triples that can be compared, in no order."""
    if isinstance(found, bool):
        return [(Term("literal", str(found)),)]
    rows = found if isinstance(found, tuple) else found.rows
    return sorted(
        (tuple(normalized.normalized(cell) if cell else None for cell in row) for row in rows),
        key=repr,
    )
