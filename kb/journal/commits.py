"""Changes to stored files: whole or not at all, one log entry a command, and what a killed command left is put right by the next.

How a change is staged, promised and done is told in `kb.journal.promises`. The journal is outside git and not disposable: `kb undo` and
`kb fsck` live on it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from kb import folder as folders
from kb import turtle
from kb.errors import KbError, Refused, Usage
from kb.folder import Folder
from kb.journal import entries, lock, promises
from kb.journal.entries import Change, Entry, path
from kb.turtle import Broken

# Bytes of a name: what every common file system can hold, less a temporary file's ending.
LONGEST_NAME = 240
# Times that a reader reads again before it asks writers to wait.
UNDISTURBED = 5
T = TypeVar("T")


@contextmanager
def writing(folder: Folder, what: str) -> Iterator[None]:
    """Be the only writer from reading to writing; what a killed writer left is put right first. `what` is the command in words.

    Raises Conflict, naming the owner, where another writer does not end; Usage where the folder cannot be written; Unreadable where
    nobody can tell what a killed writer had begun.
    """
    with lock.held(_made(folder) / "lock", what):
        if (path(folder) / "pending.json").exists():
            promises.resume(folder)
        yield


def recover(folder: Folder) -> None:
    """Finish or take back what a killed command left half done: one look where there is nothing to do. Readers are never refused."""
    if (path(folder) / "pending.json").exists():
        with suppress(KbError, OSError), writing(folder, "recover"):
            pass


def steady(folder: Folder, read: Callable[[], T]) -> T:
    """What `read` finds in the files, all of it from one state of them: it reads again where a command wrote in the meantime.

    Commands that write without a pause are kept out at last, for as long as `read` takes.
    """
    for _ in range(UNDISTURBED):
        recover(folder)
        before = entries.moment(folder)
        try:
            found = read()
        except (OSError, KbError):
            if entries.moment(folder) == before:
                raise
            continue
        if entries.moment(folder) == before and not before.half:
            return found
    with suppress(KbError), writing(folder, "read"):
        return read()
    return read()


def calm(folder: Folder) -> entries.Moment | None:
    """The present moment; None while a command writes."""
    try:
        handle = os.open(path(folder) / "lock", os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return entries.moment(folder)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return entries.moment(folder)
    except OSError:
        return None
    finally:
        os.close(handle)


def put_aside(folder: Folder) -> Path | None:
    """Have a promise that nobody can read lie elsewhere, with the texts staged for it; where, or None where there is no such promise."""
    with lock.held(_made(folder) / "lock", "put aside"):
        return promises.put_aside(folder)


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
                raise promises.meanwhile(relative)
        changed = {r: (seen.get(r, ""), text) for r, text in texts.items() if text != seen.get(r, "")}
        if changed:
            for relative, (before, after) in changed.items():
                _check(relative, before, after, folder.base)
            entry = _entry(folder, changed, what, now or datetime.now(UTC).replace(microsecond=0), undoes)
            promises.carry_out(folder, entry, {r: text for r, (_, text) in changed.items()})
        return list(changed)


def _entry(folder: Folder, changed: Mapping[str, tuple[str, str]], what: str, now: datetime, undoes: int) -> Entry:
    """What is logged of a change: texts before and after by path."""
    changes = {r: tuple(entries.changes(r, *pair, folder.base)) for r, pair in changed.items()}
    whole = {r: before for r, (before, after) in changed.items() if not _leads_back(before, after, changes[r], folder.base)}
    digests = {r: (entries.sha(before.encode()), entries.sha(after.encode())) for r, (before, after) in changed.items()}
    flat = tuple(c for group in changes.values() for c in group)
    return Entry(entries.last(folder) + 1, now, what, lock.user(), digests, flat, whole, undoes)


def _check(relative: str, before: str, after: str, base: str) -> None:
    """Read a text again before it is promised: it is Turtle, and only records whose blocks differ state something else.

    Raises Refused, naming the record and value. What cannot be read before is not compared: nobody knows what it stated.
    """
    try:
        folders.decode(after.encode(), relative)
        new = turtle.statements(after, base)
    except (Usage, UnicodeEncodeError):
        message = f"{relative}: the new text contains a character that a file of text cannot contain; nothing was written."
        raise Refused(message, "remove it from the value that you gave") from None
    except Broken as error:
        line = "".join(after.split("\n")[error.line - 1 : error.line]).strip()[:120]
        message = f"{relative}: the new text would not be Turtle at “{line}” ({error}); nothing was written."
        raise Refused(message, "change that value and run the command again") from None
    try:
        old = turtle.statements(before, base)
    except Broken:
        return
    logged = {c.subject for c in entries.changes(relative, before, after, base)}
    altered = sorted(f"{s} {p} {o}" for s, p, o in old ^ new if s not in logged)
    if altered:
        message = f"{relative}: the change would alter a record that it does not name ({altered[0][:200]}); nothing was written."
        raise Refused(message, "kb validate, then kb fmt, and run the command again")


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
            raise promises.refused(folder, error) from None


def _made(folder: Folder) -> Path:
    """The journal's folder, made where there is none, and out of git's sight."""
    found = path(folder)
    if not (found / ".gitignore").exists():
        try:
            folders.write(found / ".gitignore", "*\n")
        except OSError as error:
            raise promises.refused(folder, error) from None
    return found
