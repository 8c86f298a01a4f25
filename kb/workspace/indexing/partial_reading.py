"""Parts of a catalog that reads only what it needs: records, names, and files of past records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kb.model.records import Record
from kb.workspace.catalogs.labels import Labels
from kb.workspace.catalogs.past_files import past
from kb.workspace.indexing import name_table
from kb.workspace.indexing.name_table import NameTable

V = TypeVar("V")


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

    def read(self) -> list[V]:
        """Return the records that were read so far."""
        return list(super().values())

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


class NearLabels(Labels):
    """The names of one kind of record: those in the table, and those of records that were added."""

    def __init__(self, table: NameTable, kind: str) -> None:
        super().__init__(())
        self._table, self._kind = table, kind

    def __iter__(self) -> Iterator[tuple[str, Iterable[str]]]:
        """Yield each name with the ids of the records that have or had it."""
        yield from ((name, (id,)) for name, id in self._table.names(self._kind))
        yield from super().__iter__()

    def whole(self, name: str) -> Iterable[str]:
        """Return the ids of the records that have or had exactly this name, folded."""
        return dict.fromkeys((*self._table.ids(self._kind, name), *super().whole(name)))

    def loose(self, name: str, last_words: bool) -> Iterator[str]:
        """Yield the ids of the records with a name that begins with this one."""
        yield from self._table.beginning(self._kind, name)
        yield from self._table.ids(name_table.TAIL, name) if last_words else ()
        yield from super().loose(name, last_words)


@dataclass(slots=True)
class Progress:
    """What was read so far: files, keys that were looked up, and keys of past records.

    `own` are records that were added after reading, with their files; None for one that was
    forgotten. `at` has the file of each record, and its place in it.
    """

    loaded: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    asked_before: set[str] = field(default_factory=set)
    complete: bool = False
    own: dict[str, tuple[Record, str] | None] = field(default_factory=dict)
    at: dict[str, tuple[str, int]] = field(default_factory=dict)


class OldFiles:
    """The files of past records."""

    def __init__(self, files: Iterable[str], read: Callable[[str], bytes]) -> None:
        """`files` are the paths of all stored files; `read` returns the bytes of one."""
        self.files = [name for name in files if past(name)]
        self._read = read

    def naming(self, key: str) -> Iterator[str]:
        """Yield the files in which the id of a record may occur: as it is, or with escapes."""
        id = key.partition("/")[2].encode()
        for name in self.files:
            data = self._read(name)
            if id in data or b"\\" in data:
                yield name
