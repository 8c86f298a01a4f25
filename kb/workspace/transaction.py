"""Changes to stored files: whole or not at all, one log entry a command, and what a killed command
left is put right by the next.

How a change is staged, promised and done is told in `kb.workspace.staging`. The journal is outside
git and not disposable: `kb undo` and
`kb fsck` live on it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from kb.errors import KbError, Refused, Usage
from kb.rdf import turtle_reader
from kb.rdf.turtle_reader import Broken
from kb.system import disk
from kb.workspace import digests, lock, log_chain, log_entries, log_folder, staging
from kb.workspace import folder as folders
from kb.workspace.folder import Folder
from kb.workspace.log_entries import Change, Entry
from kb.workspace.log_folder import path

# Times that a reader reads again before it asks writers to wait.
UNDISTURBED = 5
T = TypeVar("T")


@contextmanager
def writing(folder: Folder, what: str) -> Iterator[None]:
    """Be the only writer from reading to writing; what a killed writer left is put right first.
    `what` is the command in words.

    Raises Conflict, naming the owner, where another writer does not end; Usage where the folder
    cannot be written; Unreadable where
    nobody can tell what a killed writer had begun.
    """
    with lock.held(_made(folder) / "lock", what):
        if _pending(folder):
            staging.resume(folder)
        yield


def recover(folder: Folder) -> None:
    """Finish or take back what a killed command left half done: one look where there is nothing to
    do. Readers are never refused.
    """
    if _pending(folder):
        with suppress(KbError, OSError), writing(folder, "recover"):
            pass


def steady(folder: Folder, read: Callable[[], T]) -> T:
    """What `read` finds in the files, all of it from one state of them: it reads again where a
    command wrote in the meantime.

    Commands that write without a pause are kept out at last, for as long as `read` takes.
    """
    for _ in range(UNDISTURBED):
        recover(folder)
        before = log_entries.moment(folder)
        try:
            found = read()
        except (OSError, KbError):
            if log_entries.moment(folder) == before:
                raise
            continue
        if log_entries.moment(folder) == before and not before.half:
            return found
    with suppress(KbError), writing(folder, "read"):
        return read()
    return read()


def calm(folder: Folder) -> log_entries.Moment | None:
    """The present moment; None while a command writes."""
    try:
        handle = os.open(path(folder) / "lock", os.O_RDONLY | disk.DIRECT)
    except OSError:
        return log_entries.moment(folder)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return log_entries.moment(folder)
    except OSError:
        return None
    finally:
        os.close(handle)


def _pending(folder: Folder) -> bool:
    return os.path.lexists(path(folder) / "pending.json")


def put_aside(folder: Folder) -> Path | None:
    """Have a promise that nobody can read lie elsewhere, with the texts staged for it; where, or
    None where there is no such promise.
    """
    with lock.held(_made(folder) / "lock", "put aside"):
        return staging.put_aside(folder)


def now(folder: Folder) -> datetime:
    """The time that a command records: that of the clock, and never before that of the last entry.

    So a clock that was set back gives no record that ends before it began.
    """
    clock = datetime.now(UTC).replace(microsecond=0)
    with suppress(KbError, TypeError):
        return max(clock, log_entries.numbered(folder, log_entries.last(folder)).time)
    return clock


def commit(
    folder: Folder,
    texts: Mapping[str, str],
    seen: Mapping[str, str],
    what: str,
    now: datetime | None = None,
    undoes: int = 0,
    anew: bool = False,
) -> list[str]:
    """Write these files (relative path → new text, empty to remove it) if each still holds what was
    `seen`, and log it as `what`.

    Unchanged ones are left alone. All are written or none, whenever the process ends. `undoes` is
    the entry that this takes back;
    `anew` begins the chain of the log here, over what is there, and logs that even where no file
    changes.

    Returns the paths written. Raises Conflict where one changed meanwhile, Refused outside of the
    folder, Usage where the disk refuses.
    """
    for relative in texts:
        if not log_folder.inside(folder, relative):
            raise Refused(
                f"{relative} leaves the knowledge base.",
                "use plain names for collections and topics",
            )
    with writing(folder, what):
        for relative in texts:
            if folder.read(relative) != seen.get(relative, ""):
                raise staging.meanwhile(relative)
        changed = {
            r: (seen.get(r, ""), text) for r, text in texts.items() if text != seen.get(r, "")
        }
        if changed or anew:
            for relative, (before, after) in changed.items():
                if relative.endswith(".ttl"):
                    _check(relative, before, after, folder.base)
            entry = _linked(folder, _entry(folder, changed, what, now, undoes), anew)
            staging.carry_out(folder, entry, {r: text for r, (_, text) in changed.items()})
        return list(changed)


def _entry(
    folder: Folder,
    changed: Mapping[str, tuple[str, str]],
    what: str,
    time: datetime | None,
    undoes: int,
) -> Entry:
    """What is logged of a change: texts before and after by path."""
    changes = {r: tuple(log_entries.changes(r, *pair, folder.base)) for r, pair in changed.items()}
    whole = {
        r: before
        for r, (before, after) in changed.items()
        if not _leads_back(r, before, after, changes[r], folder.base)
    }
    pairs = {
        r: (log_entries.sha(before.encode()), log_entries.sha(after.encode()))
        for r, (before, after) in changed.items()
    }
    flat = tuple(c for group in changes.values() for c in group)
    return Entry(0, time or now(folder), what, lock.user(), pairs, flat, whole, undoes)


def _check(relative: str, before: str, after: str, base: str) -> None:
    """Read a text again before it is promised: it is Turtle, and only records whose blocks differ
    state something else.

    Raises Refused, naming the record and value. What cannot be read before is not compared: nobody
    knows what it stated.
    """
    try:
        folders.decode(after.encode(), relative)
        new = turtle_reader.statements(after, base)
    except (Usage, UnicodeEncodeError):
        message = f"{relative}: the new text contains a character that a file of text cannot contain; nothing was written."
        raise Refused(message, "remove it from the value that you gave") from None
    except Broken as error:
        line = "".join(after.split("\n")[error.line - 1 : error.line]).strip()[:120]
        message = f"{relative}: the new text would not be Turtle at “{line}” ({error}); nothing was written."
        raise Refused(message, "change that value and run the command again") from None
    try:
        old = turtle_reader.statements(before, base)
    except Broken:
        return
    logged = {c.subject for c in log_entries.changes(relative, before, after, base)}
    altered = sorted(f"{s} {p} {o}" for s, p, o in old ^ new if s not in logged)
    if altered:
        message = f"{relative}: the change would alter a record that it does not name ({altered[0][:200]}); nothing was written."
        raise Refused(message, "kb validate, then kb fmt, and run the command again")


def _linked(folder: Folder, entry: Entry, anew: bool = False) -> Entry:
    """The entry as the next one of the log. Where the chain begins, or begins `anew`, it has the
    digests of all that it found.
    """
    link = log_chain.link(folder)
    begins = anew or not log_chain.chained(folder)
    found = (
        {n: d for n, (d, _) in digests.known(folder).items() if n not in entry.files}
        if begins
        else {}
    )
    over = log_chain.over(folder, link.number - 1) if begins and link.number > 1 else ""
    return replace(entry, number=link.number, previous=link.previous, over=over, found=found)


def _leads_back(file: str, before: str, after: str, changes: Iterable[Change], base: str) -> bool:
    """Whether the blocks alone give back every byte: not where comments or the order of records
    changed.
    """
    try:
        return file.endswith(".ttl") and log_entries.reverted(after, changes, base) == before
    except Broken:
        return False


def accept(
    folder: Folder, pairs: Mapping[str, tuple[str, str]], what: str, undoes: int = 0
) -> None:
    """Take files as they should be, without changing one: path → digest expected so far and from
    now on, empty where no file should be.
    """
    with writing(folder, what):
        entry = Entry(0, now(folder), what, lock.user(), pairs, (), {}, undoes, accepts=True)
        staging.carry_out(folder, _linked(folder, entry), {})


def _made(folder: Folder) -> Path:
    """The journal's folder, made where it is missing. Raises Usage where the disk refuses,
    Unreadable where it is a link or the like.
    """
    try:
        return log_folder.prepared(folder)
    except OSError as error:
        raise staging.refused(folder, error) from None
