"""Verdicts of people as ClaimReview of schema.org: https://schema.org/ClaimReview

Only a judgement of the kind `verdict` is a review. A computed status never is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from kb.exchange.material import Made, Material, fields_of, tentative
from kb.model.records import Assertion, Claim, Entity, Judgement, Source

TITLE: Final = "ClaimReview"
KEPT: Final = (
    fields_of(Judgement, "kind about verdict why coder recorded")
    | fields_of(Claim, "statement")
    | fields_of(Assertion, "claim speaker stance source said_from speaker_certain")
    | fields_of(Source, "title url published_from")
    | fields_of(Entity, "name kind")
)
_TYPES: Final = {"person": "Person"}
Node = dict[str, Any]


def write(material: Material) -> Made:
    """Return a review for each verdict on a claim, by id."""
    reviews = []
    for judgement in _verdicts(material):
        claim = material.known.claims.get((judgement.about or "").removeprefix("claim/"))
        if claim:
            reviews.append(_review(material, judgement, claim))
    whole = {"@context": "https://schema.org", "@graph": reviews}
    reviewed = {review["itemReviewed"]["@id"] for review in reviews}
    skipped = {"claims without a verdict": len(material.claims()) - len(reviewed)}
    return Made(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", skipped)


def _verdicts(material: Material) -> Iterator[Judgement]:
    found = (r for r in material.known.others.values() if isinstance(r, Judgement))
    return iter(
        sorted((j for j in found if j.kind == "verdict" and not j.invalidated), key=lambda j: j.id)
    )


def _review(material: Material, judgement: Judgement, claim: Claim) -> Node:
    values: Node = {
        "@type": "ClaimReview",
        "@id": material.iri(judgement),
        "url": material.iri(judgement),
        "claimReviewed": claim.statement,
        "datePublished": judgement.recorded.date().isoformat() if judgement.recorded else None,
        "author": {"@type": "Person", "name": judgement.coder} if judgement.coder else None,
        "reviewRating": {"@type": "Rating", "alternateName": judgement.verdict},
        "reviewBody": judgement.why,
        "itemReviewed": _item(material, claim),
    }
    return {name: value for name, value in values.items() if value}


def _item(material: Material, claim: Claim) -> Node:
    """Return the claim with those who affirm it, and the documents in which they do."""
    said = [a for a in material.said(claim) if a.stance == "affirms" and not tentative(a)]
    speakers = list(dict.fromkeys(a.speaker for a in said if a.speaker))
    days = [a.said_from for a in said if a.said_from]
    sources = (material.known.sources.get(a.source or "") for a in said)
    appearances = {s.id: _document(material, s) for s in sources if s}
    values: Node = {
        "@type": "Claim",
        "@id": material.iri(claim),
        "text": claim.statement,
        "author": [_speaker(material, speaker) for speaker in speakers],
        "datePublished": min(days).isoformat() if days else None,
        "appearance": list(appearances.values()),
    }
    return {name: value for name, value in values.items() if value}


def _speaker(material: Material, id: str) -> Node:
    entity = material.known.entities.get(id)
    kind = _TYPES.get((entity.kind if entity else None) or "", "Organization")
    return {"@type": kind, "name": material.called(id)}


def _document(material: Material, source: Source) -> Node:
    day = source.published_from
    values = {
        "@type": "CreativeWork",
        "@id": material.iri(source),
        "url": source.url,
        "name": source.title,
        "datePublished": day.isoformat() if day else None,
    }
    return {name: value for name, value in values.items() if value}
