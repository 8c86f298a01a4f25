"""Entities that an analyst judged to be one and the same, taken as one wherever claims are compared
and voices counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from kb.reasoning.tables import AssertionRow, ClaimRow, JudgementRow, SourceRow, Tables


def same_entities(judgements: Iterable[JudgementRow]) -> dict[str, str]:
    """Entity id → first id, by name, of the entities judged the same as it; those nobody judged are
    left out.

    >>> same_entities([JudgementRow("same-entity", "entity/c", "entity/b"), JudgementRow("same-entity", "entity/b", "entity/a")])
    {'b': 'a', 'c': 'a'}
    """
    parent: dict[str, str] = {}

    def find(entity: str) -> str:
        """The entity that stands for all that are the same."""
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
    """The tables with every entity under the first of its ids: in claims, assertions, sources,
    affiliations, and places within places.
    """
    same = same_entities(tables.judgements)
    if not same:
        return tables
    return replace(
        tables,
        claims=tuple(_claim(c, same) for c in tables.claims),
        assertions=tuple(_assertion(a, same) for a in tables.assertions),
        sources=tuple(_source(s, same) for s in tables.sources),
        affiliations=tuple(
            replace(t, member=same.get(t.member, t.member), party=same.get(t.party, t.party))
            for t in tables.affiliations
        ),
        entities=tuple(
            replace(e, id=same.get(e.id, e.id), within=tuple(same.get(w, w) for w in e.within))
            for e in tables.entities
        ),
    )


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
    named = {e for e in (claim.subject, claim.object, *(e for _, e in claim.roles)) if e}
    if named.isdisjoint(same):
        return claim
    return replace(
        claim,
        subject=same.get(claim.subject or "", claim.subject),
        object=same.get(claim.object or "", claim.object),
        roles=tuple((role, same.get(e, e)) for role, e in claim.roles),
    )
