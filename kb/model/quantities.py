"""Quantities as people state them: exact, about, between, more than, at least, with an interval.

The number is kept as written, with both ends of its range. An end that is excluded ("more than
0.5") is marked, and moved by one only where whole things are counted ("more than 100 people" is at
least 101).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from kb.model import numerals, units, values
from kb.model.numerals import Numeral

# Words in front of a limit → (end: 0 the minimum, 1 the maximum; whether the number is excluded).
_LIMITS: Final[dict[str, tuple[int, bool]]] = {
    "more than": (0, True),
    "just over": (0, True),
    "just above": (0, True),
    "well over": (0, True),
    "slightly more than": (0, True),
    "just under": (1, True),
    "just below": (1, True),
    "well under": (1, True),
    "slightly less than": (1, True),
    "greater than": (0, True),
    "higher than": (0, True),
    "over": (0, True),
    "above": (0, True),
    "upwards of": (0, True),
    "exceeding": (0, True),
    ">=": (0, False),
    "≥": (0, False),
    ">": (0, True),
    "at least": (0, False),
    "no fewer than": (0, False),
    "no less than": (0, False),
    "not less than": (0, False),
    "a minimum of": (0, False),
    "minimum": (0, False),
    "min.": (0, False),
    "fewer than": (1, True),
    "less than": (1, True),
    "lower than": (1, True),
    "under": (1, True),
    "below": (1, True),
    "<=": (1, False),
    "≤": (1, False),
    "<": (1, True),
    "up to": (1, False),
    "as many as": (1, False),
    "at most": (1, False),
    "no more than": (1, False),
    "not more than": (1, False),
    "a maximum of": (1, False),
    "maximum": (1, False),
    "max.": (1, False),
    "max": (1, False),
}
_AFTER: Final = (
    ("or more", 0), ("and more", 0), ("and counting", 0), (" plus", 0), ("+", 0), ("or fewer", 1),
    ("or less", 1),
)  # fmt: skip
_ABOUT: Final = re.compile(
    r"(?:(?:an estimated|about|around|some|nearly|almost|roughly|approximately|approx\.?"
    r"|circa|close to|ca?\.)\s+|[~≈]\s*)(.+)|(.+?)(?:\s+or so|-ish)",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(
    r"between\s+(.+?)\s+and\s+(.+)|from\s+(.+?)\s+to\s+(.+)", re.IGNORECASE
)
_DASH: Final = re.compile(
    rf"(\S*\d)\s*[–—-]\s*((?:{numerals.CURRENCY})?\d.*)"
    r"|(\S*\d\s?[a-z]+)\s*[–—-]\s*(\d.*)|(\S*\d.*?)\s+to\s+(.*\d.*)"
)
_WORDS: Final = re.compile(r"([a-z-]+)\s+to\s+([a-z-]+.*)", re.IGNORECASE)
_ERROR: Final = re.compile(r"(?P<best>.+?)\s*(?:±|\+/-|\+-)\s*(?P<error>[\d.,]+)(?P<unit>.*)")
_INTERVAL: Final = re.compile(
    r"(?P<best>[^()\[\]]+?)\s*[(\[]\s*"
    r"(?:(?P<level>\d{1,2}(?:\.\d+)?)\s*(?:%|per\s?cent)\s*"
    r"(?:CI|CrI|confidence interval)?[:,]?\s*)?"
    r"(?P<range>[^()\[\]]+?)\s*[)\]](?P<unit>.*)"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as a range. None is an open end.

    `min_excluded` and `max_excluded` mean that the end itself is not in the range. `step` is the
    unit of the last digit written, unless the number alone shows it. `level` is the level of a
    confidence interval, in percent. `unit` is the unit written with the number.
    """

    min: Decimal | None
    max: Decimal | None
    best: Decimal | None
    exactness: str | None
    phrase: str
    min_excluded: bool | None = None
    max_excluded: bool | None = None
    step: Decimal | None = None
    level: Decimal | None = None
    unit: str = ""


def read(text: str, unit: str | None = None) -> Quantity:
    """Read a quantity; the wording of the text follows after a `;`. Raises ValueError with a
    sentence.

    `unit` is the unit given elsewhere. It matters: whole things have a next number, litres do not.

    >>> read("more than 100").min, read("more than 0.5", "percent").min_excluded
    (Decimal('101'), True)
    >>> read("about 4.9 million litres").best, read("1·335 (95% CI 1·223–1·457)").level
    (Decimal('4900000'), Decimal('95'))
    """
    typed, _, phrase = (part.strip() for part in text.partition(";"))
    found = replace(_read(typed, unit), phrase=phrase or typed)
    if unit and found.unit and units.unit(unit) != units.unit(found.unit):
        raise ValueError(
            f"“{values.shown(typed)}” is in {found.unit}, but unit: is {unit}; write one of them."
        )
    return found


def _read(typed: str, unit: str | None) -> Quantity:
    """Read what is typed before the phrase."""
    if interval := _INTERVAL.fullmatch(typed):
        return _interval(interval)
    if limit := _limited(typed, unit):
        return limit
    if error := _ERROR.fullmatch(typed):
        return _with_error(error)
    if about := _ABOUT.fullmatch(typed):
        return _about(about[1] or about[2])
    if bounds := _ends(typed):
        return _range(*bounds, typed)
    number = _numeral(typed)
    return _exact(number, "exact", _written(number))


def _about(typed: str) -> Quantity:
    """Return about one number. Raises ValueError for about a range."""
    if ends := _ends(typed):
        low, high = (end.strip() for end in ends)
        raise ValueError(
            f"“{values.shown(typed)}” is a range already; write {low}..{high}; about "
            f"{values.shown(typed)}"
        )
    return _exact(_numeral(typed), "about", None)


def _with_error(found: re.Match[str]) -> Quantity:
    """Read a number with the error that it may have: 30 ± 5 km."""
    unit = found["unit"].strip()
    if unit in ("%", "percent", "per cent") and "%" not in found["best"]:
        raise ValueError(
            f"“{values.shown(found[0])}” can mean a part of the number or percentage points; write "
            "the range, as in 30 (25..35)."
        )
    best, error = (_numeral(f"{found[name]} {unit}".strip()) for name in ("best", "error"))
    least, most = best.value - error.value, best.value + error.value
    if least < 0:
        raise ValueError(
            f"“{values.shown(found[0])}” reaches below 0; write the range, as in 0..8."
        )
    return Quantity(
        _bare(least), _bare(most), _written(best), None, "", unit=best.unit or error.unit
    )


def _limited(typed: str, unit: str | None) -> Quantity | None:
    """Read a number with words that make it a limit, or return None if there are no such words."""
    lower = typed.lower()
    for words, (end, excluded) in _LIMITS.items():
        if lower.startswith(words + ("" if words[0] in "<>≤≥" else " ")):
            return _limit(_numeral(typed[len(words) :]), end, excluded, unit)
    for words, end in _AFTER:
        if lower.endswith(words):
            return _limit(_numeral(typed[: -len(words)]), end, False, unit)
    return None


def _ends(typed: str) -> tuple[str, str] | None:
    """Return both ends of a range as typed, or None if it is no range."""
    if ".." in typed:
        low, _, high = typed.partition("..")
        return low, high
    found = _BETWEEN.fullmatch(typed) or _DASH.fullmatch(typed) or _WORDS.fullmatch(typed)
    if found is None:
        return None
    low, high = (part for part in found.groups() if part is not None)
    return low, high


def _numeral(text: str) -> Numeral:
    """Read a number. Raises ValueError if it has a unit that is not known."""
    found = numerals.read(text.strip())
    if found.unit and not units.unit(found.unit).known:
        raise ValueError(
            f"“{values.shown(found.unit)}” is not a known unit; write it after unit:, or after "
            "counted: if it says what is counted."
        )
    return found


def _exact(number: Numeral, exactness: str, bound: Decimal | None) -> Quantity:
    """Return one number, exact or about."""
    best = _written(number)
    return Quantity(
        bound, bound, best, exactness, "", step=_step(best, number.step), unit=number.unit
    )


def _written(number: Numeral) -> Decimal:
    """Return the number as it was written, with the zeros after its point.

    A number with a magnitude has no such zeros: 4.9 million is 4900000.
    """
    return _bare(number.value) if number.magnitude != 1 else Decimal(format(number.value, "f"))


def _bare(number: Decimal) -> Decimal:
    """Return a number without zeros at the end of its fraction and without an exponent.

    >>> _bare(Decimal("4900000.0")), _bare(Decimal("2E+9"))
    (Decimal('4900000'), Decimal('2000000000'))
    """
    return Decimal(values.decimal_text(number))


def _step(number: Decimal, step: Decimal) -> Decimal | None:
    """Return the unit of the last digit, or None if the number itself shows it.

    Zeros after the point do not show it, because a store may drop them.
    """
    return None if step == numerals.last_digit(_bare(number)) else _bare(step)


def _limit(number: Numeral, end: int, excluded: bool, unit: str | None) -> Quantity:
    """Return a number as a limit. More than 8 people is at least 9; more than 8 litres stays so."""
    value = _written(number)
    if excluded and _counts(number, unit):
        value, excluded = value + (1, -1)[end], False
    if value < 0:
        raise ValueError("a quantity cannot be fewer than 0.")
    found = Quantity(None, None, None, None, "", unit=number.unit)
    if end:
        return replace(found, max=value, max_excluded=excluded or None)
    return replace(found, min=value, min_excluded=excluded or None)


def _counts(number: Numeral, unit: str | None) -> bool:
    """Tell whether a number counts whole things one by one, so that there is a next number."""
    plain = number.magnitude == 1 and number.step == 1
    integral = number.value == number.value.to_integral()
    return plain and integral and units.unit(number.unit or unit).whole


def _range(low: str, high: str, typed: str) -> Quantity:
    """Read both ends of a range, either of which may be open."""
    first, last = (_numeral(part) if part.strip() else None for part in (low, high))
    if first and last:
        first = _same_magnitude(first, last)
    least, most = (None if number is None else _written(number) for number in (first, last))
    if least is not None and most is not None and least > most:
        raise ValueError(f"the first number of “{typed}” is larger than the second.")
    units_named = {number.unit for number in (first, last) if number and number.unit}
    if len({units.unit(name) for name in units_named}) > 1:
        raise ValueError(f"“{values.shown(typed)}” has two units; write both ends in one.")
    return Quantity(least, most, None, None, "", unit=min(units_named, default=""))


def _same_magnitude(first: Numeral, last: Numeral) -> Numeral:
    """Return the first end, in millions if only the second says so: between 2.4 and 3.6 million."""
    if first.magnitude == 1 and last.magnitude > 1 and first.value < last.value:
        scaled = first.times(last.magnitude)
        return scaled if scaled.value <= last.value else first
    return first


def _interval(found: re.Match[str]) -> Quantity:
    """Read a best value with its interval: 4.9 million (95% CI 4.1..5.6 million)."""
    inside = found["range"].strip()
    ends = _ends(re.sub(r"(?<=\d),\s+(?=\d)", "..", inside))
    if ends is None:
        raise ValueError(
            f"“{values.shown(found[0])}” has words in brackets that are not a range; write them "
            "after a “;”, as in 30 km; 30 km (18 miles)."
        )
    typed = f"{found['best']} {found['unit'].strip()}".strip()
    best = _numeral(typed)
    bounds = _scaled(_range(*ends, found["range"]), best)
    value = _written(best)
    below = bounds.min is not None and value < bounds.min
    if below or (bounds.max is not None and value > bounds.max):
        raise ValueError(f"“{values.shown(found[0])}”: {value} is not in its own interval.")
    level = Decimal(found["level"]) if found["level"] else None
    return replace(bounds, best=value, level=level, unit=best.unit or bounds.unit)


def _scaled(bounds: Quantity, best: Numeral) -> Quantity:
    """Return an interval, in millions if only the best value says so: 4.9 million (4.1..5.6)."""
    if bounds.min is None or bounds.max is None or best.magnitude <= 1:
        return bounds
    if not bounds.max < best.value <= bounds.max * best.magnitude:
        return bounds
    least, most = (_bare(end * best.magnitude) for end in (bounds.min, bounds.max))
    return replace(bounds, min=least, max=most)


def understood(quantity: Quantity, unit: str | None = None) -> str:
    """Return the range of a quantity, in words for a dry run.

    >>> understood(read("more than 0.5", "percent"), "percent")
    'more than 0.5 percent'
    >>> understood(read("4.9 million"), "litres"), understood(read("about 30"))
    ('4900000 litres, to the nearest 100000', 'about 30')
    """
    best = quantity.best
    name = f" {unit or quantity.unit}".rstrip()
    if best is None:
        return _range_in_words(quantity) + name
    if quantity.exactness == "about":
        return f"about {best:f}{name}"
    if quantity.min == quantity.max == best:
        near = f", to the nearest {quantity.step:f}" if quantity.step else ""
        return f"{best:f}{name}{near}"
    level = f", {quantity.level:f} % interval" if quantity.level else ""
    return f"{best:f}{name} ({_range_in_words(quantity)}{level})"


def _range_in_words(quantity: Quantity) -> str:
    parts = []
    if quantity.min is not None:
        parts.append(f"{'more than' if quantity.min_excluded else 'at least'} {quantity.min:f}")
    if quantity.max is not None:
        parts.append(f"{'less than' if quantity.max_excluded else 'at most'} {quantity.max:f}")
    return " and ".join(parts) or "any number"
