"""Identity of entities: those judged to be the same are replaced by one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from kb.reasoning.tables import (
    AffiliationRow,
    AssertionRow,
    ClaimRow,
    EntityRow,
    JudgementRow,
    SourceRow,
    Tables,
)


def same_entities(judgements: Iterable[JudgementRow]) -> dict[str, str]:
    """Return entity id → the first id of the entities judged the same. Others are left out.

    >>> one = JudgementRow("same-entity", "entity/c", "entity/b")
    >>> other = JudgementRow("same-entity", "entity/b", "entity/a")
    >>> same_entities([one, other])
    {'b': 'a', 'c': 'a'}
    """
    parent: dict[str, str] = {}

    def find(entity: str) -> str:
        """Return the entity that represents all that are the same."""
        while (above := parent.get(entity, entity)) != entity:
            entity = above
        return entity

    for judgement in judgements:
        if judgement.kind in ("same-entity", "same-event"):
            ends = (judgement.about or "", judgement.other or "")
            if all(e.startswith("entity/") for e in ends):
                low, high = sorted(find(e.removeprefix("entity/")) for e in ends)
                parent[high] = low
    return {entity: find(entity) for entity in sorted(parent) if find(entity) != entity}


def unified(tables: Tables) -> Tables:
    """Return the tables with every entity under the first of its ids, wherever it is named."""
    same = same_entities(tables.judgements)
    if not same:
        return tables
    return replace(
        tables,
        claims=tuple(_claim(row, same) for row in tables.claims),
        assertions=tuple(_assertion(row, same) for row in tables.assertions),
        sources=tuple(_source(row, same) for row in tables.sources),
        affiliations=tuple(_affiliation(row, same) for row in tables.affiliations),
        entities=tuple(_entity(row, same) for row in tables.entities),
    )


def _affiliation(row: AffiliationRow, same: Mapping[str, str]) -> AffiliationRow:
    return replace(
        row, member=same.get(row.member, row.member), party=same.get(row.party, row.party)
    )


def _entity(row: EntityRow, same: Mapping[str, str]) -> EntityRow:
    within = tuple(same.get(place, place) for place in row.within)
    return replace(row, id=same.get(row.id, row.id), within=within)


def _source(row: SourceRow, same: Mapping[str, str]) -> SourceRow:
    if same.keys().isdisjoint((row.author, row.publisher, *row.co_authors)):
        return row
    return replace(
        row,
        author=same.get(row.author or "", row.author),
        publisher=same.get(row.publisher or "", row.publisher),
        co_authors=tuple(same.get(a, a) for a in row.co_authors),
    )


def _assertion(row: AssertionRow, same: Mapping[str, str]) -> AssertionRow:
    if same.keys().isdisjoint((row.speaker, *row.relays, *row.on_behalf)):
        return row
    return replace(
        row,
        speaker=same.get(row.speaker or "", row.speaker),
        relays=tuple(same.get(r, r) for r in row.relays),
        on_behalf=tuple(same.get(b, b) for b in row.on_behalf),
    )


def _claim(claim: ClaimRow, same: Mapping[str, str]) -> ClaimRow:
    named = (claim.subject, claim.object, *(entity for _, entity in claim.roles))
    if same.keys().isdisjoint(named):
        return claim
    return replace(
        claim,
        subject=same.get(claim.subject or "", claim.subject),
        object=same.get(claim.object or "", claim.object),
        roles=tuple((role, same.get(e, e)) for role, e in claim.roles),
    )
