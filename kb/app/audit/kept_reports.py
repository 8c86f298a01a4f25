"""The last report of a validation, kept until anything that it depends on changes.

It depends on the bytes of all stored files, ontology files, own queries and texts, on the settings,
and on the program. The report is in the disposable folder, under a seal; without it, everything is
validated again.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Final

from kb.app.checks.condition import Condition
from kb.app.checks.validation import Report
from kb.errors import Place, Problem
from kb.workspace import cache as disposable
from kb.workspace import document_library, sealing
from kb.workspace.folder import Folder, shipped

# The name of the cache file.
FILE: Final = "validation.json"
# Problems of checks that took too long.
UNFINISHED: Final = ("check-unfinished", "own-check")
PACKAGE: Final = Path(__file__).parents[2]


def state(folder: Folder, found: Condition) -> str:
    """Return a name of everything that a report depends on; equal names mean equal reports. Empty
    if something cannot be read.
    """
    if any(not digest for digest in found.digests.values()):
        return ""
    parts = (
        sorted(found.digests.items()),
        sorted(document_library.by_digest(folder)),
        (folder.base, folder.passages, folder.policy, program()),
        found.problems,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@cache
def program() -> str:
    """Return a digest of the program: its code, ontology and queries. It is read once."""
    found = hashlib.sha256()
    for place, pattern in (
        (PACKAGE, "*.py"),
        (shipped("ontology"), "*"),
        (shipped("queries"), "*"),
    ):
        for path in sorted(one for one in place.rglob(pattern) if one.is_file()):
            found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def kept(folder: Folder, state: str) -> Report | None:
    """Return the report of this state, or None if another one, or none, is kept."""
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        body = sealing.opened(disposable.place(folder, FILE).read_bytes(), FILE)
        found = json.loads(body or b"")
        if state and found["state"] == state:
            problems = tuple(_problem(row) for row in found["problems"])
            return Report(problems, dict(found["quotes"]))
    return None


def keep(folder: Folder, state: str, report: Report) -> None:
    """Keep the report of a state, unless a check was not finished: it may be, another time.

    If the folder cannot be written, everything is validated again next time.
    """
    if not state or any(problem.code in UNFINISHED for problem in report.problems):
        return
    found = {
        "state": state,
        "problems": [asdict(problem) for problem in report.problems],
        "quotes": dict(report.quotes),
    }
    with suppress(OSError):
        data = sealing.sealed(json.dumps(found, separators=(",", ":")).encode(), FILE)
        disposable.write(disposable.made(folder) / FILE, data)


def _problem(row: dict[str, Any]) -> Problem:
    return Problem(**{**row, "place": Place(**row["place"])})
