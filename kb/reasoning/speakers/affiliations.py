"""Affiliations: membership, alliances and rivalries between entities, on given days."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from kb.model.vocabulary import UNATTRIBUTED
from kb.reasoning.graph import closed
from kb.reasoning.tables import AffiliationRow, Period, Tables

# Namings of speakers that are not a voice.
VOICELESS: Final = frozenset({"collective", UNATTRIBUTED})
SPEAKS: Final = "speaks-for"
# Relations whose party is above the member.
BELONGS: Final = (SPEAKS, "member-of", "part-of")
# The relation whose member, the owner, is above the party.
OWNS: Final = "owns"
ALLIES: Final = ("side-with", "backs")
ALWAYS: Final[Period] = (None, None)

Ties = Mapping[str, tuple[AffiliationRow, ...]]
# Where the ends of a period are among the days on which ties begin and end: the number of such days
# before each end, and up to it. Ties hold alike in two periods for which this is the same.
Moment = tuple[tuple[int, int] | None, ...]


def above(tie: AffiliationRow) -> tuple[str, str] | None:
    """Return the lower and the higher end of a tie; None if neither is above the other.

    >>> above(AffiliationRow("holding", "owns", "mill")), above(AffiliationRow("a", "backs", "b"))
    (('mill', 'holding'), None)
    """
    if tie.relation in BELONGS:
        return tie.member, tie.party
    return (tie.party, tie.member) if tie.relation == OWNS else None


@dataclass(frozen=True, slots=True)
class Sides:
    """Lookup of affiliations by entity. A tie counts unless it is known not to hold in the period.

    `ahead` has ties by their lower end, `allied` and `rivalry` by both ends. `spoken` has the ties
    of those who speak for somebody. `tied` are all entities with any tie, `days` all days on which
    ties begin or end, sorted. What is above an entity, and on its side, is computed once.

    >>> voice = AffiliationRow("ann", "speaks-for", "north")
    >>> rivalry = AffiliationRow("north", "rival-of", "south")
    >>> sides = sides_of(Tables(affiliations=(voice, rivalry)))
    >>> sides.party("ann"), sides.rivals("ann", "south")
    ('north', True)
    """

    ahead: Ties
    spoken: Ties
    allied: Ties
    rivalry: Ties
    tied: frozenset[str]
    days: tuple[date, ...] = ()
    _moments: dict[Period, Moment] = field(default_factory=dict, compare=False, repr=False)
    _found: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def _known(self, rule: str, entity: str, period: Period, find: Callable[[], Any]) -> Any:
        """Return what a rule finds for an entity in a period. It is computed only once."""
        moment = self._moments.get(period)
        if moment is None:
            moment = self._moments[period] = tuple(map(self._place, period))
        key = rule, entity, moment
        if key not in self._found:
            self._found[key] = find()
        return self._found[key]

    def _place(self, day: date | None) -> tuple[int, int] | None:
        """Return how many days on which ties begin or end are before a day, and up to it."""
        return None if day is None else (bisect_left(self.days, day), bisect_right(self.days, day))

    def parties(
        self, entity: str, period: Period = ALWAYS, *, surely: bool = False
    ) -> tuple[str, ...]:
        """Return whom the entity speaks for, sorted; with `surely`, throughout the period."""
        holding = covers if surely else holds
        ties = (t for t in self.spoken.get(entity, ()) if t.party != entity)
        return tuple(sorted({t.party for t in ties if holding(t, period)}))

    def party(self, entity: str, period: Period = ALWAYS, *, surely: bool = False) -> str:
        """Return the outermost party that the entity speaks for, or else the entity itself.

        Somebody who speaks for two parties, neither of which is below the other, counts as
        themselves, and so do those who speak for each other in a circle.
        """
        if entity not in self.spoken:
            return entity
        rule = "surely for" if surely else "for"
        found: str = self._known(
            rule, entity, period, lambda: self._outermost(entity, period, surely)
        )
        return found

    def _outermost(self, entity: str, period: Period, surely: bool) -> str:
        """Follow the parties of an entity, as `party` does."""
        here, met = entity, {entity}
        while following := self._nearest(here, period, surely):
            if following in met:
                return entity
            met.add(following)
            here = following
        return here

    def _nearest(self, entity: str, period: Period, surely: bool) -> str | None:
        """Return the only party of the entity, or else the one that is below all others."""
        parties = self.parties(entity, period, surely=surely)
        if len(parties) < 2:
            return next(iter(parties), None)
        below = [p for p in parties if self.whole(p, period).issuperset(parties)]
        return below[0] if len(below) == 1 else None

    def body(self, entity: str, period: Period = ALWAYS) -> frozenset[str]:
        """Return the entity and all that it belongs to: parties, bodies, wholes, owners."""
        if entity not in self.ahead:
            return frozenset((entity,))
        found: frozenset[str] = self._known(
            "body", entity, period, lambda: self._upward(entity, lambda tie: holds(tie, period))
        )
        return found

    def whole(self, entity: str, period: Period = ALWAYS) -> frozenset[str]:
        """Return the entity and everything that it is a part or a possession of, or speaks for."""
        if entity not in self.ahead:
            return frozenset((entity,))
        found: frozenset[str] = self._known(
            "whole",
            entity,
            period,
            lambda: self._upward(
                entity, lambda tie: tie.relation != "member-of" and holds(tie, period)
            ),
        )
        return found

    def _upward(self, entity: str, counts: Callable[[AffiliationRow], bool]) -> frozenset[str]:
        """Return the entity and everything above it, by ties that count."""

        def above_them(new: Collection[str]) -> set[str]:
            """Return what is directly above these."""
            ties = (above(t) for one in new for t in self.ahead.get(one, ()) if counts(t))
            return {ends[1] for ends in ties if ends}

        return frozenset(closed([entity], above_them))

    def allies(self, entity: str, period: Period = ALWAYS) -> frozenset[str]:
        """Return those who side with the entity or back it, and those it sides with or backs."""
        return frozenset(_others(self.allied, entity, period))

    def side(self, entity: str, period: Period = ALWAYS) -> frozenset[str]:
        """Return the entity, all that it belongs to, and their allies."""
        if entity not in self.tied:
            return frozenset((entity,))
        found: frozenset[str] = self._known(
            "side", entity, period, lambda: self._side(entity, period)
        )
        return found

    def _side(self, entity: str, period: Period) -> frozenset[str]:
        """Return the side of an entity that has ties."""
        body = self.body(entity, period)
        return body.union(*(self.allies(e, period) for e in body))

    def opposed(self, one: frozenset[str], other: frozenset[str], period: Period = ALWAYS) -> bool:
        """Tell whether anyone of one group is a declared rival of anyone of the other."""
        return any(
            rival in other
            for entity in one
            if entity in self.rivalry
            for rival in _others(self.rivalry, entity, period)
        )

    def ever_opposed(self, one: str, other: str) -> bool:
        """Tell whether the sides of the two have a declared rivalry on any day. If not, they are
        not `rivals` in any period: a shorter one has no other ties.
        """
        if one not in self.tied or other not in self.tied:
            return False
        found: bool = self._known(
            f"opposed to {other}",
            one,
            ALWAYS,
            lambda: self.opposed(self.side(one), self.side(other)),
        )
        return found

    def rivals(self, one: str, other: str, period: Period = ALWAYS) -> bool:
        """Tell whether the two are on rival sides: themselves, their bodies, or their allies.

        They are not if one is on the other's side.
        """
        if one not in self.tied or other not in self.tied:
            return False
        rule = f"rival of {other}"
        found: bool = self._known(rule, one, period, lambda: self._rivals(one, other, period))
        return found

    def _rivals(self, one: str, other: str, period: Period) -> bool:
        """Tell whether two with ties are on rival sides."""
        left, right = self.side(one, period), self.side(other, period)
        same_side = (
            other in self.body(one, period)
            or one in self.body(other, period)
            or self.party(one, period) in right
            or self.party(other, period) in left
        )
        return not same_side and self.opposed(left, right, period)

    def one_party(self, one: str, other: str, period: Period = ALWAYS) -> bool:
        """Tell whether the two belong to the same body, or one to the other."""
        return not self.body(one, period).isdisjoint(self.body(other, period))

    def declared_rivals(self, one: str, other: str, period: Period = ALWAYS) -> bool:
        """Tell whether the two, or their bodies, are rivals themselves and not through allies."""
        return self.opposed(self.body(one, period), self.body(other, period), period)


def sides_of(tables: Tables) -> Sides:
    """Build the lookup of all affiliations. Ties to unattributed speakers do not count."""
    nobody = {entity.id for entity in tables.entities if entity.naming in VOICELESS}
    rows = sorted(tables.affiliations, key=lambda tie: (tie.relation, tie.party, tie.member))
    upward = [(ends[0], tie) for tie in rows if (ends := above(tie)) and ends[1] not in nobody]
    return Sides(
        ahead=_ties(upward),
        spoken=_ties((lower, tie) for lower, tie in upward if tie.relation == SPEAKS),
        allied=_ties(_by_both_ends(rows, ALLIES)),
        rivalry=_ties(_by_both_ends(rows, ("rival-of",))),
        tied=frozenset(end for tie in rows for end in (tie.member, tie.party)),
        days=tuple(sorted({day for tie in rows for day in (tie.from_date, tie.to_date) if day})),
    )


def _by_both_ends(
    ties: Iterable[AffiliationRow], relations: Collection[str]
) -> Iterator[tuple[str, AffiliationRow]]:
    """Yield the ties with one of these relations, by member and by party."""
    for tie in ties:
        if tie.relation in relations:
            yield tie.member, tie
            yield tie.party, tie


def _ties(pairs: Iterable[tuple[str, AffiliationRow]]) -> Ties:
    """Group ties by entity."""
    found: dict[str, list[AffiliationRow]] = defaultdict(list)
    for entity, tie in pairs:
        found[entity].append(tie)
    return {entity: tuple(ties) for entity, ties in found.items()}


def holds(tie: AffiliationRow, period: Period) -> bool:
    """Tell whether a tie may hold on a day of the period. Unknown dates count as open.

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
    """Tell whether a tie holds throughout the period. Unknown dates count as open.

    >>> from datetime import date
    >>> tie = AffiliationRow("a", "speaks-for", "b", to_date=date(2019, 1, 1))
    >>> covers(tie, (None, None)), covers(AffiliationRow("a", "speaks-for", "b"), (None, None))
    (False, True)
    """
    start, end = period
    begun = tie.from_date is None or (start is not None and tie.from_date <= start)
    return begun and (tie.to_date is None or (end is not None and end <= tie.to_date))


def _others(ties: Ties, entity: str, period: Period) -> Iterator[str]:
    """Yield the other ends of the ties of an entity that may hold in the period."""
    for tie in ties.get(entity, ()):
        if holds(tie, period):
            yield tie.party if tie.member == entity else tie.member
