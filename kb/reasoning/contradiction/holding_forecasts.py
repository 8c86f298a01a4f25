"""Contradictions between what happened and forecasts that somebody will hold or lose a thing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import product
from typing import NamedTuple

from kb.reasoning.content.propositions import overlap
from kb.reasoning.contradiction.exclusive_predicates import (
    BySubject,
    Held,
    Ledger,
    Predicates,
    apart,
    ledger,
)
from kb.reasoning.contradiction.pair_rules import found, of_the_same_extent, positive
from kb.reasoning.speakers.affiliations import ALWAYS, Sides
from kb.reasoning.tables import ClaimRow, Contradiction, Period

Later = Callable[[ClaimRow, ClaimRow], bool]


class _Contrary(NamedTuple):
    """Whether an outcome about one subject is contrary to a forecast about another one.

    `on` gets the predicate, the subject of the forecast, the subject of the outcome, and the days
    that both may share. `ever` gets the same without the days: where it is false, `on` is false
    whatever the days are.
    """

    on: Callable[[str, str, str, Period], bool]
    ever: Callable[[str, str, str], bool]


# Forecasts, outcomes, and when they are contrary.
_Rule = tuple[Mapping[Held, BySubject], Mapping[Held, BySubject], _Contrary]


def contrary_outcomes(
    claims: Collection[ClaimRow], predicates: Predicates, sides: Sides, later: Later
) -> Iterator[Contradiction]:
    """Find outcomes contrary to a forecast that somebody will hold or lose a thing.

    They are never certain (see docs/decisions/0012). `later` tells whether an outcome (second) may
    be later than a forecast (first).
    """
    forecasts = [c for c in claims if c.kind == "forecast" and c.polarity != "negative"]
    losing = [c for c in forecasts if _ends_holding(c, predicates)]
    across = {row.id for row in predicates.values() if row.across_sides}
    expected, actual = ledger(forecasts, predicates), ledger(positive(claims), predicates)
    for foreseen, outcomes, contrary in (
        *_will_hold(expected, actual, across, sides),
        *_will_lose(expected, ledger(losing, predicates), actual, sides),
    ):
        yield from _against_forecasts(foreseen, outcomes, contrary, later, sides)


def _will_hold(
    expected: Ledger, actual: Ledger, across: Collection[str], sides: Sides
) -> Iterator[_Rule]:
    """Yield the rules for a forecast that somebody will hold the thing.

    An outcome is contrary if somebody else holds or takes it, or if they lose it.
    """
    another, itself = _another(across, sides), _regardless(sides.one_party)
    for foreseen in (expected.holds, expected.begins):
        yield foreseen, actual.holds, another
        yield foreseen, actual.begins, another
        yield foreseen, actual.ends, itself


def _will_lose(expected: Ledger, losing: Ledger, actual: Ledger, sides: Sides) -> Iterator[_Rule]:
    """Yield the rules for a forecast that somebody will lose the thing.

    An outcome is contrary if they still hold or take it, or if a declared rival loses it. `losing`
    are the forecasts whose predicates end only what one can hold.
    """
    yield expected.ends, actual.holds, _regardless(sides.one_party)
    yield expected.ends, actual.begins, _regardless(sides.one_party)
    yield losing.ends, actual.ends, _regardless(sides.declared_rivals)


def _against_forecasts(
    foreseen: Mapping[Held, BySubject],
    outcomes: Mapping[Held, BySubject],
    contrary: _Contrary,
    later: Later,
    sides: Sides,
) -> Iterator[Contradiction]:
    """Yield the outcomes about a thing that are contrary to forecasts about it."""
    for (name, thing), by_subject in foreseen.items():
        others = outcomes.get((name, thing), {})
        for who in product(sorted(by_subject), sorted(others)):
            if not contrary.ever(name, *who):
                continue
            # Between two of whom one has no ties, the days do not matter.
            strangers = not sides.tied.issuperset(who)
            if strangers and not contrary.on(name, *who, ALWAYS):
                continue
            for forecast, outcome in product(by_subject[who[0]], others[who[1]]):
                if (
                    (strangers or contrary.on(name, *who, overlap(forecast, outcome)))
                    and of_the_same_extent(forecast, outcome)
                    and later(forecast, outcome)
                ):
                    rule = f"forecast against outcome: {name}"
                    yield found(forecast, outcome, "forecast", "possible", rule)


def _another(across: Collection[str], sides: Sides) -> _Contrary:
    """Return the rule that the outcome is about a different subject: about a rival, if only rivals
    exclude each other.
    """

    def contrary(name: str, one: str, other: str, period: Period) -> bool:
        """Tell whether the subject of an outcome excludes that of a forecast."""
        if name in across:
            return sides.rivals(one, other, period)
        return one != other and apart(one, other, period, sides)

    def ever(name: str, one: str, other: str) -> bool:
        """Tell whether it can do so on any day."""
        return name not in across or sides.ever_opposed(one, other)

    return _Contrary(contrary, ever)


def _regardless(rule: Callable[[str, str, Period], bool]) -> _Contrary:
    """Return a rule that does not depend on the predicate. With more days, more ties count, and so
    it is false on all days if it is false of all days together.
    """
    return _Contrary(
        lambda name, one, other, period: rule(one, other, period),
        lambda name, one, other: rule(one, other, ALWAYS),
    )


def _ends_holding(claim: ClaimRow, predicates: Predicates) -> bool:
    """Tell whether its predicate ends only what one can hold. Somebody who merely leaves may leave
    the place to their own side.
    """
    row = predicates.get(claim.predicate or "")
    ended = [predicates.get(state) for state in row.terminates] if row else []
    return all(state is not None and state.functional == "object-time" for state in ended)
