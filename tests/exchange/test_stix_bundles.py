"""STIX comes in: relationships are claims, opinions are stances, and what is left out is listed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import Kb, run
from foreign_files import comes_and_goes, survived
from suites import suite

from kb.exchange import stix_bundles

TIMES = {"created": "2024-03-02T10:00:00Z", "modified": "2024-03-02T10:00:00Z"}


def node(type: str, number: int, **more: object) -> dict[str, Any]:
    """An object with an id made from its number."""
    id = f"{type}--00000000-0000-4000-8000-{number:012d}"
    return {"type": type, "spec_version": "2.1", "id": id, **TIMES, **more}


NORTH = node("identity", 1, name="North Lab", identity_class="organization")
SOUTH = node("identity", 2, name="South Lab", identity_class="organization", x_rank=1)
CRANE = node("intrusion-set", 3, name="Red Crane", aliases=["Crane"])
TARGETS = node(
    "relationship",
    4,
    created_by_ref=NORTH["id"],
    relationship_type="targets",
    source_ref=CRANE["id"],
    target_ref=SOUTH["id"],
    confidence=70,
)
DISAGREES = node(
    "opinion",
    5,
    created_by_ref=SOUTH["id"],
    opinion="strongly-disagree",
    explanation="We were not.",
    object_refs=[TARGETS["id"]],
)
USES = node(
    "relationship",
    6,
    created_by_ref=NORTH["id"],
    relationship_type="relies-on-tool",
    source_ref=CRANE["id"],
    target_ref=node("tool", 7)["id"],
)
TOOL = node("tool", 7, name="Winch", tool_types=["remote-access"])
SHRUGS = node("opinion", 8, opinion="neutral", object_refs=[CRANE["id"]])
DISPUTE = [NORTH, SOUTH, CRANE, TARGETS, DISAGREES]


def bundle(*objects: dict[str, Any]) -> str:
    id = "bundle--00000000-0000-4000-8000-000000000000"
    return json.dumps({"type": "bundle", "id": id, "objects": objects}, indent=1)


@pytest.fixture
def here(tmp_path: Any) -> Kb:
    """An empty knowledge base."""
    assert run("init", tmp_path / "new", cwd=tmp_path).code == 0
    return Kb(tmp_path / "new")


def test_a_relationship_and_a_strong_disagreement_are_a_dispute(here: Kb) -> None:
    said = comes_and_goes(here, "stix", here.write("b.json", bundle(*DISPUTE)))
    assert "b.json: fields that have no place here: x_rank (1)" in said
    rows = here("status", "--format", "csv").out
    assert "Red Crane targeted South Lab" in rows
    assert "disputed" in rows
    shown = here("show", "claim/red-crane-targeted-south-lab").out
    for words in ("North Lab", "South Lab", '"opinion": "strongly-disagree"'):
        assert words in shown


def test_an_unknown_relationship_stops_until_its_predicate_is_created(here: Kb) -> None:
    file = here.write("b.json", bundle(*DISPUTE, USES, TOOL))
    said = here.refuses(1, "import", "stix", file, says=("b.json:", "“relies-on-tool”"))
    assert "--create declares it" in said
    comes_and_goes(here, "stix", file, "--create")
    assert (
        "relies-on-tool" in here("list", "predicates", "--own").out + here("list", "predicates").out
    )


def test_what_has_no_stance_no_name_or_a_later_version_is_listed_with_its_line(here: Kb) -> None:
    lost = node("relationship", 9, relationship_type="targets", source_ref="x", target_ref="y")
    revoked = node("intrusion-set", 10, name="Gone", revoked=True)
    newer = {**CRANE, "modified": "2024-04-01T00:00:00Z", "name": "Red Crane"}
    text = bundle(*DISPUTE, SHRUGS, lost, revoked, newer)
    done = here("import", "stix", here.write("b.json", text), "--dry-run")
    for words in (
        "its opinion is neutral, which is not a stance",
        "its source_ref is not an object with a name",
        "it is revoked",
        "has a later version",
    ):
        line = next(line for line in done.err.splitlines() if words in line)
        assert line.startswith("not taken: b.json:"), line
        assert line.split(":")[2].isdecimal(), line


def test_a_report_is_a_source_with_its_author_day_and_address(here: Kb) -> None:
    report = node(
        "report",
        11,
        name="Cranes of the coast",
        published="2024-03-03T00:00:00Z",
        created_by_ref=NORTH["id"],
        external_references=[{"source_name": "x", "url": "https://lab.example/cranes"}],
        object_refs=[TARGETS["id"], DISAGREES["id"]],
    )
    comes_and_goes(here, "stix", here.write("b.json", bundle(report, *DISPUTE)))
    shown = here("show", "source/2024-cranes-of-the-coast").out
    for words in ("Cranes of the coast", "2024-03-03", "https://lab.example/cranes", "North Lab"):
        assert words in shown


def test_two_entities_with_one_name_stay_two_until_somebody_judges(here: Kb) -> None:
    here("add", "entity", "red-crane", "group", "--as", "Red Crane")
    done = here("import", "stix", here.write("b.json", bundle(*DISPUTE)))
    assert "entity/red-crane-2 has the same name as entity/red-crane" in done.err
    assert "kb judge same-entity" in done.err


def test_an_export_of_this_knowledge_base_comes_back_and_changes_nothing(kb: Kb) -> None:
    before = kb.tree()
    done = kb("import", "stix", kb.write("own.json", kb("export", "stix").out))
    assert (done.code, kb.tree() == before) == (0, True), done
    assert "0 records new, 14 the same, 0 changed, 0 in conflict." in done.err


def test_an_export_gives_another_knowledge_base_the_same_statuses(kb: Kb, here: Kb) -> None:
    file = here.write("other.json", kb("export", "stix").out)
    comes_and_goes(here, "stix", file)
    for claim, status in (
        ("sent tugs", "disputed"),
        ("controls", "disputed"),
        ("entered", "voice"),
    ):
        row = next(r for r in here("status", "--format", "csv").out.splitlines() if claim in r)
        assert status in row


def test_reports_of_other_people_are_read_whole() -> None:
    folder = suite("stix") / "examples"
    for name, claims in (("threat-reports/apt1.json", 30), ("infrastructure.json", 4)):
        found = stix_bundles.read("x.json", (folder / name).read_bytes())
        assert len({s.key for s in found.statements}) == claims
        texts = {d.key: d.text for d in found.documents}
        for one in found.statements:
            passage = texts[one.document][one.start : one.end]
            assert passage.startswith('"relationship_type"')


def test_damaged_bundles_give_located_messages_and_write_nothing(here: Kb) -> None:
    data = bundle(*DISPUTE, USES, TOOL, SHRUGS).encode()
    survived(here, "stix", data, 60)
