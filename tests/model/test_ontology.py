"""The ontology says what the code says, every term explains itself, and the shapes catch what they promise to catch."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib

from kb.model.records import RECORD_CLASSES, slots
from kb.model.vocabulary import (
    DCT,
    NS,
    PREDICATES,
    PREFIXES,
    RDF,
    RDFS,
    ROLES,
    SCHEMES,
    SKOS,
    concept,
)
from kb.rdf.generated import generated
from kb.rdf.record_shapes import HEADING

ROOT = Path(__file__).parents[2]
ONTOLOGY = ROOT / "ontology"
SHAPES = ("shapes.ttl",)
FILES = ("vocabulary.ttl", *SHAPES, "predicates.ttl", "policies.ttl", "alignment.ttl")
SH = "http://www.w3.org/ns/shacl#"
OWL = "http://www.w3.org/2002/07/owl#"
VANN = "http://purl.org/vocab/vann/"
SHAPE = "https://w3id.org/claimkb/shape/"
TYPE = ox.NamedNode(RDF + "type")
LABEL, DEFINITION, EXAMPLE = (
    ox.NamedNode(iri) for iri in (RDFS + "label", SKOS + "definition", SKOS + "example")
)


@cache
def graph(*names: str) -> tuple[ox.Triple, ...]:
    """The triples of ontology files."""
    return tuple(quad.triple for name in names for quad in ox.parse(path=str(ONTOLOGY / name)))


def values(name: str, subject: str, predicate: ox.NamedNode) -> list[str]:
    return [
        t.object.value
        for t in graph(name)
        if t.subject == ox.NamedNode(subject) and t.predicate == predicate
    ]


def typed(name: str, class_iri: str) -> set[str]:
    return {
        t.subject.value
        for t in graph(name)
        if t.predicate == TYPE and t.object == ox.NamedNode(class_iri)
    }


def iris(name: str, namespace: str) -> set[str]:
    terms = (term for t in graph(name) for term in (t.subject, t.predicate, t.object))
    return {
        term.value
        for term in terms
        if isinstance(term, ox.NamedNode) and term.value.startswith(namespace)
    }


DECLARED = {
    t.subject.value
    for t in graph("vocabulary.ttl")
    if t.predicate == TYPE and t.subject.value.startswith(NS)
}


# --- The vocabulary and the code ---


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_token_is_a_concept_of_its_scheme_and_the_scheme_holds_no_other(scheme: str) -> None:
    members = {
        t.subject.value
        for t in graph("vocabulary.ttl")
        if t.predicate.value == SKOS + "inScheme" and t.object.value == f"{NS}{scheme}-scheme"
    }
    assert members == {concept(scheme, token) for token in SCHEMES[scheme]}
    assert f"{NS}{scheme}-scheme" in typed("vocabulary.ttl", SKOS + "ConceptScheme")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_concept_has_its_token_as_notation_and_a_preferred_label(scheme: str) -> None:
    for token in SCHEMES[scheme]:
        iri = concept(scheme, token)
        assert values("vocabulary.ttl", iri, ox.NamedNode(SKOS + "notation")) == [token]
        assert len(values("vocabulary.ttl", iri, ox.NamedNode(SKOS + "prefLabel"))) == 1


@pytest.mark.parametrize("record", RECORD_CLASSES, ids=lambda c: c.__name__)
def test_every_class_and_property_of_the_model_is_declared(record: type) -> None:
    used = {slot.property for slot in slots(record).values() if slot.property.startswith(NS)}
    assert record.type in typed("vocabulary.ttl", RDFS + "Class")  # type: ignore[attr-defined]
    assert used <= typed("vocabulary.ttl", RDF + "Property")


def test_every_role_is_a_subproperty_of_role() -> None:
    for role in ROLES:
        assert values("vocabulary.ttl", NS + role, ox.NamedNode(RDFS + "subPropertyOf")) == [
            NS + "role"
        ]


def test_every_declared_term_has_one_label_one_definition_and_an_example() -> None:
    for iri in sorted(DECLARED):
        counts = [
            len(values("vocabulary.ttl", iri, predicate))
            for predicate in (LABEL, DEFINITION, EXAMPLE)
        ]
        assert counts[:2] == [1, 1], iri
        assert counts[2] >= 1, iri


@pytest.mark.parametrize("predicate", [DEFINITION, EXAMPLE], ids=["definition", "example"])
def test_no_two_terms_share_a_definition_or_an_example(predicate: ox.NamedNode) -> None:
    texts = Counter(
        t.object.value
        for name in ("vocabulary.ttl", "predicates.ttl")
        for t in graph(name)
        if t.predicate == predicate
    )
    assert [text for text, times in texts.items() if times > 1] == []


def test_every_term_is_used_with_a_declaration_only_once() -> None:
    assert (
        Counter(
            t.subject.value for t in graph("vocabulary.ttl") if t.predicate == TYPE
        ).most_common(1)[0][1]
        == 1
    )


@pytest.mark.parametrize("name", FILES)
def test_every_term_that_a_file_uses_is_declared(name: str) -> None:
    assert iris(name, NS) <= DECLARED | {NS}


@pytest.mark.parametrize("name", FILES)
def test_files_open_with_a_comment_and_have_no_blank_nodes_but_lists(name: str) -> None:
    head = (ONTOLOGY / name).read_text(encoding="utf-8").split(" a ")[0]  # up to the first record
    assert "\n# " in "\n" + head
    inside = {t.predicate.value for t in graph(name) if isinstance(t.subject, ox.BlankNode)}
    assert inside <= ({RDF + "first", RDF + "rest"} if name in SHAPES else set())


# --- Headers ---

HEADINGS = ("title", "description", "creator", "license")
WORDS = {RDFS + "label", SH + "message", SH + "name"}
WORDS |= {SKOS + name for name in ("prefLabel", "definition", "example")}


@pytest.mark.parametrize("name", FILES)
def test_each_file_states_title_licence_creator_version_and_namespace(name: str) -> None:
    (header,) = typed(name, OWL + "Ontology")
    wanted = [DCT + heading for heading in HEADINGS]
    wanted += [
        OWL + "versionIRI",
        VANN + "preferredNamespacePrefix",
        VANN + "preferredNamespaceUri",
    ]
    for predicate in wanted:
        assert len(values(name, header, ox.NamedNode(predicate))) == 1, predicate


@pytest.mark.parametrize("name", FILES)
def test_each_term_names_the_file_that_defines_it(name: str) -> None:
    (header,) = typed(name, OWL + "Ontology")
    terms = {t.subject.value for t in graph(name) if t.predicate == TYPE} - {header}
    for term in terms:
        assert values(name, term, ox.NamedNode(RDFS + "isDefinedBy")) == [header], term


@pytest.mark.parametrize("name", FILES)
def test_texts_for_people_have_a_language(name: str) -> None:
    texts = [t.object for t in graph(name) if t.predicate.value in WORDS]
    assert [
        text.value for text in texts if isinstance(text, ox.Literal) and text.language != "en"
    ] == []


# Old words that readers stumble over, and "headline" for the status of a claim.
QUAINT = re.compile(r"\b(foretold|mend|amid|at hand|so many|hangs? on|for want of|is none)\b", re.I)
OF_DOCUMENTS = {"sentences", "form", "form-scheme", "form-headline"}


@pytest.mark.parametrize("name", FILES)
def test_texts_for_people_are_plain(name: str) -> None:
    texts = [
        t for t in graph(name) if t.predicate.value in WORDS and isinstance(t.subject, ox.NamedNode)
    ]
    assert [t.object.value for t in texts if QUAINT.search(t.object.value)] == []
    status = [t for t in texts if re.search(r"\bheadlines?\b", t.object.value)]
    others = {t.subject.value.removeprefix(NS) for t in status} - OF_DOCUMENTS
    assert {name for name in others if not name.startswith(SHAPE)} == set()


def test_headline_names_nothing_but_the_form_of_a_passage() -> None:
    assert {name for name in DECLARED if "headline" in name.lower()} == {NS + "form-headline"}


@pytest.mark.parametrize(
    "path", sorted((ROOT / "queries").rglob("*.rq")), ids=lambda path: path.stem
)
def test_headers_of_saved_queries_are_plain(path: Path) -> None:
    header = [line for line in path.read_text(encoding="utf-8").splitlines() if line[:2] == "#+"]
    assert [line for line in header if QUAINT.search(line)] == []


def test_each_field_that_a_source_lists_as_unknown_is_declared() -> None:
    assert {NS + name for name in ("publisher", "author", "url", "published")} <= DECLARED


# --- Predicates, policies, context ---


def test_every_predicate_has_label_definition_example_and_default_kind() -> None:
    predicates = typed("predicates.ttl", NS + "Predicate")
    assert predicates
    for iri in predicates:
        assert iri.startswith(PREDICATES)
        for needed in (LABEL, DEFINITION, EXAMPLE, ox.NamedNode(NS + "defaultKind")):
            assert values("predicates.ttl", iri, needed), (iri, needed.value)


def test_every_predicate_that_a_declaration_names_is_declared() -> None:
    assert iris("predicates.ttl", PREDICATES) - {PREDICATES} <= typed(
        "predicates.ttl", NS + "Predicate"
    )


def test_the_default_policy_fixes_every_rule() -> None:
    policy = "https://w3id.org/claimkb/policy/default-2"
    rules = {
        t.subject.value
        for t in graph("vocabulary.ttl")
        if t.predicate.value == RDFS + "domain" and t.object.value == NS + "Policy"
    }
    assert policy in typed("policies.ttl", NS + "Policy")
    assert rules == {
        t.predicate.value
        for t in graph("policies.ttl")
        if t.subject.value == policy and t.predicate.value.startswith(NS)
    }


def expand(value: object) -> str:
    name = value["@id"] if isinstance(value, dict) else value
    assert isinstance(name, str)
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local if prefix in PREFIXES and not local.startswith("//") else name


def test_the_context_names_every_class_and_property() -> None:
    context = json.loads((ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    named = {expand(value) for key, value in context.items() if not key.startswith("@")}
    wanted = typed("vocabulary.ttl", RDFS + "Class") | typed("vocabulary.ttl", RDF + "Property")
    wanted |= {slot.property for record in RECORD_CLASSES for slot in slots(record).values()}
    # The context gives these keys to the properties that records have.
    stand_ins = {NS + name for name in ("subject", "object", "url", "published")}
    assert wanted - named == stand_ins
    for key, value in context.items():
        for token, iri in (value.get("@context", {}) if isinstance(value, dict) else {}).items():
            assert expand(iri).removeprefix(NS).endswith("-" + token), key
            assert expand(iri) in DECLARED


def test_a_document_with_the_context_reads_as_the_stored_record() -> None:
    document = json.loads((ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))
    record = {
        "@id": "https://example.org/a",
        "@type": "Assertion",
        "stance": "denies",
        "scope": ["time"],
        "saidFrom": "2021-02-03",
    }
    triples = {
        str(quad.triple)
        for quad in ox.parse(json.dumps(document | record), format=ox.RdfFormat.JSON_LD)
    }
    stored = f"""@prefix kb: <{NS}> . @prefix xsd: <{PREFIXES["xsd"]}> .
    <https://example.org/a> a kb:Assertion ; kb:stance kb:stance-denies ; kb:scope kb:dispute-time ; kb:saidFrom "2021-02-03"^^xsd:date ."""
    assert triples == {str(quad.triple) for quad in ox.parse(stored, format=ox.RdfFormat.TURTLE)}


# --- Shapes ---

HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
GOOD = (
    "@base <https://example.org/kb/> .\n"
    + "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    + f"""
p:closed a kb:Predicate ; rdfs:label "closed" ; skos:definition "Shut for use." ; skos:example "They closed it." ;
  kb:defaultKind kb:kind-event .
<source/weekly> a kb:Source ; dct:title "Bridge shut" ; kb:author <entity/weekly> ; kb:publishedFrom "2021-03-01"^^xsd:date ;
  kb:publishedTo "2021-03-04"^^xsd:date ; kb:unknown kb:publisher ; kb:sha256 "{HASH}" ; kb:length 400 ; kb:wordCount 70 .
<source/weekly#char=10,40> a kb:Quote ; kb:source <source/weekly> ; kb:start 10 ; kb:end 40 ;
  kb:sha256 "{HASH}" ; kb:fragment "shut the old bridge" .
<claim/city-closed-bridge> a kb:Claim ; kb:statement "The city closed the bridge" ; kb:kind kb:kind-event ; rdf:subject <entity/city> ;
  rdf:predicate p:closed ; rdf:object <entity/bridge> ; kb:place <entity/bridge> ; kb:beginEarliest "2021-02-27"^^xsd:date ;
  kb:beginLatest "2021-02-28"^^xsd:date ; kb:endLatest "2021-02-28"^^xsd:date ; kb:quantityMin 1 ; kb:quantityMax 2.5 ;
  prov:generatedAtTime "2022-01-01T10:00:00Z"^^xsd:dateTime .
<assertion/a> a kb:Assertion ; kb:source <source/weekly> ; kb:quote <source/weekly#char=10,40> ; kb:claim <claim/city-closed-bridge> ;
  kb:speaker <entity/mayor> ; kb:stance kb:stance-denies ; kb:scope kb:dispute-time ; kb:relay <assertion/a-r1> ; kb:speakerCertain false .
<assertion/a-r1> a kb:Relay ; kb:position 1 ; kb:speaker <entity/weekly> .
<entity/mayor> a kb:Entity ; kb:type kb:type-person ; skos:prefLabel "Mayor Lund" ; kb:wikidata wd:Q42 .
<entity/city> a kb:Entity ; kb:type kb:type-organisation ; skos:prefLabel "the city" .
<entity/weekly> a kb:Entity ; kb:type kb:type-organisation ; skos:prefLabel "The Weekly" .
<entity/bridge> a kb:Entity ; kb:type kb:type-place ; skos:prefLabel "Old Bridge" ; geo:lat 48.2 ;
  geo:long -16.4 ; kb:precision kb:precision-exact .
<affiliation/b> a kb:Affiliation ; kb:member <entity/mayor> ; kb:relation kb:relation-speaks-for ; kb:party <entity/city> ;
  kb:from "2020-01-01"^^xsd:date ; kb:to "2022-01-01"^^xsd:date ; kb:affiliationBasis <judgement/c> .
<judgement/c> a kb:Judgement ; kb:judgementKind kb:judgement-verdict ; kb:about <claim/city-closed-bridge> ;
  kb:verdict "true" ; kb:why "By the log." .
"""
)

# What is wrong → (text of GOOD, text in its place, codes of the problems).
BAD: dict[str, tuple[str, str, set[str]]] = {
    "a source without a title": ('dct:title "Bridge shut" ; ', "", {"source-title"}),
    "a source with a short checksum": (
        f'"{HASH}" ; kb:length',
        '"e3b0" ; kb:length',
        {"source-sha256"},
    ),
    "a source without length": ("kb:length 400 ; ", "", {"source-length"}),
    "publication bounds exchanged": ('"2021-03-04"', '"2021-02-04"', {"source-published-order"}),
    "a quote that ends before it starts": ("kb:end 40", "kb:end 4", {"quote-order"}),
    "a quote that is empty": ("kb:end 40", "kb:end 10", {"quote-order"}),
    "a quote without fragment": (' ; kb:fragment "shut the old bridge"', "", {"quote-fragment"}),
    "a quote of no recorded source": (
        "kb:Quote ; kb:source <source/weekly>",
        "kb:Quote ; kb:source <source/no>",
        {"quote-source-unknown"},
    ),
    "a blank statement": ("The city closed the bridge", "  ", {"claim-statement"}),
    "a statement of 301 characters": ("The city closed the bridge", "x" * 301, {"claim-statement"}),
    "a claim without kind": ("kb:kind kb:kind-event ; rdf:subject", "rdf:subject", {"claim-kind"}),
    "a predicate in quotation marks": (
        "rdf:predicate p:closed",
        'rdf:predicate "closed"',
        {"claim-predicate"},
    ),
    "a date that no calendar has": (
        'beginLatest "2021-02-28"',
        'beginLatest "2021-06-31"',
        {"claim-begin-latest"},
    ),
    "a date given as a plain string": (
        '"2021-03-01"^^xsd:date',
        '"March"',
        {"source-published-from", "source-published-order"},
    ),
    "an end before the begin": (
        'kb:endLatest "2021-02-28"',
        'kb:endLatest "2021-02-20"',
        {"claim-time-order"},
    ),
    "a quantity in words": (
        "kb:quantityMin 1 ; kb:quantityMax 2.5",
        'kb:quantityMin "many"',
        {"claim-quantity-min"},
    ),
    "an assertion without speaker": ("kb:speaker <entity/mayor> ; ", "", {"assertion-speaker"}),
    "an assertion with two speakers": (
        "kb:speaker <entity/mayor>",
        "kb:speaker <entity/mayor> , <entity/city>",
        {"assertion-speaker"},
    ),
    "an assertion by nobody recorded": (
        "kb:speaker <entity/mayor>",
        "kb:speaker <entity/nobody>",
        {"assertion-speaker-unknown"},
    ),
    "an assertion without source": (
        "kb:Assertion ; kb:source <source/weekly> ;",
        "kb:Assertion ;",
        {"assertion-source"},
    ),
    "an assertion without quote": (
        "kb:quote <source/weekly#char=10,40> ; ",
        "",
        {"assertion-quote"},
    ),
    "an assertion without claim": (
        "kb:claim <claim/city-closed-bridge> ;",
        "",
        {"assertion-claim"},
    ),
    "an unknown stance": ("kb:stance-denies", "kb:stance-dislikes", {"assertion-stance"}),
    "an assertion without stance": ("kb:stance kb:stance-denies ; ", "", {"assertion-stance"}),
    "an unknown scope": ("kb:dispute-time", "kb:dispute-style", {"assertion-scope"}),
    "a relay without position": ("kb:position 1 ; ", "", {"relay-position"}),
    "a relay without speaker": (
        "kb:position 1 ; kb:speaker <entity/weekly>",
        "kb:position 1",
        {"relay-speaker"},
    ),
    "an entity without type": ("kb:type kb:type-person ; ", "", {"entity-type"}),
    "an entity without name": (' ; skos:prefLabel "the city"', "", {"entity-name"}),
    "a point beyond the pole": ("geo:lat 48.2", "geo:lat 98.2", {"entity-latitude"}),
    "an affiliation without party": (" ; kb:party <entity/city>", "", {"affiliation-party"}),
    "an affiliation without relation": (
        " ; kb:relation kb:relation-speaks-for",
        "",
        {"affiliation-relation"},
    ),
    "a tie that ends before it begins": ('kb:to "2022', 'kb:to "2019', {"affiliation-order"}),
    "a judgement without reason": (' ; kb:why "By the log."', "", {"judgement-why"}),
    "a judgement about nothing recorded": (
        "kb:about <claim/city-closed-bridge>",
        "kb:about <claim/no>",
        {"judgement-about-unknown"},
    ),
}


@pytest.fixture
def literals_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """rdflib would rewrite literals while parsing, and so repair or hide what the shapes have to see."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


@cache
def shapes() -> rdflib.Graph:
    graph = rdflib.Graph()
    for name in SHAPES:
        graph.parse(ONTOLOGY / name)
    return graph


def problems(text: str) -> dict[str, set[str]]:
    """Code → messages of what the shapes find wrong in a Turtle text."""
    data = rdflib.Graph().parse(data=text, format="turtle")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes(), advanced=False, inference="none")
    sh = rdflib.Namespace(SH)
    found: dict[str, set[str]] = {}
    for result in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        code = str(report.value(result, sh.sourceShape)).removeprefix(SHAPE)
        found.setdefault(code, set()).add(str(report.value(result, sh.resultMessage)))
    return found


@pytest.mark.usefixtures("literals_as_written")
def test_a_good_record_of_every_class_conforms() -> None:
    assert problems(GOOD) == {}


@pytest.mark.usefixtures("literals_as_written")
@pytest.mark.parametrize("case", BAD)
def test_a_bad_record_is_reported_under_the_code_of_its_shape(case: str) -> None:
    old, new, codes = BAD[case]
    assert GOOD.count(old) == 1, "the case must change one place"
    assert set(problems(GOOD.replace(old, new))) == codes


@pytest.mark.usefixtures("literals_as_written")
def test_a_date_that_no_calendar_has_is_caught_wherever_dates_stand() -> None:
    dates = re.findall(r'kb:(\w+) "[0-9-]+"\^\^xsd:date', GOOD)
    found = problems(re.sub(r'"[0-9-]+"\^\^xsd:date', '"2020-06-31"^^xsd:date', GOOD))
    messages = " ".join(message for many in found.values() for message in many)
    assert messages.count("must be one existing date") == len(dates)


@pytest.mark.usefixtures("literals_as_written")
@pytest.mark.parametrize("broken", ["0000", "2021-02-30", "March", "", "9999-99-99"])
@pytest.mark.parametrize(
    "date",
    [
        'publishedFrom "2021-03-01"',
        'publishedTo "2021-03-04"',
        'beginEarliest "2021-02-27"',
        'kb:to "2022-01-01"',
    ],
)
def test_an_ill_typed_bound_is_reported_and_never_stops_the_report(date: str, broken: str) -> None:
    name = date.split()[0].removeprefix("kb:")
    code = {
        "publishedFrom": "source-published-from",
        "publishedTo": "source-published-to",
        "beginEarliest": "claim-begin-earliest",
    }
    assert code.get(name, "affiliation-to") in problems(
        GOOD.replace(date, f'{date.split()[0]} "{broken}"')
    )


@pytest.mark.usefixtures("literals_as_written")
def test_bounds_may_fall_on_the_same_day() -> None:
    assert problems(GOOD.replace("2021-03-04", "2021-03-01")) == {}


@pytest.mark.usefixtures("literals_as_written")
def test_the_shipped_predicates_and_policies_conform() -> None:
    text = "\n".join(
        (ONTOLOGY / name).read_text(encoding="utf-8") for name in ("predicates.ttl", "policies.ttl")
    )
    assert problems(text) == {}


def test_every_record_class_has_a_shape() -> None:
    targets = {t.object.value for t in graph(*SHAPES) if t.predicate.value == SH + "targetClass"}
    assert {record.type for record in RECORD_CLASSES} <= targets  # type: ignore[attr-defined]


def test_every_field_of_the_model_is_looked_at_by_the_shape_of_its_class() -> None:
    for record in RECORD_CLASSES:
        own = {
            t.object
            for t in graph(*SHAPES)
            if t.subject.value == SHAPE + record.__name__.lower()
            and t.predicate.value == SH + "property"
        }
        paths = {
            t.object.value
            for t in graph(*SHAPES)
            if t.subject in own and t.predicate.value == SH + "path"
        }
        assert {slot.property for slot in slots(record).values()} - paths <= {
            SKOS + "note",
            SKOS + "scopeNote",
        }


def test_every_problem_has_a_message_that_says_how_to_fix_it() -> None:
    codes = {t.subject.value for t in graph(*SHAPES) if t.predicate.value == SH + "targetClass"}
    codes |= {t.object.value for t in graph(*SHAPES) if t.predicate.value == SH + "property"}
    for iri in codes:
        (message,) = [
            text for name in SHAPES for text in values(name, iri, ox.NamedNode(SH + "message"))
        ]
        assert re.search(r"[.:] [A-Z]", message), iri  # what is wrong, then what to do
        assert len(message) <= 260, iri


def test_shapes_are_shacl_core_and_never_closed() -> None:
    for name in SHAPES:
        assert not {SH + word for word in ("sparql", "closed", "js", "rule")} & iris(name, SH)


@pytest.mark.parametrize("name", ["context.jsonld", "shapes.ttl"])
def test_the_generated_files_are_those_that_make_ontology_writes(name: str) -> None:
    assert generated(ONTOLOGY)[name] == (ONTOLOGY / name).read_text(encoding="utf-8")


def test_shapes_written_by_hand_repeat_nothing_that_is_generated() -> None:
    text = (ONTOLOGY / "shapes.ttl").read_text(encoding="utf-8")
    prefixes = "".join(line for line in text.splitlines(keepends=True) if line[:7] == "@prefix")
    by_hand, _, made = text.partition(HEADING)
    triples = [
        {q.triple for q in ox.parse(t, format=ox.RdfFormat.TURTLE)}
        for t in (by_hand, prefixes + made)
    ]
    assert all(triples)
    assert not set.intersection(*triples)
