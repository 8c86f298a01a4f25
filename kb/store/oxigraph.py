"""The index: a pyoxigraph store in memory or on disk. Fast, and disposable: literals are normalised
in it, so text stays the truth.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox

from kb.errors import KbError, Refused, Unreadable
from kb.store import Answer, Term, Triple
from kb.store import faults as fault

LOCK_WAIT = (
    0.5  # seconds: a refresh of a changed file takes about 0.04, so a short wait mostly suffices
)
_LOCK_PAUSE = 0.05
_AT_ONCE = 250_000  # quads that are put in together: about 100 MB
# How RocksDB begins to say that its files are at fault, and not the query.
ENGINE_FAULTS = ("Corruption", "IO error")
_PLACE = re.compile(r"error at (\d+):(\d+): (?:expected )?(.*)", re.S)
_Resource = ox.NamedNode | ox.BlankNode
_Node = _Resource | ox.Literal
_writers: set[int] = (
    set()
)  # this process, and those it was forked from, where they have opened an index to write


class EmbeddedStore:
    """A store inside this process; `path` None keeps it in memory.

    >>> store = EmbeddedStore(None)
    >>> e = [Term("iri", f"https://example.org/{n}") for n in ("s", "p")]
    >>> store.replace("https://example.org/g", [(e[0], e[1], Term("literal", "نعم", language="ar"))])
    >>> list(store.select("SELECT ?o { ?s ?p ?o }").dicts())
    [{'o': 'نعم'}]

    A triple that two graphs hold is found twice in their union, against the standard: write
    DISTINCT where that could happen.
    Raises `Locked` when another process writes to the index, `Unreadable` when it cannot be opened,
    `Refused` in a process that was forked
    from one that wrote: the engine's threads, which would write, stay behind in that one, and a
    child would wait for them for ever.
    """

    def __init__(self, path: Path | None, read_only: bool = False, keep: object = None) -> None:
        """`keep` lives as long as the store is open: what keeps its files from being removed."""
        self.path = path
        self._keep = keep
        self.read_only = read_only
        self._store: ox.Store | None = _open(path, read_only)

    @property
    def closed(self) -> bool:
        """Whether the store has been closed, and answers no more."""
        return self._store is None

    @property
    def _live(self) -> ox.Store:
        if self._store is None:
            raise fault.closed()
        return self._store

    def _query(self, query: str) -> object:
        try:
            return self._live.query(query, use_default_graph_as_union=True)
        except SyntaxError as error:
            raise _syntax(query, str(error)) from None
        except (OSError, ValueError, RuntimeError) as error:
            raise self._failed(error) from None

    def _failed(self, error: Exception) -> KbError:
        """What to say of a query that the engine gave up: whether the query is the reason, or the
        files on disk.
        """
        return (
            fault.damaged(error)
            if self.path is not None and _on_disk(error)
            else fault.failed(error)
        )

    def select(self, query: str) -> Answer:
        """Rows of a SELECT, in query order."""
        found = self._query(query)
        if not isinstance(found, ox.QuerySolutions):
            raise fault.other_form("SELECT")
        try:
            rows = tuple(
                tuple(_term(cell) if cell is not None else None for cell in row) for row in found
            )
        except (OSError, RuntimeError) as error:
            raise self._failed(error) from None
        return Answer(tuple(variable.value for variable in found.variables), rows)

    def ask(self, query: str) -> bool:
        """Truth of an ASK."""
        found = self._query(query)
        if not isinstance(found, ox.QueryBoolean):
            raise fault.other_form("ASK")
        return bool(found)

    def construct(self, query: str) -> Sequence[Triple]:
        """Triples of a CONSTRUCT or DESCRIBE, without duplicates, sorted."""
        found = self._query(query)
        if not isinstance(found, ox.QueryTriples):
            raise fault.other_form("CONSTRUCT or DESCRIBE")
        try:
            return sorted({(_term(t.subject), _term(t.predicate), _term(t.object)) for t in found})
        except (OSError, RuntimeError) as error:
            raise self._failed(error) from None

    def graphs(self) -> Sequence[str]:
        """IRIs of the graphs, sorted."""
        try:
            return sorted(graph.value for graph in self._live.named_graphs())
        except (OSError, RuntimeError) as error:
            raise self._failed(error) from None

    def replace(self, graph: str, triples: Iterable[Triple]) -> None:
        """Make `graph` hold exactly `triples`, in one transaction; none at all removes it."""
        name = _iri(graph)
        quads = [ox.Quad(_resource(s), _iri(p.value), _node(o), name) for s, p, o in triples]
        try:
            if not self._live.contains_named_graph(name):
                self._live.extend(quads)
            elif quads:
                data = " .\n".join(f"{q.subject} {q.predicate} {q.object}" for q in quads)
                self._live.update(
                    f"DROP GRAPH {name} ; INSERT DATA {{ GRAPH {name} {{ {data} }} }}"
                )
            else:
                self._live.remove_graph(name)
        except (OSError, RuntimeError) as error:
            raise _unwritten(error) from None

    def fill(self, graphs: Iterable[tuple[str, Iterable[Triple]]]) -> int:
        """Put triples into graphs, many at a time and in no transaction: to build a store, which is
        none until this has ended.

        Returns how many there were.
        """
        quads: list[ox.Quad] = []
        done = 0
        try:
            for graph, triples in graphs:
                name = _iri(graph)
                quads += (
                    ox.Quad(_resource(s), _iri(p.value), _node(o), name) for s, p, o in triples
                )
                if len(quads) >= _AT_ONCE:
                    self._live.bulk_extend(quads)
                    done += len(quads)
                    quads.clear()
            self._live.bulk_extend(quads)
            return done + len(quads)
        except (OSError, RuntimeError) as error:
            raise _unwritten(error) from None

    def settle(self) -> None:
        """Put in order what is stored, after much was put in: answers then take a third less time."""
        try:
            self._live.optimize()
        except (OSError, RuntimeError) as error:
            raise _unwritten(error) from None

    def change(self, graph: str, gone: Iterable[Triple], new: Iterable[Triple]) -> None:
        """Take triples out of `graph` and put others in, in one transaction."""
        name = _iri(graph)
        parts = [
            (verb, [f"{_resource(s)} {_iri(p.value)} {_node(o)}" for s, p, o in rows])
            for verb, rows in (("DELETE", gone), ("INSERT", new))
        ]
        update = " ; ".join(
            f"{verb} DATA {{ GRAPH {name} {{ {' . '.join(rows)} }} }}"
            for verb, rows in parts
            if rows
        )
        try:
            self._live.update(update)
        except (OSError, RuntimeError) as error:
            raise _unwritten(error) from None

    def copy(self, place: Path) -> None:
        """Make a copy on the same disk, by other names for the same files where it can."""
        try:
            self._live.backup(str(place))
        except (OSError, RuntimeError) as error:
            raise _unwritten(error) from None

    def clear(self) -> None:
        """Remove everything."""
        try:
            self._live.clear()
        except (OSError, RuntimeError) as error:
            raise _unwritten(error) from None

    def close(self) -> None:
        """Write what is buffered and let go of the files; closing twice does no harm."""
        store, self._store, self._keep = self._store, None, None
        if store is not None and self.path is not None and not self.read_only:
            try:
                store.flush()
            except (OSError, RuntimeError) as error:
                raise _unwritten(error) from None


def _on_disk(error: Exception) -> bool:
    """Whether the engine failed because of its files: gone, damaged, or refused by the disk. Too
    many open files is none.
    """
    if isinstance(error, OSError):
        return "Too many open files" not in str(error)
    return str(error).startswith(ENGINE_FAULTS)


def _unwritten(error: Exception) -> Unreadable:
    reason = (str(error).splitlines() or [""])[0][:200].rstrip(". ")
    return Unreadable(
        f"The index cannot be written: {reason}.", "nothing is lost; free space or mend permissions"
    )


def _open(path: Path | None, read_only: bool) -> ox.Store:
    """Open, waiting briefly for another writer; a reader needs no lock, but may come while a writer
    exchanges the files.
    """
    if path is None:
        return ox.Store()
    if not read_only:
        _writers.add(os.getpid())
        if len(_writers) > 1:
            raise Refused(
                "This process was forked from one that has written to an index.",
                "start a new process, or fork before writing",
            )
    deadline = time.monotonic() + LOCK_WAIT
    while True:
        try:
            return ox.Store.read_only(str(path)) if read_only else ox.Store(str(path))
        except (OSError, RuntimeError, ValueError) as error:
            late = time.monotonic() > deadline
            if "lock file" not in str(error) and (late or not read_only or not path.is_dir()):
                raise fault.damaged(error) from None
            if late:
                raise fault.Locked(
                    "Another process is writing to the index.",
                    "wait for it to end, or open it for reading only",
                ) from None
        time.sleep(_LOCK_PAUSE)


def _syntax(query: str, message: str) -> Exception:
    found = _PLACE.match(message)
    if found is None:
        return fault.syntax(query, 0, 0, message.splitlines()[0])
    line, column, expected = int(found[1]), int(found[2]), found[3]
    # Other lists of what the parser expected are long, and name keywords that would be refused.
    return fault.syntax(
        query, line, column, "a prefix is not declared" if "Prefix not found" in expected else ""
    )


def _term(node: object) -> Term:
    match node:
        case ox.NamedNode():
            return Term("iri", node.value)
        case ox.BlankNode():
            return Term("bnode", node.value)
        case ox.Literal():
            language = (
                f"{node.language}--{node.direction.value}"
                if node.direction
                else node.language or ""
            )
            return Term("literal", node.value, node.datatype.value, language)
    raise fault.no_term()


def _iri(value: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(value)
    except ValueError:
        raise fault.bad_iri(value) from None


def _resource(term: Term) -> _Resource:
    return ox.BlankNode(term.value) if term.kind == "bnode" else _iri(term.value)


def _node(term: Term) -> _Node:
    if term.kind != "literal":
        return _resource(term)
    if not term.language:
        return (
            ox.Literal(term.value, datatype=_iri(term.datatype))
            if term.datatype
            else ox.Literal(term.value)
        )
    language, _, direction = term.language.partition("--")
    return ox.Literal(
        term.value, language=language, direction=ox.BaseDirection(direction) if direction else None
    )
