"""What is kept of texts that were read is what the texts say, and is never asked for more than
that.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from conftest import CHECKOUT, SHEET, TEXT

from kb.app import knowledge_base
from kb.model.records import Record
from kb.rdf import decoding, turtle_reader
from kb.workspace.caches import record_cache
from kb.workspace.files import folder
from kb.workspace.files.folder import Folder
from kb.workspace.indexing import index


@pytest.fixture
def kb(tmp_path: Path) -> knowledge_base.KnowledgeBase:
    made = knowledge_base.init(tmp_path / "kb")
    made.add_source(
        "quarrel.txt",
        TEXT.encode(),
        {"id": "2024-quarrel", "author": "A Gazette", "published": "2024-03-04"},
    )
    made.add(made.plan(SHEET, "sheet.yaml"))
    made.known()
    return made


def read(folder: Folder) -> list[Record]:
    """All records, from the texts."""
    return [
        r
        for name in folder.files()
        for r in decoding.records(
            turtle_reader.triples(folder.read(name), folder.base), folder.base
        )
    ]


def kept(folder: Folder) -> list[Record]:
    """All records, as the shelf tells them."""
    return [r for _, records in record_cache.records(folder) for r in records]


def places(folder: Folder) -> list[Path]:
    """The files on the shelf."""
    return sorted(p for p in (folder.cache / "records").rglob("*") if p.is_file())


def test_the_shipped_collection_comes_back_as_it_was_read(tmp_path: Path) -> None:
    made = knowledge_base.init(tmp_path / "kb", folder.locate(str(CHECKOUT)).base).folder
    for name in folder.locate(str(CHECKOUT)).files():
        (made.root / name).parent.mkdir(parents=True, exist_ok=True)
        (made.root / name).write_text(
            (CHECKOUT / name).read_text(encoding="utf-8"), encoding="utf-8"
        )
    first = kept(made)
    assert places(made)
    assert kept(made) == first == read(made)


def test_a_text_that_changed_is_read_again(kb: knowledge_base.KnowledgeBase) -> None:
    name = next(iter(kb.folder.files()))
    path = kb.folder.root / name
    path.write_text(
        path.read_text(encoding="utf-8").replace('prefLabel "', 'prefLabel "Old '), encoding="utf-8"
    )
    assert kept(kb.folder) == read(kb.folder)


def test_an_index_keeps_what_it_parsed_for_the_next_command(
    kb: knowledge_base.KnowledgeBase,
) -> None:
    index.drop(kb.folder)
    kb.refresh()
    texts = [kb.folder.read(name) for name in kb.folder.files()]
    digests = {hashlib.sha256(text.encode()).hexdigest() for text in texts}
    assert {place.name for place in places(kb.folder)} == digests
    assert kept(kb.folder) == read(kb.folder)


def forged(place: Path, rows: object) -> None:
    """Put something else on the shelf, with a digest that fits."""
    body = json.dumps(rows).encode() if not isinstance(rows, bytes) else rows
    place.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)


@pytest.mark.parametrize(
    "rows",
    [
        [[99, {"id": "x"}]],
        [[0, {"id": "x", "no-such-field": 1}]],
        [[2, {"id": "x", "recorded": "yesterday"}]],
        [[2, {"id": "x", "quantity_min": "many"}]],
        [["__import__('os')", {}]],
        {"a": 1},
        17,
        b"[" * 100_000,
        b"",
        b"\xff",
    ],
)
def test_what_is_no_kept_record_is_read_from_the_text(
    kb: knowledge_base.KnowledgeBase, rows: object
) -> None:
    for place in places(kb.folder):
        forged(place, rows)
    assert kept(kb.folder) == read(kb.folder)


def test_any_damage_is_noticed(kb: knowledge_base.KnowledgeBase) -> None:
    place = max(places(kb.folder), key=lambda p: p.stat().st_size)
    whole = place.read_bytes()
    for damaged in (
        whole[:-1],
        whole[: len(whole) // 2],
        b"",
        whole[:80] + bytes([whole[80] ^ 1]) + whole[81:],
        whole + b"]",
    ):
        place.write_bytes(damaged)
        assert kept(kb.folder) == read(kb.folder)


def test_what_belongs_to_texts_that_are_no_more_goes(kb: knowledge_base.KnowledgeBase) -> None:
    path = kb.folder.root / next(iter(kb.folder.files()))
    for n in range(3):
        path.write_text(path.read_text(encoding="utf-8") + f"# remark {n}\n", encoding="utf-8")
        kept(kb.folder)
    assert len(places(kb.folder)) == len(list(kb.folder.files()))


def test_another_base_is_another_shelf(kb: knowledge_base.KnowledgeBase) -> None:
    settings = kb.folder.root / "kb.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace(kb.folder.base, "https://example.org/other/"),
        encoding="utf-8",
    )
    other = folder.locate(str(kb.folder.root))
    assert other.base != kb.folder.base
    assert kept(other) == read(other)


def test_a_shelf_that_cannot_be_written_is_done_without(kb: knowledge_base.KnowledgeBase) -> None:
    (kb.folder.cache / "records").rename(kb.folder.cache / "gone")
    (kb.folder.cache / "records").write_text("in the way", encoding="utf-8")
    assert kept(kb.folder) == read(kb.folder)
