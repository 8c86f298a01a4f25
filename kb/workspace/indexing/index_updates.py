"""Updates of the index: replace the graph of each changed file, and the derived data it affects.

No other process uses the store meanwhile, so the steps need not be one transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from kb import notes
from kb.errors import Usage
from kb.model.rdf_terms import Triple
from kb.model.records import Record
from kb.rdf import decoding, turtle_reader
from kb.reasoning.tables import Contradiction
from kb.store import Reader, Store
from kb.store.oxigraph import EmbeddedStore
from kb.system import garbage
from kb.workspace.caches import record_cache
from kb.workspace.files import folder as folders
from kb.workspace.files import ontology
from kb.workspace.files.folder import Folder
from kb.workspace.indexing import index_contents, name_table, word_table
from kb.workspace.indexing.index_contents import Held, Holds
from kb.workspace.indexing.name_table import Kept, NameWriter, Row

DERIVED: Final = "derived/status"
# Compact the store only if more triples than this were loaded; below it, that does not pay.
MANY: Final = 100_000


class _File(NamedTuple):
    """A file that was just parsed: its state, its text, and its triples, none if it is broken."""

    held: Held
    text: str = ""
    triples: Sequence[Triple] = ()


@dataclass(slots=True)
class Parsed:
    """The content of files that were just parsed: path and records of each stored file, and the
    triples of each ontology file.
    """

    stored: list[tuple[str, Sequence[Record]]] = field(default_factory=list)
    ontology: list[Sequence[Triple]] = field(default_factory=list)

    def add(self, folder: Folder, name: str, file: _File) -> None:
        """Add a file, and cache its records for the next command."""
        if name.startswith(f"{ontology.PLACE}/"):
            self.ontology.append(file.triples)
            return
        records = decoding.records(file.triples, folder.base)
        self.stored.append((name, records))
        if not file.held.broken:
            record_cache.keep(folder, file.text, records)

    def with_digests(self, held: Mapping[str, Held]) -> dict[str, tuple[str, Sequence[Record]]]:
        """Return the digest and records of each stored file."""
        return {name: (held[name].digest, records) for name, records in self.stored}

    def clear(self) -> None:
        """Forget everything, which takes much memory."""
        self.stored.clear()
        self.ontology.clear()


class Derived(NamedTuple):
    """Everything that is derived: the triples of its graph, which can be read once, the status of
    each claim, and the contradictions.
    """

    triples: Iterable[Triple] = ()
    statuses: Mapping[str, Kept] = {}
    contradictions: Sequence[Contradiction] = ()


class Revised(NamedTuple):
    """What a change does to what is derived: triples that are gone and new, the claims that it
    reaches, their statuses and contradictions. A claim without one has none any more.
    """

    gone: Sequence[Triple] = ()
    new: Sequence[Triple] = ()
    reached: AbstractSet[str] = frozenset()
    statuses: Mapping[str, Kept] = {}
    contradictions: Sequence[Contradiction] = ()


# Of each file, its rows in the table of names before and after an update.
Names = Mapping[str, tuple[AbstractSet[Row], AbstractSet[Row]]]


class Updated(NamedTuple):
    """What an update of a store did.

    `changed` are the ids of the claims whose status changed, `reached` those of all that the update
    reaches, None if it may reach every claim; then their statuses and contradictions.
    """

    changed: AbstractSet[str]
    reached: AbstractSet[str] | None
    statuses: Mapping[str, Kept]
    contradictions: Sequence[Contradiction]
    names: Names


class Derivation(Protocol):
    """Computes what is derived from the records: all of it, or only where a change reaches."""

    def whole(self, store: Reader, parsed: Parsed | None = None) -> Derived:
        """Return everything that is derived. `parsed` is the content of the store; it is
        forgotten.
        """
        ...

    def rows(self, store: Reader, subjects: Iterable[str]) -> Any:
        """Return what `revised` needs to know of records before they change."""
        ...

    def revised(self, store: Reader, graph: str, before: Any, subjects: Iterable[str]) -> Revised:
        """Return what a change of records does to what is derived."""
        ...


@dataclass(frozen=True, slots=True)
class Draft:
    """The store and the table of names of an index that is being built."""

    store: EmbeddedStore
    names: NameWriter

    def close(self) -> None:
        """Write everything. Raises OSError or Unreadable."""
        try:
            self.names.close()
        finally:
            self.store.close()


def build(draft: Draft, folder: Folder, now: Holds, derive: Derivation) -> Holds:
    """Fill an empty draft. Return its content; it differs from `now` if files changed."""
    store = draft.store
    held: dict[str, Held] = {}
    places, parsed = index_contents.paths(folder), Parsed()

    def graphs() -> Iterator[tuple[str, Sequence[Triple]]]:
        """Yield each file's graph, and note the state of the file."""
        for name in notes.counted(list(now.files), "building the index"):
            file = _parsed(folder, places.get(name))
            held[name] = file.held
            draft.names.replace(name, new=_rows(folder, name, file.triples))
            parsed.add(folder, name, file)
            yield folder.graph(name), file.triples

    with garbage.paused():
        filled = store.fill(graphs())
    word_table.build(folder, parsed.with_digests(held))
    notes.step("deriving statuses")
    derived = derive.whole(store, parsed)
    store.fill([(folder.base + DERIVED, derived.triples)])
    draft.names.keep(derived.statuses, derived.contradictions)
    if filled > MANY:
        store.settle()
    return Holds(now.layout, held)


def follow(draft: Draft, folder: Folder, held: Holds, now: Holds, derive: Derivation) -> Holds:
    """Update a draft to `now`. Return its content; it differs from `now` if files changed."""
    places = index_contents.paths(folder)
    removed = held.removed(now)
    read = {name: _parsed(folder, places.get(name)) for name in held.changed(now)}
    texts = {name: file.triples for name, file in read.items()} | dict.fromkeys(removed, [])
    declared = any(name.startswith(f"{ontology.PLACE}/") for name in texts)
    record(draft.names, update(draft.store, folder, texts, derive, everything=declared))
    kept = {name: one for name, one in held.files.items() if name not in texts}
    new = {name: file.held for name, file in read.items()}
    return Holds(held.layout, kept | new, held.whole)


def record(names: NameWriter, updated: Updated) -> None:
    """Record an update of the store in the table of names."""
    for name, (before, after) in updated.names.items():
        names.replace(name, before, after)
    names.keep(updated.statuses, updated.contradictions, updated.reached)


def _parsed(folder: Folder, place: str | None) -> _File:
    """Read and parse a file, given its path; None if it is gone."""
    path = Path(place) if place else None
    try:
        data = folders.read_bytes(path, folders.LARGEST_FILE) if path else b""
    except Usage:
        # The file is too large, missing, or not readable.
        return _File(Held("", _digest(path), broken=True))
    digest = hashlib.sha256(data).hexdigest()
    try:
        text = folders.decode(data, "")
        triples = turtle_reader.triples(text, folder.base)
    except (turtle_reader.Broken, Usage):
        return _File(Held("", digest, broken=True))
    if path and path.parent == folder.root / ontology.PLACE:
        triples = ontology.counted(triples, path)
    return _File(Held("", digest), text, triples)


def _digest(path: Path | None) -> str:
    """Return the digest of a file that is not loaded; empty if it cannot be read."""
    try:
        with open(path or "", "rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def update(
    store: EmbeddedStore,
    folder: Folder,
    texts: Mapping[str, Sequence[Triple]],
    derive: Derivation,
    *,
    everything: bool = False,
) -> Updated:
    """Replace the graphs of files, and the derived data that the difference reaches, or may reach
    if that is `everything`.
    """
    before = {name: _stated(store, folder, name) for name in texts}
    names = _names(folder, before, texts)
    differing = {t for name, new in texts.items() for t in before[name].symmetric_difference(new)}
    # Nobody can identify a blank node before and after.
    if everything or any(s.kind != "iri" for s, _, _ in differing):
        return _rederived(store, folder, texts, derive, names)
    subjects = {s.value for s, _, _ in differing}
    rows = derive.rows(store, subjects)
    _replace(store, folder, texts)
    found = derive.revised(store, folder.base + DERIVED, rows, subjects)
    store.change(folder.base + DERIVED, found.gone, found.new)
    changed = _judged(folder, (*found.gone, *found.new))
    return Updated(changed, found.reached, found.statuses, found.contradictions, names)


def _rederived(
    store: EmbeddedStore,
    folder: Folder,
    texts: Mapping[str, Sequence[Triple]],
    derive: Derivation,
    names: Names,
) -> Updated:
    """Replace the graphs of files and all derived data: the change may affect everything."""
    _replace(store, folder, texts)
    found = derive.whole(store)
    store.replace(folder.base + DERIVED, ())
    store.fill([(folder.base + DERIVED, found.triples)])
    changed = {claim for claim, (word, _) in found.statuses.items() if word}
    return Updated(changed, None, found.statuses, found.contradictions, names)


def _names(
    folder: Folder, before: Mapping[str, Iterable[Triple]], after: Mapping[str, Iterable[Triple]]
) -> Names:
    """Return the rows in the table of names of each file, before and after."""
    return {
        name: (_rows(folder, name, before[name]), _rows(folder, name, new))
        for name, new in after.items()
    }


def _rows(folder: Folder, name: str, triples: Iterable[Triple]) -> AbstractSet[Row]:
    """Return what the table of names has of a file; nothing of an ontology file."""
    if name.startswith(f"{ontology.PLACE}/"):
        return frozenset()
    return name_table.rows(triples, folder.base)


def _judged(folder: Folder, triples: Iterable[Triple]) -> set[str]:
    """Return the ids of the claims whose status these triples describe."""
    prefix = f"{folder.base}status/"
    return {s.value.removeprefix(prefix) for s, _, _ in triples if s.value.startswith(prefix)}


def _stated(store: Store, folder: Folder, name: str) -> set[Triple]:
    """Return the triples of a file that a store contains."""
    query = f"SELECT ?s ?p ?o {{ GRAPH <{folder.graph(name)}> {{ ?s ?p ?o }} }}"
    return {(s, p, o) for s, p, o in store.select(query).rows if s and p and o}


def _replace(store: Store, folder: Folder, texts: Mapping[str, Sequence[Triple]]) -> None:
    for name, triples in texts.items():
        store.replace(folder.graph(name), triples)
