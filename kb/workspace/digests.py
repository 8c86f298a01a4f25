"""What each file should be: its digest, as the last command left it, and as the log says."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kb.errors import KbError
from kb.system import disk
from kb.workspace import folder as folders
from kb.workspace import log_entries
from kb.workspace.folder import Folder
from kb.workspace.log_entries import Entry
from kb.workspace.log_folder import path

# Digest and stamp of a file: what it contains, and when that was written.
Known = tuple[str, str]
# The knowledge base's own files that decide answers, beside claims and settings.
DECIDING = {"ontology": ".ttl", "queries": ".rq"}


@dataclass(frozen=True, slots=True)
class Recorded:
    """`digests.json`: path → digest and stamp; digest and number of the newest entry of the log.

    Where kb 0.1 wrote it, `head` is empty, and ontology and queries are not among the files.
    """

    files: Mapping[str, Known]
    head: str
    number: int


def recorded(folder: Folder) -> Recorded | None:
    """What the last command recorded; None where that is missing or damaged."""
    with suppress(KbError, KeyError, TypeError, ValueError, AttributeError):
        found = log_entries.opened(path(folder) / "digests.json")
        files = {str(name): (str(d), str(s)) for name, (d, s) in found["files"].items()}
        return Recorded(files, str(found.get("head", "")), int(found.get("number", 0)))
    return None


def text(files: Mapping[str, Known], head: str, number: int) -> str:
    """`digests.json` as text."""
    return log_entries.seal({"files": files, "head": head, "number": number})


def taken(folder: Folder) -> dict[str, Known]:
    """Digests and stamps of all files that decide answers, as they are now."""
    found = {}
    for name in (folders.SETTINGS, *folder.files(), *deciding(folder)):
        with suppress(FileNotFoundError):  # removed meanwhile
            file = folder.root / name
            found[name] = (log_entries.sha_of(file), stamp(file))
    return found


def deciding(folder: Folder) -> Iterator[str]:
    """Paths of the knowledge base's own ontology and queries; not those of the program."""
    for kind, ending in DECIDING.items():
        yield from folder.own(kind, ending, deep=True).files


def covered(name: str) -> bool:
    """Whether kb 0.1 recorded the digest of such a file."""
    return name.partition("/")[0] not in DECIDING


def stamp(file: Path) -> str:
    """Size and time of a file, which any write changes and a fault of the disk does not."""
    stat = file.stat()
    return f"{stat.st_size} {stat.st_mtime_ns}"


def known(folder: Folder) -> dict[str, Known]:
    """What the next command starts from: as recorded, else as the log says, else as it is now."""
    found = recorded(folder)
    if found is None:
        return {n: (d, "") for n, d in logged(folder).items()} or taken(folder)
    files = dict(found.files)
    if not found.head:
        files |= {n: k for n, k in taken(folder).items() if not covered(n)}
    return files


def logged(folder: Folder) -> dict[str, str]:
    """Path → digest of each file as the entries of the log say; empty where no chain has begun."""
    out = dict[str, str]()
    for number in log_entries.numbers(folder):
        with suppress(KbError):
            _follow(out, log_entries.numbered(folder, number))
    return out


def _follow(out: dict[str, str], entry: Entry) -> None:
    """Bring digests from before an entry to after it."""
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
    """Files that commands wrote or accepted here and that are gone, sorted by path."""
    found = recorded(folder)
    names = found.files if found else logged(folder)
    return sorted(name for name in names if gone(folder.root / name))


def gone(file: Path) -> bool:
    """Whether nothing is at a path; what cannot be looked at is not gone."""
    try:
        os.lstat(file)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return disk.kind(file) == "a folder"
