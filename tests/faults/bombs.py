"""Queries that would hang or exhaust an engine, and some that reach out, each as a file that `kb
query` is given.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import hostile
from conftest import surroundings
from generated_bases import generate
from listener import listening

from faults.figures import Figure, say

CLAIMS = 1000
# The limits that `kb query` has unless its options say otherwise.
SECONDS = 10.0
MEGABYTES = 512
# A query that asks next to nothing.
NOTHING = "SELECT * { ?s ?p ?o } LIMIT 1"
# Seconds of a sample, which is given them by the option.
SHORT = 1.0
# Seconds that a command may take beyond the limit of its query and the time in which it asks
# nothing; a sample may run beside much else.
BEYOND = 1.0
BEYOND_OF_SAMPLE = 20.0
# A bomb that ends late is asked again, because other work can hold up a command: one that is not
# stopped is late each time.
AGAIN = 2
# Seconds between two looks at the memory of a child.
PAUSE = 0.01
# Answers, refusals and wrong queries; not 3 or a signal.
CODES = (0, 1, 2)


@dataclass(frozen=True)
class Ended:
    """What a command did: its exit code, its seconds, what it said, and the megabytes that its
    child and itself needed at most.

    The seconds of a bomb are those beyond the seconds of a command that asks nothing.
    """

    code: int
    seconds: float
    said: str
    child: int
    parent: int


def bombs(sample: float) -> Iterator[Figure]:
    """All by default limits; a sample takes some of them with a short one. Those that reach out are
    all asked.
    """
    texts = hostile.bombs()
    chosen = dict(list(texts.items())[:: max(1, round(1 / max(sample, 0.1)))])
    seconds = SECONDS if sample >= 1 else SHORT
    with tempfile.TemporaryDirectory() as place, listening() as listener:
        root = Path(place) / "kb"
        generate(root, CLAIMS if sample >= 1 else CLAIMS // 10)
        _ended(root, NOTHING, SECONDS)  # makes the index
        most = seconds + (BEYOND if sample >= 1 else BEYOND_OF_SAMPLE)
        found = _all(root, chosen, seconds, most)
        reaching = _all(root, hostile.reaching(listener.port), seconds, most)
        connections = listener.connections()
        before = _ended(root, NOTHING, SECONDS)
    yield from _figures(found, most, before)
    refused = sum(one.code in (1, 2) and "error: " in one.said for one in reaching.values())
    yield Figure(
        "queries that reach out or write: refused",
        str(len(reaching)),
        str(refused),
        refused == len(reaching),
    )
    yield Figure("… connections", "0", str(connections), connections == 0)


def _all(root: Path, texts: Mapping[str, str], seconds: float, most: float) -> dict[str, Ended]:
    """Ask each of the queries, and again one that ends later than in `most` seconds."""
    found = {}
    for name, text in texts.items():
        one = _beyond(root, text, seconds)
        for _ in range(AGAIN):
            if one.seconds > most:
                again = _beyond(root, text, seconds)
                child, parent = max(one.child, again.child), max(one.parent, again.parent)
                one = replace(again, child=child, parent=parent)
        found[name] = one
        last = (one.said.splitlines() or ["answered"])[0][:100]
        say(
            f"bombs: {name}: {one.seconds:.1f} s, {one.child} MB, {one.parent} MB, exit {one.code}, {last}"
        )
    return found


def _beyond(root: Path, text: str, seconds: float) -> Ended:
    """Ask a query; its seconds are those beyond a command that asks nothing."""
    idle = _ended(root, NOTHING, seconds).seconds
    one = _ended(root, text, seconds)
    return replace(one, seconds=one.seconds - idle)


def _figures(found: Mapping[str, Ended], most: float, before: Ended) -> Iterator[Figure]:
    number, ends = len(found), found.values()
    late = sum(one.seconds > most for one in ends)
    longest = max(one.seconds for one in ends)
    yield Figure(
        f"{number} query bombs: ended later than in {most:g} s",
        "0",
        f"{late} (the longest {longest:.1f} s)",
        late == 0,
    )
    child = max(one.child for one in ends)
    yield Figure(
        "… most memory of a child, of its own",
        f"≤ {MEGABYTES} MB",
        f"{child} MB",
        child <= MEGABYTES,
    )
    parent = max(one.parent for one in ends) - before.parent
    yield Figure(
        "… most memory of the command beside it",
        f"≤ {MEGABYTES} MB",
        f"{parent} MB",
        parent <= MEGABYTES,
    )
    silent = sum(
        one.code not in CODES or (one.code > 0 and "error: " not in one.said) for one in ends
    )
    yield Figure("… ended without an answer or a sentence", "0", str(silent), silent == 0)
    broken = sum("Traceback" in one.said or "defect" in one.said for one in ends)
    yield Figure("… tracebacks", "0", str(broken), broken == 0)


def _ended(root: Path, text: str, seconds: float) -> Ended:
    """Ask a query by the command, and watch it."""
    path = root.parent / "bomb.rq"
    path.write_text(text, encoding="utf-8")
    options = [] if seconds == SECONDS else ["--timeout", str(seconds)]
    command = [sys.executable, "-m", "kb", "--kb", str(root), "query", str(path), *options]
    started = time.monotonic()
    with tempfile.TemporaryFile() as errors, open(os.devnull, "wb") as nothing:
        process = subprocess.Popen(command, stdout=nothing, stderr=errors, env=surroundings())
        child, parent = _watched(process)
        taken = time.monotonic() - started
        errors.seek(0)
        said = errors.read().decode(errors="replace")
    return Ended(process.returncode, taken, said, child, parent)


def _watched(process: subprocess.Popen[bytes]) -> tuple[int, int]:
    """Megabytes that the child of a process needed beyond what it was born with, and those that the
    process needed, at most.
    """
    handle = os.pidfd_open(process.pid)
    child = parent = 0
    try:
        while not select.select([handle], [], [], PAUSE)[0]:
            own = _anonymous(process.pid)
            parent = max(parent, own)
            for born in _children(process.pid):
                child = max(child, _anonymous(born) - own)
    finally:
        os.close(handle)
    process.wait()
    return child // 1024, parent // 1024


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]
    return []


def _anonymous(pid: int) -> int:
    """Kilobytes of memory of a process that no file backs; 0 where it has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1])
    return 0
