"""The chain of the log: each entry contains the digest of the one before, so none can be replaced."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from kb.errors import KbError, Usage
from kb.system import disk
from kb.workspace import digests, log_entries
from kb.workspace.folder import Folder
from kb.workspace.log_entries import Entry, numbers


@dataclass(frozen=True, slots=True)
class Break:
    """An entry that cannot be believed, or does not follow the one before, and why."""

    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Link:
    """How the next entry is joined to the log: its number, and the digest of the one before."""

    number: int
    previous: str


def link(folder: Folder) -> Link:
    """How the next entry is joined to the log: behind the one that the last command recorded.

    Where the log ends otherwise, that shows from then on as a break of the chain.
    """
    newest, found = log_entries.last(folder), digests.recorded(folder)
    if found and found.head:
        return Link(max(newest, found.number) + 1, found.head)
    return Link(
        newest + 1, log_entries.stated(log_entries.file_of(folder, newest)) if newest else ""
    )


def chained(folder: Folder) -> bool:
    """Whether the newest entry belongs to a chain; one that is damaged is taken to."""
    newest = log_entries.last(folder)
    try:
        return newest > 0 and log_entries.numbered(folder, newest).previous is not None
    except KbError:
        return True


def over(folder: Folder, newest: int) -> str:
    """Digest of all entries up to a number, as they are."""
    found = hashlib.sha256()
    for number in numbers(folder):
        if number <= newest:
            found.update(f"{number} {_raw(folder, number)}\n".encode())
    return found.hexdigest()


def _raw(folder: Folder, number: int) -> str:
    """Digest of an entry's bytes, whatever they are."""
    try:
        return hashlib.sha256(disk.read(log_entries.file_of(folder, number))).hexdigest()
    except OSError:
        return "unreadable"


def breaks(folder: Folder, newest: int | None = None) -> list[Break]:
    """Where the chain is broken, up to an entry; the newest one by default."""
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
            found.clear()  # taken as they were when the chain began
        else:
            found += [Break(number, why) for why in _faults(folder, entry, number, before, begun)]
        begun, before = begun or entry.previous is not None, number
    return found


def _gap(first: int, last: int) -> str:
    return (
        f"follows entry {first}, which is missing"
        if first == last
        else f"follows entries {first} to {last}, which are missing"
    )


def _faults(folder: Folder, entry: Entry, number: int, before: int, begun: bool) -> Sequence[str]:
    """What is wrong with an entry that can be read, as one that follows the entry `before`."""
    if entry.number != number:
        return [f"is entry {entry.number} under another number"]
    if entry.previous is None:
        return (
            ["does not contain the digest of the entry before, as those before it do"]
            if begun
            else []
        )
    if entry.over:
        return ["was written after other entries than the present ones"]
    expected = log_entries.stated(log_entries.file_of(folder, before)) if before else ""
    if entry.previous != expected:
        return ["does not follow the entry before: one of them was changed, removed or added"]
    return []


def head(folder: Folder) -> str:
    """The digest that proves the whole log, kept elsewhere. Raises Usage where there is no chain."""
    newest = log_entries.last(folder)
    if not newest:
        raise Usage("nothing is logged here yet.", "kb add source FILE is a first step")
    if not chained(folder):
        raise Usage("the log was written by kb 0.1 and is not chained.", "kb migrate seals it")
    return log_entries.stated(log_entries.file_of(folder, newest))


def proven(folder: Folder, digest: str) -> int | None:
    """Number of the entry that has this digest; None where no entry of the log has it."""
    for number in reversed(numbers(folder)):
        if log_entries.stated(log_entries.file_of(folder, number)) == digest:
            return number
    return None


def end(folder: Folder) -> str:
    """What is wrong with the end of the log, beside what the last command recorded; else empty."""
    newest, found = log_entries.last(folder), digests.recorded(folder)
    if found is None:
        return "the digests of the files are missing or damaged" if newest else ""
    if not found.head:  # written by kb 0.1
        return (
            "the digests of the files are older than the log" if newest and chained(folder) else ""
        )
    if newest < found.number:
        return f"entries of the log are missing: the last command wrote entry {found.number}, and the newest is {newest}"
    if newest > found.number:
        return f"entry {newest} was added outside kb: the last command wrote entry {found.number}"
    if log_entries.stated(log_entries.file_of(folder, newest)) != found.head:
        return f"entry {newest} is not the one that the last command wrote"
    return ""
