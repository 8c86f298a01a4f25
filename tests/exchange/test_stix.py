"""A bundle that threat intelligence platforms read: who agrees and who disagrees with what."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import Kb

Node = dict[str, Any]


def objects(kb: Kb) -> dict[str, list[Node]]:
    """The objects of the bundle by type."""
    found: dict[str, list[Node]] = {}
    for node in json.loads(kb("export", "stix").out)["objects"]:
        found.setdefault(node["type"], []).append(node)
    return found


def test_a_dispute_is_a_note_with_opinions_that_disagree(seen: Kb) -> None:
    found = objects(seen)
    note = next(n for n in found["note"] if n["abstract"] == "The coastguard controls the pier")
    assert "Status: disputed" in note["content"]
    opinions = [o for o in found["opinion"] if o["object_refs"] == [note["id"]]]
    assert {(o["authors"][0], o["opinion"]) for o in opinions} == {
        ("Пётр Лукин", "agree"),
        ("ليلى المرسي", "disagree"),
    }
    assert any("“the coastguard controls the pier”" in o["explanation"] for o in opinions)
    (report,) = found["report"]
    assert note["id"] in report["object_refs"]
    assert report["published"] == "2024-03-04T00:00:00.000Z"


def test_the_same_records_have_the_same_ids_and_losses_are_counted(seen: Kb) -> None:
    one, other = seen("export", "stix"), seen("export", "stix")
    assert one.out == other.out
    assert "have no place in STIX 2.1:" in one.err
    for lost in ("scope (2)", "relays"):
        assert lost in one.err


def test_the_validator_of_oasis_finds_the_bundle_valid(seen: Kb) -> None:
    validator: Any = pytest.importorskip("stix2validator")
    text = seen("export", "stix").out
    result = validator.validate_string(text, validator.ValidationOptions(version="2.1"))
    assert result.is_valid, [str(error) for error in result.errors]
