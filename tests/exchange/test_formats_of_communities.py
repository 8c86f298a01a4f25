"""Formats of fact-checkers, investigators and scientists, each read by its own library."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import Kb, run
from suites import suite

Node = dict[str, Any]


def test_only_a_verdict_of_a_person_is_a_review(kb: Kb) -> None:
    done = kb("export", "claimreview")
    assert json.loads(done.out)["@graph"] == []
    assert "left out: claims without a verdict (3)" in done.err
    claim = "claim/northland-sent-tugs-to-oldport"
    verdict = ("--verdict", "mostly true", "--because", "two records of the port", "--coder", "ab")
    assert kb("judge", "verdict", claim, *verdict).code == 0
    (review,) = json.loads(kb("export", "claimreview").out)["@graph"]
    assert review["claimReviewed"] == "Northland sent tugs to Oldport"
    assert review["reviewRating"]["alternateName"] == "mostly true"
    assert (review["author"]["name"], review["reviewBody"]) == ("ab", "two records of the port")
    authors = [author["name"] for author in review["itemReviewed"]["author"]]
    assert "Coastguard" in authors
    assert "Northland" not in authors  # it denies


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_followthemoney_reads_every_entity_and_none_is_abstract(kb: Kb) -> None:
    ftm: Any = pytest.importorskip("followthemoney")
    assert kb("add", "affiliation", "lukin", "member-of", "coastguard").code == 0
    assert kb("add", "affiliation", "northland", "owns", "tugs", "--coder", "ab").code in (0, 2)
    assert kb("edit", "oldport", "lat=54.5", "long=8.25").code == 0
    found = [json.loads(line) for line in kb("export", "ftm").out.splitlines()]
    proxies = [ftm.model.get_proxy(node) for node in found]
    for proxy, node in zip(proxies, found, strict=True):
        assert not proxy.schema.abstract
        # The library drops what is no value of its schema.
        kept = proxy.to_dict()["properties"]
        assert {k: sorted(v) for k, v in node["properties"].items()} == {
            k: sorted(v) for k, v in kept.items()
        }
        proxy.schema.validate(node)
    by_name = {proxy.caption: proxy for proxy in proxies}
    assert by_name["Пётр Лукин"].schema.name == "Person"
    member = next(p for p in proxies if p.schema.name == "Membership")
    assert member.get("member") == [by_name["Пётр Лукин"].id]
    note = next(p for p in proxies if "tugs" in str(p.get("description")))
    assert note.get("summary") == ["disputed"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_followthemoney_reads_every_statement(seen: Kb) -> None:
    ftm: Any = pytest.importorskip("followthemoney.statement")
    text = seen("export", "ftm-statements").out
    rows = list(ftm.read_statements(io.BytesIO(text.encode()), ftm.CSV))
    table = list(csv.DictReader(io.StringIO(text), dialect=csv.unix_dialect))
    assert [(r.id, r.prop_type) for r in rows] == [(t["id"], t["prop_type"]) for t in table]
    assert all(r.generate_key() == r.id for r in rows)
    entities = {json.loads(line)["id"] for line in seen("export", "ftm").out.splitlines()}
    assert {r.entity_id for r in rows} == entities


@pytest.fixture(scope="module")
def with_ids(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small knowledge base whose entities have ids and its document an address; not to be
    changed.
    """
    kb = Kb(shutil.copytree(made, tmp_path_factory.mktemp("with-ids") / "quarrel"))
    for entity, item in (("coastguard", "Q1"), ("northland", "Q2"), ("oldport", "Q3")):
        assert kb("edit", entity, f"wikidata={item}").code == 0
    assert kb("edit", "source/2024-quarrel", 'url=https://a.example/"q"').code in (0, 1)
    assert kb("edit", "source/2024-quarrel", "url=https://a.example/q").code == 0
    sheet = """source: 2024-quarrel
claims:
- claim: The coastguard owns Oldport
  what: coastguard > owns > oldport
  said:
  - by: lukin
    at: 8 near the pier
- claim: Northland owns Oldport
  what: northland > owns > oldport
  said:
  - by: lukin
    at: 8 near the pier
  - by: coastguard
    denies: unspecified
    at: 8 of the coast
"""
    assert kb.sheet(sheet).code == 0
    return kb.root


@pytest.fixture
def wikidata(with_ids: Path, tmp_path: Path) -> Kb:
    """A copy of it, to be changed."""
    return Kb(shutil.copytree(with_ids, tmp_path / "quarrel"))


def test_quickstatements_are_lines_of_another_program_and_state_who_disputes(wikidata: Kb) -> None:
    qs: Any = pytest.importorskip("quickstatements_client")
    kb = wikidata
    done = kb("export", "quickstatements")
    lines = [line.split("\t") for line in done.out.splitlines()]
    assert [line[:3] for line in lines] == [["Q2", "P1830", "Q3"], ["Q1", "P1830", "Q3"]] or [
        line[:3] for line in lines
    ] == [["Q1", "P1830", "Q3"], ["Q2", "P1830", "Q3"]]
    disputed = next(line for line in lines if line[0] == "Q2")
    assert disputed[3:5] == ["P1310", "Q1"]
    for line in lines:
        pairs = list(zip(line[3::2], line[4::2], strict=True))
        made = qs.EntityLine(
            subject=line[0],
            predicate=line[1],
            target=line[2],
            qualifiers=[qualifier(qs, *p) for p in pairs],
        )
        assert made.get_line(sep="\t") == "\t".join(line)
    assert "claims without Wikidata ids" in done.err
    assert "R+" not in done.out


BORN = """source: {source}
claims:
- claim: Lukin was born in Oldport
  what: lukin > {predicate} > oldport
  said:
  - at: {at}
{more}"""


@pytest.mark.parametrize(
    ("predicate", "more", "fields"),
    [
        ("was-born-in", "", ["R+"]),
        # A doubt, or a predicate with several objects, leaves the rank normal.
        ("was-born-in", "  - {by: layla, doubts: place, at: 8 near the pier}\n", []),
        (
            "was-born-in",
            "  - {by: coastguard, denies: place, at: 8 near the pier}\n",
            ["P1310", "Q1"],
        ),
        ("lives-in", "", []),
    ],
)
def test_only_what_nobody_contests_and_nothing_else_can_be_is_preferred(
    wikidata: Kb, predicate: str, more: str, fields: list[str]
) -> None:
    kb = wikidata
    assert kb("edit", "lukin", "wikidata=Q4").code == 0
    record = kb.write("record.txt", "Lukin, Pyotr: born at Oldport, by the book of the parish.\n")
    given = ("--id", "book", "--author", "A Parish", "--published", "2024-03-05")
    assert kb("add", "source", record, *given, "--url", "https://b.example/book").code == 0
    first = BORN.format(source="2024-quarrel", predicate=predicate, at="8 near the pier", more=more)
    assert kb.sheet(first).code == 0

    def line() -> list[str]:
        (found,) = (x for x in kb("export", "quickstatements").out.splitlines() if x[:2] == "Q4")
        return found.split("\t")

    assert "R+" not in line()  # a single voice
    book = BORN.format(source="book", predicate=predicate, at="1 born at Oldport", more="")
    assert kb.sheet(book).code == 0
    status = "disputed" if "P1310" in fields else "corroborated"
    assert status in kb("status", "lukin-was-born").out
    assert line()[3 : 3 + len(fields)] == fields
    assert ("R+" in line()) == (fields == ["R+"])
    assert sum(field.endswith("S854") for field in line()) == 2


def qualifier(qs: Any, property: str, value: str) -> Any:
    """A qualifier or reference of the other program with a value as it is in a line."""
    if value.startswith("+"):
        return qs.DateQualifier(predicate=property, target=value)
    if value.startswith('"'):
        return qs.TextQualifier(predicate=property, target=value[1:-1])
    if ":" in value:
        return qs.DateQualifier(predicate=property, target=value)
    return qs.EntityQualifier(predicate=property, target=value)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_prov_reads_speakers_coders_and_codings(seen: Kb) -> None:
    prov: Any = pytest.importorskip("prov.model")
    document = prov.ProvDocument.deserialize(content=seen("export", "prov-json").out)
    kinds = [type(record).__name__ for record in document.get_records()]
    assert kinds.count("ProvActivity") == 7
    assert kinds.count("ProvGeneration") == 7
    assert kinds.count("ProvAssociation") == 7
    labels = {str(record.label) for record in document.get_records()}
    assert {"ab", "Coastguard", "Northland sent tugs to Oldport"} <= labels
    again = prov.ProvDocument.deserialize(content=document.serialize())
    assert again == document


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_each_assertion_is_a_nanopublication_that_the_library_finds_valid(seen: Kb) -> None:
    nanopub: Any = pytest.importorskip("nanopub")
    rdflib: Any = pytest.importorskip("rdflib")
    text = seen("export", "nanopublications").out
    whole = rdflib.Dataset()
    whole.parse(data=text, format="trig")
    names = {str(g.identifier).rpartition("#")[0] for g in whole.graphs() if "#" in g.identifier}
    names = {name for name in names if name.endswith("-nanopub")}
    assert len(names) == 7
    for name in names:
        one = rdflib.Dataset()
        for s, p, o, graph in whole.quads():
            if str(graph).startswith(f"{name}#"):
                one.add((s, p, o, rdflib.URIRef(str(graph))))
        found = nanopub.Nanopub(rdf=one, conf=nanopub.NanopubConf())
        assert found.is_valid


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_library_refuses_the_invalid_ones_of_the_suite() -> None:
    """So the test above can fail."""
    nanopub: Any = pytest.importorskip("nanopub")
    files = sorted((suite("nanopub") / "invalid/plain").glob("*.trig"))
    assert files
    refused = 0
    for file in files:
        try:
            refused += not nanopub.Nanopub(rdf=file).is_valid
        except Exception:  # it raises what it likes
            refused += 1
    assert refused > len(files) / 2


def test_rocrate_reads_a_crate_and_every_digest_is_that_of_its_file(
    seen: Kb, tmp_path: Path
) -> None:
    library: Any = pytest.importorskip("rocrate.rocrate")
    done = seen("export", "ro-crate", "--documents", "--output", tmp_path / "crate")
    assert done.code == 0, done
    crate = library.ROCrate(tmp_path / "crate")
    files = {e.id: e for e in crate.get_entities() if e.type == "File"}
    there = {str(p.relative_to(tmp_path / "crate")) for p in (tmp_path / "crate").rglob("*.*")}
    assert files.keys() == there - {"ro-crate-metadata.json"}
    for path, file in files.items():
        data = (tmp_path / "crate" / path).read_bytes()
        assert file["sha256"] == hashlib.sha256(data).hexdigest()
    text = "documents/2024-quarrel.txt"
    assert "A quarrel over the old harbour" in (tmp_path / "crate" / text).read_text("utf-8")
    source = crate.dereference("https://example.org/quarrel/source/2024-quarrel")
    assert source["encoding"].id == text
    bare = seen("export", "ro-crate", "--output", tmp_path / "bare")
    assert "texts of documents (1)" in bare.err
    assert not (tmp_path / "bare/documents").exists()
    seen.refuses(2, "export", "turtle", "--documents", says=("only for ro-crate",))


def test_every_link_of_a_note_leads_to_a_note(seen: Kb, tmp_path: Path) -> None:
    done = seen("export", "notes", "--output", tmp_path / "notes")
    assert done.code == 0, done
    assert "fields" in done.err
    notes = {str(p.relative_to(tmp_path / "notes")): p for p in (tmp_path / "notes").rglob("*.md")}
    links = [
        link
        for path in notes.values()
        for link in re.findall(r"\[\[([^]|]+)\|", path.read_text(encoding="utf-8"))
    ]
    assert links
    assert [link for link in links if f"{link}.md" not in notes] == []
    claim = notes["claim/northland-sent-tugs-to-oldport.md"].read_text(encoding="utf-8")
    front = yaml.safe_load(claim.split("---")[1])
    assert (front["status"], front["kind"]) == ("disputed", "event")
    assert "## For\n- [[entity/coastguard|Coastguard]] affirms" in claim
    assert "## Against\n- [[entity/northland|Northland]] denies (occurrence)" in claim
    seen.refuses(2, "export", "notes", says=("--output FOLDER",))


UNSURE = """source: 2024-quarrel
claims:
- claim: The hotel was full of guests
  kind: state
  said:
  - by: lukin
    at: 10 The hotel by the sea was empty
    {doubt}
"""


@pytest.mark.parametrize(
    ("doubt", "words"),
    [
        ("degree: possible", "only as a possibility"),
        ('certain: "no"', "the speaker is a guess"),
        ("reading: unclear", "the passage is unclear"),
    ],
)
def test_what_supports_nothing_here_supports_nothing_elsewhere(
    kb: Kb, tmp_path: Path, doubt: str, words: str
) -> None:
    assert kb.sheet(UNSURE.format(doubt=doubt)).code == 0
    claim = "the-hotel-was-full-of-guests"
    opinion = next(
        node
        for node in json.loads(kb("export", "stix").out)["objects"]
        if node["type"] == "opinion" and words in node["explanation"]
    )
    assert (opinion["opinion"], opinion["labels"]) == ("neutral", ["uncertain-affirms"])
    assert kb("judge", "verdict", claim, "--verdict", "false", "--because", "x").code == 0
    (review,) = json.loads(kb("export", "claimreview").out)["@graph"]
    assert "author" not in review["itemReviewed"]
    assert kb("export", "notes", "--output", tmp_path / "vault").code == 0
    (note,) = (tmp_path / "vault").rglob("the-hotel-was-full*.md")
    assert f"affirms ({words})" in note.read_text(encoding="utf-8")
    for format, kind in (("stix", "stix"), ("nanopublications", "nanopublications")):
        other = Kb(tmp_path / format)
        assert run("init", other.root, cwd=tmp_path).code == 0
        file = kb.write(f"own.{format}", kb("export", format).out)
        assert other("import", kind, file).code == 0
        found = json.loads(other("status", "--json").out)
        status = {row["statement"]: row["status"] for row in found}
        if format == "stix":
            assert "The hotel was full of guests" not in status
        elif doubt == "degree: possible":
            assert status["The hotel was full of guests"] == "unsupported"
        before = kb.tree()
        assert "0 records new" in kb("import", kind, file).err
        assert kb.tree() == before
    sheet = (tmp_path / "nanopublications").rglob("*.ttl")
    assert any(
        word in path.read_text(encoding="utf-8")
        for path in sheet
        for word in ("degree-possible", "speakerCertain false", "reading-unclear")
    )


def test_who_made_no_comment_is_not_listed_for_a_claim(kb: Kb, tmp_path: Path) -> None:
    silent = UNSURE.format(doubt="silent: yes")
    assert kb.sheet(silent).code == 0
    assert kb("export", "notes", "--output", tmp_path / "vault").code == 0
    (note,) = (tmp_path / "vault").rglob("the-hotel-was-full*.md")
    text = note.read_text(encoding="utf-8")
    assert "## For\n\n- nobody" in text or "## For\n- nobody" in text
    assert "silent" in text.partition("## No comment")[2]


def test_what_nobody_is_named_for_has_no_voice_elsewhere(kb: Kb, tmp_path: Path) -> None:
    sheet = UNSURE.replace("by: lukin", "by: unattributed").format(doubt="basis: unstated")
    assert kb.sheet(sheet).code == 0
    objects = json.loads(kb("export", "stix").out)["objects"]
    assert "unattributed" not in {node.get("name") for node in objects}
    for format in ("stix", "nanopublications"):
        other = Kb(tmp_path / format)
        assert run("init", other.root, cwd=tmp_path).code == 0
        file = kb.write(f"own.{format}", kb("export", format).out)
        assert other("import", format, file).code == 0
        rows = json.loads(other("status", "--json").out)
        status = {row["statement"]: row["status"] for row in rows}
        assert status.get("The hotel was full of guests", "unsupported") == "unsupported"
        assert "0 records new" in kb("import", format, file, "--dry-run").err


def test_an_entity_of_a_file_cannot_be_the_speaker_who_is_nobody(kb: Kb) -> None:
    line = {"id": "p1", "schema": "Person", "properties": {"name": ["unattributed"]}}
    said = kb("import", "ftm", kb.write("x.json", json.dumps(line)), "--dry-run")
    assert "entity/unattributed-2" in said.out
