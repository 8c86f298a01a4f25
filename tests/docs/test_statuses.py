"""Every example of docs/reference/statuses.md does what the page shows, on both stores."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from policies import shipped
from sheets import enter, made

from kb import cli
from kb.app import knowledge_base
from kb.app.derivation import materialisation
from kb.model.rdf_terms import Answer, Triple
from kb.model.vocabulary import CONTEST, FLAGS, NS, STATUSES, SUPPORT
from kb.store import Reader
from kb.store.rdflib import MemoryStore

CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = (CHECKOUT / "docs" / "reference" / "statuses.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCK.findall(PAGE) if name == language]


def examples() -> list[tuple[tuple[str, ...], str]]:
    """Each console block with the sheets before it, as far back as the console block before that."""
    sheets: list[str] = []
    out, fresh = [], True
    for name, text in BLOCK.findall(PAGE):
        if name == "yaml":
            sheets = [text] if fresh else [*sheets, text]
            fresh = False
        elif name == "console":
            out.append((tuple(sheets), text))
            fresh = True
    return out


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented reports with their people and places; not to be changed."""
    kb = knowledge_base.init(tmp_path_factory.mktemp("begun") / "kb", "https://example.org/mill/")
    papers = (("2024-mill", "A Gazette"), ("2024-post", "A Post"))
    for (id, author), text in zip(papers, blocks("text"), strict=True):
        facts = {"id": id, "author": author, "published": "2024-06-01"}
        kb.add_source(f"{id}.txt", text.encode(), facts)
    enter(kb, blocks("yaml")[0])
    kb.refresh()
    return kb.folder.root


@pytest.mark.parametrize(
    ("sheets", "console"), examples(), ids=lambda text: re.sub(r"\W+", "-", str(text))[-60:]
)
def test_an_example_of_the_page_prints_what_the_page_shows(
    sheets: tuple[str, ...],
    console: str,
    begun: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("KB_HOME", str(made(begun, tmp_path / "kb", *sheets).folder.root))
    command, _, shown = console.partition("\n")
    assert command.startswith("$ kb ")
    assert cli.run(command.removeprefix("$ kb ").split()) == 0
    assert capsys.readouterr().out == shown


def test_the_page_has_an_example_of_every_status() -> None:
    assert {
        h for h in STATUSES if f"\n## {h}\n" in PAGE and f"\n$ kb status --status {h} " in PAGE
    } == set(STATUSES)


def test_the_page_explains_every_word() -> None:
    words = PAGE[: PAGE.index("## One report")]
    assert [w for w in (*STATUSES, *SUPPORT, *CONTEST, *FLAGS) if w not in words] == []


def test_the_page_names_the_shipped_policies_and_what_they_accept() -> None:
    shipped = {p["id"]: p for p in _policies()}
    lines = [line for line in PAGE.splitlines() if line.startswith("|")]
    table = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    rows = {row[0]: row[1:] for row in table if len(row) == 4}
    assert rows[""] == sorted({p for p in shipped if p[:-1] + "2" not in shipped or p[-1] == "2"})
    assert rows["accepted as facts"] == [", ".join(shipped[p]["accepts"]) for p in rows[""]]
    assert rows["voices to corroborate, and how many of them without a known stake"] == [
        shipped[p]["voices"] for p in rows[""]
    ]


def _policies() -> list[dict[str, str]]:
    order = ("admitted", "corroborated", "single-voice")
    return [
        {
            "id": p.id,
            "accepts": [h for h in order if h in p.accepts],
            "voices": f"{p.voices_to_corroborate}, {p.voices_without_stake}",
        }
        for p in shipped().values()
    ]


# --- One definition


def told(triples: list[Triple]) -> set[str]:
    return {str(t) for t in triples}


def stored(reader: Reader, base_iri: str) -> set[tuple[str, str, str]]:
    """Statuses and voices as saved questions look them up."""
    answer = reader.select(
        f"SELECT ?s ?p ?o {{ ?s ?p ?o . FILTER (?p IN (<{NS}status>, <{NS}voice>, <{NS}echoes>, <{NS}flag>)) }}"
    )
    assert isinstance(answer, Answer)
    return {(r["s"] or "", r["p"] or "", r["o"] or "") for r in answer.dicts()}


def test_both_stores_give_the_same_derived_graph_and_the_index_holds_it(
    begun: Path, tmp_path: Path
) -> None:
    """All sheets of the page in one knowledge base, through Oxigraph and through rdflib."""
    # A document that does not count, or was replaced, would leave nothing of the other examples.
    gone = ("state: retracted", "version-of:")
    sheets = [sheet for sheet in blocks("yaml")[1:] if not any(word in sheet for word in gone)]
    kb = made(begun, tmp_path / "kb", *sheets)
    memory = MemoryStore()
    for n, triples in enumerate((*kb.session.ontology(), *(f.triples for f in kb.whole()))):
        memory.replace(f"{kb.folder.base}{n}", triples)
    found = [
        list(materialisation.triples(kb.session.outcome(store), kb.folder.base))
        for store in (kb.session.memory(kb.whole()), memory)
    ]
    assert told(found[0]) == told(found[1])
    kb.refresh()
    wanted = {
        (s.value, p.value, o.value)
        for s, p, o in found[0]
        if p.value.removeprefix(NS) in ("status", "voice", "echoes", "flag")
    }
    assert stored(kb.session.reader(), kb.folder.base) == wanted
    statuses = {o.rpartition("status-")[2] for _, p, o in wanted if p.endswith("status")}
    assert {"disputed", "admitted", "denied-only", "superseded", "void"} <= statuses, statuses
