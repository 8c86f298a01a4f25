"""Changes to stored files: whole or not at all, one log entry a command, and what a killed command left is put right by the next.

New texts are staged and synced first, then one entry says what is to happen: from there on a change needs no space, only names that
move, and whoever comes next can finish it. The journal is outside git and not disposable: `kb undo` and `kb fsck` live on it.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from kb import folder as folders
from kb.errors import Conflict, KbError, Refused, Unreadable, Usage
from kb.folder import Folder
from kb.journal import entries, lock
from kb.journal.entries import Change, Entry, path
from kb.turtle import Broken

# What a disk says that knows no second names for a file, or whose folders lie on several disks.
LINKLESS = {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
# Bytes of a name: what every common file system can hold, less a temporary file's ending.
LONGEST_NAME = 240
# How the folders begin in which promises lie that nobody can read.
UNREADABLE = "unreadable"


@contextmanager
def writing(folder: Folder, what: str) -> Iterator[None]:
    """Be the only writer from reading to writing; what a killed writer left is put right first. `what` is the command in words.

    Raises Conflict, naming the owner, where another writer does not end; Usage where the folder cannot be written; Unreadable where
    nobody can tell what a killed writer had begun.
    """
    with lock.held(_made(folder) / "lock", what):
        if (path(folder) / "pending.json").exists():
            _resume(folder)
        yield


def recover(folder: Folder) -> None:
    """Finish or take back what a killed command left half done: one look where there is nothing to do. Readers are never refused."""
    if (path(folder) / "pending.json").exists():
        with suppress(KbError, OSError), writing(folder, "recover"):
            pass


def put_aside(folder: Folder) -> Path | None:
    """Where a promise that cannot be read, and the texts staged for it, lie from now on; None where there is no such promise."""
    with lock.held(_made(folder) / "lock", "put aside"):
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
            raise _cannot(folder, error) from None
        return path(folder) / name


def unreadable(folder: Folder) -> bool:
    """Whether a command is half done and its promise cannot be read, so that nobody can finish it."""
    try:
        if (path(folder) / "pending.json").exists():
            entries.read(path(folder) / "pending.json")
    except Unreadable:
        return True
    return False


def commit(
    folder: Folder, texts: Mapping[str, str], seen: Mapping[str, str], what: str, now: datetime | None = None, undoes: int = 0
) -> list[str]:
    """Write these files (relative path → new text, empty to remove it) if each still holds what was `seen`, and log it as `what`.

    Unchanged ones are left alone. All are written or none, whenever the process ends. `undoes` is the entry that this takes back.
    Returns the paths written. Raises Conflict where one changed meanwhile, Refused outside of the folder, Usage where the disk refuses.
    """
    for relative in texts:
        if not _inside(folder, relative):
            raise Refused(f"{relative} leaves the knowledge base.", "use plain names for collections and topics")
    with writing(folder, what):
        for relative in texts:
            if folder.read(relative) != seen.get(relative, ""):
                raise _meanwhile(relative)
        changed = {r: (seen.get(r, ""), text) for r, text in texts.items() if text != seen.get(r, "")}
        if changed:
            entry = _entry(folder, changed, what, now or datetime.now(UTC).replace(microsecond=0), undoes)
            _carry_out(folder, entry, {r: text for r, (_, text) in changed.items()})
        return list(changed)


def _entry(folder: Folder, changed: Mapping[str, tuple[str, str]], what: str, now: datetime, undoes: int) -> Entry:
    """What is logged of a change: texts before and after by path."""
    changes = {r: tuple(entries.changes(r, *pair, folder.base)) for r, pair in changed.items()}
    whole = {r: before for r, (before, after) in changed.items() if not _leads_back(before, after, changes[r], folder.base)}
    digests = {r: (entries.sha(before.encode()), entries.sha(after.encode())) for r, (before, after) in changed.items()}
    flat = tuple(c for group in changes.values() for c in group)
    return Entry(entries.last(folder) + 1, now, what, lock.user(), digests, flat, whole, undoes)


def _leads_back(before: str, after: str, changes: Iterable[Change], base: str) -> bool:
    """Whether the blocks alone give back every byte: not where comments or the order of records changed."""
    try:
        return entries.reverted(after, changes, base) == before
    except Broken:
        return False


def _inside(folder: Folder, relative: str) -> bool:
    """Whether a path is a place for records: claims/….ttl, not out of the folder, not hidden, and of names that a disk can hold."""
    parts = Path(relative).parts
    try:
        target = (folder.root / relative).resolve()
        short = all(len(os.fsencode(part)) <= LONGEST_NAME for part in parts)
    except (OSError, ValueError):
        return False
    plain = parts[:1] == ("claims",) and relative.endswith(".ttl") and not any(part.startswith(".") for part in parts)
    return short and plain and target.is_relative_to(folder.root / "claims")


def record(folder: Folder, names: Iterable[str]) -> None:
    """Note the digests of these files as they are now, or that they are gone: what `kb fsck` compares with."""
    with writing(folder, "record digests"):
        known, now = entries.digests(folder), entries.taken(folder)
        for name in names:
            known.pop(name, None)
            if name in now:
                known[name] = now[name]
        try:
            folders.write(path(folder) / "digests.json", entries.seal({"files": known}))
        except OSError as error:
            raise _cannot(folder, error) from None


def _meanwhile(relative: str) -> Conflict:
    return Conflict(f"{relative} changed while this command ran; nothing was written.", "run the command again")


def _cannot(folder: Folder, error: OSError) -> Usage:
    why = error.strerror or str(error)
    return Usage(
        f"{folder.root} cannot be written: {why}; nothing was changed.", "free space or mend permissions, then run the command again"
    )


def _made(folder: Folder) -> Path:
    """The journal's folder, made where there is none, and out of git's sight."""
    found = path(folder)
    if not (found / ".gitignore").exists():
        try:
            folders.write(found / ".gitignore", "*\n")
        except OSError as error:
            raise _cannot(folder, error) from None
    return found


# --- one change: staged, promised, done ----------------------------------------------------------------------------------------------


def _carry_out(folder: Folder, entry: Entry, texts: Mapping[str, str]) -> None:
    """Stage every byte, promise the change, do it. Before the promise nothing has happened; after it nothing can stop half way."""
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
            raise _cannot(folder, error) from None
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
            raise _meanwhile(foreign[0])
        _to(folder, entry, 1)
        home = entries.file_of(folder, entry.number)
        home.parent.mkdir(exist_ok=True)
        with suppress(FileNotFoundError):  # where a killed command had come as far as this
            os.replace(path(folder) / "staged/digests.json", path(folder) / "digests.json")
        os.replace(path(folder) / "pending.json", home)
    except (OSError, Conflict) as error:
        _take_back(folder, entry)
        raise _cannot(folder, error) if isinstance(error, OSError) else error from None
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


def _resume(folder: Folder) -> None:
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
            raise _cannot(folder, error) from None
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
