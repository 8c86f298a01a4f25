"""The table of words: what is kept, what is read again after a change, and what is not believed."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from kb.app import knowledge_base
from kb.app.inquiry import questions, search
from kb.app.knowledge_base import KnowledgeBase
from kb.model.records import Assertion, Claim, Entity, Quote, Record, Source
from kb.rdf import turtle_writer
from kb.workspace.indexing import index_turns, word_table

TEXT = "The dockers closed the northern quay.\nA lighthouse burnt."
SHA = hashlib.sha256(TEXT.encode()).hexdigest()
CLAIMS, SOURCES, QUOTES = (f"claims/main/{name}.ttl" for name in ("claims", "sources", "quotes"))
QUOTE = Quote("s#char=0,37", source="s", start=0, end=37, fragment="The dockers")
RECORDS: dict[str, list[Record]] = {
    CLAIMS: [Claim("closed", statement="The port was shut")],
    SOURCES: [
        Source("s", title="Harbour news", sha256=SHA),
        Assertion("s.1", source="s", quote=QUOTE.id, claim="closed"),
    ],
    QUOTES: [QUOTE],
    **{
        f"claims/main/e{n}.ttl": [Entity(f"pier-{n}", name=f"Landing stage {n}")] for n in range(20)
    },
}


def write(kb: KnowledgeBase, name: str, *records: Record) -> None:
    text = turtle_writer.replace("", list(records), kb.folder.base)
    (kb.folder.root / name).write_text(text)


@pytest.fixture
def kb(tmp_path: Path) -> KnowledgeBase:
    kb = knowledge_base.init(tmp_path / "kb")
    for name, records in RECORDS.items():
        write(kb, name, *records)
    (kb.folder.root / "documents" / f"{SHA}.txt").write_text(TEXT)
    kb.refresh()
    return kb


def words(kb: KnowledgeBase) -> Path:
    return kb.folder.cache / "words"


def segments(kb: KnowledgeBase) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in words(kb).glob("*.seg")}


def listed(kb: KnowledgeBase) -> dict[str, dict[str, list[object]]]:
    return json.loads((words(kb) / word_table.LIST).read_bytes().partition(b"\n")[2])


def found(kb: KnowledgeBase, question: str) -> list[str]:
    """The hits, which must be in the table, and those of all records."""
    kb.refresh()
    hits = questions.looked_up(kb.session, question, 20)
    known = kb.known()
    assert hits == search.find(known, question, 20, kb.session.documents(known))
    return [hit.id for hit in hits]


def test_the_table_is_made_with_the_index(kb: KnowledgeBase) -> None:
    made = segments(kb)
    assert len(made) == 1
    assert found(kb, "lighthouse") == ["s"]
    assert found(kb, "northern quay") == ["s.1", "s"]
    assert segments(kb) == made


def test_what_changed_is_in_a_segment_of_its_own(kb: KnowledgeBase) -> None:
    made = segments(kb)
    write(kb, "claims/main/e3.ttl", Entity("pier-3", name="Ferry bridge"))
    assert found(kb, "ferry bridge") == ["pier-3"]
    assert "pier-3" not in found(kb, "landing stage")
    now = segments(kb)
    assert len(now) == 2
    assert made.items() < now.items()
    (new,) = now.keys() - made.keys()
    units = listed(kb)["units"]
    assert [name for name, unit in units.items() if unit[1] == new] == ["claims/main/e3.ttl"]


def test_there_are_never_many_segments(kb: KnowledgeBase) -> None:
    for n in range(20):
        write(kb, f"claims/main/e{n}.ttl", Entity(f"pier-{n}", name=f"Ferry bridge {n}"))
        assert found(kb, f"ferry {n}")[0] == f"pier-{n}"
        assert len(segments(kb)) <= 4
    (kb.folder.root / "claims/main/e3.ttl").unlink()
    assert "pier-3" not in found(kb, "ferry bridge")


def test_a_text_that_comes_goes_or_changes_is_noticed(kb: KnowledgeBase) -> None:
    path = kb.folder.root / "documents" / f"{SHA}.txt"
    path.unlink()
    assert found(kb, "lighthouse") == []
    assert found(kb, "dockers") == ["s.1"]
    assert found(kb, "northern") == []
    path.write_text("Another text: northern.")
    assert found(kb, "northern") == []
    path.rename(path.with_name("moved.txt"))
    path.with_name("moved.txt").write_text(TEXT)
    assert found(kb, "northern quay") == ["s.1", "s"]


def test_a_passage_or_source_in_another_file_is_noticed(kb: KnowledgeBase) -> None:
    write(kb, QUOTES, replace(QUOTE, start=38, end=57))
    assert found(kb, "lighthouse") == ["s.1", "s"]
    (kb.folder.root / QUOTES).unlink()
    assert found(kb, "lighthouse") == ["s"]
    write(kb, "claims/main/later.ttl", QUOTE)
    assert found(kb, "northern") == ["s.1", "s"]
    write(kb, SOURCES, RECORDS[SOURCES][1])
    assert found(kb, "northern") == []
    assert found(kb, "dockers") == ["s.1"]


def test_a_passage_that_was_nowhere_is_noticed(kb: KnowledgeBase) -> None:
    (kb.folder.root / QUOTES).unlink()
    shutil.rmtree(words(kb))
    assert found(kb, "dockers") == ["s"]
    write(kb, "claims/main/later.ttl", QUOTE)
    assert found(kb, "dockers") == ["s.1", "s"]
    assert len(segments(kb)) == 2


def test_a_claim_in_another_segment_names_its_assertion(kb: KnowledgeBase) -> None:
    write(kb, CLAIMS, Claim("closed", statement="The port was closed by strikers"))
    assert found(kb, "northern quay") == ["s.1", "s"]
    assert kb.find("northern quay")[0].text == "The port was closed by strikers"


@pytest.mark.parametrize("anew", [False, True])
def test_a_record_in_two_files_is_found_in_all_records(kb: KnowledgeBase, anew: bool) -> None:
    write(kb, "claims/main/again.ttl", Claim("closed", statement="Shut again"))
    if anew:
        shutil.rmtree(words(kb))
    kb.refresh()
    assert questions.looked_up(kb.session, "shut", 20) is None
    assert [hit.text for hit in kb.find("shut")][:1] == ["The port was shut"]
    assert segments(kb) == {}
    (kb.folder.root / "claims/main/again.ttl").unlink()
    assert found(kb, "shut")[0] == "closed"


@pytest.mark.parametrize("cut", [0, 1, 100, 2_000])
def test_a_damaged_segment_is_made_again(kb: KnowledgeBase, cut: int) -> None:
    (path,) = words(kb).glob("*.seg")
    data = path.read_bytes()
    path.write_bytes(data[:cut] + bytes([data[cut] ^ 1]) + data[cut + 1 :])
    assert found(kb, "northern quay") == ["s.1", "s"]
    assert path.name not in segments(kb)


def test_a_lost_segment_or_list_is_made_again(kb: KnowledgeBase) -> None:
    next(words(kb).glob("*.seg")).unlink()
    assert found(kb, "northern quay") == ["s.1", "s"]
    (words(kb) / word_table.LIST).unlink()
    assert found(kb, "northern quay") == ["s.1", "s"]
    assert len(segments(kb)) == 1
    shutil.rmtree(words(kb))
    assert found(kb, "northern quay") == ["s.1", "s"]


def test_a_segment_of_a_killed_command_is_removed(kb: KnowledgeBase) -> None:
    (words(kb) / "0123456789abcdef.seg").write_bytes(b"half")
    write(kb, "claims/main/e3.ttl", Entity("pier-3", name="Ferry bridge"))
    assert found(kb, "ferry bridge") == ["pier-3"]
    assert "0123456789abcdef.seg" not in segments(kb)


def test_a_copied_folder_keeps_its_table(kb: KnowledgeBase, tmp_path: Path) -> None:
    shutil.copytree(kb.folder.root, tmp_path / "copy")
    copy = knowledge_base.open(str(tmp_path / "copy"))
    assert found(copy, "northern quay") == ["s.1", "s"]
    assert segments(copy) == segments(kb)


def test_the_table_of_a_stranger_is_not_believed(kb: KnowledgeBase) -> None:
    path = words(kb) / word_table.LIST
    seal, _, body = path.read_bytes().partition(b"\n")
    path.write_bytes(seal + b"\n" + body.replace(b'"repeated":false', b'"repeated":true'))
    made = segments(kb)
    assert found(kb, "northern quay") == ["s.1", "s"]
    assert segments(kb).keys().isdisjoint(made)


def test_without_a_table_all_records_are_read(kb: KnowledgeBase) -> None:
    kb.refresh()
    shutil.rmtree(words(kb))
    words(kb).write_text("no folder")
    assert questions.looked_up(kb.session, "northern quay", 20) is None
    assert [hit.id for hit in kb.find("northern quay")] == ["s.1", "s"]


def test_a_search_waits_for_who_makes_the_table_and_uses_it(kb: KnowledgeBase) -> None:
    shutil.rmtree(words(kb))
    with index_turns.turn(kb.folder):
        assert found(kb, "northern quay") == ["s.1", "s"]
