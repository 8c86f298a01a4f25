"""The files in which an index finds records."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kb.model.vocabulary import NS
from kb.store import Reader
from kb.store.faults import Damaged
from kb.workspace import index
from kb.workspace.folder import Folder

# What a key can consist of, so that it is one IRI in a query.
_KEY: Final = re.compile(r"[^\x00-\x20<>\"{}|^`\\]+")
# Properties by which assertions, affiliations and judgements refer to what they are about.
_ABOUT: Final = " ".join(f"<{NS}{name}>" for name in ("claim", "about", "other", "member", "party"))


@dataclass(frozen=True, slots=True)
class RecordPlaces:
    """The places of the records in an index."""

    store: Reader
    folder: Folder

    def holding(self, key: str) -> Iterable[str]:
        """Return the files that describe a record (path and id)."""
        return self._files(key, "{iri} a ?kind")

    def referring(self, key: str) -> Iterable[str]:
        """Return the files with assertions, affiliations and judgements about a record."""
        return self._files(key, f"VALUES ?about {{{{ {_ABOUT} }}}} ?record ?about {{iri}}")

    def _files(self, key: str, pattern: str) -> set[str]:
        """Return the files whose graphs match a pattern with the IRI of a record."""
        if not _KEY.fullmatch(key):
            return set()
        found = pattern.format(iri=f"<{self.folder.base}{key}>")
        try:
            rows = self.store.select(f"SELECT DISTINCT ?g {{ GRAPH ?g {{ {found} }} }}").dicts()
        except Damaged:  # the index is gone or unusable: look everywhere
            return set(self.folder.files())
        names = {self.folder.name_of(row["g"] or "") for row in rows}
        return {name for name in names if name != index.DERIVED and "/" in name}
