"""What an index was made from: files, settings, and the program's own rules."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest
from conftest import Kb

from kb.app import knowledge_base
from kb.workspace.indexing import index_contents


@pytest.mark.parametrize(
    ("changed", "rebuilt"),
    [
        ("reasoning/tables.py", True),
        ("reasoning/outcome/status.py", True),
        ("text/descriptions.py", True),
        ("workspace/files/ontology.py", True),
        ("model/units.py", True),
        ("app/derivation/extraction.py", True),
        ("app/derivation/materialisation.py", True),
        ("cli/terminal.py", False),
    ],
)
def test_an_index_is_built_anew_when_the_program_has_other_rules(
    kb: Kb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str, rebuilt: bool
) -> None:
    files = len(index_contents.paths(knowledge_base.open(str(kb.root)).folder))
    knowledge_base.open(str(kb.root)).refresh()
    package = tmp_path / "package"
    shutil.copytree(index_contents.PACKAGE, package)
    with (package / changed).open("a", encoding="utf-8") as file:
        file.write("# Another rule.\n")
    monkeypatch.setattr(index_contents, "PACKAGE", package)
    assert len(knowledge_base.open(str(kb.root)).refresh().replaced) == (files if rebuilt else 0)


def test_whatever_the_rules_import_is_a_rule() -> None:
    package = index_contents.PACKAGE
    rules = {path for pattern in index_contents.RULES for path in package.glob(pattern)}
    imported = {
        package.joinpath(*parts[1:]).with_suffix(".py")
        for path in rules & set((package / "reasoning").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module
        for parts in [
            node.module.split("."),
            *([*node.module.split("."), a.name] for a in node.names),
        ]
        if parts[0] == "kb"
    }
    assert {path for path in imported if path.exists()} <= rules
    assert all(list(package.glob(pattern)) for pattern in index_contents.RULES)
