"""Amounts: comparison of numbers and ranges of claims.

A number is exact up to its last digit. *About* adds the tolerance that the policy sets. A round
number may be exact only up to its last digit that is not a zero: 100 can be meant for 96, so
against 96 it is at most a possible contradiction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from kb.model.units import Unit, unit
from kb.reasoning.tables import DEFAULT_POLICY, ClaimRow, PolicyRow, PredicateRow

# Below this number, whole things are counted one by one: 30 people are not 32.
_COUNTED_SINGLY: Final = 100


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers from `low` to `high`. None means no limit. Excluded ends are not in the range."""

    low: Decimal | None
    high: Decimal | None
    low_excluded: bool = False
    high_excluded: bool = False

    def below(self, other: Range) -> bool:
        """Tell whether all its numbers are smaller than all numbers of the other."""
        if self.high is None or other.low is None:
            return False
        touching = self.high == other.low and (self.high_excluded or other.low_excluded)
        return self.high < other.low or touching

    def apart(self, other: Range) -> bool:
        """Tell whether the two have no number in common."""
        return self.below(other) or other.below(self)

    def within(self, other: Range) -> bool:
        """Tell whether all its numbers are in the other.

        >>> Range(Decimal(2), Decimal(3)).within(Range(Decimal(2), None))
        True
        """
        return self._starts_within(other) and self._ends_within(other)

    def _starts_within(self, other: Range) -> bool:
        if other.low is None or self.low is None:
            return other.low is None
        same = self.low == other.low and (self.low_excluded or not other.low_excluded)
        return self.low > other.low or same

    def _ends_within(self, other: Range) -> bool:
        if other.high is None or self.high is None:
            return other.high is None
        same = self.high == other.high and (self.high_excluded or not other.high_excluded)
        return self.high < other.high or same


@dataclass(frozen=True, slots=True)
class Amount:
    """The number of a claim, in the base of its unit.

    `written` is the number or range as written. `meant` includes the rounding of its last digit and
    its tolerance, `roughly` the rounding of its last digit that is not a zero.
    """

    written: Range
    meant: Range
    roughly: Range
    about: bool


def measured(claim: ClaimRow) -> bool:
    """Tell whether a claim has a number."""
    return not (claim.quantity_min is claim.quantity_max is claim.quantity_best is None)


def amount(claim: ClaimRow, policy: PolicyRow = DEFAULT_POLICY) -> Amount:
    """Return the number of a claim.

    >>> about = amount(ClaimRow("c", quantity_best=Decimal(20), exactness="about"))
    >>> about.meant.low, about.meant.high
    (Decimal('18.0'), Decimal('22.0'))
    """
    measure = unit(claim.unit)
    best = claim.quantity_best
    if best is not None and claim.exactness == "about":
        return _about(best, claim.quantity_step, measure, policy)
    low, high = claim.quantity_min, claim.quantity_max
    if low is not None and low == high:
        return _exact(low, claim.quantity_step, measure)
    if low is high is None and best is not None:
        return _exact(best, claim.quantity_step, measure)
    least, most = (None if end is None else end * measure.factor for end in (low, high))
    found = Range(least, most, bool(claim.quantity_min_excluded), bool(claim.quantity_max_excluded))
    return Amount(found, found, found, False)


def _digit(number: Decimal) -> Decimal:
    """Return the unit of the last digit, without zeros after the point, which a store may drop."""
    return Decimal(1).scaleb(min(int(number.normalize().as_tuple().exponent), 0))


def _significant(number: Decimal) -> Decimal:
    """Return the unit of the last digit that is not a zero; 1 for the number 0.

    >>> _significant(Decimal("4900000")), _significant(Decimal("3.5"))
    (Decimal('1E+5'), Decimal('0.1'))
    """
    return Decimal(1).scaleb(int(number.normalize().as_tuple().exponent)) if number else Decimal(1)


def _rounded(number: Decimal, step: Decimal, measure: Unit) -> Range:
    """Return the numbers that are rounded to this one."""
    half = step / 2
    return Range(
        (number - half) * measure.factor, (number + half) * measure.factor, high_excluded=True
    )


def _exact(number: Decimal, step: Decimal | None, measure: Unit) -> Amount:
    """Return the amount of a number without “about”. `step` is its precision, if stated."""
    point = Range(number * measure.factor, number * measure.factor)
    digit = step or _digit(number)
    one_by_one = measure.whole and measure.factor == 1 and digit == 1
    meant = point if one_by_one else _rounded(number, digit, measure)
    singly = one_by_one and number < _COUNTED_SINGLY
    # Digits after the point are meant exactly.
    exactly = singly or digit < 1
    coarse = meant if exactly else _rounded(number, max(digit, _significant(number)), measure)
    return Amount(point, meant, coarse, False)


def _about(number: Decimal, step: Decimal | None, measure: Unit, policy: PolicyRow) -> Amount:
    """Return the amount of “about” a number, with the tolerance of the policy."""
    point = Range(number * measure.factor, number * measure.factor)
    spread = abs(number) * policy.about_tolerance
    digit = _rounded(number, step or _digit(number), measure)
    low = min(digit.low or Decimal(0), (number - spread) * measure.factor)
    high = max(digit.high or Decimal(0), (number + spread) * measure.factor)
    meant = Range(low, high)
    return Amount(point, meant, meant, True)


def counted(claim: ClaimRow, predicates: Mapping[str, PredicateRow]) -> str | None:
    """Return what a claim counts, in lower case: as it states, or else what its predicate measures.

    >>> counted(ClaimRow("c", predicate="sent"), {"sent": PredicateRow("sent", measures="Trucks")})
    'trucks'
    """
    row = predicates.get(claim.predicate or "")
    found = claim.counted or (row.measures if row else None)
    return found.casefold() if found else None


def same_counted(
    stated: ClaimRow, wanted: ClaimRow, predicates: Mapping[str, PredicateRow]
) -> bool:
    """Tell whether a claim counts what another one is about. A claim without a number and a counted
    thing is about every thing.

    >>> trucks, cars = (ClaimRow(c, quantity_best=Decimal(3), counted=c) for c in ("truck", "car"))
    >>> same_counted(cars, trucks, {}), same_counted(cars, ClaimRow("any"), {})
    (False, True)
    """
    if not measured(wanted) and wanted.counted is None:
        return True
    return counted(stated, predicates) == counted(wanted, predicates)


def comparable(one: ClaimRow, other: ClaimRow) -> bool:
    """Tell whether two numbers have one dimension. Each currency and each unknown unit is a
    dimension of its own.
    """
    return unit(one.unit).dimension == unit(other.unit).dimension


def clash(one: ClaimRow, other: ClaimRow, policy: PolicyRow = DEFAULT_POLICY) -> str | None:
    """Return how surely two numbers exclude each other: certain, possible, or None if not.

    >>> rows = [ClaimRow(str(n), quantity_min=Decimal(n), quantity_max=Decimal(n)) for n in (8, 12)]
    >>> clash(*rows)
    'certain'
    """
    left, right = amount(one, policy), amount(other, policy)
    if not left.meant.apart(right.meant):
        return None
    if left.about or right.about:
        return "certain" if _far(left.written, right.written, policy) else "possible"
    return "certain" if left.roughly.apart(right.roughly) else "possible"


def _far(one: Range, other: Range, policy: PolicyRow) -> bool:
    """Tell whether the larger range begins at a multiple, set by the policy, of the end of the
    smaller one.
    """
    lower, upper = (one, other) if one.below(other) else (other, one)
    if lower.high is None or upper.low is None:
        return False
    return upper.low > lower.high and upper.low >= lower.high * policy.about_certain


def fits(stated: ClaimRow, wanted: ClaimRow, policy: PolicyRow = DEFAULT_POLICY) -> bool:
    """Tell whether a number is within another range: 13 is within “up to 18” and “about 14”.

    >>> limit = ClaimRow("f", quantity_max=Decimal(18))
    >>> fits(ClaimRow("e", quantity_min=Decimal(13), quantity_max=Decimal(13)), limit)
    True
    """
    if not measured(wanted):
        return True
    if not measured(stated) or not comparable(stated, wanted):
        return False
    found, range_ = amount(stated, policy), amount(wanted, policy)
    return (found.meant if found.about else found.written).within(range_.meant)


def misses(stated: ClaimRow, wanted: ClaimRow, policy: PolicyRow = DEFAULT_POLICY) -> bool:
    """Tell whether a number is certainly outside of another range."""
    if not measured(stated) or not measured(wanted) or not comparable(stated, wanted):
        return False
    found, range_ = amount(stated, policy), amount(wanted, policy)
    if found.about or range_.about:
        return clash(stated, wanted, policy) == "certain"
    return found.written.apart(range_.meant)
