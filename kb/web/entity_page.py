"""The page of an entity: its names, its ties, what it says, and what is said about it."""

from __future__ import annotations

from typing import Final

from kb.model.records import Assertion, Entity
from kb.presentation.record_fields import values
from kb.web import names
from kb.web.look import Look
from kb.web.results import Asked, Elsewhere, Page

# Claims of each list on the page; the others are one link away.
SHOWN: Final = 30
FIELDS: Final = ("description", "naming", "precision", "lat", "long", "note")


def page(look: Look, asked: Asked) -> Page | Elsewhere:
    """Return an entity."""
    key = names.resolved(look, "entity", asked.name)
    entity = look.known.record(key)
    assert isinstance(entity, Entity)
    if entity.id != asked.name:
        return Elsewhere(look.to(f"/{key}"))
    says, about = _says(look, entity.id), _about(look, entity.id)
    found = {
        "entity": entity,
        "fields": [pair for pair in values(entity) if pair[0] in FIELDS],
        "ties": sorted(look.known.ties(entity.id), key=lambda tie: tie.id),
        "says": says[:SHOWN],
        "said": len(says),
        "about": about[:SHOWN],
        "number": len(about),
        "inside": sorted(e.id for e in look.known.entities.values() if entity.id in e.within),
        "judgements": look.known.judgements(key),
    }
    command = f"kb show {key}"
    return Page("entity.html", look.name(entity.id), found, command, f"/{key}", ("json",))


def _says(look: Look, entity: str) -> list[Assertion]:
    """Return what an entity says, by claim."""
    found = (a for a in look.known.assertions.values() if a.speaker == entity)
    return sorted((a for a in found if not a.invalidated), key=lambda a: (a.claim or "", a.id))


def _about(look: Look, entity: str) -> list[str]:
    """Return the ids of the claims in which an entity takes part."""
    claims = (c for c in look.known.claims.values() if not c.invalidated)
    return sorted(c.id for c in claims if entity in c.participants())
