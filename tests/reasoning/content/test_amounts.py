"""Which numbers exclude each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stated import row

from kb.reasoning.content.amounts import clash, fits, misses
from kb.reasoning.contradiction.contradictions import contradictions
from kb.reasoning.tables import DEFAULT_POLICY, ClaimRow, PolicyRow, PredicateRow, Tables

SPILLED = PredicateRow("spilled", measures="volume")
OWNS = PredicateRow("owns", measures="share", shares_of="object")


@pytest.mark.parametrize(
    ("one", "other", "unit", "wanted"),
    [
        ("about 4.9 million", "2 million", "litres", "certain"),
        ("about 50", "53", "litres", None),
        ("about 50", "70", "litres", "possible"),
        ("about 50", "100", "litres", "certain"),
        ("about 50", "about 54", "litres", None),
        ("3 million", "3,000 thousand", "litres", None),
        ("3 million", "2 million", "litres", "certain"),
        ("3 million", "2.4..3.6 million", "litres", None),
        ("3 million", "3.2 million", "litres", None),
        ("2.9 million", "3.2 million", "litres", "certain"),
        ("20 million", "18 million", "dollars", "possible"),
        ("more than 0.5", "0.7", "percent", None),
        ("0.7", "less than 1", "percent", None),
        ("more than 1", "less than 1", "percent", "certain"),
        ("more than 1", "at most 1", "percent", "certain"),
        ("at least 1", "at most 1", "percent", None),
        ("73", "67", "people", "certain"),
        ("10", "12", "people", "certain"),
        ("100", "96", "people", "possible"),
        ("more than 8", "8", "people", "certain"),
        ("30", "30.4", "percent", None),
    ],
)
def test_two_numbers_exclude_each_other_as_a_careful_reader_says(
    one: str, other: str, unit: str, wanted: str | None
) -> None:
    left, right = row("a", one, unit), row("b", other, unit)
    assert clash(left, right) == clash(right, left) == wanted
    found = contradictions(Tables(claims=(left, right), predicates=(SPILLED,)))
    assert [c.certainty for c in found] == ([wanted] if wanted else [])


def test_units_are_converted_and_currencies_are_not() -> None:
    def pairs(one: ClaimRow, other: ClaimRow) -> int:
        return len(contradictions(Tables(claims=(one, other), predicates=(SPILLED,))))

    assert pairs(row("a", "8", "km"), row("b", "5", "miles")) == 0
    assert pairs(row("a", "8", "km"), row("b", "8", "miles")) == 1
    assert pairs(row("a", "30", "percent"), row("b", "60", "per cent")) == 1
    assert pairs(row("a", "30", "USD"), row("b", "60", "EUR")) == 0
    assert pairs(row("a", "30", "smoots"), row("b", "60", "Smoots")) == 1
    assert pairs(row("a", "30", "smoots"), row("b", "60", "smoot lengths")) == 0


def test_the_tolerance_of_about_is_what_the_policy_says() -> None:
    left, right = row("a", "about 50", "litres"), row("b", "60", "litres")
    lenient = PolicyRow("lenient", about_tolerance=Decimal("0.3"))
    assert clash(left, right, DEFAULT_POLICY) == "possible"
    assert clash(left, right, lenient) is None
    strict = PolicyRow("strict", about_certain=Decimal("1.1"))
    assert clash(left, right, strict) == "certain"


def test_totals_as_of_one_day_exclude_each_other_and_later_ones_may_have_grown() -> None:
    def total(id: str, typed: str, day: int) -> ClaimRow:
        return row(id, typed, "people", begin_earliest=None, end_latest=date(2031, 4, day))

    def found(*claims: ClaimRow) -> list[str]:
        rows = contradictions(Tables(claims=claims, predicates=(SPILLED,)))
        return [c.certainty for c in rows]

    assert found(total("a", "73", 21), total("b", "67", 21)) == ["certain"]
    assert found(total("a", "67", 21), total("b", "73", 25)) == []
    assert found(total("a", "73", 21), total("b", "67", 25)) == ["possible"]


def test_shares_of_one_whole_add_up_to_the_whole_at_most() -> None:
    def owned(id: str, who: str, typed: str) -> ClaimRow:
        state = {"kind": "state", "held": "all", "begin_earliest": date(2031, 5, 1)}
        return row(id, typed, "percent", subject=who, predicate="owns", object="firm", **state)

    def found(*claims: ClaimRow) -> list[tuple[str, str]]:
        rows = contradictions(Tables(claims=claims, predicates=(OWNS,)))
        return [(c.rule, c.certainty) for c in rows]

    assert found(owned("a", "ada", "60"), owned("b", "ben", "70")) == [
        ("shares of one whole: owns", "certain")
    ]
    assert found(owned("a", "ada", "60"), owned("b", "ben", "40")) == []
    assert found(owned("a", "ada", "about 52"), owned("b", "ben", "50")) == []
    assert found(owned("a", "ada", "more than 50"), owned("b", "ben", "at least 50")) == [
        ("shares of one whole: owns", "certain")
    ]


def test_shares_that_are_too_much_only_together_are_possible_pairs_of_those_that_matter() -> None:
    def pairs(*percent: str, of: str = "object") -> list[tuple[str, str, str]]:
        claims = []
        for n, typed in enumerate(percent):
            about = {"subject": f"part-{n}", "object": "firm"}
            if of == "subject":
                about = {"subject": "firm", "object": f"part-{n}"}
            claims.append(row(f"c{n}", typed, "percent", predicate="owns", **about))
        predicates = (PredicateRow("owns", measures="share", shares_of=of),)
        rows = contradictions(Tables(claims=tuple(claims), predicates=predicates))
        return [(c.claim_a, c.claim_b, c.certainty) for c in rows]

    all_three = [("c0", "c1", "possible"), ("c0", "c2", "possible"), ("c1", "c2", "possible")]
    assert pairs("40", "40", "40") == pairs("40", "40", "40", of="subject") == all_three
    assert pairs("50", "40", "20", "1") == all_three, "1 percent does not matter"
    assert pairs("40", "30", "30") == []
    assert pairs("60", "70", "1") == [("c0", "c1", "certain")]
    assert {end for a, b, _ in pairs("40", "40", "30", "25") for end in (a, b)} == {
        "c0",
        "c1",
        "c2",
        "c3",
    }
    assert pairs("60", "60", "30", "30") == [
        ("c0", "c1", "certain"),
        *((f"c{a}", f"c{b}", "possible") for a, b in ((0, 2), (0, 3), (1, 2), (1, 3), (2, 3))),
    ]


def test_two_shares_that_are_too_much_hide_no_others_of_other_days() -> None:
    def owned(id: str, typed: str, year: int) -> ClaimRow:
        days = {"begin_earliest": date(year, 1, 1), "end_latest": date(year, 1, 1)}
        return row(id, typed, "percent", subject=id, predicate="owns", object="firm", **days)

    pair = (owned("a", "60", 2031), owned("b", "60", 2031))
    three = tuple(owned(id, "40", 2035) for id in "cde")
    rows = contradictions(Tables(claims=(*pair, *three), predicates=(OWNS,)))
    assert [(r.claim_a + r.claim_b, r.certainty) for r in rows] == [
        ("ab", "certain"),
        ("cd", "possible"),
        ("ce", "possible"),
        ("de", "possible"),
    ]


@given(st.lists(st.integers(1, 70), min_size=2, max_size=6))
def test_a_share_matters_if_some_set_is_too_much_only_with_it(percent: list[int]) -> None:
    least = [Decimal(n) for n in percent]
    claims = tuple(
        row(f"c{n}", f"at least {p}", "percent", subject=f"s{n}", predicate="owns", object="firm")
        for n, p in enumerate(percent)
    )
    rows = contradictions(Tables(claims=claims, predicates=(OWNS,)))
    needed = {
        f"c{n}"
        for size in range(2, len(least) + 1)
        for chosen in combinations(range(len(least)), size)
        if sum(least[n] for n in chosen) > 100
        and all(sum(least[m] for m in chosen if m != n) <= 100 for n in chosen)
        for n in chosen
    }
    assert {end for r in rows for end in (r.claim_a, r.claim_b)} == needed


def test_the_tolerance_of_a_policy_decides_whether_shares_are_too_much() -> None:
    claims = tuple(
        row(id, typed, "percent", subject=id, predicate="owns", object="firm")
        for id, typed in (("a", "about 60"), ("b", "about 50"))
    )
    tables = Tables(claims=claims, predicates=(OWNS,))
    assert contradictions(tables) == []
    narrow = replace(DEFAULT_POLICY, about_tolerance=Decimal("0.01"))
    assert len(contradictions(tables, narrow)) == 1


def test_a_number_decides_a_bound_only_where_it_is_clearly_inside_or_outside() -> None:
    limit = row("f", "up to 18", "million dollars")
    assert fits(row("e", "13", "million dollars"), limit)
    assert misses(row("e", "20", "million dollars"), limit)
    vague = row("e", "about 18.5", "million dollars")
    assert not fits(vague, limit)
    assert not misses(vague, limit)
    about = row("f", "about 14", "million dollars")
    assert fits(row("e", "13", "million dollars"), about)
    assert misses(row("e", "500", "million dollars"), about)
    assert not misses(row("e", "17", "million dollars"), about)
    assert not fits(row("e", "13", "million euros"), limit)
    assert not misses(row("e", "99", "million euros"), limit)


@given(st.integers(1, 10**9), st.integers(-10, 10))
def test_nothing_inside_the_tolerance_of_about_contradicts_it(number: int, percent: int) -> None:
    near = Decimal(number) * (100 + percent) / 100
    assert clash(row("a", f"about {number}", "litres"), row("b", f"{near:f}", "litres")) is None


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_numbers_exclude_each_other_both_ways_alike(one: int, other: int) -> None:
    for word in ("", "about ", "at least ", "up to ", "more than "):
        left, right = row("a", f"{word}{one}", "litres"), row("b", f"{other}", "litres")
        assert clash(left, right) == clash(right, left)
        assert not (fits(left, right) and misses(left, right))
