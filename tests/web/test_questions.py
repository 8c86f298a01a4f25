"""Saved questions as forms and data."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from html import unescape

import pytest
from conftest import Kb, surroundings
from serving import ADMITTED, BASE, client
from starlette.testclient import TestClient

from kb.web.security import Admission

DATA = [
    ("/questions.json", "queries --json"),
    ("/question/disputed.csv", "query disputed --format csv"),
    ("/question/disputed.json", "query disputed --json"),
    ("/question/said-by.csv?speaker=Lukin", "query said-by speaker=Lukin --format csv"),
    (
        "/question/who-controlled.json?place=pier&day=2024-03-04",
        "query who-controlled place=pier day=2024-03-04 --json",
    ),
    (
        "/question/disputed.csv?as-of=2024-03-03",
        "query disputed --as-of 2024-03-03 --format csv",
    ),
    ("/question/facts.csv", "query facts --format csv"),
    ("/question/facts.ttl", "query facts --format turtle"),
    ("/question/said-by.ttl?speaker=Lukin", "query said-by speaker=Lukin --format turtle"),
]


@pytest.mark.parametrize(("address", "command"), DATA, ids=[a for a, _ in DATA])
def test_the_answer_is_what_the_command_prints(
    pages: TestClient, seen: Kb, address: str, command: str
) -> None:
    done = seen(*command.split())
    assert done.code == 0
    assert pages.get(address).text == done.out


def test_rows_as_turtle_are_a_result_set_that_rdflib_reads(pages: TestClient, seen: Kb) -> None:
    """rdflib reads the vocabulary of the tests of the W3C."""
    from rdflib import Graph
    from rdflib.namespace import Namespace

    rs = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
    graph = Graph().parse(data=pages.get("/question/disputed.ttl").text, format="turtle")
    rows = json.loads(seen("query", "disputed", "--json").out)
    assert len(list(graph.objects(predicate=rs.solution))) == len(rows) > 0
    asked = pages.get("/question/disputed.ttl").headers["Content-Type"]
    assert asked == "text/turtle; charset=utf-8"


def test_every_question_has_a_form_with_fields_of_its_types(pages: TestClient, seen: Kb) -> None:
    names = [one["name"] for one in json.loads(seen("queries", "--json").out)]
    assert len(names) > 50
    listed = pages.get("/questions").text
    assert [name for name in names if f'href="/question/{name}"' not in listed] == []
    text = pages.get("/question/who-controlled").text
    assert 'name="day" type="date"' in text
    assert '<option value="pier">' in text
    assert "<table>" not in text


def test_an_answer_has_its_command_its_addresses_and_both_sides_of_each_status(
    pages: TestClient,
) -> None:
    text = pages.get("/question/claim?claim=the-coastguard-controls-the-pier").text
    assert "kb query claim claim=the-coastguard-controls-the-pier" in text
    assert "/question/claim.csv?claim=the-coastguard-controls-the-pier" in text
    control = pages.get("/question/who-controlled?place=pier&day=2024-03-04").text
    assert 'class="side against"' in control


@pytest.mark.parametrize(
    ("address", "code", "words"),
    [
        ("/question/disputd", 404, "disputed"),
        ("/question/said-by?speeker=x", 404, "speaker"),
        ("/question/said-by?speaker=nobody-here", 200, "nobody-here"),
        ("/question/said-by.json", 400, "speaker"),
    ],
)
def test_a_mistake_is_said_in_words(pages: TestClient, address: str, code: int, words: str) -> None:
    answer = pages.get(address)
    assert answer.status_code == code, answer.text
    assert words in answer.text


@pytest.mark.parametrize(
    ("address", "command"),
    [
        ("/question/disputed?as-of=2024-03-04", "query disputed --as-of 2024-03-04"),
        (
            "/question/who-controlled?place=pier&day=2024-03-04",
            "query who-controlled place=pier day=2024-03-04",
        ),
    ],
)
def test_the_lines_of_the_page_ask_the_same(
    pages: TestClient, seen: Kb, address: str, command: str
) -> None:
    """The command in a terminal, the line of Python, and the address for curl."""
    text = pages.get(address).text
    shown = [unescape(found) for found in re.findall("<code>([^<]*)</code>", text)]
    assert f"kb {command}" in shown
    (line,) = (found for found in shown if found.startswith("import kb"))
    started = [sys.executable, "-c", line]
    done = subprocess.run(
        started, cwd=seen.root, env=surroundings(), capture_output=True, text=True
    )
    answer = json.loads(seen(*command.split(), "--json").out)
    head, rule, *rows = done.stdout.splitlines()
    assert len(rows) == len(answer) > 0
    assert all(value in line for value in re.findall(r"\d{4}-\d\d-\d\d", command))
    (curl,) = (found for found in shown if found.startswith("curl"))
    tool, data = shlex.split(curl)
    assert tool == "curl"
    assert pages.get(data).text == seen(*command.split(), "--format", "csv").out


def test_curl_is_shown_with_the_token_where_readers_need_it(seen: Kb) -> None:
    admission = Admission(ADMITTED.hosts, token="secret", guarded=True)
    pages = client(seen.root, admission)
    pages.headers["Authorization"] = "Bearer secret"
    text = unescape(pages.get("/question/disputed").text)
    assert f"curl -H 'Authorization: Bearer TOKEN' '{BASE}/question/disputed.csv'" in text
    assert "secret" not in text


def test_openapi_describes_every_question_with_its_parameters(pages: TestClient, seen: Kb) -> None:
    found = json.loads(pages.get("/openapi.json").text)
    listed = json.loads(seen("queries", "--json").out)
    assert found["openapi"] == "3.1.0"
    assert len(found["paths"]) == 2 * len(listed)
    for one in listed:
        told = found["paths"][f"/question/{one['name']}.json"]["get"]["parameters"]
        names = [p["name"] if p["required"] else f"[{p['name']}]" for p in told[:-3]]
        assert " ".join(names) == one["parameters"]
    day = found["paths"]["/question/who-controlled.csv"]["get"]["parameters"][1]
    assert day["schema"] == {"type": "string", "format": "date"}
