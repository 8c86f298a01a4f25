"""SPARQL 1.1 Protocol and Service Description, read-only."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import rdflib
from conftest import Kb
from rdflib.plugins.sparql.results import tsvresults, xmlresults
from serving import ADMITTED, alone
from starlette.testclient import TestClient

from kb.presentation import sparql_results
from kb.web import bodies
from kb.web.application import application
from kb.web.desk import Desk

SUITE = Path(__file__).resolve().parents[3] / "shared/suites/rdf-tests/sparql/sparql11/protocol"
CLAIMS = """PREFIX kb: <https://w3id.org/claimkb/ns#>
SELECT ?c ?s ?none WHERE { ?c a kb:Claim ; kb:statement ?s } ORDER BY ?c"""
HTTP = rdflib.Namespace("http://www.w3.org/2011/http#")
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
CHARS = rdflib.URIRef("http://www.w3.org/2011/content#chars")
# A graph that no test provides and no query reads; it is left out of the requests, because graphs
# are named in FROM here.
NO_GRAPH = "default-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata0.rdf"
# Tests that do not apply, each with its reason.
OTHER_DATA = "the graphs are those of the knowledge base and are named in FROM"
NO_BASE = "a relative IRI needs a BASE: the engine refuses it, and no address is guessed"
ONLY_READS = "records are changed by commands, not by updates"
UNFIT = {
    "query_content_type_construct": NO_BASE,
    "query_dataset_default_graphs_get": OTHER_DATA,
    "query_dataset_default_graphs_post": OTHER_DATA,
    "query_dataset_named_graphs_post": OTHER_DATA,
    "query_dataset_named_graphs_get": OTHER_DATA,
    "query_dataset_full": OTHER_DATA,
    "query_multiple_dataset": OTHER_DATA,
    "update_dataset_default_graph": ONLY_READS,
    "update_dataset_default_graphs": ONLY_READS,
    "update_dataset_named_graphs": ONLY_READS,
    "update_dataset_full": ONLY_READS,
    "update_post_form": ONLY_READS,
    "update_post_direct": ONLY_READS,
    "update_base_uri": ONLY_READS,
}


def manifest() -> list[Any]:
    """The tests of the W3C: name, and its requests as parameters of pytest."""
    if not SUITE.is_dir():
        return [pytest.param("", [], marks=pytest.mark.skip(reason="no suites"))]
    graph = rdflib.Graph().parse(SUITE / "manifest.ttl")
    found = []
    for test in graph.subjects(rdflib.RDF.type, MF.ProtocolTest):
        name = str(test).rpartition("#")[2]
        listed = graph.value(graph.value(test, MF.action), HTTP.requests)
        requests = [request(graph, one) for one in graph.items(listed)]
        marks = [pytest.mark.skip(reason=UNFIT[name])] if name in UNFIT else []
        found.append(pytest.param(name, requests, id=name, marks=marks))
    return found


def request(graph: rdflib.Graph, one: Any) -> dict[str, Any]:
    """One request of a test, and what is expected."""
    fields = graph.items(graph.value(one, HTTP.headers))
    answer = graph.value(one, HTTP.resp)
    body = graph.value(one, HTTP.body)
    encoding = graph.value(body, rdflib.URIRef("http://www.w3.org/2011/content#characterEncoding"))
    text = str(graph.value(body, CHARS) or "")
    return {
        "method": str(graph.value(one, HTTP.methodName)),
        "path": str(graph.value(one, HTTP.absolutePath)).replace(NO_GRAPH, ""),
        "headers": {
            str(graph.value(f, HTTP.fieldName)): str(graph.value(f, HTTP.fieldValue))
            for f in fields
        },
        "body": text.encode(str(encoding or "utf-8")),
        "codes": {
            str(c).rpartition("StatusCode")[2] for c in graph.objects(answer, MF.expectedStatus)
        },
        "truth": graph.value(answer, MF.expectedBoolean),
        "format": str(graph.value(answer, MF.expectedFormat) or ""),
    }


@pytest.mark.parametrize(("name", "requests"), manifest())
def test_the_protocol_of_the_w3c(pages: TestClient, name: str, requests: list[Any]) -> None:
    media = {
        "boolean": sparql_results.TRUTH,
        "tabular": sparql_results.ROWS,
        "RDF": sparql_results.GRAPH,
    }
    assert requests
    for one in requests:
        answer = pages.request(
            one["method"], one["path"], headers=one["headers"], content=one["body"] or None
        )
        family = f"{answer.status_code // 100}xx"
        assert {family, str(answer.status_code)} & one["codes"], (name, answer.text)
        if one["truth"] is not None:
            assert answer.json()["boolean"] == one["truth"].toPython()
        if one["format"]:
            assert answer.headers["content-type"] in media[one["format"]]


def asked(pages: TestClient, accept: str, query: str = CLAIMS) -> str:
    """The answer in a media type."""
    answer = pages.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, accept), answer.text
    return answer.text


def test_every_format_of_rows_has_the_same_rows(pages: TestClient) -> None:
    found = json.loads(asked(pages, sparql_results.JSON))
    rows = [{k: v["value"] for k, v in row.items()} for row in found["results"]["bindings"]]
    assert len(rows) == 3
    assert found["head"]["vars"] == ["c", "s", "none"]
    xml = xmlresults.XMLResultParser().parse(io.BytesIO(asked(pages, sparql_results.XML).encode()))
    tsv = tsvresults.TSVResultParser().parse(io.BytesIO(asked(pages, sparql_results.TSV).encode()))
    for parsed in (xml, tsv):
        bound = [{str(k): str(v) for k, v in row.items()} for row in parsed.bindings]
        assert bound == rows
    table = list(csv.DictReader(io.StringIO(asked(pages, sparql_results.CSV))))
    assert [{k: v for k, v in row.items() if v} for row in table] == rows


def test_graphs_are_turtle_or_ntriples(pages: TestClient) -> None:
    query = "CONSTRUCT WHERE { ?s a <https://w3id.org/claimkb/ns#Claim> }"
    turtle, lines = (asked(pages, media, query) for media in sparql_results.GRAPH)
    one, other = (
        rdflib.Graph().parse(data=text, format=f) for text, f in ((turtle, "turtle"), (lines, "nt"))
    )
    assert set(one) == set(other)
    assert len(one) == 3


@pytest.mark.parametrize(
    "query",
    [
        "INSERT DATA { <a:> <b:> <c:> }",
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * FROM <http://127.0.0.1:9/x> { ?s ?p ?o }",
        "LOAD <http://127.0.0.1:9/x>",
        "SELECT * {",
    ],
)
def test_what_writes_or_reaches_out_is_refused(pages: TestClient, query: str) -> None:
    answer = pages.get("/sparql", params={"query": query})
    assert answer.status_code == 400
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("beside", [{}, {"query": "ASK {}"}])
def test_an_update_is_refused(pages: TestClient, beside: dict[str, str]) -> None:
    answer = pages.post("/sparql", data={"update": "DROP ALL", **beside})
    assert (answer.status_code, "only reads" in answer.text) == (403, True)


def test_the_methods_that_are_answered_are_named(pages: TestClient) -> None:
    """RFC 9110, section 15.5.6."""
    answer = pages.put("/sparql", content="ASK {}")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST")


def test_the_service_describes_itself(pages: TestClient) -> None:
    answer = pages.get("/sparql", headers={"Accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=answer.text, format="turtle")
    description = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    service = next(graph.subjects(rdflib.RDF.type, description.Service))
    assert str(graph.value(service, description.endpoint)) == "http://127.0.0.1:8017/sparql"
    assert (service, description.supportedLanguage, description.SPARQL11Query) in graph


def test_a_browser_gets_a_form_and_a_table(pages: TestClient) -> None:
    html = {"Accept": "text/html,*/*;q=0.8"}
    assert "<textarea" in pages.get("/sparql", headers=html).text
    answer = pages.get("/sparql", params={"query": CLAIMS}, headers=html).text
    assert "The coastguard controls the pier" in answer
    assert '<a href="/claim/the-coastguard-controls-the-pier">' in answer


def test_no_media_type_that_is_known_is_said(pages: TestClient) -> None:
    answer = pages.get("/sparql", params={"query": "ASK {}"}, headers={"Accept": "image/png"})
    assert answer.status_code == 406


def test_a_mistake_keeps_the_query_on_the_page(pages: TestClient) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    answer = pages.get("/sparql", params={"query": "SELECT * {"}, headers=browser)
    assert answer.status_code == 400
    assert "SELECT * {</textarea>" in answer.text
    assert 'role="alert"' in answer.text


def test_a_page_is_for_readers_who_like_it_best(pages: TestClient) -> None:
    some = {"Accept": f"text/html;q=0.2, {sparql_results.CSV}"}
    answer = pages.get("/sparql", params={"query": CLAIMS}, headers=some)
    assert answer.headers["content-type"] == sparql_results.CSV


def test_a_body_that_does_not_arrive_is_refused(monkeypatch: pytest.MonkeyPatch, seen: Kb) -> None:
    monkeypatch.setattr(bodies, "SLOWEST", 0.05)
    sent: list[Any] = []

    async def never() -> Any:
        await asyncio.sleep(5)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"127.0.0.1:8017"), (b"content-type", b"application/sparql-query")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/sparql",
        "raw_path": b"/sparql",
        "query_string": b"",
        "headers": headers,
        "scheme": "http",
        "server": ("127.0.0.1", 8017),
    }
    app = application(Desk(str(seen.root)), ADMITTED)
    alone(app(scope, never, send))
    assert sent[0]["status"] == 408


def test_xml_has_only_characters_that_xml_can_have(pages: TestClient) -> None:
    """A form feed, which JSON can have; a carriage return, which a reader of XML would lose."""
    xml = {"Accept": sparql_results.XML}
    for sign, stored, code in (("\\f", "\f", 400), ("\\r", "\r", 200)):
        query = {"query": f'SELECT ("a{sign}b" AS ?x) {{}}'}
        answer = pages.get("/sparql", params=query, headers=xml)
        assert answer.status_code == code
        json = pages.get("/sparql", params=query, headers={"Accept": sparql_results.JSON}).json()
        (row,) = json["results"]["bindings"]
        assert row["x"]["value"] == f"a{stored}b"
        if code == 200:
            found = ElementTree.fromstring(answer.text)
            assert [e.text for e in found.iter() if e.tag.endswith("literal")] == ["a\rb"]
        else:
            assert "U+000C" in answer.text
            assert sparql_results.JSON in answer.text
