"""Data of a published copy: records as Turtle and JSON-LD, the whole, its description, terms."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kb.app.publishing import exports
from kb.app.publishing.published import published
from kb.app.session import Session
from kb.exchange import jsonld, rdf
from kb.model.rdf_terms import Term, Triple
from kb.model.records import Assertion
from kb.model.vocabulary import NS, PREDICATES, RDF, RDFS, SKOS
from kb.rdf import turtle_reader
from kb.workspace.catalogs.catalog import Known

# The files of the whole, and of its description.
WHOLE: Final = "all"
DESCRIPTION: Final = "dataset"
_DCAT: Final = "http://www.w3.org/ns/dcat#"
_VOID: Final = "http://rdfs.org/ns/void#"
_DCT: Final = "http://purl.org/dc/terms/"
_TYPES: Final = {"ttl": "text/turtle", "jsonld": "application/ld+json"}


@dataclass(frozen=True, slots=True)
class TermOf:
    """A term of the ontology. `facts` are labels and values of its declaration, in words."""

    iri: str
    name: str
    label: str
    definition: str
    facts: tuple[tuple[str, str], ...]


def files(session: Session) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each file of data; records have the path of their key."""
    base, context = session.folder.base, exports.context()
    made = published(session)
    everything = [triple for found in made.triples.values() for triple in found]
    by_subject: dict[str, list[Triple]] = defaultdict(list)
    for triple in everything:
        by_subject[triple[0].value.removeprefix(base)].append(triple)
    known = session.known()
    for key in keys(known):
        about = [t for subject in _together(known, key, by_subject) for t in by_subject[subject]]
        yield from _both(key, about, context, base)
    yield from _both(WHOLE, everything, context, base)
    described = [*made.description(), *_distributions(base)]
    yield from _both(DESCRIPTION, described, context, base)
    declared = [triple for found in session.ontology() for triple in found]
    yield "term/vocabulary.ttl", rdf.turtle(_without_blanks(declared), NS)
    yield "term/context.jsonld", context


def keys(known: Known) -> list[str]:
    """Return the keys of the records that have a page of their own."""
    claims = [f"claim/{c.id}" for c in known.claims.values() if not c.invalidated]
    others = (k for k, r in known.others.items() if not getattr(r, "invalidated", None))
    entities = (f"entity/{id}" for id in known.entities)
    return sorted([*claims, *entities, *(f"source/{id}" for id in known.sources), *others])


def _together(known: Known, key: str, subjects: Mapping[str, Sequence[Triple]]) -> Iterator[str]:
    """Yield the subjects that are described with a record: for a claim its status, assertions,
    relays and passages; for a source its passages; for an entity its affiliations.
    """
    kind, _, id = key.partition("/")
    yield key
    if kind == "claim":
        yield f"status/{id}"
        for said in known.said(id):
            yield from _parts(said)
    elif kind == "source":
        yield from (subject for subject in subjects if subject.startswith(f"{key}#"))
    elif kind == "entity":
        yield from (f"affiliation/{tie.id}" for tie in known.ties(id))


def _parts(said: Assertion) -> Iterator[str]:
    """Yield the subjects of an assertion: itself, its relays, its passage."""
    yield f"assertion/{said.id}"
    yield from (f"assertion/{relay}" for relay in said.relays)
    if said.quote:
        yield f"source/{said.quote}"


def _both(
    path: str, triples: Iterable[Triple], context: str, base: str
) -> Iterator[tuple[str, str]]:
    """Yield triples as Turtle and as JSON-LD."""
    found = _without_blanks(triples)
    yield f"{path}.ttl", rdf.turtle(found, base)
    yield f"{path}.jsonld", jsonld.document(found, context, base)


def _without_blanks(triples: Iterable[Triple]) -> list[Triple]:
    return [t for t in triples if "bnode" not in (t[0].kind, t[2].kind)]


def _distributions(base: str) -> Iterator[Triple]:
    """Yield where the whole can be downloaded, relative to the base (DCAT §6.8, VoID §3.2)."""
    dataset = Term("iri", base + DESCRIPTION)
    for ending, media in _TYPES.items():
        file, one = Term("iri", f"{base}{WHOLE}.{ending}"), Term("iri", f"{base}{WHOLE}#{ending}")
        yield dataset, Term("iri", _VOID + "dataDump"), file
        yield dataset, Term("iri", _DCAT + "distribution"), one
        yield one, Term("iri", RDF + "type"), Term("iri", _DCAT + "Distribution")
        yield one, Term("iri", _DCAT + "downloadURL"), file
        kind = Term("iri", f"https://www.iana.org/assignments/media-types/{media}")
        yield one, Term("iri", _DCAT + "mediaType"), kind


def terms(session: Session) -> list[TermOf]:
    """Return the terms that the ontology declares, by name: classes, properties, concepts and
    predicates, with those of the knowledge base.
    """
    declared = [triple for found in session.ontology() for triple in found]
    prefixes = (NS, PREDICATES, session.folder.base)
    described = turtle_reader.by_subject(declared).items()
    found = [_term(iri, values) for iri, values in described if iri.startswith(prefixes)]
    return sorted((t for t in found if t.definition or t.label), key=lambda t: (t.name, t.iri))


def _term(iri: str, values: Mapping[str, Sequence[Term]]) -> TermOf:
    """Return a term from the triples about it."""
    shown = {RDFS + "label", SKOS + "prefLabel", SKOS + "definition", RDFS + "isDefinedBy"}
    facts = (
        (_short(property), _short(term.value) if term.kind == "iri" else term.value)
        for property, terms in values.items()
        for term in terms
        if property not in shown
    )
    labels = [*values.get(RDFS + "label", ()), *values.get(SKOS + "prefLabel", ())]
    definitions = values.get(SKOS + "definition", ())
    return TermOf(
        iri,
        re.split(r"[#/]", iri.rstrip("/#"))[-1],
        labels[0].value if labels else "",
        definitions[0].value if definitions else "",
        tuple(facts),
    )


def _short(iri: str) -> str:
    return turtle_reader.compact(iri)
