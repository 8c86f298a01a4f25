"""How a store follows the text: one changed file is one replaced graph, and what is derived is
worked out as far as that reaches.

The store belongs to nobody else meanwhile, so the steps need not be one transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from kb.errors import Usage
from kb.model.rdf_terms import Triple
from kb.rdf import turtle_reader
from kb.store import Reader, Store
from kb.store.oxigraph import EmbeddedStore
from kb.workspace import folder as folders
from kb.workspace import index_contents, ontology
from kb.workspace.folder import Folder
from kb.workspace.index_contents import Held, Holds

DERIVED: Final = "derived/status"
# Triples; to put fewer in order takes longer than it spares.
MANY: Final = 100_000


class Derivation(Protocol):
    """How the derived graph follows from the records: worked out whole, or only where a change
    reaches.
    """

    def whole(self, store: Reader) -> Sequence[Triple]:
        """All triples of the derived graph."""
        ...

    def rows(self, store: Reader, subjects: Iterable[str]) -> Any:
        """What `revised` must know of records before they change."""
        ...

    def revised(
        self, store: Reader, graph: str, before: Any, subjects: Iterable[str]
    ) -> tuple[Iterable[Triple], Iterable[Triple]]:
        """Triples that the derived graph loses and gains, where records have changed."""
        ...


def build(store: EmbeddedStore, folder: Folder, now: Holds, derive: Derivation) -> Holds:
    """Fill an empty store. Returns what it holds, which is other than `now` where files changed
    meanwhile.
    """
    held: dict[str, Held] = {}
    places = index_contents.paths(folder)

    def graphs() -> Iterator[tuple[str, Sequence[Triple]]]:
        """Each file's graph; what it was read from is recorded on the way."""
        for name in now.files:
            held[name], triples = _parsed(folder, places.get(name))
            yield folder.graph(name), triples

    filled = store.fill(graphs())
    store.fill([(folder.base + DERIVED, derive.whole(store))])
    if filled > MANY:
        store.settle()
    return Holds(now.layout, held)


def follow(
    store: EmbeddedStore, folder: Folder, held: Holds, now: Holds, derive: Derivation
) -> Holds:
    """Bring a store from what it holds to `now`. Returns what it holds then: files can have changed
    meanwhile.
    """
    places = index_contents.paths(folder)
    removed = held.removed(now)
    read = {name: _parsed(folder, places.get(name)) for name in held.changed(now)}
    texts = {name: triples for name, (_, triples) in read.items()} | dict.fromkeys(removed, [])
    if any(name.startswith("ontology/") for name in texts):
        _rederived(store, folder, texts, derive)
    else:
        update(store, folder, texts, derive)
    kept = {name: one for name, one in held.files.items() if name not in texts}
    new = {name: one for name, (one, _) in read.items()}
    return Holds(held.layout, kept | new, held.whole)


def _parsed(folder: Folder, path: Path | None) -> tuple[Held, list[Triple]]:
    """The triples of a file, none where it is broken, and which bytes they were read from."""
    try:
        data = folders.read_bytes(path, folders.LARGEST_FILE) if path else b""
    except Usage:  # too large, gone, or not to be read
        return Held("", _digest(path), broken=True), []
    digest = hashlib.sha256(data).hexdigest()
    try:
        triples = turtle_reader.triples(folders.decode(data, ""), folder.base)
    except (turtle_reader.Broken, Usage):
        return Held("", digest, broken=True), []
    if path and path.parent == folder.root / ontology.PLACE:
        triples = ontology.counted(triples, path)
    return Held("", digest), triples


def _digest(path: Path | None) -> str:
    """The digest of a file whose bytes are not taken in, empty where it cannot be read."""
    try:
        with open(path or "", "rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def update(
    store: EmbeddedStore, folder: Folder, texts: Mapping[str, Sequence[Triple]], derive: Derivation
) -> set[str]:
    """Replace the graphs of files, and what is derived where the difference reaches. Returns the
    ids of claims whose status is another.
    """
    differing = _differing(store, folder, texts)
    subjects = {s.value for s, _, _ in differing}
    if any(s.kind != "iri" for s, _, _ in differing):  # nobody can tell what such a node was before
        return _rederived(store, folder, texts, derive)
    rows = derive.rows(store, subjects)
    _replace(store, folder, texts)
    gone, new = derive.revised(store, folder.base + DERIVED, rows, subjects)
    store.change(folder.base + DERIVED, gone, new)
    return _judged(folder, (*gone, *new))


def _rederived(
    store: EmbeddedStore, folder: Folder, texts: Mapping[str, Sequence[Triple]], derive: Derivation
) -> set[str]:
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
        rows = store.select(
            f"SELECT ?s ?p ?o {{ GRAPH <{folder.graph(name)}> {{ ?s ?p ?o }} }}"
        ).rows
        out |= {(s, p, o) for s, p, o in rows if s and p and o} ^ set(triples)
    return out


def _replace(store: Store, folder: Folder, texts: Mapping[str, Sequence[Triple]]) -> None:
    for name, triples in texts.items():
        store.replace(folder.graph(name), triples)
