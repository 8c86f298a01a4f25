"""What was found wrong with single files, remembered until they change, so that each is parsed once
and not by every command.

A file is known by its stamp: whoever changes it, or its permissions, changes that. What is
remembered is kept in the disposable folder
under a seal; without it, files are looked at anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from kb.errors import Place, Problem
from kb.system import stamps
from kb.workspace import cache, sealing
from kb.workspace.folder import Folder

# Raised when files are looked at in another way: what was remembered before is then forgotten.
_WAY: Final = 2
# The file in the disposable folder that holds the verdicts.
MEMORY: Final = "condition.json"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with one file, and what its readers want to know of it, in words."""

    problems: tuple[Problem, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(slots=True)
class Verdicts:
    """The verdicts on the files of one knowledge base, for one user and one base IRI."""

    folder: Folder
    kept: dict[str, list[Any]]
    now: dict[str, list[Any]] = field(default_factory=dict)

    def of(self, name: str, path: str, look: Callable[[], Verdict]) -> Verdict:
        """The verdict on a file: the one that is remembered, or what `look` says if the file has
        other bytes than then.
        """
        old = self.kept.get(name)
        try:
            if old and old[0] and old[0] == stamps.stamp(Path(path)):
                self.now[name] = old
                return _read(old)
            stamp, digest = stamps.digested(Path(path))
        except OSError as error:
            return Verdict((unreadable(name, error.strerror or "it is gone"),))
        verdict = _read(old) if old and old[1] == digest else look()
        self.now[name] = [stamp, digest, [_row(p) for p in verdict.problems], list(verdict.facts)]
        return verdict

    def keep(self) -> None:
        """Remember what was found; where the folder cannot be written, the next command looks
        again.
        """
        if self.now != self.kept:
            body = json.dumps({"way": _way(self.folder), "files": self.now}, separators=(",", ":"))
            with suppress(OSError):
                data = sealing.sealed(body.encode(), MEMORY)
                cache.write(cache.made(self.folder) / MEMORY, data)


def verdicts(folder: Folder) -> Verdicts:
    """What is remembered of the files of a knowledge base; nothing where it is damaged, or was
    found by another user.
    """
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        body = sealing.opened(cache.place(folder, MEMORY).read_bytes(), MEMORY)
        found = json.loads(body or b"")
        if found["way"] == _way(folder):
            return Verdicts(folder, dict(found["files"]))
    return Verdicts(folder, {})


def unreadable(name: str, why: str) -> Problem:
    """The problem of a file that cannot be read."""
    return Problem(
        "error",
        "unreadable",
        f"this file cannot be read: {why}.",
        Place(name),
        hint="check its permissions",
    )


def _read(kept: list[Any]) -> Verdict:
    """A verdict that is remembered."""
    _, _, problems, facts = kept
    return Verdict(tuple(_problem(row) for row in problems), tuple(facts))


def _row(problem: Problem) -> list[Any]:
    place = problem.place
    return [place.path, place.line, place.column, *astuple(replace(problem, place=Place()))]


def _problem(row: list[Any]) -> Problem:
    path, line, column, severity, code, message, _, subject, hint = row
    return Problem(severity, code, message, Place(path, line, column), subject, hint)


def _way(folder: Folder) -> str:
    """How files are looked at, and by whom: what one user may read, another may not."""
    user = (os.geteuid(), os.getegid(), sorted(os.getgroups())) if hasattr(os, "geteuid") else ()
    return _digest(repr((_WAY, folder.base, user)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
