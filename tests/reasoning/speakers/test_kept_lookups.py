"""A look-up that is kept between questions answers like one that was made for the question."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from random import Random

import pytest

from kb.reasoning.speakers.affiliations import sides_of
from kb.reasoning.tables import AffiliationRow, Period, Tables

PEOPLE = ("ann", "bob", "eve", "lna", "gna", "nobody")
RELATIONS = ("speaks-for", "member-of", "part-of", "owns", "side-with", "backs", "rival-of")
DAYS = (None, *(date(2031, 3, 1) + timedelta(n) for n in range(6)))


def ties(rng: Random) -> tuple[AffiliationRow, ...]:
    """A few ties between five people, some of which begin or end."""
    rows = []
    for _ in range(7):
        member, party = rng.sample(PEOPLE[:5], 2)
        first, last = sorted(rng.choices(DAYS[1:], k=2))
        dates = rng.choice(((None, None), (first, None), (None, last), (first, last)))
        rows.append(AffiliationRow(member, rng.choice(RELATIONS), party, *dates))
    return tuple(rows)


def periods() -> list[Period]:
    return [(a, b) for a, b in product(DAYS, DAYS) if not (a and b and b < a)]


@pytest.mark.parametrize("seed", range(12))
def test_an_answer_for_some_days_is_not_given_for_others(seed: int) -> None:
    tables = Tables(affiliations=ties(Random(seed)))
    kept = sides_of(tables)
    for period, one in product(periods(), PEOPLE):
        fresh = sides_of(tables)
        asked = [
            (sides.party(one, period), sides.party(one, period, surely=True))
            + (sides.body(one, period), sides.whole(one, period), sides.side(one, period))
            + tuple(sides.rivals(one, other, period) for other in PEOPLE)
            for sides in (kept, fresh)
        ]
        assert asked[0] == asked[1], (period, one)
