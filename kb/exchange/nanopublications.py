"""Assertions as nanopublications in TriG: https://nanopub.net/guidelines/working_draft/

Each has four graphs: the head, the assertion with its claim, its provenance (speaker, passage,
document), and publication info (when and by whom it was recorded).
"""

from __future__ import annotations

from typing import Final

from kb.exchange.material import Made, Material, time
from kb.exchange.rdf import ntriples
from kb.model.rdf_terms import Term, Triple
from kb.model.records import SLOTS, Assertion, Claim
from kb.model.vocabulary import DCT, NS, PROV, RDF, SCHEMA, XSD
from kb.rdf import encoding

TITLE: Final = "nanopublications"
_NP: Final = "http://www.nanopub.org/nschema#"
KEPT: Final = frozenset(
    f"{kind.__name__.lower()} {name}" for kind in (Assertion, Claim) for name in SLOTS[kind.type]
) | {"source url", "source published_from", "source sha256"}


def write(material: Material) -> Made:
    """Return a nanopublication for each assertion, in the order of the documents."""
    remark = f"# {material.remark}\n" if material.remark else ""
    found = [_nanopublication(material, assertion) for assertion in material.assertions()]
    return Made(remark + "\n".join(found))


def _nanopublication(material: Material, assertion: Assertion) -> str:
    iri = f"{material.iri(assertion)}-nanopub"
    head, content, origin, about = (
        f"{iri}#{name}" for name in ("head", "assertion", "provenance", "pubinfo")
    )
    parts = {
        head: [
            _triple(iri, RDF + "type", _NP + "Nanopublication"),
            _triple(iri, _NP + "hasAssertion", content),
            _triple(iri, _NP + "hasProvenance", origin),
            _triple(iri, _NP + "hasPublicationInfo", about),
        ],
        content: _content(material, assertion),
        origin: _provenance(material, assertion, content),
        about: _publication(material, assertion, iri),
    }
    graphs = (f"<{graph}> {{\n{ntriples(found)}}}\n" for graph, found in parts.items())
    return "".join(graphs)


def _content(material: Material, assertion: Assertion) -> list[Triple]:
    """Return the assertion and its claim, which is expressed and not asserted."""
    found = encoding.to_triples(assertion, material.base)
    if claim := material.known.claims.get(assertion.claim or ""):
        found += encoding.to_triples(claim, material.base)
    return found


def _provenance(material: Material, assertion: Assertion, content: str) -> list[Triple]:
    found = [_triple(content, PROV + "wasDerivedFrom", f"{material.base}source/{assertion.source}")]
    if assertion.speaker:
        speaker = f"{material.base}entity/{assertion.speaker}"
        found.append(_triple(content, PROV + "wasAttributedTo", speaker))
    if assertion.quote:
        quote = f"{material.base}source/{assertion.quote}"
        found.append(_triple(content, PROV + "wasQuotedFrom", quote))
    source = material.known.sources.get(assertion.source or "")
    if source:
        iri = material.iri(source)
        found += [_triple(iri, SCHEMA + "url", source.url)] if source.url else []
        found += [_literal(iri, NS + "sha256", source.sha256)] if source.sha256 else []
        if source.published_from:
            day = source.published_from.isoformat()
            found.append(_literal(iri, DCT + "issued", day, "date"))
    return found


def _publication(material: Material, assertion: Assertion, iri: str) -> list[Triple]:
    found = [_triple(iri, PROV + "wasDerivedFrom", material.iri(assertion))]
    if assertion.recorded:
        found.append(_literal(iri, DCT + "created", time(assertion.recorded), "dateTime"))
    if assertion.coder:
        found.append(_literal(iri, DCT + "creator", assertion.coder))
    if material.licence:
        found.append(_triple(iri, DCT + "license", material.licence))
    return found


def _triple(subject: str, predicate: str, value: str) -> Triple:
    return Term("iri", subject), Term("iri", predicate), Term("iri", value)


def _literal(subject: str, predicate: str, value: str, datatype: str = "string") -> Triple:
    return Term("iri", subject), Term("iri", predicate), Term("literal", value, XSD + datatype)
