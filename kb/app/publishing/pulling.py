"""Pull of a knowledge base from a SPARQL server: canonical files that validate, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb import notes
from kb.app import stored_files
from kb.app.audit import verification
from kb.app.inquiry import servers
from kb.app.session import Session
from kb.app.stored_files import File
from kb.app.views.public import public
from kb.errors import Conflict, Invalid, Refused
from kb.exchange.dataset import Graph
from kb.model import values
from kb.model.rdf_terms import Triple
from kb.rdf import normalized, turtle_writer
from kb.store.endpoint import RemoteStore
from kb.workspace import log_entries, transaction
from kb.workspace.past_files import past
from kb.workspace.server_settings import Server


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
    here.

    Raises Conflict if a file here has a version that the server never had, unless `force` is set;
    Refused if the server has no complete push of this knowledge base, or its graphs were changed
    by others; Invalid if the records have errors. What is marked sensitive here is not there, so a
    file that has such records counts as a version that the server never had.
    """
    base = session.folder.base
    store = servers.store(server)
    there = _listed(store, server, base)
    files, shown = _present(session), _present(public(session))
    wanted = {path: pair for path, pair in there.items() if _differs(shown.get(path), pair[1])}
    gone = [path for path in shown if path not in there]
    if not force:
        _unchanged(files, {path: graph for path, (_, graph) in wanted.items()}, gone)
    done = Pull(tuple(wanted), tuple(gone), len(there) - len(wanted))
    if not dry_run and (wanted or gone):
        texts = {**_fetched(store, server, base, wanted), **dict.fromkeys(gone, "")}
        _check(session, files, texts)
        seen = {path: files[path].text for path in texts if path in files}
        transaction.commit(session.folder, texts, seen, f"pull {server.name or server.query}")
    return done


def _present(session: Session) -> dict[str, File]:
    """Return the files of present records by path."""
    return {file.path: file for file in session.whole() if not past(file.path)}


def _listed(store: RemoteStore, server: Server, base: str) -> dict[str, tuple[str, Graph]]:
    """Return the graphs of files on the server, with their names here, by the path of the file.

    Raises Refused if the last push was interrupted, or if there was none.
    """
    listed, complete, _, whole = servers.described(store, server, base)
    there = {graph.file: (name, graph) for name, graph in listed.items() if graph.file}
    if other := [path for path in there if not path.startswith("claims/")]:
        raise Refused(
            f"the server names {', '.join(map(values.shown, other))}, which is not a file of "
            "records.",
            "kb push --force, from where the records are, restores its description",
        )
    if there and complete and whole:
        return there
    if there and complete:
        raise Refused(
            f"the list of graphs on the server {server.name or server.query} was changed by "
            "another program, or only part of it arrived.",
            "run kb pull again; kb push --force, from where the records are, restores it",
        )
    state = "an interrupted push" if there else "no push"
    raise Refused(
        f"the server {server.name or server.query} has {state} of a knowledge base with the base "
        f"{base}.",
        "kb push puts one there",
    )


def _fetched(
    store: RemoteStore, server: Server, base: str, wanted: Mapping[str, tuple[str, Graph]]
) -> dict[str, str]:
    """Return the canonical texts of files, by path."""
    texts = {}
    for path, (name, graph) in notes.counted(list(wanted.items()), "fetching graphs"):
        found = servers.triples(store, server, servers.graph(server, base, name))
        texts[path] = _text(found, path, graph, base)
    return texts


def _differs(file: File | None, graph: Graph) -> bool:
    """Tell whether a file has other triples than a graph."""
    return file is None or normalized.digest(file.triples) != graph.content


def _unchanged(files: Mapping[str, File], wanted: Mapping[str, Graph], gone: Sequence[str]) -> None:
    """Raise Conflict for files here whose version the server never had."""
    newer = [
        path
        for path, graph in wanted.items()
        if path in files and _sha(files[path].text) not in graph.texts | graph.former
    ]
    if newer or gone:
        raise Conflict(
            f"the server never had these versions: {values.some([*newer, *gone])}.",
            "kb push sends them; kb pull --force replaces them, and kb undo brings them back",
        )


def _text(triples: Sequence[Triple], path: str, graph: Graph, base: str) -> str:
    """Return the canonical text of a file. Raises Refused if its graph is not what was pushed."""
    if normalized.digest(triples) != graph.content:
        raise Refused(
            f"the graph of {path} was changed on the server by another program.",
            "kb push --force, from where the records are, restores it",
        )
    return turtle_writer.compose(triples, base)


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
