"""kb fsck sees every byte that is not as it was written, says how to mend it, and mends only what
nobody can miss.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import MORE, Kb, surroundings

from kb.app import knowledge_base
from kb.app.audit import damage
from kb.app.derivation.materialisation import ComputedStatuses
from kb.app.session import Session
from kb.store.oxigraph import EmbeddedStore
from kb.workspace.indexing import index, index_generations


def rows(kb: Kb, *options: str, code: int = 0) -> dict[str, int]:
    """What was looked at → how many problems."""
    done = kb("fsck", "--format", "json", *options)
    assert done.code == code, done
    return {r["what"]: r["problems"] for r in json.loads(done.out)}


def wrong(kb: Kb, code: int = 0) -> dict[str, int]:
    return {what: n for what, n in rows(kb, code=code).items() if n}


def same_time(path: Path, data: bytes) -> None:
    """As a fault of the disk: other bytes, and no time of writing."""
    stat = path.stat()
    path.write_bytes(data)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_a_whole_knowledge_base_has_no_problem_and_everything_is_counted(seen: Kb) -> None:
    done = seen("fsck", "--format", "json")
    counted = {r["what"]: r["checked"] for r in json.loads(done.out)}
    assert (done.code, wrong(seen)) == (0, {})
    assert (
        counted["files unchanged since the last command"] == counted["files with valid Turtle"] + 1
    ), "the settings, too"
    assert counted["entries of the log"] == 2
    assert counted["documents by their digest"] == 1
    assert counted["quotes"] > 4
    assert "0 errors, 0 warnings." in done.err


def test_a_change_made_by_hand_is_told_and_accepted(kb: Kb) -> None:
    path = kb.file("entities.ttl")
    path.write_text(path.read_text().replace("Coastguard", "Coast Guard"))
    (kb.root / "claims/main/more.ttl").write_text(path.read_text().split("\n\n")[0] + "\n")
    done = kb("fsck")
    assert done.code == 0
    assert "entities.ttl: warning changed-outside" in done.err
    assert "was changed outside kb since 20" in done.err
    assert "more.ttl was added outside kb" in done.err
    assert kb("fsck", "--accept").code == 0
    assert wrong(kb) == {}
    (kb.root / "claims/main/more.ttl").unlink()
    assert "more.ttl was removed outside kb" in kb("fsck").err


def test_a_byte_that_nobody_wrote_is_an_error(kb: Kb) -> None:
    path = kb.file("entities.ttl")
    same_time(path, path.read_bytes().replace(b"Oldport", b"Oldfort", 1))
    done = kb("fsck")
    assert (done.code, "entities.ttl: error damaged-file" in done.err) == (1, True)
    assert kb("fsck", "--accept").code == 1, "what is damaged is not accepted"


@pytest.mark.parametrize("kept_time", [True, False])
def test_every_flipped_bit_and_every_truncation_is_seen(kb: Kb, kept_time: bool) -> None:
    opened, chance = knowledge_base.open(str(kb.root)), random.Random(7)
    files = [kb.root / name for name in opened.folder.files()]
    for n in range(60):
        path = chance.choice(files)
        data = path.read_bytes()
        stat = path.stat()
        if n % 2:
            place, bit = chance.randrange(len(data)), 1 << chance.randrange(8)
            other = data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]
        else:
            other = data[: chance.randrange(len(data))]
        same_time(path, other) if kept_time else path.write_bytes(other)
        found = list(damage.changed(opened.session))
        assert [p.place.path for p in found] == [path.relative_to(kb.root).as_posix()]
        path.write_bytes(data)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        assert list(damage.changed(opened.session)) == []


def test_a_document_that_is_not_what_was_read_is_an_error(kb: Kb) -> None:
    text = next((kb.root / "documents").iterdir())
    text.write_bytes(text.read_bytes().replace(b"quarrel", b"quarral"))
    shutil.rmtree(kb.root / ".kb")
    assert wrong(kb, code=1) == {"documents by their digest": 1}
    text.unlink()
    assert "not checkable" in kb("fsck").out


def test_a_text_that_was_kept_here_and_is_gone_is_told_with_the_way_back(kb: Kb) -> None:
    assert kb("rename", "2024-quarrel", "2024-row").code == 0
    text = next((kb.root / "documents").iterdir())
    away = text.rename(kb.root.parent / text.name)
    done = kb("fsck")
    assert (done.code, "0 errors, 1 warning." in done.err) == (0, True)
    assert (
        f"documents/{text.name}: warning missing-document: the text of 2024-row was stored here and is gone"
        in done.err
    )
    assert "kb add source quarrel.txt" in done.err
    assert wrong(kb) == {"documents by their digest": 1}
    assert "missing-document" not in kb("fsck", KB_DOCUMENTS=str(away.parent)).err, (
        "it is at hand elsewhere"
    )
    done = kb("add", "source", kb.root.parent / away.name)
    assert (
        done.code,
        "is a source already: 2024-row; it was missing here, and is kept again" in done.err,
    ) == (1, True)
    assert text.exists()
    assert wrong(kb) == {}


def test_a_text_of_which_nobody_knows_that_it_was_here_is_not_missed(kb: Kb) -> None:
    shutil.rmtree(kb.root / "documents")
    shutil.rmtree(kb.root / ".journal")
    kb.sheet(MORE)
    assert "missing-document" not in kb("fsck").err


def spoiled(kb: Kb, graph: str, sealed: bool = True) -> None:
    """Drop the last triple of a graph of the index, as a fault of the program would, or, without
    a seal, as somebody else would."""
    opened = knowledge_base.open(str(kb.root))
    opened.refresh()
    generation = index_generations.newest(opened.folder)
    assert generation
    store = EmbeddedStore(generation.store)
    name = opened.folder.base + graph
    kept = store.construct(f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{name}> {{ ?s ?p ?o }} }}")
    store.replace(name, kept[:-1])
    store.close()
    if sealed:
        index_generations.note(generation.place, generation.holds)


def test_an_index_that_differs_is_found_and_built_anew(kb: Kb) -> None:
    spoiled(kb, "claims/main/claims/general.ttl")
    done = kb("fsck")
    assert (
        done.code,
        "index-differs: the index differs from the text in claims/main/claims/general.ttl"
        in done.err,
    ) == (1, True)
    assert wrong(kb, code=1) == {"graphs of the index": 1}
    assert rows(kb, "--repair")["graphs of the index"] == 0


def test_an_index_that_is_deleted_while_it_is_compared_is_no_damage(
    kb: Kb, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed, times = Session.outcome, []

    def deleted(*given: Any) -> ComputedStatuses:
        """Compute; the first time, somebody deletes everything disposable just then."""
        times.append(given)
        if len(times) == 1:
            shutil.rmtree(kb.root / ".kb")
        return computed(*given)

    monkeypatch.setattr(Session, "outcome", deleted)
    assert not knowledge_base.open(str(kb.root)).fsck().problems
    assert len(times) == 2


def test_statuses_are_worked_out_again_and_compared(kb: Kb) -> None:
    spoiled(kb, index.DERIVED)
    assert "the index differs from the text in derived/status" in kb("fsck").err


def test_an_index_that_somebody_else_altered_is_never_used(kb: Kb) -> None:
    before = kb("status", "--format", "json").out
    spoiled(kb, index.DERIVED, sealed=False)
    assert kb("status", "--format", "json").out == before
    assert wrong(kb) == {}


def test_what_a_killed_command_left_is_cleared_away(kb: Kb) -> None:
    for name in (
        "claims/main/.entities.ttl.99.tmp",
        "documents/.x.txt.99.tmp",
        ".journal/staged/0.new",
    ):
        path = kb.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("half")
    before = kb.tree()
    assert wrong(kb) == {"left-over files": 3}
    assert rows(kb, "--repair")["left-over files"] == 0
    assert {n: d for n, d in before.items() if not n.endswith(".tmp")} == kb.tree()


def test_damage_to_the_journal_is_told_and_what_stands_is_not_touched(kb: Kb) -> None:
    before = kb.tree()
    for name in ("log/00000002.json", "digests.json"):
        path = kb.root / ".journal" / name
        path.write_bytes(path.read_bytes()[:-9])
    done = kb("fsck")
    assert done.code == 1
    assert done.err.count("error journal-damaged") == 2
    assert kb.sheet(MORE).code == 0, "writing goes on"
    assert {n: d for n, d in kb.tree().items() if n in before and before[n] != d}.keys() == {
        "claims/main/claims/general.ttl",
        "claims/main/sources/2024-quarrel.ttl",
    }


KILLED = """
import os, signal, sys
from kb.app import knowledge_base as base
place = os.replace

def replace(source, target):
    place(source, target)
    if str(target).endswith(".journal/pending.json"):
        os.kill(os.getpid(), signal.SIGKILL)

os.replace = replace
opened = base.open(sys.argv[1])
opened.add(opened.plan(sys.argv[2], "more.yaml"))
"""


def test_texts_kept_of_a_killed_command_are_pointed_at(kb: Kb) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, kb.root, MORE], env=surroundings(), timeout=60
    )
    assert done.returncode == -signal.SIGKILL
    general = kb.file("claims/general.ttl")
    general.write_text(general.read_text() + "# by hand\n")
    done = kb("fsck")
    assert "warning kept-texts: a command was interrupted" in done.err
    assert "# by hand" in general.read_text()
    assert (
        "northland-controls-the-pier"
        in next((kb.root / ".journal/kept").rglob("general.ttl")).read_text()
    )
    assert "northland-controls-the-pier" not in kb.file("source").read_text()


def test_a_promise_that_cannot_be_read_is_put_aside_and_writing_goes_on(kb: Kb) -> None:
    staged, pending = kb.root / ".journal/staged", kb.root / ".journal/pending.json"
    staged.mkdir()
    (staged / "0.new").write_text("half")
    pending.write_text("{\n")
    for command in (
        ("edit", "oldport", "name=Old"),
        ("undo",),
        ("fsck", "--accept"),
        ("add", "--from", kb.write("more.yaml", MORE)),
    ):
        kb.refuses(
            3,
            *command,
            says=("pending.json", "cannot be read", "hint: move it aside with kb fsck --repair"),
        )
    done = kb("fsck")
    assert done.code == 1
    assert ".journal/pending.json: error journal-pending" in done.err
    assert "hint: kb fsck --repair" in done.err
    assert pending.read_text() == "{\n", "looking mends nothing"
    done = kb("fsck", "--repair")
    assert done.code == 0
    assert "put .journal/pending.json, which cannot be read, aside in .journal/kept/" in done.err
    assert "completed the change of an interrupted command" not in done.err
    (kept,) = (kb.root / ".journal/kept").iterdir()
    assert {p.name: p.read_text() for p in kept.rglob("*") if p.is_file()} == {
        "pending.json": "{\n",
        "0.new": "half",
    }
    assert (
        "warning kept-texts: the saved change of an interrupted command could not be read"
        in done.err
    )
    assert kb.sheet(MORE).code == 0
    assert "put .journal/pending.json" not in kb("fsck", "--repair").err


def test_a_folder_without_a_journal_says_that_nothing_is_recorded_and_accepts_what_is_there(
    kb: Kb,
) -> None:
    shutil.rmtree(kb.root / ".journal")
    assert "no digests are recorded here yet" in kb("fsck").out
    assert kb("fsck", "--accept").code == 0
    path = kb.file("entities.ttl")
    path.write_text(path.read_text() + "# more\n")
    assert "changed-outside" in kb("fsck").err


def test_layout_is_told(kb: Kb) -> None:
    path = kb.file("entities.ttl")
    path.write_text(path.read_text().replace(" ;\n    ", "; "))
    assert "not-canonical" in kb("fsck").err
    kb("fmt")
    assert wrong(kb) == {}


def test_files_that_are_no_turtle_are_counted_and_named(kb: Kb) -> None:
    path = kb.file("entities.ttl")
    path.write_text(path.read_text()[:-5])
    found = wrong(kb, code=1)
    assert found["files with valid Turtle"] == 1
    assert found["files unchanged since the last command"] == 1
