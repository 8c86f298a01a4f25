"""Catalog that reads only the files with the records that are looked up.

It answers as the catalog of all records does. Whatever needs more than a few records, such as a
list, or a name that is no id, reads all files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from kb.model.records import Affiliation, Assertion, Judgement, Record
from kb.workspace.catalog import Declared, Known
from kb.workspace.past_files import past
from kb.workspace.referrers import Referrers

V = TypeVar("V")
Files = Iterable[tuple[str, Sequence[Record]]]


class Places(Protocol):
    """Where records are stored, as an index knows it."""

    def holding(self, key: str) -> Iterable[str]:
        """Return the files that describe a record (path and id)."""

    def referring(self, key: str) -> Iterable[str]:
        """Return the files with assertions, affiliations and judgements about a record."""


class Group(dict[str, V]):
    """Records by id, which are read when one is looked up, or all when there is a need for all."""

    def __init__(self, look: Callable[[str], None], whole: Callable[[], None]) -> None:
        """`look` reads the record with an id, and `whole` reads all of them."""
        super().__init__()
        self._look, self._whole = look, whole

    def __contains__(self, id: object) -> bool:
        if not super().__contains__(id):
            self._look(str(id))
        return super().__contains__(id)

    def __missing__(self, id: str) -> V:
        if id in self:
            return self[id]
        raise KeyError(id)

    def get(self, id: str, default: Any = None) -> Any:
        """Return a record, or the default if there is none."""
        return super().get(id, default) if id in self else default

    def __iter__(self) -> Iterator[str]:
        self._whole()
        return super().__iter__()

    def __len__(self) -> int:
        self._whole()
        return super().__len__()

    def keys(self) -> Any:
        """Return all ids."""
        self._whole()
        return super().keys()

    def values(self) -> Any:
        """Return all records."""
        self._whole()
        return super().values()

    def items(self) -> Any:
        """Return all records by id."""
        self._whole()
        return super().items()


class NearKnown(Known):
    """The catalog of a knowledge base, read as far as it is looked into. For looking only: a
    record that was added could be replaced by the stored one.
    """

    def __init__(
        self,
        base: str,
        predicates: Mapping[str, Declared],
        places: Places,
        read: Callable[[Iterable[str] | None], Files],
        names: Callable[[], Iterable[str]],
    ) -> None:
        """`read` returns the records of these files, or of all; `names` returns all files."""
        super().__init__(predicates=predicates, base=base)
        self._places, self._read, self._names = places, read, names
        self._loaded = set[str]()
        self._asked = set[str]()
        self._complete = False
        self._groups_read: list[Group[Any]] = []
        self.entities, self.claims = self._group("entity/"), self._group("claim/")
        self.sources, self.quotes = self._group("source/"), self._group("source/")
        self.assertions, self.relays = self._group("assertion/"), self._group("assertion/")
        self.others = self._group("")
        self.files = Group(self._file, self._whole)
        self.past = Group(lambda _: self._before(), self._before)

    def _group(self, path: str) -> Group[Any]:
        """Return the records whose key begins with a path."""
        found = Group[Any](lambda id: self._look(path + id), self._whole)
        self._groups_read.append(found)
        return found

    def said(self, claim: str) -> list[Assertion]:
        """Return the present assertions on a claim."""
        self._refer(f"claim/{claim}")
        return sorted(super().said(claim), key=lambda one: self._order(f"assertion/{one.id}"))

    def stated(self, statement: str) -> Any:
        """Return the present claims with exactly this statement."""
        self._whole()
        return super().stated(statement)

    def ties(self, entity: str) -> list[Affiliation]:
        """Return the affiliations that count and have an entity at either end, by id."""
        self._refer(f"entity/{entity}")
        return super().ties(entity)

    def judgements(self, key: str) -> list[Judgement]:
        """Return the judgements that count and are about a record (path and id), by id."""
        self._refer(key)
        return super().judgements(key)

    def links(self, assertion: str) -> list[str]:
        """Return the ids of the present relays whose ids begin with that of an assertion."""
        self._look(f"assertion/{assertion}")
        return super().links(assertion)

    def all(self) -> Iterable[Record]:
        """Yield all present records."""
        self._whole()
        return super().all()

    def _order(self, key: str) -> str:
        """Return the file of a record: all files are read in the order of their names."""
        return self.files[key]

    def _look(self, key: str) -> None:
        """Read the files that describe a record."""
        if not self._complete and key not in self._asked:
            self._asked.add(key)
            self._load(self._places.holding(key))

    def _file(self, key: str) -> None:
        """Read the file of a record, which may be a past one."""
        self._look(key)
        if not dict.__contains__(self.files, key):
            self._before()

    def _refer(self, key: str) -> None:
        """Read the files with records that refer to a record."""
        mark = f"> {key}"
        if not self._complete and mark not in self._asked:
            self._asked.add(mark)
            self._load(self._places.referring(key))

    def _before(self) -> None:
        """Read the files with past records."""
        self._load(name for name in self._names() if past(name))

    def _whole(self) -> None:
        """Read all files, in their order."""
        if self._complete:
            return
        self._complete = True
        for group in (*self._groups_read, self.files, self.past):
            group.clear()
        self._referrers = Referrers()
        for name, records in self._read(None):
            for one in records:
                self.add(one, name)

    def _load(self, names: Iterable[str]) -> None:
        """Read files that were not read yet."""
        new = sorted(set(names) - self._loaded) if not self._complete else []
        if not new:
            return
        self._loaded.update(new)
        for name, records in self._read(new):
            for one in records:
                self.add(one, name)
