"""Table of words: the searched texts of all records by the words in them, kept in `.kb/words`.

It consists of segments (`word_segments`), and a sealed list of them that says which stored file is
in which, with the digest of that file. What changed since is written into one more segment, when
somebody searches. A new segment takes in those before it that are not larger, so that there are
never many of them.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kb import notes
from kb.errors import KbError
from kb.model.records import Record
from kb.system import garbage, stamps
from kb.workspace.caches import cache, document_library, sealing
from kb.workspace.files import ontology
from kb.workspace.files.folder import Folder
from kb.workspace.files.listing import unfit
from kb.workspace.indexing import index_contents, index_turns
from kb.workspace.indexing.index_contents import Holds
from kb.workspace.indexing.word_segments import WordSegment
from kb.workspace.indexing.word_sources import WordSources
from kb.workspace.indexing.word_writer import SegmentWriter

# The name of the list of segments.
LIST: Final = "words.json"
# The code that the content of segments follows from, below the package.
RULES: Final = (
    "model/records.py",
    "workspace/catalogs/labels.py",
    "workspace/indexing/searched_texts.py",
    "workspace/indexing/word_*.py",
)
# A segment takes in the one before it unless that has more than so many times its files.
LARGER: Final = 2
# If others replace the segments at the same time, look again this many times.
ROUNDS: Final = 3
# What damaged content leads to.
DAMAGED: Final = (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError)


@dataclass(frozen=True, slots=True)
class Unit:
    """A stored file in the table: its digest, its segment and its number there.

    `near` are other files with passages and sources that its records refer to. `lacking` means that
    a passage or source was nowhere. `texts` are the digests of the texts it refers to, and whether
    each was available.
    """

    digest: str
    segment: str
    number: int
    near: tuple[str, ...] = ()
    lacking: bool = False
    texts: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contents:
    """The list of segments, each with stamp and digest, and the files in them.

    `repeated` means that a record is in two files. Then there are no segments, because which one
    counts follows from all files.
    """

    segments: Mapping[str, Sequence[str]] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    repeated: bool = False

    def outdated(self, files: Mapping[str, str], listed: Collection[str]) -> set[str]:
        """Return the files to read again. `files` has the digests of the present ones, and
        `listed` the texts that are available.
        """
        units = self.units
        found = {n for n, digest in files.items() if n not in units or units[n].digest != digest}
        moved = found | (units.keys() - files.keys())
        return found | {
            name
            for name, unit in units.items()
            if name in files
            and (
                (unit.lacking and moved)
                or not moved.isdisjoint(unit.near)
                or any((sha in listed) != had for sha, had in unit.texts.items())
            )
        }

    def without(self, names: Collection[str]) -> Contents:
        """Return the contents without these files, and without segments of which nothing is
        left.
        """
        units = {name: unit for name, unit in self.units.items() if name not in names}
        used = {unit.segment for unit in units.values()}
        segments = {name: mark for name, mark in self.segments.items() if name in used}
        return Contents(segments, units)


@dataclass(frozen=True, slots=True)
class Part:
    """A segment, and the files in it that are still as they were, by their numbers."""

    segment: WordSegment
    files: Mapping[int, str]

    def has(self, record: int) -> bool:
        """Tell whether a record of the segment still counts."""
        return self.segment.unit(record) in self.files

    def owner(self, mark: int) -> str | None:
        """Return the file with the record whose key has this mark, or None."""
        return self.files.get(-1 if (unit := self.segment.owner(mark)) is None else unit)


@dataclass(frozen=True, slots=True)
class WordTable:
    """The table of one state of the files, for reading."""

    parts: Sequence[Part]

    def label(self, kind: str, id: str) -> str:
        """Return the label of a record, empty if it has none."""
        for part in self.parts:
            record = part.segment.named(kind, id)
            if record is not None and part.has(record):
                return part.segment.label(record)
        return ""


def opened(folder: Folder, holds: Holds) -> WordTable | None:
    """Return the table for these files, brought up to date; None if there cannot be one."""
    # Texts in such a folder are not listed, but found if they are named by their digest.
    if any(unfit(str(place)) for place in folder.document_folders()):
        return None
    files = {
        name: held.digest
        for name, held in holds.files.items()
        if not name.startswith(f"{ontology.PLACE}/")
    }
    listed = document_library.by_digest(folder)
    for _ in range(ROUNDS):
        try:
            return _current(folder, files, listed)
        except FileNotFoundError:
            continue  # another process has replaced a segment
        except (*DAMAGED, KbError):
            break
    return None


def build(folder: Folder, stored: Mapping[str, tuple[str, Sequence[Record]]]) -> None:
    """Make the table of stored files, given the digest and the records of each. If that is not
    possible, searches read the files.
    """
    with suppress(*DAMAGED, KbError), garbage.paused():
        digests = {name: digest for name, (digest, _) in stored.items()}
        records = {name: found for name, (_, found) in stored.items()}
        listed = document_library.by_digest(folder)
        sources = WordSources(folder, digests, listed, stored=records)
        _write(folder, _added(folder, Contents(), digests, sources))


def _current(
    folder: Folder, files: Mapping[str, str], listed: Mapping[str, str]
) -> WordTable | None:
    """Return the table of these files, or None if a record is in two of them. Raises OSError, and
    ValueError if a file is no longer the same.
    """
    contents = _read(folder)
    home = cache.place(folder, cache.WORDS)
    if not _same(home, contents) or _differs(contents, files, listed):
        with index_turns.turn(folder):
            # Look again: another process may have done it while this one waited.
            contents = _sound(home, _read(folder))
            if _differs(contents, files, listed):
                contents = _renewed(folder, contents, files, listed)
            _write(folder, contents)
    return None if contents.repeated else WordTable(_parts(home, contents))


def _same(home: Path, contents: Contents) -> bool:
    """Tell whether the segments have the stamps with which they were last found to be sound."""
    with suppress(OSError):
        marks = contents.segments.items()
        return all(stamps.of_finished(home / name) == stamp for name, (stamp, _) in marks)
    return False


def _sound(home: Path, contents: Contents) -> Contents:
    """Return the contents without segments that are gone or damaged, with the present stamps."""
    marks: dict[str, Sequence[str]] = {}
    for name, mark in contents.segments.items():
        with suppress(OSError):
            stamp = stamps.of_finished(home / name)
            if stamp == mark[0] or stamps.digested(home / name)[1] == mark[1]:
                marks[name] = [stamp, mark[1]]
    lost = {name for name, unit in contents.units.items() if unit.segment not in marks}
    if contents.repeated or not lost:
        return Contents(marks, contents.units, contents.repeated)
    return Contents(marks, contents.units).without(lost)


def _differs(contents: Contents, files: Mapping[str, str], listed: Collection[str]) -> bool:
    return bool(contents.outdated(files, listed) or contents.units.keys() - files.keys())


def _renewed(
    folder: Folder, contents: Contents, files: Mapping[str, str], listed: Mapping[str, str]
) -> Contents:
    """Return the contents with what changed in a new segment."""
    if contents.repeated:
        contents = Contents()
    names = contents.outdated(files, listed)
    kept = contents.without(names | (contents.units.keys() - files.keys()))
    numbers = Counter(unit.segment for unit in kept.units.values())
    for segment in reversed([*kept.segments]):
        if not names or numbers[segment] > LARGER * len(names):
            break
        names |= {name for name, unit in kept.units.items() if unit.segment == segment}
    kept = kept.without(names)
    if not names:
        return kept
    if not kept.units:
        notes.step("making the table of words")
    sources = WordSources(folder, files, listed, _parts(cache.place(folder, cache.WORDS), kept))
    return _added(folder, kept, {name: files[name] for name in names}, sources)


def _added(
    folder: Folder, kept: Contents, digests: Mapping[str, str], sources: WordSources
) -> Contents:
    """Write a segment with these files, and return the contents with it. Raises OSError,
    ValueError.
    """
    name = f"{os.urandom(8).hex()}.seg"
    writer, units = SegmentWriter(), dict(kept.units)
    with garbage.paused():
        sources.read(digests)
        for number, path in enumerate(sorted(digests)):
            found = sources.of(path)
            writer.add(number, found.records, found.quotes, found.documents)
            near = tuple(sorted(found.near))
            units[path] = Unit(digests[path], name, number, near, found.lacking, found.texts)
        if writer.repeats() or any(sources.elsewhere(key) for key, _ in writer.keys):
            units = {path: Unit(unit.digest, "", 0) for path, unit in units.items()}
            return Contents(units=units, repeated=True)
        mark = _stored(folder, name, writer.data())
    return Contents({**kept.segments, name: mark}, units)


def _stored(folder: Folder, name: str, data: bytes) -> Sequence[str]:
    """Store a segment, and return its stamp and digest. Raises OSError."""
    place = cache.made(folder, cache.WORDS) / name
    cache.write(place, data)
    return [stamps.of_finished(place), hashlib.sha256(data).hexdigest()]


# --- the list of segments


def _read(folder: Folder) -> Contents:
    """Return what is kept; nothing if it is damaged, was made by another user or other code."""
    with suppress(*DAMAGED):
        body = sealing.opened((cache.place(folder, cache.WORDS) / LIST).read_bytes(), LIST)
        found = json.loads(body or b"")
        if found["way"] == _way(folder):
            units = {name: Unit(*unit) for name, unit in found["units"].items()}
            return Contents(found["segments"], units, found["repeated"])
    return Contents()


def _write(folder: Folder, contents: Contents) -> None:
    """Store the list, and remove segments that are not in it. Raises OSError."""
    units = {
        name: (u.digest, u.segment, u.number, u.near, u.lacking, u.texts)
        for name, u in contents.units.items()
    }
    body: dict[str, Any] = {
        "way": _way(folder),
        "segments": contents.segments,
        "units": units,
        "repeated": contents.repeated,
    }
    home = cache.made(folder, cache.WORDS)
    data = json.dumps(body, separators=(",", ":")).encode()
    cache.write(home / LIST, sealing.sealed(data, LIST))
    for path in home.glob("*.seg"):
        if path.name not in contents.segments:
            path.unlink(missing_ok=True)


def _parts(home: Path, contents: Contents) -> list[Part]:
    """Open the segments. Raises FileNotFoundError if one is gone, ValueError if it is damaged."""
    files: dict[str, dict[int, str]] = {name: {} for name in contents.segments}
    for path, unit in contents.units.items():
        files[unit.segment][unit.number] = path
    return [Part(WordSegment(home / name), numbers) for name, numbers in files.items()]


def _way(folder: Folder) -> list[str]:
    """Return what determines the content of segments, except the files."""
    rules = index_contents.rules(index_contents.PACKAGE, RULES)
    return [rules, folder.base, unicodedata.unidata_version, sys.byteorder]
