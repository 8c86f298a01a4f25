"""Which claims can matter to one: cases of each rule, over tables."""

from __future__ import annotations

from dataclasses import replace

from kb.reasoning.analysis.surroundings import surroundings
from kb.reasoning.tables import ClaimRow, EntityRow, JudgementRow, PredicateRow, Tables

PREDICATES = (
    PredicateRow("controls", functional="object-time"),
    PredicateRow("took", initiates=("controls",)),
    PredicateRow("met", symmetric=True),
)
QUAY = (EntityRow("quay", within=("town",)), EntityRow("town"), EntityRow("hill"))


def near(claim: str, *claims: ClaimRow, judged: tuple[JudgementRow, ...] = ()) -> set[str]:
    """Ids of the claims near to one of these."""
    tables = Tables(claims, entities=QUAY, judgements=judged, predicates=PREDICATES)
    return set(surroundings(tables).near([claim]))


def claim(id: str, subject: str, predicate: str, object: str | None = None) -> ClaimRow:
    return ClaimRow(id, subject=subject, predicate=predicate, object=object)


def test_two_who_hold_one_place_are_near_and_two_who_visit_it_are_not() -> None:
    held = claim("a", "north", "controls", "town"), claim("b", "south", "took", "town")
    seen = claim("c", "north", "visited", "town"), claim("d", "south", "visited", "town")
    assert near("a", *held) == {"a", "b"}
    assert near("d", *seen) == {"d"}


def test_who_holds_a_part_of_a_place_is_near_to_who_holds_the_whole_of_the_place() -> None:
    whole = replace(claim("a", "north", "controls", "town"), extent="whole")
    part, elsewhere = (
        claim("b", "south", "controls", "quay"),
        claim("c", "south", "controls", "hill"),
    )
    assert near("a", whole, part) == near("b", whole, part) == {"a", "b"}
    assert near("a", whole, elsewhere) == {"a"}
    # Whoever holds an unknown part of a place leaves room for another one in it.
    some = replace(whole, extent=None)
    assert near("a", some, part) == {"a"}
    assert near("b", some, part) == {"b"}


def test_two_entities_are_the_same_two_either_way_round() -> None:
    claims = claim("a", "north", "met", "south"), claim("b", "south", "met", "north")
    assert near("a", *claims) == {"a", "b"}


def test_what_was_judged_together_is_near() -> None:
    claims = claim("a", "north", "met", "south"), claim("b", "east", "met", "west")
    judged = (JudgementRow("same-claim", "claim/a", "claim/b"),)
    assert near("a", *claims) == {"a"}
    assert near("a", *claims, judged=judged) == {"a", "b"}


def test_what_is_said_of_one_entity_under_two_ids_is_near() -> None:
    claims = claim("a", "north", "met", "south"), claim("b", "norden", "met", "south")
    judged = (JudgementRow("same-entity", "entity/norden", "entity/north"),)
    assert near("a", *claims, judged=judged) == {"a", "b"}
