"""What a probe found out is kept for a day, and only for the user who asked."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from kb.workspace.caches import server_findings
from kb.workspace.caches.server_findings import LASTING, NAMED, UNION
from kb.workspace.files.folder import Folder

HERE, THERE = "https://one.example/query?key=s3cret", "https://two.example/query"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path, "https://example.org/", "main", "default-2", "en")


def test_a_finding_is_kept_for_its_server_until_it_is_forgotten(folder: Folder) -> None:
    assert server_findings.kept(folder, HERE) == ""
    server_findings.keep(folder, HERE, NAMED)
    server_findings.keep(folder, THERE, UNION)
    assert server_findings.kept(folder, HERE) == NAMED
    server_findings.keep(folder, HERE, "")
    assert server_findings.kept(folder, HERE) == ""
    assert server_findings.kept(folder, THERE) == UNION


def test_a_finding_ends_after_a_day(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    server_findings.keep(folder, HERE, NAMED)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + LASTING + 1)
    assert server_findings.kept(folder, HERE) == ""


def test_an_address_is_not_written_down_and_another_file_is_not_believed(folder: Folder) -> None:
    server_findings.keep(folder, HERE, NAMED)
    file = folder.cache / "servers.json"
    data = file.read_bytes()
    assert b"s3cret" not in data
    for wrong in (data.replace(b"named", b"union"), b"", b"{}", data[:70]):
        file.write_bytes(wrong)
        assert server_findings.kept(folder, HERE) == ""
