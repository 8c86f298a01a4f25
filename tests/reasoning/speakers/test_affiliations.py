"""Sides: what ties that hold for a time mean for two entities."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from random import Random

from worlds import PEOPLE, START, ties

from kb.reasoning.speakers.affiliations import ALWAYS, sides_of
from kb.reasoning.tables import Period, Tables


def _periods() -> list[Period]:
    days: list[date | None] = [None, *(START + timedelta(n) for n in range(6))]
    return list(product(days, days))  # also those that end before they begin


def test_no_period_has_a_rivalry_or_a_party_that_all_days_together_do_not_have() -> None:
    opposed = 0
    for seed in range(300):
        sides = sides_of(Tables(affiliations=ties(Random(seed))))
        for one, other in product(PEOPLE[:5], repeat=2):
            ever = sides.ever_opposed(one, other)
            opposed += ever
            for period in _periods():
                assert ever or not sides.rivals(one, other, period)
                for rule in (sides.one_party, sides.declared_rivals):
                    assert rule(one, other, ALWAYS) or not rule(one, other, period)
    assert opposed > 300
