"""The index of a knowledge base, kept up to date with its files. It is disposable.

It contains the records that are valid now; files of past records are left out. Each state of the
index is a generation of its own (`index_generations`), which contains one state of the files
(`index_contents`). A change copies the newest generation, with hard links, and updates the copy
(`index_updates`); that may have been done when the change was tried (`index_copies`).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

from kb.errors import Conflict, KbError, Unreadable, Usage
from kb.store import Reader
from kb.store.faults import Locked
from kb.store.oxigraph import EmbeddedStore
from kb.workspace.files.folder import Folder
from kb.workspace.indexing import (
    index_contents,
    index_generations,
    index_turns,
    index_updates,
    name_table,
)
from kb.workspace.indexing.index_contents import Holds
from kb.workspace.indexing.index_copies import IndexCopy, Tried
from kb.workspace.indexing.index_generations import Generation
from kb.workspace.indexing.index_updates import DERIVED, Derivation, Draft, update
from kb.workspace.indexing.name_table import NameWriter
from kb.workspace.transactions import transaction

__all__ = [
    "DERIVED",
    "Derivation",
    "Generation",
    "IndexCopy",
    "Refreshed",
    "Tried",
    "drop",
    "path",
    "reader",
    "refresh",
    "update",
]
# If files change while they are read, read them again this many times; then keep writers out.
ROUNDS: Final = 5
# If the index is deleted while it is built, begin again at most this many times.
DELETED: Final = 3


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The result of a refresh: files replaced and removed, files that cannot be read, and the
    index.

    Records of unreadable files are missing from every answer.
    """

    replaced: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    generation: Generation | None = field(default=None, compare=False, repr=False)


def refresh(
    folder: Folder,
    derivation: Callable[[], Derivation],
    anew: bool = False,
    patience: float = index_turns.PATIENCE,
    tried: Tried | None = None,
) -> Refreshed:
    """Bring the index up to date and return it.

    Derived data is updated where a change reaches, or recomputed if it may reach everything.
    `derivation` is called only if something changed. `anew` builds a new index from nothing, beside
    the one that others read; if another process has just done that, its index is used. If an update
    was `tried` and its files were written, its copy becomes the new index.

    Raises Locked if another process builds the index for more than `patience` seconds, and OSError
    or Unreadable if no index can be written.
    """
    for _ in range(DELETED):
        # Somebody may delete the folder at this moment.
        with suppress(FileNotFoundError):
            return _refresh(folder, derivation, anew, patience, tried)
    return _refresh(folder, derivation, anew, patience, tried)


def _refresh(
    folder: Folder,
    derivation: Callable[[], Derivation],
    anew: bool,
    patience: float,
    tried: Tried | None,
) -> Refreshed:
    found = index_generations.newest(folder)
    if found and not anew and (current := _current(folder, found)):
        return current
    whole = found.holds.whole if found else ""
    outdated = found.place if found and not anew else None
    with index_turns.turn(folder, patience):
        # Look again: another process may have built it while this one waited.
        found = index_generations.newest(folder)
        done = not anew or (found is not None and found.holds.whole != whole)
        another = found is not None and found.place != outdated
        if found and done and another and (current := _current(folder, found)):
            return current
        if anew:
            # Release its pin, or this process would keep itself from removing it.
            found = None
        return _next(folder, found, derivation(), tried)


def _current(folder: Folder, generation: Generation) -> Refreshed | None:
    """Return the index if it is up to date, else None."""
    now = transaction.steady(folder, lambda: index_contents.now(folder, generation.holds))
    if not generation.holds.same(now) or not generation.store.is_dir():
        return None
    # The stamps differ, the bytes do not.
    if now != generation.holds:
        with suppress(OSError):
            index_generations.note(generation.place, now, generation.files)
    if index_generations.superseded(folder, generation.place):
        with suppress(OSError, KbError), index_turns.turn(folder, 0):
            _clear(folder)
    return Refreshed(broken=generation.holds.broken, generation=generation)


def _next(
    folder: Folder, found: Generation | None, derive: Derivation, tried: Tried | None
) -> Refreshed:
    """Return the next generation, made from the present one; if that is damaged, from nothing."""
    if found:
        with suppress(Unreadable):
            return _published(folder, found, derive, tried)
    return _published(folder, None, derive)


def _published(
    folder: Folder, found: Generation | None, derive: Derivation, tried: Tried | None = None
) -> Refreshed:
    """Build a generation beside the others, and make it the newest."""
    before = found.holds if found else Holds("")
    now = transaction.steady(folder, lambda: index_contents.now(folder, before))
    if not found:
        _clear(folder)  # also of what others put there, whose number may be the last
    base = found if found and not _outdated(before, now) else None
    name = index_generations.name(folder)
    with index_generations.draft(folder) as place:
        if base:
            held = _followed(place, folder, base, now, derive, tried)
        else:
            held = _built(place, folder, now, derive)
        held = held if base else replace(held, whole=name)
        generation = index_generations.publish(place, name, held, base)
    if found:
        found.pin.release()  # or this process would keep itself from removing it
    index_generations.clear(folder, generation.place)
    replaced = before.changed(held) if base else held.files
    return Refreshed(tuple(replaced), tuple(before.removed(held)), held.broken, generation)


def _outdated(before: Holds, now: Holds) -> bool:
    """Tell whether building a new index is faster than updating: if over half the files changed."""
    return before.layout != now.layout or 2 * len(before.changed(now)) > len(before.files)


def _built(place: Path, folder: Folder, now: Holds, derive: Derivation) -> Holds:
    """Fill a new generation from the files."""
    with closing(_draft(place)) as draft:
        return _settled(draft, folder, index_updates.build(draft, folder, now, derive), derive)


def _followed(
    place: Path,
    folder: Folder,
    base: Generation,
    now: Holds,
    derive: Derivation,
    tried: Tried | None,
) -> Holds:
    """Fill a new generation with a copy of `base`, and update it: with the copy on which the very
    same update was tried, if there is one.
    """
    taken = tried is not None and tried.leads(base, now) and tried.copy.moved(place)
    if not taken:
        with closing(base.open()) as old:
            old.copy(place / index_generations.STORE)
    shutil.copyfile(base.place / name_table.FILE, place / name_table.FILE)
    with closing(_draft(place)) as draft:
        if tried and taken:
            index_updates.record(draft.names, tried.updated)
            held = now
        else:
            held = index_updates.follow(draft, folder, base.holds, now, derive)
        return _settled(draft, folder, held, derive)


def _draft(place: Path) -> Draft:
    return Draft(EmbeddedStore(place / index_generations.STORE), NameWriter(place))


def _clear(folder: Folder) -> None:
    """Remove every generation but the newest that can be used."""
    newest = index_generations.newest(folder)
    index_generations.clear(folder, newest.place if newest else None)


def _settled(draft: Draft, folder: Folder, held: Holds, derive: Derivation) -> Holds:
    """Update a draft until no file has changed while it was read."""
    for _ in range(ROUNDS):
        now = transaction.steady(folder, partial(index_contents.now, folder, held))
        if held.same(now):
            return now
        held = index_updates.follow(draft, folder, held, now, derive)
    try:
        with transaction.writing(folder, "index"):
            now = index_contents.now(folder, held)
            return index_updates.follow(draft, folder, held, now, derive)
    except (Conflict, Usage):
        raise Locked(
            "The files change faster than they can be read.", "run the command again later"
        ) from None


def path(folder: Folder) -> Path:
    """Return the folder of the engine in the newest index, whether or not it exists."""
    known = index_generations.names(folder)
    return (
        index_generations.home(folder) / (known[0] if known else "none") / index_generations.STORE
    )


def reader(folder: Folder) -> Reader:
    """Open the newest index for reading. Raises Unreadable if there is none."""
    found = index_generations.newest(folder)
    if not found:
        raise Unreadable("There is no index.", "build it from the records: kb index --rebuild")
    return found.open()


def drop(folder: Folder) -> None:
    """Delete everything that is disposable.

    The next refresh builds a new index. Processes that read the old one continue with the files.
    """
    if not folder.cache.is_symlink():
        shutil.rmtree(folder.cache, ignore_errors=True)
