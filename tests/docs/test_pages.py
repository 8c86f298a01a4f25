"""What the README and the pages of docs/ show is what happens."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pages import (
    CHECKOUT,
    DOCS,
    OUTPUT_PAGES,
    RUNNING,
    Shell,
    command_names,
    kb,
    run_python,
    steps,
    workplace,
)

from kb.coding import sheet, yaml_reader

README = CHECKOUT / "README.md"
# Each example of these has a sheet of its own: test_docs_status and test_docs_contradictions
# enter it and compare what is printed.
WORKED = {"statuses.md", "contradictions.md"}
PAGES = [README, *(p for p in sorted(DOCS.rglob("*.md")) if p.name not in WORKED)]
# Pages with output are run where their output is compared (test_generated).
RUN = [page for page in PAGES if RUNNING.search(page.read_text(encoding="utf-8"))]
SHEETS = [README, DOCS / "tutorial.md", DOCS / "reference" / "sheet.md"]


def blocks(language: str, page: Path) -> list[str]:
    """A page's blocks of code in a language."""
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    "page", [page for page in RUN if page not in OUTPUT_PAGES], ids=lambda p: p.name
)
def test_every_command_of_a_page_ends_as_it_says(page: Path, tmp_path: Path) -> None:
    """In order, as processes of a shell; `cd` lasts. Python runs in between, and keeps its names."""
    root = tmp_path / "checkout"
    root.mkdir()
    shell, names = Shell(workplace(root), root), {"__name__": "page"}
    for block in RUNNING.finditer(page.read_text(encoding="utf-8")):
        for step in steps(block[0]):
            done = shell.run(step.command)
            assert done.returncode == step.code, f"$ {step.command}\n{done.stdout}"
            assert "Traceback" not in done.stdout, step.command
            assert "defect of the program" not in done.stdout, step.command
        if block[2] is not None:
            run_python(block[2], names, shell.folder)


def test_every_command_of_the_program_is_used_on_a_page() -> None:
    from kb.cli import COMMANDS

    used = {
        word
        for page in RUN
        for step in steps(page.read_text(encoding="utf-8"))
        for word in re.findall(r"\bkb (?:--kb \S+ )?([a-z]+)", step.command)
    }
    # The index updates itself, and only knowledge bases of an older kb are migrated.
    assert set(COMMANDS) - used - {"index", "migrate"} == set()


def test_every_option_in_pages_help_and_hints_exists() -> None:
    """Commands that are named in a sentence do not run, so their options are looked up."""
    options = {
        name: set(re.findall(r"--[a-z][\w-]*", kb(*name.split(), "--help")))
        for name in command_names()
    }
    wrong = []
    for place, text in named_in():
        for command in re.findall(r"(?<![\w/.-])kb ([a-z][^\n`;|)]*)", text):
            words = command.partition(" kb ")[0].split()
            name = next((n for n in (" ".join(words[:2]), words[0]) if n in options), None)
            used = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", " ".join(words))) - {"--kb"}
            # The parameters of a saved question are options, too.
            if name and name != "query":
                wrong += [(place, command)] if used - options[name] else []
    assert wrong == []


def named_in() -> Iterator[tuple[str, str]]:
    """The texts in which a reader finds commands, with the name of their file."""
    for page in (CHECKOUT / "CONTRIBUTING.md", *PAGES):
        yield page.name, page.read_text(encoding="utf-8")
    for path in (*(CHECKOUT / "queries").rglob("*.rq"), *(CHECKOUT / "ontology").glob("*.ttl")):
        yield path.name, path.read_text(encoding="utf-8")
    for path in (CHECKOUT / "kb").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                values = (v.value if isinstance(v, ast.Constant) else "X" for v in node.values)
                yield path.name, "".join(map(str, values))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path.name, node.value


@pytest.mark.parametrize("page", SHEETS, ids=lambda p: p.name)
def test_the_sheets_of_a_page_are_sheets(page: Path) -> None:
    assert blocks("yaml", page)
    for text in blocks("yaml", page):
        assert yaml_reader.parse(text, page.name).problems == []


def test_every_key_of_a_sheet_is_in_the_reference() -> None:
    reference = (DOCS / "reference" / "sheet.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"[a-z]+", " ".join(re.findall(r"`([^`\n]*)`", reference))))
    assert {*sheet.TOP, *sheet.CLAIM, *sheet.SAID, *sheet.JUDGEMENT} - {"affirms"} <= shown


def test_the_targets_that_the_readme_names_exist() -> None:
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    named = re.findall(r"^make (\w+)$", "".join(blocks("sh", README)), re.MULTILINE)
    assert named
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
