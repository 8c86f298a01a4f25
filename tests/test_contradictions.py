"""Contradictions come from what predicates declare and what analysts judge."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.contradictions import contradictions
from kb.tables import AffiliationRow, ClaimRow, JudgementRow, PredicateRow, Tables

CONTROLS = PredicateRow("controls", functional="object-time")
RIVALS = AffiliationRow("gna", "rival-of", "lna")
EVENT = ClaimRow("", kind="event", subject="lna", predicate="sent", object="tanks")


def day(number: int) -> date:
    return date(2020, 6, number)


def on(first: int, last: int, **fields: object) -> dict[str, object]:
    """Begins on the first and ends on the last day, exactly."""
    begin, end = day(first), day(last)
    return {"begin_earliest": begin, "begin_latest": begin, "end_earliest": end, "end_latest": end} | fields


def pair(left: dict[str, object], right: dict[str, object], **tables: object) -> list[tuple[str, str]]:
    """Kind and certainty of what is found between two claims `a` and `b`."""
    claims = replace(EVENT, id="b", **right), replace(EVENT, id="a", **left)
    found = contradictions(replace(Tables(claims), **tables))
    assert all((c.claim_a, c.claim_b) == ("a", "b") and c.rule for c in found)
    return [(c.kind, c.certainty) for c in found]


def control(left: dict[str, object], right: dict[str, object], *ties: AffiliationRow) -> list[tuple[str, str]]:
    state = {"kind": "state", "predicate": "controls", "object": "town"}
    return pair(
        state | {"subject": "lna"} | left, state | {"subject": "gna"} | right, predicates=(CONTROLS,), affiliations=ties or (RIVALS,)
    )


def test_rivals_cannot_control_one_place_on_the_same_day() -> None:
    assert control(on(1, 9), on(5, 12)) == [("functional", "certain")]


def test_control_that_changed_hands_is_no_contradiction() -> None:
    assert control(on(1, 4), on(5, 12)) == []


def test_control_without_known_ends_is_a_possible_contradiction() -> None:
    assert control({}, {}) == [("functional", "possible")]
    assert control({"begin_earliest": day(1), "begin_latest": day(1)}, on(5, 12)) == [("functional", "possible")]


def test_control_on_some_day_only_is_a_possible_contradiction() -> None:
    assert control(on(1, 9), on(5, 12, held="some")) == [("functional", "possible")]


def test_control_of_a_part_contradicts_nothing() -> None:
    assert control(on(1, 9), on(5, 12, extent="part")) == []


def test_allies_and_strangers_may_control_together() -> None:
    assert control(on(1, 9, subject="kani"), on(1, 9, subject="lna"), RIVALS, AffiliationRow("kani", "side-with", "lna")) == []
    assert control(on(1, 9, subject="kani"), on(1, 9)) == []


def test_who_backs_both_rivals_is_a_rival_of_neither() -> None:
    ties = RIVALS, AffiliationRow("france", "backs", "lna"), AffiliationRow("france", "backs", "gna")
    assert control(on(1, 9, subject="france"), on(1, 9), *ties) == []


def test_sides_are_followed_through_parties_and_allies() -> None:
    ties = RIVALS, AffiliationRow("kani", "side-with", "lna"), AffiliationRow("mayor", "speaks-for", "gna")
    assert control(on(1, 9, subject="kani"), on(1, 9, subject="mayor"), *ties) == [("functional", "certain")]


def test_a_rivalry_that_was_over_does_not_count() -> None:
    assert control(on(1, 9), on(1, 9), replace(RIVALS, to_date=date(2019, 1, 1))) == []


def test_opposite_polarity_contradicts_at_compatible_times() -> None:
    no = {"polarity": "negative"}
    assert pair({}, no) == [("polarity", "certain")]
    assert pair(on(2, 2), on(1, 9, **no)) == [("polarity", "certain")]
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
    assert pair({"predicate": "shipped"}, {"polarity": "negative"}, predicates=predicates) == [("polarity", "certain")]
    assert pair({"predicate": "shipped", "polarity": "negative"}, {}, predicates=predicates) == []


@pytest.mark.parametrize(
    "row", [PredicateRow("sent", symmetric=True), PredicateRow("sent", inverse="sent-by"), PredicateRow("sent-by", inverse="sent")]
)
def test_a_claim_is_also_read_backwards(row: PredicateRow) -> None:
    name = "sent" if row.symmetric else "sent-by"
    assert pair({}, {"subject": "tanks", "predicate": name, "object": "lna", "polarity": "negative"}, predicates=(row,)) == [
        ("polarity", "certain")
    ]


@pytest.mark.parametrize("row", [PredicateRow("sent", incompatible=("kept",)), PredicateRow("kept", incompatible=("sent",))])
def test_incompatible_predicates_contradict_whoever_declares_it(row: PredicateRow) -> None:
    kept = {"predicate": "kept"}
    assert pair({}, kept, predicates=(row,)) == [("incompatible", "possible")]
    assert pair(on(2, 2), on(2, 2, **kept), predicates=(row,)) == [("incompatible", "certain")]
    assert pair(on(2, 2), on(3, 3, **kept), predicates=(row,)) == []
    assert pair({}, kept | {"object": "trucks"}, predicates=(row,)) == []
    assert pair({}, kept | {"polarity": "negative"}, predicates=(row,)) == []


def count(low: int | None, high: int | None, counted: str | None = "bodies", **fields: object) -> dict[str, object]:
    bounds = {"quantity_min": None if low is None else Decimal(low), "quantity_max": None if high is None else Decimal(high)}
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


def test_a_predicate_may_say_what_is_counted() -> None:
    assert pair(count(8, 8, None), count(10, 10), predicates=(PredicateRow("sent", measures="bodies"),)) == [("quantity", "possible")]


def test_a_forecast_and_its_opposite_outcome_never_contradict_for_certain() -> None:
    assert pair({"kind": "forecast"}, {"polarity": "negative"}) == [("forecast", "possible")]


def test_evaluations_and_noted_claims_contradict_nothing() -> None:
    assert pair({"kind": "evaluation"}, {"polarity": "negative"}) == []
    assert pair({"predicate": None}, {"polarity": "negative", "predicate": None}) == []


def test_analysts_add_and_dismiss_pairs() -> None:
    add, dismiss = (JudgementRow(kind, "claim/b", "claim/a") for kind in ("contradicts", "does-not-contradict"))
    assert pair({}, {"object": "trucks"}, judgements=(add,)) == [("judged", "certain")]
    assert pair({}, {"polarity": "negative"}, judgements=(dismiss,)) == []
    assert pair({}, {"polarity": "negative"}, judgements=(dismiss, add)) == []
    assert pair({}, {"polarity": "negative"}, judgements=(JudgementRow("same-claim", "claim/a", "claim/b"),)) == []


def test_what_was_invalidated_contradicts_nothing() -> None:
    gone = datetime(2020, 6, 1, tzinfo=UTC)
    assert pair({}, {"polarity": "negative", "invalidated": gone}) == []
    assert (
        len(pair({}, {"polarity": "negative"}, judgements=(JudgementRow("does-not-contradict", "claim/a", "claim/b", invalidated=gone),)))
        == 1
    )


CLAIMS = st.lists(
    st.builds(
        lambda subject, predicate, polarity, first, length: replace(
            EVENT, subject=subject, predicate=predicate, polarity=polarity, kind="state", **on(first, first + length)
        ),
        st.sampled_from(("lna", "gna", "kani")),
        st.sampled_from(("controls", "lost")),
        st.sampled_from(("positive", "negative")),
        st.integers(1, 9),
        st.integers(0, 5),
    ),
    max_size=8,
)


@given(CLAIMS, st.randoms())
def test_pairs_are_ordered_unique_and_independent_of_the_order_of_rows(rows: list[ClaimRow], random: object) -> None:
    claims = [replace(row, id=f"c{n}") for n, row in enumerate(rows)]
    tables = Tables(tuple(claims), affiliations=(RIVALS,), predicates=(CONTROLS, PredicateRow("lost", incompatible=("controls",))))
    found = contradictions(tables)
    random.shuffle(claims)  # type: ignore[attr-defined]
    assert contradictions(replace(tables, claims=tuple(claims))) == found
    keys = [(c.claim_a, c.claim_b, c.kind, c.rule) for c in found]
    assert keys == sorted(set(keys))
    assert all(c.claim_a < c.claim_b for c in found)
