"""One change of stored files, in three steps: staged, promised, done.

Before the promise nothing has happened; after it the change is always completed. The promise is one
file, `pending.json`, beside the staged texts, new and old. The next command can complete it, revert
it or, if it cannot be read, move it to `kept`. Callers must hold the lock.

Each step is synced to disk before the next, in this order: staged texts, promise, stored files, log
entry. Only then are the promise and its texts removed.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from kb.errors import Conflict, Unreadable, Usage
from kb.system import disk
from kb.workspace.files.folder import Folder
from kb.workspace.log import digests, log_entries, log_folder
from kb.workspace.log.log_entries import LogEntry
from kb.workspace.log.log_folder import path

# errno values of file systems without hard links, or of folders on different disks.
LINKLESS = {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
# Name prefix of folders that contain unreadable promises.
UNREADABLE = "unreadable"


def carry_out(folder: Folder, entry: LogEntry, texts: Mapping[str, str]) -> None:
    """Carry out a change: stage every byte, make the promise, then write the files.

    Raises Usage if the disk reports an error, and Conflict if a file changes in the meantime.
    """
    staged, made = path(folder) / "staged", list[Path]()
    try:
        clear(folder)
        # Durable, or the promise could survive without its texts.
        disk.make(staged, private=True)
        for relative, text in texts.items():
            made += disk.make((folder.root / relative).parent) if text else []
        disk.settle([(folder.root / relative).parent for relative in texts], folder.root)
        for n, (relative, text) in enumerate(texts.items()):
            _stage(folder.root / relative, staged / str(n), text)
        _promise(folder, entry)
    except BaseException as error:
        _drop(folder)
        for new in reversed(made):
            with suppress(OSError):
                os.rmdir(new)
        if isinstance(error, OSError):
            raise refused(folder, error) from None
        raise
    _finish(folder, entry)


def clear(folder: Folder) -> None:
    """Remove the staged texts of a killed command that no promise needs. Raises OSError."""
    staged, pending = path(folder) / "staged", path(folder) / "pending.json"
    if not staged.exists() or os.path.lexists(pending):
        return
    for place in (path(folder) / "log", path(folder)):
        # The promise may have become a log entry just before the kill.
        if place.is_dir():
            disk.sync(place)
    shutil.rmtree(staged, ignore_errors=True)


def _stage(target: Path, name: Path, text: str) -> None:
    """Stage the new text of a file and its old one, which is a hard link and takes no space."""
    if text:
        disk.write(name.with_suffix(".new"), text, like=target)
    if target.exists():
        _place(target, name.with_suffix(".old"), name.parent)


def _promise(folder: Folder, entry: LogEntry) -> None:
    """Stage the digests that the files will have, then make the promise."""
    staged, sealed = path(folder) / "staged", log_entries.seal(asdict(entry))
    known = digests.known(folder)
    for n, (relative, (_, after)) in enumerate(entry.files.items()):
        known.pop(relative, None)
        if after:
            known[relative] = (after, _stamp(folder, relative, staged / f"{n}.new", entry))
    head = sealed.partition("\n")[0]
    disk.write(staged / "digests.json", digests.text(known, head, entry.number), private=True)
    disk.write(staged / "pending.json", sealed, private=True)
    os.replace(staged / "pending.json", path(folder) / "pending.json")
    disk.settle([path(folder)], folder.root)


def _stamp(folder: Folder, relative: str, new: Path, entry: LogEntry) -> str:
    """Return the stamp that a file will have; empty if the file differs from what is recorded."""
    if not entry.accepts:
        return digests.stamp(new)
    file = folder.root / relative
    return digests.stamp(file) if log_entries.sha_of(file) == entry.files[relative][1] else ""


def _place(source: Path, target: Path, staged: Path) -> None:
    """Replace `target` with `source` atomically, by a hard link or, without those, a copy."""
    # Here, so that it is removed with the rest after a kill.
    temporary = staged / "name"
    temporary.unlink(missing_ok=True)
    try:
        os.link(source, temporary)
        os.replace(temporary, target)
    except OSError as error:
        if error.errno not in LINKLESS:
            raise
        disk.write(target, source.read_bytes().decode(), like=target if target.exists() else source)
        return
    disk.sync(target.parent)


def _finish(folder: Folder, entry: LogEntry) -> None:
    """Do what is promised.

    If a file is neither as before nor as after the change, revert everything and raise Conflict.
    """
    here = {r: log_entries.sha_of(folder.root / r) for r in entry.written}
    foreign = [r for r, pair in entry.written.items() if here[r] not in pair]
    log = log_entries.file_of(folder, entry.number)
    try:
        if foreign:
            raise meanwhile(foreign[0])
        # A killed command may not have got this far.
        disk.settle([path(folder)], folder.root)
        _to(folder, entry, 1)
        disk.make(log.parent, private=True)
        # Missing if a killed command got this far.
        with suppress(FileNotFoundError):
            os.replace(path(folder) / "staged/digests.json", path(folder) / "digests.json")
        # Otherwise an entry without a recorded digest would look forged.
        disk.sync(path(folder))
        os.replace(path(folder) / "pending.json", log)
    except (OSError, Conflict) as error:
        _take_back(folder, entry)
        raise refused(folder, error) if isinstance(error, OSError) else error from None
    try:
        disk.sync(log.parent)
        disk.sync(path(folder))
    except OSError as error:
        raise Usage(
            f"“{entry.what}” is written, but the disk did not confirm it: "
            f"{error.strerror or error}.",
            "check with kb log whether it is there, and check the disk before you continue",
        ) from None
    shutil.rmtree(path(folder) / "staged", ignore_errors=True)


def _to(folder: Folder, entry: LogEntry, side: int) -> None:
    """Bring each file from one side of the change to the other: 1 as promised, 0 as before."""
    staged = path(folder) / "staged"
    for n, (relative, pair) in enumerate(entry.written.items()):
        target = folder.root / relative
        if log_entries.sha_of(target) == pair[1 - side]:
            if pair[side]:
                _place(staged / f"{n}.{('old', 'new')[side]}", target, staged)
            else:
                target.unlink(missing_ok=True)
        # Also needed if a killed command wrote the file but did not sync it.
        if target.parent.is_dir():
            disk.sync(target.parent)
        if not pair[side]:
            _prune(folder, target.parent)


def _prune(folder: Folder, place: Path) -> None:
    """Remove folders that are now empty, but keep the collection that kb.toml names."""
    home = folder.root / "claims" / folder.collection
    disk.prune(place, home if place.is_relative_to(home) else folder.root / "claims")


def _take_back(folder: Folder, entry: LogEntry) -> None:
    try:
        _to(folder, entry, 0)
    except OSError as error:
        raise Usage(
            f"{folder.root} cannot be written: {error.strerror or error}; "
            f"“{entry.what}” is incomplete.",
            "free some space or fix the permissions; the next command will complete it",
        ) from None
    _drop(folder)


def _drop(folder: Folder) -> None:
    """Withdraw a promise and then, once that is durable, what was staged for it."""
    with suppress(FileNotFoundError):
        os.unlink(path(folder) / "pending.json")
        with suppress(OSError):
            disk.sync(path(folder))
    shutil.rmtree(path(folder) / "staged", ignore_errors=True)


def resume(folder: Folder) -> None:
    """Complete the change that a killed command promised.

    If a file has changed since, the change is reverted and its texts are kept.
    """
    try:
        entry = _promised(folder)
    except Unreadable:
        raise Unreadable(
            f"{path(folder)}/pending.json, the plan of an interrupted command, cannot be read; "
            "nothing was changed.",
            "move it aside with kb fsck --repair, which loses nothing; then run the command again",
        ) from None
    if any(log_entries.sha_of(folder.root / r) not in pair for r, pair in entry.written.items()):
        try:
            _keep(folder, entry)
        except OSError as error:
            raise refused(folder, error) from None
    with suppress(Conflict):
        _finish(folder, entry)


def _promised(folder: Folder) -> LogEntry:
    """Return the promised change. Raises Unreadable if it is damaged or cannot be ours.

    A folder from somebody else may promise files outside, or texts other than it states.
    """
    pending = path(folder) / "pending.json"
    entry = log_entries.read(pending)
    for n, (relative, pair) in enumerate(entry.written.items()):
        new = path(folder) / f"staged/{n}.new"
        due = pair[1] and log_entries.sha_of(folder.root / relative) == pair[0] != pair[1]
        if not log_folder.inside(folder, relative) or (due and not _whole(new, pair[1])):
            raise Unreadable(f"{pending} describes a change that no command could make.")
    return entry


def _whole(file: Path, digest: str) -> bool:
    """Tell whether a file has this digest and is not a link."""
    with suppress(OSError):
        return log_entries.sha(disk.read(file)) == digest
    return False


def _keep(folder: Folder, entry: LogEntry) -> None:
    """Keep the texts that a killed command would have written, for people to look at."""
    kept = path(folder) / f"kept/{entry.time:%Y%m%dT%H%M%S}-{entry.number}"
    for n, relative in enumerate(entry.written):
        with suppress(FileNotFoundError):
            text = disk.read(path(folder) / f"staged/{n}.new").decode()
            disk.write(kept / relative, text, private=True)
    disk.write(kept / "entry.json", log_entries.seal(asdict(entry)), private=True)


def unreadable(folder: Folder) -> bool:
    """Tell whether a command is incomplete and nobody can read its promise."""
    try:
        if os.path.lexists(path(folder) / "pending.json"):
            _promised(folder)
    except Unreadable:
        return True
    return False


def put_aside(folder: Folder) -> Path | None:
    """Move an unreadable promise and its staged texts aside. Return the folder, or None."""
    if not unreadable(folder):
        return None
    aside = path(folder) / f"kept/{UNREADABLE}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    try:
        disk.make(aside, private=True)
        # In this order, because staged texts without a promise would be removed.
        for left in ("staged", "pending.json"):
            with suppress(FileNotFoundError):
                os.rename(path(folder) / left, aside / left)
        disk.sync(aside)
        disk.sync(path(folder))
    except OSError as error:
        raise refused(folder, error) from None
    return aside


def meanwhile(relative: str) -> Conflict:
    """Return the error for a file that somebody else changed."""
    return Conflict(
        f"{relative} changed while this command ran; nothing was written.", "run the command again"
    )


def refused(folder: Folder, error: OSError) -> Usage:
    """Return the error for a disk error before anything was changed."""
    why = error.strerror or str(error)
    return Usage(
        f"{folder.root} cannot be written: {why}; nothing was changed.",
        "free some space or fix the permissions, then run the command again",
    )
