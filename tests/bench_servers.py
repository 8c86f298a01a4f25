"""Cost of SPARQL servers: every saved question as a ratio to the index of `kb`, and pushes.

Part of `make bench`; `python tests/bench_servers.py --claims 1000` is quicker. The questions are
asked of the shipped collection, the pushes are of generated claims. All figures are seconds on the
clock, medians of several runs for questions.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bench import corrected, say
from engine_table import queries
from generated_bases import generate
from real_servers import VIRTUOSO, VIRTUOSO_LOGIN, oxigraph, virtuoso
from store.test_servers import answer
from workspace.files.test_shipped_queries import CHECKS, EXPORTS, QUESTIONS, ROOT, name

from kb.app import knowledge_base
from kb.app.inquiry import servers
from kb.app.publishing import pushing
from kb.errors import KbError
from kb.rdf import query_runner
from kb.store import probing
from kb.store.endpoint import RemoteStore
from kb.store.oxigraph import EmbeddedStore
from kb.workspace.files.server_settings import Server

RUNS = 3


def clock(work: Callable[[], object], runs: int = RUNS) -> float:
    """Median seconds of several runs."""
    taken = []
    for _ in range(runs):
        started = time.monotonic()
        work()
        taken.append(time.monotonic() - started)
    return statistics.median(taken)


def questions(kb: knowledge_base.KnowledgeBase, server: Server) -> None:
    """Every question here and there: seconds, the ratio, and whether the rows are the same."""
    kb.refresh()
    pushing.push(kb.session, server)
    here = EmbeddedStore(None)
    reader = kb.session.reader()
    for graph in reader.graphs():
        found = reader.construct(f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
        here.replace(graph, found)
    reader.close()
    names = [*servers.described(servers.store(server), server, kb.folder.base).graphs]
    there = probing.dataset(RemoteStore(server.query, server.timeout), names)
    ratios, same, total = [], 0, 0
    for path in (*QUESTIONS, *CHECKS, *EXPORTS):
        query = list(queries(path))[-1]
        total += 1
        try:
            equal = answer(query_runner.directly(here, query)) == answer(
                query_runner.directly(there, query)
            )
        except KbError as error:
            print(f"{name(path):<32} refused: {error.message[:80]}", flush=True)
            continue
        quick = clock(lambda q=query: query_runner.directly(here, q))
        slow = clock(lambda q=query: query_runner.directly(there, q))
        ratios.append(slow / quick)
        same += equal
        print(
            f"{name(path):<32} {quick * 1000:8.1f} ms here {slow * 1000:8.1f} ms there "
            f"{slow / quick:8.1f} ×{'' if equal else '  other rows'}",
            flush=True,
        )
    print(
        f"{server.name}: {same} of {total} with the same rows, "
        f"median {statistics.median(ratios):.1f} × the index of kb",
        flush=True,
    )


def pushes(server: Server, claims: int) -> None:
    """Push generated claims, then one changed file."""
    with tempfile.TemporaryDirectory() as place:
        kb = generate(Path(place) / "kb", claims)
        kb.refresh()
        for what in (f"{claims:,} claims", "the same again"):
            taken = clock(lambda: pushing.push(kb.session, server), 1)
            print(f"{server.name}: push of {what:<24} {taken:8.1f} s", flush=True)
        corrected(kb)
        again = knowledge_base.open(str(kb.folder.root))
        taken = clock(lambda: pushing.push(again.session, server), 1)
        print(f"{server.name}: push of {'one changed file':<24} {taken:8.1f} s", flush=True)


def main() -> None:
    """Each server in turn, empty at first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=10_000, help="for the pushes")
    claims = parser.parse_args().claims
    for start in (oxigraph, virtuoso) if VIRTUOSO else (oxigraph,):
        with start() as running:
            user, password = VIRTUOSO_LOGIN
            os.environ["KB_ENDPOINT_USER"], os.environ["KB_ENDPOINT_PASSWORD"] = user, password
            os.environ["KB_USER_127_0_0_1"], os.environ["KB_PASSWORD_127_0_0_1"] = user, password
            server = replace(running, timeout=600)
            say(f"{server.name} …")
            questions(knowledge_base.open(str(ROOT)), server)
            pushes(server, claims)


if __name__ == "__main__":
    main()
