"""The last report of a validation, kept with everything that the next one needs to know.

A report depends on the bytes of all stored files, ontology files, own queries and texts, on the
settings, and on the program. Of stored files, the texts are kept as well, so that the next
validation can tell which records have changed. All of it is in the disposable folder: the report
under a seal, and each text under its digest, which the report names.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from kb.app.checks.condition import Condition
from kb.errors import Place, Problem
from kb.workspace.caches import cache as disposable
from kb.workspace.caches import document_library, sealing
from kb.workspace.files.folder import LARGEST_FILE, Folder, shipped

# The name of the cache file.
FILE: Final = "validation.json"
# Problems of checks that took too long.
UNFINISHED: Final = ("check-unfinished", "own-check")
PACKAGE: Final = Path(__file__).parents[2]
# The types (IRIs) of the records that a file describes, by key or IRI.
Types = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Parts:
    """A report by where its problems come from: reading single files, shapes and values, and saved
    checks. `quotes` are passages by outcome, and `past` the types of records by file of past ones.
    """

    read: tuple[Problem, ...] = ()
    shaped: tuple[Problem, ...] = ()
    checked: tuple[Problem, ...] = ()
    quotes: Mapping[str, str] = field(default_factory=dict)
    past: Mapping[str, Types] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class State:
    """What a report depends on: the stored files by digest, the digests of the texts, and a digest
    of everything else. `problems` is a digest of the condition's problems.
    """

    files: Mapping[str, str]
    texts: Sequence[str]
    rules: str
    problems: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A report in parts, and the state that it is about."""

    state: State
    parts: Parts


def state(folder: Folder, found: Condition) -> State | None:
    """Return everything that a report depends on; equal states mean equal reports. None if
    something cannot be read.
    """
    if any(not digest for digest in found.digests.values()):
        return None
    files = {n: d for n, d in found.digests.items() if n.startswith("claims/")}
    others = (i for i in found.digests.items() if not i[0].startswith(("claims/", "documents/")))
    rules = (sorted(others), folder.base, folder.passages, folder.policy, program())
    texts = sorted(document_library.by_digest(folder))
    return State(files, texts, _digest(rules), _digest(found.problems))


def _digest(parts: object) -> str:
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


def kept(folder: Folder) -> Kept | None:
    """Return the report that is kept, or None if there is none."""
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        body = sealing.opened(disposable.place(folder, FILE).read_bytes(), FILE)
        found = json.loads(body or b"")
        parts = found["parts"]
        problems = {
            name: tuple(_problem(row) for row in parts[name])
            for name in ("read", "shaped", "checked")
        }
        return Kept(
            State(**found["state"]), Parts(**problems, quotes=parts["quotes"], past=parts["past"])
        )
    return None


def keep(folder: Folder, state: State, parts: Parts, texts: Mapping[str, str]) -> None:
    """Keep the report of a state, unless a check was not finished: it may be, another time.
    `texts` has stored files, by path, whose texts are not kept yet.

    If the folder cannot be written, everything is validated again next time.
    """
    if any(problem.code in UNFINISHED for problem in parts.checked):
        return
    found = asdict(Kept(state, parts))
    with suppress(OSError):
        place = disposable.made(folder, disposable.VALIDATED)
        for name, text in texts.items():
            _keep_text(place, state.files.get(name, ""), text.encode())
        data = sealing.sealed(json.dumps(found, separators=(",", ":")).encode(), FILE)
        disposable.write(disposable.made(folder) / FILE, data)
        used = set(state.files.values())
        for path in place.iterdir():
            if path.name not in used and "." not in path.name:
                path.unlink(missing_ok=True)


def _keep_text(place: Path, digest: str, data: bytes) -> None:
    """Keep the text of a stored file in a folder, if it has this digest."""
    if not (place / digest).exists() and hashlib.sha256(data).hexdigest() == digest:
        disposable.write(place / digest, zlib.compress(data, 1))


def text(folder: Folder, digest: str) -> str | None:
    """Return the text of a stored file as it was validated, or None if it is not kept."""
    with suppress(OSError, ValueError, zlib.error):
        place = disposable.place(folder, disposable.VALIDATED, digest)
        data = zlib.decompressobj().decompress(place.read_bytes(), LARGEST_FILE)
        return data.decode() if hashlib.sha256(data).hexdigest() == digest else None
    return None


def _problem(row: dict[str, Any]) -> Problem:
    return Problem(**{**row, "place": Place(**row["place"])})
