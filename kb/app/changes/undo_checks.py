"""Checks of an undo: the errors that saved checks would find after it and do not find now.

Only records near the changed ones are checked, on copies of the index. Each check of the program
finds errors in a changed record, in records that refer to it or that it refers to, or in records
that share a passage, an assertion or an end of a judgement with it. Where that is not enough, all
records are checked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path

from kb.app import stored_files
from kb.app.changes import dry_run
from kb.app.checks import saved_checks
from kb.app.derivation.lookups import Lookups
from kb.app.session import Session
from kb.app.stored_files import File
from kb.errors import Problem, Unreadable
from kb.model.rdf_terms import Triple
from kb.store import Reader
from kb.store.oxigraph import EmbeddedStore
from kb.workspace.partial_reading import OldFiles

# What records share with a changed one (`?x`), or with what it refers to.
_REFERRING = "?found ?property ?x"
_RELAYED_WITH = "?assertion kb:relay ?x , ?found"
_QUOTING = "?found kb:quote|kb:about|kb:other ?x"
_COPIES = "?x a kb:Source . ?found kb:judgementKind kb:judgement-copy-of"


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
        copies = [open_.enter_context(dry_run.copied(session, generation)) for _ in range(2)]
        return _compared(session, texts, copies)
    return None


def _compared(
    session: Session, texts: Mapping[str, str], copies: Sequence[Path]
) -> tuple[Sequence[Problem], Sequence[Problem]]:
    """Return the errors near the changed records: as they are, and with these texts."""
    before = _files(session, {name: session.folder.read(name) for name in texts})
    after = _files(session, texts)
    differing = _stated(before) ^ _stated(after)
    old = list(_old(session, differing, texts))
    focus: set[str] = set()
    for place, files in zip(copies, (before, after), strict=True):
        with closing(EmbeddedStore(place)) as store:
            for file in (*old, *files):
                store.replace(session.folder.graph(file.path), file.triples)
            focus |= _focus(Lookups(store, session.folder.base), differing)
    now, then = (_errors(session.checks(_reader(place), [], focus)) for place in copies)
    return now, then


def _files(session: Session, texts: Mapping[str, str]) -> list[File]:
    base = session.folder.base
    return [stored_files.read(name, text, base)[0] for name, text in texts.items()]


def _stated(files: Iterable[File]) -> set[Triple]:
    return {triple for file in files for triple in file.triples}


def _old(session: Session, differing: Iterable[Triple], texts: Collection[str]) -> Iterator[File]:
    """Yield the other files of past records that may refer to a changed record."""
    folder = session.folder
    known = OldFiles(folder.files(), lambda name: folder.stored(name).encode())
    keys = {s.value.removeprefix(folder.base) for s, _, _ in differing}
    names = {name for key in keys for name in known.naming(key)} - set(texts)
    yield from _files(session, {name: folder.stored(name) for name in sorted(names)})


def _focus(look: Lookups, differing: Collection[Triple]) -> set[str]:
    """Return the IRIs of the changed records and of those in which a check can find an error."""
    changed = {s.value for s, _, _ in differing if s.kind == "iri"}
    pointed = {
        o.value for _, _, o in differing if o.kind == "iri" and o.value.startswith(look.base)
    }
    near = look.follow(_REFERRING, changed) | look.follow(_RELAYED_WITH, changed)
    near |= look.follow(_QUOTING, pointed) | look.follow(_COPIES, changed)
    return changed | pointed | {look.iri(id) for id in near}


def _reader(place: Path) -> saved_checks.Open:
    def opened() -> Reader:
        """Open a copy of the index."""
        return EmbeddedStore(place, read_only=True)

    return opened
