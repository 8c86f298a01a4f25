"""Spark: local workers give the rows that this process gives; without Spark, Java or a cluster, an
error says what to do.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
from datetime import date
from pathlib import Path

import pytest
from conftest import CHECKOUT

from kb.app import knowledge_base
from kb.app.inquiry import spark
from kb.app.knowledge_base import KnowledgeBase
from kb.errors import Conflict, Usage

pytest.importorskip("pyarrow")
pytest.importorskip("pyspark")
needs_java = pytest.mark.skipif(
    not (shutil.which("java") or os.environ.get("JAVA_HOME")), reason="Java is not installed"
)


@pytest.fixture(scope="module")
def collection() -> KnowledgeBase:
    """The shipped collection."""
    return knowledge_base.open(str(CHECKOUT))


@pytest.fixture(scope="module")
def files(collection: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("columns")
    collection.export_parquet(folder)
    return str(folder)


@needs_java
def test_workers_give_the_same_rows(
    collection: KnowledgeBase, files: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One test, because Java takes seconds to start."""
    for as_of, policy in ((None, "default"), (date(2020, 6, 6), "cautious")):
        found = collection.of_files(files, "local[2]", as_of, policy).session.excerpt
        asked = collection.of_files(files, "", as_of, policy).session.excerpt
        assert found is not None
        assert asked is not None
        assert found.found == asked.found
        assert found.part == asked.part
    # What a worker finds wrong arrives as its error, and nothing is answered.
    monkeypatch.setattr("kb.app.views.file_views.rules", lambda package: "of another version")
    with pytest.raises(Conflict, match="another version"):
        collection.of_files(files, "local[2]")


@pytest.mark.parametrize("engine", ["spark", "local[0]", "local[2", "spark://host", "http://h:1"])
def test_other_engines_are_refused(engine: str, collection: KnowledgeBase, files: str) -> None:
    with pytest.raises(Usage, match="is not an engine"):
        collection.of_files(files, engine)


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Usage, match="Java"):
        spark.checked("local[2]")
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(Usage, match="Spark is not installed"):
        spark.checked("local[2]")


@needs_java
def test_a_master_that_does_not_answer_is_named_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(Usage, match=f"no Spark master answers at 127.0.0.1:{port}"):
        spark.checked(f"spark://127.0.0.1:{port}")
