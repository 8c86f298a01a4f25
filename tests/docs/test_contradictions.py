"""Every example of docs/reference/contradictions.md does what the page shows."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from sheets import enter, made

from kb import cli
from kb.app import knowledge_base
from kb.app.derivation import extraction
from kb.app.derivation.lookups import Lookups
from kb.errors import Usage
from kb.model.rdf_terms import Answer, Term
from kb.model.vocabulary import CONTRADICTIONS
from kb.reasoning.contradiction.contradictions import contradictions
from kb.store.rdflib import MemoryStore

CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = (CHECKOUT / "docs" / "reference" / "contradictions.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCK.findall(PAGE) if name == language]


def examples() -> list[tuple[str, str]]:
    """Each console block with the sheet before it."""
    sheet, out = "", []
    for name, text in BLOCK.findall(PAGE):
        if name == "yaml":
            sheet = text
        elif name == "console":
            out.append((sheet, text))
    return out


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented report, read in, with its people and places; not to be changed."""
    root = tmp_path_factory.mktemp("begun") / "kb"
    kb = knowledge_base.init(root, "https://example.org/quarrel/")
    own = root / "ontology"
    own.mkdir()
    (own / "own.ttl").write_text(blocks("turtle")[0], encoding="utf-8")
    kb.add_source(
        "report.txt",
        blocks("text")[0].encode(),
        {"id": "2024-quarrel", "author": "A Gazette", "published": "2024-07-01"},
    )
    enter(kb, blocks("yaml")[0])
    kb.refresh()
    return root


@pytest.mark.parametrize(
    ("sheet", "console"), examples(), ids=lambda text: re.sub(r"\W+", "-", text)[:60]
)
def test_an_example_of_the_page_prints_what_the_page_shows(
    sheet: str,
    console: str,
    begun: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    kb = made(begun, tmp_path / "kb", sheet)
    monkeypatch.setenv("KB_HOME", str(kb.folder.root))
    command, _, shown = console.partition("\n")
    assert command.startswith("$ kb ")
    assert cli.run(command.removeprefix("$ kb ").split()) == 0
    assert capsys.readouterr().out == shown


def test_the_page_has_an_example_of_every_kind() -> None:
    shown = "".join(blocks("console"))
    assert {kind for kind in CONTRADICTIONS if f",{kind}," in shown} == set(CONTRADICTIONS)


def test_the_page_names_every_declaration() -> None:
    table = PAGE[PAGE.index("| declare |") :]
    declared = {
        "functional",
        "incompatibleWith",
        "symmetric",
        "inverseOf",
        "entails",
        "initiates",
        "terminates",
        "measures",
    }
    assert {name for name in declared if f"`kb:{name}" in table} == declared


def test_both_stores_give_the_same_contradictions(begun: Path, tmp_path: Path) -> None:
    """Every example of the page in one knowledge base, asked of Oxigraph and of rdflib."""
    kb = made(begun, tmp_path / "kb", *blocks("yaml")[1:])
    memory = MemoryStore()
    for n, triples in enumerate((*kb.session.ontology(), *(f.triples for f in kb.whole()))):
        memory.replace(f"{kb.folder.base}{n}", triples)
    found = [
        contradictions(extraction.read(Lookups(store, kb.folder.base)))
        for store in (kb.session.memory(kb.whole()), memory)
    ]
    assert found[0] == found[1]
    assert {row.kind for row in found[0]} == set(CONTRADICTIONS)


def test_what_is_worked_out_is_what_the_index_holds(begun: Path, tmp_path: Path) -> None:
    kb = made(begun, tmp_path / "kb", blocks("yaml")[1])
    rows = kb.query("contradictions", {})
    assert isinstance(rows, Answer)
    told = {
        (
            kb.short(Term("iri", r["claim"] or "")),
            kb.short(Term("iri", r["other"] or "")),
            r["rule"],
        )
        for r in rows.dicts()
    }
    assert told == {(c.claim_a, c.claim_b, c.rule) for c in kb.contradictions()}


def test_a_pair_is_seen_once_both_sides_are_public(begun: Path, tmp_path: Path) -> None:
    kb = made(begun, tmp_path / "kb", blocks("yaml")[1])
    assert kb.at(as_of=date(2024, 6, 30)).contradictions() == []
    assert len(kb.at(as_of=date(2024, 7, 1)).contradictions()) == 2
    assert [len(kb.contradictions(place=p)) for p in ("lighthouse", "lamp room", "pier")] == [
        2,
        1,
        0,
    ]
    assert len(kb.contradictions(claim="the-league-held-the-lamp")) == 1
    assert [len(kb.contradictions(certainty=c)) for c in ("certain", "possible")] == [2, 0]
    with pytest.raises(Usage, match="functional"):
        kb.contradictions(kind="functonal")


def test_why_shows_passages_and_the_rule(
    begun: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    kb = made(begun, tmp_path / "kb", blocks("yaml")[1])
    monkeypatch.setenv("KB_HOME", str(kb.folder.root))
    assert cli.run(["contradictions", "the-league-held-the-lamp", "--why"]) == 0
    out = capsys.readouterr().out
    assert "2024-quarrel, line 19" in out
    assert "functional object-time: controls" in out
    assert cli.run(["contradictions", "--kind", "polarity", "--format", "csv"]) == 0
    assert capsys.readouterr() == (
        "claim_a,claim_b,kind,certainty,rule\n",
        "no contradictions match\n",
    )
    assert cli.run(["contradictions", "--certainty", "posible"]) == 2
    assert "possible" in capsys.readouterr().err
