"""Every example of docs/contradictions.md does what the page shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kb import base, cli
from kb.vocab import CONTRADICTIONS

CHECKOUT = Path(__file__).resolve().parent.parent
PAGE = (CHECKOUT / "docs" / "contradictions.md").read_text(encoding="utf-8")
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


def made(root: Path) -> base.KnowledgeBase:
    """The invented report, read in, with its people and places."""
    kb = base.init(root, "https://example.org/quarrel/")
    own = root / "ontology"
    own.mkdir()
    (own / "own.ttl").write_text(blocks("turtle")[0], encoding="utf-8")
    kb.add_source("report.txt", blocks("text")[0].encode(), {"id": "2024-quarrel", "author": "A Gazette", "published": "2024-07-01"})
    return kb


def enter(kb: base.KnowledgeBase, sheet: str) -> None:
    plan = kb.plan(sheet, "page")
    assert [str(p) for p in plan.problems if p.severity == "error"] == []
    kb.add(plan)


@pytest.mark.parametrize(("sheet", "console"), examples(), ids=lambda text: re.sub(r"\W+", "-", text)[:60])
def test_an_example_of_the_page_prints_what_the_page_shows(
    sheet: str, console: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kb = made(tmp_path / "kb")
    for text in (blocks("yaml")[0], sheet):
        enter(kb, text)
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
    declared = {"functional", "incompatibleWith", "symmetric", "inverseOf", "entails", "initiates", "terminates", "measures"}
    assert {name for name in declared if f"`kb:{name}" in table} == declared
