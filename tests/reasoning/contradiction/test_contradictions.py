"""Contradictions come from what predicates declare and what analysts judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType

import pytest

from kb.reasoning.contradiction.contradictions import contradictions, in_words, selected
from kb.reasoning.tables import (
    DEFAULT_POLICY,
    AffiliationRow,
    AssertionRow,
    ClaimRow,
    Contradiction,
    EntityRow,
    JudgementRow,
    PredicateRow,
    Tables,
)

CONTROLS = PredicateRow("controls", functional="object-time", across_sides=True)
RIVALS = AffiliationRow("gna", "rival-of", "lna")
EVENT = ClaimRow("", kind="event", subject="lna", predicate="sent", object="tanks")


def day(number: int) -> date:
    return date(2020, 6, number)


def on(first: int, last: int, **fields: object) -> dict[str, object]:
    """Begins on the first and ends on the last day, exactly."""
    begin, end = day(first), day(last)
    return {
        "begin_earliest": begin,
        "begin_latest": begin,
        "end_earliest": end,
        "end_latest": end,
    } | fields


def pair(
    left: dict[str, object], right: dict[str, object], **tables: object
) -> list[tuple[str, str]]:
    """Kind and certainty of what is found between two claims `a` and `b`."""
    claims = replace(EVENT, id="b", **right), replace(EVENT, id="a", **left)
    found = contradictions(replace(Tables(claims), **tables))
    assert all((c.claim_a, c.claim_b) == ("a", "b") and c.rule for c in found)
    return [(c.kind, c.certainty) for c in found]


def control(
    left: dict[str, object], right: dict[str, object], *ties: AffiliationRow
) -> list[tuple[str, str]]:
    state = {"kind": "state", "predicate": "controls", "object": "town"}
    return pair(
        state | {"subject": "lna"} | left,
        state | {"subject": "gna"} | right,
        predicates=(CONTROLS,),
        affiliations=ties or (RIVALS,),
    )


def test_rivals_cannot_control_one_place_on_the_same_day() -> None:
    assert control(on(1, 9), on(5, 12)) == [("functional", "certain")]


def test_control_that_changed_hands_is_no_contradiction() -> None:
    assert control(on(1, 4), on(5, 12)) == []


@pytest.mark.parametrize(
    "later", [on(9, 12), on(9, 9), {"begin_earliest": day(9), "begin_latest": day(9)}]
)
def test_a_day_on_which_one_state_ends_and_the_other_begins_is_a_day_of_change(
    later: dict[str, object],
) -> None:
    assert control(on(1, 9), later) == control(later, on(1, 9)) == []
    assert pair(CONTROL | on(1, 9), CONTROL | later | {"polarity": "negative"}) == []
    assert control(on(9, 9), on(9, 9)) == [("functional", "certain")]


CONTROL = {"kind": "state", "predicate": "controls", "object": "town"}
ALL_MONTH = {"begin_earliest": day(1), "end_latest": day(30), "held": "all"}


def test_what_held_on_all_days_of_a_period_held_on_each() -> None:
    assert control(ALL_MONTH, on(5, 6)) == [("functional", "certain")]
    assert control(ALL_MONTH | {"held": None}, on(5, 6)) == [("functional", "possible")]
    left = {"kind": "event", "predicate": "left", "object": "town"} | on(5, 5)
    assert pair(
        left,
        CONTROL | ALL_MONTH,
        predicates=(CONTROLS, PredicateRow("left", terminates=("controls",))),
    ) == [("incompatible", "certain")]


def test_control_without_known_ends_is_a_possible_contradiction() -> None:
    assert control({}, {}) == [("functional", "possible")]
    assert control({"begin_earliest": day(1), "begin_latest": day(1)}, on(5, 12)) == [
        ("functional", "possible")
    ]


def test_control_on_some_day_only_is_a_possible_contradiction() -> None:
    assert control(on(1, 9), on(5, 12, held="some")) == [("functional", "possible")]


def test_control_of_a_part_contradicts_nothing() -> None:
    assert control(on(1, 9), on(5, 12, extent="part")) == []


def test_allies_and_strangers_may_control_together() -> None:
    assert (
        control(
            on(1, 9, subject="kani"),
            on(1, 9, subject="lna"),
            RIVALS,
            AffiliationRow("kani", "side-with", "lna"),
        )
        == []
    )
    assert control(on(1, 9, subject="kani"), on(1, 9)) == []


def test_who_backs_both_rivals_is_a_rival_of_neither() -> None:
    ties = (
        RIVALS,
        AffiliationRow("france", "backs", "lna"),
        AffiliationRow("france", "backs", "gna"),
    )
    assert control(on(1, 9, subject="france"), on(1, 9), *ties) == []


def test_sides_are_followed_through_parties_and_allies() -> None:
    ties = (
        RIVALS,
        AffiliationRow("kani", "side-with", "lna"),
        AffiliationRow("mayor", "speaks-for", "gna"),
    )
    assert control(on(1, 9, subject="kani"), on(1, 9, subject="mayor"), *ties) == [
        ("functional", "certain")
    ]


def test_a_rivalry_that_was_over_does_not_count() -> None:
    assert control(on(1, 9), on(1, 9), replace(RIVALS, to_date=date(2019, 1, 1))) == []


def test_opposite_polarity_contradicts_at_compatible_times() -> None:
    no = {"polarity": "negative"}
    assert pair({}, no) == [("polarity", "certain")]
    assert pair(on(2, 2), on(1, 9, **no)) == [("polarity", "certain")]
    assert pair(on(2, 2), on(1, 9, held="some", **no)) == [("polarity", "possible")]
    assert pair(on(1, 9), on(2, 2, **no)) == [("polarity", "possible")]
    assert pair(on(2, 2), no) == [("polarity", "possible")]
    assert pair(on(2, 2), on(3, 9, **no)) == []


def test_a_narrower_denial_contradicts_nothing_and_a_broader_one_perhaps() -> None:
    there = {"roles": (("destination", "x"),)}
    assert pair({}, there | {"polarity": "negative"}) == []
    assert pair(there, {"polarity": "negative"}) == [("polarity", "possible")]
    assert pair(there, there | {"polarity": "negative"}) == [("polarity", "certain")]
    assert pair(there, {"roles": (("destination", "y"),), "polarity": "negative"}) == []
    assert pair({"roles": (("topic", "x"),)}, {"polarity": "negative"}) == [("polarity", "certain")]


def test_denying_what_a_claim_entails_contradicts_it_and_not_the_reverse() -> None:
    predicates = (PredicateRow("shipped", entails=("sent",)),)
    assert pair({"predicate": "shipped"}, {"polarity": "negative"}, predicates=predicates) == [
        ("polarity", "certain")
    ]
    assert pair({"predicate": "shipped", "polarity": "negative"}, {}, predicates=predicates) == []


@pytest.mark.parametrize(
    "row",
    [
        PredicateRow("sent", symmetric=True),
        PredicateRow("sent", inverse="sent-by"),
        PredicateRow("sent-by", inverse="sent"),
    ],
)
def test_a_claim_is_also_read_backwards(row: PredicateRow) -> None:
    name = "sent" if row.symmetric else "sent-by"
    assert pair(
        {},
        {"subject": "tanks", "predicate": name, "object": "lna", "polarity": "negative"},
        predicates=(row,),
    ) == [("polarity", "certain")]


@pytest.mark.parametrize(
    "row",
    [PredicateRow("sent", incompatible=("kept",)), PredicateRow("kept", incompatible=("sent",))],
)
def test_incompatible_predicates_contradict_whoever_declares_it(row: PredicateRow) -> None:
    kept = {"predicate": "kept"}
    assert pair({}, kept, predicates=(row,)) == [("incompatible", "possible")]
    assert pair(on(2, 2), on(2, 2, **kept), predicates=(row,)) == [("incompatible", "certain")]
    assert pair(on(2, 2), on(3, 3, **kept), predicates=(row,)) == []
    assert pair({}, kept | {"object": "trucks"}, predicates=(row,)) == []
    origins = ({"roles": (("origin", place),)} for place in ("x", "y"))
    assert pair(next(origins), kept | next(origins), predicates=(row,)) == []
    assert pair({}, kept | {"polarity": "negative"}, predicates=(row,)) == []


def count(
    low: int | None, high: int | None, counted: str | None = "bodies", **fields: object
) -> dict[str, object]:
    bounds = {
        "quantity_min": None if low is None else Decimal(low),
        "quantity_max": None if high is None else Decimal(high),
    }
    return bounds | {"counted": counted} | fields


def test_disjoint_quantities_of_the_same_thing_contradict() -> None:
    assert pair(on(2, 2, **count(8, 8)), on(2, 2, **count(10, 12))) == [("quantity", "certain")]
    assert pair(count(101, None), count(None, 100)) == [("quantity", "possible")]
    assert pair(count(8, 10), count(10, 12)) == []
    assert pair(count(8, None), count(10, None)) == []


def test_other_things_counted_or_other_roles_contradict_nothing() -> None:
    assert pair(count(8, 8), count(10, 10, "wounded")) == []
    assert pair(count(8, 8), count(10, 10, roles=(("place", "x"),))) == []
    assert pair(count(8, 8, None), count(10, 10, None)) == []
    assert pair(count(8, 8, unit="km"), count(5, 5, unit="miles")) == [], "nothing is converted"
    assert pair(count(8, 8, extent="part"), count(10, 10, extent="part")) == []


def test_a_toll_that_grew_from_day_to_day_is_no_contradiction() -> None:
    assert pair(on(2, 2, **count(8, 8)), on(3, 3, **count(10, 12))) == []


def test_a_predicate_may_say_what_is_counted() -> None:
    assert pair(
        count(8, 8, None), count(10, 10), predicates=(PredicateRow("sent", measures="bodies"),)
    ) == [("quantity", "possible")]


def test_a_forecast_and_its_opposite_outcome_never_contradict_for_certain() -> None:
    assert pair({"kind": "forecast"}, {"polarity": "negative"}) == [("forecast", "possible")]


def test_evaluations_and_noted_claims_contradict_nothing() -> None:
    assert pair({"kind": "evaluation"}, {"polarity": "negative"}) == []
    assert pair({"predicate": None}, {"polarity": "negative", "predicate": None}) == []


def test_analysts_add_and_dismiss_pairs() -> None:
    add, dismiss = (
        JudgementRow(kind, "claim/b", "claim/a") for kind in ("contradicts", "does-not-contradict")
    )
    assert pair({}, {"object": "trucks"}, judgements=(add,)) == [("judged", "certain")]
    assert pair({}, {"polarity": "negative"}, judgements=(dismiss,)) == []
    assert pair({}, {"polarity": "negative"}, judgements=(dismiss, add)) == []
    assert (
        pair(
            {},
            {"polarity": "negative"},
            judgements=(JudgementRow("same-claim", "claim/a", "claim/b"),),
        )
        == []
    )


def test_what_was_invalidated_contradicts_nothing() -> None:
    gone = datetime(2020, 6, 1, tzinfo=UTC)
    assert pair({}, {"polarity": "negative", "invalidated": gone}) == []
    assert (
        len(
            pair(
                {},
                {"polarity": "negative"},
                judgements=(
                    JudgementRow("does-not-contradict", "claim/a", "claim/b", invalidated=gone),
                ),
            )
        )
        == 1
    )


def test_a_judgement_may_say_that_a_contradiction_is_only_possible() -> None:
    judged = JudgementRow("contradicts", "claim/b", "claim/a", certainty="possible")
    assert pair({}, {"object": "trucks"}, judgements=(judged,)) == [("judged", "possible")]
    assert pair({}, {"object": "trucks"}, judgements=(judged, replace(judged, certainty=None))) == [
        ("judged", "certain")
    ]


# --- places within places, events amid states

GATE = EntityRow("gate", within=("town",))
SEIZED = PredicateRow("seized", initiates=("controls",))
LEFT = PredicateRow("left", terminates=("controls",))


def places(
    left: dict[str, object], right: dict[str, object], *entities: EntityRow
) -> list[tuple[str, str]]:
    """What is found between the one side's claim on the town and its rival's on the gate."""
    state = {"kind": "state", "predicate": "controls"}
    return pair(
        state | {"subject": "lna", "object": "town"} | left,
        state | {"subject": "gna", "object": "gate"} | right,
        predicates=(CONTROLS, SEIZED, LEFT),
        affiliations=(RIVALS,),
        entities=entities or (GATE,),
    )


def test_who_holds_the_whole_of_a_place_holds_every_place_within_it() -> None:
    whole = on(1, 9, extent="whole")
    assert places(whole, on(5, 12)) == [("functional", "certain")]
    assert places(whole, on(5, 12, extent="part")) == [("functional", "certain")]
    assert places(
        whole, on(5, 12), replace(GATE, within=("quarter",)), EntityRow("quarter", within=("town",))
    ) == [("functional", "certain")]
    assert places(whole, on(10, 12)) == []


def test_a_place_within_a_place_is_left_alone_where_the_whole_is_not_said_to_be_meant() -> None:
    assert places(on(1, 9), on(5, 12)) == []
    assert places(on(1, 9, extent="part"), on(5, 12)) == []
    assert places(on(5, 12), on(1, 9, extent="whole"), GATE) == []
    assert places(on(1, 9, extent="whole"), on(5, 12), EntityRow("gate")) == []


def test_places_within_each_other_in_a_circle_end() -> None:
    assert places(
        on(1, 9, extent="whole"), on(5, 12), GATE, EntityRow("town", within=("gate",))
    ) == [("functional", "certain")]


def test_the_whole_stands_against_a_part_of_the_same_place() -> None:
    assert control(on(1, 9, extent="whole"), on(5, 12, extent="part")) == [
        ("functional", "certain")
    ]


def seized(
    when: dict[str, object], held: dict[str, object], name: str = "seized", by: str = "gna"
) -> list[tuple[str, str]]:
    """What is found between a state of the one side and an event of a side."""
    state = {"kind": "state", "predicate": "controls", "object": "town", "subject": "lna"}
    event = {"kind": "event", "predicate": name, "object": "town", "subject": by}
    return pair(
        state | held, event | when, predicates=(CONTROLS, SEIZED, LEFT), affiliations=(RIVALS,)
    )


def test_taking_a_place_amid_the_days_on_which_a_rival_held_it_throughout_contradicts() -> None:
    assert seized(on(4, 4), on(1, 9)) == [("functional", "certain")]
    assert seized({"begin_earliest": day(4), "end_latest": day(20)}, on(1, 9)) == [
        ("functional", "possible")
    ]


def test_two_rivals_who_took_a_place_on_one_day_are_possible() -> None:
    took = {"kind": "event", "predicate": "seized", "object": "town"}
    sides = {"predicates": (CONTROLS, SEIZED), "affiliations": (RIVALS,)}
    left, right = took | {"subject": "lna"}, took | {"subject": "gna"}
    assert pair(left | on(4, 4), right | on(4, 4), **sides) == [("functional", "possible")]
    assert (
        pair(left | on(4, 4), right | on(5, 5), **sides)
        == pair(left | on(4, 6), right | on(4, 6, held="some"), **sides)
        == []
    )
    assert (
        pair(left | on(4, 4), right | on(4, 4, extent="part"), **sides)
        == pair(left, right, **sides)
        == []
    )


def test_a_day_of_change_and_a_state_of_unknown_end_settle_nothing() -> None:
    assert seized(on(1, 1), on(1, 9)) == [("functional", "possible")], (
        "it may have been retaken the same day"
    )
    assert seized(on(9, 9), on(1, 9)) == []
    assert seized(on(4, 4), on(1, 9, end_earliest=None, end_latest=None)) == []
    assert seized(on(4, 4), on(1, 9, held="some")) == []
    assert seized({}, on(1, 9)) == []
    assert seized(on(4, 4, extent="part"), on(1, 9)) == []
    assert seized(on(4, 4), on(1, 9), by="lna") == []


def test_leaving_a_place_amid_the_days_on_which_one_held_it_contradicts() -> None:
    assert seized(on(4, 4), on(1, 9), "left", "lna") == [("incompatible", "certain")]
    assert seized(on(4, 4), on(1, 9), "left", "gna") == []
    assert seized(on(9, 9), on(1, 9), "left", "lna") == []
    assert seized(on(4, 4, extent="part"), on(1, 9), "left", "lna") == []


def test_beginning_a_state_amid_the_days_on_which_it_is_told_not_to_have_been_contradicts() -> None:
    assert seized(on(4, 4), on(1, 9, polarity="negative"), by="lna") == [("polarity", "certain")]
    assert seized(on(9, 9), on(1, 9, polarity="negative"), by="lna") == []


# --- one author, forecasts, what is denied

PROPOSED = PredicateRow("proposed", functional="object")


def authors(
    *ties: AffiliationRow, quotes: tuple[str, str] = ("s#char=0,9", "s#char=20,29"), **right: object
) -> list[tuple[str, str]]:
    said = tuple(
        AssertionRow(c, c, "s", q, "ann", "affirms") for c, q in zip("ab", quotes, strict=True)
    )
    act = {"kind": "speech-act", "predicate": "proposed", "object": "truce"}
    return pair(
        act | {"subject": "north"},
        act | {"subject": "south"} | right,
        predicates=(PROPOSED,),
        affiliations=ties,
        assertions=said,
    )


def test_two_authors_of_one_thing_exclude_each_other() -> None:
    assert authors() == [("functional", "certain")]
    assert (
        authors(object="other-truce")
        == authors(polarity="negative")
        == authors(kind="forecast")
        == []
    )


def test_a_party_and_who_speaks_for_it_are_one_author() -> None:
    assert authors(AffiliationRow("south", "speaks-for", "north")) == []
    assert (
        authors(
            AffiliationRow("south", "speaks-for", "union"),
            AffiliationRow("north", "speaks-for", "union"),
        )
        == []
    )
    assert authors(AffiliationRow("south", "side-with", "north")) == [("functional", "certain")]


def test_two_authors_named_in_one_breath_acted_together() -> None:
    assert authors(quotes=("s#char=0,29", "s#char=20,29")) == []
    assert authors(quotes=("s#char=0,9", "t#char=0,9")) == [("functional", "certain")]


def foretold(
    outcome: dict[str, object],
    forecast: Mapping[str, object] = MappingProxyType({}),
    told: date | None = None,
) -> list[tuple[str, str]]:
    """What is found between a forecast of June 1 that one side will seize the town, and an outcome
    told on a day.
    """
    said = (
        AssertionRow(
            "a", "a", "s", speaker="x", stance="affirms", said_from=day(1), said_to=day(1)
        ),
        AssertionRow("b", "b", "s", speaker="y", stance="affirms", said_from=told, said_to=told),
    )
    will = {"kind": "forecast", "predicate": "seized", "object": "town", "subject": "lna"}
    rows = (
        CONTROLS,
        SEIZED,
        LEFT,
        PredicateRow("went", terminates=("controls", "present-in")),
        PredicateRow("present-in"),
    )
    ties = RIVALS, AffiliationRow("company", "side-with", "lna")
    return pair(
        will | dict(forecast),
        {"object": "town"} | outcome,
        predicates=rows,
        affiliations=ties,
        assertions=said,
    )


def test_a_forecast_stands_against_a_rival_who_holds_the_place_later() -> None:
    holds = {"kind": "state", "subject": "gna", "predicate": "controls"}
    assert foretold(holds | on(20, 21)) == [("forecast", "possible")]
    assert foretold(holds, told=day(20)) == [("forecast", "possible")]
    assert foretold(holds | {"subject": "lna"} | on(20, 21)) == []
    assert foretold(holds | {"extent": "part"} | on(20, 21)) == []


def test_what_was_so_when_the_forecast_was_made_is_no_outcome() -> None:
    holds = {"kind": "state", "subject": "gna", "predicate": "controls"}
    assert foretold(holds, told=day(1)) == []
    assert foretold({"kind": "event", "subject": "gna", "predicate": "seized"} | on(1, 1)) == []


def test_who_was_to_take_a_place_and_left_it_and_who_was_to_lose_it_and_holds_it() -> None:
    assert foretold({"kind": "event", "subject": "lna", "predicate": "left"} | on(20, 20)) == [
        ("forecast", "possible")
    ]
    lose = {"predicate": "left", "subject": "gna"}
    assert foretold(
        {"kind": "state", "subject": "gna", "predicate": "controls"} | on(20, 21), lose
    ) == [("forecast", "possible")]
    assert foretold(
        {"kind": "event", "subject": "lna", "predicate": "left"} | on(20, 20), lose
    ) == [("forecast", "possible")]
    assert (
        foretold({"kind": "event", "subject": "company", "predicate": "left"} | on(20, 20), lose)
        == []
    ), "its ally is still there"


def test_who_was_to_go_may_leave_the_place_to_its_own_side() -> None:
    go = {"predicate": "went", "subject": "gna"}
    assert foretold({"kind": "event", "subject": "lna", "predicate": "left"} | on(20, 20), go) == []


def test_a_state_without_days_may_have_changed_an_event_did_not() -> None:
    state = {"kind": "state"}
    assert pair(state, state | {"polarity": "negative"}) == [("polarity", "possible")]
    assert pair({}, {"polarity": "negative"}) == [("polarity", "certain")]


def test_what_is_not_so_of_the_whole_may_be_so_of_a_part() -> None:
    no = {"polarity": "negative"}
    assert pair({"extent": "part"}, no) == []
    assert pair({}, no | {"extent": "whole"}) == []
    assert pair({"extent": "whole"}, no | {"extent": "whole"}) == [("polarity", "certain")]
    assert pair({}, no | {"extent": "part"}) == [("polarity", "certain")]


def test_a_denied_number_denies_that_number_only() -> None:
    five, three = (count(n, n) for n in (5, 3))
    assert pair(three, five | {"polarity": "negative"}) == []
    assert pair(five, five | {"polarity": "negative"}) == [("polarity", "certain")]
    assert pair(five, {"polarity": "negative"}) == [("polarity", "certain")]


def test_a_denied_number_denies_that_number_of_the_same_thing_only() -> None:
    no: dict[str, object] = {"polarity": "negative"}
    more_than_ten = count(10, None, "boats", quantity_min_excluded=True) | no
    assert pair(count(13, 13, "Boats"), more_than_ten) == [("polarity", "certain")]
    assert pair(count(13, 13, "carts"), more_than_ten) == []
    assert pair(count(13, 13, "carts"), count(13, 13, "boats") | no) == []
    # What is not said to be another thing may be the same one.
    assert pair(count(13, 13, None), more_than_ten) == [("polarity", "possible")]
    boats = (PredicateRow("sent", measures="boats"),)
    assert pair(count(13, 13, None), more_than_ten, predicates=boats) == [("polarity", "certain")]
    assert pair(count(13, 13, "carts"), no, predicates=boats) == [("polarity", "certain")]


def test_the_tolerance_of_a_policy_decides_whether_a_number_is_in_a_denied_range() -> None:
    about = {"quantity_best": Decimal(13), "exactness": "about", "counted": "boats"}
    more_than_ten = count(10, None, "boats", quantity_min_excluded=True, polarity="negative")
    tables = Tables((replace(EVENT, id="a", **about), replace(EVENT, id="b", **more_than_ten)))
    wide = replace(DEFAULT_POLICY, about_tolerance=Decimal("0.5"))
    assert len(contradictions(tables)) == 1
    assert contradictions(tables, wide) == []


def test_a_wish_and_a_deed_are_no_opposites() -> None:
    assert pair({"kind": "intent"}, {"polarity": "negative"}) == []
    predicates = (PredicateRow("sent", incompatible=("kept",)),)
    assert pair({"kind": "intent"}, {"predicate": "kept"}, predicates=predicates) == []


def test_what_is_said_on_a_condition_is_not_said() -> None:
    predicates = (PredicateRow("sent", incompatible=("kept",)),)
    assert pair({"condition": "if it rains"}, {"predicate": "kept"}, predicates=predicates) == []
    assert pair({"condition": "if it rains"}, {"polarity": "negative"}) == [
        ("polarity", "possible")
    ]


def test_entities_judged_the_same_are_compared_as_one() -> None:
    judged = JudgementRow("same-entity", "entity/tanks", "entity/armour")
    assert pair({"object": "armour"}, {"polarity": "negative"}) == []
    assert pair({"object": "armour"}, {"polarity": "negative"}, judgements=(judged,)) == [
        ("polarity", "certain")
    ]


def test_claims_judged_the_same_do_not_contradict_each_other_however_many_steps_apart() -> None:
    steps = (
        JudgementRow("same-claim", "claim/a", "claim/x"),
        JudgementRow("same-claim", "claim/x", "claim/b"),
    )
    claims = (
        replace(EVENT, id="a"),
        replace(EVENT, id="b", polarity="negative"),
        replace(EVENT, id="x", object="trucks"),
    )
    assert contradictions(Tables(claims, judgements=steps)) == []
    assert len(contradictions(Tables(claims, judgements=steps[:1]))) == 1


def test_every_rule_that_is_found_has_words_of_its_own() -> None:
    for row in (
        Contradiction(
            "a",
            "b",
            "functional",
            "certain",
            "functional object-time: controls begun by took-control-of",
        ),
        Contradiction("a", "b", "incompatible", "possible", "terminates: left, controls"),
        Contradiction(
            "a", "b", "polarity", "certain", "opposite polarity: seized initiates controls"
        ),
        Contradiction("a", "b", "quantity", "possible", "disjoint quantities: people killed"),
        Contradiction("a", "b", "forecast", "possible", "forecast against outcome: controls"),
    ):
        assert in_words(row) != row.rule
        assert ("Only possible" in in_words(row)) == (row.certainty == "possible")


def test_a_choice_of_place_finds_what_lies_within_it() -> None:
    rows = [Contradiction("a", "b", "polarity", "certain", "opposite polarity")]
    tables = Tables((ClaimRow("a", object="gate"), ClaimRow("b")), entities=(GATE,))
    assert [len(selected(rows, tables, place=p)) for p in ("town", "gate", "sea")] == [1, 1, 0]
