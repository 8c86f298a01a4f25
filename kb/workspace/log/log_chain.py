"""The hash chain of the log: each entry contains the digest of the entry before."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from kb.errors import KbError, Usage
from kb.system import disk
from kb.workspace.files.folder import Folder
from kb.workspace.log import digests, log_entries
from kb.workspace.log.log_entries import LogEntry, numbers


@dataclass(frozen=True, slots=True)
class Break:
    """An entry that is damaged or does not follow the one before, and the reason."""

    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Link:
    """The link of the next entry to the log: its number, and the digest of the entry before."""

    number: int
    previous: str


def link(folder: Folder) -> Link:
    """Return the link for the next entry: it follows the entry that the last command recorded.

    If the log ends with another entry, this shows as a break of the chain from then on.
    """
    newest, found = log_entries.last(folder), digests.recorded(folder)
    if found and found.head:
        return Link(max(newest, found.number) + 1, found.head)
    return Link(
        newest + 1, log_entries.stated(log_entries.file_of(folder, newest)) if newest else ""
    )


def chained(folder: Folder) -> bool:
    """Tell whether the newest entry belongs to a chain. A damaged one is assumed to."""
    newest = log_entries.last(folder)
    try:
        return newest > 0 and log_entries.numbered(folder, newest).previous is not None
    except KbError:
        return True


def over(folder: Folder, newest: int) -> str:
    """Return the digest of all entries up to a number, as they are."""
    found = hashlib.sha256()
    for number in numbers(folder):
        if number <= newest:
            found.update(f"{number} {_raw(folder, number)}\n".encode())
    return found.hexdigest()


def _raw(folder: Folder, number: int) -> str:
    """Return the digest of an entry's bytes, whatever they are."""
    try:
        return hashlib.sha256(disk.read(log_entries.file_of(folder, number))).hexdigest()
    except OSError:
        return "unreadable"


def breaks(folder: Folder, newest: int | None = None) -> list[Break]:
    """Return the breaks of the chain up to an entry, by default the newest."""
    found, before = list[Break](), 0
    begun = False
    for number in (n for n in numbers(folder) if newest is None or n <= newest):
        if number != before + 1:
            found.append(Break(number, _gap(before + 1, number - 1)))
        try:
            entry = log_entries.numbered(folder, number)
        except KbError:
            found.append(Break(number, "is damaged"))
            before = number
            continue
        if entry.number == number and entry.over and entry.over == over(folder, before):
            # The chain began here, over the entries as they were.
            found.clear()
        else:
            found += [Break(number, why) for why in _faults(folder, entry, number, before, begun)]
        begun, before = begun or entry.previous is not None, number
    return found


def _gap(first: int, last: int) -> str:
    if first == last:
        return f"follows entry {first}, which is missing"
    return f"follows entries {first} to {last}, which are missing"


def _faults(
    folder: Folder, entry: LogEntry, number: int, before: int, begun: bool
) -> Sequence[str]:
    """Return the faults of an entry as the one that follows the entry `before`."""
    if entry.number != number:
        return [f"is entry {entry.number} under another number"]
    if entry.previous is None:
        if begun:
            return ["does not contain the digest of the entry before, although earlier entries do"]
        return []
    if entry.over:
        return ["was written after different entries"]
    expected = log_entries.stated(log_entries.file_of(folder, before)) if before else ""
    if entry.previous != expected:
        return ["does not follow the entry before: one of them was changed, removed or added"]
    return []


def head(folder: Folder) -> str:
    """Return the digest that proves the whole log. Raises Usage if there is no chain."""
    newest = log_entries.last(folder)
    if not newest:
        raise Usage("nothing is logged here yet.", "begin with kb add source FILE")
    if not chained(folder):
        raise Usage("the log was written by kb 0.1 and is not chained.", "seal it with kb migrate")
    return log_entries.stated(log_entries.file_of(folder, newest))


def proven(folder: Folder, digest: str) -> int | None:
    """Return the number of the entry that has this digest, or None."""
    for number in reversed(numbers(folder)):
        if log_entries.stated(log_entries.file_of(folder, number)) == digest:
            return number
    return None


def end(folder: Folder) -> str:
    """Return the fault at the end of the log, compared with the last command's record, or ""."""
    newest, found = log_entries.last(folder), digests.recorded(folder)
    if found is None:
        return "the digests of the files are missing or damaged" if newest else ""
    # Written by kb 0.1.
    if not found.head:
        older = newest and chained(folder)
        return "the digests of the files are older than the log" if older else ""
    if newest < found.number:
        return (
            "entries of the log are missing: "
            f"the last command wrote entry {found.number}, but the newest is {newest}"
        )
    if newest > found.number:
        return f"entry {newest} was added outside kb: the last command wrote entry {found.number}"
    if log_entries.stated(log_entries.file_of(folder, newest)) != found.head:
        return f"entry {newest} is not the one that the last command wrote"
    return ""
