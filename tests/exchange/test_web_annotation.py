"""Passages as Web Annotations: the words and the place on the published page, valid by the test
schemas of the W3C.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import TEXT, Kb
from suites import suite

Node = dict[str, Any]


@pytest.fixture
def page(kb: Kb) -> Node:
    """The annotations of the small knowledge base, whose document has an address."""
    assert kb("edit", "source/2024-quarrel", "url=https://gazette.example/quarrel").code == 0
    read: Node = json.loads(kb("export", "web-annotations").out)
    return read


def target(annotation: Node) -> tuple[Node, Node, Node]:
    """The target of an annotation, and its two selectors."""
    position, words = annotation["target"]["selector"]
    return annotation["target"], position, words


def test_an_annotation_has_the_page_the_position_and_the_words_with_their_surroundings(
    page: Node,
) -> None:
    assert len(page["items"]) == 7
    for annotation in page["items"]:
        found, position, words = target(annotation)
        start, end = position["start"], position["end"]
        assert found["source"] == "https://gazette.example/quarrel"
        assert position["type"] == "TextPositionSelector"
        assert "code points" in position["kb:unit"]
        assert words["exact"] == TEXT[start:end]
        assert TEXT[:start].endswith(words["prefix"])
        assert TEXT[end:].startswith(words["suffix"])
        assert found["state"]["kb:sha256"]


def test_people_read_who_says_what_and_programs_read_the_assertion(page: Node) -> None:
    denied = next(i for i in page["items"] if "denies" in i["body"][0]["value"])
    sentence, assertion = denied["body"]
    assert sentence["value"] == "Northland (denies): Northland sent tugs to Oldport"
    assert assertion["kb:stance"]["id"].endswith("#stance-denies")
    assert assertion["kb:claim"]["kb:quantityPhrase"] == "at least four"
    assert (denied["creator"], denied["created"][-1]) == (
        {"type": "Person", "nickname": "ab"},
        "Z",
    )


def test_a_passage_that_may_not_leave_has_its_position_only(kb: Kb) -> None:
    toml = kb.root / "kb.toml"
    toml.write_text(
        toml.read_text(encoding="utf-8").replace('passages = "whole"', 'passages = "fragments"'),
        encoding="utf-8",
    )
    done = kb("export", "web-annotations")
    selectors = [item["target"]["selector"] for item in json.loads(done.out)["items"]]
    words = [s["exact"] for both in selectors for s in both if "exact" in s]
    assert 0 < len(words) < len(selectors)
    assert all(len(exact.split()) <= 6 for exact in words)
    assert not [s for both in selectors for s in both if "prefix" in s or "suffix" in s]
    assert "passages without words, only with positions" in done.err


def test_what_has_no_place_is_counted_on_stderr(seen: Kb) -> None:
    said = seen("export", "web-annotations").err
    assert "have no place in Web Annotation:" in said
    assert "  claims: status (3)" in said


@pytest.mark.parametrize("name", ["annotationMusts"])
def test_the_w3c_finds_every_annotation_valid(page: Node, name: str) -> None:
    schemas = schemas_of(suite("web-annotation"))
    wanted = json.loads(
        (suite("web-annotation") / f"annotations/{name}.test").read_text(encoding="utf-8")
    )
    checked = 0
    for path in wanted["assertions"]:
        if path not in schemas:
            continue
        schema, validator = schemas[path]
        checked += 1
        for annotation in page["items"]:
            whole = {"@context": page["@context"], **annotation}
            valid = schema["expectedResult"] == "valid"
            assert validator.is_valid(whole) == valid, (path, whole)
    assert checked >= 14


def schemas_of(folder: Path) -> dict[str, tuple[Node, Any]]:
    """The schemas of the suite with validators, by the path that its lists use."""
    jsonschema = pytest.importorskip("jsonschema")
    referencing = pytest.importorskip("referencing")
    from referencing.jsonschema import DRAFT4

    read = {
        path.relative_to(folder).as_posix(): json.loads(path.read_text(encoding="utf-8"))
        for path in folder.rglob("*.json")
    }
    parts = [(Path(p).name, DRAFT4.create_resource(s)) for p, s in read.items()]
    registry = referencing.Registry().with_resources(parts)
    return {
        path: (schema, jsonschema.Draft4Validator(schema, registry=registry))
        for path, schema in read.items()
        if path.startswith("annotations/")
    }
