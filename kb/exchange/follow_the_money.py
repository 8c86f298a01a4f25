"""Entities, affiliations, sources and claims as FollowTheMoney entities, one JSON object a line.

https://followthemoney.tech/explorer/
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kb.exchange.material import Made, Material, fields_of
from kb.model.records import Affiliation, Claim, Entity, Record, Source
from kb.model.vocabulary import WIKIDATA

TITLE: Final = "FollowTheMoney"
KEPT: Final = (
    fields_of(Entity, "kind name also description wikidata note lat long")
    | fields_of(Affiliation, "member relation party from_date to_date share note")
    | fields_of(Source, "title url published_from publisher author")
    | fields_of(Claim, "statement subject object")
    | {"claim status"}
)
# Type of an entity → schema. Of all other types it is an Asset.
_SCHEMATA: Final = {
    "person": "Person",
    "group": "Organization",
    "organisation": "Organization",
    "agent": "LegalEntity",
    "force": "Organization",
    "state": "PublicBody",
    "office": "Position",
    "place": "Address",
    "event": "Event",
    "operation": "Event",
    **dict.fromkeys(("agreement", "proposal", "statement", "work", "law"), "Document"),
}
_BODIES: Final = ("Organization", "PublicBody")
_LEGAL: Final = ("Person", "LegalEntity", *_BODIES)
# Relation → schema, its two properties, and the schemata that these can have.
_LINKS: Final = {
    "member-of": ("Membership", ("member", _LEGAL), ("organization", _BODIES)),
    "speaks-for": ("Representation", ("agent", _LEGAL), ("client", _LEGAL)),
    "owns": ("Ownership", ("owner", _LEGAL), ("asset", ("Asset",))),
}
Values = Mapping[str, object]
Node = dict[str, Any]
STATEMENTS: Final = "FollowTheMoney statements"
COLUMNS: Final = (
    *("canonical_id", "entity_id", "prop", "prop_type", "schema", "value", "dataset", "origin"),
    *("lang", "original_value", "external", "first_seen", "last_seen", "id"),
)
_DATASET: Final = "kb"
# Property → the type of its values; of all others it is a string.
_VALUES: Final = {
    **dict.fromkeys(("name", "alias"), "name"),
    **dict.fromkeys(("description", "notes", "summary"), "text"),
    **dict.fromkeys(("latitude", "longitude"), "number"),
    **dict.fromkeys(("startDate", "endDate", "publishedAt"), "date"),
    **dict.fromkeys(("member", "organization", "agent", "client", "owner"), "entity"),
    **dict.fromkeys(("asset", "subject", "object", "entity"), "entity"),
    "wikidataId": "identifier",
    "full": "address",
    "sourceUrl": "url",
}


def write(material: Material) -> Made:
    """Return entities, affiliations as links, sources as articles, and claims as notes."""
    nodes, skipped = _nodes(material)
    return Made("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in nodes), skipped)


def _nodes(material: Material) -> tuple[list[Node], dict[str, int]]:
    """Return everything that is exported, and what is not."""
    nodes = [*_entities(material), *_links(material), *_articles(material)]
    notes = list(_notes(material))
    skipped = {"claims without a subject or an object": len(material.claims()) - len(notes)}
    return nodes + notes, skipped


def statements(material: Material) -> Made:
    """Return the same as a CSV table, a row for each value.

    https://followthemoney.tech/docs/statements/
    """
    nodes, skipped = _nodes(material)
    out = io.StringIO(newline="")
    table = csv.writer(out, dialect=csv.unix_dialect)
    table.writerow(COLUMNS)
    for node in nodes:
        for property, values in sorted(node["properties"].items()):
            for value in values:
                table.writerow(_statement(node, property, value))
    return Made(out.getvalue(), skipped)


def _statement(node: Node, property: str, value: str) -> list[object]:
    """Return the row of one value of an entity."""
    key = hashlib.sha1(f"{_DATASET}.{node['id']}.{property}.{value}".encode()).hexdigest()
    kind = _VALUES.get(property, "string")
    named = (node["id"], node["id"], property, kind, node["schema"], value, _DATASET)
    return [*named, "", "", "", "f", "", "", key]


def _entities(material: Material) -> Iterator[Node]:
    for entity in sorted(material.known.entities.values(), key=lambda e: e.id):
        schema = _schema(entity)
        values: dict[str, object] = {
            "name": entity.name or entity.id,
            "alias": entity.also,
            "description": entity.description,
            "notes": entity.note,
            "wikidataId": (entity.wikidata or "").removeprefix(WIKIDATA),
        }
        if schema == "Address":
            values |= {"full": entity.name, "latitude": entity.lat, "longitude": entity.long}
        elif entity.lat is not None and entity.long is not None:
            values["notes"] = (entity.note or "", f"coordinates: {entity.lat}, {entity.long}")
        yield _node(material, entity, schema, values)


def _schema(entity: Entity | None) -> str:
    return _SCHEMATA.get((entity.kind if entity else None) or "", "Asset")


def _links(material: Material) -> Iterator[Node]:
    known = material.known
    ties = (r for r in known.others.values() if isinstance(r, Affiliation) and not r.invalidated)
    for tie in sorted(ties, key=lambda t: t.id):
        member, party = known.entities.get(tie.member or ""), known.entities.get(tie.party or "")
        if member is not None and party is not None:
            schema, own, other = _link(tie.relation or "", _schema(member), _schema(party))
            ends = {own: _id(material, member), other: _id(material, party)}
            yield _node(material, tie, schema, {**ends, **_tie(tie, schema)})


def _link(relation: str, member: str, party: str) -> tuple[str, str, str]:
    """Return the schema of a relation and its two properties, if both ends may have it."""
    if relation in _LINKS:
        schema, (own, members), (other, parties) = _LINKS[relation]
        if member in members and party in parties:
            return schema, own, other
    return "UnknownLink", "subject", "object"


def _tie(tie: Affiliation, schema: str) -> Values:
    """Return the values of a link beside its ends."""
    share = "" if tie.share is None else str(tie.share)
    owned = schema == "Ownership"
    return {
        "role": tie.relation,
        "startDate": tie.from_date,
        "endDate": tie.to_date,
        "description": tie.note,
        "percentage": share if owned else None,
        "summary": f"{share} %" if share and not owned else None,
    }


def _articles(material: Material) -> Iterator[Node]:
    for source in sorted(material.known.sources.values(), key=lambda s: s.id):
        values = {
            "title": source.title or source.id,
            "sourceUrl": source.url,
            "publishedAt": source.published_from,
            "publisher": material.called(source.publisher),
            "author": material.called(source.author),
        }
        yield _node(material, source, "Article", values)


def _notes(material: Material) -> Iterator[Node]:
    """Yield a note for each claim about an entity; its summary is the status."""
    for claim in material.claims():
        known = material.known.entities
        about = [known[id] for id in (claim.subject, claim.object) if id in known]
        if not about:
            continue
        status = material.statuses.get(claim.id)
        values = {
            "description": claim.statement,
            "entity": tuple(_id(material, entity) for entity in about),
            "summary": status.status if status else None,
        }
        yield _node(material, claim, "Note", values)


def _node(material: Material, record: Record, schema: str, values: Values) -> Node:
    """Return an entity; all values are lists of texts."""
    properties: dict[str, list[str]] = {}
    for name, value in values.items():
        several: tuple[Any, ...] = value if isinstance(value, tuple) else (value,)
        texts = [str(one) for one in several if one not in (None, "")]
        if texts:
            properties[name] = texts
    return {"id": _id(material, record), "schema": schema, "properties": properties}


def _id(material: Material, record: Record) -> str:
    """Return the id of an entity: the same record always has the same."""
    return key(record, material.iri(record))


def key(record: Record, iri: str) -> str:
    """Return the id of the entity that a record with this IRI is."""
    return f"kb-{hashlib.sha1(iri.encode()).hexdigest()}"
