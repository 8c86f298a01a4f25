"""Links between the records of a catalog: which records refer to a record."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from kb.model.records import (
    Affiliation,
    Assertion,
    Claim,
    Entity,
    Judgement,
    Quote,
    Record,
    Relay,
    Source,
    slots,
)
from kb.workspace.catalogs.referrers import Referrers, ends, replaced


class RecordLinks:
    """Look-ups of records by what they refer to. A catalog has the records."""

    __slots__ = ()

    entities: dict[str, Entity]
    claims: dict[str, Claim]
    sources: dict[str, Source]
    assertions: dict[str, Assertion]
    quotes: dict[str, Quote]
    relays: dict[str, Relay]
    others: dict[str, Record]
    _referrers: Referrers
    _pointing: dict[str, list[Record]]

    def present(self, key: str) -> Record | None:
        """Return the present record with this path and id, or None."""
        raise NotImplementedError

    def all(self) -> Iterable[Record]:
        """Yield all present records."""
        for group in (
            self.sources,
            self.quotes,
            self.claims,
            self.assertions,
            self.relays,
            self.entities,
            self.others,
        ):
            yield from group.values()

    def stated(self, statement: str) -> list[Claim]:
        """Return the present claims with exactly this statement."""
        found = (self.claims.get(id) for id in self._referrers.stated(statement))
        return [c for c in found if c and c.statement == statement and not c.invalidated]

    def said(self, claim: str) -> list[Assertion]:
        """Return the present assertions on a claim."""
        found = (self.assertions.get(id) for id in self._referrers.said(claim))
        return [a for a in found if a and a.claim == claim]

    def about(self, key: str) -> list[Record]:
        """Return the present affiliations and judgements with this record (path and id) at either
        end.
        """
        found = (self.others.get(one) for one in self._referrers.about(key))
        return [record for record in found if record and key in ends(record)]

    def ties(self, entity: str) -> list[Affiliation]:
        """Return the affiliations that count and have an entity at either end, by id."""
        found = self.about(f"entity/{entity}")
        ties = [r for r in found if isinstance(r, Affiliation) and not r.invalidated]
        return sorted(ties, key=lambda r: r.id)

    def judgements(self, key: str) -> list[Judgement]:
        """Return the judgements that count and are about a record (path and id), by id."""
        judged = [r for r in self.about(key) if isinstance(r, Judgement) and not r.invalidated]
        return sorted(judged, key=lambda r: r.id)

    def replacing(self, key: str) -> list[Record]:
        """Return the present records that replaced this one (path and id), as newer versions."""
        found = (self.present(one) for one in self._referrers.replacing(key))
        return [record for record in found if record and replaced(record) == key]

    def links(self, assertion: str) -> list[str]:
        """Return the ids of the present relays whose ids begin with that of an assertion."""
        return [id for id in self._referrers.relays(assertion) if id in self.relays]

    def passages(self, source: str) -> list[Quote]:
        """Return the present passages of a source."""
        return [quote for quote in self.quotes.values() if quote.source == source]

    def quoted(self, sources: Collection[str]) -> set[str | None]:
        """Return the passages of these sources, and perhaps of others, that a present assertion or
        relay quotes.
        """
        quoted = {assertion.quote for assertion in self.assertions.values()}
        return quoted | {relay.quote for relay in self.relays.values()}

    def unnamed(self) -> list[Entity]:
        """Return the present entities that a description stands for."""
        return [one for one in self.entities.values() if one.naming == "unnamed"]

    def homes(self, keys: Collection[str]) -> list[str] | None:
        """Return the files that may describe records (path and id); None for any."""
        return None

    def read(self) -> Iterable[Record]:
        """Yield the present records that were read so far."""
        return self.all()

    def referring(self, key: str) -> list[Record]:
        """Return the present records that refer to a record (path and id)."""
        if not self._pointing:
            for record in self.read():
                for other in dict.fromkeys(references(record)):
                    self._pointing.setdefault(other, []).append(record)
        return self._pointing.get(key, [])


def references(record: Record, but: Collection[str] = ()) -> Iterator[str]:
    """Yield the key of each record that a record refers to, in fields other than `but`.

    >>> sorted(references(Assertion("a", source="s", claim="c", speaker="mayor")))
    ['claim/c', 'entity/mayor', 'source/s']
    """
    for name, slot in slots(type(record)).items():
        if slot.type == "ref" and name not in but:
            value: Any = getattr(record, name)
            for one in value if isinstance(value, tuple) else (value,):
                if one:
                    yield slot.target + one
