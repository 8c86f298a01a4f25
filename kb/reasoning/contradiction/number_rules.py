"""Contradictions of numbers: ranges without a common number, and shares of more than the whole."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import combinations
from typing import Final

from kb.model.units import unit
from kb.reasoning.content.amounts import amount, clash, counted, measured
from kb.reasoning.content.propositions import (
    disjoint,
    plain,
    roles,
    same_days,
    simultaneous,
    window,
)
from kb.reasoning.contradiction.pair_rules import alike, found, of_the_same_extent, positive, sure
from kb.reasoning.tables import (
    DEFAULT_POLICY,
    ClaimRow,
    Contradiction,
    Period,
    PolicyRow,
    PredicateRow,
    Triple,
)

Predicates = Mapping[str, PredicateRow]
Roles = frozenset[tuple[str, str]]
# A part of a thing, with a claim on its share.
Share = tuple[str, ClaimRow]
# The least that shares may be together, and whether they are more than that.
Sum = tuple[Decimal, bool]
# Sums of shares that are tried.
_MOST_SUMS: Final = 500
# All shares of one thing together, in percent.
_WHOLE: Final = Decimal(100)


def quantity(
    claims: Iterable[ClaimRow], predicates: Predicates, policy: PolicyRow
) -> Iterator[Contradiction]:
    """Find ranges without a common number, for the same thing counted in the same event.

    Units of one dimension are converted; currencies and unknown units are compared as written.
    """
    for thing, group in _counts(claims, predicates):
        for one, other in _apart(group, policy):
            certainty = clash(one, other, policy)
            if certainty is None or not _of_one_count(one, other):
                continue
            certain = certainty == "certain" and _at_one_time(one, other)
            yield found(one, other, "quantity", sure(certain), f"disjoint quantities: {thing}")


def _counts(
    claims: Iterable[ClaimRow], predicates: Predicates
) -> Iterator[tuple[str, list[ClaimRow]]]:
    """Yield groups of claims that count the same thing in the same event, with that thing."""
    groups: dict[tuple[Triple, Roles, str, str], list[ClaimRow]] = defaultdict(list)
    for claim in positive(claims):
        thing = counted(claim, predicates)
        if thing and measured(claim):
            triple = min(plain(claim, predicates), key=lambda t: (t[1], t[0], t[2] or ""))
            dimension = unit(claim.unit).dimension
            groups[triple, roles(claim), thing, dimension].append(claim)
    for (_, _, thing, _), group in groups.items():
        yield thing, group


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


def shares(
    claims: Iterable[ClaimRow], predicates: Predicates, policy: PolicyRow = DEFAULT_POLICY
) -> Iterator[Contradiction]:
    """Find shares of one thing at one time that add up to more than 100 %.

    Two shares that are too much contradict each other. Where only several together are too much,
    each pair of them is possible: it is not known which one is wrong.
    """
    for name, parts in _shares_of_one(claims, predicates):
        rule = f"shares of one whole: {name}"
        least = {claim.id: _least(claim, policy) for _, claim in parts}
        for (part, one), (part2, other) in combinations(parts, 2):
            pair = _added(least[one.id], least[other.id])
            if part != part2 and _too_much(pair) and not disjoint(one, other):
                certain = _at_one_time(one, other) and "part" not in (one.extent, other.extent)
                yield found(one, other, "quantity", sure(certain), rule)
        for one, other in _too_much_together(parts, least):
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
        # Of a predicate and its inverse, the first gives the name of both.
        name, subject, thing = min((n, s, o or "") for s, n, o in plain(claim, predicates))
        if thing:
            of_object = predicates[name].shares_of == "object"
            whole, part = (thing, subject) if of_object else (subject, thing)
            groups[name, whole, roles(claim)].append((part, claim))
    for (name, _, _), parts in groups.items():
        yield name, sorted(parts, key=lambda part: part[1].id)


def _least(claim: ClaimRow, policy: PolicyRow) -> Sum:
    """Return the least that a share may be, even if rounded down."""
    share = amount(claim, policy).meant
    return (Decimal(0), False) if share.low is None else (share.low, share.low_excluded)


def _added(*shares: Sum) -> Sum:
    """Return the least that several shares may be together."""
    return sum((low for low, _ in shares), Decimal(0)), any(more for _, more in shares)


def _too_much(total: Sum) -> bool:
    """Tell whether shares are more than the whole."""
    return total > (_WHOLE, False)


def _too_much_together(
    parts: Iterable[Share], least: Mapping[str, Sum]
) -> Iterator[tuple[ClaimRow, ClaimRow]]:
    """Yield pairs of shares of the same days that are too much only together with others.

    `least` has the least of each share. Of each other part its smallest share counts.
    """
    by_days: dict[Period, list[Share]] = defaultdict(list)
    for part, claim in parts:
        by_days[window(claim)].append((part, claim))
    for group in by_days.values():
        smallest: dict[str, Sum] = {}
        for part, claim in group:
            smallest[part] = min(smallest.get(part, least[claim.id]), least[claim.id])
        matter = [
            (part, claim)
            for part, claim in group
            if _matters(least[claim.id], [low for p, low in smallest.items() if p != part])
        ]
        for (part, one), (part2, other) in combinations(matter, 2):
            if part != part2 and not _too_much(_added(least[one.id], least[other.id])):
                yield one, other


def _matters(share: Sum, others: Iterable[Sum]) -> bool:
    """Tell whether a share makes others too much that are not too much without it.

    Others that are too much with this share alone are left out: that pair is found anyway. If there
    are too many sums to try, the share counts.
    """
    beside = sorted((o for o in others if not _too_much(_added(share, o))), reverse=True)
    if not _too_much(_added(share, *beside)):
        return False
    sums: set[Sum] = {(Decimal(0), False)}
    for other in beside:
        sums |= {total for one in sums if not _too_much(total := _added(one, other))}
        if len(sums) > _MOST_SUMS or any(_too_much(_added(one, share)) for one in sums):
            return True
    return False
