"""Records for the table of words, with the passages and texts that they refer to.

These may be in other files, whose change then matters to the file of the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Protocol, TypeVar

from kb.model.records import Assertion, Quote, Record, Source
from kb.workspace.caches import document_library, record_cache
from kb.workspace.files.folder import Folder
from kb.workspace.indexing.word_writer import mark

R = TypeVar("R", Quote, Source)
# Texts that are kept for the next file.
TEXTS: Final = 8


class Owners(Protocol):
    """Files that are in the table already, and are not read."""

    def owner(self, mark: int) -> str | None:
        """Return the file with the record whose key has this mark, or None."""


@dataclass(slots=True)
class FileTexts:
    """What is searched of one file.

    `near` are the other files that passages and sources are in, `lacking` means that one is
    nowhere, and `texts` are the digests of texts and whether each is available.
    """

    records: Sequence[Record]
    quotes: dict[str, Quote] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    near: set[str] = field(default_factory=set)
    lacking: bool = False
    texts: dict[str, bool] = field(default_factory=dict)


class WordSources:
    """The records of some files, and those that they refer to."""

    def __init__(
        self,
        folder: Folder,
        digests: Mapping[str, str],
        listed: Mapping[str, str],
        others: Sequence[Owners] = (),
        stored: Mapping[str, Sequence[Record]] | None = None,
    ) -> None:
        """`digests` are those of all files, `listed` the texts that are available, by digest.
        `others` has the files that are not read, and `stored` the records of those that were read
        already.
        """
        self._folder, self._digests = folder, digests
        self._listed, self._others = listed, others
        self._records = dict(stored or {})
        self._quotes: dict[str, tuple[Quote, str]] = {}
        self._sources: dict[str, tuple[Source, str]] = {}
        self._text = lru_cache(TEXTS)(document_library.at)

    def read(self, names: Iterable[str]) -> None:
        """Read these files. Raises ValueError if one has another digest by now."""
        for name in names:
            if name not in self._records:
                digest = self._digests[name]
                self._records[name] = record_cache.with_digest(self._folder, name, digest)
            for record in self._records[name]:
                if isinstance(record, Quote):
                    self._quotes[record.id] = record, name
                elif isinstance(record, Source):
                    self._sources[record.id] = record, name

    def of(self, name: str) -> FileTexts:
        """Return what is searched of a file that was read."""
        found = FileTexts(self._records[name])
        for record in found.records:
            if isinstance(record, Source):
                self._add_text(found, record)
            elif isinstance(record, Assertion) and record.quote:
                self._add_passage(found, name, record.quote)
        return found

    def _add_passage(self, found: FileTexts, name: str, id: str) -> None:
        """Add a passage, and the text that it is in."""
        quote = self._found(found, name, self._quotes, Quote, id)
        if quote is None:
            return
        found.quotes[id] = quote
        if quote.source and quote.source not in found.documents:
            source = self._found(found, name, self._sources, Source, quote.source)
            if source:
                self._add_text(found, source)

    def _found(
        self,
        found: FileTexts,
        name: str,
        known: Mapping[str, tuple[R, str]],
        kind: type[R],
        id: str,
    ) -> R | None:
        """Return a record that a file refers to, wherever it is, or None if it is nowhere."""
        if id not in known and (other := self.elsewhere(mark(kind.path + id))):
            self.read([other])
        if id not in known:
            found.lacking = True
            return None
        record, place = known[id]
        if place != name:
            found.near.add(place)
        return record

    def elsewhere(self, mark: int) -> str | None:
        """Return the file with this record among those that are not read, or None."""
        return next((name for one in self._others if (name := one.owner(mark))), None)

    def _add_text(self, found: FileTexts, source: Source) -> None:
        """Add the text of a source, if it is available."""
        if not source.sha256:
            return
        path = self._listed.get(source.sha256)
        found.texts[source.sha256] = path is not None
        text = self._text(path, source.sha256) if path else None
        if text is not None:
            found.documents[source.id] = text
