"""Tables and RDF for other programs: exact columns, exact values, the same bytes every time."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from kb.exchange import csv as tables
from kb.exchange import rdf
from kb.model.rdf_terms import Term
from kb.model.records import Assertion, Claim, Entity, Quote, Record, Relay, Source
from kb.model.vocabulary import XSD
from kb.rdf import encoding, turtle_reader
from kb.workspace.catalogs.catalog import Known

BASE = "https://w3id.org/claimkb/data/"
NOW = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
ID = "2020-memo.harbour-closed.residents.affirms"
RECORDS: list[Record] = [
    Source(
        "2020-memo",
        title='A "memo", dated',
        author="gazette",
        published_from=date(2020, 3, 1),
        sha256="ab",
        length=99,
        unknown=("publisher", "url"),
    ),
    Quote("2020-memo#char=10,30", source="2020-memo", start=10, end=30, fragment="the harbour"),
    Quote("2020-memo#char=5,9", source="2020-memo", start=5, end=9, fragment="port"),
    Entity("gazette", kind="organisation", name="The Gazette", also=("Gazette", "Daily Gazette")),
    Entity("residents", kind="group", name="two residents"),
    Claim(
        "harbour-closed",
        statement="The harbour closed, twice",
        kind="event",
        destination=("north", "south"),
        topic=("harbour",),
        quantity_min=Decimal("101.0"),
        begin_earliest=date(2020, 2, 1),
        begin_latest=date(2020, 2, 3),
        end_latest=date(2020, 2, 9),
    ),
    Claim("gone", statement="Left out", invalidated=NOW),
    Assertion(
        ID,
        source="2020-memo",
        quote="2020-memo#char=10,30",
        claim="harbour-closed",
        speaker="residents",
        stance="denies",
        scope=("time", "place"),
        relays=(f"{ID}-r2", f"{ID}-r1"),
        words=("stormy", "grim"),
        recorded=NOW,
    ),
    Relay(f"{ID}-r1", position=1, speaker="gazette"),
    Relay(f"{ID}-r2", position=2, speaker="mayor"),
    Assertion(
        "own",
        source="2020-memo",
        quote="2020-memo#char=5,9",
        claim="harbour-closed",
        speaker="gazette",
        stance="affirms",
    ),
    Assertion(
        "old",
        source="2020-memo",
        quote="2020-memo#char=5,9",
        claim="harbour-closed",
        speaker="gazette",
        invalidated=NOW,
    ),
]


@dataclass(frozen=True)
class Status:
    status: str = "disputed"
    support: str = "one-voice"
    contest: tuple[str, ...] = ("denied", "doubted")
    dispute: tuple[str, ...] = ("time",)
    flags: tuple[str, ...] = ()
    documents: int = 2
    originals: int = 1
    voices_for: tuple[str, ...] = ("source/2020-memo",)
    voices_against: tuple[str, ...] = ("entity/residents", "entity/mayor")
    no_known_stake: int = 0


def known() -> Known:
    out = Known()
    for record in RECORDS:
        out.add(record, "claims/a/sources/x.ttl")
    return out


STATUSES = {"harbour-closed": Status()}
VOICES = {ID: "entity/residents", "own": None}


def rows(name: str) -> list[dict[str, str]]:
    return list(
        csv.DictReader(
            io.StringIO(
                tables.text(*tables.as_text(tables.tables(known(), STATUSES, VOICES)[name]))
            )
        )
    )


def test_the_columns_of_assertions_and_claims_are_the_documented_ones() -> None:
    assert ",".join(tables.assertions(Known(), {}, {})[0]) == (
        "assertion,claim,stance,scope,speaker,speaker_label,voice,relays,source,source_sha256,start,end,quote,said_from,said_to,"
        "basis,form,manner,words,coder,recorded,statement,kind,status"
    )
    assert ",".join(tables.claims(Known(), {})[0]) == (
        "claim,kind,subject,predicate,object,roles,polarity,when_from,when_to,held,quantity_min,quantity_max,"
        "unit,statement,status,"
        "support,contest,dispute,flags,documents,originals,voices_for,voices_against,no_known_stake,"
        "quantity_best,exactness,counted,quantity"
    )


def test_assertions_stand_in_the_order_of_the_document_and_unknown_is_empty() -> None:
    own, residents = rows("assertions")
    assert (own["assertion"], own["voice"], own["relays"], own["start"], own["recorded"]) == (
        "own",
        "",
        "",
        "5",
        "",
    )
    assert (residents["scope"], residents["relays"], residents["words"]) == (
        "time|place",
        "gazette|mayor",
        "stormy|grim",
    )
    assert (residents["speaker_label"], residents["voice"], residents["source_sha256"]) == (
        "two residents",
        "residents",
        "ab",
    )
    assert (residents["quote"], residents["recorded"], residents["status"]) == (
        "the harbour",
        "2024-01-02T03:04:05Z",
        "disputed",
    )


def test_a_claim_has_plain_numbers_counted_voices_and_a_polarity() -> None:
    (claim,) = rows("claims")
    assert (claim["quantity_min"], claim["quantity_max"], claim["polarity"]) == (
        "101",
        "",
        "positive",
    )
    assert (claim["voices_for"], claim["voices_against"], claim["no_known_stake"]) == (
        "1",
        "2",
        "0",
    )
    assert claim["roles"] == "destination=north|destination=south|topic=harbour"
    assert (claim["when_from"], claim["when_to"], claim["contest"]) == (
        "2020-02-01",
        "2020-02-09",
        "denied|doubted",
    )


def test_a_claim_without_a_status_has_its_stored_fields() -> None:
    columns, (row,) = tables.claims(known(), {})
    assert len(row) == len(columns)
    assert dict(zip(columns, row, strict=True))["status"] is None


def test_sources_and_entities_have_every_stored_field() -> None:
    (source,) = rows("sources")
    assert (source["source"], source["title"]) == ("2020-memo", 'A "memo", dated')
    assert (source["unknown"], source["length"]) == ("publisher|url", "99")
    assert [e["also"] for e in rows("entities")] == ["Gazette|Daily Gazette", ""]


def test_files_are_utf_8_without_bom_and_lines_end_with_a_line_feed(tmp_path: Path) -> None:
    made = tables.tables(known(), STATUSES, VOICES)
    texts = {name: tables.as_text(table) for name, table in made.items()}
    paths = tables.write(tmp_path / "out", texts)
    assert [p.name for p in paths] == [
        "assertions.csv",
        "claims.csv",
        "sources.csv",
        "entities.csv",
        "quotes.csv",
        "affiliations.csv",
        "judgements.csv",
    ]
    data = paths[2].read_bytes()
    assert data.startswith(b"source,")
    assert b"\r" not in data


@given(st.lists(st.tuples(st.text(), st.text()), max_size=4))
def test_every_cell_is_read_back_as_it_was(found: list[tuple[str, str]]) -> None:
    assert list(csv.reader(io.StringIO(tables.text(("a", "b"), found), newline=""))) == [
        ["a", "b"],
        *map(list, found),
    ]


# --- RDF

TRIPLES = [t for r in RECORDS for t in encoding.to_triples(r, BASE)]
# What RDF's syntaxes can hold: Unicode without surrogates.
LITERALS = st.text(st.characters(exclude_categories=["Cs"]))


def read(text: str, format: ox.RdfFormat) -> set[tuple[str, str, str]]:
    return {
        (str(t.subject), str(t.predicate), str(t.object)) for t in ox.parse(text, format=format)
    }


def test_turtle_and_n_triples_say_the_same_whatever_the_order() -> None:
    lines, blocks = rdf.ntriples(TRIPLES), rdf.turtle(TRIPLES, BASE)
    assert read(lines, ox.RdfFormat.N_TRIPLES) == read(blocks, ox.RdfFormat.TURTLE)
    assert lines == rdf.ntriples(reversed(TRIPLES))
    assert blocks == rdf.turtle(reversed(TRIPLES), BASE)
    assert lines.count("\n") == len(set(TRIPLES))


@given(
    LITERALS,
    st.sampled_from(["", "en"]),
    st.sampled_from(["a", "", "b:c", "/d", "../e", "f/./g", "?h", "#i"]),
)
def test_a_literal_is_read_back_as_it_was_written(value: str, language: str, tail: str) -> None:
    datatype = (
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString" if language else XSD + "string"
    )
    triple = (
        Term("iri", BASE + tail),
        Term("iri", "urn:p"),
        Term("literal", value, datatype, language),
    )
    assert turtle_reader.triples(rdf.ntriples([triple]), BASE) == [triple]
    assert turtle_reader.triples(rdf.turtle([triple], BASE), BASE) == [triple]
    assert rdf.ntriples([triple]).count("\n") == 1


def test_an_ill_typed_literal_keeps_its_writing() -> None:
    triple = (
        Term("iri", BASE + "a"),
        Term("iri", "urn:p"),
        Term("literal", "007", XSD + "integer"),
    )
    assert rdf.ntriples([triple]) == f'<{BASE}a> <urn:p> "007"^^<{XSD}integer> .\n'
    assert turtle_reader.triples(rdf.turtle([triple], BASE), BASE) == [triple]
