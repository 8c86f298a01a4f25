"""The index follows the text: one changed file is one replaced graph. It lives in the disposable folder; deleting it loses nothing.

It holds what counts now: files of past records are left out.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from kb import folder as folders
from kb import turtle
from kb.errors import Unreadable, Usage
from kb.folder import Folder
from kb.known import past
from kb.store import Reader, Store
from kb.store.embedded import EmbeddedStore
from kb.terms import Triple

# Raised when what is derived, or how it is stored, changes: older indexes are then built anew.
LAYOUT = 3
DERIVED = "derived/status"
# Triples; to put fewer in order takes longer than it spares.
MANY = 100_000


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did: graphs replaced and removed, and the files that are not Turtle and so are missing from every answer."""

    replaced: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()


class Derivation(Protocol):
    """How the derived graph follows from the records: worked out whole, or only where a change reaches."""

    def whole(self, store: Reader) -> Sequence[Triple]:
        """All triples of the derived graph."""
        ...

    def rows(self, store: Reader, subjects: Iterable[str]) -> Any:
        """What `revised` must know of records as they stood, before they change."""
        ...

    def revised(self, store: Reader, graph: str, before: Any, subjects: Iterable[str]) -> tuple[Iterable[Triple], Iterable[Triple]]:
        """Triples that the derived graph loses and gains, where records have changed."""
        ...


def path(folder: Folder) -> Path:
    """Where the index lies."""
    return folder.cache / "index"


def refresh(folder: Folder, derivation: Callable[[], Derivation]) -> Refreshed:
    """Bring the index up to the text. What is derived is worked out where a change reaches, or whole where that may be everywhere.

    `derivation` is called only if something changed. Raises Locked where another process holds the index.
    """
    try:
        return _refresh(folder, derivation)
    except Unreadable:  # damaged: built anew from the text
        drop(folder)
        return _refresh(folder, derivation)


def _refresh(folder: Folder, derivation: Callable[[], Derivation]) -> Refreshed:
    before = _manifest(folder)
    now = _stamps(folder, before)
    if before == now and path(folder).is_dir():
        return Refreshed(broken=tuple(sorted(f for f, s in now["files"].items() if s[2])))
    there = path(folder).is_dir()
    with _opened(folder) as store:
        before = _manifest(folder) if there else {"files": {}}  # once more: another process may just have been here
        now = _stamps(folder, before)
        if before.get("layout") != now["layout"]:
            before = {"files": {}}
        distrust(folder)  # until all is written, what was noted is not true
        changed = [f for f, s in now["files"].items() if before["files"].get(f, ["", "", 0])[1] != s[1]]
        removed = [f for f in before["files"] if f not in now["files"]]
        if 2 * len(changed) > len(before["files"]):
            changed = list(now["files"])
            broken = _built(store, folder, changed, derivation())
        elif changed or removed:
            broken = _updated(store, folder, changed, removed, derivation())
        for name in changed:
            now["files"][name][2] = int(name in broken)
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
    return {"files": files, "layout": [LAYOUT, folder.base, folder.policy, derivation]}


def derivations(folder: Folder) -> list[Path]:
    """The queries that extract the tables for status, shipped and own."""
    return [p for data in folder.data("queries") for p in sorted((data / "derive").glob("*.rq"))]


def own_derivations(folder: Folder) -> bool:
    """Whether a knowledge base extracts tables by queries of its own, of which it is not known how far a change reaches."""
    return any(not p.is_relative_to(folders.shipped("queries")) for p in derivations(folder))


def _paths(folder: Folder) -> Mapping[str, Path]:
    ontology = {f"ontology/{p.name}": p for data in folder.data("ontology") for p in data.glob("*.ttl")}
    return ontology | {name: folder.root / name for name in folder.files() if not past(name)}


def _parsed(folder: Folder, name: str) -> list[Triple] | None:
    """The triples of a file, None where it is broken."""
    try:
        return turtle.triples(folders.read_text(_paths(folder)[name], folders.LARGEST_FILE), folder.base)
    except (turtle.Broken, Usage):
        return None


def _built(store: EmbeddedStore, folder: Folder, names: Iterable[str], derive: Derivation) -> set[str]:
    """Everything anew. Returns the names of broken files."""
    broken = set[str]()

    def graphs() -> Iterator[tuple[str, Sequence[Triple]]]:
        """Each file's graph; which cannot be read is noted on the way."""
        for name in names:
            triples = _parsed(folder, name)
            if triples is None:
                broken.add(name)
            yield folder.base + name, triples or ()

    store.clear()
    filled = store.fill(graphs())
    store.fill([(folder.base + DERIVED, derive.whole(store))])
    if filled > MANY:
        store.settle()
    return broken


def _updated(store: EmbeddedStore, folder: Folder, changed: Iterable[str], removed: Iterable[str], derive: Derivation) -> set[str]:
    """What changed, and what is derived where that reaches. Returns the names of broken files."""
    parsed = {name: _parsed(folder, name) for name in changed}
    texts = {name: triples or [] for name, triples in parsed.items()} | dict.fromkeys(removed, [])
    if own_derivations(folder) or any(name.startswith("ontology/") for name in texts):
        _rederived(store, folder, texts, derive)
    else:
        update(store, folder, texts, derive)
    return {name for name, triples in parsed.items() if triples is None}


def update(store: EmbeddedStore, folder: Folder, texts: Mapping[str, Sequence[Triple]], derive: Derivation) -> set[str]:
    """Replace the graphs of files, and what is derived where the difference reaches. Returns the ids of claims whose status is another."""
    differing = _differing(store, folder, texts)
    subjects = {s.value for s, _, _ in differing}
    if any(s.kind != "iri" for s, _, _ in differing):  # nobody can tell what such a node was before
        return _rederived(store, folder, texts, derive)
    rows = derive.rows(store, subjects)
    _replace(store, folder, texts)
    gone, new = derive.revised(store, folder.base + DERIVED, rows, subjects)
    store.change(folder.base + DERIVED, gone, new)
    return _judged(folder, (*gone, *new))


def _rederived(store: EmbeddedStore, folder: Folder, texts: Mapping[str, Sequence[Triple]], derive: Derivation) -> set[str]:
    """Replace the graphs of files, and all that is derived, since the change may be everywhere."""
    _replace(store, folder, texts)
    found = derive.whole(store)
    store.replace(folder.base + DERIVED, ())
    store.fill([(folder.base + DERIVED, found)])
    return _judged(folder, found)


def _judged(folder: Folder, triples: Iterable[Triple]) -> set[str]:
    """Ids of the claims of which these triples tell the status."""
    prefix = f"{folder.base}status/"
    return {s.value.removeprefix(prefix) for s, _, _ in triples if s.value.startswith(prefix)}


def _differing(store: Store, folder: Folder, texts: Mapping[str, Sequence[Triple]]) -> set[Triple]:
    """Triples that are told now and were not before, or the other way round."""
    out: set[Triple] = set()
    for name, triples in texts.items():
        rows = store.select(f"SELECT ?s ?p ?o {{ GRAPH <{folder.base}{name}> {{ ?s ?p ?o }} }}").rows
        out |= {(s, p, o) for s, p, o in rows if s and p and o} ^ set(triples)
    return out


def _replace(store: Store, folder: Folder, texts: Mapping[str, Sequence[Triple]]) -> None:
    for name, triples in texts.items():
        store.replace(folder.base + name, triples)


@contextmanager
def _opened(folder: Folder) -> Iterator[EmbeddedStore]:
    path(folder).parent.mkdir(exist_ok=True)
    store = EmbeddedStore(path(folder))
    try:
        yield store
    finally:
        store.close()


def reader(folder: Folder) -> Reader:
    """The index for reading."""
    return EmbeddedStore(path(folder), read_only=True)


def distrust(folder: Folder) -> None:
    """Have the next refresh open the index instead of believing what was noted of it."""
    (folder.cache / "digests.json").unlink(missing_ok=True)


def drop(folder: Folder) -> None:
    """Delete the index; the next refresh builds it anew."""
    shutil.rmtree(folder.cache, ignore_errors=True)
