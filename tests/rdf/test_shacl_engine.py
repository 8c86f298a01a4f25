"""The screen changes how long a validation takes, and never what it reports."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random

import pytest
from generated_bases import World, report

from kb.errors import Refused
from kb.model.rdf_terms import Term, Triple
from kb.model.vocabulary import NS, RDF, XSD
from kb.rdf import shacl, shacl_engine, shacl_screen, turtle_reader
from kb.rdf.encoding import to_triples
from kb.workspace.files.folder import shipped

SUITE = (
    Path(__file__).resolve().parents[3]
    / "shared/suites/data-shapes/data-shapes-test-suite/tests/core"
)
BASE = "https://x.org/"
SH = "http://www.w3.org/ns/shacl#"
HEAD = f"@prefix sh: <{SH}> . @prefix kb: <{NS}> . @prefix xsd: <{XSD}> . @prefix dct: <http://purl.org/dc/terms/> .\n"
MUTATIONS, BATCH = 5000, 1000


def outcome(
    validate: object, data: Sequence[Triple], focus: Sequence[str], rules: Sequence[Triple]
) -> object:
    """The results, or that it gives up."""
    try:
        return validate(data, focus, rules)  # type: ignore[operator]
    except (Refused, Exception) as error:
        return type(error).__name__


def names(data: Sequence[Triple]) -> list[str]:
    """All nodes of a graph."""
    return sorted({term.value for triple in data for term in (triple[0], triple[2])})


@cache
def rules() -> list[Triple]:
    """The shapes of the program."""
    text = (shipped("ontology") / shacl.SHIPPED).read_text("utf-8")
    return list(turtle_reader.triples(text, BASE))


@cache
def generated() -> list[list[Triple]]:
    """The records of a generated base, each as its triples."""
    world = World(3000)
    records = [*world.entities(), *world.ties(), *world.judgements()]
    records += map(world.claim, range(world.claims))
    for source in range(world.sources):
        records += report(world, source)[1]
    return [to_triples(record, BASE) for record in records]


def suite() -> list[Path]:
    """The files of the suite."""
    return sorted(p for p in SUITE.rglob("*.ttl") if p.name != "manifest.ttl")


@pytest.mark.skipif(not SUITE.is_dir(), reason="the suite of the W3C is not here")
def test_the_w3c_suite_of_shacl_core_gives_the_same_results() -> None:
    screened = 0
    for path in suite():
        triples = turtle_reader.triples(path.read_text("utf-8"), path.as_uri())
        focus = names(triples)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of rdflib, about odd booleans
            found = outcome(shacl_engine.screened, triples, focus, triples)
            expected = outcome(shacl_engine.reference, triples, focus, triples)
        if len(shacl_screen.suspects(triples, focus, triples)) < len(focus):
            screened += 1
        assert found == expected, path
    assert screened >= 5


def literal(value: str, kind: str = "string", language: str = "") -> Term:
    """A literal of a datatype of XML Schema."""
    datatype = RDF + "langString" if language else XSD + kind
    return Term("literal", value, datatype, language)


WRONG = (
    literal(""),
    literal(" "),
    literal("x" * 400),
    literal("Wort", language="de"),
    literal("-5", "integer"),
    literal("05", "integer"),
    literal("1e3", "integer"),
    literal("x", "integer"),
    literal("99999999999999999999999999", "integer"),
    literal("181.5", "decimal"),
    literal("1.0000000000000000000000000000001", "decimal"),
    literal("7", "double"),
    literal("1", "boolean"),
    literal("maybe", "boolean"),
    literal("2021-06-31", "date"),
    literal("2021-06-30Z", "date"),
    literal("0000-01-01", "date"),
    literal("-0001-01-01", "date"),
    literal("2022-01-01", "date"),
    literal("2021-06-30T25:00:00Z", "dateTime"),
    literal("2021-06-30T12:00:00+02:00", "dateTime"),
    literal("2021-06-30T12:00:00", "dateTime"),
    Term("iri", NS + "kind-event"),
    Term("iri", NS + "stance-unheard-of"),
    Term("iri", BASE + "entity/nobody"),
    Term("iri", BASE + "entity/actor-0"),
    Term("iri", BASE + "claim/claim-0"),
)


def mutated(record: Sequence[Triple], random: Random) -> list[Triple]:
    """A record with one thing changed: a value replaced, removed, repeated, or its type."""
    rows = list(record)
    place = random.randrange(len(rows))
    subject, property, value = rows[place]
    match random.randrange(6):
        case 0:
            del rows[place]
        case 1:
            rows.append((subject, property, random.choice(WRONG)))
        case 2:
            rows.append((subject, random.choice(rows)[1], value))
        case 3:
            other = random.choice(generated())
            rows.append((subject, Term("iri", RDF + "type"), other[0][2]))
        case _:
            rows[place] = (subject, property, random.choice(WRONG))
    return rows


@pytest.mark.parametrize("seed", range(MUTATIONS // BATCH))
def test_mutated_records_give_the_same_results(seed: int) -> None:
    random = Random(seed)
    records = random.sample(generated(), 2 * BATCH)
    changed = [mutated(record, random) for record in records[:BATCH]]
    data = [t for record in [*changed, *records[BATCH:]] for t in record]
    present = {t[0].value for t in data}
    data += [r[0] for r in generated() if r[0][0].value not in present]  # types
    focus = sorted(present)
    expected = shacl_engine.reference(data, focus, rules())
    assert shacl_engine.screened(data, focus, rules()) == expected
    violating = {result.focus for result in expected}
    assert len(violating) > BATCH // 2
    # Almost every record that the screen stops violates a shape indeed.
    assert len(shacl_screen.suspects(data, focus, rules())) <= 1.2 * len(violating)


OWN = (
    "sh:property [ sh:path kb:statement ; sh:maxLength 30 ]",
    "sh:property [ sh:path kb:statement ; sh:minLength 30 ; sh:severity sh:Warning ]",
    'sh:property [ sh:path kb:statement ; sh:pattern "^actor [0-9] " ; sh:flags "i" ]',
    'sh:property [ sh:path kb:statement ; sh:pattern "case .*[05]$" ; sh:message "odd" ]',
    "sh:property [ sh:path kb:quantityMin ; sh:maxInclusive 5 ; sh:minExclusive 1 ]",
    "sh:property [ sh:path kb:quantityMin ; sh:minCount 1 ]",
    "sh:property [ sh:path kb:quantityMin ; sh:maxCount 0 ]",
    "sh:property [ sh:path kb:quantityMin ; sh:lessThan kb:quantityMax ]",
    "sh:property [ sh:path kb:quantityMin ; sh:lessThanOrEquals kb:quantityMax ]",
    "sh:property [ sh:path kb:beginEarliest ; sh:equals kb:endLatest ]",
    "sh:property [ sh:path kb:beginEarliest ; sh:disjoint kb:endLatest ]",
    "sh:property [ sh:path kb:kind ; sh:in ( kb:kind-event kb:kind-state ) ]",
    "sh:property [ sh:path kb:kind ; sh:hasValue kb:kind-event ]",
    "sh:property [ sh:path kb:kind ; sh:not [ sh:in ( kb:kind-event ) ] ]",
    "sh:or ( [ sh:path kb:unit ; sh:minCount 1 ] [ sh:path kb:counted ; sh:minCount 1 ] )",
    "sh:xone ( [ sh:path kb:unit ; sh:minCount 1 ] [ sh:path kb:counted ; sh:minCount 1 ] )",
    "sh:and ( [ sh:path kb:unit ; sh:minCount 1 ] [ sh:path kb:counted ; sh:minCount 1 ] )",
    "sh:property [ sh:path kb:statement ; sh:or ( [ sh:minLength 40 ] [ sh:pattern 'met' ] ) ]",
    "sh:property [ sh:path kb:statement ; sh:node [ sh:minLength 28 ; sh:nodeKind sh:Literal ] ]",
    "sh:property [ sh:path kb:statement ; sh:and ( [ sh:minLength 28 ] [ sh:maxLength 40 ] ) ]",
    "sh:property [ sh:path <http://www.w3.org/1999/02/22-rdf-syntax-ns#object> ; sh:node [ sh:property [ sh:path kb:precision ; sh:minCount 1 ] ] ]",
    "sh:property [ sh:path ( <http://www.w3.org/1999/02/22-rdf-syntax-ns#object> kb:within ) ; sh:minCount 1 ]",
    "sh:property [ sh:path [ sh:inversePath kb:claim ] ; sh:minCount 2 ]",
    "sh:property [ sh:path kb:statement ; sh:maxLength 30 ] ; sh:deactivated true",
    "sh:closed true ; sh:ignoredProperties ( kb:note )",
    "sh:nodeKind sh:BlankNode",
    'sh:property [ sh:path kb:statement ; sh:pattern "(" ]',
    "sh:property [ sh:path kb:statement ; sh:minCount 1, 2 ]",
    "sh:property [ sh:path kb:statement ; sh:datatype xsd:string, xsd:date ]",
    "sh:property [ sh:path kb:recorded ; sh:minInclusive '2020-01-01'^^xsd:date ]",
    "sh:minCount 1",
)


@pytest.mark.parametrize("shape", OWN)
def test_shapes_of_users_give_the_same_results(shape: str) -> None:
    chosen = [r for r in generated() if "/claim/claim-1" in r[0][0].value][:150]
    data = [t for record in [*chosen, *generated()[:200]] for t in record]
    focus = sorted({t[0].value for t in data})
    own = turtle_reader.triples(
        f"{HEAD}<urn:s> a sh:NodeShape ; sh:targetClass kb:Claim ; {shape} .", BASE
    )
    expected = outcome(shacl_engine.reference, data, focus, own)
    assert outcome(shacl_engine.screened, data, focus, own) == expected


def test_a_record_in_two_places_and_a_subclass_are_left_to_pyshacl() -> None:
    data = [t for record in generated()[:200] for t in record]
    again = [*data, data[1]]
    subject = data[0][0].value
    assert subject in shacl_screen.suspects(again, [subject], rules())
    special = (
        Term("iri", NS + "Special"),
        Term("iri", "http://www.w3.org/2000/01/rdf-schema#subClassOf"),
        Term("iri", NS + "Entity"),
    )
    focus = sorted({t[0].value for t in data})
    assert set(shacl_screen.suspects([*data, special], focus, rules())) == set(focus)
