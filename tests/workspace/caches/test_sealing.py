"""A `.kb` that came with somebody else's folder changes no answer."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest
from conftest import Kb

COMMANDS = ("status", "query disputed", "list claims", "inbox", "validate")
STATEMENT = "The coastguard controls the pier"
FALSE = "Northland controlled every pier"


def key(home: Path) -> Path:
    return home / "kb/key"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def answers(kb: Kb, home: Path) -> list[tuple[int, str]]:
    """What the commands print, for the user whose state folder this is."""
    done = [kb(*command.split(), XDG_STATE_HOME=str(home)) for command in COMMANDS]
    return [(one.code, one.out) for one in done]


@pytest.fixture
def homes(tmp_path: Path) -> tuple[Path, Path]:
    """The state folders of a stranger, and of the reader."""
    return tmp_path / "stranger", tmp_path / "reader"


def test_an_index_and_records_of_a_stranger_are_not_believed(
    kb: Kb, homes: tuple[Path, Path]
) -> None:
    stranger, reader = homes
    shutil.rmtree(kb.root / ".kb", ignore_errors=True)
    true = answers(kb, reader)
    shutil.rmtree(kb.root / ".kb")
    path = kb.file("claims/general.ttl")
    text = path.read_text()
    path.write_text(text.replace(STATEMENT, FALSE))
    kb("status", XDG_STATE_HOME=str(stranger))
    for kept in (kb.root / ".kb/records").rglob(
        "*"
    ):  # all that is kept now claims to be of the text
        if kept.is_file() and FALSE.encode() in kept.read_bytes():
            shutil.copy(kept, kept.with_name(digest(text)))
    path.write_text(text)
    for holds in (kb.root / ".kb/index").glob("*/holds.json"):
        body = holds.read_bytes().replace(
            digest(text.replace(STATEMENT, FALSE)).encode(), digest(text).encode()
        )
        holds.write_bytes(body)
    assert answers(kb, reader) == true
    assert FALSE not in kb("show", "the-coastguard-controls", XDG_STATE_HOME=str(reader)).out


def test_an_index_whose_files_were_replaced_is_made_anew(kb: Kb, tmp_path: Path) -> None:
    home = tmp_path / "mine"
    true = answers(kb, home)
    index = kb.root / ".kb/index"
    (mine,) = index.iterdir()
    holds = (mine / "holds.json").read_bytes()
    path = kb.file("claims/general.ttl")
    text = path.read_text()
    path.write_text(text.replace(STATEMENT, FALSE))
    kb("status", XDG_STATE_HOME=str(home))
    (other,) = index.iterdir()
    (other / "holds.json").write_bytes(holds)  # with a seal that fits, and the files of another
    path.write_text(text)
    assert answers(kb, home) == true


def test_verdicts_of_a_stranger_hide_no_problem(kb: Kb, homes: tuple[Path, Path]) -> None:
    stranger, reader = homes
    kb("validate", XDG_STATE_HOME=str(stranger))
    memory = kb.root / ".kb/condition.json"
    seal, _, body = memory.read_bytes().partition(b"\n")
    path = kb.file("claims/general.ttl")
    old = digest(path.read_text())
    path.write_text(path.read_text() + "broken")
    memory.write_bytes(seal + b"\n" + body.replace(old.encode(), digest(path.read_text()).encode()))
    assert "turtle-syntax" in kb("status", XDG_STATE_HOME=str(reader)).err
    assert "claims/main/claims/general.ttl" in kb("status", XDG_STATE_HOME=str(stranger)).err


def test_a_name_of_an_index_that_a_stranger_chose_is_no_obstacle(kb: Kb, tmp_path: Path) -> None:
    home = tmp_path / "mine"
    forged = kb.root / ".kb/index/99999999-ffffffff/store"
    forged.mkdir(parents=True)
    true = answers(kb, home)
    (made,) = (kb.root / ".kb/index").iterdir()
    assert made.name.startswith("0000")
    assert answers(kb, home) == true
    assert [made] == list((kb.root / ".kb/index").iterdir())


def test_the_key_is_for_its_owner_alone_and_is_replaced_where_it_is_not(
    kb: Kb, tmp_path: Path
) -> None:
    home = tmp_path / "mine"
    kb("status", XDG_STATE_HOME=str(home))
    first = key(home).read_bytes()
    assert (len(first), key(home).stat().st_mode & 0o777) == (32, 0o600)
    assert key(home).parent.stat().st_mode & 0o777 == 0o700
    kb("status", XDG_STATE_HOME=str(home))
    assert key(home).read_bytes() == first
    key(home).chmod(0o644)
    kb("status", XDG_STATE_HOME=str(home))
    assert key(home).read_bytes() != first
    assert key(home).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("state", ["file", "link"])
def test_without_a_place_for_the_key_answers_are_the_same_and_nothing_is_believed(
    kb: Kb, tmp_path: Path, state: str
) -> None:
    true = answers(kb, tmp_path / "mine")
    home = tmp_path / "none"
    if state == "file":
        home.write_text("")
    else:
        os.symlink("nowhere/at/all", home)
    assert answers(kb, home) == true
