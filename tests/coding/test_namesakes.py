"""Two entities with one name, or with names that look alike, are pointed out when one is added."""

from __future__ import annotations

import pytest
from conftest import Kb

from kb.coding.namesakes import Namesakes
from kb.model.records import Entity


@pytest.fixture
def town(kb: Kb) -> Kb:
    for id, name in (("mole", "Olena Petrova"), ("petrov", "Oleg Petrov"), ("quay", "Quay 1")):
        assert kb("add", "entity", id, "person", "--as", name).code == 0
    return kb


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("Olena Petrova", "has the same name as entity/mole"),
        ("Petrova, Olena", "has the same name as entity/mole"),
        ("OLENA PETROVÁ", "has the same name as entity/mole"),
        ("Olena Petrowa", "looks like that of entity/mole"),
        ("Quay 2", ""),
        ("Irina Petrova", ""),
    ],
)
def test_a_name_that_another_entity_has_is_pointed_out(town: Kb, name: str, like: str) -> None:
    done = town("add", "entity", "newcomer", "person", "--as", name)
    assert done.code == 0
    if not like:
        assert "entity-alike" not in done.err
        return
    assert like in done.err
    for kind in ("same", "different"):
        assert f"kb judge {kind}-entity entity/newcomer entity/mole" in done.err


def test_a_second_name_is_pointed_out_too_and_a_judgement_is_the_end_of_it(town: Kb) -> None:
    assert town("add", "entity", "newcomer", "person", "--as", "Somebody Else").code == 0
    renamed = town("edit", "entity/newcomer", "also=Olena Petrowa")
    assert "looks like that of entity/mole" in renamed.err
    judged = ("judge", "different-entity", "newcomer", "mole", "--because", "aunt and niece")
    assert town(*judged).code == 0
    again = town("edit", "entity/newcomer", "also=Olena Petrowa; Olena Petrova")
    assert "entity-alike" not in again.err


def test_two_new_entities_of_one_sheet_are_compared_once(kb: Kb) -> None:
    sheet = "new:\n  one: person; as Ines Holt\n  two: person; as Holt Ines\n"
    done = kb.sheet(sheet)
    assert done.code == 0
    assert done.err.count("entity-alike") == 1
    assert "entity/two has the same name as entity/one" in done.err


def test_an_author_with_a_name_like_a_recorded_one_is_pointed_out(town: Kb) -> None:
    note = town.write("note.txt", "The mole is closed.\n")
    done = town("add", "source", note, "--author", "Olena Petrowa", "--author-type", "person")
    assert "looks like that of entity/mole" in done.err


def test_two_entities_with_one_wikidata_item_are_pointed_out_until_they_are_judged(kb: Kb) -> None:
    assert kb("add", "entity", "one", "place", "--as", "Seld", "--wikidata", "Q7").code == 0
    done = kb("add", "entity", "two", "place", "--as", "Orland", "--wikidata", "Q7")
    assert "same-identifier" in done.err
    assert "kb judge different-entity" in done.err
    assert "same-identifier" in kb("validate").out
    assert kb("judge", "different-entity", "one", "two", "--because", "a slip").code == 0
    assert "same-identifier" not in kb("validate").out


def test_a_name_is_looked_up_among_many_in_little_time() -> None:
    many = [Entity(f"e{n}", name=f"Unit {n} of Harbour District") for n in range(20_000)]
    index = Namesakes(lambda key: (), {entity.id: entity for entity in many})
    for entity in many:
        index.add(entity)
    assert list(index.alike(["unit 20001 of harbour district"], "new")) == []


class _Counted(dict[str, Entity]):
    """Entities that count how often one is looked up."""

    asked = 0

    def get(self, key: str, default: Entity | None = None) -> Entity | None:  # type: ignore[override]
        self.asked += 1
        return super().get(key, default)


def test_of_thousands_with_one_name_only_those_that_are_shown_are_looked_at() -> None:
    many = [Entity(f"e{n}", name="John Smith") for n in range(5_000)]
    known = _Counted({entity.id: entity for entity in many})
    index = Namesakes(lambda key: (), known)
    for entity in many:
        index.add(entity)
    found = index.alike(["john smith"], "e0")
    assert [next(found) for _ in range(3)] == [("e1", True), ("e2", True), ("e3", True)]
    assert known.asked == 3
