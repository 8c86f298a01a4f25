"""Places, and claims at places, as GeoJSON (RFC 7946)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from kb.exchange.material import Made, Material, fields_of
from kb.model.records import Claim, Entity

TITLE: Final = "GeoJSON"
_PLACE: Final = "kind name also description naming precision wikidata lat long note"
_CLAIM: Final = """
    statement kind subject predicate object object_value object_claim place polarity begin_earliest
    end_latest quantity_min quantity_max quantity_best unit counted
"""
KEPT: Final = fields_of(Entity, _PLACE) | fields_of(Claim, _CLAIM) | {"claim status"}
Node = dict[str, Any]


def write(material: Material) -> Made:
    """Return a collection with a point for each entity that has one, and for each claim and place
    with one.
    """
    entities = sorted(material.known.entities.values(), key=lambda e: e.id)
    points = {e.id: e for e in entities if e.lat is not None and e.long is not None}
    features = [_feature(f"entity/{e.id}", e, _entity(material, e)) for e in points.values()]
    placed = set[str]()
    for claim in material.claims():
        for place in claim.place:
            if place in points:
                placed.add(claim.id)
                properties = _claim(material, claim, points[place])
                features.append(_feature(f"claim/{claim.id}@{place}", points[place], properties))
    collection: Node = {"type": "FeatureCollection", "features": features}
    if material.remark:
        collection["description"] = material.remark
    places = sum(e.kind == "place" for e in entities)
    skipped = {
        "places without coordinates": places - sum(e.kind == "place" for e in points.values()),
        "claims without a place that has coordinates": len(material.claims()) - len(placed),
    }
    return Made(json.dumps(collection, ensure_ascii=False, indent=1) + "\n", skipped)


def _feature(id: str, place: Entity, properties: Node) -> Node:
    point = [float(place.long or 0), float(place.lat or 0)]
    return {
        "type": "Feature",
        "id": id,
        "geometry": {"type": "Point", "coordinates": point},
        "properties": properties,
    }


def _entity(material: Material, entity: Entity) -> Node:
    values: Node = {"record": "entity", "iri": material.iri(entity)}
    for name in _PLACE.split():
        value = getattr(entity, name)
        if name not in ("lat", "long") and value not in (None, ()):
            values[name] = list(value) if isinstance(value, tuple) else value
    return values


def _claim(material: Material, claim: Claim, place: Entity) -> Node:
    values: Node = {"record": "claim", "iri": material.iri(claim)}
    values |= {"place": place.id, "place_name": place.name}
    values |= dict(_content(material, claim))
    if status := material.statuses.get(claim.id):
        values["status"] = status.status
    return {name: value for name, value in values.items() if value is not None}


def _content(material: Material, claim: Claim) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a claim, with names beside ids."""
    for name in _CLAIM.split():
        value = getattr(claim, name)
        if name == "place" or value is None:
            continue
        if name in ("begin_earliest", "end_latest"):
            yield name, value.isoformat()
        elif name.startswith("quantity"):
            yield name, float(value)
        else:
            yield name, value
        if name in ("subject", "object"):
            yield f"{name}_name", material.called(value)
