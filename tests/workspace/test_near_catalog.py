"""Looking at one record reads only the files that it needs, and shows what the whole would show."""

from __future__ import annotations

from pathlib import Path

import pytest
from generated_bases import generate

from kb.app import knowledge_base
from kb.errors import KbError
from kb.presentation import cards, record_fields, record_history
from kb.workspace import record_cache

NAMES = (
    "claim-7",
    "claim/claim-7",
    "actor-3",
    "Actor 3",
    "case 7",
    "source-1",
    "source-1.70",
    "Actor",
    "nothing",
    "claim-",
    "<x> ?y",
    "tie-9",
    "judgement-99",
    "claim-7~1",
    "",
)


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> knowledge_base.KnowledgeBase:
    """A generated base with an index, in which one record was withdrawn and one was edited."""
    kb = generate(tmp_path_factory.mktemp("near") / "kb", 130)
    kb.add(kb.withdraw(["claim/claim-5"], "read again"))
    kb.add(kb.edit("claim/claim-6", {"when": "Tuesday"}))
    kb.refresh()
    return kb


def test_every_record_is_shown_as_from_the_catalog_of_all(
    kb: knowledge_base.KnowledgeBase,
) -> None:
    known = kb.known()
    for key in [*sorted(known.files), "claim/claim-5"]:
        if key.startswith(("source/", "assertion/")) and known.record(key) is None:
            continue
        for text in (cards.card, record_fields.fields, record_history.history):
            assert text(kb, kb.near(), key) == text(kb, known, key), key
        assert kb.near().files[key] == known.files[key]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_means_the_same(kb: knowledge_base.KnowledgeBase, name: str) -> None:
    found = []
    for known in (kb.known(), kb.near()):
        try:
            found.append(known.resolve(name, also=known.past))
        except KbError as error:
            found.append(f"{error.message} {error.hint}")
    assert found[0] == found[1]


def test_lists_are_whole_and_in_the_same_order(kb: knowledge_base.KnowledgeBase) -> None:
    known, near = kb.known(), kb.near()
    assert near.claims["claim-9"] == known.claims["claim-9"]
    assert list(near.claims) == list(known.claims)
    assert list(near.all()) == list(known.all())
    assert dict(near.files) == known.files
    assert len(near.entities) == len(known.entities)
    assert near.stated(known.claims["claim-9"].statement or "") == [known.claims["claim-9"]]


def test_showing_a_claim_reads_a_few_files(
    kb: knowledge_base.KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    chosen = record_cache.chosen

    def noted(folder: object, names: list[str]) -> object:
        read.extend(names)
        return chosen(folder, names)  # type: ignore[arg-type]

    monkeypatch.setattr(record_cache, "chosen", noted)
    known = kb.near()
    cards.card(kb, known, "claim/claim-70")
    assert 0 < len(read) < len(kb.folder.files())


def test_without_an_index_all_files_are_read(tmp_path: Path) -> None:
    kb = generate(tmp_path / "kb", 60)
    assert list(kb.near().claims) == list(kb.known().claims)
