"""The index follows the text, is disposable, and is never waited for in vain."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kb.app import knowledge_base
from kb.model.records import Assertion, Claim, Entity, Quote, Source
from kb.rdf import turtle_writer
from kb.workspace.indexing import index


@pytest.fixture
def kb(tmp_path: Path) -> knowledge_base.KnowledgeBase:
    made = knowledge_base.init(tmp_path / "kb")
    write(made, "a")
    return made


def write(kb: knowledge_base.KnowledgeBase, name: str) -> None:
    """One claim in files of its own."""
    records = [
        Entity(f"e-{name}", kind="person", name=name),
        Source(f"s-{name}", title=name, author=f"e-{name}", sha256="0" * 64, length=9, words=2),
        Quote(
            f"s-{name}#char=0,4",
            source=f"s-{name}",
            start=0,
            end=4,
            sha256="0" * 64,
            fragment="one",
        ),
        Claim(name, statement=f"Something about {name}", kind="event"),
        Assertion(
            f"a-{name}",
            source=f"s-{name}",
            quote=f"s-{name}#char=0,4",
            claim=name,
            speaker=f"e-{name}",
            stance="affirms",
        ),
    ]
    path = kb.folder.root / "claims" / "main" / f"{name}.ttl"
    path.write_text(turtle_writer.replace("", records, kb.folder.base), encoding="utf-8")


def test_a_changed_file_is_one_replaced_graph(kb: knowledge_base.KnowledgeBase) -> None:
    kb.refresh()
    write(kb, "b")
    assert kb.refresh().replaced == ("claims/main/b.ttl",)
    assert kb.refresh().replaced == ()
    assert set(kb.status_words()) == {"a", "b"}


def test_a_file_that_is_gone_leaves_the_answers(kb: knowledge_base.KnowledgeBase) -> None:
    write(kb, "b")
    kb.refresh()
    (kb.folder.root / "claims/main/b.ttl").unlink()
    assert kb.refresh().removed == ("claims/main/b.ttl",)
    assert set(kb.status_words()) == {"a"}


def test_deleting_or_damaging_the_index_loses_nothing(kb: knowledge_base.KnowledgeBase) -> None:
    before = kb.status_words()
    shutil.rmtree(kb.folder.cache)
    assert kb.status_words() == before
    for file in index.path(kb.folder).glob("MANIFEST*"):
        file.write_bytes(b"damaged")
    write(kb, "b")
    assert set(kb.status_words()) == {"a", "b"}


def test_an_index_that_was_damaged_since_it_was_built_is_built_anew(
    kb: knowledge_base.KnowledgeBase,
) -> None:
    before = kb.status_words()
    for file in index.path(kb.folder).glob("MANIFEST*"):
        file.write_bytes(b"damaged")
    assert knowledge_base.open(str(kb.folder.root)).status_words() == before


def test_an_index_that_lost_a_file_since_it_was_built_is_built_anew(
    kb: knowledge_base.KnowledgeBase,
) -> None:
    before = kb.status_words()
    (index.path(kb.folder) / "CURRENT").unlink()
    assert knowledge_base.open(str(kb.folder.root)).status_words() == before


def test_an_index_that_another_process_holds_is_answered_from_the_text(
    kb: knowledge_base.KnowledgeBase,
) -> None:
    kb.refresh()
    script = f"import pyoxigraph, sys; s = pyoxigraph.Store({str(index.path(kb.folder))!r}); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdin
        assert holder.stdout.readline() == "held\n"
        write(kb, "b")
        assert set(kb.status_words()) == {"a", "b"}
        assert {row["claim"] for row in kb.query("one-voice", {}).dicts()} == {
            f"{kb.folder.base}claim/{n}" for n in "ab"
        }  # type: ignore[union-attr]
        holder.stdin.close()


def test_a_broken_file_is_named_and_the_rest_is_answered(kb: knowledge_base.KnowledgeBase) -> None:
    (kb.folder.root / "claims/main/broken.ttl").write_text("<a> <b> 'c", encoding="utf-8")
    assert kb.refresh().broken == ("claims/main/broken.ttl",)
    assert kb.refresh().broken == ("claims/main/broken.ttl",)
    assert set(kb.status_words()) == {"a"}


FORKED = """
import os, sys
from pathlib import Path
from kb.app import knowledge_base as base
from kb.errors import Refused
kb = base.open(sys.argv[1])
kb.refresh()
if os.fork() == 0:
    Path(kb.folder.root, "claims/main/a.ttl").unlink()
    try:
        kb.refresh()
    except Refused as error:
        print(error.message, flush=True)
    os._exit(0)
os.wait()
"""


def test_a_process_forked_from_a_writer_is_refused_instead_of_waiting_for_ever(
    kb: knowledge_base.KnowledgeBase,
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKED, kb.folder.root], capture_output=True, text=True, timeout=60
    )
    assert done.stdout.startswith(
        "This process was forked from one that has written to an index."
    ), done
