"""Quantities as people state them."""

from __future__ import annotations

import re
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.model import quantities
from kb.model.quantities import Quantity, read

NUMBERS = st.integers(0, 10**9)


def ends(found: Quantity) -> tuple[Decimal | None, Decimal | None]:
    return found.min, found.max


@pytest.mark.parametrize(
    ("typed", "low", "high"),
    [
        ("8..10", 8, 10),
        ("between 2.4 and 3.6 million", 2400000, 3600000),
        ("2.4..3.6 million", 2400000, 3600000),
        ("900 thousand to 1.2 million", 900000, 1200000),
        ("10-12", 10, 12),
        ("more than 100", 101, None),
        ("fewer than 10", None, 9),
        ("at least eight", 8, None),
        ("no more than 7", None, 7),
        ("up to $5 million", None, 5000000),
        ("100+", 100, None),
        ("3 or more", 3, None),
        ("200..; hundreds", 200, None),
        ("ten to fifteen", 10, 15),
        ("two to three million", 2000000, 3000000),
        ("$2–$3 million", 2000000, 3000000),
        ("8 million-10 million", 8000000, 10000000),
        ("between half a million and a million", 500000, 1000000),
        ("30 ± 5 km", 25, 35),
        ("1.34 [1.22, 1.46]", Decimal("1.22"), Decimal("1.46")),
        ("8 and counting", 8, None),
        ("just over 30", 31, None),
        ("maximum 8", None, 8),
    ],
)
def test_a_range_has_the_ends_that_were_meant(
    typed: str, low: int | None, high: int | None
) -> None:
    assert ends(read(typed)) == (low, high)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("about 8 to 10", "8..10"), ("30 ± 5%", "percentage points"), ("3 ± 5", "0..8")],
)
def test_a_range_with_two_readings_is_refused_with_the_form_to_use(typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        read(typed)


def test_an_excluded_end_is_marked_and_moved_only_where_whole_things_are_counted() -> None:
    share = read("more than 0.5", "percent")
    assert (share.min, share.min_excluded) == (Decimal("0.5"), True)
    share = read("less than 1", "percent")
    assert (share.max, share.max_excluded) == (1, True)
    people = read("more than 8", "people")
    assert (people.min, people.min_excluded) == (9, None)
    many = read("more than 8 million")
    assert (many.min, many.min_excluded) == (8000000, True)


@pytest.mark.parametrize("word", ["about", "around", "some", "nearly", "roughly", "~", "ca."])
def test_about_names_its_number_and_no_ends(word: str) -> None:
    found = read(f"{word} 4.9 million")
    assert (found.exactness, found.best, *ends(found)) == ("about", 4900000, None, None)


def test_a_best_value_has_its_interval_and_level() -> None:
    found = read("1·335 (95% CI 1·223–1·457)")
    assert (found.best, *ends(found), found.level) == (
        Decimal("1.335"),
        Decimal("1.223"),
        Decimal("1.457"),
        95,
    )
    assert ends(read("4.9 million (4.1 to 5.6 million)")) == (4100000, 5600000)
    with pytest.raises(ValueError, match="not in its own interval"):
        read("4 (5..6)")


def test_a_unit_in_the_number_is_read_and_never_contradicted() -> None:
    assert read("30%").unit == "%"
    assert read("30%", "percent").best == 30
    with pytest.raises(ValueError, match="write one of them"):
        read("30%", "km")
    with pytest.raises(ValueError, match="after unit:"):
        read("12 trucks")


@pytest.mark.parametrize("typed", ["5..2", "1 km..2 kg", "3,5..4", "hundreds", "", "at least"])
def test_what_makes_no_sense_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(typed)


def test_a_dry_run_shows_what_was_understood() -> None:
    told = [
        quantities.understood(read(typed, unit), unit)
        for typed, unit in (
            ("more than 0.5", "percent"),
            ("4.9 million", "litres"),
            ("about 30", None),
            ("8..10", "km"),
        )
    ]
    assert told == [
        "more than 0.5 percent",
        "4900000 litres, to the nearest 100000",
        "about 30",
        "at least 8 and at most 10 km",
    ]


@given(NUMBERS, NUMBERS)
def test_a_range_of_two_numbers_has_them_as_its_ends(one: int, other: int) -> None:
    low, high = sorted((one, other))
    for typed in (f"{low}..{high}", f"between {low} and {high}", f"{low:,} to {high:,}"):
        assert ends(read(typed)) == (low, high)


@given(NUMBERS)
def test_words_of_a_limit_leave_one_end_open(number: int) -> None:
    assert ends(read(f"at least {number}")) == (number, None)
    assert ends(read(f"up to {number}")) == (None, number)
    assert ends(read(f"more than {number}")) == (number + 1, None)
    litres = read(f"more than {number}", "litres")
    assert (litres.min, litres.max, litres.min_excluded) == (number, None, True)


@given(st.text(max_size=40))
def test_any_text_is_a_quantity_or_refused(text: str) -> None:
    with suppress(ValueError):
        found = read(text)
        assert quantities.understood(found)
        assert found.min is None or found.max is None or found.min <= found.max
