"""Writers of graphs to a server: by SPARQL update, or by the Graph Store HTTP Protocol.

https://www.w3.org/TR/sparql11-update/, https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any, Final, Protocol
from urllib.parse import urlencode

from kb.errors import KbError, Refused, Unreadable
from kb.store import Term, Triple, addresses, endpoint, wire
from kb.store.remote_faults import MAX_BYTES, MEMORY, explained
from kb.system import confined

# Graphs as N-Triples by IRI; an empty text removes the graph.
Texts = Mapping[str, str]
# Bytes of one request: a server parses it as a whole, in memory, and has to answer in time.
LARGEST: Final = 8 * 2**20
# Parameter of a request for a graph that no server has.
NOTHING: Final = "graph=urn:x-kb:none"


class Writer(Protocol):
    """A way to write graphs to a server."""

    def at_once(self, graphs: int, size: int) -> bool:
        """Tell whether this many graphs, and bytes, can be written in one transaction."""
        ...

    def write(self, graphs: Texts, added: Texts = MappingProxyType({})) -> None:
        """Replace graphs, then add triples to others."""
        ...


class UpdateWriter:
    """A writer by SPARQL update. Servers carry out one request as one transaction."""

    def __init__(
        self,
        address: str,
        timeout: float,
        login: addresses.Login = None,
        methods: Sequence[str] = addresses.METHODS,
    ) -> None:
        self.address = address
        self.timeout = timeout
        self.login = login
        # An update is always a POST.
        self.methods = [name for name in methods if name != "get"] or [addresses.METHODS[0]]

    def at_once(self, graphs: int, size: int) -> bool:
        """Tell whether this many bytes fit into one request."""
        return size <= LARGEST

    def write(self, graphs: Texts, added: Texts = MappingProxyType({})) -> None:
        """Replace graphs, then add triples to others: by one request, if they are not large."""
        updates: list[str] = []
        size = 0
        for update in _updates(graphs, added):
            size += len(update.encode())
            if updates and size > LARGEST:
                self._send(";\n".join(updates))
                updates, size = [], len(update.encode())
            updates.append(update)
        self._send(";\n".join(updates))

    def _send(self, update: str) -> None:
        """Send one update. The first method that the server accepts is kept."""
        _, method = wire.in_turn(self.methods, lambda name: self._by(name, update))
        self.methods = [method]

    def _by(self, method: str, update: str) -> None:
        """Send one update by a method."""
        _confined(
            lambda: endpoint.update(self.address, update, self.timeout, self.login, method),
            self.address,
            self.timeout,
        )


class GraphStoreWriter:
    """A writer by the Graph Store HTTP Protocol, with one request for each graph that is not
    large.
    """

    def __init__(self, address: str, timeout: float, login: addresses.Login = None) -> None:
        self.address = address
        self.timeout = timeout
        self.login = login

    def at_once(self, graphs: int, size: int) -> bool:
        """Tell whether this is at most one request."""
        return graphs <= 1 and size <= LARGEST

    def write(self, graphs: Texts, added: Texts = MappingProxyType({})) -> None:
        """Replace graphs by PUT, remove empty ones by DELETE, add triples by POST (§5.3–5.5)."""
        for graph, text in graphs.items():
            if not text:
                self._send(graph, "DELETE")
            for n, part in enumerate(_parts(text)):
                self._send(graph, "POST" if n else "PUT", part.encode())
        for graph, text in added.items():
            self._send(graph, "POST", text.encode())

    def read(self, graph: str) -> list[Triple]:
        """Return the triples of a graph by GET (§5.2); none if there is no such graph."""
        found = self._send(graph, "GET")
        return [(Term(*s), Term(*p), Term(*o)) for s, p, o in found]

    def _send(self, graph: str, method: str, body: bytes | None = None) -> Any:
        """Send one request. A GET returns triples."""
        place = addresses.address(self.address)
        query = urlencode({"graph": graph})
        address = f"{self.address}{'&' if place.query else '?'}{query}"
        # Virtuoso refuses a PUT that names the type of its answer.
        headers = {"Accept": "application/n-triples"} if method == "GET" else {}
        if body is not None:
            # Every server reads N-Triples as Turtle, and some do not know N-Triples.
            headers["Content-Type"] = "text/turtle; charset=utf-8"

        def work() -> object:
            """Do the work of the child."""
            wire.install(place, "", self.login, missing=method in ("GET", "DELETE"))
            if body and self.login:
                # So that the server asks for the login before the body is sent.
                self._open(f"{self.address}{'&' if place.query else '?'}{NOTHING}")
            request = urllib.request.Request(address, body, headers, method=method)
            with urllib.request.urlopen(request, timeout=self.timeout) as response:
                data = response.read(MAX_BYTES + 1)
            return self._read(graph, response.status, data) if method == "GET" else []

        return _confined(work, self.address, self.timeout)

    def _read(self, graph: str, status: int, data: bytes) -> object:
        """Parse the answer to a GET. Raises Refused if it may not be the whole graph."""
        here = addresses.shown(self.address)
        if len(data) > MAX_BYTES:
            raise Refused(f"{graph} is larger than {MAX_BYTES // 2**20} MiB.", "split the file")
        if status == 404:
            return []
        if status != 200:
            raise Refused(f"The server at {here} sent only part of {graph}, or nothing ({status}).")
        return endpoint.parsed(endpoint.Body("application/n-triples", data, {}), here)

    def _open(self, address: str) -> None:
        """Send a request whose answer does not matter."""
        with suppress(OSError, KbError), urllib.request.urlopen(address, timeout=self.timeout):
            pass


def _updates(graphs: Texts, added: Texts) -> Iterator[str]:
    """Yield updates that replace graphs by N-Triples, and then add triples to others."""
    for graph, text in graphs.items():
        yield f"DROP SILENT GRAPH <{graph}>"
        yield from _insertions(graph, text)
    for graph, text in added.items():
        yield from _insertions(graph, text)


def _insertions(graph: str, text: str) -> Iterator[str]:
    """Yield updates that add N-Triples to a graph."""
    for part in _parts(text):
        yield f"INSERT DATA {{ GRAPH <{graph}> {{\n{part}}} }}"


def _parts(text: str) -> Iterator[str]:
    """Split N-Triples at line ends into parts that fit into a request each.

    >>> list(_parts("<urn:a> <urn:b> <urn:c> .\\n"))
    ['<urn:a> <urn:b> <urn:c> .\\n']
    """
    start = 0
    while start < len(text):
        # Two bytes for each character, on average, are more than most languages need.
        end = text.find("\n", start + LARGEST // 2) + 1 or len(text)
        yield text[start:end]
        start = end


def _confined(work: Callable[[], object], address: str, timeout: float) -> Any:
    """Do work with the network in a child process, with limits."""

    def safely() -> object:
        """Turn the errors of the network into sentences."""
        try:
            return work()
        except (OSError, http.client.HTTPException) as error:
            raise explained(error, addresses.shown(address)) from None

    try:
        return confined.run(safely, confined.Limits(timeout, MEMORY, 2 * MAX_BYTES, network=True))
    except confined.Overrun as over:
        if over.what == "time":
            raise Refused(
                f"The server at {addresses.shown(address)} did not answer in time.",
                "allow more seconds with timeout in the table of the server in kb.toml",
            ) from None
        raise Unreadable(f"The answer of {addresses.shown(address)} cannot be read.") from None
