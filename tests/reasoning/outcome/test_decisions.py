"""What decides a forecast: its number and its deadline, in both directions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stated import row

from kb.reasoning.contradiction.contradictions import contradictions
from kb.reasoning.outcome.status import status
from kb.reasoning.outcome.status_row import StatusRow
from kb.reasoning.tables import AssertionRow, ClaimRow, PredicateRow, SourceRow, Tables

MADE, TOLD = date(2031, 5, 1), date(2031, 8, 1)
ONE_DAY = {"begin_earliest": date(2031, 7, 3), "begin_latest": date(2031, 7, 3)}
JULY = {**ONE_DAY, "end_latest": date(2031, 7, 3)}
OPEN: dict[str, object] = {"begin_earliest": None, "end_latest": None}
UNTIL_MAY = {"begin_earliest": date(2031, 5, 1), "end_latest": date(2031, 5, 31)}


def foreseen(typed: str = "", **fields: object) -> ClaimRow:
    """A forecast of an amount, made on 1 May."""
    made = row("f", typed or "0", "million dollars", **{**OPEN, "kind": "forecast", **fields})
    return made if typed else bare(made)


def event(typed: str = "", **fields: object) -> ClaimRow:
    """What happened on 3 July, told on 1 August."""
    made = row("e", typed or "0", "million dollars", **{**JULY, **fields})
    return made if typed else bare(made)


def bare(claim: ClaimRow) -> ClaimRow:
    """A claim without a number."""
    nothing = dict.fromkeys(("quantity_min", "quantity_max", "quantity_best", "exactness", "unit"))
    return replace(claim, **nothing)  # type: ignore[arg-type]


def judged(*claims: ClaimRow, denied: tuple[str, ...] = ()) -> dict[str, StatusRow]:
    """Statuses of claims that are each affirmed by somebody of their own; some only denied."""
    said = tuple(
        AssertionRow(
            f"a{c.id}",
            c.id,
            "early" if c.kind == "forecast" else "late",
            speaker=f"speaker-{c.id}",
            stance="denies" if c.id in denied else "affirms",
        )
        for c in claims
    )
    sources = (SourceRow("early", None, MADE, MADE), SourceRow("late", None, TOLD, TOLD))
    tables = Tables(claims, said, sources, predicates=(PredicateRow("spilled", measures="amount"),))
    return {r.claim: r for r in status(tables, contradictions=contradictions(tables))}


def fate(*claims: ClaimRow) -> str:
    return judged(*claims)["f"].status


@pytest.mark.parametrize(
    ("forecast", "happened", "wanted"),
    [
        ("up to 18", "13", "came-true"),
        ("up to 18", "20", "failed"),
        ("at least 20", "13", "failed"),
        ("at least 20", "25", "came-true"),
        ("about 14", "13", "came-true"),
        ("about 14", "17", "pending"),
        ("about 14", "500", "failed"),
        ("more than 13", "13", "failed"),
        ("10..15", "13", "came-true"),
        ("10..15", "10..20", "pending"),
        ("", "13", "came-true"),
        ("20", "", "pending"),
    ],
)
def test_a_number_decides_a_forecast_by_its_bounds(
    forecast: str, happened: str, wanted: str
) -> None:
    assert fate(foreseen(forecast), event(happened)) == wanted


def test_an_upper_bound_comes_true_only_by_an_event_within_it() -> None:
    assert fate(foreseen("up to 18", **UNTIL_MAY)) == "pending"


def test_what_came_only_after_the_deadline_fails_a_forecast() -> None:
    assert fate(foreseen(**UNTIL_MAY), event()) == "failed"
    in_may = {"begin_earliest": date(2031, 5, 9), "end_latest": date(2031, 5, 9)}
    assert fate(foreseen(**UNTIL_MAY), event(**in_may)) == "came-true"
    this_year = {"begin_earliest": date(2031, 1, 1), "end_latest": date(2031, 12, 31)}
    vague = event(**this_year, begin_latest=None)
    assert fate(foreseen(**UNTIL_MAY), vague) == "pending", "it may have been before June"


def test_the_deadline_decides_a_forecast_of_what_will_not_happen_the_other_way_round() -> None:
    never = {"polarity": "negative"}
    assert fate(foreseen(**never), event()) == "failed"
    assert fate(foreseen(**never, **UNTIL_MAY), event()) == "came-true"


def test_a_denial_after_the_deadline_decides_and_one_without_a_deadline_does_not() -> None:
    absent = event(polarity="negative", **OPEN, begin_latest=None)
    assert fate(foreseen(**UNTIL_MAY), absent) == "failed"
    assert fate(foreseen(), absent) == "pending"


def test_a_total_that_may_still_grow_does_not_fail_a_lower_bound() -> None:
    total = {"begin_earliest": None, "begin_latest": None, "end_latest": date(2031, 5, 20)}
    assert fate(foreseen("at least 20", **UNTIL_MAY), event("13", **total)) == "pending"
    assert fate(foreseen("at least 20", **UNTIL_MAY), event("21", **total)) == "came-true"
    assert fate(foreseen("up to 12", **UNTIL_MAY), event("13", **total)) == "failed"


def test_other_roles_and_other_currencies_decide_nothing() -> None:
    elsewhere = event("13", roles=(("place", "yard"),))
    at_the_quay = foreseen("up to 18", roles=(("place", "quay"),))
    assert fate(at_the_quay, elsewhere) == "pending"
    euros = replace(event("20"), unit="million euros")
    assert fate(foreseen("up to 18"), euros) == "pending"


@pytest.mark.parametrize(
    ("forecast", "fates"),
    [
        (foreseen("more than 10", counted="oil"), ("came-true", "pending", "pending")),
        (foreseen("more than 20", counted="oil"), ("failed", "pending", "pending")),
        (
            foreseen("more than 10", counted="oil", polarity="negative"),
            ("failed", "pending", "pending"),
        ),
        (foreseen("more than 10"), ("pending", "pending", "came-true")),
        (foreseen(), ("came-true", "came-true", "came-true")),
    ],
)
def test_a_count_of_another_thing_decides_nothing(
    forecast: ClaimRow, fates: tuple[str, ...]
) -> None:
    things = ("Oil", "water", None)
    assert tuple(fate(forecast, event("13", counted=thing)) for thing in things) == fates


def test_a_forecast_is_void_and_stale_when_its_condition_did_not_come_about() -> None:
    condition = ClaimRow("c", kind="event", subject="dam", predicate="breaks", **UNTIL_MAY)  # type: ignore[arg-type]
    opposite = replace(condition, id="n", polarity="negative")
    forecast = foreseen(condition="the dam breaks", condition_claims=("c",))
    told = judged(forecast, condition, opposite, denied=("c",))["f"]
    assert (told.status, told.flags) == ("void", ("stale",))
    denied = judged(forecast, condition, denied=("c",))["f"]
    assert denied.status == "void"
    assert judged(forecast, condition)["f"].status == "pending"
    unless = foreseen(condition="the dam holds", condition_claims=("n",))
    broke = replace(condition, **{**JULY, "begin_earliest": date(2031, 5, 2)})
    assert judged(unless, opposite, broke, denied=("n",))["f"].status == "void"


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_lower_and_an_upper_bound_have_opposite_fates(bound: int, number: int) -> None:
    told = event(f"{number}")
    above, below = (
        fate(foreseen(f"more than {bound}"), told),
        fate(foreseen(f"up to {bound}"), told),
    )
    assert {above, below} in ({"came-true", "failed"}, {"came-true", "pending"}, {"pending"})
