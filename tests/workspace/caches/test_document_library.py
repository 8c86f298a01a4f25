"""Texts are found by their digest, whatever their files are called."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from kb.workspace.caches import document_library
from kb.workspace.files import folder
from kb.workspace.files.folder import Folder

TEXTS = ("One tug left.", "Two tugs left.", "Three tugs left.")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A knowledge base, and a folder of documents elsewhere with names of its own."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for number, text in enumerate(TEXTS):
        (elsewhere / f"{number}.txt").write_text(text)
    monkeypatch.setenv("KB_DOCUMENTS", str(elsewhere))
    return folder.create(tmp_path / "kb", "https://example.org/kb/", "main")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_text_is_found_under_any_name_and_no_other_text_is(home: Folder) -> None:
    find = document_library.finder(home)
    assert [find(digest(text)) for text in TEXTS] == list(TEXTS)
    assert find(digest("Four tugs left.")) is None
    (home.root.parent / "elsewhere/0.txt").write_text("Nobody left.")
    assert document_library.find(home, digest(TEXTS[0])) is None


def test_the_folders_are_listed_once_for_many_texts(
    home: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = []

    def by_digest(of: Folder) -> dict[str, str]:
        listed.append(of)
        return whole(of)

    whole = document_library.by_digest
    monkeypatch.setattr(document_library, "by_digest", by_digest)
    find = document_library.finder(home)
    assert all(find(digest(text)) for text in TEXTS)
    assert len(listed) == 1
