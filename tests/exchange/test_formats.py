"""What is handed on: the same triples in every format, every literal as written, and selections
that stand alone.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from conftest import CHECKOUT, Kb
from hypothesis import given
from hypothesis import strategies as st

from kb.app import knowledge_base
from kb.app.knowledge_base import KnowledgeBase
from kb.app.views.wanted import Wanted
from kb.errors import Usage
from kb.exchange import csv as tables
from kb.exchange import jsonld
from kb.exchange.registry import FORMATS
from kb.model.rdf_terms import Term, Triple
from kb.model.vocabulary import PREFIXES, XSD
from kb.rdf import turtle_reader
from kb.store import terms
from kb.workspace.catalogs.past_files import past
from kb.workspace.catalogs.record_links import references

CONTEXT = (CHECKOUT / "ontology/context.jsonld").read_text(encoding="utf-8")
BASE = "https://example.org/kb/"
RDF_KINDS = ("turtle", "ntriples", "nquads", "jsonld", "facts", "annotations", "provenance")
SELECTIONS = (
    Wanted(statuses=("disputed",)),
    Wanted(statuses=("corroborated", "superseded")),
    Wanted(sources=("2020-what",)),
    Wanted(places=("sirte",)),
    Wanted(query="denials-by", values={"speaker": "lna"}),
    Wanted(query="timeline", places=("tripoli",), statuses=("single-voice",)),
)


@pytest.fixture(scope="module")
def collection() -> KnowledgeBase:
    """The shipped collection."""
    return knowledge_base.open(str(CHECKOUT))


def by_oxigraph(text: str, format: ox.RdfFormat) -> set[Triple]:
    return as_triples(ox.parse(text, format=format))


def as_triples(quads: Iterable[ox.Quad]) -> set[Triple]:
    lines = ox.serialize((q.triple for q in quads), format=ox.RdfFormat.N_TRIPLES)
    return set(turtle_reader.triples(lines.decode(), "https://example.org/"))


def by_rdflib(text: str) -> set[Triple]:
    assert rdflib.NORMALIZE_LITERALS is False
    return set(terms.triples(rdflib.Graph().parse(data=text, format="json-ld")))


# --- Formats


def test_json_ld_is_read_by_other_programs_as_the_triples_that_are_stored(
    collection: KnowledgeBase,
) -> None:
    text, stored = collection.export("jsonld"), set(collection.triples())
    assert by_oxigraph(text, ox.RdfFormat.JSON_LD) == stored
    assert by_rdflib(text) == stored


def test_json_ld_has_plain_numbers_and_is_framed_as_the_docs_say(seen: Kb, tmp_path: Path) -> None:
    pytest.importorskip("pyld")
    text = seen("export", "jsonld").out
    records = {one["id"]: one for one in json.loads(text)["@graph"]}
    claim = records["claim/northland-sent-tugs-to-oldport"]
    assert (claim["type"], claim["quantityMin"]) == ("Claim", "4")
    assert all(isinstance(one["start"], int) for one in records.values() if "start" in one)
    assert records["entity/lukin"]["entityType"] == "person"
    page = (CHECKOUT / "docs/reference/exchange-formats.md").read_text(encoding="utf-8")
    (code,) = (
        block for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "pyld" in block
    )
    (tmp_path / "all.jsonld").write_text(text, encoding="utf-8")
    values: dict[str, Any] = {}
    exec(code.replace("all.jsonld", str(tmp_path / "all.jsonld")), values)
    framed = {one["id"]: one for one in values["claims"]}
    said = framed["claim/northland-sent-tugs-to-oldport"]["said"]
    assert sorted(one["stance"] for one in said) == ["affirms", "affirms", "affirms", "denies"]


def test_json_ld_can_name_a_context_that_lies_beside_it(
    collection: KnowledgeBase, tmp_path: Path
) -> None:
    written = collection.export_jsonld(tmp_path / "all.jsonld")
    assert [p.name for p in written] == ["all.jsonld", "context.jsonld"]
    assert written[1].read_text(encoding="utf-8") == CONTEXT
    document = json.loads(written[0].read_text(encoding="utf-8"))
    assert document["@context"][0] == "context.jsonld"
    read = rdflib.Graph().parse(written[0], format="json-ld")
    assert set(terms.triples(read)) == set(collection.triples())


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NAMES = st.sampled_from(
    [
        "claim/a",
        "source/b#char=1,2",
        "entity/x",
        "",
        "a:b",
        "@id",
        "../c",
        "//d",
        "e/./f",
        "?g",
        "#h",
    ]
)
PROPERTIES = st.sampled_from(
    ["statement", "kind", "speaker", "length", "words", "recorded", "unheard-of", "place", "stance"]
)
LITERALS = st.one_of(
    TEXTS.map(lambda t: Term("literal", t, XSD + "string")),
    TEXTS.map(lambda t: Term("literal", t, XSD + "integer")),
    TEXTS.map(lambda t: Term("literal", t, PREFIXES["rdf"] + "langString", "en")),
    st.sampled_from(["007", "1.50", "true", "2020-06-31", "https://example.org/kb/claim/a"]).map(
        lambda t: Term("literal", t, XSD + "date")
    ),
)
OBJECTS = (
    LITERALS
    | NAMES.map(lambda n: Term("iri", BASE + n))
    | st.sampled_from(["stance-denies", "kind-event", "other"]).map(
        lambda n: Term("iri", PREFIXES["kb"] + n)
    )
)
TRIPLES = st.tuples(
    NAMES.map(lambda n: Term("iri", BASE + n)),
    PROPERTIES.map(lambda p: Term("iri", PREFIXES["kb"] + p)),
    OBJECTS,
)


@given(st.lists(TRIPLES, max_size=5))
def test_whatever_is_stored_comes_back_from_json_ld(found: list[Triple]) -> None:
    assert by_oxigraph(
        jsonld.document(found, CONTEXT, BASE, remarks={"as of": "2020-01-01"}), ox.RdfFormat.JSON_LD
    ) == set(found)


def test_n_quads_name_for_each_triple_the_file_it_stands_in(collection: KnowledgeBase) -> None:
    quads = list(ox.parse(collection.export("nquads"), format=ox.RdfFormat.N_QUADS))
    own = collection.folder.base
    files = {f.path: f for f in collection.whole() if not past(f.path)}
    assert {q.graph_name.value for q in quads} == {own + path for path in files}
    for path, file in files.items():
        graph = as_triples(q for q in quads if q.graph_name.value == own + path)
        assert graph == set(file.triples)


def test_an_export_that_does_not_exist_is_answered_with_those_that_do(seen: Kb) -> None:
    seen.refuses(2, "export", "turtel", says=("no export “turtel”", "turtle"))
    seen.refuses(2, "export", "csv", says=("--output FOLDER",))
    seen.refuses(2, "export", "turtle", "--spreadsheet", says=("does not go with turtle",))
    seen.refuses(2, "export", "jsonld", "--context", "remote", says=("embedded", "beside"))
    seen.refuses(2, "export", "jsonld", "--context", "beside", says=("--output FILE",))


def test_saved_exports_are_exports(seen: Kb) -> None:
    assert "Annotation" in seen("export", "annotations").out
    assert "wasQuotedFrom" in seen("export", "provenance").out


# --- Tables

HOSTILE = ["=1+1", "+cmd", "-x", "@sum", "\tx", "\rx", "-5", "-5.25", "plain", "", "a=b", "'quoted"]


def test_exact_tables_hold_every_value_as_it_is_and_safe_ones_none_that_is_computed() -> None:
    table = (("a",), [(cell,) for cell in HOSTILE])
    exact = list(csv.reader(io.StringIO(tables.text(*table), newline="")))
    safe = list(csv.reader(io.StringIO(tables.text(*tables.harmless(table)), newline="")))
    assert [row[0] if row else "" for row in exact[1:]] == HOSTILE
    assert [row[0] if row else "" for row in safe[1:]] == [
        "'=1+1",
        "'+cmd",
        "'-x",
        "'@sum",
        "'\tx",
        "'\rx",
        *HOSTILE[6:],
    ]


@given(st.text())
def test_no_safe_cell_begins_like_a_formula_unless_it_is_a_number(cell: str) -> None:
    ((safe,),) = tables.harmless((("a",), [(cell,)]))[1]
    assert safe in (cell, f"'{cell}")
    assert not safe or safe[0] not in "=+-@\t\r" or float(safe) < 0 or safe[:2] == "-0"


def test_tables_are_exact_unless_a_spreadsheet_is_meant(kb: Kb, tmp_path: Path) -> None:
    assert (
        kb.sheet("source: 2024-quarrel\nnew:\n  bot: object, machine; as =HYPERLINK(1)\n").code == 0
    )
    for folder, options in (("exact", ()), ("safe", ("--spreadsheet",))):
        assert kb("export", "csv", "--output", tmp_path / folder, *options).code == 0
    exact, safe = (
        (tmp_path / name / "entities.csv").read_text(encoding="utf-8") for name in ("exact", "safe")
    )
    assert ",=HYPERLINK(1)," in exact
    assert safe == "\ufeff" + exact.replace(",=HYPERLINK(1),", ",'=HYPERLINK(1),")
    for name in ("assertions.csv", "sources.csv"):
        mark, same = (tmp_path / "safe" / name).read_bytes().split(b"\xbf", 1)
        assert mark == b"\xef\xbb"
        assert same == (tmp_path / "exact" / name).read_bytes()


def test_spreadsheets_of_other_countries_get_other_delimiters(seen: Kb, tmp_path: Path) -> None:
    assert (
        seen("export", "csv", "--output", tmp_path / "t", "--spreadsheet", "--delimiter", ";").code
        == 0
    )
    assert (
        (tmp_path / "t/entities.csv")
        .read_text(encoding="utf-8")
        .startswith("\ufeffentity;kind;name;")
    )
    for options in (
        ("--delimiter", ";"),
        ("--spreadsheet", "--delimiter", "x"),
        ("--spreadsheet", "--delimiter", ""),
    ):
        seen.refuses(
            2, "export", "csv", "--output", tmp_path / "u", *options, says=("--delimiter",)
        )


@pytest.mark.parametrize("sign", "=+-@＝＋－＠﹦﹢﹣﹫")
@pytest.mark.parametrize(
    "before",
    [
        "",
        " ",
        "\t",
        "\r",
        "\n",
        "\xa0",
        "\ufeff",
        "\u200b",
        "\u202e",
        "\u3000",
        "\ufeff \u200b",
        "\x00",
    ],
)
def test_a_sign_is_found_behind_what_is_not_seen(before: str, sign: str) -> None:
    cell = f"{before}{sign}cmd|' /C calc'!A0"
    assert tables.harmless((("a",), [(cell,)]))[1] == [(f"'{cell}",)]


@pytest.mark.parametrize(
    "cell", ["007", "00.5", "3-4", "1/2", "1-2-2024", "MAR1", "2 Sept", "1E5", "1234567890123456"]
)
def test_what_a_spreadsheet_would_change_is_kept_as_text(cell: str) -> None:
    assert tables.harmless((("a",), [(cell,)]))[1] == [(f"'{cell}",)]


@pytest.mark.parametrize(
    "cell",
    [
        "0",
        "7",
        "-5",
        "0.25",
        "2024-03-04",
        "a-b",
        "main-2024",
        "x=1",
        "Market 12",
        "12",
        "3-4 boats",
    ],
)
def test_what_a_spreadsheet_shows_as_it_is_stays(cell: str) -> None:
    assert tables.harmless((("a",), [(cell,)]))[1] == [(cell,)]


# --- Where an export goes


def test_a_link_that_leads_elsewhere_is_neither_followed_nor_replaced(kb: Kb) -> None:
    victim = kb.write("victim.txt", "precious\n")
    link = kb.root / "out.ttl"
    link.symlink_to(victim)
    kb.refuses(1, "export", "turtle", "--output", "out.ttl", says=("link", "nothing was written"))
    (kb.root / "tables").mkdir()
    (kb.root / "tables/claims.csv").symlink_to(victim)
    kb.refuses(1, "export", "csv", "--output", "tables", says=("link",))
    (kb.root / "room").symlink_to(kb.root.parent)
    kb.refuses(1, "export", "turtle", "--output", "room/new.ttl", says=("link",))
    kb.refuses(1, "export", "csv", "--output", "room", says=("link",))
    kb.refuses(
        1, "export", "jsonld", "--context", "beside", "--output", "room/new.jsonld", says=("link",)
    )
    assert victim.read_text() == "precious\n"
    assert link.is_symlink()
    assert not (kb.root.parent / "new.ttl").exists()


def test_a_link_within_its_folder_stays_and_its_file_is_written(kb: Kb) -> None:
    (kb.root / "a.ttl").write_text("old")
    (kb.root / "b.ttl").symlink_to("a.ttl")
    assert kb("export", "turtle", "--output", "b.ttl", "--force").code == 0
    assert (kb.root / "b.ttl").is_symlink()
    assert (kb.root / "a.ttl").read_text(encoding="utf-8") == kb("export", "turtle").out


def test_annotations_quote_the_passage_where_the_text_is_available(seen: Kb) -> None:
    assert '"Northland denied this"' in seen("export", "annotations").out


def test_a_file_that_kb_did_not_write_is_overwritten_only_with_force(kb: Kb) -> None:
    mine = kb.root / "mine.txt"
    mine.write_text("my notes\n")
    said = kb.refuses(
        1, "export", "turtle", "--output", "mine.txt", says=("did not write", "--force")
    )
    assert "mine.txt" in said
    assert mine.read_text() == "my notes\n"
    assert kb("export", "turtle", "--output", "mine.txt", "--force").code == 0
    assert mine.read_text(encoding="utf-8") == kb("export", "turtle").out


def test_an_export_replaces_what_an_earlier_one_wrote_until_somebody_changes_it(kb: Kb) -> None:
    for _ in range(2):
        done = kb("export", "csv", "--output", "tables")
        assert done.code == 0, done
        assert "tables/claims.csv" in done.out
    with (kb.root / "tables/claims.csv").open("a") as file:
        file.write("a note of mine\n")
    kb.refuses(1, "export", "csv", "--output", "tables", says=("claims.csv", "--force"))
    assert "a note of mine" in (kb.root / "tables/claims.csv").read_text(encoding="utf-8")


def test_tables_of_a_selection_mark_what_was_chosen(
    collection: KnowledgeBase, tmp_path: Path
) -> None:
    part = collection.only(Wanted(statuses=("disputed",)))
    part.export_csv(tmp_path)
    for name in ("claims.csv", "assertions.csv"):
        with (tmp_path / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert {r["claim"] for r in rows if r["chosen"] == "true"} == part.chosen
        assert {r["chosen"] for r in rows} == {"true", "false"}
        assert list(rows[0])[-1] == "chosen"


def test_nothing_is_written_where_nothing_was_chosen(seen: Kb, tmp_path: Path) -> None:
    out = tmp_path / "none.ttl"
    seen.refuses(
        1, "export", "turtle", "--status", "failed", "--output", out, says=("no claims match",)
    )
    assert not out.exists()


def test_standard_output_has_a_name_too(seen: Kb) -> None:
    assert seen("export", "turtle", "--output", "/dev/stdout").out == seen("export", "turtle").out


def test_a_device_stays_a_device(seen: Kb) -> None:
    assert seen("export", "turtle", "--output", "/dev/null").code == 0
    seen.refuses(
        2, "export", "turtle", "--output", "/dev/full", says=("cannot be written", "space")
    )
    seen.refuses(2, "export", "csv", "--output", "/dev/null", says=("name a folder",))
    assert Path("/dev/full").is_char_device()
    assert Path("/dev/null").is_char_device()


def test_a_pipe_is_written_to(seen: Kb, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        assert seen("export", "turtle", "--output", pipe).code == 0
        if not pipe.is_fifo():  # nobody will ever write to it
            reader.kill()
        out, _ = reader.communicate()
    assert out.decode() == seen("export", "turtle").out
    assert pipe.is_fifo()


def test_beside_the_tables_stands_the_policy_they_follow(seen: Kb, tmp_path: Path) -> None:
    done = seen(
        "export", "csv", "--output", tmp_path, "--as-of", "2024-03-04", "--status", "disputed"
    )
    told = json.loads((tmp_path / "export.json").read_text(encoding="utf-8"))
    assert told == {
        "as_of": "2024-03-04",
        "selection": "status disputed",
        "chosen": "northland-sent-tugs-to-oldport the-coastguard-controls-the-pier",
        "policy": "default-2",
    }
    assert "claims chosen (status disputed)" in done.err


def test_nothing_is_handed_on_into_the_knowledge_base_itself(seen: Kb) -> None:
    for kind, place in (
        ("turtle", "kb.toml"),
        ("turtle", "claims/main/entities.ttl"),
        ("nquads", "documents/x.nq"),
        ("csv", "claims"),
        ("csv", "tables/../claims/main"),
    ):
        seen.refuses(
            1, "export", kind, "--output", place, says=("is a part of the knowledge base",)
        )
    seen.refuses(
        1,
        "export",
        "jsonld",
        "--context",
        "beside",
        "--output",
        "ontology/x.jsonld",
        says=("is a part of",),
    )
    seen.refuses(2, "export", "turtle", "--output", ".", says=(". is a folder",))


# --- Selections


def alone(part: KnowledgeBase | object, text: str, iri: str, root: Path) -> KnowledgeBase:
    """A knowledge base of its own that holds an exported selection and nothing else."""
    made = knowledge_base.init(root, iri)
    (root / "claims/main/all.ttl").write_text(text, encoding="utf-8")
    return made


@pytest.mark.parametrize("wanted", SELECTIONS, ids=Wanted.described)
def test_a_selection_refers_to_nothing_outside_and_is_judged_as_in_the_whole(
    collection: KnowledgeBase, wanted: Wanted, tmp_path: Path
) -> None:
    part = collection.only(wanted)
    assert part.chosen
    own = alone(part, part.export("turtle"), collection.folder.base, tmp_path / "own")
    known = own.known()
    keys = {r.path + r.id for r in known.all()}
    assert [(r.id, to) for r in known.all() for to in references(r) if to not in keys] == []
    whole, here = collection.status(), own.status()
    for claim in part.chosen:
        one, other = whole.rows[claim], here.rows[claim]
        assert (one.status, one.support, one.contest, one.flags) == (
            other.status,
            other.support,
            other.contest,
            other.flags,
        )
        assert (one.voices_for, one.voices_against, one.no_known_stake) == (
            other.voices_for,
            other.voices_against,
            other.no_known_stake,
        )


def test_a_selection_is_valid_on_its_own(collection: KnowledgeBase, tmp_path: Path) -> None:
    part = collection.only(Wanted(statuses=("disputed",)))
    own = alone(part, part.export("turtle"), collection.folder.base, tmp_path / "own")
    assert [str(p) for p in own.validate().problems if p.severity == "error"] == []


def test_a_selection_holds_what_speaks_against_a_claim_wherever_it_stands(kb: Kb) -> None:
    note = kb.write(
        "second.txt", "The harbour once more\n\nThe guard denied that any tugs had come.\n"
    )
    assert kb("add", "source", note, "--id", "second", "--author", "B Gazette").code == 0
    claim = next(
        line.split(",")[0]
        for line in kb("list", "claims", "-f", "csv").out.splitlines()
        if "sent tugs" in line
    )
    sheet = f"source: second\nclaims:\n- claim: ={claim}\n  said:\n  - by: coastguard\n    denies: occurrence\n    at: 3 denied that any tugs\n"
    assert kb.sheet(sheet).code == 0
    text = kb("export", "turtle", "--source", "2024-quarrel").out
    assert "source/second>" in text


def test_a_place_is_also_what_lies_within_it(seen: Kb) -> None:
    whole, part = (
        seen("export", "turtle", "--place", "Oldport"),
        seen("export", "turtle", "--place", "pier"),
    )
    assert "3 claims chosen (place Oldport)" in whole.err
    assert "1 claim chosen (place pier)" in part.err


def test_every_kind_of_export_takes_a_selection(seen: Kb, tmp_path: Path) -> None:
    chosen = ("--query", "denials-by", "--set", "speaker=northland")
    for kind in (*RDF_KINDS, *FORMATS):
        done = seen("export", kind, *chosen)
        assert done.code == 0, done
        # RDF says so itself; most formats of other programs have no place for it.
        assert "selection" in done.out if kind in RDF_KINDS else "1 claim chosen" in done.err
        assert "controls-the-pier" not in done.out
    assert seen("export", "csv", *chosen, "--output", tmp_path).code == 0
    assert len((tmp_path / "claims.csv").read_text(encoding="utf-8").splitlines()) == 2


def test_what_a_selection_cannot_mean_is_told(seen: Kb) -> None:
    seen.refuses(2, "export", "turtle", "--status", "disputd", says=("not a status", "disputed"))
    seen.refuses(
        2, "export", "turtle", "--source", "nowhere", says=("no source is called “nowhere”",)
    )
    seen.refuses(2, "export", "turtle", "--place", "nowhere", says=("no entity",))
    seen.refuses(2, "export", "turtle", "--set", "a=b", says=("--query NAME",))
    seen.refuses(2, "export", "turtle", "--query", "documents", says=("names no claims",))


def test_facts_of_a_selection_are_those_of_the_chosen_claims(collection: KnowledgeBase) -> None:
    part = collection.only(Wanted(statuses=("admitted",)))
    facts = by_oxigraph(part.export("facts"), ox.RdfFormat.TURTLE)
    accepted = {s.value.rpartition("/")[2] for s, p, _ in facts if p.value.endswith("#accepted")}
    assert accepted == part.chosen & accepted
    plain = {t for t in facts if t[1].value.startswith("https://w3id.org/claimkb/predicate/")}
    assert len(plain) <= len(accepted)
    with pytest.raises(Usage, match="no export"):
        part.export("fact")
