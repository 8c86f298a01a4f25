"""Numbers as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.model import numerals


def attempt(typed: str) -> tuple[Decimal | None, str]:
    """The number that is read, or the sentence that refuses it."""
    try:
        return numerals.read(typed).value, ""
    except ValueError as refused:
        return None, str(refused)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("8", "8"),
        ("1,000", "1000"),
        ("2,000,000", "2000000"),
        ("1 234 567", "1234567"),
        ("1 234", "1234"),
        ("1’234’567", "1234567"),
        ("1.234.567", "1234567"),
        ("1.234,5", "1234.5"),
        ("1,23,456", "123456"),
        ("0.500", "0.5"),
        ("1·335", "1.335"),
        ("4.9 million", "4900000"),
        ("3,000 thousand", "3000000"),
        ("$2bn", "2000000000"),
        ("€3.5m", "3500000"),
        ("US$1.2 billion", "1200000000"),
        ("5k", "5000"),
        ("twelve", "12"),
        ("twenty-five", "25"),
        ("two hundred", "200"),
        ("two hundred and fifty", "250"),
        ("a hundred and twenty", "120"),
        ("Two hundred and fifty kWh", "250"),
        ("one thousand two hundred", "1200"),
        ("twenty five", "25"),
        ("half a million", "500000"),
        ("half a dozen", "6"),
        ("two and a half million", "2500000"),
        ("1½", "1.5"),
        ("2 1/2", "2.5"),
        ("½", "50"),
        (".5", "0.5"),
        ("1.5 × 10^6", "1500000"),
        ("3 x 10⁶", "3000000"),
        ("2.5 lakh", "250000"),
        ("9 of 10", "90"),
        ("none", "0"),
        ("a dozen", "12"),
        ("no", "0"),
        ("half", "50"),
        ("a third", "33.3333"),
        ("Two-thirds", "66.6667"),
        ("3/4", "75"),
        ("one in five", "20"),
        ("9 out of 10", "90"),
    ],
)
def test_a_number_is_read_as_people_mean_it(typed: str, value: str) -> None:
    assert numerals.read(typed).value == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "readings"),
    [
        ("3,5", ("3.5", "35")),
        ("10,00", ("10.00", "1000")),
        ("1.500", ("1500", "1.5")),
        ("3.125", ("3125", "3.125")),
        ("1.000", ("1000", "as 1;")),
        ("5m", ("million", "metres")),
        ("0,5", ("0.5",)),
        ("-5", ("below 0", "write 5")),
        ("several", ("3..; several",)),
        ("dozens", ("24..; dozens",)),
    ],
)
def test_a_writing_with_two_readings_is_refused_with_both(
    typed: str, readings: tuple[str, ...]
) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # the sentence is looked at below
        numerals.read(typed)
    for reading in readings:
        assert reading in str(refused.value)


@pytest.mark.parametrize(
    "typed",
    ["", "many", "dozens", "a", "a year", "1,2,3", "third", "halves", "half a", "fifty-fifty"],
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        numerals.read(typed)


@pytest.mark.parametrize(
    ("typed", "step"),
    [("4.9 million", "100000"), ("3 million", "1000000"), ("12", "1"), ("0.50", "0.01")],
)
def test_the_unit_of_the_last_digit_is_kept(typed: str, step: str) -> None:
    assert numerals.read(typed).step == Decimal(step)


@given(st.integers(0, 10**15))
def test_a_whole_number_is_the_same_with_and_without_separators(number: int) -> None:
    for typed in (f"{number}", f"{number:,}", f"{number:,}".replace(",", "\u00a0")):
        assert numerals.read(typed).value == number


@given(st.decimals(0, 10**9, places=2, allow_nan=False, allow_infinity=False))
def test_a_decimal_number_is_read_back_as_it_was_written(number: Decimal) -> None:
    assert numerals.read(f"{number:,}").value == number
    assert numerals.read(f"{number} million").value == number * 10**6


@given(st.integers(0, 999), st.text("0123456789", min_size=1, max_size=6))
def test_a_comma_is_never_dropped_unless_groups_of_three_follow(whole: int, behind: str) -> None:
    typed = f"{whole},{behind}"
    found, said = attempt(typed)
    if found is None:
        assert f"{whole}.{behind}" in said
    else:
        assert (len(behind), found) == (3, whole * 1000 + int(behind)), typed


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_refused_with_a_sentence(text: str) -> None:
    found, said = attempt(text)
    assert said if found is None else found >= 0
