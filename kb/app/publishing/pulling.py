"""Pull of a knowledge base from a SPARQL server: canonical files that validate, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb import notes
from kb.app import stored_files
from kb.app.audit import verification
from kb.app.inquiry import servers
from kb.app.publishing.published import unchanged
from kb.app.session import Session
from kb.app.stored_files import File
from kb.app.views.public import home, public
from kb.errors import Conflict, Invalid, Refused
from kb.exchange.dataset import Graph
from kb.model import values
from kb.model.rdf_terms import Triple
from kb.rdf import normalized, turtle_writer
from kb.store.endpoint import RemoteStore
from kb.workspace.caches import server_findings
from kb.workspace.catalogs.past_files import past
from kb.workspace.files.server_settings import Server
from kb.workspace.log import log_entries
from kb.workspace.transactions import transaction


@dataclass(frozen=True, slots=True)
class Pull:
    """The work of a pull: files written, files removed, and the number of those that are the same
    here.
    """

    written: tuple[str, ...]
    removed: tuple[str, ...]
    same: int


def pull(session: Session, server: Server, dry_run: bool = False, force: bool = False) -> Pull:
    """Make this knowledge base have the records that the server has. What is derived is computed
    here, and what is marked sensitive here stays.

    Raises Conflict if a file here has a version that the server never had, unless `force` is set;
    Refused if the server has no complete push of this knowledge base, or its graphs were changed
    by others; Invalid if the records have errors.
    """
    store = servers.store(server)
    there, content = _listed(store, server, session.folder.base)
    if unchanged(session, server, content):
        return Pull((), (), len(there))
    here = _here(session)
    wanted = {p: pair for p, pair in there.items() if _differs(here.shown.get(p), pair[1])}
    gone = [path for path in here.shown if path not in there]
    if not force:
        _unchanged(here.shown, {path: graph for path, (_, graph) in wanted.items()}, gone)
    if not dry_run:
        if wanted or gone:
            found = _fetched(store, server, session.folder.base, wanted)
            _write(session, server, here, {**found, **dict.fromkeys(gone, ())})
        place = servers.place(server, session.folder.base)
        server_findings.keep_pushed(session.folder, place, content)
    same = len(there) - len(wanted)
    return Pull(tuple(map(here.home, wanted)), tuple(map(here.home, gone)), same)


def _write(
    session: Session, server: Server, here: _Here, found: Mapping[str, Sequence[Triple]]
) -> None:
    """Write what the server has in its files, if it has no errors."""
    base = session.folder.base
    texts = {here.home(path): here.text(path, triples, base) for path, triples in found.items()}
    _check(session, here.files, texts)
    seen = {path: here.files[path].text for path in texts if path in here.files}
    transaction.commit(session.folder, texts, seen, f"pull {server.shown}")


@dataclass(frozen=True, slots=True)
class _Here:
    """The files of present records by path, those of their public part by the path that it has on
    a server, and all files in their order. `paths` are those on a server, by the path here.
    """

    files: Mapping[str, File]
    shown: Mapping[str, File]
    every: Sequence[File]
    paths: Mapping[str, str]

    def home(self, path: str) -> str:
        """Return the path here of a file that has this path on a server. It stays the same if the
        file at the path here has another one now, because files were added or removed.
        """
        if self.shown is self.files:
            return path
        found = home(path, self.every)
        return found if self.paths.get(found, path) == path else path

    def text(self, path: str, found: Sequence[Triple], base: str) -> str:
        """Return the new text of a file: what the server has, and what is not public here. A text
        without records is empty.
        """
        whole, shown = self.files.get(self.home(path)), self.shown.get(path)
        if whole and whole is not shown:
            found = _with_private(found, whole.triples, shown.triples if shown else ())
        return turtle_writer.compose(found, base) if found else ""


def _here(session: Session) -> _Here:
    """Return the files that are here, and what of them is public."""
    part, every = public(session), session.whole()
    files = _present(every)
    shown = files if part is session else _present(part.whole())
    return _Here(files, shown, every, {home(path, every): path for path in shown})


def _with_private(
    found: Sequence[Triple], whole: Sequence[Triple], shown: Sequence[Triple]
) -> list[Triple]:
    """Return triples of a server with those of the whole file that are not shown there. Words of
    which only a part is shown are restored. Of a record that is not shown at all, those of the
    server are left out: together they would be a record that nobody wrote.
    """
    public, all_ = set(shown), set(whole)
    short = {triple[:2]: normalized.of(triple) for triple in public - all_}
    private = [triple for triple in whole if triple not in public]
    words = {short[t[:2]]: t for t in private if t[:2] in short}
    hidden = {triple[0] for triple in whole} - {triple[0] for triple in shown}
    out = [words.get(normalized.of(t), t) for t in found if t[0] not in hidden]
    known = {normalized.of(triple) for triple in out}
    return out + [t for t in private if t[:2] not in short and normalized.of(t) not in known]


def _present(files: Sequence[File]) -> dict[str, File]:
    """Return the files of present records by path."""
    return {file.path: file for file in files if not past(file.path)}


def _listed(
    store: RemoteStore, server: Server, base: str
) -> tuple[dict[str, tuple[str, Graph]], str]:
    """Return the graphs of files on the server, with their names here, by the path of the file, and
    the digest of the description.

    Raises Refused if the last push was interrupted, or if there was none.
    """
    listed, complete, content, whole = servers.described(store, server, base)
    there = {graph.file: (name, graph) for name, graph in listed.items() if graph.file}
    if other := [path for path in there if not path.startswith("claims/")]:
        raise Refused(
            f"the server names {', '.join(map(values.shown, other))}, which is not a file of "
            "records.",
            "kb push --force, from where the records are, restores its description",
        )
    if there and complete and whole:
        return there, content
    if there and complete:
        raise Refused(
            f"the list of graphs on the server {server.shown} was changed by "
            "another program, or only part of it arrived.",
            "run kb pull again; kb push --force, from where the records are, restores it",
        )
    state = "an interrupted push" if there else "no push"
    raise Refused(
        f"the server {server.shown} has {state} of a knowledge base with the base {base}.",
        "kb push puts one there",
    )


def _fetched(
    store: RemoteStore, server: Server, base: str, wanted: Mapping[str, tuple[str, Graph]]
) -> dict[str, Sequence[Triple]]:
    """Return the triples of files, by path. Raises Refused if a graph is not what was pushed."""
    fetched = {}
    for path, (name, graph) in notes.counted(list(wanted.items()), "fetching graphs"):
        found = servers.triples(store, server, servers.graph(server, base, name))
        if normalized.digest(found) != graph.content:
            raise Refused(
                f"the graph of {path} was changed on the server by another program.",
                "kb push --force, from where the records are, restores it",
            )
        fetched[path] = found
    return fetched


def _differs(file: File | None, graph: Graph) -> bool:
    """Tell whether a file has other triples than a graph."""
    return file is None or normalized.digest(file.triples) != graph.content


def _unchanged(shown: Mapping[str, File], wanted: Mapping[str, Graph], gone: Sequence[str]) -> None:
    """Raise Conflict for files here whose version the server never had."""
    newer = [
        path
        for path, graph in wanted.items()
        if path in shown and _sha(shown[path].text) not in graph.texts | graph.former
    ]
    if newer or gone:
        raise Conflict(
            f"the server never had these versions: {values.some([*newer, *gone])}.",
            "kb push sends them; kb pull --force replaces them, and kb undo brings them back",
        )


def _check(session: Session, files: Mapping[str, File], texts: Mapping[str, str]) -> None:
    """Raise Invalid if the records would have errors."""
    kept = [file for path, file in files.items() if path not in texts]
    problems = []
    for path, text in texts.items():
        if text:
            file, found = stored_files.read(path, text, session.folder.base)
            kept.append(file)
            problems += found
    report = verification.of_files(session, kept)
    errors = [p for p in (*problems, *report.problems) if p.severity == "error"]
    if errors:
        raise Invalid(errors)


def _sha(text: str) -> str:
    return log_entries.sha(text.encode())
