"""A SPARQL server elsewhere, for reading. Nothing leaves but the queries themselves, to the one address named."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import rdflib
from SPARQLWrapper import CONSTRUCT, JSON, POST, POSTDIRECTLY, TURTLE, SPARQLExceptions, SPARQLWrapper

from kb.errors import KbError, Refused, Unreadable, Usage
from kb.store import Answer, Term, Triple, terms
from kb.store import faults as fault
from kb.vocab import RDF, XSD

MAX_BYTES = 256 * 2**20  # an answer larger than this is an accident, not a table anyone reads
_CHUNK = 2**16
_RESULTS = "application/sparql-results+json"
_TRIPLES = "application/n-triples, text/turtle;q=0.5"
_GRAPHS = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"
# A hundred triples of named graphs that the default graph lacks: enough to see how a server is set up, quick on any size.
_NOT_UNION = "ASK { { SELECT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } LIMIT 100 } FILTER NOT EXISTS { ?s ?p ?o } }"


class RemoteStore:
    """Reads from the SPARQL 1.1 endpoint at `endpoint` (http or https); `timeout` is in whole seconds, for one answer as a whole.

    >>> RemoteStore("file:///etc/hosts").ask("ASK {}")
    Traceback (most recent call last):
    kb.errors.Usage: 'file:///etc/hosts' is not the address of a SPARQL server.  hint: it begins with http:// or https://
    """

    def __init__(self, endpoint: str, timeout: int = 30) -> None:
        self.endpoint = endpoint
        self.timeout = timeout
        self._open = True

    def probe(self) -> None:
        """See whether the server answers, and over all graphs at once; call it once after opening. Raises `Refused` when it does not."""
        if self.ask(_NOT_UNION):
            raise Refused(
                "The server's default graph is not the union of its graphs, so answers would miss data.",
                "turn that on in the server (Oxigraph: --union-default-graph), or load everything into its default graph",
            )

    def select(self, query: str) -> Answer:
        """Rows of a SELECT, in query order."""
        found = self._json(query, "SELECT")
        if "results" not in found:
            raise fault.other_form("SELECT")
        variables = tuple(found["head"]["vars"])
        rows = tuple(tuple(_term(row[v]) if v in row else None for v in variables) for row in found["results"]["bindings"])
        return Answer(variables, rows)

    def ask(self, query: str) -> bool:
        """Truth of an ASK."""
        found = self._json(query, "ASK")
        if not isinstance(found.get("boolean"), bool):
            raise fault.other_form("ASK")
        return bool(found["boolean"])

    def construct(self, query: str) -> Sequence[Triple]:
        """Triples of a CONSTRUCT or DESCRIBE, without duplicates, sorted."""
        kind, body = self._fetch(query, CONSTRUCT, _TRIPLES)
        if kind not in ("application/n-triples", "text/turtle", "text/plain"):
            raise fault.other_form("CONSTRUCT or DESCRIBE")
        try:
            found = rdflib.Graph().parse(data=body, format="turtle" if kind == "text/turtle" else "nt")
        except Exception as error:  # its parsers raise many kinds
            raise _garbled(self.endpoint) from error
        return terms.triples(found)

    def graphs(self) -> Sequence[str]:
        """IRIs of the graphs, sorted."""
        return sorted(row[0].value for row in self.select(_GRAPHS).rows if row[0])

    def close(self) -> None:
        """Ask no more; closing twice does no harm."""
        self._open = False

    def _json(self, query: str, form: str) -> dict[str, Any]:
        kind, body = self._fetch(query, form, _RESULTS)
        if kind not in (_RESULTS, "application/json"):
            raise fault.other_form(form)
        try:
            found = json.loads(body)
        except ValueError:
            raise _garbled(self.endpoint) from None
        if not isinstance(found, dict):
            raise _garbled(self.endpoint)
        return found

    def _fetch(self, query: str, form: str, accept: str) -> tuple[str, bytes]:
        """Media type and body of the answer."""
        if not self._open:
            raise fault.closed()
        address = urlsplit(self.endpoint)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise Usage(f"{self.endpoint!r} is not the address of a SPARQL server.", "it begins with http:// or https://")
        deadline = time.monotonic() + self.timeout
        try:
            with self._request(query, form, accept).query().response as response:
                if urlsplit(response.geturl())[:2] != address[:2]:
                    raise Refused(f"The server {address.netloc} sent the query on to another one.", "name that one instead")
                return response.headers.get_content_type(), _read(response, deadline, self.endpoint)
        except KbError:
            raise
        except (SPARQLExceptions.SPARQLWrapperException, OSError, http.client.HTTPException) as error:
            raise _explained(error, query, self.endpoint) from None

    def _request(self, query: str, form: str, accept: str) -> SPARQLWrapper:
        request = SPARQLWrapper(self.endpoint)
        request.setMethod(POST)
        request.setRequestMethod(POSTDIRECTLY)
        request.setReturnFormat(TURTLE if form == CONSTRUCT else JSON)
        request.setOnlyConneg(True)
        request.setTimeout(self.timeout)
        # Not setQuery(): it guesses the form with a pattern, and a comment can mislead it into sending an update.
        request.queryString, request.queryType = query, form
        request.addCustomHttpHeader("Accept", accept)
        return request


def _read(response: http.client.HTTPResponse, deadline: float, endpoint: str) -> bytes:
    """The body, whole: a server that trickles is cut off at the deadline."""
    parts, size = [], 0
    while part := response.read1(_CHUNK):
        parts.append(part)
        size += len(part)
        if time.monotonic() > deadline:
            raise TimeoutError
        if size > MAX_BYTES:
            raise Refused(f"The answer of {endpoint} is larger than {MAX_BYTES // 2**20} MiB.", "add a LIMIT")
    if response.length:  # read1() ends quietly when the connection breaks
        raise _garbled(endpoint)
    return b"".join(parts)


def _explained(error: Exception, query: str, endpoint: str) -> KbError:
    cause = error.reason if isinstance(error, urllib.error.URLError) and not isinstance(error, urllib.error.HTTPError) else error
    if isinstance(cause, TimeoutError):
        return Refused(f"The server at {endpoint} did not answer in time.", "narrow the question, or allow more seconds")
    if isinstance(error, SPARQLExceptions.QueryBadFormed):
        return fault.syntax(query, 0, 0, "so says the server")
    if isinstance(error, SPARQLExceptions.Unauthorized):
        return Unreadable(f"The server at {endpoint} wants a password.")
    if isinstance(error, SPARQLExceptions.EndPointNotFound):
        return Unreadable(f"There is no SPARQL service at {endpoint}.", "check the address, usually it ends in /query or /sparql")
    if isinstance(error, urllib.error.HTTPError | SPARQLExceptions.SPARQLWrapperException):
        return Refused(f"The server at {endpoint} could not answer ({getattr(error, 'code', 500)}).")
    if isinstance(error, http.client.HTTPException):
        return _garbled(endpoint)
    return Unreadable(f"The server at {endpoint} cannot be reached.", "is it running?")


def _garbled(endpoint: str) -> KbError:
    return Unreadable(f"The answer of {endpoint} is broken off or not what a SPARQL server sends.")


def _term(cell: dict[str, Any]) -> Term:
    """One value of the SPARQL 1.1 Query Results JSON Format, section 3.2.2."""
    match cell:
        case {"type": "uri", "value": str(value)}:
            return Term("iri", value)
        case {"type": "bnode", "value": str(value)}:
            return Term("bnode", value)
        case {"type": "literal" | "typed-literal", "value": str(value)}:
            language = str(cell.get("xml:lang", "")) + (f"--{cell['its:dir']}" if "its:dir" in cell else "")
            return Term("literal", value, str(cell.get("datatype") or (RDF + "langString" if language else XSD + "string")), language)
    raise fault.no_term()
