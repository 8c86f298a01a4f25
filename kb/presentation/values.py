"""Single values, for people and for programs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any


def amount(number: int, thing: str) -> str:
    """Count things, as `1 record`, `2 records`.

    >>> amount(1, "file"), amount(0, "file"), amount(2, "entity")
    ('1 file', '0 files', '2 entities')
    """
    if number == 1:
        return f"1 {thing}"
    several = f"{thing.removesuffix('y')}ies" if thing.endswith("ty") else f"{thing}s"
    return f"{number:,} {several}"


def percent(share: float | None) -> int | None:
    """Convert a share to per cent, rounded down: 100 only if nothing is missing.

    >>> percent(0.999), percent(None)
    (99, None)
    """
    return None if share is None else int(share * 100)


def label(name: str) -> str:
    """Return the name of a column for people; programs get the identifier itself.

    >>> label("affirmed_by"), label("done_percent")
    ('affirmed by', 'done %')
    """
    return name.replace("_percent", " %").replace("_", " ")


def cell(value: object, between: str = "|") -> str:
    """Write a value as text: None is empty, a date ISO 8601; several values are joined.

    >>> cell(("x", None, date(2024, 3, 2))), cell(Decimal("3.50")), cell(True)
    ('x||2024-03-02', '3.50', 'true')
    """
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case tuple() | list():
            return between.join(cell(one, between) for one in value)
        case dict():
            return ", ".join(f"{key}: {cell(one, between)}" for key, one in value.items())
        case date():  # a datetime, too
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)


def plain(value: object) -> Any:
    """Convert a value for JSON: numbers, truth values and lists keep their type."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case tuple() | list():
            return [plain(one) for one in value]
        case dict():
            return {key: plain(one) for key, one in value.items()}
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case _:
            return cell(value)
