"""Changes to stored files are whole or not at all, whenever the process ends, whatever the disk
says, whoever else writes.
"""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import MORE, Kb, surroundings

from kb.app import knowledge_base
from kb.errors import Conflict, KbError, Refused, Usage
from kb.rdf import turtle_writer
from kb.workspace.files import folder
from kb.workspace.files.folder import Folder
from kb.workspace.log import digests, log_entries
from kb.workspace.transactions import lock, transaction

BASE = "https://example.org/x/"
SAID = re.compile("nothing was changed|is written, but")
# What a change does to the disk, one after the other; a command may be killed, or refused, before
# any of them.
STEPS = ("open", "write", "link", "replace", "unlink", "fsync", "mkdir", "rmdir", "rename")


def block(name: str, text: str) -> str:
    return f'<entity/{name}>\n    a kb:Entity ;\n    skos:prefLabel "{text}" .\n'


def texts_of(*names: str) -> str:
    return turtle_writer.heading(BASE) + "".join("\n" + block(n, n.upper()) for n in names)


ONE, TWO, GONE = "claims/main/one.ttl", "claims/main/deep/two.ttl", "claims/main/gone.ttl"
BEFORE = {ONE: texts_of("a"), GONE: texts_of("g")}
AFTER = {ONE: texts_of("a", "b"), TWO: texts_of("c"), GONE: ""}


@pytest.fixture
def place(tmp_path: Path) -> Folder:
    """A knowledge base of two files, written by one command."""
    made = folder.create(tmp_path / "x", BASE, "main")
    transaction.commit(made, BEFORE, {}, "first")
    return made


def test_a_query_is_written_only_if_it_can_be_one(place: Folder) -> None:
    name, good = "queries/questions/mine.rq", "ASK { ?s ?p 'x' }\n"
    with pytest.raises(Refused, match=r"queries/questions/mine\.rq: .*line 1, column 13"):
        transaction.commit(place, {name: good.replace("x'", "x")}, {}, "wrong")
    assert place.read(name) == ""
    assert transaction.commit(place, {name: good}, {}, "right") == [name]
    assert transaction.commit(place, {name: ""}, {name: good}, "gone") == [name]


def stored(place: Folder) -> dict[str, str]:
    return {name: place.read(name) for name in place.files()}


def rest(place: Folder) -> list[str]:
    """What a change needs while it happens, and nobody needs after it."""
    found = [p.relative_to(place.root).as_posix() for p in place.root.rglob("*")]
    return [p for p in found if p.endswith((".tmp", "pending.json")) or "staged/" in p]


def change(place: Folder) -> None:
    transaction.commit(place, AFTER, BEFORE, "second")


def before_each_step(act: Callable[[int], None]) -> None:
    """From now on, every system call that changes the disk is preceded by `act`, which is told its
    number from 1.
    """
    seen, opened = 0, os.open

    def watched(call: Callable[..., object]) -> Callable[..., object]:
        def instead(*args: object, **named: object) -> object:
            nonlocal seen
            reads = call is opened and not args[1] & (os.O_CREAT | os.O_WRONLY | os.O_RDWR)  # type: ignore[operator]
            if not reads:
                seen += 1
                act(seen)
            return call(*args, **named)

        return instead

    for name in STEPS:
        setattr(os, name, watched(getattr(os, name)))


def end() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def in_child(work: Callable[[], None]) -> int:
    """Exit code of a child that does this: 0 done, 1 refused in a sentence, 2 anything else;
    negative where it was killed.
    """
    child = os.fork()
    if child == 0:
        code = 2
        try:
            work()
            code = 0
        except KbError:
            code = 1
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_at(place: Folder, number: int) -> int:
    def work() -> None:
        before_each_step(lambda n: end() if n == number else None)
        change(place)

    return in_child(work)


def steps() -> range:
    return range(1, 91)


# --- killed


@pytest.mark.parametrize("number", steps())
def test_a_writer_killed_before_any_step_leaves_all_or_nothing(place: Folder, number: int) -> None:
    code = killed_at(place, number)
    transaction.recover(place)
    after = {n: t for n, t in AFTER.items() if t}
    assert stored(place) in ((after,) if code == 0 else (BEFORE, after))
    with transaction.writing(place, "next"):
        pass
    logged = [log_entries.numbered(place, n).what for n in log_entries.numbers(place)]
    assert logged == ["first", "second"][: 1 + (stored(place) == after)], (
        "the log tells exactly what has happened"
    )
    assert digests.taken(place).keys() == {*stored(place), "kb.toml"}
    assert {n: d for n, (d, _) in digests.known(place).items()} == {
        n: d for n, (d, _) in digests.taken(place).items()
    }
    transaction.commit(place, {ONE: texts_of("z")}, {ONE: place.read(ONE)}, "third")
    assert rest(place) == []


def test_the_steps_reach_from_the_first_to_beyond_the_last(place: Folder) -> None:
    assert killed_at(place, 1) == -signal.SIGKILL
    assert killed_at(place, steps()[-1]) == 0


def promised(place: Folder) -> None:
    """Kill a writer when it has promised its change and done a part of it."""

    def half(_: int) -> None:
        if (place.root / ".journal/pending.json").exists() and (place.root / TWO).exists():
            end()

    def work() -> None:
        before_each_step(half)
        change(place)

    assert in_child(work) == -signal.SIGKILL


def test_a_promise_is_kept_by_whoever_comes_next_and_readers_too(place: Folder) -> None:
    promised(place)
    opened = knowledge_base.open(str(place.root))
    opened.known()
    assert stored(place) == {n: t for n, t in AFTER.items() if t}


def test_a_file_changed_after_a_kill_stays_and_the_rest_is_taken_back(place: Folder) -> None:
    promised(place)
    mine = texts_of("mine")
    (place.root / GONE).write_text(mine)
    transaction.recover(place)
    assert stored(place) == BEFORE | {GONE: mine}
    kept = place.root / ".journal/kept"
    assert {p.relative_to(next(kept.iterdir())).as_posix() for p in kept.rglob("*.ttl")} == {
        ONE,
        TWO,
    }
    assert rest(place) == []


# --- full disks


@pytest.mark.parametrize("number", steps())
def test_a_disk_that_is_full_at_any_step_changes_nothing_and_is_said(
    place: Folder, number: int
) -> None:
    def work() -> None:
        def full(n: int) -> None:
            if n == number:
                raise OSError(errno.ENOSPC, "No space left on device")

        before_each_step(full)
        try:
            change(place)
        except Usage as error:
            os._exit(
                {"nothing was changed": 1, "is written, but": 3}[SAID.findall(error.message)[0]]
            )

    code = in_child(work)
    after = {n: t for n, t in AFTER.items() if t}
    assert code in (0, 1, 3)
    for _ in range(2):
        assert stored(place) == (BEFORE if code == 1 else after)
        transaction.recover(place)
    logged = [log_entries.numbered(place, n).what for n in log_entries.numbers(place)]
    assert logged == ["first", "second"][: 1 + (code != 1)]


# --- several writers

HOLD = """
import sys, time
from kb.app import knowledge_base as base
with base.open(sys.argv[1]).writing("a long import"):
    print("here", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(place: Folder) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, place.root],
        stdout=subprocess.PIPE,
        text=True,
        env=surroundings(),
    )
    assert process.stdout
    with process:
        assert process.stdout.readline() == "here\n"
        yield process  # type: ignore[misc]
        process.kill()


def test_who_is_writing_is_named_to_who_waits_in_vain(
    place: Folder, holder: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.2)
    with pytest.raises(
        Conflict,
        match=rf"“a long import” of .*process {holder.pid} on .* \(for \d+ seconds\); nothing",
    ) as caught:
        change(place)
    assert caught.value.exit_code == 4
    assert stored(place) == BEFORE


def test_a_killed_writer_never_blocks(
    place: Folder, holder: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 1.0)
    holder.kill()
    change(place)
    assert stored(place) != BEFORE


def test_a_child_of_a_killed_writer_does_not_keep_its_lock(
    place: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Like the child that answers a query: it is forked while the parent has the lock, and lives
    longer than the parent.
    """
    monkeypatch.setattr(lock, "PATIENCE", 1.0)
    script = (
        "import os, sys, time\nfrom kb.app import knowledge_base as base\n"
        "with base.open(sys.argv[1]).writing('x'):\n"
        "    if os.fork() == 0:\n        time.sleep(5)\n        os._exit(0)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    subprocess.run(
        [sys.executable, "-c", script, place.root],
        env=surroundings(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    change(place)
    assert stored(place) != BEFORE


def test_two_commands_at_once_wait_for_each_other(kb: Kb) -> None:
    sheets = []
    for n in range(4):
        text = MORE.replace("Northland controls the pier", f"Northland controls the pier {n}")
        sheets.append(kb.write(f"s{n}.yaml", text))
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "kb", "add", "--from", s],
            cwd=kb.root,
            env=surroundings(),
            stdout=subprocess.DEVNULL,
        )
        for s in sheets
    ]
    assert [p.wait() for p in running] == [0] * 4
    assert kb("list", "claims").out.count("Northland controls the pier ") == 4


def test_what_changed_since_it_was_read_is_a_conflict(place: Folder) -> None:
    (place.root / ONE).write_text(texts_of("a", "other"))
    with pytest.raises(Conflict, match="changed while this command ran"):
        change(place)
    assert stored(place) == BEFORE | {ONE: texts_of("a", "other")}


# --- what is logged, what is refused


def test_an_entry_holds_each_record_before_and_after(place: Folder) -> None:
    transaction.commit(
        place, {ONE: texts_of("b").replace('"B"', '"Bee"'), GONE: ""}, BEFORE, "rename"
    )
    found = log_entries.numbered(place, log_entries.last(place))
    assert (found.number, found.what, set(found.files)) == (2, "rename", {ONE, GONE})
    changes = {c.subject.rpartition("/")[2]: (c.file, c.before, c.after) for c in found.changes}
    assert changes["a"] == (ONE, block("a", "A").rstrip(), "")
    assert changes["b"] == (ONE, "", block("b", "Bee").rstrip())
    assert changes["g"] == (GONE, block("g", "G").rstrip(), "")


def test_what_changes_nothing_is_not_logged(place: Folder) -> None:
    assert transaction.commit(place, BEFORE, BEFORE, "again") == []
    assert log_entries.numbers(place) == [1]


@pytest.mark.parametrize(
    "name",
    [
        "../out.ttl",
        "/tmp/out.ttl",
        "claims/../../out.ttl",
        ".git/hooks/x",
        ".journal/log/00000009.json",
        "claims/\0.ttl",
        "a" * 300,
    ],
)
def test_names_cannot_leave_the_folder_nor_enter_hidden_ones(place: Folder, name: str) -> None:
    with pytest.raises(Refused, match="is outside the knowledge base"):
        transaction.commit(place, {name: "x"}, {}, "out")
    assert stored(place) == BEFORE


def test_a_link_that_leads_out_of_the_folder_is_not_followed(place: Folder, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (place.root / "claims/away").symlink_to(tmp_path / "outside")
    with pytest.raises(Refused):
        transaction.commit(place, {"claims/away/x.ttl": texts_of("x")}, {}, "out")
    assert list((tmp_path / "outside").iterdir()) == []


def test_git_does_not_see_the_journal(place: Folder) -> None:
    subprocess.run(["git", "init", "-q"], cwd=place.root, check=True)
    (place.root / ".gitignore").unlink()
    shown = subprocess.run(
        ["git", "status", "--porcelain", "-uall"],
        cwd=place.root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert ".journal" not in shown


def test_a_damaged_entry_is_not_believed(place: Folder) -> None:
    file = log_entries.file_of(place, 1)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(KbError, match=r"damaged.*kb fsck"):
        log_entries.numbered(place, 1)
    with pytest.raises(Usage, match="there is no entry 7"):
        log_entries.numbered(place, 7)
