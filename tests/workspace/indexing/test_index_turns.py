"""Readers get an answer of a whole index or of the text, whatever other commands do to the index
meanwhile.
"""

from __future__ import annotations

import fcntl
import os
import resource
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import MORE, Kb, surroundings

from kb.app import knowledge_base
from kb.app.audit import index_audit, integrity
from kb.errors import Problem
from kb.store.faults import Locked
from kb.system import stamps
from kb.workspace.caches import cache
from kb.workspace.indexing import index, index_turns
from kb.workspace.transactions import lock

DISPUTED = ("query", "disputed", "--format", "csv")


def generations(kb: Kb) -> list[str]:
    """The folders of the indexes in `.kb/index`."""
    return sorted(path.name for path in (kb.root / ".kb/index").iterdir())


# --- built beside the old one


def test_a_rebuild_takes_the_place_of_the_old_index_and_leaves_nothing_else(kb: Kb) -> None:
    before = generations(kb)
    assert kb("index", "--rebuild").code == 0
    after = generations(kb)
    assert (len(before), len(after)) == (1, 1)
    assert before != after


def test_who_reads_an_index_goes_on_reading_it_while_others_build_new_ones(kb: Kb) -> None:
    opened = knowledge_base.open(str(kb.root))
    opened.refresh()
    reader, old = opened.session.reader(), index.path(opened.folder)
    claims = reader.select("SELECT ?c { ?c a <https://w3id.org/claimkb/ns#Claim> }").rows
    assert kb.sheet(MORE).code == 0
    assert kb("fsck", "--repair").code == 0
    assert old.is_dir(), "it is pinned"
    assert reader.select("SELECT ?c { ?c a <https://w3id.org/claimkb/ns#Claim> }").rows == claims
    reader.close()
    opened.refresh()
    assert kb("index", "--rebuild").code == 0
    assert not old.exists(), "nobody reads it any more"


def test_an_index_that_is_only_half_built_is_not_read(kb: Kb) -> None:
    before = kb(*DISPUTED).out
    half = kb.root / ".kb/index/draft-00000000"
    shutil.copytree(next((kb.root / ".kb/index").iterdir()), half)
    (half / "store/CURRENT").unlink()
    assert kb(*DISPUTED).out == before


def test_of_two_that_want_an_index_built_one_builds(kb: Kb) -> None:
    shutil.rmtree(kb.root / ".kb")
    command = [sys.executable, "-m", "kb", "--kb", kb.root, "index"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    both = [subprocess.Popen(command, env=surroundings(), text=True, **pipes) for _ in range(2)]  # type: ignore[call-overload]
    ended = [one.communicate()[0] for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert generations(kb)[0].startswith("00000001-"), "only one was ever built"
    assert len(ended) == 2


@contextmanager
def building(kb: Kb) -> Iterator[None]:
    """As long as another process builds the index."""
    with (kb.root / ".kb/lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def test_who_waits_for_another_builder_is_informed_whom_for_and_then_answers(kb: Kb) -> None:
    before = kb(*DISPUTED).out
    shutil.rmtree(kb.root / ".kb/index")
    command = [sys.executable, "-m", "kb", "--kb", kb.root, *DISPUTED]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with building(kb):
        asked = subprocess.Popen(command, env=surroundings(), text=True, **pipes)  # type: ignore[call-overload]
        said = asked.stderr.readline()
        assert asked.poll() is None, "it waits"
    out, rest = asked.communicate()
    assert said.startswith("warning: waiting for process ")
    assert said.endswith(", which is building the index\n")
    assert (asked.returncode, out, rest) == (0, before, "")


def test_who_has_waited_long_enough_is_refused_the_index(kb: Kb) -> None:
    opened = knowledge_base.open(str(kb.root))
    with building(kb), pytest.raises(Locked, match="is building the index"):
        index.refresh(opened.folder, opened.session.derivation, anew=True, patience=0.1)


def test_an_index_that_is_right_is_read_while_another_one_is_built(kb: Kb) -> None:
    before = kb(*DISPUTED)
    with building(kb):
        done = kb(*DISPUTED)
    assert (done.code, done.out, done.err) == (0, before.out, "")


def test_a_command_that_writes_does_not_wait_for_who_builds_the_index(kb: Kb) -> None:
    with building(kb):
        done = kb("add", "source", kb.write("note.txt", "A note."), "--id", "note", "--author", "A")
    assert (done.code, "waiting" in done.err) == (0, False)
    assert "note" in kb("list", "sources").out


def test_what_is_asked_together_is_of_one_state_of_the_files(kb: Kb) -> None:
    opened = knowledge_base.open(str(kb.root))
    wrote = []

    def look() -> tuple[set[str], set[str]]:
        """Claims as statuses and as records; somebody adds one between the two questions, the first
        time.
        """
        statuses = set(opened.status().rows)
        if not wrote:
            wrote.append(kb.sheet(MORE))
        return statuses, set(opened.known().claims)

    statuses, records = opened.together(look)
    assert wrote[0].code == 0
    assert statuses == records
    assert len(records) == 4


def test_an_index_is_compared_with_the_text_that_it_was_made_from(kb: Kb) -> None:
    opened = knowledge_base.open(str(kb.root))
    files, _ = opened.files()
    assert kb.sheet(MORE).code == 0
    assert index_audit.audit(opened.session, files) == ((), "")


def test_what_is_seen_once_while_others_write_is_no_alarm(kb: Kb) -> None:
    opened = knowledge_base.open(str(kb.root))
    looks = []

    def look() -> integrity.Health:
        """Somebody writes during the first two looks, and the first sees a file half way."""
        looks.append(len(looks))
        if len(looks) < 3:
            assert (
                kb(
                    "add", "entity", f"boat-{len(looks)}", "object", "--as", f"Boat {len(looks)}"
                ).code
                == 0
            )
        seen = Problem("error", "damaged-file", "half way.") if looks == [0] else None
        return integrity.Health((integrity.Row("files", 1, 1),), (seen,) if seen else ())

    health = integrity.undisturbed(opened.session, look)
    assert (health.problems, [row.wrong for row in health.rows]) == ((), [0])


# --- deleted or damaged


def test_an_index_that_is_deleted_between_refresh_and_question_is_built_again(kb: Kb) -> None:
    opened = knowledge_base.open(str(kb.root))
    deleted = []

    def ask(reader: object) -> str:
        """Answer from the index, which somebody deletes before it is opened for the first time."""
        if not deleted:
            deleted.append(True)
            shutil.rmtree(opened.folder.cache)
        store = opened.session.reader()
        answer = store.select("SELECT ?c { ?c a <https://w3id.org/claimkb/ns#Claim> }")
        store.close()
        return str(len(answer.rows))

    assert opened.session.asked(ask) == "3"


def test_bytes_of_the_index_that_the_disk_damaged_lead_to_no_wrong_answer(kb: Kb) -> None:
    before = kb(*DISPUTED).out
    for path in (kb.root / ".kb/index").rglob("*.sst"):
        data = bytearray(path.read_bytes())
        data[10 : len(data) // 2] = b"x" * (len(data) // 2 - 10)
        path.write_bytes(data)
    done = kb(*DISPUTED)
    assert (done.code, done.out) == (0, before)
    assert kb("fsck").code == 0


# --- what may not be written


@pytest.mark.parametrize("part", [".kb", ".kb/index", ".kb/records", ".kb/trials"])
def test_a_link_in_place_of_what_is_disposable_is_not_followed(kb: Kb, part: str) -> None:
    before, outside = kb(*DISPUTED).out, kb.root.parent / "outside"
    outside.mkdir()
    if (kb.root / part).exists():
        shutil.rmtree(kb.root / part)
    (kb.root / part).symlink_to(outside)
    done = kb(*DISPUTED)
    assert (done.code, done.out) == (0, before)
    assert kb.sheet(MORE).code == 0
    assert list(outside.iterdir()) == []
    if part in (".kb", ".kb/index"):
        assert (
            f"{kb.root / part} cannot be used: it is a symbolic link and is not followed"
            in done.err
        )


def test_a_lock_that_is_a_link_is_replaced_and_what_it_points_at_is_left_alone(kb: Kb) -> None:
    target = kb.root.parent / "target"
    target.write_text("mine")
    (kb.root / ".kb/lock").unlink()
    (kb.root / ".kb/lock").symlink_to(target)
    done = kb("index", "--rebuild")
    assert (done.code, done.err) == (0, "")
    assert target.read_text() == "mine"


def test_a_file_in_the_way_of_what_is_disposable_is_answered_from_the_text(kb: Kb) -> None:
    before = kb(*DISPUTED).out
    shutil.rmtree(kb.root / ".kb")
    (kb.root / ".kb").write_text("in the way")
    done = kb(*DISPUTED)
    assert (done.code, done.out) == (0, before)
    assert "this answer comes from the text" in done.err
    assert kb.sheet(MORE).code == 0


@pytest.mark.parametrize("built", [True, False])
def test_what_was_written_is_written_where_the_index_cannot_be(kb: Kb, built: bool) -> None:
    """A limit of file size that the stored files keep and the engine's files do not."""
    if not built:
        shutil.rmtree(kb.root / ".kb")
    script = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, resource.RLIM_INFINITY))\n"
        "from kb.cli import run; sys.exit(run(sys.argv[1:]))\n"
    )
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    sheet = kb.write("sheet.yaml", MORE)
    command = [sys.executable, "-c", script, "--kb", str(kb.root), "add", "--from", str(sheet)]
    done = subprocess.run(command, env=surroundings(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "nothing is lost, and the next command tries again" in done.stderr
    assert "northland-controls-the-pier" in kb("list", "claims").out


def test_everything_disposable_is_for_its_owner_alone(kb: Kb) -> None:
    assert kb.sheet(MORE).code == 0
    for path in (kb.root / ".kb", *(kb.root / ".kb").rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


# --- same size and same time


def test_another_text_of_the_same_size_and_time_is_noticed(kb: Kb) -> None:
    before = kb("status").out
    path = kb.file("claims/general.ttl")
    found = path.stat()
    other = path.read_bytes().replace(b"Northland sent tugs", b"Northland sunk tugs")
    assert len(other) == found.st_size
    path.write_bytes(other)
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert "Northland sunk tugs" in kb("list", "claims").out
    assert kb("status").out != before
    opened = knowledge_base.open(str(kb.root))
    assert opened.refresh().replaced == ()
    assert "sunk" in str(
        opened.session.reader().select(
            "SELECT ?o { ?s <http://www.w3.org/2004/02/skos/core#prefLabel>|<https://w3id.org/claimkb/ns#statement> ?o }"
        )
    )


def test_another_text_of_the_same_size_and_time_has_another_stamp(
    kb: Kb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "COARSE", 0)  # as if all of this took longer than clocks are coarse
    path = kb.file("claims/general.ttl")
    before, found = stamps.digested(path), path.stat()
    assert before[0] == stamps.stamp(path)
    path.write_bytes(path.read_bytes().replace(b"sent tugs", b"sunk tugs"))
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (found.st_size, found.st_mtime_ns)
    assert stamps.stamp(path) != before[0]


def test_a_stamp_that_a_coarse_clock_could_give_twice_is_not_believed(kb: Kb) -> None:
    path = kb.file("claims/general.ttl")
    path.write_bytes(path.read_bytes())
    assert stamps.digested(path)[0] == ""


def test_a_document_of_the_same_size_and_time_is_noticed(kb: Kb) -> None:
    away = kb.root.parent / "texts"
    away.mkdir()
    kept = next((kb.root / "documents").iterdir())
    text = away / "report.txt"
    shutil.move(kept, text)
    assert kb("read", "2024", KB_DOCUMENTS=str(away)).code == 0
    found = text.stat()
    text.write_bytes(text.read_bytes().replace(b"tugs", b"guts"))
    os.utime(text, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert kb("read", "2024", KB_DOCUMENTS=str(away)).code != 0


# --- left-overs


@contextmanager
def in_use(path: Path) -> Iterator[None]:
    """A folder as a living command has it."""
    path.mkdir(parents=True)
    pin = cache.Pin(path)
    yield
    pin.release()


def test_what_killed_commands_left_among_the_disposable_is_reported_and_removed(kb: Kb) -> None:
    home = kb.root / ".kb"
    left = [home / "trials/tmpabc/index", home / "index/draft-12345678/store"]
    for path in left:
        path.mkdir(parents=True)
    (home / "records/.abc.4194304.tmp").write_text("half")
    (home / "records/x").mkdir()
    (home / "records/x/.abc.4194304.tmp").write_text("half")
    (home / "digests.json").write_text("{}")
    with in_use(home / "trials/mine"):
        done = kb("fsck")
        assert (done.code, done.err.count("warning left-over")) == (0, 4)
        done = kb("fsck", "--repair")
        assert done.code == 0
        assert "removed .kb/trials/tmpabc" in done.err
        assert "left-over" not in done.err
        assert (home / "trials/mine").is_dir(), "a living command uses it"
    assert not any(path.exists() for path in left)


def test_the_next_write_removes_what_killed_commands_left(kb: Kb) -> None:
    left = kb.root / ".kb/trials/tmpabc/index"
    left.mkdir(parents=True)
    assert kb.sheet(MORE).code == 0
    assert list((kb.root / ".kb/trials").iterdir()) == []


def test_writes_leave_one_index_and_no_log_of_the_engine(kb: Kb) -> None:
    for n in range(2):
        assert kb("add", "entity", f"boat-{n}", "object", "--as", f"Boat {n}").code == 0
        assert kb("status").code == 0
    assert len(generations(kb)) == 1
    assert not list((kb.root / ".kb").rglob("LOG*"))


def test_a_writer_waits_for_the_index_for_a_moment_only(tmp_path: Path) -> None:
    """Others wait ten seconds for a writer: it may not spend them waiting for the index itself."""
    path = tmp_path / "lock"
    assert not lock.holds_any()
    with lock.held(path, "add"):
        assert lock.holds_any()
        assert index_turns.WRITING < lock.PATIENCE
    assert not lock.holds_any()
