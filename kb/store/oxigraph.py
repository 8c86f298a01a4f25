"""The index: a pyoxigraph store in memory or on disk.

It is fast and disposable. It normalises literals, so the files remain the reference.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from kb.errors import KbError, Refused, Unreadable
from kb.store import Answer, Triple
from kb.store import faults as fault
from kb.store.nodes import Nodes, Terms

# Seconds. Refreshing one changed file takes about 0.04, so a short wait is mostly enough.
LOCK_WAIT = 0.5
_LOCK_PAUSE = 0.05
# Quads loaded at a time: about 100 MB.
_AT_ONCE = 250_000
# How RocksDB's messages begin when its files are at fault, rather than the query.
ENGINE_FAULTS = ("Corruption", "IO error")
_PLACE = re.compile(r"error at (\d+):(\d+): (?:expected )?(.*)", re.S)
# Ids of this process and of those it was forked from, if they have opened an index for writing.
_writers: set[int] = set()


class EmbeddedStore:
    """A store inside this process. With `path` None it is in memory.

    >>> from kb.store import Term
    >>> store = EmbeddedStore(None)
    >>> s, p = (Term("iri", f"https://example.org/{n}") for n in ("s", "p"))
    >>> store.replace("https://example.org/g", [(s, p, Term("literal", "نعم", language="ar"))])
    >>> list(store.select("SELECT ?o { ?s ?p ?o }").dicts())
    [{'o': 'نعم'}]

    A triple of two graphs is found twice in their union (RDF Dataset merge would find it once):
    write DISTINCT where that can happen.

    Raises `Locked` if another process writes to the index, `Unreadable` if it cannot be opened, and
    `Refused` in a process forked from one that wrote: the engine's threads do not survive the fork,
    so the child would wait for them forever.
    """

    def __init__(self, path: Path | None, read_only: bool = False, keep: object = None) -> None:
        """Open the store. A reference to `keep` is kept until it is closed, which protects its
        files.
        """
        self.path = path
        self._keep = keep
        self.read_only = read_only
        self._store: ox.Store | None = _open(path, read_only)

    @property
    def closed(self) -> bool:
        """Whether the store has been closed."""
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
        """Return the error for a query that the engine gave up: the query or the files may be at
        fault.
        """
        if self.path is not None and _on_disk(error):
            return fault.damaged(error)
        return fault.failed(error)

    def select(self, query: str) -> Answer:
        """Return the rows of a SELECT, in the order of the query."""
        found = self._query(query)
        if not isinstance(found, ox.QuerySolutions):
            raise fault.other_form("SELECT")
        terms = Terms()
        try:
            rows = tuple(tuple(None if c is None else terms.of(c) for c in row) for row in found)
        except TypeError:
            raise fault.no_term() from None
        except (OSError, RuntimeError) as error:
            raise self._failed(error) from None
        return Answer(tuple(variable.value for variable in found.variables), rows)

    def ask(self, query: str) -> bool:
        """Return the result of an ASK."""
        found = self._query(query)
        if not isinstance(found, ox.QueryBoolean):
            raise fault.other_form("ASK")
        return bool(found)

    def construct(self, query: str) -> Sequence[Triple]:
        """Return the triples of a CONSTRUCT or DESCRIBE, without duplicates, sorted."""
        found = self._query(query)
        if not isinstance(found, ox.QueryTriples):
            raise fault.other_form("CONSTRUCT or DESCRIBE")
        of = Terms().of
        try:
            return sorted({(of(t.subject), of(t.predicate), of(t.object)) for t in found})
        except TypeError:
            raise fault.no_term() from None
        except (OSError, RuntimeError) as error:
            raise self._failed(error) from None

    def graphs(self) -> Sequence[str]:
        """Return the IRIs of the graphs, sorted."""
        try:
            return sorted(graph.value for graph in self._live.named_graphs())
        except (OSError, RuntimeError) as error:
            raise self._failed(error) from None

    def replace(self, graph: str, triples: Iterable[Triple]) -> None:
        """Replace the triples of `graph` in one transaction. Without any triples it is removed."""
        nodes = Nodes()
        name = nodes.iri(graph)
        quads = [ox.Quad(nodes.of(s), nodes.of(p), nodes.of(o), name) for s, p, o in triples]
        try:
            if not self._live.contains_named_graph(name):
                self._live.extend(quads)
            elif quads:
                data = " . ".join(f"{q.subject} {q.predicate} {q.object}" for q in quads)
                self._live.update(
                    f"DROP GRAPH {name} ; INSERT DATA {{ GRAPH {name} {{ {data} }} }}"
                )
            else:
                self._live.remove_graph(name)
        except (OSError, RuntimeError) as error:
            raise _unwritten(error) from None

    def fill(self, graphs: Iterable[tuple[str, Iterable[Triple]]]) -> int:
        """Load triples into graphs in large batches, without a transaction, and return their
        number.

        It is for building a new store, which is not used before this has finished.
        """
        quads, done = _quads(graphs), 0
        try:
            while batch := list(islice(quads, _AT_ONCE)):
                self._live.bulk_extend(batch)
                done += len(batch)
            return done
        except (OSError, RuntimeError) as error:
            raise _unwritten(error) from None

    def settle(self) -> None:
        """Compact the store after a bulk load. Queries become about a third faster."""
        try:
            self._live.optimize()
        except (OSError, RuntimeError) as error:
            raise _unwritten(error) from None

    def change(self, graph: str, gone: Iterable[Triple], new: Iterable[Triple]) -> None:
        """Remove triples from `graph` and add others, in one transaction."""
        name = Nodes().iri(graph)
        parts = [("DELETE", _statements(gone)), ("INSERT", _statements(new))]
        updates = [f"{verb} DATA {{ GRAPH {name} {{ {data} }} }}" for verb, data in parts if data]
        try:
            self._live.update(" ; ".join(updates))
        except (OSError, RuntimeError) as error:
            raise _unwritten(error) from None

    def copy(self, place: Path) -> None:
        """Copy the store to another folder of the same disk, with hard links to its files if
        possible.
        """
        try:
            self._live.backup(str(place))
        except (OSError, RuntimeError) as error:
            raise _unwritten(error) from None

    def clear(self) -> None:
        """Remove all triples."""
        try:
            self._live.clear()
        except (OSError, RuntimeError) as error:
            raise _unwritten(error) from None

    def close(self) -> None:
        """Flush buffered writes and release the files. Closing twice is allowed."""
        store, self._store, self._keep = self._store, None, None
        if store is not None and self.path is not None and not self.read_only:
            try:
                store.flush()
            except (OSError, RuntimeError) as error:
                raise _unwritten(error) from None


def _quads(graphs: Iterable[tuple[str, Iterable[Triple]]]) -> Iterator[ox.Quad]:
    for graph, triples in graphs:
        nodes = Nodes()
        name = nodes.iri(graph)
        yield from (ox.Quad(nodes.of(s), nodes.of(p), nodes.of(o), name) for s, p, o in triples)


def _statements(triples: Iterable[Triple]) -> str:
    """Format triples for an update (SPARQL 1.1 Update §3.1.1)."""
    nodes = Nodes()
    return " . ".join(f"{nodes.of(s)} {nodes.of(p)} {nodes.of(o)}" for s, p, o in triples)


def _on_disk(error: Exception) -> bool:
    """Tell whether the engine failed because of its files: missing, damaged, or disk errors.

    Too many open files is not such a failure.
    """
    if isinstance(error, OSError):
        return "Too many open files" not in str(error)
    return str(error).startswith(ENGINE_FAULTS)


def _unwritten(error: Exception) -> Unreadable:
    reason = (str(error).splitlines() or [""])[0][:200].rstrip(". ")
    return Unreadable(
        f"The index cannot be written: {reason}.",
        "no record is lost; free some space, or fix the permissions of .kb",
    )


def _open(path: Path | None, read_only: bool) -> ox.Store:
    """Open a store, waiting briefly for another writer.

    A reader needs no lock, but may arrive while a writer exchanges the files.
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
                    "wait until it ends, or open the index for reading only",
                ) from None
        time.sleep(_LOCK_PAUSE)


def _syntax(query: str, message: str) -> Exception:
    found = _PLACE.match(message)
    if found is None:
        return fault.syntax(query, 0, 0, message.splitlines()[0])
    line, column, expected = int(found[1]), int(found[2]), found[3]
    # The parser's other lists of expected tokens are long, and name keywords that would be refused.
    return fault.syntax(
        query, line, column, "a prefix is not declared" if "Prefix not found" in expected else ""
    )
