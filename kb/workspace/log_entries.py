"""The entries of the log: what each command did, under its own digest and that of the entry before."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from kb.errors import KbError, Unreadable, Usage
from kb.rdf import turtle_reader, turtle_writer
from kb.system import disk
from kb.workspace.folder import Folder
from kb.workspace.log_folder import path

# Numbers of entries are as long, so that names sort as they were written.
DIGITS = 8
# The name of an entry's file, and the digest in its first line.
NAMED = re.compile(rf"([0-9]{{{DIGITS},}})\.json", re.ASCII)
SEAL = re.compile(rb"[0-9a-f]{64}\n")
# How the entries begin of commands that read a document in, and what its Source tells of the text
# kept.
READ_IN = "add source "
DIGEST = re.compile(r'"([0-9a-f]{64})"')


@dataclass(frozen=True, slots=True)
class Change:
    """One record in a batch: its file, its IRI, its block before and after; empty where it was not
    there, or is no longer.
    """

    file: str
    subject: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What one command did. `files`: path → digests before and after, empty where there was or is
    no file.

    `texts` holds the whole text before of a file whose blocks alone do not lead back to it;
    `undoes` is the entry taken back, 0 for none.
    `accepts` means that the command changed no file, and took what it found as it should be.

    The chain: `previous` is the digest of the entry before, empty for the first, None where kb 0.1
    wrote the entry. Where a chain begins, `over` is the digest of all entries before, and `found`
    the digest of each file that this entry does not touch.
    """

    number: int
    time: datetime
    what: str
    who: str
    files: Mapping[str, tuple[str, str]]
    changes: tuple[Change, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    undoes: int = 0
    accepts: bool = False
    previous: str | None = None
    over: str = ""
    found: Mapping[str, str] = field(default_factory=dict)

    @property
    def written(self) -> Mapping[str, tuple[str, str]]:
        """The files that the command itself changes."""
        return {} if self.accepts else self.files


def changes(file: str, before: str, after: str, base: str) -> Iterator[Change]:
    """Records whose block is another than before; none in a file that is no Turtle."""
    if not file.endswith(".ttl"):
        return
    old, new = (
        {b.subject: b.text for b in turtle_reader.blocks(text, base) if b.subject}
        for text in (before, after)
    )
    for subject in [*old, *(s for s in new if s not in old)]:
        if old.get(subject, "") != new.get(subject, ""):
            yield Change(file, subject, old.get(subject, ""), new.get(subject, ""))


def reverted(text: str, changes: Iterable[Change], base: str) -> str:
    """A file with the blocks of these changes as they were before, empty where no record is left.
    Raises Broken.
    """
    back = turtle_writer.restore(text, {c.subject: c.before for c in changes}, base)
    return back if any(b.subject for b in turtle_reader.blocks(back, base)) else ""


def numbers(folder: Folder) -> list[int]:
    """Numbers of all entries, the oldest first."""
    return sorted(int(name[1]) for p in _listed(folder) if (name := NAMED.fullmatch(p.name)))


def others(folder: Folder) -> list[Path]:
    """Files beside the entries that are none."""
    return sorted(p for p in _listed(folder) if not NAMED.fullmatch(p.name))


def _listed(folder: Folder) -> list[Path]:
    log = path(folder) / "log"
    return list(log.iterdir()) if disk.kind(log) == "a folder" else []


def last(folder: Folder) -> int:
    """Number of the newest entry, 0 where there is none."""
    return max(numbers(folder), default=0)


def file_of(folder: Folder, number: int) -> Path:
    """Where an entry lies."""
    return path(folder) / f"log/{number:0{DIGITS}}.json"


def numbered(folder: Folder, number: int) -> Entry:
    """An entry by its number. Raises Usage where there is none, Unreadable where it is damaged."""
    found = file_of(folder, number)
    if not found.exists():
        raise Usage(f"there is no entry {number}.", "kb log shows the numbers")
    return read(found)


def read(file: Path) -> Entry:
    """The entry in a file. Raises Unreadable where it is damaged."""
    found = opened(file)
    try:
        previous = found.get("previous")
        return Entry(
            int(found["number"]),
            datetime.fromisoformat(found["time"]),
            str(found["what"]),
            str(found["who"]),
            {str(r): (str(pair[0]), str(pair[1])) for r, pair in found["files"].items()},
            tuple(Change(**c) for c in found["changes"]),
            {str(name): str(text) for name, text in found["texts"].items()},
            int(found["undoes"]),
            bool(found.get("accepts", False)),
            None if previous is None else str(previous),
            str(found.get("over", "")),
            {str(name): str(digest) for name, digest in found.get("found", {}).items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        raise _damaged(file) from None


def stated(file: Path) -> str:
    """The digest that an entry states of itself, believed or not; empty where it states none."""
    with suppress(OSError):
        first = SEAL.match(disk.read(file))
        return first[0].decode().strip() if first else ""
    return ""


def read_in(folder: Folder) -> Iterator[str]:
    """Digests of the texts that commands read in and kept, as far as entries tell."""
    for number in numbers(folder):
        with suppress(KbError):
            entry = numbered(folder, number)
            if entry.what.startswith(READ_IN):
                yield from (
                    digest for change in entry.changes for digest in DIGEST.findall(change.after)
                )


def _damaged(file: Path) -> Unreadable:
    return Unreadable(f"{file} is damaged.", "kb fsck says what is lost with it and how to go on")


@dataclass(frozen=True, slots=True)
class Moment:
    """What every command that writes changes: two equal ones mean that no command wrote between
    them.

    `half` is whether a command is half done. `written` identifies the digests and the log, which
    each command replaces.
    """

    half: bool
    written: tuple[tuple[int, int] | None, ...]


def moment(folder: Folder) -> Moment:
    """The present moment."""
    home = path(folder)
    return Moment(
        os.path.exists(home / "pending.json"),
        (_identity(home / "digests.json"), _identity(home / "log")),
    )


def _identity(file: Path) -> tuple[int, int] | None:
    """Inode and time of writing, None where there is no file."""
    with suppress(OSError):
        stat = file.stat()
        return stat.st_ino, stat.st_mtime_ns
    return None


def sha(data: bytes) -> str:
    """Digest of a file's bytes; empty where it has none."""
    return hashlib.sha256(data).hexdigest() if data else ""


def sha_of(file: Path) -> str:
    """Digest of a file; empty where there is none, or it is no file."""
    return sha(file.read_bytes()) if file.is_file() else ""


def seal(content: Mapping[str, Any]) -> str:
    """JSON under its own digest, so that damage shows."""
    body = json.dumps(content, ensure_ascii=False, default=lambda value: value.isoformat())
    return f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}\n"


def opened(file: Path) -> dict[str, Any]:
    """What `seal` has written. Raises Unreadable where it is damaged."""
    try:
        digest, _, body = disk.read(file).decode().partition("\n")
        body = body.removesuffix("\n")
        if hashlib.sha256(body.encode()).hexdigest() == digest:
            return dict(json.loads(body))
    except (OSError, ValueError, RecursionError):
        pass
    raise _damaged(file)
