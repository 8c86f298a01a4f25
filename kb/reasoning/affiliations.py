"""Who belongs to whom, who is allied and who are rivals, on given days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kb.reasoning.tables import AffiliationRow, Period, Tables

VOICELESS: Final = frozenset(
    {"collective", "unattributed"}
)  # nobody in particular: neither a voice nor a party
BELONGS: Final = (
    "speaks-for",
    "member-of",
)  # in this order: whom one speaks for outweighs where one is a member
ALLIES: Final = ("side-with", "backs")

Ties = Mapping[str, tuple[AffiliationRow, ...]]


@dataclass(frozen=True, slots=True)
class Sides:
    """Affiliations, looked up by entity. A tie counts unless it is known not to hold in the period
    asked for.

    >>> sides = sides_of(Tables(affiliations=(AffiliationRow("ann", "speaks-for", "north"), AffiliationRow("north", "rival-of", "south"))))
    >>> sides.chain("ann"), sides.rivals("ann", "south")
    (('ann', 'north'), True)
    """

    belongs: Ties
    allied: Ties
    rivalry: Ties
    tied: frozenset[str]

    def chain(self, entity: str, period: Period = (None, None)) -> tuple[str, ...]:
        """From the entity outwards to its outermost party. In a circle the party is its first
        member by name.
        """
        chain = [entity]
        while following := self._party(chain[-1], period):
            if following in chain:
                circle = chain[chain.index(following) :]
                return (*chain, min(circle)) if chain[-1] != min(circle) else tuple(chain)
            chain.append(following)
        return tuple(chain)

    def allies(self, entity: str, period: Period = (None, None)) -> frozenset[str]:
        """Those who side with the entity or back it, and those it sides with or backs; one step."""
        return frozenset(_others(self.allied, entity, period))

    def opposed(
        self, one: frozenset[str], other: frozenset[str], period: Period = (None, None)
    ) -> bool:
        """Is anyone of the one group a declared rival of anyone of the other?"""
        return any(
            rival in other for entity in one for rival in _others(self.rivalry, entity, period)
        )

    def rivals(self, one: str, other: str, period: Period = (None, None)) -> bool:
        """Are the two on rival sides: themselves, their parties, or allies of those? Never if one
        is on the other's side.
        """
        left, right = self.side(one, period), self.side(other, period)
        same = self.chain(one, period)[-1] in right or self.chain(other, period)[-1] in left
        return not same and self.opposed(left, right, period)

    def one_party(self, one: str, other: str, period: Period = (None, None)) -> bool:
        """Do the two speak or act for one and the same party?"""
        return self.chain(one, period)[-1] == self.chain(other, period)[-1]

    def declared_rivals(self, one: str, other: str, period: Period = (None, None)) -> bool:
        """Are the two, or their parties, rivals by a tie of their own and not through allies?"""
        return self.opposed(
            frozenset(self.chain(one, period)), frozenset(self.chain(other, period)), period
        )

    def side(self, entity: str, period: Period = (None, None)) -> frozenset[str]:
        """The entity, its parties, and their allies."""
        chain = self.chain(entity, period)
        return frozenset(chain).union(*(self.allies(e, period) for e in chain))

    def _party(self, entity: str, period: Period) -> str | None:
        return next((t.party for t in self.belongs.get(entity, ()) if holds(t, period)), None)


def sides_of(tables: Tables) -> Sides:
    """The lookup over all affiliations; nobody belongs to a party that is nobody in particular."""
    phantoms = {e.id for e in tables.entities if e.naming in VOICELESS}
    rows = sorted(
        tables.affiliations, key=lambda t: (t.relation != "speaks-for", t.party, t.member)
    )
    return Sides(
        _ties((t.member, t) for t in rows if t.relation in BELONGS and t.party not in phantoms),
        _ties((end, t) for t in rows if t.relation in ALLIES for end in (t.member, t.party)),
        _ties((end, t) for t in rows if t.relation == "rival-of" for end in (t.member, t.party)),
        frozenset(end for t in rows for end in (t.member, t.party)),
    )


def _ties(pairs: Iterable[tuple[str, AffiliationRow]]) -> Ties:
    found: dict[str, list[AffiliationRow]] = defaultdict(list)
    for entity, tie in pairs:
        found[entity].append(tie)
    return {entity: tuple(ties) for entity, ties in found.items()}


def holds(tie: AffiliationRow, period: Period) -> bool:
    """May the tie hold on a day of the period? Unknown bounds count as open.

    >>> from datetime import date
    >>> holds(AffiliationRow("a", "backs", "b", to_date=date(2019, 1, 1)), (date(2020, 1, 1), None))
    False
    """
    start, end = period
    return not (
        (tie.to_date and start and tie.to_date < start)
        or (tie.from_date and end and end < tie.from_date)
    )


def _others(ties: Ties, entity: str, period: Period) -> Iterator[str]:
    return (
        t.party if t.member == entity else t.member
        for t in ties.get(entity, ())
        if holds(t, period)
    )
