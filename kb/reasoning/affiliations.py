"""Who belongs to whom, who is allied and who are rivals, on given days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kb.reasoning.graph import closed
from kb.reasoning.tables import AffiliationRow, Period, Tables

VOICELESS: Final = frozenset({"collective", "unattributed"})  # nobody in particular
SPEAKS: Final = "speaks-for"
# From the lower to the higher: whom one speaks for, where one is a member, the whole of a part.
BELONGS: Final = (SPEAKS, "member-of", "part-of")
OWNS: Final = "owns"  # the other way round: the owner is the member, and the higher
ALLIES: Final = ("side-with", "backs")
ALWAYS: Final[Period] = (None, None)

Ties = Mapping[str, tuple[AffiliationRow, ...]]


def above(tie: AffiliationRow) -> tuple[str, str] | None:
    """Return the lower and the higher end of a tie; None where neither is above the other.

    >>> above(AffiliationRow("holding", "owns", "mill")), above(AffiliationRow("a", "backs", "b"))
    (('mill', 'holding'), None)
    """
    if tie.relation in BELONGS:
        return tie.member, tie.party
    return (tie.party, tie.member) if tie.relation == OWNS else None


@dataclass(frozen=True, slots=True)
class Sides:
    """Affiliations, looked up by entity. A tie counts unless it is known not to hold in the period.

    `ahead` has ties by their lower end, `allied` and `rivalry` by both ends. `spoken` has the
    parties that somebody speaks for. `tied` are all entities with any tie.

    >>> ties = (AffiliationRow("ann", "speaks-for", "north"), AffiliationRow("north", "rival-of", "south"))
    >>> sides = sides_of(Tables(affiliations=ties))
    >>> sides.party("ann"), sides.rivals("ann", "south")
    ('north', True)
    """

    ahead: Ties
    spoken: Ties
    allied: Ties
    rivalry: Ties
    tied: frozenset[str]

    def parties(
        self, entity: str, period: Period = ALWAYS, *, surely: bool = False
    ) -> tuple[str, ...]:
        """Return whom the entity speaks for, sorted; with `surely`, all through the period."""
        holding = covers if surely else holds
        ties = (t for t in self.spoken.get(entity, ()) if t.party != entity)
        return tuple(sorted({t.party for t in ties if holding(t, period)}))

    def party(self, entity: str, period: Period = ALWAYS, *, surely: bool = False) -> str:
        """Return the outermost party that the entity speaks for, else the entity itself.

        Who speaks for two bodies that do not speak for one in turn speaks for nobody in particular,
        and neither do those who speak for each other in a circle.
        """
        here, met = entity, {entity}
        while following := self._nearest(here, period, surely):
            if following in met:
                return entity
            met.add(following)
            here = following
        return here

    def _nearest(self, entity: str, period: Period, surely: bool) -> str | None:
        """The one party of the entity, of several the one that is below all others."""
        parties = self.parties(entity, period, surely=surely)
        if len(parties) < 2:
            return next(iter(parties), None)
        below = [p for p in parties if self.whole(p, period).issuperset(parties)]
        return below[0] if len(below) == 1 else None

    def body(self, entity: str, period: Period = ALWAYS) -> frozenset[str]:
        """Return the entity and all that it belongs to: parties, bodies, wholes, owners."""
        return self._upward(entity, lambda tie: holds(tie, period))

    def whole(self, entity: str, period: Period = ALWAYS) -> frozenset[str]:
        """Return the entity and what it is a part or a possession of, or speaks for."""
        return self._upward(entity, lambda tie: tie.relation != "member-of" and holds(tie, period))

    def _upward(self, entity: str, counts: Callable[[AffiliationRow], bool]) -> frozenset[str]:
        def above_them(new: Collection[str]) -> set[str]:
            """What these directly speak for, or are a part, a member or a possession of."""
            ties = (above(t) for one in new for t in self.ahead.get(one, ()) if counts(t))
            return {ends[1] for ends in ties if ends}

        return frozenset(closed([entity], above_them))

    def allies(self, entity: str, period: Period = ALWAYS) -> frozenset[str]:
        """Return those who side with the entity or back it, and those it sides with or backs."""
        return frozenset(_others(self.allied, entity, period))

    def side(self, entity: str, period: Period = ALWAYS) -> frozenset[str]:
        """Return the entity, all that it belongs to, and their allies."""
        body = self.body(entity, period)
        return body.union(*(self.allies(e, period) for e in body))

    def opposed(self, one: frozenset[str], other: frozenset[str], period: Period = ALWAYS) -> bool:
        """Return whether anyone of the one group is a declared rival of anyone of the other."""
        return any(
            rival in other for entity in one for rival in _others(self.rivalry, entity, period)
        )

    def rivals(self, one: str, other: str, period: Period = ALWAYS) -> bool:
        """Return whether the two are on rival sides: themselves, their bodies, or their allies.

        Never if one is on the other's side.
        """
        left, right = self.side(one, period), self.side(other, period)
        same = not self.body(one, period).isdisjoint((other,)) or not self.body(
            other, period
        ).isdisjoint((one,))
        same = same or self.party(one, period) in right or self.party(other, period) in left
        return not same and self.opposed(left, right, period)

    def one_party(self, one: str, other: str, period: Period = ALWAYS) -> bool:
        """Return whether the two belong to one and the same body, or one to the other."""
        return not self.body(one, period).isdisjoint(self.body(other, period))

    def declared_rivals(self, one: str, other: str, period: Period = ALWAYS) -> bool:
        """Return whether the two, or their bodies, are rivals themselves and not through allies."""
        return self.opposed(self.body(one, period), self.body(other, period), period)


def sides_of(tables: Tables) -> Sides:
    """Build the lookup over all affiliations; nobody belongs to nobody in particular."""
    phantoms = {e.id for e in tables.entities if e.naming in VOICELESS}
    rows = sorted(tables.affiliations, key=lambda t: (t.relation, t.party, t.member))
    up = [(ends, t) for t in rows if (ends := above(t)) and ends[1] not in phantoms]
    return Sides(
        _ties((lower, t) for (lower, _), t in up),
        _ties((lower, t) for (lower, _), t in up if t.relation == SPEAKS),
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
    """Return whether the tie may hold on a day of the period. Unknown bounds count as open.

    >>> from datetime import date
    >>> holds(AffiliationRow("a", "backs", "b", to_date=date(2019, 1, 1)), (date(2020, 1, 1), None))
    False
    """
    start, end = period
    return not (
        (tie.to_date and start and tie.to_date < start)
        or (tie.from_date and end and end < tie.from_date)
    )


def covers(tie: AffiliationRow, period: Period) -> bool:
    """Return whether the tie holds all through the period; a bound that is not given is open.

    >>> from datetime import date
    >>> tie = AffiliationRow("a", "speaks-for", "b", to_date=date(2019, 1, 1))
    >>> covers(tie, (None, None)), covers(AffiliationRow("a", "speaks-for", "b"), (None, None))
    (False, True)
    """
    start, end = period
    begun = tie.from_date is None or (start is not None and tie.from_date <= start)
    return begun and (tie.to_date is None or (end is not None and end <= tie.to_date))


def _others(ties: Ties, entity: str, period: Period) -> Iterator[str]:
    return (
        t.party if t.member == entity else t.member
        for t in ties.get(entity, ())
        if holds(t, period)
    )
