"""Checks of an undo: the errors that saved checks would find after it and do not find now.

Only the records that the change can matter to (`kb.app.checks.affected`) are checked, on copies of
the index. Where they cannot be found, all records are checked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path

from kb.app import stored_files
from kb.app.checks import affected, saved_checks
from kb.app.derivation.lookups import Lookups
from kb.app.session import Session
from kb.app.stored_files import File
from kb.errors import Problem, Unreadable
from kb.store import Reader
from kb.store.oxigraph import EmbeddedStore
from kb.workspace.indexing import index
from kb.workspace.indexing.partial_reading import OldFiles


def errors(session: Session, texts: Mapping[str, str]) -> list[Problem]:
    """Return the errors that writing these texts would add. Raises Invalid if a file cannot be
    read, because records would be missing.
    """
    session.condition().check_read()
    now, then = _near(session, texts) or whole(session, texts)
    known = {(p.code, p.subject) for p in now}
    found = {(p.code, p.subject): p for p in then}
    return [problem for key, problem in found.items() if key not in known]


def whole(
    session: Session, texts: Mapping[str, str]
) -> tuple[Sequence[Problem], Sequence[Problem]]:
    """Return the errors in all records, with the files as they are and with these texts."""
    files = session.whole()
    would = [f for f in files if f.path not in texts]
    would += _files(session, {n: t for n, t in texts.items() if t and n.endswith(".ttl")})
    return _in_memory(session, files), _in_memory(session, would)


def _in_memory(session: Session, files: Sequence[File]) -> list[Problem]:
    store = session.memory(files)
    return _errors(session.checks(lambda: store, files))


def _errors(problems: Iterable[Problem]) -> list[Problem]:
    return [p for p in problems if p.severity == "error"]


def _near(
    session: Session, texts: Mapping[str, str]
) -> tuple[Sequence[Problem], Sequence[Problem]] | None:
    """Return the errors near the changed records, or None if all records have to be checked."""
    session.refresh()
    generation = session.generation
    records = all(name.startswith("claims/") for name in texts)
    if not generation or not records or not saved_checks.only_shipped(session.folder):
        return None
    # There may be no room for a copy, or the index may be deleted at this moment.
    with suppress(OSError, Unreadable), ExitStack() as open_:
        copies = [
            open_.enter_context(closing(index.IndexCopy(session.folder, generation))).store
            for _ in range(2)
        ]
        return _compared(session, texts, copies)
    return None


def _compared(
    session: Session, texts: Mapping[str, str], copies: Sequence[Path]
) -> tuple[Sequence[Problem], Sequence[Problem]] | None:
    """Return the errors in the records that writing these texts can matter to. None if these cannot
    be found.
    """
    before = _files(session, {name: session.folder.read(name) for name in texts})
    after = _files(session, texts)
    change = affected.change([f.triples for f in before], [f.triples for f in after])
    if not change.is_traceable:
        return None
    old = list(_old(session, change.subjects(), texts))
    with closing(EmbeddedStore(copies[0])) as store:
        _put(session, store, [*old, *before])
    with closing(EmbeddedStore(copies[1])) as store:
        _put(session, store, [*old, *after])
        look = Lookups(store, session.folder.base)
        if _homes(session, look, change.subjects()) - texts.keys():
            return None
        focus = affected.records(look, change)
    now, then = (_errors(session.checks(_reader(place), [], focus)) for place in copies)
    return now, then


def _put(session: Session, store: EmbeddedStore, files: Iterable[File]) -> None:
    """Replace the graphs of files."""
    for file in files:
        store.replace(session.folder.graph(file.path), file.triples)


def _homes(session: Session, look: Lookups, iris: Iterable[str]) -> set[str]:
    """Return the stored files that describe records."""
    graphs = look.follow("GRAPH ?found { ?x ?property ?value }", iris)
    names = {session.folder.name_of(graph) for graph in graphs}
    return {name for name in names if name.startswith("claims/")}


def _files(session: Session, texts: Mapping[str, str]) -> list[File]:
    base = session.folder.base
    return [stored_files.read(name, text, base)[0] for name, text in texts.items()]


def _old(session: Session, iris: Iterable[str], texts: Collection[str]) -> Iterator[File]:
    """Yield the other files of past records that may refer to a changed record."""
    folder = session.folder
    known = OldFiles(folder.files(), lambda name: folder.stored(name).encode())
    keys = {iri.removeprefix(folder.base) for iri in iris}
    names = {name for key in keys for name in known.naming(key)} - set(texts)
    yield from _files(session, {name: folder.stored(name) for name in sorted(names)})


def _reader(place: Path) -> saved_checks.Open:
    def opened() -> Reader:
        """Open a copy of the index."""
        return EmbeddedStore(place, read_only=True)

    return opened
