"""Readers beside rebuilders, a writer, repairs and deleted indexes: each answer is that of a state
before or after a command.

Every command is a process of its own, forked from one that has imported the program and has opened
nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from conftest import MORE

from faults.figures import Figure, child, ended, say, small, some
from kb.app import knowledge_base
from kb.cli import run
from kb.workspace.caches import cache

# What readers ask; no answer contains a time.
QUESTIONS = (
    ("status", "--format", "csv"),
    ("query", "disputed", "--format", "csv"),
    ("query", "one-voice", "--format", "csv"),
    ("list", "claims", "--format", "csv"),
    ("contradictions", "--format", "csv"),
    ("stats", "--format", "csv"),
    ("show", "northland-sent-tugs-to-oldport"),
    ("export", "annotations"),
    ("fsck",),
)
READERS = 3
# Words of `kb fsck` that accuse somebody, where nobody has done anything wrong.
ALARMS = (
    "index-differs",
    "changed-outside",
    "damaged-file",
    "missing-file",
    "journal-",
    "left-over",
)
# Seconds between two deletions of what is disposable.
PAUSE = 2.0
# Whole generations that may remain: the newest, and one that the last reader had.
KEPT = 2


@dataclass(frozen=True)
class Done:
    """What a command did."""

    code: int
    out: str
    err: str


def command(root: Path, args: Sequence[str], stdin: str = "") -> Done:
    """`kb …` in a process of its own."""
    with tempfile.TemporaryDirectory() as place:
        streams = [Path(place, name) for name in ("in", "out", "err")]
        streams[0].write_text(stdin, encoding="utf-8")

        def work() -> None:
            """The command with streams of its own; it leaves with its exit code."""
            for number, path in enumerate(streams):
                flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT
                os.dup2(os.open(path, flags), number)
            sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
            sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
            sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
            code = run(["--kb", str(root), *args])
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

        code = ended(child(work))
        return Done(code, *(path.read_text(encoding="utf-8") for path in streams[1:]))


def readers(sample: float) -> Iterator[Figure]:
    """Half of the reads beside builders, repairs and a writer, half while what is disposable is
    deleted as well.
    """
    number = some(1000, sample)
    for deleted in (False, True):
        with small() as kb:
            yield from _beside(kb, number // 2, deleted)


def _beside(kb: knowledge_base.KnowledgeBase, number: int, deleted: bool) -> Iterator[Figure]:
    root = kb.folder.root
    right = _states(root)
    place = Path(tempfile.mkdtemp())
    others: list[Callable[[Path, int], Done]] = [_rebuild, _rebuild, _write, _repair]
    others += [_delete] if deleted else []
    workers = [child(lambda w=w: _again(root, place, w)) for w in others]  # type: ignore[misc]
    asking = [child(lambda n=n: _ask(root, place, right, number, n)) for n in range(READERS)]  # type: ignore[misc]
    broken = sum(ended(pid) != 0 for pid in asking)
    (place / "stop").touch()
    broken += sum(ended(pid) != 0 for pid in workers)
    seen: Counter[str] = Counter()
    for path in place.glob("*.json"):
        seen.update(json.loads(path.read_text(encoding="utf-8")))
    shutil.rmtree(place)
    what = "deleted indexes, " if deleted else ""
    say(f"readers: {dict(seen)}")
    yield Figure(
        f"{seen['read']} answers beside {what}builders, repairs, a writer: wrong",
        "0",
        str(seen["wrong"]),
        seen["wrong"] == 0,
    )
    yield Figure("… failed", "0", str(seen["failed"] + broken), seen["failed"] + broken == 0)
    yield Figure("… false alarms of fsck", "0", str(seen["alarm"]), seen["alarm"] == 0)
    failed = seen["others failed"]
    yield Figure(
        f"… {seen['others']} commands of the others: failed", "0", str(failed), failed == 0
    )
    generations = len(list((root / ".kb/index").iterdir())) if (root / ".kb/index").exists() else 0
    left = len(cache.left_over(kb.folder))
    yield Figure(
        "… indexes and left-overs in the end",
        f"≤ {KEPT}, 0",
        f"{generations}, {left}",
        generations <= KEPT and left == 0,
    )


def _states(root: Path) -> dict[tuple[str, ...], set[str]]:
    """Every right answer: that before the writer's change, and that after it."""
    right: dict[tuple[str, ...], set[str]] = {question: set() for question in QUESTIONS[:-1]}
    for change in ((), ("add", "--from", "-"), ("undo",)):
        if change:
            assert command(root, change, MORE).code == 0
        for question, answers in right.items():
            answers.add(command(root, question).out)
    assert len(right[QUESTIONS[0]]) == 2, (
        "the change changes something, and undoing it brings it back"
    )
    return right


def _ask(
    root: Path, place: Path, right: dict[tuple[str, ...], set[str]], number: int, reader: int
) -> None:
    """A part of the questions, one after the other, each by a command of its own."""
    seen: Counter[str] = Counter()
    for n in range(reader, number, READERS):
        question = QUESTIONS[n % len(QUESTIONS)]
        done = command(root, question)
        seen["read"] += 1
        alarm = question == ("fsck",) and any(word in done.err for word in ALARMS)
        wrong = question in right and done.code == 0 and done.out not in right[question]
        seen["alarm"] += alarm
        seen["failed"] += done.code != 0 and not alarm
        seen["wrong"] += wrong
        if alarm or wrong or done.code:
            say(f"{' '.join(question)}: {done}")
    (place / f"reader-{reader}.json").write_text(json.dumps(seen), encoding="utf-8")


def _again(root: Path, place: Path, work: Callable[[Path, int], Done]) -> None:
    """The same work over and over, until the readers have finished."""
    seen: Counter[str] = Counter()
    while not (place / "stop").exists():
        done = work(root, seen["others"])
        seen["others"] += 1
        seen["others failed"] += done.code != 0
        if done.code:
            say(f"{work.__name__}: {done}")
    (place / f"other-{os.getpid()}.json").write_text(json.dumps(seen), encoding="utf-8")


def _rebuild(root: Path, n: int) -> Done:
    return command(root, ("index", "--rebuild"))


def _repair(root: Path, n: int) -> Done:
    return command(root, ("fsck", "--repair"))


def _write(root: Path, n: int) -> Done:
    return command(root, ("undo",)) if n % 2 else command(root, ("add", "--from", "-"), MORE)


def _delete(root: Path, n: int) -> Done:
    time.sleep(PAUSE)
    with contextlib.suppress(OSError):
        shutil.rmtree(root / ".kb")
    return Done(0, "", "")
