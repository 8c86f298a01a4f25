"""What holds of contradictions whatever the claims are."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from time import process_time

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.reasoning.contradiction.contradictions import contradictions
from kb.reasoning.tables import (
    AffiliationRow,
    ClaimRow,
    Contradiction,
    EntityRow,
    JudgementRow,
    PredicateRow,
    Tables,
)

PREDICATES = (
    PredicateRow("controls", functional="object-time", across_sides=True),
    PredicateRow("seized", initiates=("controls",)),
    PredicateRow("lost", terminates=("controls",), incompatible=("kept",)),
    PredicateRow("proposed", functional="object"),
    PredicateRow("found", measures="items found"),
    PredicateRow("met", symmetric=True),
    PredicateRow("signed", entails=("kept",)),
)
TIES = (
    AffiliationRow("gna", "rival-of", "lna"),
    AffiliationRow("kani", "side-with", "lna"),
    AffiliationRow("mayor", "speaks-for", "gna"),
)
PLACES = (EntityRow("gate", within=("town",)), EntityRow("town", within=("land",)))
FIRST = date(2020, 6, 1)
DATES = ("begin_earliest", "begin_latest", "end_earliest", "end_latest")


@st.composite
def claim(draw: st.DrawFn) -> ClaimRow:
    """Any claim of a small world, dated exactly, loosely, or not at all."""
    begin, length, blur = draw(st.integers(0, 12)), draw(st.integers(0, 6)), draw(st.integers(0, 3))
    days = [
        FIRST + timedelta(n)
        for n in (begin, begin + blur, begin + blur + length, begin + 2 * blur + length)
    ]
    told = draw(
        st.sampled_from(
            ((True,) * 4, (True, True, False, False), (False,) * 4, (True, False, False, True))
        )
    )
    low = draw(st.one_of(st.none(), st.integers(0, 9)))
    return ClaimRow(
        "",
        None,
        draw(st.sampled_from(("state", "event", "forecast", "intent", "evaluation"))),
        draw(st.sampled_from(("lna", "gna", "kani", "mayor"))),
        draw(st.sampled_from([p.id for p in PREDICATES] + ["kept", "sent"])),
        draw(st.sampled_from(("town", "gate", "land", "gna"))),
        draw(st.sampled_from(("positive", "positive", "negative"))),
        *(day if here else None for day, here in zip(days, told, strict=True)),
        draw(st.sampled_from((None, "all", "some"))),
        draw(st.sampled_from((None, "whole", "part"))),
        None if low is None else Decimal(low),
        None if low is None else Decimal(low + draw(st.integers(0, 2))),
        condition=draw(st.sampled_from((None, None, "if it rains"))),
        roles=draw(st.sampled_from(((), (("origin", "sea"),)))),
    )


WORLDS = st.lists(claim(), max_size=12).map(
    lambda rows: Tables(
        tuple(replace(row, id=f"c{n:02}") for n, row in enumerate(rows)),
        predicates=PREDICATES,
        affiliations=TIES,
        entities=PLACES,
    )
)


def pairs(rows: list[Contradiction]) -> set[tuple[str, str]]:
    return {(r.claim_a, r.claim_b) for r in rows}


@given(WORLDS, st.randoms())
def test_pairs_are_ordered_unique_and_independent_of_the_order_of_rows(
    tables: Tables, random: Random
) -> None:
    found = contradictions(tables)
    shuffled = {
        f.name: random.sample(getattr(tables, f.name), len(getattr(tables, f.name)))
        for f in fields(tables)
    }
    assert contradictions(Tables(**{name: tuple(rows) for name, rows in shuffled.items()})) == found
    keys = [(c.claim_a, c.claim_b, c.kind, c.rule) for c in found]
    assert keys == sorted(set(keys))
    assert all(c.claim_a < c.claim_b for c in found)


@given(WORLDS)
def test_what_is_found_does_not_hang_on_which_claim_is_named_first(tables: Tables) -> None:
    names = {c.id: f"d{99 - n:02}" for n, c in enumerate(tables.claims)}
    turned = contradictions(
        replace(tables, claims=tuple(replace(c, id=names[c.id]) for c in tables.claims))
    )
    renamed = {
        (*sorted((names[r.claim_a], names[r.claim_b])), r.kind, r.certainty, r.rule)
        for r in contradictions(tables)
    }
    assert {(r.claim_a, r.claim_b, r.kind, r.certainty, r.rule) for r in turned} == renamed


@given(WORLDS, st.data())
def test_dismissing_a_pair_removes_exactly_that_pair(tables: Tables, data: st.DataObject) -> None:
    found = contradictions(tables)
    for one, other in sorted(pairs(found))[:3]:
        about = data.draw(st.permutations((f"claim/{one}", f"claim/{other}")))
        left = contradictions(
            replace(tables, judgements=(JudgementRow("does-not-contradict", *about),))
        )
        assert left == [r for r in found if (r.claim_a, r.claim_b) != (one, other)]


@given(WORLDS, claim())
def test_one_more_claim_changes_nothing_between_the_others(tables: Tables, more: ClaimRow) -> None:
    with_it = contradictions(replace(tables, claims=(*tables.claims, replace(more, id="x"))))
    assert [r for r in with_it if "x" not in (r.claim_a, r.claim_b)] == contradictions(tables)


@given(WORLDS, st.integers(-4000, 4000))
def test_moving_all_days_alike_changes_nothing(tables: Tables, days: int) -> None:
    def moved(row: ClaimRow) -> ClaimRow:
        return replace(
            row, **{f: getattr(row, f) + timedelta(days) for f in DATES if getattr(row, f)}
        )

    assert contradictions(
        replace(tables, claims=tuple(map(moved, tables.claims)))
    ) == contradictions(tables)


@given(WORLDS)
def test_claims_known_to_be_of_different_days_never_clash_unless_one_was_foretold(
    tables: Tables,
) -> None:
    by_id = {c.id: c for c in tables.claims}
    for row in contradictions(tables):
        one, other = by_id[row.claim_a], by_id[row.claim_b]
        apart = [
            a.end_latest and b.begin_earliest and a.end_latest < b.begin_earliest
            for a, b in ((one, other), (other, one))
        ]
        assert not any(apart) or row.kind == "forecast"


@given(WORLDS)
def test_a_forecast_never_contradicts_an_outcome_for_certain(tables: Tables) -> None:
    kinds = {c.id: c.kind for c in tables.claims}
    for row in contradictions(tables):
        foretold = [kinds[c] == "forecast" for c in (row.claim_a, row.claim_b)]
        assert (row.kind == "forecast") == (foretold.count(True) == 1)
        assert row.certainty == "possible" or row.kind != "forecast"


@given(WORLDS)
def test_knowing_less_of_the_days_never_makes_a_clash_certain(tables: Tables) -> None:
    """Events aside: without days an event is taken as the same event."""
    certain = {r for r in contradictions(tables) if r.certainty == "certain"}
    blurred = tuple(
        replace(c, **dict.fromkeys(DATES)) if c.kind in ("state", "intent") else c
        for c in tables.claims
    )
    kinds = {c.id: c.kind for c in tables.claims}
    for row in contradictions(replace(tables, claims=blurred)):
        if row.certainty == "certain" and {kinds[row.claim_a], kinds[row.claim_b]} <= {
            "state",
            "intent",
        }:
            assert row in certain


def slow(tables: Tables) -> set[tuple[str, str]]:
    """Every pair compared by itself: what the sweep must not miss, nor add to."""
    found = set()
    for n, one in enumerate(tables.claims):
        for other in tables.claims[n + 1 :]:
            found |= pairs(contradictions(replace(tables, claims=(one, other))))
    return found


@settings(max_examples=50)
@given(WORLDS)
def test_the_sweep_finds_what_comparing_each_with_each_finds(tables: Tables) -> None:
    assert pairs(contradictions(tables)) == slow(tables)


def cpu(days: int) -> float:
    """CPU seconds for a place that changes hands between two rivals every day: many claims of one
    place, and nothing to find.
    """
    rows = []
    for n in range(days):
        day = FIRST + timedelta(n)
        rows.append(
            ClaimRow(
                f"c{n}",
                None,
                "state",
                ("lna", "gna")[n % 2],
                "controls",
                "town",
                "positive",
                day,
                day,
                day,
                day,
            )
        )
    tables = Tables(tuple(rows), predicates=PREDICATES, affiliations=TIES)
    start = process_time()
    assert contradictions(tables) == []
    return process_time() - start


def test_ten_times_the_claims_take_about_ten_times_the_time() -> None:
    small, large = min(cpu(1000) for _ in range(3)), min(cpu(10_000) for _ in range(2))
    assert large < 40 * small, "each compared with each would take a hundred times as long"
