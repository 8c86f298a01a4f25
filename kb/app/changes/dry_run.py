"""Dry runs of plans on a copy of the index. Only what the change affects is checked and computed.

The session keeps the copy: if the plan is written, it becomes the next index.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Final

from kb.app import stored_files
from kb.app.derivation import kept_statuses
from kb.app.derivation.kept_statuses import Statuses
from kb.app.derivation.lookups import Lookups
from kb.app.session import Session
from kb.app.stored_files import TYPE, File
from kb.errors import Unreadable
from kb.model.rdf_terms import Triple
from kb.store import Reader
from kb.store.oxigraph import EmbeddedStore
from kb.workspace.catalogs.past_files import history, past
from kb.workspace.files import folder, ontology
from kb.workspace.indexing import index
from kb.workspace.indexing.index_updates import Updated
from kb.workspace.log.log_folder import OWN_PREDICATES


@dataclass(frozen=True, slots=True)
class Trial:
    """The result of a dry run: a store to query, and the statuses of claims after the change."""

    reader: Callable[[], Reader]
    files: list[File]
    outcome: Statuses


# The own predicates in the index, apart from those of the program.
_DECLARED: Final = OWN_PREDICATES.replace("/", f"/{ontology.OWN}/", 1)


def _indexed(name: str) -> str:
    """Return the name in the index of a file that a plan changes."""
    return _DECLARED if name == OWN_PREDICATES else name


def trial(
    session: Session, texts: Mapping[str, str], focus: Collection[str], claims: Iterable[str]
) -> Trial:
    """Try new texts of files, by path, on a copy of the index.

    `focus` are the keys of the records to check, `claims` the ids of claims whose status is always
    computed. The `files` of the result contain the focus records and the records they refer to. If
    there is no index to copy, the whole knowledge base is read, and the result is about all of it.
    """
    base = session.folder.base
    new = [stored_files.read(_indexed(name), text, base)[0] for name, text in texts.items()]
    session.refresh()
    tried, generation = None, session.generation
    if generation:
        # There may be no room for a copy, or the index may be deleted at this moment.
        with suppress(OSError, Unreadable):
            tried = _on_copy(session, generation, new, focus, claims)
    return tried or from_text(session, new)


def _on_copy(
    session: Session,
    generation: index.Generation,
    new: list[File],
    focus: Collection[str],
    claims: Iterable[str],
) -> Trial:
    copy = index.IndexCopy(session.folder, generation)
    indexed = [f for f in new if not past(f.path)]
    with closing(EmbeddedStore(copy.store)) as store:
        update = index.update(
            store, session.folder, {f.path: f.triples for f in indexed}, session.derivation()
        )
        found = _statuses(generation, update, {*claims, *update.changed})
        files = sorted([*new, *_around(session, store, new, focus)], key=lambda f: f.path)
    if not any(f.path == _DECLARED for f in new):  # its statements are read in another way
        digests = {f.path: folder.digest(f.text) if f.text else "" for f in indexed}
        session.cache.tried = index.Tried(copy, generation.place, digests, update)

    def opened() -> Reader:
        """Open the copy, or a store of the text if somebody deleted the copy."""
        try:
            return EmbeddedStore(copy.store, read_only=True)
        except Unreadable:
            return from_text(session, new).reader()

    return Trial(opened, files, found)


def _statuses(generation: index.Generation, update: Updated, claims: set[str]) -> Statuses:
    """Return the statuses of claims after an update. The index still has those that the update does
    not reach. Raises Damaged.
    """
    found = {claim: text for claim, (_, text) in update.statuses.items() if claim in claims}
    if update.reached is not None and (others := claims - update.reached):
        with closing(generation.names()) as names:
            found |= {claim: text for claim in others for text in names.statuses([claim])}
    return kept_statuses.read(found[claim] for claim in sorted(found))


def from_text(session: Session, new: list[File]) -> Trial:
    """Dry-run a plan on the texts of the whole knowledge base, with `new` in place of its files."""
    paths = {f.path for f in new}
    files = sorted(
        [*(f for f in session.whole() if f.path not in paths), *new], key=lambda f: f.path
    )
    store = session.memory([f for f in files if not past(f.path)])
    return Trial(lambda: store, files, session.outcome(store))


def _around(session: Session, store: Reader, new: list[File], focus: Collection[str]) -> list[File]:
    """Return the other files that describe the focus records, their sources or their passages,
    and the types of everything else that the focus records refer to.
    """
    look = Lookups(store, session.folder.base)
    iris = {look.iri(id) for id in focus}
    written = {f.path for f in new}
    names = _names(session, look, _sources(look, new, focus), focus)
    names |= {history(name) for name in written if name != _DECLARED}
    read = [_stored(session, name) for name in sorted(names - written)]
    pointed = {t[2].value for t in _stated(iris, [*new, *read]) if t[2].kind == "iri"}
    described = {t[0].value for f in (*new, *read) for t in f.triples if t[1].value == TYPE}
    # A record in two places would have to be validated by the slow engine.
    return [*read, File("", "", look.types(pointed - described))]


def _sources(look: Lookups, new: Sequence[File], focus: Collection[str]) -> set[str]:
    """Return the keys of the sources that the focus records are, belong to, or refer to."""
    iris = {look.iri(id) for id in focus}
    pointed = {look.id(t[2].value) for t in _stated(iris, new) if t[2].kind == "iri"}
    found = {id.partition("#")[0] for id in pointed.union(focus)}
    return {key for key in found if key.startswith("source/")}


def _stated(iris: Collection[str], files: Iterable[File]) -> Iterator[Triple]:
    """Return what files state about these subjects."""
    return (t for f in files for t in f.triples if t[0].value in iris)


def _names(session: Session, look: Lookups, sources: set[str], focus: Collection[str]) -> set[str]:
    """Return the files, with their histories, that describe these records and passages of these
    sources.
    """
    homes = look.follow("GRAPH ?found { ?x a ?type }", {*focus, *sources})
    homes |= look.follow("GRAPH ?found { ?quote kb:source ?x }", sources)
    stored = {session.folder.name_of(home) for home in homes if home.startswith("claims/")}
    return stored | {history(home) for home in stored}


def _stored(session: Session, name: str) -> File:
    return stored_files.read(name, session.folder.read(name), session.folder.base)[0]
