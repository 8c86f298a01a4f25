"""Every saved query on every engine, asked of the shipped collection: the same rows by kind, value,
datatype and language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import CHECKOUT
from real_servers import oxigraph, virtuoso
from store.test_servers import answer
from workspace.test_shipped_queries import CHECKS, EXPORTS, PARAMETER, QUESTIONS, name, term

from kb.app import knowledge_base
from kb.app.inquiry import servers
from kb.app.publishing import pushing
from kb.app.publishing.published import published
from kb.errors import KbError
from kb.rdf import query_runner
from kb.store import Reader, probing
from kb.store.endpoint import RemoteStore
from kb.store.oxigraph import EmbeddedStore
from kb.store.rdflib import MemoryStore

# Values of parameters, with which most questions find something in the collection.
VALUES = {
    "about": "entity/tripoli",
    "after": "2020-06-01",
    "atleast": "1",
    "before": "2020-01-31",
    "claim": "claim/haftar-leads-the-lna",
    "day": "2020-06-05",
    "entity": "entity/khalifa-haftar",
    "holder": "entity/unattributed",
    "office": "entity/president",
    "on": "entity/egypt-ceasefire-proposal",
    "place": "entity/libya",
    "side": "entity/lna",
    "since": "2020-05-01",
    "source": "source/2020-libyan-gna-forces-advance-after-egypts",
    "speaker": "entity/lna",
    "until": "2020-06-30",
    "who": "entity/lna",
    "whom": "entity/gna",
}


def queries(path: Path) -> Iterator[str]:
    """The query without its optional parameters, and with all of them."""
    text = path.read_text("utf-8")
    for optional in (True, False) if "?__" in text else (False,):

        def put(found: re.Match[str], optional: bool = optional) -> str:
            if found[1] == "__" and not optional:
                return found[0]
            return term(found[3], VALUES[found[2]])

        yield PARAMETER.sub(put, text)


@contextmanager
def engine(kb: knowledge_base.KnowledgeBase, name: str) -> Iterator[Reader]:
    """The published graphs on an engine: a server gets them by a push."""
    if name == "rdflib":
        store = MemoryStore()
        for graph, triples in published(kb.session, revisions=True).triples.items():
            store.replace(graph, triples)
        yield store
        return
    with {"oxigraph": oxigraph, "virtuoso": virtuoso}[name]() as running:
        server = replace(running, timeout=120)
        pushing.push(kb.session, server)
        there = RemoteStore(server.query, server.timeout)
        graphs = servers.described(there, server, kb.folder.base).graphs
        yield probing.dataset(there, [*graphs])


@pytest.mark.parametrize("name_of_engine", ["rdflib", "oxigraph", "virtuoso"])
def test_every_saved_query_gives_the_same_rows_of_the_collection(
    name_of_engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_USER_127_0_0_1", "dba")
    monkeypatch.setenv("KB_PASSWORD_127_0_0_1", "dba")
    kb = knowledge_base.open(str(CHECKOUT))
    here = EmbeddedStore(None)
    for graph, triples in published(kb.session, revisions=True).triples.items():
        here.replace(graph, triples)
    different, found_something = {}, set()
    with engine(kb, name_of_engine) as there:
        for path in (*QUESTIONS, *CHECKS, *EXPORTS):
            for query in queries(path):
                wanted = answer(query_runner.directly(here, query))
                found_something |= {path} if wanted else set()
                try:
                    found = answer(query_runner.directly(there, query))
                except KbError as error:
                    different[name(path)] = str(error)
                    continue
                if found != wanted:
                    rows = sorted(set(found) ^ set(wanted), key=repr)[:2]
                    different[name(path)] = f"{len(found)} rows, here {len(wanted)}: {rows}"
    assert not different, different
    # Nothing of this is in the collection.
    assert {name(path) for path in {*QUESTIONS} - found_something} == {
        "admitted",
        "stale-forecasts",
    }
