"""Damage: bytes of files, documents and the log that are not as a command wrote them."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kb.app.checks.condition import missing_files
from kb.app.session import Session
from kb.errors import KbError, Place, Problem, Usage
from kb.system import disk
from kb.workspace.log import digests, log_chain, log_entries, log_folder
from kb.workspace.log.digests import Known
from kb.workspace.transactions import staging

# The name of a document's text: its digest.
NAMED = re.compile(r"[0-9a-f]{64}\.txt", re.ASCII)
# What `kb log --head` prints.
HEAD = re.compile(r"[0-9a-f]{64}", re.ASCII)
# An entry that is further in the future was written with a wrong clock. A smaller difference can
# come from setting the clock.
AHEAD = timedelta(days=1)
ACCEPT = "if the file is correct: kb fsck --accept"


def found(session: Session) -> list[Problem]:
    """Find all damage to bytes. This needs no store."""
    return [p for look in (changed, documents, log) for p in look(session)]


# --- files


def expected(session: Session) -> dict[str, Known]:
    """Return the digest and time that each file should have: from the log if it is intact, else
    from the record of the last command.
    """
    folder = session.folder
    recorded = digests.recorded(folder)
    known = dict(recorded.files) if recorded else {}
    logged = {} if log_chain.breaks(folder) else digests.logged(folder)
    if not logged:
        return known
    return {n: known[n] if n in known and known[n][0] == d else (d, "") for n, d in logged.items()}


def changed(session: Session) -> Iterator[Problem]:
    """Return every file that differs from what the last command left.

    A change by a program also changes the time of the file; a fault of the disk does not.
    """
    known = expected(session)
    now = digests.taken(session.folder) if known else {}
    if not any(digests.covered(name) is False for name in known) and _old(session):
        now = {name: seen for name, seen in now.items() if digests.covered(name)}
    absent = list[str]()
    for name in sorted({*known, *now}):
        if name not in now:
            absent.append(name)
        elif name not in known:
            yield Problem(
                "warning",
                "changed-outside",
                f"{name} was added outside kb.",
                Place(name),
                hint=ACCEPT,
            )
        elif now[name][0] != known[name][0]:
            yield _changed(name, known[name][1], now[name][1])
    yield from missing_files(
        session.folder, [name for name in absent if digests.gone(session.folder.root / name)]
    )


def _old(session: Session) -> bool:
    """Tell whether kb 0.1 recorded the digests, without those of ontology and queries."""
    recorded = digests.recorded(session.folder)
    return recorded is not None and not recorded.head


def _changed(name: str, before: str, after: str) -> Problem:
    quoted = shlex.quote(name)
    if before == after:
        message = (
            f"{name} has other bytes than were written, but the same size and time: the disk "
            "damaged it, or a program that keeps times (cp -p, rsync -t) replaced it."
        )
        replaced = f"where a program replaced it: touch {quoted}; kb fsck --accept"
        hint = f"git diff {quoted}; git restore {quoted}, or bring back a copy; {replaced}"
        return Problem("error", "damaged-file", message, Place(name), hint=hint)
    since = (
        f" since {datetime.fromtimestamp(int(before.split()[1]) / 1e9, UTC):%Y-%m-%d %H:%M:%S} UTC"
        if before
        else ""
    )
    message = f"{name} was changed outside kb{since}."
    return Problem(
        "warning", "changed-outside", message, Place(name), hint=f"git diff {quoted}; {ACCEPT}"
    )


# --- documents


def texts(session: Session) -> list[Path]:
    """Return the documents that are stored here. The digest of its text is the name of each."""
    kept = session.folder.root / "documents"
    return (
        [p for p in sorted(kept.glob("*.txt")) if NAMED.fullmatch(p.name)] if kept.is_dir() else []
    )


def documents(session: Session) -> Iterator[Problem]:
    """Return every stored text that is not the one that was read."""
    for path in texts(session):
        name = log_folder.relative(session.folder, path)
        if not path.is_file():
            message = f"this is {disk.kind(path)}, not the text that was read."
        elif hashlib.sha256(path.read_bytes()).hexdigest() != path.stem:
            message = "this text is not the one that was read: its digest is not its name."
        else:
            continue
        yield Problem(
            "error",
            "damaged-document",
            message,
            Place(name),
            hint="delete it and read the document in again: kb add source",
        )


def missing(session: Session) -> Iterator[Problem]:
    """Return the sources whose texts were stored here, according to the log, and are gone."""
    find = session.finder()
    gone = [s for s in session.known().sources.values() if s.sha256 and find(s) is None]
    kept = set(log_entries.read_in(session.folder)) if gone else set()
    for source in gone:
        name = f"documents/{source.sha256}.txt"
        if source.sha256 in kept and not (session.folder.root / name).exists():
            file = shlex.quote(source.file_name or "FILE")
            hint = f"restore it from a copy, or kb add source {file}: it stores the same text again"
            message = (
                f"the text of {source.id} was stored here and is gone, so its quotes cannot be "
                "checked."
            )
            yield Problem("warning", "missing-document", message, Place(name), hint=hint)


# --- the log


def log(session: Session) -> Iterator[Problem]:
    """Return the problems of the log: damaged entries, changes that could not be completed, and
    set-aside texts.
    """
    folder = session.folder
    hint = "restore .journal from a copy; or kb migrate seals the log as it is now"
    for name, kind in log_folder.strange(folder):
        message = f"this is {kind}, which kb does not use: no command writes here."
        yield Problem(
            "error", "strange-file", message, Place(name), hint=disk.removal(folder.root / name)
        )
    broken = log_chain.breaks(folder)
    for found in broken:
        place = Place(log_folder.relative(folder, log_entries.file_of(folder, found.number)))
        yield Problem(
            "error", "journal-damaged", f"entry {found.number} {found.why}.", place, hint=hint
        )
    for path in log_entries.others(folder):
        place = Place(log_folder.relative(folder, path))
        message = "this is not an entry of the log."
        yield Problem("error", "journal-damaged", message, place, hint="move it away")
    end = log_chain.end(folder)
    if end:
        if not digests.recorded(folder):
            hint = "compare the files with git, then kb fsck --accept records them again"
        place = Place(".journal/digests.json")
        yield Problem("error", "journal-damaged", f"{end}.", place, hint=hint)
    elif not broken:
        yield from _forged(session)
    yield from _dated(session)
    yield from _pending(session)
    yield from _kept(session)


def unproven(session: Session, head: str) -> Iterator[Problem]:
    """Say why a saved digest does not prove the log up to its entry. Raises Usage if it is not a
    digest.
    """
    folder = session.folder
    if not HEAD.fullmatch(head):
        raise Usage(f"“{head}” is not what kb log --head prints.", "give all 64 characters")
    number = log_chain.proven(folder, head)
    if number is None:
        message = "no entry of the log has this digest: its history was rewritten or cut."
        hint = "compare with a copy from the time when you noted the digest"
        yield Problem("error", "head-unknown", message, Place(".journal/log"), hint=hint)
        return
    for broken in log_chain.breaks(folder, number):
        message = (
            f"entry {broken.number} {broken.why}, so the digest does not prove that entry, nor "
            "those before it."
        )
        place = Place(log_folder.relative(folder, log_entries.file_of(folder, broken.number)))
        yield Problem("error", "head-unknown", message, place, hint="restore .journal from a copy")


def forged(session: Session) -> list[str]:
    """Return the files whose recorded digest differs from the one in an intact log."""
    recorded, logged = digests.recorded(session.folder), digests.logged(session.folder)
    if recorded is None or not logged or log_chain.breaks(session.folder):
        return []
    here = {name: digest for name, (digest, _) in recorded.files.items()}
    return sorted(n for n in {*here, *logged} if here.get(n) != logged.get(n))


def _forged(session: Session) -> Iterator[Problem]:
    for name in forged(session):
        message = (
            f"the recorded digest of {name} differs from the one in the log: somebody changed the "
            "record of it."
        )
        hint = (
            f"look at the file (git diff {shlex.quote(name)}), bring it back from a copy; {ACCEPT}"
        )
        yield Problem(
            "error", "journal-damaged", message, Place(".journal/digests.json"), hint=hint
        )


def _dated(session: Session) -> Iterator[Problem]:
    """Return the problem of a newest entry that has a time in the future."""
    number = log_entries.last(session.folder)
    try:
        time = log_entries.numbered(session.folder, number).time
        ahead = time - datetime.now(UTC) > AHEAD
    except (KbError, TypeError):
        return
    if ahead:
        message = (
            f"entry {number} is dated {time:%Y-%m-%d %H:%M} UTC, which is in the future; until "
            "then all records get this time."
        )
        place = Place(
            log_folder.relative(session.folder, log_entries.file_of(session.folder, number))
        )
        hint = f"check the clock of this computer; if it was wrong then, kb undo {number}"
        yield Problem("warning", "clock", message, place, hint=hint)


def _pending(session: Session) -> Iterator[Problem]:
    if not os.path.lexists(log_folder.path(session.folder) / "pending.json"):
        return
    message, hint = (
        "could not be completed.",
        "free space and fix permissions, then kb fsck --repair; .journal/staged has its old and "
        "new texts",
    )
    if staging.unreadable(session.folder):
        message, hint = (
            "its saved change cannot be read, so no command can write.",
            "kb fsck --repair moves it to .journal/kept",
        )
    yield Problem(
        "error",
        "journal-pending",
        f"a command is incomplete, and {message}",
        Place(".journal/pending.json"),
        hint=hint,
    )


def _kept(session: Session) -> Iterator[Problem]:
    """Return the problem of files that were set aside for people to look at."""
    place = log_folder.path(session.folder) / "kept"
    for kept in sorted(place.iterdir()) if disk.kind(place) == "a folder" else ():
        hint = (
            "compare the two, run the command again if you still want it, then delete this folder"
        )
        message = (
            "a command was interrupted, and a file was changed before it could be completed: the "
            "file keeps the change, the command's texts are here."
        )
        if kept.name.startswith(staging.UNREADABLE):
            hint = (
                "look at the files (kb log, git diff), run the last command again if you still "
                "want it, then delete this folder"
            )
            message = (
                "the saved change of an interrupted command could not be read: no file was "
                "changed, and what was left of the change is here."
            )
        yield Problem(
            "warning",
            "kept-texts",
            message,
            Place(log_folder.relative(session.folder, kept)),
            hint=hint,
        )
