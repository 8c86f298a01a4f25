"""Retellings: own words of a document that may only repeat another document without naming it.

This is a suspicion for a person to decide. No status depends on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from kb.reasoning.dated_tables import view
from kb.reasoning.speakers.echoes import OWN_BASES
from kb.reasoning.speakers.evidence import all_echoes
from kb.reasoning.speakers.identity import unified
from kb.reasoning.speakers.voices import Speech, speech
from kb.reasoning.tables import AssertionRow, Tables

# News is retold within days. A later report may come from its own research.
SOON: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Retelling:
    """An assertion that may only repeat another one, the `original`, on the same claim."""

    claim: str
    assertion: AssertionRow
    original: AssertionRow


def retellings(tables: Tables, claims: Collection[str]) -> list[Retelling]:
    """Return the suspicions about these claims, sorted by claim and assertion.

    A document is suspected if it affirms a claim in its own words, records no way in which it knows
    that, and came within days after another house's document, or on the same day.

    >>> from kb.reasoning.tables import SourceRow
    >>> day = date(2024, 6, 3)
    >>> papers = (SourceRow("a", "ann", day, day), SourceRow("b", "bee", day + SOON, day + SOON))
    >>> ann = AssertionRow("1", "c", "a", speaker="ann", stance="affirms")
    >>> bee = AssertionRow("2", "c", "b", speaker="bee", stance="affirms")
    >>> found = retellings(Tables(assertions=(ann, bee), sources=papers), ["c"])
    >>> [(row.assertion.id, row.original.id) for row in found]
    [('2', '1')]
    """
    seen = unified(view(tables))
    spoken = speech(seen)
    rows = tuple(
        row
        for row in sorted(seen.assertions, key=lambda a: a.id)
        if row.claim in claims and row.stance == "affirms" and spoken.voice(row)
    )
    passed_on = all_echoes(replace(seen, assertions=rows), spoken)
    affirmed: dict[str, list[AssertionRow]] = defaultdict(list)
    for row in rows:
        affirmed[row.claim or ""].append(row)
    found = []
    for claim in sorted(affirmed):
        # A document that only passes something on is the last choice as the original.
        said = sorted(affirmed[claim], key=lambda a: (a.id in passed_on, a.id))
        for row in affirmed[claim]:
            original = _original(row, said, spoken)
            found += [Retelling(claim, row, original)] if original else []
    return found


def _original(
    row: AssertionRow, others: Iterable[AssertionRow], spoken: Speech
) -> AssertionRow | None:
    """Return the assertion that this one may repeat, the first published if there are several; None
    if it has a basis of its own.
    """
    if not spoken.own(row) or spoken.through(row) or row.basis in OWN_BASES:
        return None
    before = [o for o in others if _apart(o, row, spoken) and _soon_after(row, o, spoken)]
    return min(before, key=lambda o: _day(o, spoken) or date.max, default=None)


def _apart(one: AssertionRow, other: AssertionRow, spoken: Speech) -> bool:
    """Tell whether two assertions come from documents of different origins and houses."""
    same_root = spoken.root(one) == spoken.root(other)
    return not same_root and spoken.house(one) != spoken.house(other)


def _soon_after(late: AssertionRow, early: AssertionRow, spoken: Speech) -> bool:
    """Tell whether one was published within days after the other, as far as known.

    Of two documents of one day with words of their own, only one is suspected.
    """
    first, second = _day(early, spoken), _day(late, spoken)
    if first and second and first != second:
        return first < second <= first + SOON
    return not spoken.own(early) or (early.source or "") < (late.source or "")


def _day(row: AssertionRow, spoken: Speech) -> date | None:
    published = spoken.published(row)
    return (published.published_to or published.published_from) if published else None
