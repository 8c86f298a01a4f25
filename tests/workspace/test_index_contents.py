"""What an index was made from: files, settings, and the program's own rules."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import Kb

from kb.app import knowledge_base
from kb.workspace import index_contents


@pytest.mark.parametrize(
    ("changed", "rebuilt"),
    [
        ("reasoning/status.py", True),
        ("model/units.py", True),
        ("app/extraction.py", True),
        ("app/materialisation.py", True),
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
