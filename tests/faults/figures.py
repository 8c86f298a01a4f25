"""What every row of `make torture` is made with: a figure, a sample, a small knowledge base, a
child process.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from conftest import SHEET, TEXT

from kb.app import knowledge_base
from kb.errors import KbError

SEED = 20240304
NOW = datetime(2024, 3, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Figure:
    """One figure: what is wanted, what was seen, and whether it is what is wanted."""

    case: str
    wanted: str
    got: str
    good: bool


def some(number: int, sample: float) -> int:
    """So many in a sample, at least two."""
    return max(2, round(number * sample))


def say(text: str) -> None:
    """Progress, on stderr."""
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def small() -> Iterator[knowledge_base.KnowledgeBase]:
    """A knowledge base of one source and a few claims, in a folder that is gone afterwards."""

    def make() -> None:
        kb.add_source(
            "quarrel.txt",
            TEXT.encode(),
            {"id": "2024-quarrel", "author": "A Gazette", "published": "2024-03-04"},
        )
        kb.add(kb.plan(SHEET, "sheet.yaml"))

    with bare() as kb:
        assert ended(child(make)) == 0
        yield kb


@contextlib.contextmanager
def bare() -> Iterator[knowledge_base.KnowledgeBase]:
    """An empty knowledge base, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as place:
        yield knowledge_base.init(Path(place) / "kb", "https://example.org/t/")


def child(work: Callable[[], object]) -> int:
    """Process id of a child that does this and leaves; its code is 0, 1 for a refusal in a
    sentence, 2 for anything else.

    Only children write to an index: forked from a process that has, they could not.
    """
    pid = os.fork()
    if pid:
        return pid
    code = 2
    try:
        work()
        code = 0
    except KbError as error:
        say(f"refused: {error} {getattr(error, 'problems', '')}")
        code = 1
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def ended(pid: int) -> int:
    """Exit code of a child, negative where a signal ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
