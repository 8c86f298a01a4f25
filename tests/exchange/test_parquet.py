"""Parquet files: every record comes back, other engines read them, statuses are in them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from conftest import CHECKOUT, MORE, Kb

from kb.app import knowledge_base
from kb.app.knowledge_base import KnowledgeBase
from kb.exchange import parquet
from kb.model.records import RECORD_CLASSES, Record, slots

arrow: Any = pytest.importorskip("pyarrow.parquet")
duckdb: Any = pytest.importorskip("duckdb")


@pytest.fixture(scope="module")
def collection() -> KnowledgeBase:
    """The shipped collection."""
    return knowledge_base.open(str(CHECKOUT))


@pytest.fixture(scope="module")
def files(collection: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parquet")
    written = collection.export_parquet(folder)
    assert {path.stem for path in written} == {*parquet.TABLES, "export"}
    return folder


def record(kind: type[Record], row: dict[str, Any]) -> Record:
    """A record from a row."""
    found: dict[str, Any] = {"id": row[parquet.RECORDS[kind][1]]}
    for name, slot in slots(kind).items():
        value = row[name]
        if slot.many:
            found[name] = tuple(value)
        elif value is not None and slot.type == "decimal":
            found[name] = Decimal(value)
        elif isinstance(value, str) and slot.type == "time":
            found[name] = datetime.fromisoformat(value)
        else:
            found[name] = value
    return kind(**found)


@pytest.mark.parametrize("kind", RECORD_CLASSES)
def test_every_record_comes_back_as_it_is_stored(
    kind: type[Record], collection: KnowledgeBase, files: Path
) -> None:
    rows = arrow.read_table(files / f"{parquet.RECORDS[kind][0]}.parquet").to_pylist()
    found = (r for r in collection.known().all() if isinstance(r, kind))
    stored = [r for r in found if not getattr(r, "invalidated", None)]
    assert [record(kind, row) for row in rows] == sorted(stored, key=lambda r: r.id)


def test_duckdb_finds_the_disputed_claims_with_their_days_and_reasons(
    collection: KnowledgeBase, files: Path
) -> None:
    found = collection.status()
    answer = duckdb.sql(
        f"""SELECT s.claim, c.begin_earliest, len(s.reasons), s.reasons[-1].text, s.voices_for
        FROM '{files}/statuses.parquet' s JOIN '{files}/claims.parquet' c USING (claim)
        WHERE s.status = 'disputed' ORDER BY s.claim"""
    ).fetchall()
    claims = collection.known().claims
    assert answer == [
        (
            row.claim,
            claims[row.claim].begin_earliest,
            len(row.reasons),
            row.reasons[-1].text,
            list(row.voices_for),
        )
        for row in found.rows.values()
        if row.status == "disputed"
    ]
    pairs = duckdb.sql(f"FROM '{files}/contradictions.parquet'").fetchall()
    assert pairs == [
        (p.claim_a, p.claim_b, p.kind, p.certainty, p.rule) for p in found.contradictions
    ]
    voices = duckdb.sql(f"SELECT assertion, voice FROM '{files}/assertions.parquet'").fetchall()
    assert dict(voices) == found.voices


def test_a_selection_says_which_claims_were_chosen(kb: Kb, tmp_path: Path) -> None:
    assert kb.sheet(MORE).code == 0
    done = kb("export", "parquet", "--speaker", "layla", "--output", tmp_path / "some")
    assert done.code == 0, done
    rows = arrow.read_table(tmp_path / "some/claims.parquet").to_pylist()
    assert {row["claim"] for row in rows if row["chosen"]} == {"the-coastguard-controls-the-pier"}


def test_files_of_somebody_else_stay_and_a_stream_is_refused(kb: Kb) -> None:
    (kb.root / "tables").mkdir()
    (kb.root / "tables/claims.parquet").write_text("mine")
    kb.refuses(1, "export", "parquet", "--output", "tables", says=("claims.parquet", "--force"))
    kb.refuses(2, "export", "parquet", says=("several files", "kb export parquet --output FOLDER"))
    for options in ((), ("--force",)):
        folder = "tables" if options else "other"
        assert kb("export", "parquet", "--output", folder, *options).code == 0


def test_without_the_writer_the_extra_is_named_and_nothing_is_written(
    kb: Kb, tmp_path: Path
) -> None:
    (tmp_path / "pyarrow.py").write_text("raise ImportError\n")
    kb.refuses(
        2,
        "export",
        "parquet",
        "--output",
        "tables",
        says=("pip install 'claimkb[columns]'",),
        PYTHONPATH=str(tmp_path),
    )
    assert not (kb.root / "tables").exists()
