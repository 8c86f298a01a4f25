"""Provenance as PROV-JSON: who said what, from where, and who recorded it when.

https://www.w3.org/submissions/prov-json/
"""

from __future__ import annotations

import json
from typing import Any, Final

from kb.exchange.material import Made, Material, fields_of, time
from kb.model.records import Assertion, Claim, Entity, Quote, Relay, Source
from kb.model.vocabulary import NS, PROV

TITLE: Final = "PROV-JSON"
KEPT: Final = (
    fields_of(Source, "title url publisher author published_from copy_of version_of")
    | fields_of(Quote, "source")
    | fields_of(Claim, "statement")
    | fields_of(Assertion, "claim source quote speaker stance on_behalf relays coder recorded")
    | fields_of(Relay, "speaker")
    | fields_of(Entity, "name kind")
)
Node = dict[str, Any]


def write(material: Material) -> Made:
    """Return a document: sources, passages and assertions as entities, speakers and coders as
    agents, each coding as an activity.
    """
    document = _Document(material)
    for source in sorted(material.known.sources.values(), key=lambda s: s.id):
        document.source(source)
    for assertion in material.assertions():
        document.assertion(assertion)
    whole: Node = {"prefix": {"d": material.base, "kb": NS, "prov": PROV}, **document.parts}
    return Made(json.dumps(whole, ensure_ascii=False, indent=1) + "\n")


class _Document:
    """The parts of a document, while it is made."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.parts: dict[str, dict[str, Node]] = {}

    def put(self, part: str, id: str, values: Node) -> str:
        """Add an element, and return its id."""
        given = {key: value for key, value in values.items() if value}
        self.parts.setdefault(part, {})[id] = given
        return id

    def relate(self, part: str, ends: dict[str, str], **more: str) -> None:
        """Add a relation."""
        number = len(self.parts.get(part, {})) + 1
        self.put(part, f"_:{part}{number}", {f"prov:{k}": v for k, v in ends.items()} | more)

    def agent(self, entity: str) -> str:
        """Add the agent of an entity."""
        found = self.material.known.entities.get(entity)
        kind = {"person": "Person", None: None}.get(found.kind if found else None, "Organization")
        values: Node = {"prov:label": self.material.called(entity)}
        if kind:
            values["prov:type"] = {"$": f"prov:{kind}", "type": "prov:QUALIFIED_NAME"}
        return self.put("agent", f"d:entity/{entity}", values)

    def source(self, source: Source) -> None:
        """Add a source with its author and publisher, and what it is a copy or a version of."""
        day = source.published_from
        values: Node = {
            "prov:label": source.title,
            "prov:location": source.url,
            "kb:publishedFrom": day.isoformat() if day else None,
        }
        own = self.put("entity", f"d:source/{source.id}", values)
        for agent in (source.author, source.publisher):
            if agent:
                ends = {"entity": own, "agent": self.agent(agent)}
                self.relate("wasAttributedTo", ends)
        for part, other in (("Copy", source.copy_of), ("Revision", source.version_of)):
            if other:
                ends = {"generatedEntity": own, "usedEntity": f"d:source/{other}"}
                self.relate("wasDerivedFrom", ends, **{"prov:type": part})

    def assertion(self, assertion: Assertion) -> None:
        """Add an assertion: whose it is, the passage it is quoted from, and how it was coded."""
        claim = self.material.known.claims.get(assertion.claim or "", Claim(""))
        values: Node = {"prov:label": claim.statement, "kb:stance": assertion.stance}
        values["kb:claim"] = f"d:claim/{assertion.claim}"
        own = self.put("entity", f"d:assertion/{assertion.id}", values)
        relays = [relay.speaker for relay in self.material.relays(assertion)]
        for speaker in (assertion.speaker, *relays):
            if speaker:
                self.relate("wasAttributedTo", {"entity": own, "agent": self.agent(speaker)})
        for party in assertion.on_behalf:
            ends = {
                "delegate": self.agent(assertion.speaker or ""),
                "responsible": self.agent(party),
            }
            self.relate("actedOnBehalfOf", ends)
        quote = self.material.known.quotes.get(assertion.quote or "")
        if quote:
            passage = self.put("entity", f"d:source/{quote.id}", {"prov:type": "kb:Quote"})
            ends = {"generatedEntity": own, "usedEntity": passage}
            self.relate("wasDerivedFrom", ends, **{"prov:type": "prov:Quotation"})
            ends = {"generatedEntity": passage, "usedEntity": f"d:source/{quote.source}"}
            self.relate("wasDerivedFrom", ends)
        self.coding(assertion, own)

    def coding(self, assertion: Assertion, own: str) -> None:
        """Add the activity that recorded an assertion, with its coder."""
        if not assertion.recorded:
            return
        when = time(assertion.recorded)
        activity = self.put(
            "activity", f"d:coding/{assertion.id}", {"prov:endTime": when, "prov:type": "kb:Coding"}
        )
        ends = {"entity": own, "activity": activity}
        self.relate("wasGeneratedBy", ends, **{"prov:time": when})
        self.relate("used", {"activity": activity, "entity": f"d:source/{assertion.source}"})
        if assertion.coder:
            coder = self.put("agent", f"d:coder/{assertion.coder}", {"prov:label": assertion.coder})
            self.relate("wasAssociatedWith", {"activity": activity, "agent": coder})
