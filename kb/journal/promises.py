"""One change of stored files: staged, promised, done. Before the promise nothing has happened; after it nothing can stop half way.

The promise is one file, `pending.json`, beside the staged texts, new and old. Whoever comes next can finish what it says, take it back, or,
where nobody can read it, put it aside. All of this is for who holds the lock.
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

from kb import folder as folders
from kb.errors import Conflict, Unreadable, Usage
from kb.folder import Folder
from kb.journal import entries
from kb.journal.entries import Entry, path

# What a disk says that knows no second names for a file, or whose folders lie on several disks.
LINKLESS = {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
# How the folders begin in which promises lie that nobody can read.
UNREADABLE = "unreadable"


def carry_out(folder: Folder, entry: Entry, texts: Mapping[str, str]) -> None:
    """Stage every byte, promise the change, do it. Raises Usage where the disk refuses, Conflict where a file changes meanwhile."""
    staged, pending = path(folder) / "staged", path(folder) / "pending.json"
    try:
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir()
        for n, (relative, text) in enumerate(texts.items()):
            _stage(folder.root / relative, staged / str(n), text)
        _note(folder, entry, staged)
        folders.write(staged / "pending.json", entries.seal(asdict(entry)))
        os.replace(staged / "pending.json", pending)
        folders.sync(path(folder))
    except BaseException as error:
        pending.unlink(missing_ok=True)
        shutil.rmtree(staged, ignore_errors=True)
        if isinstance(error, OSError):
            raise refused(folder, error) from None
        raise
    _finish(folder, entry)


def _stage(target: Path, name: Path, text: str) -> None:
    """The new text and the old one side by side; the old one by a second name, which takes no space."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if text:
        folders.write(name.with_suffix(".new"), text)
    if target.exists():
        _place(target, name.with_suffix(".old"), name.parent)


def _note(folder: Folder, entry: Entry, staged: Path) -> None:
    """Stage the digests that the files will have."""
    known = entries.digests(folder) or entries.taken(folder)
    for n, (relative, (_, after)) in enumerate(entry.files.items()):
        known.pop(relative, None)
        if after:
            known[relative] = (after, entries.stamp(staged / f"{n}.new"))
    folders.write(staged / "digests.json", entries.seal({"files": known}))


def _place(source: Path, target: Path, staged: Path) -> None:
    """Make `target` what `source` is, at once: another name for the same bytes, or a copy where the disk knows no such names."""
    temporary = staged / "name"  # where a killed command's leavings are cleared away
    temporary.unlink(missing_ok=True)
    try:
        os.link(source, temporary)
        os.replace(temporary, target)
    except OSError as error:
        if error.errno not in LINKLESS:
            raise
        folders.write(target, source.read_bytes().decode())
        return
    folders.sync(target.parent)


def _finish(folder: Folder, entry: Entry) -> None:
    """Do what is promised, or, where a file is neither what it was nor what it shall be, take all of it back and raise Conflict."""
    here = {r: entries.sha_of(folder.root / r) for r in entry.files}
    foreign = [r for r, pair in entry.files.items() if here[r] not in pair]
    try:
        if foreign:
            raise meanwhile(foreign[0])
        _to(folder, entry, 1)
        home = entries.file_of(folder, entry.number)
        home.parent.mkdir(exist_ok=True)
        with suppress(FileNotFoundError):  # where a killed command had come as far as this
            os.replace(path(folder) / "staged/digests.json", path(folder) / "digests.json")
        os.replace(path(folder) / "pending.json", home)
    except (OSError, Conflict) as error:
        _take_back(folder, entry)
        raise refused(folder, error) if isinstance(error, OSError) else error from None
    shutil.rmtree(path(folder) / "staged", ignore_errors=True)
    try:
        folders.sync(home.parent)
        folders.sync(path(folder))
    except OSError as error:
        hint = "kb log says whether it is there; look after the disk before you go on"
        raise Usage(f"“{entry.what}” is written, but the disk does not confirm it: {error.strerror or error}.", hint) from None


def _to(folder: Folder, entry: Entry, side: int) -> None:
    """Bring each file that is one side of the change to the other: 1 as promised, 0 as it was."""
    staged = path(folder) / "staged"
    for n, (relative, pair) in enumerate(entry.files.items()):
        target = folder.root / relative
        if entries.sha_of(target) != pair[1 - side]:
            continue
        if pair[side]:
            _place(staged / f"{n}.{('old', 'new')[side]}", target, staged)
        else:
            target.unlink(missing_ok=True)
            folders.sync(target.parent)


def _take_back(folder: Folder, entry: Entry) -> None:
    try:
        _to(folder, entry, 0)
    except OSError as error:
        raise Usage(
            f"{folder.root} cannot be written: {error.strerror or error}; “{entry.what}” is half done.",
            "free space or mend permissions: the next command finishes it",
        ) from None
    (path(folder) / "pending.json").unlink(missing_ok=True)
    shutil.rmtree(path(folder) / "staged", ignore_errors=True)


def resume(folder: Folder) -> None:
    """What a killed writer promised is done; where a file was changed since, it is taken back and its texts are kept."""
    try:
        entry = entries.read(path(folder) / "pending.json")
    except Unreadable:
        message = f"{path(folder)}/pending.json, which says what a killed command had begun, cannot be read; nothing was changed."
        raise Unreadable(message, "kb fsck --repair puts it aside and loses nothing; then run the command again") from None
    if any(entries.sha_of(folder.root / r) not in pair for r, pair in entry.files.items()):
        try:
            _keep(folder, entry)
        except OSError as error:
            raise refused(folder, error) from None
    with suppress(Conflict):
        _finish(folder, entry)


def _keep(folder: Folder, entry: Entry) -> None:
    """The texts that a killed command would have written, where people can look at them."""
    kept = path(folder) / f"kept/{entry.time:%Y%m%dT%H%M%S}-{entry.number}"
    for n, relative in enumerate(entry.files):
        source = path(folder) / f"staged/{n}.new"
        if source.exists():
            folders.write(kept / relative, source.read_bytes().decode())
    folders.write(kept / "entry.json", entries.seal(asdict(entry)))


def unreadable(folder: Folder) -> bool:
    """Whether a command is half done and its promise cannot be read, so that nobody can finish it."""
    try:
        if (path(folder) / "pending.json").exists():
            entries.read(path(folder) / "pending.json")
    except Unreadable:
        return True
    return False


def put_aside(folder: Folder) -> Path | None:
    """Where a promise that cannot be read, and the texts staged for it, lie from now on; None where there is no such promise."""
    if not unreadable(folder):
        return None
    name = f"kept/{UNREADABLE}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    try:
        (path(folder) / name).mkdir(parents=True)
        for left in ("staged", "pending.json"):  # in this order: staged texts that nothing promises are cleared away
            with suppress(FileNotFoundError):
                os.rename(path(folder) / left, path(folder) / name / left)
        folders.sync(path(folder) / name)
        folders.sync(path(folder))
    except OSError as error:
        raise refused(folder, error) from None
    return path(folder) / name


def meanwhile(relative: str) -> Conflict:
    """A file that somebody else changed."""
    return Conflict(f"{relative} changed while this command ran; nothing was written.", "run the command again")


def refused(folder: Folder, error: OSError) -> Usage:
    """What the disk says, before anything was changed."""
    why = error.strerror or str(error)
    return Usage(
        f"{folder.root} cannot be written: {why}; nothing was changed.", "free space or mend permissions, then run the command again"
    )
