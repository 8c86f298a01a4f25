"""Every saved question, check and export: header, both engines, and what it finds in a small
invented knowledge base.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import rdflib
import yaml

from kb.model import vocabulary

ROOT = Path(__file__).parents[3]
QUERIES = ROOT / "queries"
DATA = Path(__file__).parents[2] / "data"
BASE = "https://w3id.org/claimkb/data/"

QUESTIONS = sorted((QUERIES / "questions").glob("*.rq"))
CHECKS = sorted((QUERIES / "checks").glob("*.rq"))
EXPORTS = sorted((QUERIES / "exports").glob("*.rq"))
PARAMETER = re.compile(r"\?(_{1,2})([A-Za-z0-9]+)_(iri|xsd_date|xsd_integer|xsd_string)\b")

# query → parameter → (value that finds something, value that finds nothing)
VALUES: dict[str, dict[str, tuple[str, str]]] = {
    "affiliations-of": {"entity": ("entity/hill-army", "entity/osterly")},
    "backers-by-document": {"side": ("entity/hill-army", "entity/osterly")},
    "backers-changed": {
        "before": ("2031-01-01", "2031-12-31"),
        "after": ("2031-03-05", "2040-01-01"),
    },
    "changed-between": {
        "before": ("2031-03-03", "2030-01-01"),
        "after": ("2031-03-05", "2040-01-01"),
    },
    "claim": {"claim": ("claim/hill-army-took-control-of-osterly", "claim/none")},
    "claims-alone": {"speaker": ("entity/hill-army", "entity/velmark")},
    "contradicted-on": {"speaker": ("entity/hill-army", "entity/velmark")},
    "contradicting-documents": {"source": ("source/2031-wire", "source/none")},
    "contradicting-itself": {"source": ("source/2031-post", "source/2031-wire")},
    "denials-by": {"speaker": ("entity/river-front", "entity/velmark")},
    "dismissed": {"about": ("claim/river-front-lost-brackwell", "entity/none")},
    "evaluations": {"holder": ("entity/unattributed", "entity/none")},
    "front": {
        "who": ("entity/hill-army", "entity/velmark"),
        "since": ("2031-03-02", "2031-04-06"),
        "until": ("2031-03-02", "2031-02-01"),
    },
    "hearsay-chains": {"atleast": ("2", "3")},
    "intents": {"who": ("entity/ardania", "entity/velmark")},
    "names-of": {"entity": ("entity/hill-army", "entity/none")},
    "one-document": {"source": ("source/2031-post", "source/none")},
    "positions": {"on": ("entity/truce-plan", "entity/velmark")},
    "presupposed": {"source": ("source/2031-post", "source/2031-wire")},
    "rival-accounts": {"about": ("entity/osterly", "entity/velmark")},
    "said-about": {"about": ("entity/lowlands", "entity/morning-wire")},
    "said-between": {"since": ("2031-03-03", "2031-03-07"), "until": ("2031-03-03", "2031-03-01")},
    "said-by": {"speaker": ("entity/hill-army", "entity/velmark")},
    "said-through": {"speaker": ("entity/hill-army", "entity/velmark")},
    "source-not-stated": {"source": ("source/2031-post", "source/2031-wire")},
    "stale-forecasts": {"day": ("2031-06-01", "2031-04-30")},
    "timeline": {
        "about": ("entity/osterly", "entity/velmark"),
        "since": ("2031-03-02", "2031-03-06"),
        "until": ("2031-03-02", "2031-02-01"),
    },
    "who-calls-whom-what": {
        "whom": ("entity/hill-army", "entity/osterly"),
        "speaker": ("entity/jora-venn", "entity/velmark"),
    },
    "who-held": {
        "office": ("entity/envoy", "entity/osterly"),
        "who": ("entity/ines-tolk", "entity/velmark"),
        "day": ("2031-03-03", "2030-01-01"),
    },
    "who-controlled": {
        "place": ("entity/osterly", "entity/brackwell"),
        "day": ("2031-03-03", "2030-01-01"),
    },
}


def name(path: Path) -> str:
    return path.stem


def header(path: Path) -> dict[str, Any]:
    lines = [
        line[2:].removeprefix(" ")
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("#+")
    ]
    return yaml.load("\n".join(lines), yaml.BaseLoader) or {}


def term(kind: str, value: str) -> str:
    if kind == "iri":
        return f"<{BASE}{value}>"
    return f'"{value}"^^<{vocabulary.XSD}{kind.removeprefix("xsd_")}>'


def bound(path: Path, *, optional: bool, hit: int = 0, only: str | None = None) -> str:
    """The query with its parameters put in: the finding value, or the other one for the parameter
    `only`.
    """
    table = VALUES.get(name(path), {})

    def put(found: re.Match[str]) -> str:
        if found[1] == "__" and not optional:
            return found[0]
        return term(found[3], table[found[2]][hit if found[2] == only else 0])

    return PARAMETER.sub(put, path.read_text("utf-8"))


@cache
def files(broken: str = "") -> tuple[tuple[str, Path], ...]:
    ontology = [
        (f"ontology/{path.name}", path) for path in sorted((ROOT / "ontology").glob("*.ttl"))
    ]
    own = [("claims/small.ttl", DATA / "small.ttl"), ("derived/status", DATA / "small-status.ttl")]
    extra = [("claims/broken.ttl", DATA / "broken" / f"{broken}.ttl")] if broken else []
    return (*ontology, *own, *extra)


def concepts() -> str:
    return "".join(
        f"<{vocabulary.concept(scheme, token)}> a <{vocabulary.SKOS}Concept> .\n"
        for scheme, tokens in vocabulary.SCHEMES.items()
        for token in tokens
    )


@cache
def oxigraph(broken: str = "") -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.load(
        concepts(), pyoxigraph.RdfFormat.TURTLE, to_graph=pyoxigraph.NamedNode(BASE + "concepts")
    )
    for graph, path in files(broken):
        store.load(
            path=str(path),
            format=pyoxigraph.RdfFormat.TURTLE,
            to_graph=pyoxigraph.NamedNode(BASE + graph),
        )
    return store


@cache
def dataset(broken: str = "") -> rdflib.Dataset:
    data = rdflib.Dataset(default_union=True)
    data.graph(rdflib.URIRef(BASE + "concepts")).parse(data=concepts(), format="turtle")
    for graph, path in files(broken):
        data.graph(rdflib.URIRef(BASE + graph)).parse(path, format="turtle")
    return data


def value(term: Any) -> str:
    """One term as text that both engines agree on (they write some numbers and times differently)."""
    if term is None:
        return ""
    if isinstance(term, (pyoxigraph.Literal, rdflib.Literal)):
        datatype = getattr(term.datatype, "value", None) or str(term.datatype or "")
        if datatype == vocabulary.XSD + "decimal":
            return format(float(str(getattr(term, "value", term))), "g")
        text = str(term) if isinstance(term, rdflib.Literal) else term.value
        return text.replace("+00:00", "Z") if datatype == vocabulary.XSD + "dateTime" else text
    return str(term) if isinstance(term, rdflib.term.Node) else str(term.value)


def rows_oxigraph(query: str, broken: str = "") -> list[tuple[str, ...]]:
    found = oxigraph(broken).query(query, use_default_graph_as_union=True)
    if isinstance(found, pyoxigraph.QuerySolutions):
        return [tuple(value(cell) for cell in row) for row in found]
    assert isinstance(found, pyoxigraph.QueryTriples)
    return sorted(
        (value(triple.subject), value(triple.predicate), value(triple.object)) for triple in found
    )


def rows_rdflib(query: str, broken: str = "") -> list[tuple[str, ...]]:
    found = dataset(broken).query(query)
    rows: list[Any] = list(found)
    if found.type == "SELECT":
        return [tuple(value(cell) for cell in row) for row in rows]
    return sorted({tuple(value(cell) for cell in triple) for triple in rows})


def both(query: str, broken: str = "") -> list[tuple[str, ...]]:
    rows = rows_oxigraph(query, broken)
    assert rows == rows_rdflib(query, broken)
    return rows


def variables(path: Path) -> list[str]:
    text = path.read_text("utf-8")
    found = re.search(r"^SELECT (?:DISTINCT )?(.*?)\s+WHERE\b", text, re.MULTILINE | re.DOTALL)
    assert found
    return re.findall(
        r"\?(\w+)", re.sub(r"\([^()]*(?:\([^()]*\))*[^()]*AS (\?\w+)\)", r"\1", found[1])
    )


@pytest.mark.parametrize("path", [*QUESTIONS, *CHECKS, *EXPORTS], ids=name)
def test_header_fits_the_query(path: Path) -> None:
    head = header(path)
    own = head.get("x-kb", {})
    text = path.read_text("utf-8")
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name(path))
    assert head["summary"]
    assert set(head) <= {"summary", "description", "tags", "x-kb"}
    assert set(own) <= {"params", "columns", "severity", "message", "hint"}
    assert set(own.get("params", {})) == {found[2] for found in PARAMETER.finditer(text)}
    assert set(VALUES.get(name(path), {})) == set(own.get("params", {}))
    assert not re.search(r"\b(SERVICE|LOAD|FROM|GRAPH)\b", text)
    if path not in EXPORTS:
        assert len(own["columns"]) == len(set(own["columns"])) == len(variables(path))
        assert "ORDER BY" in text


@pytest.mark.parametrize("path", QUESTIONS, ids=name)
@pytest.mark.parametrize("optional", [False, True], ids=["without", "with"])
def test_question_finds_something_on_both_engines(path: Path, optional: bool) -> None:
    assert both(bound(path, optional=optional))


@pytest.mark.parametrize(
    ("query", "parameter"), [(query, each) for query, table in VALUES.items() for each in table]
)
def test_parameter_narrows_the_question(query: str, parameter: str) -> None:
    path = QUERIES / "questions" / f"{query}.rq"
    assert len(both(bound(path, optional=True, hit=1, only=parameter))) < len(
        both(bound(path, optional=False))
    )


@pytest.mark.parametrize("path", CHECKS, ids=name)
def test_check_is_quiet_on_sound_data_and_speaks_on_broken(path: Path) -> None:
    own = header(path)["x-kb"]
    assert own["severity"] in {"error", "warning"}
    assert own["hint"]
    names = variables(path)
    assert names[0] == "subject"
    assert set(names) <= {"subject", "other", "value"}
    assert set(re.findall(r"\{(\w+)\}", own["message"])) <= set(names)
    query = path.read_text("utf-8")
    assert both(query) == []
    assert both(query, name(path))


@pytest.mark.parametrize("path", EXPORTS, ids=name)
def test_export_gives_the_same_triples_and_no_blank_node(path: Path) -> None:
    query = path.read_text("utf-8")
    assert both(query)
    triples = oxigraph().query(query, use_default_graph_as_union=True)
    assert isinstance(triples, pyoxigraph.QueryTriples)
    assert not any(
        isinstance(each, pyoxigraph.BlankNode)
        for triple in triples
        for each in (triple.subject, triple.object)
    )


def first(query: str, **wanted: str) -> tuple[str, ...]:
    path = QUERIES / "questions" / f"{query}.rq"
    names = variables(path)
    rows = rows_oxigraph(bound(path, optional=True))
    return next(row for row in rows if all(row[names.index(key)] == wanted[key] for key in wanted))


def test_disputed_names_both_sides_and_the_day() -> None:
    row = first("disputed")
    assert row[0] == BASE + "claim/hill-army-took-control-of-osterly"
    assert row[2:] == ("Jora Venn", "Harbour Post, River Front", "2031-03-06")


def test_one_unnamed_person_is_not_a_named_one() -> None:
    rows = rows_oxigraph((QUERIES / "questions" / "one-unnamed-person.rq").read_text("utf-8"))
    assert [row[0] for row in rows] == [BASE + "claim/more-than-20-boats-sunk"]


def test_who_controlled_knows_presupposed_control_and_what_begins_it() -> None:
    path = QUERIES / "questions" / "who-controlled.rq"
    rows = rows_oxigraph(bound(path, optional=True))
    names = variables(path)
    found = {
        (
            row[names.index("who")].removeprefix(BASE),
            row[names.index("form")].removeprefix(vocabulary.NS),
        )
        for row in rows
    }
    assert found == {
        ("entity/hill-army", "form-stated"),
        ("entity/river-front", "form-presupposed"),
    }


def test_facts_are_accepted_claims_only() -> None:
    rows = rows_oxigraph((QUERIES / "exports" / "facts.rq").read_text("utf-8"))
    plain = [row for row in rows if row[1].startswith(vocabulary.PREDICATES)]
    assert plain == [
        (
            BASE + "entity/ardania",
            vocabulary.PREDICATES + "closed",
            BASE + "entity/brackwell-bridge",
        ),
        (BASE + "entity/river-front", vocabulary.PREDICATES + "lost", BASE + "entity/brackwell"),
    ]


def test_two_sources_may_copy_some_lines_of_each_other() -> None:
    found = {
        row[0].rpartition("/")[2]
        for row in both(
            (QUERIES / "checks/judged-both-ways.rq").read_text("utf-8"), "judged-both-ways"
        )
    }
    assert found == {"yes", "no", "one-way", "other-way"}
