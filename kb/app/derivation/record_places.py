"""The files in which an index finds records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from kb.errors import Usage
from kb.model.records import Record
from kb.model.vocabulary import NS, concept
from kb.store import Reader
from kb.store.faults import Damaged
from kb.workspace.caches import record_cache
from kb.workspace.catalogs.catalog import Declared
from kb.workspace.files.folder import Folder
from kb.workspace.indexing import index
from kb.workspace.indexing.name_table import NameTable
from kb.workspace.indexing.near_catalog import NearKnown
from kb.workspace.indexing.partial_reading import OldFiles

# What a key can consist of, so that it is one IRI in a query.
_KEY: Final = re.compile(r"[^\x00-\x20<>\"{}|^`\\]+")
# Properties by which assertions, affiliations and judgements refer to what they are about.
_ABOUT: Final = " ".join(f"<{NS}{name}>" for name in ("claim", "about", "other", "member", "party"))


def near(
    folder: Folder, store: Reader, names: NameTable, predicates: Mapping[str, Declared]
) -> NearKnown:
    """Return the catalog that finds records in an index."""
    places = RecordPlaces(store, folder, names)

    def read(names: Iterable[str] | None) -> Iterable[tuple[str, Sequence[Record]]]:
        """Return the records of these files, or of all."""
        return record_cache.records(folder) if names is None else record_cache.chosen(folder, names)

    def old() -> OldFiles:
        """Return the files of past records."""
        return OldFiles(folder.files(), lambda name: folder.stored(name).encode())

    return NearKnown(folder.base, predicates, places, read, cache(old))


@dataclass(frozen=True, slots=True)
class RecordPlaces:
    """The places of the records in an index."""

    store: Reader
    folder: Folder
    names: NameTable

    def holding(self, key: str) -> Iterable[str]:
        """Return the files that describe a record (path and id)."""
        return self._files(key, "{iri} a ?kind")

    def referring(self, key: str) -> Iterable[str]:
        """Return the files with assertions, affiliations and judgements about a record."""
        return self._files(key, f"VALUES ?about {{{{ {_ABOUT} }}}} ?record ?about {{iri}}")

    def pointing(self, key: str) -> Iterable[str]:
        """Return the files with any record that refers to a record."""
        return self._files(key, "?record ?property {iri}")

    def passages(self, source: str) -> Iterable[str]:
        """Return the files with passages of a source (path and id)."""
        return self._files(source, f"?quote <{NS}source> {{iri}}")

    def quoting(self, source: str) -> Iterable[str]:
        """Return the files with records that quote a passage of a source (path and id)."""
        return self._files(source, f"?record <{NS}quote> ?quote", f"?quote <{NS}source> {{iri}}")

    def unnamed(self) -> Iterable[str]:
        """Return the files with entities that a description stands for."""
        return self._files("entity", f"?entity <{NS}naming> <{concept('naming', 'unnamed')}>")

    def _files(self, key: str, pattern: str, anywhere: str = "") -> set[str]:
        """Return the files whose graphs match a pattern with the IRI of a record. `anywhere` is a
        pattern that any graph may match.
        """
        if not _KEY.fullmatch(key):
            return set()
        iri = f"<{self.folder.base}{key}>"
        where = f"{anywhere} GRAPH ?g {{{{ {pattern} }}}}".format(iri=iri)
        try:
            rows = self.store.select(f"SELECT DISTINCT ?g {{ {where} }}").dicts()
        except Damaged:  # the index is gone or unusable: look everywhere
            return set(self.folder.files())
        except Usage:  # other characters that no IRI has, so that no record has this key
            return set()
        names = {self.folder.name_of(row["g"] or "") for row in rows}
        return {name for name in names if name != index.DERIVED and "/" in name}
