"""Passages as Web Annotations in JSON-LD: https://www.w3.org/TR/annotation-model/

The target of an annotation is the passage in the published page, by position and by its words. The
first body says for people who says what. The second is the assertion with its claim, in the
vocabulary of the program, so that nothing about them is lost.
"""

from __future__ import annotations

import json
from typing import Any, Final

from kb.exchange.material import Made, Material, time
from kb.model.rdf_terms import Term
from kb.model.records import SLOTS, Assertion, Claim, Quote, Record, Relay, Source
from kb.model.vocabulary import DCT, NS, PROV, RDF, SKOS, XSD
from kb.rdf import encoding

TITLE: Final = "Web Annotation"
CONTEXT: Final = "http://www.w3.org/ns/anno.jsonld"
# Prefixes of the second body. All but the first three are in the context of the W3C, too.
PREFIXES: Final = {"kb": NS, "prov": PROV, "dct": DCT, "rdf": RDF, "skos": SKOS, "xsd": XSD}
# Browsers count UTF-16 units, so the unit is stated with each position.
UNIT: Final = "code points of the text with this SHA-256, from 0, end exclusive"
KEPT: Final = frozenset(
    f"{kind.__name__.lower()} {name}"
    for kind in (Assertion, Claim, Relay)
    for name in SLOTS[kind.type]
) | {
    "quote source",
    "quote start",
    "quote end",
    "quote fragment",
    "quote sha256",
    "quote locator",
    "source url",
    "source title",
    "source sha256",
    "source archived",
    "source recorded",
    "entity name",
}
Node = dict[str, Any]


def write(material: Material) -> Made:
    """Return one page of annotations, one for each assertion, in the order of the documents."""
    items, skipped = [], {"passages without words, only with positions": 0}
    for assertion in material.assertions():
        quote = material.known.quotes.get(assertion.quote or "")
        source = material.known.sources.get((quote.source if quote else None) or "")
        if quote is None or source is None:
            continue
        items.append(_annotation(material, assertion, quote, source))
        if quote.id not in material.passages:
            skipped["passages without words, only with positions"] += 1
    page = {
        "@context": [CONTEXT, PREFIXES],
        "id": f"{material.base}annotations",
        "type": "AnnotationPage",
        **({"rdfs:comment": material.remark} if material.remark else {}),
        "items": items,
    }
    text = json.dumps(page, ensure_ascii=False, indent=1) + "\n"
    return Made(text, {what: n for what, n in skipped.items() if n})


def _annotation(material: Material, assertion: Assertion, quote: Quote, source: Source) -> Node:
    node: Node = {"id": f"{material.iri(assertion)}-annotation", "type": "Annotation"}
    node["motivation"] = "identifying"
    if assertion.recorded:
        node["created"] = time(assertion.recorded)
    if assertion.coder:
        node["creator"] = {"type": "Person", "nickname": assertion.coder}
    if material.licence:
        node["rights"] = material.licence
    node["body"] = [_sentence(material, assertion), _assertion(material, assertion)]
    node["target"] = _target(material, quote, source)
    return node


def _sentence(material: Material, assertion: Assertion) -> Node:
    """Return who says what, as text."""
    claim = material.known.claims.get(assertion.claim or "", Claim(""))
    who = material.called(assertion.speaker)
    value = f"{who} ({assertion.stance}): {claim.statement}"
    return {"type": "TextualBody", "value": value, "format": "text/plain", "purpose": "describing"}


def _assertion(material: Material, assertion: Assertion) -> Node:
    """Return an assertion with its relays and its claim, every field as stored."""
    node = _record(material, assertion)
    claim = material.known.claims.get(assertion.claim or "")
    if claim:
        node["kb:claim"] = _record(material, claim)
    if relays := material.relays(assertion):
        node["kb:relay"] = [_record(material, relay) for relay in relays]
    if speaker := material.known.entities.get(assertion.speaker or ""):
        node["kb:speaker"] = {"id": material.iri(speaker), "skos:prefLabel": speaker.name}
    return node


def _record(material: Material, record: Record) -> Node:
    """Return a record with all its fields."""
    node: Node = {"id": material.iri(record), "type": _short(record.type)}
    values: dict[str, list[Any]] = {}
    for _, property, term in encoding.to_triples(record, material.base)[1:]:
        values.setdefault(_short(property.value), []).append(_value(term))
    return node | {key: found[0] if len(found) == 1 else found for key, found in values.items()}


def _value(term: Term) -> Any:
    if term.kind == "iri":
        return {"id": term.value}
    if term.datatype == XSD + "integer":
        return int(term.value)
    if term.datatype == XSD + "boolean":
        return term.value == "true"
    if term.datatype == XSD + "string":
        return term.value
    return {"@type": _short(term.datatype), "@value": term.value}


def _short(iri: str) -> str:
    """Abbreviate an IRI with a prefix of the context."""
    for prefix, start in PREFIXES.items():
        if iri.startswith(start):
            return f"{prefix}:{iri.removeprefix(start)}"
    return iri


def _target(material: Material, quote: Quote, source: Source) -> Node:
    """Return the passage: the published page, and where in it."""
    position = {"type": "TextPositionSelector", "start": quote.start, "end": quote.end}
    selectors: list[Node] = [{**position, "kb:unit": UNIT}]
    passage = material.passages.get(quote.id)
    if passage:
        words = {"exact": passage.words, "prefix": passage.before, "suffix": passage.after}
        given = {key: value for key, value in words.items() if value}
        selectors.append({"type": "TextQuoteSelector", **given})
    own: Node = {"id": material.iri(source), "dct:title": source.title}
    if quote.locator:
        selectors[0]["kb:locator"] = quote.locator
    node: Node = {"id": material.iri(quote), "type": "SpecificResource"}
    node |= {"source": source.url or material.iri(source), "kb:sha256": quote.sha256}
    node |= {"selector": selectors, "kb:source": {k: v for k, v in own.items() if v}}
    state = {
        "type": "TimeState",
        "sourceDate": time(source.recorded) if source.recorded else None,
        "cached": source.archived,
        "kb:sha256": source.sha256,
    }
    if source.recorded or source.archived:
        node["state"] = {key: value for key, value in state.items() if value}
    return node
