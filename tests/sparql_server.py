"""A SPARQL 1.1 server on loopback for tests: http.server in front of a pyoxigraph store."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

from kb.exchange import rdf
from kb.store import Triple
from kb.store.oxigraph import EmbeddedStore


class SparqlServer(ThreadingHTTPServer):
    """A server that answers queries in one of the ways of `methods`. `union` makes its default graph the union of all graphs;
    `chooses` makes it read the graphs that a request names.

    `fault` makes it misbehave: a number is the status of its answer, `cut` ends the answer early,
    `moved` redirects elsewhere, `hang` does not answer, `trickle` never ends.
    """

    daemon_threads = True

    def __init__(self, store: ox.Store, union: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.store = store
        self.union = union
        self.chooses = True
        self.methods = {"post"}
        self.fault: int | str = ""
        self.over = threading.Event()
        self.seen: list[tuple[str, str]] = []

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/query"


class Mirror:
    """A store of ours, and one of the engine with the same quads, which a server can answer from."""

    def __init__(self) -> None:
        self.ours = EmbeddedStore(None)
        self.served = ox.Store()

    def __getattr__(self, name: str) -> Any:
        """Read from our store."""
        return getattr(self.ours, name)

    def replace(self, graph: str, triples: Iterable[Triple]) -> None:
        """Replace a graph in both stores."""
        self.ours.replace(graph, triples)
        self._copy()

    def change(self, graph: str, gone: Iterable[Triple], new: Iterable[Triple]) -> None:
        """Change a graph in both stores."""
        self.ours.change(graph, gone, new)
        self._copy()

    def _copy(self) -> None:
        graphs = {}
        for graph in self.ours.graphs():
            query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
            graphs[graph] = self.ours.construct(query)
        self.served.clear()
        self.served.load(rdf.nquads(graphs).encode(), format=ox.RdfFormat.N_QUADS)


class _Handler(BaseHTTPRequestHandler):
    server: SparqlServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.headers["Content-Type"] == "application/sparql-query":
            sent = parse_qs(urlsplit(self.path).query)
            self._answered("post-direct", body, sent.get("default-graph-uri", []))
            return
        sent = parse_qs(body, keep_blank_values=True, strict_parsing=True)
        (query,) = sent["query"]
        self._answered("post", query, sent.get("default-graph-uri", []))

    def _answered(self, method: str, query: str, graphs: list[str]) -> None:
        self.server.seen.append((method, query))
        if method not in self.server.methods:
            self._answer(405, "text/plain", b"no")
            return
        match self.server.fault:
            case int() as status:
                self._answer(status, "text/plain", b"no")
            case "hang":
                self.server.over.wait(10)
            case "trickle":
                self.send_response(200)
                self.send_header("Content-Type", "application/sparql-results+json")
                self.end_headers()
                while not self.server.over.wait(0.05):
                    self.wfile.write(b" ")
            case "moved":
                self.send_response(302)
                self.send_header(
                    "Location", f"http://localhost:{self.server.server_port}/elsewhere"
                )
                self.end_headers()
            case _:
                self._ask(query, graphs)

    def do_GET(self) -> None:
        sent = parse_qs(urlsplit(self.path).query)
        if "query" in sent:
            self._answered("get", sent["query"][0], sent.get("default-graph-uri", []))
            return
        self._answer(200, "application/sparql-results+json", b'{"head": {}, "boolean": true}')

    def _ask(self, query: str, graphs: list[str]) -> None:
        named = [ox.NamedNode(graph) for graph in graphs] if self.server.chooses else []
        try:
            found = self.server.store.query(
                query,
                use_default_graph_as_union=self.server.union and not named,
                default_graph=named or None,
                named_graphs=named or None,
            )
        except SyntaxError as error:
            return self._answer(400, "text/plain", str(error).encode())
        if isinstance(found, ox.QueryTriples):
            return self._answer(
                200, "application/n-triples", found.serialize(format=ox.RdfFormat.N_TRIPLES)
            )
        return self._answer(
            200,
            "application/sparql-results+json",
            found.serialize(format=ox.QueryResultsFormat.JSON),
        )

    def _answer(self, status: int, kind: str, body: bytes | None) -> None:
        body = body or b""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        lines = body.splitlines(
            keepends=True
        )  # cut between two lines, where what is left still parses
        self.wfile.write(
            (b"".join(lines[:-1]) or body[:-2]) if self.server.fault == "cut" else body
        )

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: warnings are errors in these tests, and so is noise."""


@contextmanager
def serving(store: ox.Store, union: bool = True) -> Iterator[SparqlServer]:
    """A server for the length of a block."""
    server = SparqlServer(store, union)
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
