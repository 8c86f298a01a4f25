"""Views of Parquet files: they answer as the knowledge base does from which they were exported."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from conftest import CHECKOUT, Kb

from kb.app import knowledge_base
from kb.app.derivation.file_parts import FilePart
from kb.errors import Conflict, Unreadable
from kb.reasoning.analysis.parts import Part

pytest.importorskip("pyarrow")


@pytest.fixture(scope="module")
def files(seen: Kb, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("columns")
    assert seen("export", "parquet", "--output", folder).code == 0
    return folder


@pytest.mark.parametrize(
    "options",
    [
        ("--format", "json"),
        ("--why", "--format", "json"),
        ("--status", "disputed", "--place", "oldport"),
        ("--as-of", "2024-03-02", "--format", "csv"),
        ("--policy", "cautious", "--format", "csv"),
    ],
)
def test_the_files_give_what_the_knowledge_base_gives(
    options: tuple[str, ...], seen: Kb, files: Path
) -> None:
    asked = seen("status", *options)
    found = seen("status", *options, "--parquet", files)
    assert (asked.code, found.code) == (0, 0)
    assert found.out == asked.out


def test_every_status_of_the_shipped_collection_comes_back(tmp_path: Path) -> None:
    collection = knowledge_base.open(str(CHECKOUT))
    collection.export_parquet(tmp_path)
    for as_of in (None, date(2020, 6, 6)):
        found = collection.of_files(str(tmp_path), as_of=as_of).status()
        asked = collection.at(as_of).status() if as_of else collection.status()
        assert found.rows == asked.rows
        assert found.voices == asked.voices
        assert list(found.contradictions) == list(asked.contradictions)


def test_files_that_have_only_a_part_are_refused(seen: Kb, tmp_path: Path) -> None:
    for n, option in enumerate((("--status", "disputed"), ("--as-of", "2024-03-02"))):
        folder = tmp_path / str(n)
        assert seen("export", "parquet", "--output", folder, *option).code == 0
        assert "only a part" in seen.refuses(2, "status", "--parquet", folder)


def test_earlier_versions_are_not_in_the_files(seen: Kb, files: Path) -> None:
    said = seen.refuses(2, "status", "--parquet", files, "--known-on", "2024-03-02")
    assert "earlier versions" in said


def test_an_engine_needs_files(seen: Kb) -> None:
    assert "kb export parquet" in seen.refuses(2, "status", "--engine", "local[2]")


def test_files_that_are_missing_or_damaged_are_named(files: Path, tmp_path: Path, seen: Kb) -> None:
    assert "export.json" in seen("status", "--parquet", tmp_path / "nowhere").err
    for path in files.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "claims.parquet").write_bytes(b"PAR1")
    done = seen("status", "--parquet", tmp_path)
    assert done.code == Unreadable.exit_code
    assert "claims.parquet cannot be read" in done.err


def test_a_worker_with_other_rules_computes_nothing(files: Path) -> None:
    part = FilePart(str(files), Part(frozenset(), frozenset()), "default-2")
    assert part.statuses().rows == {}
    with pytest.raises(Conflict, match="another version"):
        replace(part, rules="of another version").statuses()
