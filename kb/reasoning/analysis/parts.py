"""Parts of tables, for several workers: some claims each, with everything that can matter to them.

The statuses of a part's own claims are the same as those computed from everything, so that the
parts together give the whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kb.reasoning.analysis.relevance import deciding
from kb.reasoning.analysis.surroundings import Surroundings
from kb.reasoning.tables import AssertionRow, ClaimRow, Tables


@dataclass(frozen=True, slots=True)
class Part:
    """The claims whose statuses a worker computes, and all claims that it needs for that, by id.

    `strays` are assertions without a claim that the worker also takes, for their voices.
    """

    own: frozenset[str]
    claims: frozenset[str]
    strays: frozenset[str] = frozenset()

    def said(self, row: AssertionRow) -> bool:
        """Tell whether an assertion is on one of the part's own claims, or a stray."""
        return row.claim in self.own or row.id in self.strays

    def of(self, tables: Tables) -> Tables:
        """Return the claims and assertions of this part. All other tables are small, and stay
        complete.
        """
        return replace(
            tables,
            claims=tuple(row for row in tables.claims if row.id in self.claims),
            assertions=tuple(
                row
                for row in tables.assertions
                if row.claim in self.claims or row.id in self.strays
            ),
        )


def parts(whole: Surroundings, number: int) -> list[Part]:
    """Divide claims into at most so many parts with about equally many assertions.

    Claims about one thing or place are together, because they are the ones that can meet. There is
    always a part, even without claims.

    >>> from kb.reasoning.analysis.surroundings import surroundings
    >>> rows = (ClaimRow("a", object="hill"), ClaimRow("b", object="town"))
    >>> [sorted(part.own) for part in parts(surroundings(Tables(claims=rows)), 2)]
    [['a'], ['b']]
    """
    tables = whole.tables
    known = {row.id for row in tables.claims}
    strays = frozenset(row.id for row in tables.assertions if row.claim not in known)
    spoken = Counter(row.claim for row in tables.assertions)
    weights = {row.id: 1 + spoken[row.id] for row in sorted(tables.claims, key=_about)}
    groups = list(_groups(weights, number)) or [()]
    found = [Part(frozenset(own), whole.meeting(deciding(whole, own))) for own in groups]
    return [replace(found[0], strays=strays), *found[1:]]


def _about(row: ClaimRow) -> tuple[str, str, str]:
    """Return what a claim is about, as an order of claims."""
    return row.object or "", row.subject or "", row.id


def _groups(weights: Mapping[str, int], number: int) -> Iterator[Sequence[str]]:
    """Yield consecutive claims, in at most so many groups of about equal weight."""
    share = sum(weights.values()) / max(number, 1)
    group: list[str] = []
    reached, bound = 0, share
    for claim, weight in weights.items():
        group.append(claim)
        reached += weight
        if reached >= bound:
            yield group
            group = []
            while bound <= reached:
                bound += share
    if group:
        yield group
