"""Nanopublications in TriG: what an assertion graph states, by whom, and from which work.

https://nanopub.net/guidelines/working_draft/. Signatures and hashes in IRIs are not verified.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote_plus

from kb.errors import Usage
from kb.exchange.findings import Core, Document, Findings, Statement, Thing
from kb.model import identifiers, iris
from kb.model.rdf_terms import Term, Triple
from kb.model.vocabulary import DCT, KINDS, NS, PROV, RDF, RDFS, SKOS, UNATTRIBUTED
from kb.rdf import quad_reader
from kb.rdf.turtle_reader import Broken
from kb.system import intake

_NP: Final = "http://www.nanopub.org/nschema#"
_PARTS: Final = ("hasAssertion", "hasProvenance", "hasPublicationInfo")
_SENTENCE: Final = "http://purl.org/nanopub/x/asSentence"
_AIDA: Final = re.compile(r"https?://purl\.org/aida/(.+)")
_PAV: Final = "http://purl.org/pav/"
_FOAF: Final = "http://xmlns.com/foaf/0.1/"
_LABELS: Final = (RDFS + "label", SKOS + "prefLabel", DCT + "title", _FOAF + "name")
_MAKERS: Final = (
    PROV + "wasAttributedTo",
    _PAV + "authoredBy",
    DCT + "creator",
    _PAV + "createdBy",
)
_ORIGINS: Final = (PROV + "hadPrimarySource", PROV + "wasDerivedFrom", PROV + "wasQuotedFrom")
_TIMES: Final = (DCT + "created", PROV + "generatedAtTime", _PAV + "createdOn")
# Tokens of an own assertion that are keys of a sheet, too.
_DETAILS: Final = ("degree", "standing", "basis", "form", "reading")
_STANCES: Final = ("affirms", "denies", "doubts", "silent")
# Triples of one assertion that are claims. A larger graph is a table of data.
MOST_TRIPLES: Final = 50
_LONGEST: Final = 300
Graphs = Mapping[str, list[Triple]]


@dataclass(frozen=True, slots=True)
class Publication:
    """A nanopublication: its IRI, and its assertion, provenance and publication info."""

    iri: str
    assertion: str
    parts: tuple[list[Triple], list[Triple], list[Triple]]
    line: int
    place: tuple[int, int]


def read(name: str, data: bytes) -> Findings:
    """Return what the nanopublications of a file state. Raises Usage if it is not TriG."""
    text = intake.exported(data, name)
    try:
        graphs = quad_reader.graphs(text, "trig", "urn:file:")
    except Broken as error:
        where = f"{name}:{error.line}:{error.column}"
        hint = "nanopublications are TriG: kb export nanopublications shows one"
        raise Usage(f"{where}: this is not TriG: {error}.", hint) from None
    findings = Findings(name)
    found = list(_publications(findings, text, graphs))
    if not found and not findings.untaken:
        raise Usage(f"{name} has no nanopublication.", "a graph with the type np:Nanopublication")
    findings.read = len(found)
    for publication in found:
        _Published(findings, publication).run()
    if found and findings.statements:
        findings.documents.append(_document(findings, text, found))
    return findings


def _publications(findings: Findings, text: str, graphs: Graphs) -> Iterator[Publication]:
    """Yield the valid nanopublications of a file, and note the others."""
    places = quad_reader.places(text)
    for graph, triples in graphs.items():
        for s, p, o in triples:
            if p.value == RDF + "type" and o.value == _NP + "Nanopublication":
                start = places.get(graph, (0, 0))[0]
                line = text.count("\n", 0, start) + 1
                made = _publication(s.value, triples, graphs, places, text)
                if isinstance(made, str):
                    findings.leave(line, s.value, made)
                else:
                    yield made


def _publication(
    iri: str,
    head: list[Triple],
    graphs: Graphs,
    places: Mapping[str, tuple[int, int]],
    text: str,
) -> Publication | str:
    """Return a nanopublication, or the reason why it is not valid."""
    names = []
    for part in _PARTS:
        found = {o.value for s, p, o in head if s.value == iri and p.value == _NP + part}
        if len(found) != 1:
            return f"it has {len(found)} {part}, and needs one"
        names.append(found.pop())
    if len(set(names)) < 3 or not all(graphs.get(name) for name in names):
        return "assertion, provenance and publication info must be three graphs with triples"
    parts = graphs[names[0]], graphs[names[1]], graphs[names[2]]
    if names[0] not in places:
        return "the graph of its assertion has no place of its own in the file"
    place = places[names[0]]
    line = text.count("\n", 0, place[0]) + 1
    made = Publication(iri, names[0], parts, line, place)
    return _unlinked(made) or made


def _unlinked(made: Publication) -> str:
    """Say which part of a nanopublication is about something else, or return ""."""
    _, provenance, about = made.parts
    if not any(made.assertion in (s.value, o.value) for s, _, o in provenance):
        return "its provenance says nothing about the assertion"
    if not any(made.iri in (s.value, o.value) for s, _, o in about):
        return "its publication info says nothing about it"
    return ""


def _document(findings: Findings, text: str, found: list[Publication]) -> Document:
    """Return the file as a document. Its author is known if it has one nanopublication."""
    first = found[0]
    if len(found) > 1:
        return Document(findings.name, 1, text, findings.name)
    about = first.parts[2]
    maker = next(_values(about, first.iri, _MAKERS), None)
    author = maker.value if maker and maker.value in findings.things else ""
    title = next(_values(about, first.iri, _LABELS), None)
    named = title.value if title else findings.statements[0].sentence
    return Document(
        findings.name, 1, text, named[:_LONGEST], author, _address(first.iri), _day(first)
    )


class _Published:
    """What is taken from one nanopublication."""

    def __init__(self, findings: Findings, publication: Publication) -> None:
        self.findings = findings
        self.publication = publication
        self.all = [triple for part in publication.parts for triple in part]

    def run(self) -> None:
        """Take its sentence, its claim of a knowledge base, or else its triples."""
        assertion = self.publication.parts[0]
        sentences = [o.value for _, p, o in assertion if p.value == _SENTENCE]
        claims = [(s.value, o.value) for s, p, o in assertion if p.value == NS + "statement"]
        if sentences:
            for iri in sentences:
                self.sentence(iri)
        elif claims:
            self.own(*claims[0])
        elif len(assertion) > MOST_TRIPLES:
            why = f"its assertion has {len(assertion)} triples; the most is {MOST_TRIPLES}"
            self.leave(why)
        else:
            for number, triple in enumerate(assertion, 1):
                self.triple(number, triple)

    def leave(self, why: str) -> None:
        """Note what is not taken."""
        self.findings.leave(self.publication.line, self.publication.iri, why)

    def sentence(self, iri: str) -> None:
        """Take an AIDA sentence, which its IRI spells out."""
        found = _AIDA.fullmatch(iri)
        words = unquote_plus(found[1]).strip().rstrip(".") if found else ""
        if words:
            self.state(self.statement(words, "state"))
        else:
            self.leave(f"{iri[:_LONGEST]} is not a sentence")

    def own(self, claim: str, sentence: str) -> None:
        """Take the assertion that an export of a knowledge base wrote, with its stance."""
        stance = self.token(NS + "stance", "stance")
        if stance not in _STANCES:
            return self.leave(f"{stance or 'no stance'} cannot be taken without its target")
        kind = self.token(NS + "kind", "kind")
        said = self.statement(sentence, kind if kind in KINDS else "state")
        iri = self.publication.iri.removesuffix("-nanopub")
        details = {name: self.token(NS + name, name) for name in _DETAILS}
        details["certain"] = "no" if self.token(NS + "speakerCertain", "") == "false" else ""
        return self.state(replace(said, key=iri, claim=claim, stance=stance, details=details))

    def token(self, property: str, scheme: str) -> str:
        """Return the token of a property in the assertion."""
        found = (o.value for _, p, o in self.publication.parts[0] if p.value == property)
        return next(found, "").removeprefix(f"{NS}{scheme}-")

    def triple(self, number: int, triple: Triple) -> None:
        """Take a triple as a claim about its subject."""
        s, p, o = triple
        if p.value in _LABELS:
            return None
        if "bnode" in (s.kind, o.kind):
            return self.leave(f"triple {number} of its assertion has a blank node")
        words = "is a" if p.value == RDF + "type" else self.name(p.value).lower()
        value = self.name(o.value) if o.kind == "iri" else " ".join(o.value.split())
        if not value or len(value) > _LONGEST:
            return self.leave(f"the value of triple {number} is empty or too long")
        subject = self.thing(s.value)
        end = {"object": self.thing(o.value)} if o.kind == "iri" else {"value": value}
        core = Core(subject, identifiers.slug(words), words, **end)
        sentence = f"{self.name(s.value)} {words} {value}"
        said = self.statement(sentence, "")
        return self.state(replace(said, core=core, key=f"{said.key} {number}", claim=sentence))

    def statement(self, sentence: str, kind: str) -> Statement:
        """Return a statement of this nanopublication."""
        publication, file = self.publication, self.findings.name
        place, iri = publication.place, publication.iri
        found = Statement(iri, sentence, publication.line, file, *place, sentence, kind=kind)
        return replace(found, on=_day(publication), note=self.origins())

    def state(self, found: Statement) -> None:
        """Add a statement by whoever the assertion is attributed to."""
        self.findings.statements.append(replace(found, speaker=self.speaker()))

    def speaker(self) -> str:
        """Return who states the assertion: as its provenance says, else whoever published it."""
        _, provenance, about = self.publication.parts
        found = [
            *_values(provenance, self.publication.assertion, _MAKERS),
            *_values(about, self.publication.iri, _MAKERS),
        ]
        if found and found[0].value.endswith(f"/entity/{UNATTRIBUTED}"):
            return UNATTRIBUTED  # an own export names the speaker who is nobody
        return self.thing(found[0].value, "agent") if found else ""

    def origins(self) -> str:
        """Return the works that the assertion is derived from, for its note."""
        found = _values(self.publication.parts[1], self.publication.assertion, _ORIGINS)
        works = dict.fromkeys(term.value for term in found)
        return f"derived from {', '.join(works)}" if works else ""

    def thing(self, iri: str, kind: str = "object") -> str:
        """Return the key of the entity that an IRI names."""
        if "orcid.org/" in iri:
            kind = "person"
        if iri not in self.findings.things:
            item = iris.wikidata(iri.replace("https://www.wiki", "http://www.wiki", 1))
            name, line = self.name(iri), self.publication.line
            named = self.label(iri) != ""
            ids = (f"iri {iri}",)
            thing = Thing(iri, line, name, kind, ids, wikidata=item, named=named)
            self.findings.things[iri] = thing
        return iri

    def label(self, iri: str) -> str:
        """Return the label that the nanopublication gives an IRI, or ""."""
        label = next(_values(self.all, iri, _LABELS), None)
        return " ".join(label.value.split())[:_LONGEST] if label else ""

    def name(self, iri: str) -> str:
        """Return what the nanopublication calls an IRI, else its last part in words."""
        if label := self.label(iri):
            return label
        last = re.split(r"[/#]", iri.rstrip("/#"))[-1]
        words = re.sub(r"(?<=[a-z])(?=[A-Z])|[_+-]", " ", unquote_plus(last))
        return " ".join(words.split())[:_LONGEST] or iri[:_LONGEST]


def _values(triples: Iterable[Triple], subject: str, properties: Iterable[str]) -> Iterator[Term]:
    """Yield the values of the first of these properties first."""
    found = [(p.value, o) for s, p, o in triples if s.value == subject and o.kind != "bnode"]
    return (o for one in properties for p, o in found if p == one)


def _day(publication: Publication) -> str:
    found = next(_values(publication.parts[2], publication.iri, _TIMES), None)
    day = re.match(r"\d{4}-\d\d-\d\d", found.value) if found else None
    return day[0] if day else ""


def _address(iri: str) -> str:
    return iri if iri.startswith("http") and not iris.address_fault(iri) else ""
