"""One change of stored files: staged, promised, done. Before the promise nothing has happened;
after it nothing can stop half way.

The promise is one file, `pending.json`, beside the staged texts, new and old. Whoever comes next
can finish what it says, take it back, or,
where nobody can read it, put it aside. All of this is for who holds the lock.

What must be on the disk before the next step is synced there, in this order: staged texts, promise,
stored files, log entry; only then is what the promise needed removed.
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
from kb.workspace import digests, log_entries, log_folder
from kb.workspace.folder import Folder
from kb.workspace.log_entries import Entry
from kb.workspace.log_folder import path

# What a disk says that knows no second names for a file, or whose folders lie on several disks.
LINKLESS = {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
# How the folders begin in which promises lie that nobody can read.
UNREADABLE = "unreadable"


def carry_out(folder: Folder, entry: Entry, texts: Mapping[str, str]) -> None:
    """Stage every byte, promise the change, do it. Raises Usage where the disk refuses, Conflict
    where a file changes meanwhile.
    """
    staged, made = path(folder) / "staged", list[Path]()
    try:
        clear(folder)
        disk.make(staged, private=True)  # durable, or the promise could outlive its texts
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
    """Remove texts that a killed command left staged, once the disk has it that no promise needs
    them. Raises OSError.
    """
    staged, pending = path(folder) / "staged", path(folder) / "pending.json"
    if not staged.exists() or os.path.lexists(pending):
        return
    for place in (path(folder) / "log", path(folder)):
        if place.is_dir():  # the promise may have become an entry just before the kill
            disk.sync(place)
    shutil.rmtree(staged, ignore_errors=True)


def _stage(target: Path, name: Path, text: str) -> None:
    """The new text and the old one side by side; the old one by a second name, which takes no
    space.
    """
    if text:
        disk.write(name.with_suffix(".new"), text, like=target)
    if target.exists():
        _place(target, name.with_suffix(".old"), name.parent)


def _promise(folder: Folder, entry: Entry) -> None:
    """Stage the digests that the files will have, and make the promise."""
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


def _stamp(folder: Folder, relative: str, new: Path, entry: Entry) -> str:
    """Stamp of a file as it will be; empty where what is recorded is not what is there."""
    if not entry.accepts:
        return digests.stamp(new)
    file = folder.root / relative
    return digests.stamp(file) if log_entries.sha_of(file) == entry.files[relative][1] else ""


def _place(source: Path, target: Path, staged: Path) -> None:
    """Make `target` what `source` is, at once: another name for the same bytes, or a copy where the
    disk knows no such names.
    """
    temporary = staged / "name"  # where a killed command's leavings are cleared away
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


def _finish(folder: Folder, entry: Entry) -> None:
    """Do what is promised, or, where a file is neither what it was nor what it shall be, take all
    of it back and raise Conflict.
    """
    here = {r: log_entries.sha_of(folder.root / r) for r in entry.written}
    foreign = [r for r, pair in entry.written.items() if here[r] not in pair]
    log = log_entries.file_of(folder, entry.number)
    try:
        if foreign:
            raise meanwhile(foreign[0])
        disk.settle([path(folder)], folder.root)  # a killed command may not have come as far
        _to(folder, entry, 1)
        disk.make(log.parent, private=True)
        with suppress(FileNotFoundError):  # where a killed command had come as far as this
            os.replace(path(folder) / "staged/digests.json", path(folder) / "digests.json")
        disk.sync(path(folder))  # an entry whose digest is not recorded would look forged
        os.replace(path(folder) / "pending.json", log)
    except (OSError, Conflict) as error:
        _take_back(folder, entry)
        raise refused(folder, error) if isinstance(error, OSError) else error from None
    try:
        disk.sync(log.parent)
        disk.sync(path(folder))
    except OSError as error:
        hint = "kb log says whether it is there; look after the disk before you go on"
        raise Usage(
            f"“{entry.what}” is written, but the disk does not confirm it: {error.strerror or error}.",
            hint,
        ) from None
    shutil.rmtree(path(folder) / "staged", ignore_errors=True)


def _to(folder: Folder, entry: Entry, side: int) -> None:
    """Bring each file that is one side of the change to the other: 1 as promised, 0 as it was."""
    staged = path(folder) / "staged"
    for n, (relative, pair) in enumerate(entry.written.items()):
        target = folder.root / relative
        if log_entries.sha_of(target) == pair[1 - side]:
            if pair[side]:
                _place(staged / f"{n}.{('old', 'new')[side]}", target, staged)
            else:
                target.unlink(missing_ok=True)
        if target.parent.is_dir():  # also where a killed command came as far, and no further
            disk.sync(target.parent)
        if not pair[side]:
            _prune(folder, target.parent)


def _prune(folder: Folder, place: Path) -> None:
    """Remove folders that are empty now; the collection that kb.toml names stays."""
    home_ = folder.root / "claims" / folder.collection
    disk.prune(place, home_ if place.is_relative_to(home_) else folder.root / "claims")


def _take_back(folder: Folder, entry: Entry) -> None:
    try:
        _to(folder, entry, 0)
    except OSError as error:
        raise Usage(
            f"{folder.root} cannot be written: {error.strerror or error}; “{entry.what}” is half done.",
            "free space or mend permissions: the next command finishes it",
        ) from None
    _drop(folder)


def _drop(folder: Folder) -> None:
    """Withdraw a promise, and, when that is on the disk, what was staged for it."""
    with suppress(FileNotFoundError):
        os.unlink(path(folder) / "pending.json")
        with suppress(OSError):
            disk.sync(path(folder))
    shutil.rmtree(path(folder) / "staged", ignore_errors=True)


def resume(folder: Folder) -> None:
    """What a killed writer promised is done; where a file was changed since, it is taken back and
    its texts are kept.
    """
    try:
        entry = _promised(folder)
    except Unreadable:
        message = f"{path(folder)}/pending.json, which says what a killed command had begun, cannot be read; nothing was changed."
        raise Unreadable(
            message, "kb fsck --repair puts it aside and loses nothing; then run the command again"
        ) from None
    if any(log_entries.sha_of(folder.root / r) not in pair for r, pair in entry.written.items()):
        try:
            _keep(folder, entry)
        except OSError as error:
            raise refused(folder, error) from None
    with suppress(Conflict):
        _finish(folder, entry)


def _promised(folder: Folder) -> Entry:
    """What a killed writer promised. Raises Unreadable where it cannot be read, or cannot be ours.

    A folder from somebody else may promise files outside, or other texts than it says.
    """
    pending = path(folder) / "pending.json"
    entry = log_entries.read(pending)
    for n, (relative, pair) in enumerate(entry.written.items()):
        new = path(folder) / f"staged/{n}.new"
        due = pair[1] and log_entries.sha_of(folder.root / relative) == pair[0] != pair[1]
        if not log_folder.inside(folder, relative) or (due and not _whole(new, pair[1])):
            raise Unreadable(f"{pending} does not promise what a command could.")
    return entry


def _whole(file: Path, digest: str) -> bool:
    """Whether a file has this digest, and is no link."""
    with suppress(OSError):
        return log_entries.sha(disk.read(file)) == digest
    return False


def _keep(folder: Folder, entry: Entry) -> None:
    """The texts that a killed command would have written, where people can look at them."""
    kept = path(folder) / f"kept/{entry.time:%Y%m%dT%H%M%S}-{entry.number}"
    for n, relative in enumerate(entry.written):
        with suppress(FileNotFoundError):
            text = disk.read(path(folder) / f"staged/{n}.new").decode()
            disk.write(kept / relative, text, private=True)
    disk.write(kept / "entry.json", log_entries.seal(asdict(entry)), private=True)


def unreadable(folder: Folder) -> bool:
    """Whether a command is half done and its promise cannot be read, so that nobody can finish it."""
    try:
        if os.path.lexists(path(folder) / "pending.json"):
            _promised(folder)
    except Unreadable:
        return True
    return False


def put_aside(folder: Folder) -> Path | None:
    """Where a promise that cannot be read, and the texts staged for it, lie from now on; None where
    there is no such promise.
    """
    if not unreadable(folder):
        return None
    aside = path(folder) / f"kept/{UNREADABLE}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    try:
        disk.make(aside, private=True)
        for left in (
            "staged",
            "pending.json",
        ):  # in this order: staged texts that nothing promises are cleared away
            with suppress(FileNotFoundError):
                os.rename(path(folder) / left, aside / left)
        disk.sync(aside)
        disk.sync(path(folder))
    except OSError as error:
        raise refused(folder, error) from None
    return aside


def meanwhile(relative: str) -> Conflict:
    """A file that somebody else changed."""
    return Conflict(
        f"{relative} changed while this command ran; nothing was written.", "run the command again"
    )


def refused(folder: Folder, error: OSError) -> Usage:
    """What the disk says, before anything was changed."""
    why = error.strerror or str(error)
    return Usage(
        f"{folder.root} cannot be written: {why}; nothing was changed.",
        "free space or mend permissions, then run the command again",
    )
