"""Transactions: all files of a change are written or none, with one log entry for each command.

The next command completes or reverts what a killed one left. `kb.workspace.transactions.staging`
describes the steps of a change. The log is outside git and is not disposable: `kb undo` and
`kb fsck` need it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kb.errors import KbError, Refused, Usage
from kb.rdf import turtle_reader
from kb.rdf.turtle_reader import Broken
from kb.system import disk
from kb.system.modules import later
from kb.workspace.files import folder as folders
from kb.workspace.files.folder import Folder
from kb.workspace.log import digests, log_entries, log_folder
from kb.workspace.log.log_entries import LogEntry, RecordChange
from kb.workspace.log.log_folder import path
from kb.workspace.transactions import lock

if TYPE_CHECKING:
    from kb.store import sparql
    from kb.workspace.log import log_chain
    from kb.workspace.transactions import staging
else:
    sparql = later("kb.store.sparql")
    log_chain = later("kb.workspace.log.log_chain")
    staging = later("kb.workspace.transactions.staging")

# Attempts of a reader before it makes writers wait.
UNDISTURBED = 5
T = TypeVar("T")


@contextmanager
def writing(folder: Folder, what: str) -> Iterator[None]:
    """Be the only writer, from reading to writing. `what` is the command in words.

    What a killed command left is completed or reverted first. Raises Conflict, naming the owner, if
    another writer does not end; Usage if the folder cannot be written; Unreadable if nobody can
    read what a killed command had begun.
    """
    with lock.held(_made(folder) / "lock", what):
        if _pending(folder):
            staging.resume(folder)
        yield


def recover(folder: Folder) -> None:
    """Complete or revert a half-done change, if there is one. Errors do not stop a reader."""
    if _pending(folder):
        with suppress(KbError, OSError), writing(folder, "recover"):
            pass


def steady(folder: Folder, read: Callable[[], T]) -> T:
    """Return what `read` finds in the files, all from one state: read again if a command wrote.

    Commands that write without a pause are finally kept out, for as long as `read` takes.
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
    """Return the present moment, or None while a command writes."""
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
    """Move an unreadable promise and its staged texts aside. Return the folder, or None."""
    with lock.held(_made(folder) / "lock", "put aside"):
        return staging.put_aside(folder)


def now(folder: Folder) -> datetime:
    """Return the time that a command records: the clock's, but never before the last entry's.

    So no record ends before it began because a clock was set back.
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
    *,
    now: datetime | None = None,
    undoes: int = 0,
    anew: bool = False,
) -> list[str]:
    """Write files if each is still as `seen`, and log the change as `what`.

    `texts` has the new text by relative path; an empty one removes the file. Unchanged files are
    left alone. All are written or none, whenever the process ends. `undoes` is the number of the
    entry that this undoes. `anew` begins the chain of the log here, over the files as they are, and
    logs that even if no file changes.

    Returns the paths written. Raises Conflict if a file has changed in the meantime, Refused for a
    path outside the folder, and Usage if the disk reports an error.
    """
    for relative in texts:
        if not log_folder.inside(folder, relative):
            raise Refused(
                f"{relative} is outside the knowledge base.",
                "use plain names for collections and topics",
            )
    with writing(folder, what):
        for relative in texts:
            if folder.read(relative) != seen.get(relative, ""):
                raise staging.meanwhile(relative)
        pairs = {relative: (seen.get(relative, ""), text) for relative, text in texts.items()}
        changed = {r: pair for r, pair in pairs.items() if pair[0] != pair[1]}
        if changed or anew:
            for relative, (before, after) in changed.items():
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
) -> LogEntry:
    """Return the log entry of a change: texts before and after by path."""
    changes = {r: tuple(log_entries.changes(r, *pair, folder.base)) for r, pair in changed.items()}
    texts, pairs = dict[str, str](), dict[str, tuple[str, str]]()
    for relative, (before, after) in changed.items():
        pairs[relative] = (log_entries.sha(before.encode()), log_entries.sha(after.encode()))
        if not _leads_back(relative, before, after, changes[relative], folder.base):
            texts[relative] = before
    flat = tuple(change for group in changes.values() for change in group)
    return LogEntry(0, time or now(folder), what, lock.user(), pairs, flat, texts, undoes)


def _check(relative: str, before: str, after: str, base: str) -> None:
    """Check a text about to be promised, if it is Turtle or a query. Raises Refused."""
    if relative.endswith(".ttl"):
        _check_turtle(relative, before, after, base)
    elif relative.endswith(".rq") and after:
        _check_query(relative, after)


def _check_turtle(relative: str, before: str, after: str, base: str) -> None:
    """Check a text about to be promised: it is Turtle, and only records with changed blocks differ.

    Raises Refused, naming the record and value. A text that could not be read before is not
    compared.
    """
    try:
        folders.decode(after.encode(), relative)
        new = turtle_reader.statements(after, base)
    except (Usage, UnicodeEncodeError):
        raise Refused(
            f"{relative}: the new text contains a character that is not allowed in a text file; "
            "nothing was written.",
            "remove it from the value",
        ) from None
    except Broken as error:
        line = "".join(after.split("\n")[error.line - 1 : error.line]).strip()[:120]
        raise Refused(
            f"{relative}: the new text would not be Turtle at “{line}” ({error}); "
            "nothing was written.",
            "change that value and run the command again",
        ) from None
    try:
        old = turtle_reader.statements(before, base)
    except Broken:
        return
    logged = {c.subject for c in log_entries.changes(relative, before, after, base)}
    altered = sorted(f"{s} {p} {o}" for s, p, o in old ^ new if s not in logged)
    if altered:
        raise Refused(
            f"{relative}: the change would alter a record that it does not name "
            f"({altered[0][:200]}); nothing was written.",
            "run kb validate, then kb fmt, then this command again",
        )


def _check_query(relative: str, after: str) -> None:
    """Raise Refused if a text about to be promised does not consist of SPARQL tokens."""
    try:
        sparql.tokens(after)
    except KbError as error:
        raise Refused(
            f"{relative}: the new text would not be a query ({error.message}); "
            "nothing was written.",
            "correct the query and run the command again",
        ) from None


def _linked(folder: Folder, entry: LogEntry, anew: bool = False) -> LogEntry:
    """Link an entry to the log. Where the chain begins, add the digests of all files."""
    link = log_chain.link(folder)
    begins = anew or not log_chain.chained(folder)
    known = digests.known(folder).items() if begins else ()
    found = {name: digest for name, (digest, _) in known if name not in entry.files}
    over = log_chain.over(folder, link.number - 1) if begins and link.number > 1 else ""
    return replace(entry, number=link.number, previous=link.previous, over=over, found=found)


def _leads_back(
    file: str, before: str, after: str, changes: Iterable[RecordChange], base: str
) -> bool:
    """Tell whether the blocks alone restore every byte, which a change of comments prevents."""
    try:
        return file.endswith(".ttl") and log_entries.reverted(after, changes, base) == before
    except Broken:
        return False


def accept(
    folder: Folder, pairs: Mapping[str, tuple[str, str]], what: str, undoes: int = 0
) -> None:
    """Accept files as they are, without changing one.

    `pairs` has the digests expected so far and from now on by path, empty for no file.
    """
    with writing(folder, what):
        entry = LogEntry(0, now(folder), what, lock.user(), pairs, (), {}, undoes, accepts=True)
        staging.carry_out(folder, _linked(folder, entry), {})


def _made(folder: Folder) -> Path:
    """Return the log's folder, made if it is missing.

    Raises Usage if the disk reports an error, and Unreadable if it is a link or the like.
    """
    try:
        return log_folder.prepared(folder)
    except OSError as error:
        raise staging.refused(folder, error) from None
