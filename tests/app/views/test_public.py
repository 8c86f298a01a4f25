"""Hostile placements of `sensitive:` marks: no export, push or file of any format shows a trace."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from kb.api.exports import BINARY, FOLDERS
from kb.app import knowledge_base
from kb.app.answers import Answers
from kb.app.knowledge_base import KnowledgeBase
from kb.app.publishing import exports, published
from kb.app.views import public
from kb.app.views.wanted import Wanted
from kb.cli.export import WHAT
from kb.errors import Invalid
from kb.exchange import rdf, registry
from kb.web import dossier, site

MORE = """source: 2024-second
coder: zq
new:
  safehouse: place, hidden flat; as the Flat on Mill Street; within oldport
affiliations:
- layla member-of harbour-police; note she joined early
claims:
- claim: The coastguard controls the pier
  said:
  - by: harbour-police
    at: Everybody on the quay agrees
- claim: The tugs hid behind the Flat on Mill Street
  what: tugs > entered > safehouse
  said:
  - by: harbour-police
    at: the tugs hid there
- claim: A captain was at the pier
  kind: event
  note: this is Layla again
  said:
  - by: harbour-police
    at: A captain came
"""
SECOND = "Everybody on the quay agrees about it.\nPolice say the tugs hid there.\nA captain came later.\n"


TUGS_CLAIM = "northland-sent-tugs-to-oldport"
DENIED = "assertion/2024-quarrel.the-coastguard-controls-the-pier.layla.denies"


@pytest.fixture(scope="module")
def quay(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small knowledge base with a second document and an older version of a claim."""
    root = tmp_path_factory.mktemp("quay") / "quarrel"
    shutil.copytree(made, root)
    kb = knowledge_base.open(str(root))
    kb.add(kb.plan("new:\n  harbour-police: force; as Harbour Police\n", "police"))
    about = {"id": "2024-second", "title": "Notes from the Quay", "author": "harbour-police"}
    kb.add_source("second.txt", SECOND.encode(), about | {"published": "2024-03-05"})
    kb.add(kb.plan(MORE, "sheet"))
    kb.add(kb.edit(f"claim/{TUGS_CLAIM}", {"when": "2024-03-01"}))
    kb.add(kb.judge("verdict", TUGS_CLAIM, "", {"verdict": "true", "why": "seen by Layla"}))
    return root


@pytest.fixture
def kb(quay: Path, tmp_path: Path) -> KnowledgeBase:
    """A copy of it, to be marked."""
    return knowledge_base.open(str(shutil.copytree(quay, tmp_path / "quarrel")))


ONTOLOGY = """@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix kb: <https://w3id.org/claimkb/ns#> .
<https://example.org/predicate/sailed-with> a kb:Predicate ; rdfs:label "sailed with" ;
    kb:kind kb:kind-event ; rdfs:comment "As with Layla in March." .
<https://example.org/predicate/called-layla> a kb:Predicate ; rdfs:label "called her" .
"""
QUERY = """#+ summary: "What Layla denies"
SELECT ?claim { ?a <https://w3id.org/claimkb/ns#claim> ?claim }
"""
# Ways out of a knowledge base that `exported` tries, each with what makes it.
WAYS = "export export_csv export_folder export_jsonld export_parquet export_spreadsheet export_xlsx"


def mark(kb: KnowledgeBase, record: str) -> None:
    kb.add(kb.edit(record, {"sensitive": "yes"}))


def exported(kb: Answers, folder: Path, texts: bool = True) -> Iterator[tuple[str, str]]:
    """Every export of a knowledge base: name and text, with its documents if asked for. Those that are made in the same way as
    another one are made from the public part, which is quicker.
    """
    part = kb.public()
    (folder / "parquet").mkdir(parents=True, exist_ok=True)
    for kind in kb.exports():
        yield kind, (kb if kind in ("turtle", "facts", "stix") else part).export(kind)
    for kind in ("turtle", "nquads", "jsonld"):
        yield f"{kind} derived", (kb if kind == "turtle" else part).export(kind, derived=True)
    made = published.published(kb.session, revisions=True)
    pushed = {**made.triples, "": made.description()}
    yield "push", rdf.nquads(pushed) + "\n".join(made.graphs)
    book = zipfile.ZipFile(io.BytesIO(kb.export_xlsx()))
    yield "xlsx", "".join(book.read(name).decode() for name in book.namelist())
    folder.mkdir(exist_ok=True)
    for path in kb.export_parquet(folder / "parquet"):
        whole = path.suffix == ".parquet"
        yield path.name, str(parquet.read_table(path).to_pydict()) if whole else path.read_text()
    for kind in ("notes", "ro-crate"):
        files = part.export_folder(kind, documents=texts).files
        yield kind, "\n".join((*files, *files.values()))
    for path in (*kb.export_csv(folder), *kb.export_jsonld(folder / "x.jsonld")):
        yield path.name, path.read_text(encoding="utf-8")
    for path in kb.export_spreadsheet(folder):
        yield f"{path.name} for spreadsheets", path.read_text(encoding="utf-8")


def everything(kb: KnowledgeBase, folder: Path) -> Iterator[tuple[str, str]]:
    """Every export of the whole, and some of a selection and of views as of other days."""
    yield from exported(kb, folder)
    views = {
        "selection": kb.only(Wanted(about=("pier",))),
        "as of": kb.at(as_of=date(2024, 3, 31)),
        "known": kb.at(known_on=date(2999, 1, 1)),
    }
    for name, view in views.items():
        yield f"{name}: turtle", view.export("turtle", derived=True)
        yield f"{name}: annotations", view.export("web-annotations")


@pytest.mark.parametrize(
    ("record", "traces"),
    [
        ("entity/layla", ("layla", "Layla", "ليلى")),
        (f"claim/{TUGS_CLAIM}", (TUGS_CLAIM, "sent tugs to", "tugs from Northland", "had sent")),
        ("source/2024-second", ("2024-second", "Notes from the Quay", "Mill Street", "second.txt")),
        ("entity/safehouse", ("Mill Street", "safehouse", "hid there")),
        (DENIED, ("denied on Sunday", "layla.denies", "char=307,")),
    ],
    ids=["entity", "claim", "source", "place", "assertion"],
)
def test_no_export_has_a_trace_of_what_is_marked(
    kb: KnowledgeBase, tmp_path: Path, record: str, traces: tuple[str, ...]
) -> None:
    mark(kb, record)
    own = kb.with_sensitive().export("turtle")
    assert [trace for trace in traces if trace not in own] == []
    found = [
        (name, trace)
        for name, text in everything(kb, tmp_path / "out")
        for trace in traces
        if trace.casefold() in text.casefold()
    ]
    assert found == []


def test_own_ontology_and_questions_that_name_what_is_marked_stay_here(
    kb: KnowledgeBase, tmp_path: Path
) -> None:
    (kb.folder.root / "ontology").mkdir(exist_ok=True)
    (kb.folder.root / "ontology/layla.ttl").write_text(ONTOLOGY, encoding="utf-8")
    (kb.folder.root / "queries/questions").mkdir(parents=True, exist_ok=True)
    (kb.folder.root / "queries/questions/of-layla.rq").write_text(QUERY, encoding="utf-8")
    assert "of-layla" in knowledge_base.open(str(kb.folder.root)).queries()
    mark(kb, "entity/layla")
    kb = knowledge_base.open(str(kb.folder.root))
    assert "in March" in kb.with_sensitive().export("turtle", derived=True)
    made = {name: text for name, text in exported(kb, tmp_path / "out") if "derived" in name}
    made["view"] = kb.at(as_of=date(2024, 3, 31)).export("nquads", derived=True)
    made["site"] = "".join("".join(pair) for pair in site.files(kb.without_texts()))
    assert [name for name, text in made.items() if "layla" in text.casefold()] == []
    assert "sailed with" in made["turtle derived"]


def test_own_ontology_and_questions_with_an_iri_of_what_is_marked_stay_here(
    kb: KnowledgeBase,
) -> None:
    # Its name, “the pier”, is not in its IRI.
    pier = f"{kb.folder.base}entity/pier"
    (kb.folder.root / "ontology").mkdir(exist_ok=True)
    seen = f"<https://example.org/predicate/moored> rdfs:seeAlso <{pier}> .\n"
    (kb.folder.root / "ontology/own.ttl").write_text(ONTOLOGY + seen, encoding="utf-8")
    folder = kb.folder.root / "queries/questions"
    folder.mkdir(parents=True, exist_ok=True)
    for name, words in (
        ("whole", f"{{ ?claim ?p <{pier}> }}"),
        ("relative", "{ ?claim ?p <entity/pier> }"),
        ("prefixed", "{ ?claim ?p e:pier }"),
        ("other", "{ ?claim ?p e:tugs }"),
    ):
        text = QUERY.replace("Layla", "nobody").replace(
            "SELECT", f"PREFIX e: <{pier[:-4]}>\nSELECT"
        )
        (folder / f"{name}.rq").write_text(text.partition("{")[0] + words, encoding="utf-8")
    mark(kb, "entity/pier")
    part = public.public(knowledge_base.open(str(kb.folder.root)).session)
    values = {term.value for triples in part.ontology() for triple in triples for term in triple}
    assert "sailed with" in values
    assert pier not in values
    assert {"whole", "relative", "prefixed", "other"} & part.queries().keys() == {"other"}


def test_no_way_out_is_left_untried() -> None:
    ways = {n for n in dir(Answers) if n.startswith("export")} - {"exports"}
    assert ways == set(WAYS.split()), "try the new one in `exported`"
    named = set(re.findall(r"[a-z-]{3,}", str(WHAT.help))) - {"and", "or"}
    texts = {*exports.FORMATS, *registry.FORMATS, "facts", "annotations", "provenance"}
    assert named == texts | {*FOLDERS, *BINARY, "dossier"}


def test_a_status_is_that_of_what_is_exported_alone(kb: KnowledgeBase) -> None:
    mark(kb, DENIED)
    claim = "the-coastguard-controls-the-pier"
    assert kb.status().rows[claim].status == "disputed"
    assert kb.public().status().rows[claim].status != "disputed"
    assert "status-disputed" not in kb.only(Wanted(about=("pier",))).export("annotations")
    assert kb.known().assertions[DENIED.removeprefix("assertion/")].sensitive
    text = dossier.html(kb, f"claim/{claim}", None, None, "")
    assert "denied on Sunday" not in text
    assert "ليلى" not in text


def test_without_marks_everything_is_public(kb: KnowledgeBase) -> None:
    assert kb.public().session is kb.session


def test_words_stored_under_another_setting_leave_only_in_part(
    kb: KnowledgeBase, tmp_path: Path
) -> None:
    settings = kb.folder.root / "kb.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("whole", "fragments"))
    kb = knowledge_base.open(str(kb.folder.root))
    long = "The coastguard said on Friday that Northland"
    assert long in kb.with_sensitive().export("turtle")
    assert [name for name, text in exported(kb, tmp_path / "out", False) if long in text] == []


def test_a_mark_is_on_the_sheet_of_a_source(kb: KnowledgeBase) -> None:
    mark(kb, DENIED)
    mark(kb, f"claim/{TUGS_CLAIM}")
    sheet = kb.sheet("2024-quarrel")
    assert sheet.count("sensitive: yes") == 2
    assert kb.plan(sheet, "again").change.changed == []
    kb.add(kb.edit(DENIED, {"sensitive": "no"}))
    assert kb.sheet("2024-quarrel").count("sensitive: yes") == 1
    declared = "new:\n  nora: person, witness; as Nora Vik; sensitive\n"
    kb.add(kb.plan(declared, "declared"))
    assert kb.known().entities["nora"].sensitive
    assert any("secret" in str(p) for p in kb.edit(DENIED, {"sensitive": "secret"}).problems)


def test_nothing_leaves_while_a_file_cannot_be_read(tmp_path: Path) -> None:
    made = knowledge_base.init(tmp_path / "kb")
    path = made.folder.root / "claims/main/a.ttl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("<claim/a> a", encoding="utf-8")
    with pytest.raises(Invalid):
        made.export_csv(tmp_path / "tables")
    assert not (tmp_path / "tables").exists()
    path.write_text("", encoding="utf-8")
    assert made.export_csv(tmp_path / "tables")
