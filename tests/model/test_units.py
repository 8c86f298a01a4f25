"""Spellings and conversions of units."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kb.model.units import unit


@pytest.mark.parametrize(
    "spellings",
    [
        ("%", "percent", "per cent", "Percent"),
        ("litre", "litres", "liters", "l"),
        ("km", "kilometres", "Kilometers"),
        ("USD", "US dollars", "US$"),
        ("million dollars", "million $"),
        ("km/h", "kilometres per hour"),
        ("people", "persons", "person"),
    ],
)
def test_spellings_of_one_unit_are_one_unit(spellings: tuple[str, ...]) -> None:
    assert len({unit(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other", "factor"),
    [
        ("miles", "km", "1.609344"),
        ("hours", "minutes", "60"),
        ("years", "months", "12"),
        ("million litres", "m³", "1000"),
        ("tonnes", "kg", "1000"),
        ("ppm", "%", "0.0001"),
        ("knots", "km/h", "1.852"),
    ],
)
def test_units_of_one_dimension_are_converted(one: str, other: str, factor: str) -> None:
    left, right = unit(one), unit(other)
    assert left.dimension == right.dimension
    assert round(left.factor / right.factor, 9) == Decimal(factor)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("USD", "EUR"),
        ("dollars", "euros"),
        ("tons", "tonnes"),
        ("gallons", "litres"),
        ("percent", "percentage points"),
        ("days", "months"),
        ("°C", "°F"),
        ("mW", "MW"),
    ],
)
def test_what_has_no_fixed_rate_is_never_converted(one: str, other: str) -> None:
    assert unit(one).dimension != unit(other).dimension


def test_a_unit_that_nobody_knows_is_itself_and_no_other() -> None:
    assert not unit("smoots").known
    assert unit("smoots") == unit("Smoots")
    assert unit("smoots").dimension != unit("smoot-lengths").dimension


def test_things_that_are_counted_have_whole_numbers_only() -> None:
    assert unit(None).whole
    assert unit("people").whole
    assert unit("trucks").whole
    assert not unit("litres").whole
    assert not unit("percent").whole
