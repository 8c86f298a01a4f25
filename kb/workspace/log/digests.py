"""Digests of files: as the last command recorded them, and as the log states them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kb.errors import KbError
from kb.system import disk
from kb.workspace.files import folder as folders
from kb.workspace.files.folder import Folder
from kb.workspace.log import log_entries
from kb.workspace.log.log_entries import LogEntry
from kb.workspace.log.log_folder import path

# SHA-256 of a file's bytes, and its stamp.
Known = tuple[str, str]
# The knowledge base's own files that affect answers, apart from claims and settings.
DECIDING = {"ontology": ".ttl", "queries": ".rq"}


@dataclass(frozen=True, slots=True)
class Recorded:
    """The content of `digests.json`: digest and stamp by path; digest and number of the newest log
    entry.

    If kb 0.1 wrote it, `head` is empty, and ontology and queries are not among the files.
    """

    files: Mapping[str, Known]
    head: str
    number: int


def recorded(folder: Folder) -> Recorded | None:
    """Return what the last command recorded, or None if that is missing or damaged."""
    with suppress(KbError, KeyError, TypeError, ValueError, AttributeError):
        found = log_entries.opened(path(folder) / "digests.json")
        files = {str(name): (str(d), str(s)) for name, (d, s) in found["files"].items()}
        return Recorded(files, str(found.get("head", "")), int(found.get("number", 0)))
    return None


def text(files: Mapping[str, Known], head: str, number: int) -> str:
    """Return the text of `digests.json`."""
    return log_entries.seal({"files": files, "head": head, "number": number})


def taken(folder: Folder) -> dict[str, Known]:
    """Return the present digests and stamps of all files that affect answers."""
    found = {}
    for name in (folders.SETTINGS, *folder.files(), *deciding(folder)):
        # The file may have been removed in the meantime.
        with suppress(FileNotFoundError):
            file = folder.root / name
            found[name] = (log_entries.sha_of(file), stamp(file))
    return found


def deciding(folder: Folder) -> Iterator[str]:
    """Yield the paths of the knowledge base's own ontology and queries."""
    for kind, ending in DECIDING.items():
        yield from folder.own(kind, ending, deep=True).files


def covered(name: str) -> bool:
    """Tell whether kb 0.1 recorded the digest of a file."""
    return name.partition("/")[0] not in DECIDING


def stamp(file: Path) -> str:
    """Return size and modification time: any write changes them, a disk fault does not."""
    stat = file.stat()
    return f"{stat.st_size} {stat.st_mtime_ns}"


def known(folder: Folder) -> dict[str, Known]:
    """Return the digests that the next command starts from.

    They are the recorded ones, otherwise those of the log, otherwise the present ones.
    """
    found = recorded(folder)
    if found is None:
        return {n: (d, "") for n, d in logged(folder).items()} or taken(folder)
    files = dict(found.files)
    if not found.head:
        files |= {n: k for n, k in taken(folder).items() if not covered(n)}
    return files


def logged(folder: Folder) -> dict[str, str]:
    """Return the digest of each file according to the log; empty if the log has no chain."""
    out = dict[str, str]()
    for number in log_entries.numbers(folder):
        with suppress(KbError):
            _follow(out, log_entries.numbered(folder, number))
    return out


def _follow(out: dict[str, str], entry: LogEntry) -> None:
    """Update digests from before an entry to after it."""
    if entry.previous is None:
        return
    if entry.over:
        out.clear()
    out |= entry.found
    for name, (_, after) in entry.files.items():
        out.pop(name, None)
        if after:
            out[name] = after


def missing(folder: Folder) -> list[str]:
    """Return files that commands wrote or accepted here and that are missing, sorted by path."""
    found = recorded(folder)
    names = found.files if found else logged(folder)
    return sorted(name for name in names if gone(folder.root / name))


def gone(file: Path) -> bool:
    """Tell whether nothing is at a path. False if the path cannot be checked."""
    try:
        os.lstat(file)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return disk.kind(file) == "a folder"
