"""Spellings of stored dates and quantities, which a sheet reads back as exactly these values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from kb.coding.claims import QUANTITY
from kb.model import dates, quantities
from kb.model.records import Claim

T = TypeVar("T")


def date_of(claim: Claim, reference: dates.Bounds) -> str | None:
    """Return a text that is read as exactly the bounds and the words of a claim, or None if there
    is none.

    There is none for a state without `held`, because a sheet always sets it.
    """
    if claim.kind == "state" and claim.held is None:
        return None
    begin, end = (claim.begin_earliest, claim.begin_latest), (claim.end_earliest, claim.end_latest)
    window = (begin[0], end[1])
    bounds = [dates.show(*window), f"{_period(begin)}..{_period(end)}", _period(window)]
    known = (f"begun by {begin[1]}", begin[1]), (f"last reported {end[0]}", end[0])
    bounds.append(", ".join(words for words, day in known if day))
    bounds.append(f"as of {dates.show(end[0], begin[1])}")
    phrase = claim.when or ""
    if not any((*begin, *end, phrase)):
        return None
    typed = [phrase, *bounds, *(f"{bound}; {phrase}".rstrip() for bound in bounds)]
    wanted = (begin, end, phrase)
    return first(typed, lambda text: _read(text, claim.kind, reference), wanted)


def _read(
    typed: str, kind: str | None, reference: dates.Bounds
) -> tuple[dates.Bounds, dates.Bounds, str]:
    """Return the begin, end and phrase that a sheet would store."""
    when = dates.parse(typed, reference)
    if kind == "state":
        return when.begin, when.end, when.phrase
    return (when.begin[0], None), (None, when.end[1]), when.phrase


def held(typed: str) -> str:
    """Return on which days a sheet takes a state with this date to have held."""
    try:
        return dates.parse(typed).held or "some"
    except ValueError:  # a phrase that counts from a reference
        return "some"


def _period(bounds: dates.Bounds) -> str:
    """Return the day, month or year with these bounds; "" for open ones, “?” for all others."""
    begin, end = bounds
    if begin is None or end is None:
        return "" if begin is end else "?"
    day = begin.isoformat()
    shapes = (day, day[:7], day[:4])
    return next((shape for shape in shapes if dates.parse(shape).window() == bounds), "?")


def quantity_of(claim: Claim) -> str | None:
    """Return a text that is read as exactly the quantity of a claim, or None if there is none."""
    low, high, best = (
        "" if number is None else format(number, "f")
        for number in (claim.quantity_min, claim.quantity_max, claim.quantity_best)
    )
    numbers = (f"{low}..{high}", best, f"about {best}", f"more than {low}", f"less than {high}")
    phrase = claim.quantity or ""
    typed = [phrase, *(f"{number}; {phrase}" for number in numbers)]

    def read(text: str) -> dict[str, object]:
        """Return the fields that a sheet would store."""
        found = quantities.read(text, claim.unit)
        return {field: getattr(found, name) for field, name in QUANTITY.items()}

    return first(typed, read, {field: getattr(claim, field) for field in QUANTITY})


def first(typed: Iterable[str], read: Callable[[str], T], wanted: T) -> str | None:
    """Return the first of several texts that is read as the wanted value, or None."""
    for text in typed:
        try:
            if text and survives(text) and read(text) == wanted:
                return text
        except ValueError:
            continue
    return None


def survives(text: str) -> bool:
    """Tell whether a sheet gives back exactly this text, although it joins lines with a space.

    >>> survives("one line"), survives("two\\nlines")
    (True, False)
    """
    return text == text.strip() and "\n" not in text
