"""Entries of the log: what each command did, sealed with a digest.

Each entry also contains the digest of the entry before.
"""

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
from typing import TYPE_CHECKING, Any

from kb.errors import KbError, Unreadable, Usage
from kb.rdf import turtle_reader
from kb.system import disk
from kb.system.modules import later
from kb.workspace.files.folder import Folder
from kb.workspace.log.log_folder import path

if TYPE_CHECKING:
    from kb.rdf import turtle_writer
else:
    turtle_writer = later("kb.rdf.turtle_writer")

# Digits of an entry's number, so that file names sort in the order of writing.
DIGITS = 8
# The file name of an entry, and the digest in its first line.
NAMED = re.compile(rf"([0-9]{{{DIGITS},}})\.json", re.ASCII)
SEAL = re.compile(rb"[0-9a-f]{64}\n")
# Prefix of the log entries of `kb add source`, and the pattern of a stored text's digest in them.
READ_IN = "add source "
DIGEST = re.compile(r'"([0-9a-f]{64})"')


@dataclass(frozen=True, slots=True)
class RecordChange:
    """The change of one record: its file, its IRI, its block before and after.

    A block is empty if the record did not exist before, or does not exist after.
    """

    file: str
    subject: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class LogEntry:
    """The work of one command.

    `files` has the digests before and after by path, empty if there was or is no file. `texts` has
    the full text before, for files that the blocks alone do not restore. `undoes` is the number of
    the entry that was undone, or 0. `accepts` means that the command changed no file, but accepted
    the files as they are.

    The chain: `previous` is the digest of the entry before; empty for the first entry, None if kb
    0.1 wrote this one. If a chain begins here, `over` is the digest of all entries before, and
    `found` has the digest of each file that this entry does not touch.
    """

    number: int
    time: datetime
    what: str
    who: str
    files: Mapping[str, tuple[str, str]]
    changes: tuple[RecordChange, ...]
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


def changes(file: str, before: str, after: str, base: str) -> Iterator[RecordChange]:
    """Yield the records whose block differs. A file that is not Turtle has none."""
    if not file.endswith(".ttl"):
        return
    old, new = _blocks(before, base), _blocks(after, base)
    for subject in [*old, *(s for s in new if s not in old)]:
        if old.get(subject, "") != new.get(subject, ""):
            yield RecordChange(file, subject, old.get(subject, ""), new.get(subject, ""))


def _blocks(text: str, base: str) -> dict[str, str]:
    """Return the text of each record's block, by subject."""
    return {b.subject: b.text for b in turtle_reader.blocks(text, base) if b.subject}


def reverted(text: str, changes: Iterable[RecordChange], base: str) -> str:
    """Return a file with the blocks of these changes as before; empty if no record is left.

    Raises Broken.
    """
    back = turtle_writer.restore(text, {c.subject: c.before for c in changes}, base)
    return back if any(b.subject for b in turtle_reader.blocks(back, base)) else ""


def numbers(folder: Folder) -> list[int]:
    """Return the numbers of all entries, oldest first."""
    return sorted(int(name[1]) for p in _listed(folder) if (name := NAMED.fullmatch(p.name)))


def others(folder: Folder) -> list[Path]:
    """Return the files beside the entries that are not entries."""
    return sorted(p for p in _listed(folder) if not NAMED.fullmatch(p.name))


def _listed(folder: Folder) -> list[Path]:
    log = path(folder) / "log"
    return list(log.iterdir()) if disk.kind(log) == "a folder" else []


def last(folder: Folder) -> int:
    """Return the number of the newest entry, or 0."""
    return max(numbers(folder), default=0)


def file_of(folder: Folder, number: int) -> Path:
    """Return the path of an entry."""
    return path(folder) / f"log/{number:0{DIGITS}}.json"


def numbered(folder: Folder, number: int) -> LogEntry:
    """Read an entry by its number.

    Raises Usage if there is none, and Unreadable if it is damaged.
    """
    found = file_of(folder, number)
    if not found.exists():
        raise Usage(f"there is no entry {number}.", "see the numbers with kb log")
    return read(found)


def read(file: Path) -> LogEntry:
    """Read an entry from a file. Raises Unreadable if it is damaged."""
    found = opened(file)
    try:
        previous = found.get("previous")
        return LogEntry(
            int(found["number"]),
            datetime.fromisoformat(found["time"]),
            str(found["what"]),
            str(found["who"]),
            {str(r): (str(pair[0]), str(pair[1])) for r, pair in found["files"].items()},
            tuple(RecordChange(**c) for c in found["changes"]),
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
    """Return the digest that an entry states of itself, which is not verified; empty if none."""
    with suppress(OSError):
        first = SEAL.match(disk.read(file))
        return first[0].decode().strip() if first else ""
    return ""


def read_in(folder: Folder) -> Iterator[str]:
    """Yield the digests of the texts that commands have stored, according to the log."""
    for number in numbers(folder):
        with suppress(KbError):
            entry = numbered(folder, number)
            if entry.what.startswith(READ_IN):
                yield from (
                    digest for change in entry.changes for digest in DIGEST.findall(change.after)
                )


def _damaged(file: Path) -> Unreadable:
    return Unreadable(f"{file} is damaged.", "run kb fsck to see what is lost and how to continue")


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time between commands. Two equal ones mean that no command wrote between them.

    `half` tells whether a command is incomplete. `written` identifies the digests and the log,
    which each command replaces.
    """

    half: bool
    written: tuple[tuple[int, int] | None, ...]


def moment(folder: Folder) -> Moment:
    """Return the present moment."""
    home = path(folder)
    return Moment(
        os.path.exists(home / "pending.json"),
        (_identity(home / "digests.json"), _identity(home / "log")),
    )


def _identity(file: Path) -> tuple[int, int] | None:
    """Return inode and modification time, or None if there is no file."""
    with suppress(OSError):
        stat = file.stat()
        return stat.st_ino, stat.st_mtime_ns
    return None


def sha(data: bytes) -> str:
    """Return the SHA-256 of a file's bytes; empty if it has none."""
    return hashlib.sha256(data).hexdigest() if data else ""


def sha_of(file: Path) -> str:
    """Return the SHA-256 of a file; empty if there is no such file."""
    return sha(file.read_bytes()) if file.is_file() else ""


def seal(content: Mapping[str, Any]) -> str:
    """Return JSON with its own digest in the first line, which reveals damage.

    >>> seal({"a": 1}).splitlines()[1]
    '{"a": 1}'
    """
    body = json.dumps(content, ensure_ascii=False, default=lambda value: value.isoformat())
    return f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}\n"


def opened(file: Path) -> dict[str, Any]:
    """Read what `seal` has written. Raises Unreadable if it is damaged."""
    try:
        digest, _, body = disk.read(file).decode().partition("\n")
        body = body.removesuffix("\n")
        if hashlib.sha256(body.encode()).hexdigest() == digest:
            return dict(json.loads(body))
    except (OSError, ValueError, RecursionError):
        pass
    raise _damaged(file)
