"""Client of a remote SPARQL server, for reading.

Only the query is sent, and only to the address that the user gave.
"""

from __future__ import annotations

import http.client
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any
from urllib.parse import SplitResult, parse_qsl

import rdflib
from SPARQLWrapper import (
    CONSTRUCT,
    GET,
    INSERT,
    JSON,
    POST,
    POSTDIRECTLY,
    TURTLE,
    URLENCODED,
    SPARQLWrapper,
)

from kb.errors import Refused
from kb.store import (
    Answer,
    Term,
    Triple,
    addresses,
    completeness,
    remote_faults,
    results,
    terms,
    wire,
)
from kb.store import faults as fault
from kb.store.remote_faults import MAX_BYTES, MEMORY
from kb.store.sparql import form as form_of
from kb.system import confined

_CHUNK = 2**16
_RESULTS = "application/sparql-results+json"
_TRIPLES = "application/n-triples, text/turtle;q=0.5"
_GRAPHS = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"


@dataclass(frozen=True, slots=True)
class Body:
    """An answer as it arrived: its media type, its bytes, and the headers of the response."""

    kind: str
    data: bytes
    headers: Mapping[str, str]


class RemoteStore:
    """A store that reads from the SPARQL 1.1 endpoint at `endpoint` (http or https).

    `timeout` is in seconds, for one complete answer. `dataset` has the graphs whose union each
    query reads (SPARQL 1.1 Protocol §2.1.4); without any, the server decides. `login` is a name
    and a password, `methods` are those of `addresses.METHODS` to try in turn,
    until the server accepts one.

    >>> RemoteStore("file:///etc/hosts").ask("ASK {}")
    Traceback (most recent call last):
    kb.errors.Usage: 'file:///etc/hosts' is not the address of a SPARQL server.  hint: ...
    """

    def __init__(
        self,
        endpoint: str,
        timeout: float = 30,
        dataset: Sequence[str] = (),
        login: addresses.Login = None,
        methods: Sequence[str] = addresses.METHODS,
    ) -> None:
        self.endpoint = endpoint
        self.timeout = timeout
        self.dataset = tuple(dataset)
        self.login = login
        self.methods = tuple(methods)
        self.method = self.methods[0]
        self._open = True

    def select(self, query: str) -> Answer:
        """Return the rows of a SELECT, in the order of the query.

        Raises Refused if the server sent only a part of them.
        """
        variables, rows = self._ask(query, "SELECT", _RESULTS, self._table)
        return results.answer(variables, rows)

    def ask(self, query: str) -> bool:
        """Return the result of an ASK."""
        return bool(self._ask(query, "ASK", _RESULTS, self._truth))

    def construct(self, query: str) -> Sequence[Triple]:
        """Return the triples of a CONSTRUCT or DESCRIBE, without duplicates, sorted.

        Raises Refused if the server used only a part of the solutions.
        """
        found = self._ask(query, CONSTRUCT, _TRIPLES, self._triples)
        return [(Term(*s), Term(*p), Term(*o)) for s, p, o in found]

    def graphs(self) -> Sequence[str]:
        """Return the IRIs of the graphs, sorted."""
        return sorted(row[0].value for row in self.select(_GRAPHS).rows if row[0])

    def close(self) -> None:
        """Close the store. Closing it twice is allowed."""
        self._open = False

    def _ask(self, query: str, form: str, accept: str, read: Callable[[str, Body], object]) -> Any:
        """Fetch and parse the answer. The first method that the server accepts is kept."""
        if not self._open:
            raise fault.closed()

        def asked(method: str) -> Any:
            """Send the query by a method."""
            self.method = method
            return self._limited(query, form, accept, read)

        answer, method = wire.in_turn(self.methods, asked)
        self.methods = (method,)
        return answer

    def _limited(
        self, query: str, form: str, accept: str, read: Callable[[str, Body], object]
    ) -> Any:
        """Fetch and parse the answer in a child process, which limits its time and memory.

        The time includes connecting and reading the headers.
        """
        address = addresses.address(self.endpoint)

        def work() -> object:
            """Do the work of the child."""
            wire.install(address, query)
            body = self._fetch(query, form, accept)
            if form_of(query) not in (form, "DESCRIBE" if form == CONSTRUCT else form):
                raise fault.other_form(form)
            return read(query, body)

        try:
            return confined.run(
                work, confined.Limits(self.timeout, MEMORY, 2 * MAX_BYTES, network=True)
            )
        except confined.Overrun as over:
            raise remote_faults.overran(over.what, self.shown) from None

    @property
    def shown(self) -> str:
        """The address for messages."""
        return addresses.shown(self.endpoint)

    def _table(self, query: str, body: Body) -> object:
        """Parse the rows of a SELECT, and check that all of them arrived."""
        found = _json(body, results.table, self.shown)
        completeness.rows(query, len(found[1]), body.headers, self._count)
        return found

    def _truth(self, query: str, body: Body) -> object:
        """Parse the result of an ASK."""
        completeness.whole(body.headers)
        return _json(body, results.truth, self.shown)

    def _triples(self, query: str, body: Body) -> object:
        """Parse triples, and check that the server used all solutions."""
        found = parsed(body, self.shown)
        completeness.solutions(query, body.headers, self._count, self._length)
        return found

    def _count(self, query: str) -> int:
        """Return the number that a query counts. Called in the child."""
        _, rows = _json(self._fetch(query, "SELECT", _RESULTS), results.table, self.shown)
        try:
            return int(rows[0][0][1])
        except (IndexError, TypeError, ValueError):
            raise remote_faults.garbled(self.shown) from None

    def _length(self, query: str) -> int:
        """Return how many rows a query yields. Called in the child."""
        return len(_json(self._fetch(query, "SELECT", _RESULTS), results.table, self.shown)[1])

    def _fetch(self, query: str, form: str, accept: str) -> Body:
        """Send a query and return the answer."""
        here = self.shown
        try:
            with self._request(query, form, accept).query().response as response:
                if response.status != 200:
                    raise Refused(
                        f"The server at {here} sent only part of the answer, or nothing "
                        f"({response.status})."
                    )
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Body(response.headers.get_content_type(), _read(response, here), headers)
        except (OSError, http.client.HTTPException) as error:
            raise remote_faults.explained(error, here) from None

    def _request(self, query: str, form: str, accept: str) -> SPARQLWrapper:
        address = addresses.address(self.endpoint)
        request = _to(address, self.method)
        for graph in self.dataset:
            request.addParameter("default-graph-uri", graph)
            request.addParameter("named-graph-uri", graph)
        _identify(request, address, self.login)
        request.setMethod(GET if self.method == "get" else POST)
        request.setRequestMethod(_encoding(self.method))
        request.setReturnFormat(TURTLE if form == CONSTRUCT else JSON)
        request.setOnlyConneg(True)
        request.setTimeout(max(1, ceil(self.timeout)))
        # Do not call setQuery(): it guesses the form with a pattern, and a comment can mislead it
        # into sending an update.
        request.queryString, request.queryType = query, form
        request.addCustomHttpHeader("Accept", accept)
        return request


def update(address: str, text: str, timeout: float, login: addresses.Login, method: str) -> None:
    """Send a SPARQL update. Call it only in a child process that was made for it."""
    wire.install(addresses.address(address), text, login)
    request = _to(addresses.address(address), method)
    request.setMethod(POST)
    request.setRequestMethod(_encoding(method))
    request.setTimeout(max(1, ceil(timeout)))
    # As for queries: setQuery() guesses the form.
    request.queryString, request.queryType = text, INSERT
    with request.query().response as response:
        response.read(MAX_BYTES)


def _to(address: SplitResult, method: str) -> SPARQLWrapper:
    """Return a request to an address.

    SPARQLWrapper puts a “?” between the address and parameters that are not in the body, even if
    the address has parameters of its own. Those are added like the others.
    """
    parameters = "" if method == "post" else address.query
    query = "" if parameters else address.query
    place = address._replace(fragment="", query=query).geturl()
    request = SPARQLWrapper(place, updateEndpoint=place)
    for name, value in parse_qsl(parameters, keep_blank_values=True):
        request.addParameter(name, value)
    return request


def _encoding(method: str) -> str:
    """Return the word of SPARQLWrapper for the body of a request."""
    return str(POSTDIRECTLY if method == "post-direct" else URLENCODED)


def _identify(request: SPARQLWrapper, address: SplitResult, login: addresses.Login) -> None:
    """Add the user name and password, if there are any.

    Raises Refused if the connection is not encrypted.
    """
    if login is None:
        return
    if not addresses.confidential(address):
        raise Refused(
            "Passwords are not sent over http, because others could read them.",
            "use https, or unset KB_ENDPOINT_PASSWORD",
        )
    request.setCredentials(*login)


def _read(response: http.client.HTTPResponse, here: str) -> bytes:
    """Read the complete body."""
    parts, size = [], 0
    while part := response.read1(_CHUNK):
        parts.append(part)
        size += len(part)
        if size > MAX_BYTES:
            raise remote_faults.overran("result", here)
    # A broken connection ends read1() without an error.
    if response.length:
        raise remote_faults.garbled(here)
    return b"".join(parts)


def _json(body: Body, read: Callable[[dict[str, Any]], Any], here: str) -> Any:
    """Parse a JSON answer, whatever its media type."""
    kind = body.kind
    try:
        return read(results.document(body.data))
    except results.TooMany:
        raise Refused(
            f"The answer of {here} has more than {results.MOST_CELLS:,} values.", "add a LIMIT"
        ) from None
    except results.Misshapen:
        raise (
            remote_faults.garbled(here)
            if "json" in kind
            else remote_faults.unasked(kind, "JSON", here)
        ) from None


def parsed(body: Body, here: str) -> object:
    """Parse an answer in one of the two formats that were requested."""
    kind = body.kind
    if kind not in ("application/n-triples", "text/turtle", "text/plain"):
        raise remote_faults.unasked(kind, "Turtle", here)
    try:
        found = terms.triples(
            rdflib.Graph().parse(data=body.data, format="turtle" if kind == "text/turtle" else "nt")
        )
        for triple in found:
            for term in triple:
                # Fails for surrogates, which an escape can produce.
                term.value.encode()
    except MemoryError:
        raise
    # The parsers of rdflib raise errors of many kinds.
    except Exception:
        raise remote_faults.garbled(here) from None
    return found
