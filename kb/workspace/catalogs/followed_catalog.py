"""Catalog of all records that follows changes: only files that changed are read again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kb.model.records import Record
from kb.workspace.caches import record_cache
from kb.workspace.caches.record_cache import Recent
from kb.workspace.catalogs.catalog import Known
from kb.workspace.catalogs.past_files import past
from kb.workspace.files.folder import Folder

# Key (path and id) of a present record that a change adds, replaces or removes → it before and
# after.
Changed = dict[str, tuple[Record | None, Record | None]]


@dataclass(slots=True)
class FollowedCatalog:
    """A catalog of all records, with the digest and the records of each file that it has."""

    known: Known
    _digests: dict[str, str] = field(default_factory=dict)
    _records: dict[str, dict[str, Record]] = field(default_factory=dict)
    # Whether no record is in two files, so that a file can be replaced without the others.
    _apart: bool = True

    def read(self, folder: Folder, recent: Recent | None = None) -> None:
        """Read all files into the empty catalog. `recent` is that of `record_cache.records`."""
        for name, digest, records in record_cache.digested(folder, recent):
            self._take(name, digest, records)

    def follow(self, folder: Folder, digests: Mapping[str, str]) -> Changed | None:
        """Read the files again whose digests (SHA-256, by path) are not those that were read.

        Return the present records that changed; None if the catalog cannot follow. Its content is
        then not that of any state.
        """
        if not self._apart or folder.base != self.known.base:
            return None
        names = folder.files()
        stale = [name for name in names if self._digests.get(name) != digests.get(name)]
        stale += self._digests.keys() - set(names)
        before = self._present(stale)
        read = list(record_cache.digested_of(folder, stale))
        self._leave(stale, {name: records for name, _, records in read})
        for name, digest, records in read:
            self._take(name, digest, records)
        after = self._present(stale)
        pairs = {key: (before.get(key), after.get(key)) for key in before | after}
        return {k: pair for k, pair in pairs.items() if pair[0] != pair[1]} if self._apart else None

    def _present(self, names: Iterable[str]) -> dict[str, Record]:
        """Return the records of these files by key, without past ones."""
        found = (self._records.get(name, {}) for name in names if not past(name))
        return {key: one for records in found for key, one in records.items()}

    def _leave(self, stale: Iterable[str], read: Mapping[str, Sequence[Record]]) -> None:
        """Remove the records that their files no longer have."""
        for name in stale:
            present = {one.path + one.id for one in read.get(name, ())}
            for key in self._records.pop(name, {}).keys() - present:
                self.known.forget(key)
                self.known.past.pop(key, None)
            self._digests.pop(name, None)

    def _take(self, name: str, digest: str, records: Sequence[Record]) -> None:
        """Add the records of a file."""
        found: dict[str, Record] = {}
        for one in records:
            key = one.path + one.id
            self._apart = self._apart and self.known.files.get(key, name) == name
            if self.known.files.get(key) != name or self.known.record(key) != one:
                self.known.add(one, name)
            found[key] = one
        self._digests[name], self._records[name] = digest, found
