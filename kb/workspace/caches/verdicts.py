"""Verdicts: the problems of single files, cached until the file changes.

So each file is parsed once, not by every command. A change to a file or its permissions changes its
stamp. The cache is in the disposable folder, under a seal; without it, files are inspected again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import astuple, dataclass, field, replace
from typing import Any, Final

from kb.errors import Place, Problem
from kb.system import stamps
from kb.workspace.caches import cache, sealing
from kb.workspace.files.folder import Folder

# Cache format version. Raise it when the inspection of files changes.
_WAY: Final = 4
# The name of the cache file.
MEMORY: Final = "condition.json"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The problems of one file, and facts about it for its readers."""

    problems: tuple[Problem, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(slots=True)
class Verdicts:
    """The verdicts on the files of one knowledge base, for one user and one base IRI."""

    folder: Folder
    kept: dict[str, list[Any]]
    now: dict[str, list[Any]] = field(default_factory=dict)

    def of(self, name: str, path: str, look: Callable[[], Verdict]) -> Verdict:
        """Return the cached verdict on a file, or that of `look` if its bytes have changed."""
        old = self.kept.get(name)
        try:
            if old and old[0] and old[0] == stamps.stamp(path):
                self.now[name] = old
                return _read(old)
            stamp, digest = stamps.digested(path)
        except OSError as error:
            return Verdict((unreadable(name, error.strerror or "it has disappeared"),))
        verdict = _read(old) if old and old[1] == digest else look()
        self.now[name] = [stamp, digest, [_row(p) for p in verdict.problems], list(verdict.facts)]
        return verdict

    def digests(self) -> dict[str, str]:
        """Return the SHA-256 of each file that was looked at; empty if it could not be read."""
        return {name: str(digest) for name, (_, digest, _, _) in self.now.items()}

    def keep(self) -> None:
        """Store the verdicts. If the folder cannot be written, the next command inspects the files
        again.
        """
        if self.now != self.kept:
            body = json.dumps({"way": _way(self.folder), "files": self.now}, separators=(",", ":"))
            with suppress(OSError):
                data = sealing.sealed(body.encode(), MEMORY)
                cache.write(cache.made(self.folder) / MEMORY, data)


def verdicts(folder: Folder) -> Verdicts:
    """Load the cached verdicts. There are none if the cache is damaged or another user's."""
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        body = sealing.opened(cache.place(folder, MEMORY).read_bytes(), MEMORY)
        found = json.loads(body or b"")
        if found["way"] == _way(folder):
            return Verdicts(folder, dict(found["files"]))
    return Verdicts(folder, {})


def unreadable(name: str, why: str) -> Problem:
    """Return the problem of a file that cannot be read."""
    return Problem(
        "error",
        "unreadable",
        f"this file cannot be read: {why}.",
        Place(name),
        hint="check its permissions",
    )


def _read(kept: list[Any]) -> Verdict:
    """Decode a cached verdict."""
    _, _, problems, facts = kept
    return Verdict(tuple(_problem(row) for row in problems), tuple(facts))


def _row(problem: Problem) -> list[Any]:
    place = problem.place
    return [place.path, place.line, place.column, *astuple(replace(problem, place=Place()))]


def _problem(row: list[Any]) -> Problem:
    path, line, column, severity, code, message, _, subject, hint = row
    return Problem(severity, code, message, Place(path, line, column), subject, hint)


def _way(folder: Folder) -> str:
    """Return a digest of the format, base and user: another user may not read the same files."""
    user = (os.geteuid(), os.getegid(), sorted(os.getgroups())) if hasattr(os, "geteuid") else ()
    return _digest(repr((_WAY, folder.base, user)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
