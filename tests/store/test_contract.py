"""One contract for every store: in memory, embedded, on disk, and on a server elsewhere."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from sparql_server import Mirror, SparqlServer, serving

from kb.errors import KbError, NotAccepted, Refused, Unreadable, Usage
from kb.model.vocabulary import RDF, XSD
from kb.rdf import shacl
from kb.store import Reader, Store, Term, Triple, addresses, probing
from kb.store.endpoint import RemoteStore
from kb.store.faults import Locked
from kb.store.oxigraph import EmbeddedStore
from kb.store.rdflib import MemoryStore
from kb.store.terms import node

EX = "https://example.org/"
G1, G2 = EX + "g1", EX + "g2"


def iri(name: str) -> Term:
    return Term("iri", EX + name)


def text(value: str, datatype: str = "string", language: str = "") -> Term:
    return Term("literal", value, RDF + "langString" if language else XSD + datatype, language)


VALUES = {
    "plain": text("a plain text"),
    "empty": text(""),
    "arabic": text("قال «لا»", language="ar"),
    "cyrillic": text("Мы не отрицаем", language="ru"),
    "combining": text("e\u0301 is not \u00e9"),
    "tab": text("one\ttwo\nthree\r\nfour"),
    "quotes": text("she said \"no\" \\ and 'yes' \\u0022"),
    "markup": text("<b>&amp;</b> } SERVICE <x:>"),
    "astral": text("𝒳 🕊"),
    "number": text("12", "integer"),
    "day": text("2020-06-05", "date"),
    "moment": text("2020-06-05T10:00:00Z", "dateTime"),
    "truth": text("true", "boolean"),
    "ill-typed": text("Friday", "date"),
    "iri": Term("iri", "https://example.org/путь/é#char=1,2"),
}
TRIPLES: list[Triple] = [(iri(name), iri("value"), value) for name, value in VALUES.items()]


class Case(NamedTuple):
    reader: Reader
    writer: Store


@pytest.fixture(params=["memory", "embedded", "disk", "remote"])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    if request.param == "remote":
        writer = Mirror()
        with serving(writer.served) as server:
            yield Case(RemoteStore(server.endpoint, timeout=5), writer)
        return
    store: Store
    store = (
        MemoryStore()
        if request.param == "memory"
        else EmbeddedStore(tmp_path / "index" if request.param == "disk" else None)
    )
    yield Case(store, store)
    store.close()


def select_value(name: str) -> str:
    return f"SELECT ?o {{ <{EX}{name}> <{EX}value> ?o }}"


@pytest.mark.parametrize("name", VALUES)
def test_a_value_comes_back_as_it_went_in(case: Case, name: str) -> None:
    case.writer.replace(G1, TRIPLES)
    assert case.reader.select(select_value(name)).rows == ((VALUES[name],),)


def test_a_constructed_triple_equals_the_stored_one(case: Case) -> None:
    case.writer.replace(G1, TRIPLES)
    assert list(case.reader.construct("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")) == sorted(TRIPLES)


def test_validating_in_the_same_process_does_not_make_a_store_rewrite_literals(
    tmp_path: Path,
) -> None:
    """pySHACL turns rdflib's rewriting of literals on when it ends."""
    shape = tmp_path / "shapes.ttl"
    shape.write_text("<https://example.org/s> a <http://www.w3.org/ns/shacl#NodeShape> .")
    shacl.validate(TRIPLES, [EX + "moment"], shape)
    store = MemoryStore()
    store.replace(G1, TRIPLES)
    assert list(store.construct("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")) == sorted(TRIPLES)


def test_the_default_graph_is_the_union_of_all_graphs_and_each_can_be_named(case: Case) -> None:
    case.writer.replace(G1, [(iri("a"), iri("p"), iri("b"))])
    case.writer.replace(G2, [(iri("b"), iri("p"), iri("c"))])
    assert case.reader.ask(f"ASK {{ <{EX}a> <{EX}p> ?b . ?b <{EX}p> <{EX}c> }}")
    rows = case.reader.select("SELECT ?g ?s { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g").rows
    assert rows == ((Term("iri", G1), iri("a")), (Term("iri", G2), iri("b")))
    assert case.reader.graphs() == [G1, G2]


def test_a_triple_in_two_graphs_is_found_once_by_a_distinct_query(case: Case) -> None:
    for graph in (G1, G2):
        case.writer.replace(graph, [(iri("a"), iri("p"), iri("b"))])
    assert len(case.reader.select("SELECT DISTINCT * { ?s ?p ?o }").rows) == 1


def test_replace_leaves_nothing_of_the_old_graph_and_all_of_the_others(case: Case) -> None:
    case.writer.replace(G1, [(iri("a"), iri("p"), iri("b")), (iri("a"), iri("p"), iri("c"))])
    case.writer.replace(G2, [(iri("z"), iri("p"), iri("z"))])
    case.writer.replace(G1, [(iri("a"), iri("p"), iri("d"))])
    rows = case.reader.select("SELECT ?o { ?s ?p ?o } ORDER BY ?o").rows
    assert rows == ((iri("d"),), (iri("z"),))


def test_replace_by_the_same_values_keeps_them(case: Case) -> None:
    case.writer.replace(G1, TRIPLES)
    case.writer.replace(G1, TRIPLES)
    assert list(case.reader.construct("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")) == sorted(TRIPLES)


def test_replace_by_nothing_removes_the_graph(case: Case) -> None:
    case.writer.replace(G1, TRIPLES)
    case.writer.replace(G1, [])
    assert list(case.reader.graphs()) == []
    assert not case.reader.ask("ASK { ?s ?p ?o }")


def test_rows_keep_the_order_and_an_unbound_value_is_none(case: Case) -> None:
    case.writer.replace(
        G1, [(iri("b"), iri("p"), text("2", "integer")), (iri("a"), iri("p"), text("1", "integer"))]
    )
    answer = case.reader.select(
        f"SELECT ?none ?s {{ ?s <{EX}p> ?n OPTIONAL {{ ?s <{EX}q> ?none }} }} ORDER BY DESC(?n)"
    )
    assert answer.variables == ("none", "s")
    assert answer.rows == ((None, iri("b")), (None, iri("a")))
    assert next(iter(answer.dicts())) == {"none": None, "s": EX + "b"}


def test_a_blank_node_is_told_apart(case: Case) -> None:
    assert case.reader.select("SELECT (BNODE() AS ?b) {}").rows[0][0][0] == "bnode"  # type: ignore[index]


@pytest.mark.parametrize(
    "query",
    ["SELECT * {", "SELECT ?x\nWHERE { ?x foo:a ?b }", "", "CLEAR ALL", "LOAD <file:///etc/hosts>"],
)
def test_what_is_no_query_is_a_wrong_request(case: Case, query: str) -> None:
    with pytest.raises(Usage):
        case.reader.select(query)


def test_a_query_of_another_form_is_a_wrong_request(case: Case) -> None:
    for wrong in (
        lambda: case.reader.select("ASK {}"),
        lambda: case.reader.ask("SELECT * {}"),
        lambda: case.reader.construct("ASK {}"),
        lambda: case.reader.select("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"),
    ):
        with pytest.raises(Usage, match="not of the form"):
            wrong()


def test_a_syntax_error_names_line_and_column() -> None:
    for store in (MemoryStore(), EmbeddedStore(None)):
        with pytest.raises(Usage, match="line 2, column"):
            store.select("SELECT ?x\nWHERE { ?x ?y }")


def test_a_closed_store_answers_no_more(case: Case) -> None:
    case.reader.close()
    case.reader.close()
    with pytest.raises(Unreadable, match="closed"):
        case.reader.ask("ASK {}")


@pytest.mark.parametrize("bad", ["a b", "https://e.org/<x>", "https://e.org/\n", "relative"])
def test_what_is_no_iri_is_not_stored(case: Case, bad: str) -> None:
    for graph, triple in (
        (bad, (iri("a"), iri("p"), iri("b"))),
        (G1, (iri("a"), iri("p"), Term("iri", bad))),
    ):
        with pytest.raises(Usage, match="not an IRI"):
            case.writer.replace(graph, [triple])
    assert list(case.reader.graphs()) == []


def test_the_reference_keeps_literals_as_written_and_says_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = MemoryStore()
    odd = [
        text("01", "integer"),
        text("1.50", "decimal"),
        text("yes", "boolean"),
        text("2020-02-31", "date"),
    ]
    store.replace(G1, [(iri(str(n)), iri("p"), value) for n, value in enumerate(odd)])
    assert [row[0] for row in store.select("SELECT ?o { ?s ?p ?o } ORDER BY ?s").rows] == odd
    store.select("SELECT (?o + 1 AS ?more) { ?s ?p ?o }")
    for value in odd:
        node(value).toPython()  # type: ignore[attr-defined]
    assert caplog.records == []


def test_an_index_on_disk_outlives_its_store(tmp_path: Path) -> None:
    first = EmbeddedStore(tmp_path / "index")
    first.replace(G1, TRIPLES)
    first.close()
    again = EmbeddedStore(tmp_path / "index", read_only=True)
    assert list(again.construct("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")) == sorted(TRIPLES)
    with pytest.raises(Unreadable, match="cannot be written"):
        again.replace(G1, [])
    again.close()


def test_an_index_that_another_process_writes_to_is_locked_for_writers_and_open_for_readers(
    tmp_path: Path,
) -> None:
    held = EmbeddedStore(tmp_path / "index")
    held.replace(G1, TRIPLES)
    script = (
        "import sys, pathlib\n"
        "from kb.store.oxigraph import EmbeddedStore\n"
        "from kb.store.faults import Locked\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "try: EmbeddedStore(path)\n"
        "except Locked as error: print(error)\n"
        "print(EmbeddedStore(path, read_only=True).ask('ASK { ?s ?p ?o }'))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "index")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout.splitlines() == [
        "Another process is writing to the index.  hint: wait until it ends, or open the index for reading only",
        "True",
    ]
    assert issubclass(Locked, Refused)
    held.close()


def test_an_index_that_is_missing_or_damaged_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no index")
    for path, read_only in ((tmp_path / "none", True), (tmp_path / "file", False)):
        with pytest.raises(Unreadable, match="cannot be opened"):
            EmbeddedStore(path, read_only)


@pytest.fixture
def server() -> Iterator[SparqlServer]:
    store = Mirror()
    store.replace(G1, TRIPLES)
    with serving(store.served) as running:
        yield running


def test_a_query_is_posted_as_it_is(server: SparqlServer) -> None:
    query = "# DELETE, not SELECT: only a comment\nASK { ?s ?p 'نعم # \\t' }"
    RemoteStore(server.endpoint).ask(query)
    assert server.seen == [("post", query)]


@pytest.mark.parametrize(
    ("fault", "kind", "sentence"),
    [
        (401, Unreadable, "requires a user name and password"),
        (404, Unreadable, "no SPARQL service"),
        (500, Refused, "could not answer"),
        (503, Refused, r"could not answer \S*503"),
        ("cut", Unreadable, "is incomplete"),
        ("hang", Refused, "in time"),
        ("trickle", Refused, "in time"),
        ("moved", Refused, "redirects to another server"),
    ],
)
def test_a_server_that_fails_is_one_sentence(
    server: SparqlServer, fault: int | str, kind: type[KbError], sentence: str
) -> None:
    server.fault = fault
    with pytest.raises(kind, match=sentence):
        RemoteStore(server.endpoint, timeout=1).ask("ASK {}")


def test_triples_that_break_off_between_two_lines_are_not_taken_for_complete(
    server: SparqlServer,
) -> None:
    server.fault = "cut"
    with pytest.raises(Unreadable, match="is incomplete"):
        RemoteStore(server.endpoint).construct("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")


@pytest.mark.parametrize(
    "endpoint", ["file://localhost/etc/hosts", "ftp://127.0.0.1:9/", "http://", "data:,x", "kb"]
)
def test_what_is_no_web_address_is_a_wrong_request(endpoint: str) -> None:
    with pytest.raises(Usage, match="not the address"):
        RemoteStore(endpoint, timeout=1).ask("ASK {}")


def test_a_server_that_is_not_there_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="cannot be reached"):
        RemoteStore("http://127.0.0.1:9/query", timeout=1).ask("ASK {}")


def test_a_server_whose_default_graph_is_no_union_is_asked_over_its_graphs(
    server: SparqlServer,
) -> None:
    store = RemoteStore(server.endpoint)
    assert probing.dataset(store) is store
    server.union = False
    assert store.select("SELECT ?s { ?s ?p ?o }").rows == ()
    named = probing.dataset(store)
    assert named.dataset == (G1,)
    assert len(named.select("SELECT ?s { ?s ?p ?o }").rows) == len(TRIPLES)


def test_a_server_that_answers_from_no_union_at_all_is_refused(server: SparqlServer) -> None:
    server.union = server.chooses = False
    with pytest.raises(Refused, match="not the union"):
        probing.dataset(RemoteStore(server.endpoint))


@pytest.mark.parametrize("method", addresses.METHODS)
def test_a_server_is_asked_in_the_way_that_it_accepts(server: SparqlServer, method: str) -> None:
    server.methods = {method}
    server.union = False
    store = RemoteStore(server.endpoint)
    assert store.ask("ASK { GRAPH ?g { ?s ?p ?o } }")
    server.seen.clear()
    assert len(probing.dataset(store).select("SELECT ?s { ?s ?p ?o }").rows) == len(TRIPLES)
    assert {way for way, _ in server.seen} == {method}


def test_a_server_that_accepts_a_query_in_no_way_is_one_sentence(server: SparqlServer) -> None:
    server.methods = set()
    with pytest.raises(NotAccepted, match="does not accept this form of request"):
        RemoteStore(server.endpoint).ask("ASK {}")


def test_the_server_in_front_of_an_empty_store_is_fine() -> None:
    with serving(ox.Store(), union=False) as empty:
        assert probing.union(RemoteStore(empty.endpoint))
