"""Undo of a command: every record of its log entry as it was before, unless one was changed
since.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from kb.app.changes import undo_checks
from kb.app.session import Session
from kb.errors import Conflict, Usage
from kb.rdf import turtle_reader
from kb.workspace.files.folder import Folder
from kb.workspace.indexing import name_table
from kb.workspace.log import digests, log_entries
from kb.workspace.log.log_entries import LogEntry, RecordChange
from kb.workspace.transactions import transaction

_DIGEST: Final = re.compile(r'kb:sha256 "([0-9a-f]{64})"')
# Number of records that one sentence names.
NAMED = 6


@dataclass(frozen=True, slots=True)
class Reversal:
    """The plan of an undo: `texts` are the new contents by file, `seen` the present ones."""

    entry: LogEntry
    texts: Mapping[str, str]
    seen: Mapping[str, str]

    @property
    def what(self) -> str:
        """The description of this undo in the log."""
        return f"undo {self.entry.number}: {self.entry.what}"


def reversal(session: Session, number: int = 0) -> Reversal:
    """Plan how entry `number` is undone, without writing. 0 means the newest entry that is not
    undone and undoes nothing.

    Raises Usage if there is no such entry, Conflict if a record was changed since or others depend
    on it.
    """
    entry = log_entries.numbered(session.folder, number) if number else newest(session.folder)
    again = undone(session.folder, entry.number).get(entry.number)
    if again:
        raise Usage(
            f"entry {entry.number} was undone already, by entry {again}.",
            f"kb undo {again} restores it",
        )
    if not entry.files:
        raise Usage(
            f"entry {entry.number} changed no file, so there is nothing to undo.",
            "kb log shows what was done",
        )
    if entry.accepts:
        _accepted(session.folder, entry)
        return Reversal(entry, {}, {})
    seen = {name: session.folder.read(name) for name in entry.files}
    texts = {name: _back(entry, name, seen[name], session.folder.base) for name in entry.files}
    _check_other_records(session, texts)
    return Reversal(entry, texts, seen)


def undo(session: Session, found: Reversal) -> list[str]:
    """Write an undo, as a new entry of the log. Return the files written. Raises Conflict if one
    changed meanwhile.
    """
    if found.entry.accepts:
        pairs = {name: (after, before) for name, (before, after) in found.entry.files.items()}
        transaction.accept(session.folder, pairs, found.what, found.entry.number)
        return []
    return transaction.commit(
        session.folder, found.texts, found.seen, found.what, undoes=found.entry.number
    )


def left_texts(session: Session, found: Reversal) -> list[str]:
    """Return the files in documents/ whose sources an undo removed, and that no other source has.
    Undoing the undo needs them.
    """
    named = {digest for text in found.seen.values() for digest in _DIGEST.findall(text)}
    files = {digest: f"documents/{digest}.txt" for digest in sorted(named)}
    here = {digest: f for digest, f in files.items() if (session.folder.root / f).is_file()}
    used = _used(session, here) if here else set()
    return [file for digest, file in here.items() if digest not in used]


def _used(session: Session, texts: Iterable[str]) -> set[str]:
    """Return those of these texts, by digest, that a source has."""
    used = session.named(lambda names: {sha for sha in texts if names.ids(name_table.DIGEST, sha)})
    if used is None:
        return {source.sha256 or "" for source in session.known().sources.values()}
    return used


def _accepted(folder: Folder, entry: LogEntry) -> None:
    """Raise Conflict if a file was written or accepted again after an entry that accepts it."""
    known = digests.known(folder)
    later = sorted(n for n, (_, after) in entry.files.items() if known.get(n, ("", ""))[0] != after)
    if later:
        raise Conflict(
            f"changed since: {', '.join(later[:NAMED])}; nothing was undone.",
            "kb log shows by which command; undo that one first",
        )


def newest(folder: Folder) -> LogEntry:
    """Return the newest entry that is not undone and undoes nothing. Raises Usage if there is
    none.
    """
    back = set[int]()
    for entry in _newest_first(folder, 1):
        if entry.number in back:
            continue
        if not entry.undoes and entry.files:
            return entry
        back.add(entry.undoes)
    raise Usage(
        "there is nothing to undo.",
        "kb log shows what was done; to undo what other people did, use git revert",
    )


def undone(folder: Folder, first: int = 1) -> dict[int, int]:
    """Return the entries from `first` on that were undone, and by which entry."""
    back = dict[int, int]()
    for entry in _newest_first(folder, first):
        if entry.undoes and entry.number not in back:
            back[entry.undoes] = entry.number
    return back


def _newest_first(folder: Folder, first: int) -> Iterable[LogEntry]:
    return (
        log_entries.numbered(folder, n) for n in reversed(log_entries.numbers(folder)) if n >= first
    )


def _back(entry: LogEntry, name: str, text: str, base: str) -> str:
    """Return a file as it was before the entry. Raises Conflict if a record has changed since
    the entry.
    """
    if name in entry.texts and log_entries.sha(text.encode()) == entry.files[name][1]:
        return entry.texts[name]
    if not name.endswith(".ttl"):
        raise Conflict(f"changed since: {name}; nothing was undone.", f"edit {name} by hand")
    changes = [c for c in entry.changes if c.file == name]
    blocks = {b.subject: b.text for b in turtle_reader.blocks(text, base)}
    _unchanged(
        [c for c in changes if not _same(text, blocks.get(c.subject, ""), c.after, base)], base
    )
    try:
        return log_entries.reverted(text, changes, base)
    except turtle_reader.Broken as error:
        raise Conflict(
            f"{name}:{error.line}: what was there before does not fit into the file now: {error}.",
            "correct it by hand",
        ) from None


def _unchanged(changed: list[RecordChange], base: str) -> None:
    if changed:
        names = [c.subject.removeprefix(base) for c in changed]
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        raise Conflict(
            f"changed since: {', '.join(names[:NAMED])}{more}; nothing was undone.",
            "kb log ID shows by which command; undo that one first, or edit the record",
        )


def _same(text: str, one: str, other: str, base: str) -> bool:
    """Tell whether two blocks of a file state the same, in any layout."""
    if one == other or not (one and other):
        return one == other
    directives = "\n".join(b.text for b in turtle_reader.blocks(text, base) if not b.subject)
    try:
        return set(turtle_reader.triples(f"{directives}\n{one}", base)) == set(
            turtle_reader.triples(f"{directives}\n{other}", base)
        )
    except turtle_reader.Broken:
        return False


def _check_other_records(session: Session, texts: Mapping[str, str]) -> None:
    """Raise Conflict if writing these texts would break other records: the saved checks then find
    errors that they do not find now.
    """
    new = undo_checks.errors(session, texts)
    if new:
        depend = "records depend" if len(new) > 1 else "record depends"
        hint = f"{len(new)} {depend} on it: undo the command that wrote them first"
        raise Conflict(f"without it, {new[0].message.rstrip('.')}; nothing was undone.", hint)
