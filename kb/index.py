"""The index follows the text: one changed file is one replaced graph. It lives in the disposable folder; deleting it loses nothing.

It holds what counts now: files of past records are left out.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kb import folder as folders
from kb import turtle
from kb.errors import Unreadable, Usage
from kb.folder import Folder
from kb.known import past
from kb.store import Reader, Store
from kb.store.embedded import EmbeddedStore
from kb.terms import Triple

# Raised when what is derived, or how it is stored, changes: older indexes are then built anew.
LAYOUT = 1
DERIVED = "derived/status"


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did: graphs replaced and removed, and the files that are not Turtle and so are missing from every answer."""

    replaced: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()


def path(folder: Folder) -> Path:
    """Where the index lies."""
    return folder.cache / "index"


def refresh(folder: Folder, derive: Callable[[Store], Sequence[Triple]]) -> Refreshed:
    """Bring the index up to the text. `derive` makes the derived graph's triples, and is called only if something changed.

    Raises Locked where another process holds the index.
    """
    try:
        return _refresh(folder, derive)
    except Unreadable:  # damaged: built anew from the text
        drop(folder)
        return _refresh(folder, derive)


def _refresh(folder: Folder, derive: Callable[[Store], Sequence[Triple]]) -> Refreshed:
    before, now = _manifest(folder), _stamps(folder, _manifest(folder))
    if before.get("files") == now["files"] and before.get("layout") == now["layout"] and path(folder).is_dir():
        return Refreshed(broken=tuple(sorted(f for f, s in now["files"].items() if s[2])))
    if before.get("layout") != now["layout"]:
        shutil.rmtree(path(folder), ignore_errors=True)
        before = {"files": {}}
    with _opened(folder) as store:
        (folder.cache / "digests.json").unlink(missing_ok=True)  # until all is written, what was noted is not true
        changed = [f for f, s in now["files"].items() if before["files"].get(f, ["", "", 0])[1] != s[1]]
        removed = [f for f in before["files"] if f not in now["files"]]
        for name in changed:
            now["files"][name][2] = _load(store, folder, name)
        for name in removed:
            store.replace(folder.base + name, ())
        if changed or removed:
            store.replace(folder.base + DERIVED, derive(store))
    folders.write(folder.cache / "digests.json", json.dumps(now))
    return Refreshed(tuple(changed), tuple(removed), tuple(sorted(f for f, s in now["files"].items() if s[2])))


def _manifest(folder: Folder) -> dict:  # type: ignore[type-arg]  # JSON of our own making; anything else reads as empty
    with suppress(OSError, ValueError):
        found = json.loads((folder.cache / "digests.json").read_text())
        if isinstance(found, dict) and isinstance(found.get("files"), dict):
            return found
    return {"files": {}}


def _stamps(folder: Folder, before: dict) -> dict:  # type: ignore[type-arg]
    """Name → [size and time, digest, broken] of every file that is indexed; unchanged size and time spare the reading."""
    files = {}
    for name, file in sorted(_paths(folder).items()):
        stat = file.stat()
        stamp = f"{stat.st_size} {stat.st_mtime_ns}"
        old = before["files"].get(name)
        if old and old[0] == stamp:
            files[name] = list(old)
        else:
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            files[name] = [stamp, digest, old[2] if old and old[1] == digest else 0]
    derivation = hashlib.sha256("".join(p.read_text() for p in derivations(folder)).encode()).hexdigest()
    return {"layout": [LAYOUT, folder.base, folder.policy, derivation], "files": files}


def derivations(folder: Folder) -> list[Path]:
    """The queries that extract the tables for status, shipped and own."""
    return [p for data in folder.data("queries") for p in sorted((data / "derive").glob("*.rq"))]


def _paths(folder: Folder) -> Mapping[str, Path]:
    ontology = {f"ontology/{p.name}": p for data in folder.data("ontology") for p in data.glob("*.ttl")}
    return ontology | {name: folder.root / name for name in folder.files() if not past(name)}


def _load(store: Store, folder: Folder, name: str) -> int:
    """Replace a file's graph; 1 where the file is broken and its graph therefore empty."""
    try:
        found = turtle.triples(folders.read_text(_paths(folder)[name], folders.LARGEST_FILE), folder.base)
    except (turtle.Broken, Usage):
        store.replace(folder.base + name, ())
        return 1
    store.replace(folder.base + name, found)
    return 0


@contextmanager
def _opened(folder: Folder) -> Iterator[Store]:
    path(folder).parent.mkdir(exist_ok=True)
    store = EmbeddedStore(path(folder))
    try:
        yield store
    finally:
        store.close()


def reader(folder: Folder) -> Reader:
    """The index for reading."""
    return EmbeddedStore(path(folder), read_only=True)


def drop(folder: Folder) -> None:
    """Delete the index; the next refresh builds it anew."""
    shutil.rmtree(folder.cache, ignore_errors=True)
