"""Contradictions of numbers: ranges without a common number, and shares of more than the whole."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import combinations
from typing import Final

from kb.model.units import unit
from kb.reasoning.amounts import amount, clash, measured
from kb.reasoning.pair_rules import alike, found, of_the_same_extent, positive, sure
from kb.reasoning.propositions import disjoint, plain, roles, same_days, simultaneous, window
from kb.reasoning.tables import ClaimRow, Contradiction, Period, PolicyRow, PredicateRow, Triple

Predicates = Mapping[str, PredicateRow]
Roles = frozenset[tuple[str, str]]
# A part of a thing, with a claim on its share.
Share = tuple[str, ClaimRow]
# All shares of one thing together, in percent.
_WHOLE: Final = Decimal(100)


def quantity(
    claims: Iterable[ClaimRow], predicates: Predicates, policy: PolicyRow
) -> Iterator[Contradiction]:
    """Find ranges without a common number, for the same thing counted in the same event.

    Units of one dimension are converted; currencies and unknown units are compared as written.
    """
    for counted, group in _counts(claims, predicates):
        for one, other in _apart(group, policy):
            certainty = clash(one, other, policy)
            if certainty is None or not _of_one_count(one, other):
                continue
            certain = certainty == "certain" and _at_one_time(one, other)
            yield found(one, other, "quantity", sure(certain), f"disjoint quantities: {counted}")


def _counts(
    claims: Iterable[ClaimRow], predicates: Predicates
) -> Iterator[tuple[str, list[ClaimRow]]]:
    """Yield groups of claims that count the same thing in the same event, with that thing."""
    groups: dict[tuple[Triple, Roles, str, str], list[ClaimRow]] = defaultdict(list)
    for claim in positive(claims):
        counted = _counted(claim, predicates)
        if counted and measured(claim):
            triple = min(plain(claim, predicates), key=lambda t: (t[1], t[0], t[2] or ""))
            dimension = unit(claim.unit).dimension
            groups[triple, roles(claim), counted.casefold(), dimension].append(claim)
    for (_, _, counted, _), group in groups.items():
        yield counted, group


def _counted(claim: ClaimRow, predicates: Predicates) -> str | None:
    """Return what a claim counts: as it states, or else what its predicate measures."""
    row = predicates.get(claim.predicate or "")
    return claim.counted or (row.measures if row else None)


def _of_one_count(one: ClaimRow, other: ClaimRow) -> bool:
    """Tell whether two numbers may be meant for the same thing at the same time."""
    return (
        not disjoint(one, other)
        and alike(one, other)
        and of_the_same_extent(one, other)
        and not _grown(one, other)
    )


def _at_one_time(one: ClaimRow, other: ClaimRow) -> bool:
    """Tell whether two numbers are for the same days, or are two totals as of one day."""
    return same_days(one, other) or simultaneous(one, other) or _days_between(one, other) == 0


def _days_between(one: ClaimRow, other: ClaimRow) -> int | None:
    """Return the days from the first total to the second, None if one is not a total as of a day.

    A total has an end and no beginning.
    """
    (start, end), (start2, end2) = window(one), window(other)
    if start or start2 or not end or not end2 or "state" in (one.kind, other.kind):
        return None
    return (end2 - end).days


def _grown(one: ClaimRow, other: ClaimRow) -> bool:
    """Tell whether the later of two totals is the larger one, because totals may grow."""
    days = _days_between(one, other)
    if not days:
        return False
    earlier, later = (one, other) if days > 0 else (other, one)
    return amount(earlier).meant.below(amount(later).meant)


def _apart(claims: Iterable[ClaimRow], policy: PolicyRow) -> Iterator[tuple[ClaimRow, ClaimRow]]:
    """Yield pairs in which all numbers of the first are at or below those of the second.

    The numbers are sorted, so that not every pair has to be compared.
    """
    ranges = [(claim, amount(claim, policy).meant) for claim in claims]
    tops = sorted(
        ((meant.high, claim.id, claim) for claim, meant in ranges if meant.high is not None),
        key=lambda top: top[:2],
    )
    ends = [high for high, *_ in tops]
    for claim, meant in ranges:
        if meant.low is not None:
            for _, _, low in tops[: bisect_right(ends, meant.low)]:
                if low.id != claim.id:
                    yield low, claim


def shares(claims: Iterable[ClaimRow], predicates: Predicates) -> Iterator[Contradiction]:
    """Find shares of one thing at one time that add up to more than 100 %.

    Two shares that are too much contradict each other. Where only several together are too much,
    each pair of them is possible: it is not known which one is wrong.
    """
    for name, parts in _shares_of_one(claims, predicates):
        rule, together = f"shares of one whole: {name}", True
        for (part, one), (part2, other) in combinations(parts, 2):
            if part != part2 and _too_much(one, other) and not disjoint(one, other):
                certain = _at_one_time(one, other) and "part" not in (one.extent, other.extent)
                yield found(one, other, "quantity", sure(certain), rule)
                together = False
        if together:
            for (part, one), (part2, other) in combinations(_together_too_much(parts), 2):
                if part != part2:
                    yield found(one, other, "quantity", "possible", f"{rule}, several together")


def _shares_of_one(
    claims: Iterable[ClaimRow], predicates: Predicates
) -> Iterator[tuple[str, list[Share]]]:
    """Yield predicate and shares of one thing: the parts with their claims, sorted by claim.

    The whole is the object of the claims, or their subject, as the predicate declares.
    """
    groups: dict[tuple[str, str, Roles], list[Share]] = defaultdict(list)
    for claim in positive(claims):
        row = predicates.get(claim.predicate or "")
        if row is None or not row.shares_of or unit(claim.unit).dimension != "ratio":
            continue
        for subject, name, thing in plain(claim, predicates):
            if name == claim.predicate and thing is not None:
                whole, part = (thing, subject) if row.shares_of == "object" else (subject, thing)
                groups[name, whole, roles(claim)].append((part, claim))
    for (name, _, _), parts in groups.items():
        yield name, sorted(parts, key=lambda part: part[1].id)


def _too_much(*claims: ClaimRow) -> bool:
    """Tell whether shares are more than the whole, even if rounded down."""
    least = [amount(claim).meant for claim in claims]
    total = sum((share.low for share in least if share.low is not None), Decimal(0))
    more = any(share.low_excluded for share in least if share.low is not None)
    return total > _WHOLE or (total == _WHOLE and more)


def _together_too_much(parts: Iterable[Share]) -> list[Share]:
    """Return the shares of the same days that are too much only together, without those that are
    too small to matter. Of each part its smallest share counts.
    """
    by_days: dict[Period, dict[str, list[ClaimRow]]] = defaultdict(lambda: defaultdict(list))
    for part, claim in parts:
        by_days[window(claim)][part].append(claim)
    found: list[Share] = []
    for by_part in by_days.values():
        smallest = {part: min(claims, key=_least) for part, claims in by_part.items()}
        ordered = sorted(smallest.values(), key=_least, reverse=True)
        count = next((n for n in range(len(ordered) + 1) if _too_much(*ordered[:n])), 0)
        if count:
            last = _least(ordered[count - 1])
            found += [
                (part, claim)
                for part, claims in by_part.items()
                for claim in claims
                if last <= _least(claim) == _least(smallest[part])
            ]
    return found


def _least(claim: ClaimRow) -> Decimal:
    """Return the least that a share may be."""
    return amount(claim).meant.low or Decimal(0)
