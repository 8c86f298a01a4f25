"""FollowTheMoney comes in: links are claims of their dataset and affiliations, both with a place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Kb, run
from foreign_files import comes_and_goes, survived


def entity(id: str, schema: str, **properties: str) -> dict[str, Any]:
    values = {name: [value] for name, value in properties.items()}
    return {"id": id, "schema": schema, "datasets": ["coast_register"], "properties": values}


ENTITIES = [
    entity("p1", "Person", name="Ada Holm", passportNumber="X1", birthDate="1970"),
    entity("c1", "Company", name="Pier Holding", leiCode="LEI1"),
    entity("c2", "Company", name="Pier Works", wikidataId="Q1"),
    entity("o1", "Ownership", owner="c1", asset="c2", percentage="60%", startDate="2014"),
    entity("m1", "Membership", member="p1", organization="c2"),
    entity("d1", "Directorship", director="p1", organization="c1", role="chair"),
]
LOST = [
    entity("x1", "Sanction", entity="p1"),
    entity("l1", "UnknownLink", subject="p1", object="nobody"),
    entity("p1", "Person", name="Again"),
]


def lines(*entities: dict[str, Any]) -> str:
    return "".join(json.dumps(one) + "\n" for one in entities)


def statements(*entities: dict[str, Any]) -> str:
    rows = ["id,entity_id,canonical_id,prop,prop_type,schema,value,dataset,lang"]
    for one in entities:
        for name, (value,) in one["properties"].items():
            cells = (one["id"], one["id"], name, "", one["schema"], value, one["datasets"][0])
            rows.append(f"{len(rows)},{','.join(cells)},")
    return "\n".join(rows) + "\n"


FILES = {"lines": lines, "statements": statements}


@pytest.fixture
def here(tmp_path: Path) -> Kb:
    """An empty knowledge base."""
    assert run("init", tmp_path / "new", cwd=tmp_path).code == 0
    return Kb(tmp_path / "new")


@pytest.mark.parametrize("form", FILES)
def test_a_register_gives_affiliations_with_a_claim_of_the_register_as_basis(
    here: Kb, form: str
) -> None:
    file = here.write("coast.ftm", FILES[form](*ENTITIES))
    comes_and_goes(here, "ftm", file, "--create")
    ties = here.file("affiliations.ttl").read_text(encoding="utf-8")
    assert "kb:affiliationBasis <claim/pier-holding-owns-pier-works>" in ties
    assert 'kb:share "60"' in ties
    shown = here("show", "claim/pier-holding-owns-pier-works").out
    assert "coast_register" in shown
    assert "o1" in shown
    entities = here.file("entities.ttl").read_text(encoding="utf-8")
    assert "Identifiers: ftm c1 | leiCode LEI1" in entities


def test_an_unknown_link_stops_until_its_predicate_is_created(here: Kb) -> None:
    file = here.write("coast.ftm", lines(*ENTITIES))
    here.refuses(1, "import", "ftm", file, says=("coast.ftm:6:", "“director-of”", "--create"))


def test_what_is_not_taken_is_listed_with_its_line(here: Kb) -> None:
    file = here.write("coast.ftm", lines(*ENTITIES, *LOST))
    said = here("import", "ftm", file, "--create", "--dry-run").err
    for words in (
        "coast.ftm:7: x1: Sanction has no place here",
        "coast.ftm:8: l1: its object is not in this file",
        "coast.ftm:9: p1: line 1 has an entity with the same id",
        "birthDate (1)",
    ):
        assert f"not taken: {words}" in said or words in said


def test_the_same_register_number_is_a_suggestion_and_no_merger(here: Kb) -> None:
    assert here("import", "ftm", here.write("a.ftm", lines(*ENTITIES)), "--create").code == 0
    other = [
        entity("z1", "Company", name="PIERHOLD", leiCode="LEI1"),
        entity("z2", "Person", name="Bo Lund"),
        entity("z3", "Membership", member="z2", organization="z1"),
    ]
    done = here("import", "ftm", here.write("b.ftm", lines(*other)))
    assert "entity/pier-holding has the same leiCode LEI1 as entity/pierhold" in done.err
    assert "kb judge same-entity entity/pier-holding entity/pierhold" in done.err
    assert here("show", "entity/pierhold").code == 0


def test_own_entities_come_back_and_change_nothing(kb: Kb) -> None:
    before = kb.tree()
    done = kb("import", "ftm", kb.write("own.ftm", kb("export", "ftm").out))
    assert (done.code, kb.tree() == before) == (0, True), done
    assert "0 records new" in done.err


def test_own_statements_come_back_without_an_entity_for_their_dataset(kb: Kb) -> None:
    assert kb("export", "ftm-statements", "--output", kb.root.parent / "own.csv").code == 0
    done = kb("import", "ftm", kb.root.parent / "own.csv", "--dry-run")
    assert (done.code, done.out) == (0, "")
    assert "0 records new" in done.err


def test_a_damaged_name_does_not_keep_a_word_from_being_declared(here: Kb) -> None:
    damaged = statements(*ENTITIES).replace("Ada Holm", "Ad\x18 Holm")
    done = here("import", "ftm", here.write("own.csv", damaged), "--create", "--dry-run")
    assert "--example" not in done.err + done.out
    assert "own.csv" in done.err + done.out


def test_a_file_without_entities_is_refused(here: Kb) -> None:
    for text in ("", "{", "7", "a,b\n1,2\n", '{"id": 1}', "{" * 100_000):
        here.refuses(2, "import", "ftm", here.write("x.ftm", text), says=("x.ftm",))


@pytest.mark.parametrize("form", FILES)
def test_damaged_files_give_located_messages_and_write_nothing(here: Kb, form: str) -> None:
    survived(here, "ftm", FILES[form](*ENTITIES, *LOST).encode(), 25)
