"""Catalog that reads only the files with the records that are looked up.

It answers as the catalog of all records does, also while a sheet adds records to it. Names are
looked up in the table of names of an index, and files in the index. Whatever needs more than a few
records, such as a list, reads all files.
"""

from __future__ import annotations

from collections.abc import (
    Callable,
    Collection,
    Container,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from itertools import count
from typing import Any, Final, Protocol, TypeVar

from kb.model.records import Assertion, Claim, Entity, Quote, Record, Relay
from kb.workspace.catalogs.catalog import Declared, Known, Lookup
from kb.workspace.catalogs.labels import Labels, fold, names
from kb.workspace.catalogs.past_files import past
from kb.workspace.catalogs.referrers import Referrers
from kb.workspace.indexing import name_table
from kb.workspace.indexing.name_table import NameTable
from kb.workspace.indexing.partial_reading import Group, NearLabels, OldFiles, Progress

V = TypeVar("V")
Files = Iterable[tuple[str, Sequence[Record]]]
# Look-ups of past records after which all of them are read.
MANY: Final = 20
# Greater than every path of a file.
_NOWHERE: Final = "\U0010ffff"


class Places(Protocol):
    """Where records are stored, as an index knows it."""

    @property
    def names(self) -> NameTable:
        """The table of names of the index."""

    def holding(self, key: str) -> Iterable[str]:
        """Return the files that describe a record (path and id)."""

    def referring(self, key: str) -> Iterable[str]:
        """Return the files with assertions, affiliations and judgements about a record."""

    def pointing(self, key: str) -> Iterable[str]:
        """Return the files with any record that refers to a record."""

    def passages(self, source: str) -> Iterable[str]:
        """Return the files with passages of a source (path and id)."""

    def quoting(self, source: str) -> Iterable[str]:
        """Return the files with records that quote a passage of a source (path and id)."""

    def unnamed(self) -> Iterable[str]:
        """Return the files with entities that a description stands for."""


class NearKnown(Known):
    """The catalog of a knowledge base, read as far as it is looked into."""

    def __init__(
        self,
        base: str,
        predicates: Mapping[str, Declared],
        places: Places,
        read: Callable[[Iterable[str] | None], Files],
        old: Callable[[], OldFiles],
    ) -> None:
        """`read` returns the records of these files, or of all; `old` the files of past records."""
        super().__init__(predicates=predicates, base=base)
        self._places, self._read, self._old = places, read, old
        self._done = Progress()
        self._later = count()
        self._groups_read: list[Group[Any]] = []
        self.entities, self.claims = self._group("entity/"), self._group("claim/")
        self.sources, self.quotes = self._group("source/"), self._group("source/")
        self.assertions, self.relays = self._group("assertion/"), self._group("assertion/")
        self.others = self._group("")
        self.files = Group(self._file, self._whole)
        self.past = Group(self._past, self._before)

    def _group(self, path: str) -> Group[Any]:
        """Return the records whose key begins with a path."""
        found = Group[Any](lambda id: self._look(path + id), self._whole)
        self._groups_read.append(found)
        return found

    def add(self, record: Record, file: str) -> None:
        """Add a record, replacing one with the same id."""
        key = record.path + record.id
        self._done.own[key] = (record, file)
        self._done.at.setdefault(key, (_NOWHERE, next(self._later)))
        super().add(record, file)

    def forget(self, key: str) -> None:
        """Remove a record that was withdrawn or removed."""
        self._done.own[key] = None
        super().forget(key)

    # --- look-ups

    def called(self, kind: str, folded: str) -> list[str]:
        """Return the ids of the present records of a kind with exactly this folded name."""
        return sorted(super().called(kind, folded), key=lambda id: self._order(f"{kind}/{id}"))

    def words(self) -> Lookup:
        """Return a look-up: the ids of present claims in which a word occurs."""
        return lambda word: self._places.names.ids(name_table.WORD, word)

    def likenesses(self, but: Container[str]) -> Lookup:
        """Return a look-up of the ids of present entities by what similar names share."""

        def found(key: str) -> list[str]:
            """Return the ids that the index has for a key, without those that were left out."""
            return [id for id in self._places.names.ids(name_table.ALIKE, key) if id not in but]

        return found

    def stated(self, statement: str) -> list[Claim]:
        """Return the present claims with exactly this statement."""
        folded = fold(statement)
        if not folded:  # the table has no names without words
            self._whole()
        for id in self._places.names.ids("claim", folded):
            self._look(f"claim/{id}")
        return sorted(super().stated(statement), key=lambda one: self._order(f"claim/{one.id}"))

    def said(self, claim: str) -> list[Assertion]:
        """Return the present assertions on a claim."""
        self._refer(f"claim/{claim}")
        return sorted(super().said(claim), key=lambda one: self._order(f"assertion/{one.id}"))

    def about(self, key: str) -> list[Record]:
        """Return the present affiliations and judgements with this record at either end."""
        self._refer(key)
        return sorted(super().about(key), key=lambda one: self._order(one.path + one.id))

    def links(self, assertion: str) -> list[str]:
        """Return the ids of the present relays whose ids begin with that of an assertion."""
        for id in self._places.names.ids(name_table.RELAY, assertion):
            self._look(f"assertion/{id}")
        return sorted(super().links(assertion), key=lambda id: self._order(f"assertion/{id}"))

    def passages(self, source: str) -> list[Quote]:
        """Return the present passages of a source."""
        self._load(self._places.passages(f"source/{source}"))
        found = (quote for quote in self._read_of(self.quotes) if quote.source == source)
        return sorted(found, key=lambda one: self._order(f"source/{one.id}"))

    def quoted(self, sources: Collection[str]) -> set[str | None]:
        """Return the passages of these sources that a present assertion or relay quotes."""
        for source in sources:
            self._load(self._places.quoting(f"source/{source}"))
        quoted = {assertion.quote for assertion in self._read_of(self.assertions)}
        return quoted | {relay.quote for relay in self._read_of(self.relays)}

    def unnamed(self) -> list[Entity]:
        """Return the present entities that a description stands for."""
        self._load(self._places.unnamed())
        found = (one for one in self._read_of(self.entities) if one.naming == "unnamed")
        return sorted(found, key=lambda one: self._order(f"entity/{one.id}"))

    def referring(self, key: str) -> list[Record]:
        """Return the present records that refer to a record (path and id)."""
        self._load(self._places.pointing(key))
        return super().referring(key)

    def homes(self, keys: Collection[str]) -> list[str] | None:
        """Return the files that may describe records (path and id); None for any."""
        found = {name for key in keys for name in self._places.holding(key)}
        return sorted(found.union(name for key in keys for name in self._old().naming(key)))

    def read(self) -> Iterable[Record]:
        """Yield the present records that were read so far."""
        return (one for group in self._groups_read for one in group.read())

    def _similar_to(self, kind: str) -> Iterator[tuple[str, str]]:
        if self._done.complete:
            yield from super()._similar_to(kind)
            return
        own = {key: one for key, one in self._done.own.items() if key.startswith(f"{kind}/")}
        rows = [(c, id) for c, id in self._places.names.names(kind) if f"{kind}/{id}" not in own]
        rows += ((c, one[0].id) for one in own.values() if one for c in names(one[0]))
        ids = {id for _, id in rows}
        yield from ((c, id) for c, id in rows if kind != "claim" or c.replace(" ", "-") in ids)

    def _labels_of(self, kind: str) -> Labels:
        if self._done.complete:
            return super()._labels_of(kind)
        if kind not in self._labels:
            self._labels[kind] = labels = NearLabels(self._places.names, kind)
            for key, own in self._done.own.items():
                if own and key.startswith(f"{kind}/") and not isinstance(own[0], Quote | Relay):
                    labels.add(own[0])
        return self._labels[kind]

    def _with_digest(self, beginning: str) -> list[str]:
        ids = self._places.names.beginning(name_table.DIGEST, beginning)
        found = dict.fromkeys((*ids, *(one.id for one in self._read_of(self.sources))))
        sources = (self.sources.get(id) for id in found)
        return [s.id for s in sources if s and (s.sha256 or "").startswith(beginning)]

    def _read_of(self, group: dict[str, V]) -> list[V]:
        """Return the records of a group that were read so far."""
        return group.read() if isinstance(group, Group) else list(group.values())

    def _order(self, key: str) -> tuple[str, int]:
        """Return the place of a record: all files are read in the order of their names."""
        return self._done.at[key]

    # --- reading

    def _look(self, key: str) -> None:
        """Read the files that describe a record."""
        if not self._done.complete and key not in self._done.asked:
            self._done.asked.add(key)
            self._load(self._places.holding(key))

    def _file(self, key: str) -> None:
        """Read the file of a record, which may be a past one."""
        self._look(key)
        if not dict.__contains__(self.files, key):
            self._past(key)

    def _refer(self, key: str) -> None:
        """Read the files with records that refer to a record."""
        mark = f"> {key}"
        if not self._done.complete and mark not in self._done.asked:
            self._done.asked.add(mark)
            self._load(self._places.referring(key))

    def _past(self, key: str) -> None:
        """Read the files that may describe a past record."""
        if self._done.complete or key in self._done.asked_before:
            return
        self._done.asked_before.add(key)
        if len(self._done.asked_before) > MANY:
            self._before()
        else:
            self._load(self._old().naming(key))

    def _before(self) -> None:
        """Read the files with past records."""
        self._load(self._old().files)

    def _whole(self) -> None:
        """Read all files, in their order."""
        if self._done.complete:
            return
        self._done.complete = True
        for group in (*self._groups_read, self.files, self.past):
            group.clear()
        self._labels.clear()
        self._referrers = Referrers()
        for name, records in self._read(None):
            self._take(name, records)
        for own in self._done.own.values():
            if own:
                super().add(*own)

    def _load(self, names: Iterable[str]) -> None:
        """Read files that were not read yet."""
        new = sorted(set(names) - self._done.loaded) if not self._done.complete else []
        if not new:
            return
        self._done.loaded.update(new)
        for name, records in self._read(new):
            self._take(name, records)

    def _take(self, name: str, records: Sequence[Record]) -> None:
        """Add the records of a file, except where a later one has replaced them."""
        for number, one in enumerate(records):
            key = one.path + one.id
            if not past(name):
                self._done.at[key] = (name, number)
            if key not in self._done.own:
                super().add(one, name)
            elif self._done.complete and (own := self._done.own[key]):
                super().add(*own)
