"""The files of a knowledge base: private ones are private, none is followed through a link, and
what killed commands left is removed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import MORE, Kb, surroundings

PRECIOUS = "precious\n"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def made(place: Path, umask: int) -> Path:
    """A knowledge base with a document and a sheet, made by commands under this umask."""
    (place / "note.txt").write_text("A note of the harbour.\n")
    root = place / "kb"
    script = f"umask {umask:03o}; kb init kb && cd kb && kb add source ../note.txt --id note --author A && kb add entity tug object --as Tug"
    where = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        ["sh", "-c", script],
        cwd=place,
        env=surroundings(PATH=where),
        check=True,
        capture_output=True,
    )
    return root


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_documents_log_and_index_are_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    root = made(tmp_path, umask)
    for name in ("documents", ".journal", ".kb"):
        places = [root / name, *(root / name).rglob("*")]
        assert {mode(p) & 0o077 for p in places} == {0}, name
    assert mode(root / "claims/main/entities.ttl") == 0o666 & ~umask
    assert mode(root / "claims/main/sources") == 0o777 & ~umask
    assert mode(root / "kb.toml") == 0o666 & ~umask


@pytest.mark.parametrize("wanted", [0o600, 0o640, 0o444])
def test_a_stored_file_keeps_its_mode(kb: Kb, wanted: int) -> None:
    path = kb.file("entities.ttl")
    path.chmod(wanted)
    assert kb("edit", "oldport", "name=Old Port").code == 0
    assert mode(path) == wanted
    assert kb("undo").code == 0
    assert mode(path) == wanted


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_stored_file_keeps_its_owner_where_the_system_allows_it(kb: Kb) -> None:
    path = kb.file("entities.ttl")
    os.chown(path, 12345, 12345)
    assert kb("edit", "oldport", "name=Old Port").code == 0
    assert (path.stat().st_uid, path.stat().st_gid) == (12345, 12345)


# --- links, FIFOs, folders in the place of files

KINDS: dict[str, Callable[[Path, Path], None]] = {
    "a link to a file": lambda place, precious: place.symlink_to(precious),
    "a link to a folder": lambda place, precious: place.symlink_to(precious.parent / "away"),
    "a link to nothing": lambda place, precious: place.symlink_to(precious.parent / "nothing"),
    "a FIFO": lambda place, _: os.mkfifo(place),
    "a folder": lambda place, _: place.mkdir(),
    "a file": lambda place, _: place.write_text(PRECIOUS) and None,
}
PARTS = {
    **dict.fromkeys(
        ("lock", "digests.json", "pending.json", ".gitignore"), [k for k in KINDS if k != "a file"]
    ),
    **dict.fromkeys(("staged", "log", "kept"), [k for k in KINDS if k != "a folder"]),
}


@pytest.fixture
def around(kb: Kb) -> Iterator[Path]:
    """A file outside of the knowledge base, and an empty folder beside it; both are as they were
    afterwards.
    """
    precious, away = kb.root.parent / "precious", kb.root.parent / "away"
    precious.write_text(PRECIOUS)
    away.mkdir()
    yield precious
    assert precious.read_text() == PRECIOUS
    assert list(away.iterdir()) == []
    assert not (kb.root.parent / "nothing").exists()


@pytest.mark.parametrize(("part", "kind"), [(p, k) for p, kinds in PARTS.items() for k in kinds])
def test_a_part_of_the_journal_that_is_none_is_named_and_not_used(
    kb: Kb, around: Path, part: str, kind: str
) -> None:
    place = kb.root / ".journal" / part
    shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
    KINDS[kind](place, around)
    kb.refuses(
        3,
        "add",
        "entity",
        "tower",
        "place",
        "--as",
        "the tower",
        says=(f".journal/{part} is a", "nothing was written"),
    )
    assert kb("status").code == 0, "readers go on"
    done = kb("fsck")
    assert (done.code, f".journal/{part}: error strange-file" in done.err) == (1, True)


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "a folder"])
def test_a_journal_that_is_no_folder_is_named_and_not_used(kb: Kb, around: Path, kind: str) -> None:
    (kb.root / ".journal").rename(kb.root.parent / "journal")
    KINDS[kind](kb.root / ".journal", around)
    kb.refuses(
        3,
        "add",
        "entity",
        "tower",
        "place",
        "--as",
        "the tower",
        says=(".journal is a", "nothing was written"),
    )
    assert kb("status").code == 0
    assert kb("fsck").code == 1


def test_a_lock_with_another_name_elsewhere_is_not_written_through(kb: Kb, around: Path) -> None:
    (kb.root / ".journal/lock").unlink()
    (kb.root / ".journal/lock").hardlink_to(around)
    assert kb("add", "entity", "tower", "place", "--as", "the tower").code == 0


def test_documents_that_lead_out_are_not_written(kb: Kb, around: Path) -> None:
    shutil.rmtree(kb.root / "documents")
    (kb.root / "documents").symlink_to(around.parent / "away")
    kb.refuses(
        2,
        "add",
        "source",
        kb.write("new.txt", "A new text.\n"),
        says=("leads out of the knowledge base", "nothing was written"),
    )


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in ("a folder", "a file")])
def test_a_document_that_is_a_link_is_replaced_by_the_text(kb: Kb, around: Path, kind: str) -> None:
    text = b"A new text.\n"
    place = kb.root / f"documents/{hashlib.sha256(text).hexdigest()}.txt"
    KINDS[kind](place, around)
    assert kb("fsck").code == 1
    assert kb("add", "source", kb.write("new.txt", text)).code == 0
    assert (place.is_symlink(), place.read_bytes(), mode(place)) == (False, text, 0o600)


# --- promises from a stranger


def promise(kb: Kb, name: str, new: Callable[[Path], object]) -> None:
    """A change that a stranger's folder promises: it is sealed as it must be."""
    digests = ["", hashlib.sha256(PRECIOUS.encode()).hexdigest()]
    content = {
        "number": 3, "time": "2025-01-01T00:00:00+00:00", "what": "add", "who": "x", "files": {name: digests},
        "changes": [], "texts": {}, "undoes": 0, "accepts": False, "previous": "", "over": "", "found": {},
    }  # fmt: skip
    body = json.dumps(content)
    (kb.root / ".journal/staged").mkdir()
    new(kb.root / ".journal/staged/0.new")
    (kb.root / ".journal/pending.json").write_text(
        f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}\n"
    )


@pytest.mark.parametrize(
    "name",
    [
        "../out.ttl",
        "claims/../../out.ttl",
        ".git/hooks/x",
        "claims/out/x.ttl",
        ".journal/log/00000009.json",
    ],
)
def test_a_promise_to_write_elsewhere_is_put_aside(kb: Kb, around: Path, name: str) -> None:
    out = name.startswith("claims/out")
    if out:
        (kb.root / "claims/out").symlink_to(around.parent / "away")
    promise(kb, name, lambda place: place.write_text(PRECIOUS))
    kb.refuses(
        1 if out else 3,
        "add",
        "entity",
        "tower",
        "place",
        "--as",
        "the tower",
        says=("leads out",) if out else ("cannot be read", "kb fsck --repair"),
    )
    assert kb("status").code == (1 if out else 0)
    assert "aside" in kb("fsck", "--repair").err
    assert not (kb.root.parent / "out.ttl").exists()
    (kb.root / "claims/out").unlink(missing_ok=True)
    assert kb("add", "entity", "tower", "place", "--as", "the tower").code == 0


@pytest.mark.parametrize("new", ["a link to a file", "a FIFO", "a folder"])
def test_a_promise_with_a_link_for_a_text_is_put_aside(kb: Kb, around: Path, new: str) -> None:
    promise(kb, "claims/main/x.ttl", lambda place: KINDS[new](place, around))
    kb.refuses(3, "add", "entity", "tower", "place", "--as", "the tower", says=("cannot be read",))
    assert kb("fsck", "--repair").code == 0
    assert not os.path.lexists(kb.root / "claims/main/x.ttl")


# --- what killed commands left


def test_what_killed_commands_left_is_found_and_removed(kb: Kb) -> None:
    left = [
        "claims/main/.entities.ttl.0a1b2c3d.tmp",
        "documents/.x.txt.99.tmp",
        ".kb.toml.1.tmp",
        ".journal/staged/0.new",
    ]
    for name in left:
        path = kb.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("half")
    (kb.root / "claims/second/sources").mkdir(parents=True)
    before = {n for n in kb.tree() if not n.endswith(".tmp")}
    err = kb("fsck").err
    assert err.count("left-over") == 5
    assert "claims/second: warning left-over" in err
    assert kb("fsck", "--repair").code == 0
    assert "left-over" not in kb("fsck").err
    assert set(kb.tree()) == before
    assert not (kb.root / "claims/second").exists()


def test_an_empty_collection_that_settings_name_is_no_left_over(empty: Kb) -> None:
    assert "0 errors, 0 warnings." in empty("fsck").err


@pytest.mark.parametrize("option", ["--dry-run", ""])
def test_a_dry_or_refused_command_leaves_no_folder(kb: Kb, option: str) -> None:
    before = sorted(p for p in kb.root.rglob("*") if ".kb" not in p.parts)
    text = f"collection: second\n{MORE}"
    if not option:
        text = text.replace("northland > controls > pier", "northland > nonsense > pier")
    done = kb.sheet(text, *filter(None, [option]))
    assert done.code == (0 if option else 1)
    assert sorted(p for p in kb.root.rglob("*") if ".kb" not in p.parts) == before


# --- the clock

CLOCK = """
import datetime, sys

class Clock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls({year}, 1, 1, tzinfo=tz)

datetime.datetime = Clock
from kb.cli import run
sys.exit(run(sys.argv[1:]))
"""


def at(kb: Kb, year: int, *args: str) -> None:
    """Run a command on a computer whose clock shows this year."""
    subprocess.run(
        [sys.executable, "-c", CLOCK.format(year=year), *args],
        cwd=kb.root,
        env=surroundings(),
        check=True,
        capture_output=True,
    )


def test_a_clock_that_was_set_back_gives_no_record_that_ends_before_it_began(kb: Kb) -> None:
    at(kb, 2124, "edit", "northland-sent-tugs-to-oldport", "when=2024-03-01")
    at(kb, 2020, "edit", "northland-sent-tugs-to-oldport", "when=2024-02-01")
    history = kb.file("history/claims/general.ttl").read_text()
    assert "2124" in history
    assert "2020-01-01" not in history + kb.file("claims/general.ttl").read_text()
    times = [row["time"] for row in json.loads(kb("log", "--format", "json").out) if row["entry"]]
    assert times == sorted(times, reverse=True)
    done = kb("fsck")
    assert (done.code, "warning clock" in done.err, "2124" in done.err) == (0, True, True)
