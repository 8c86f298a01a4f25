"""The index follows the text. It is kept in the disposable folder; deleting it loses nothing.

It holds what counts now: files of past records are left out. Every state of it is a generation of
its own (`generations`), which holds one
state of the text (`holds`): a change makes a copy, which costs next to nothing, and changes that
(`updates`).
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
from kb.workspace import index_contents, index_generations, index_turns, index_updates, transaction
from kb.workspace.folder import Folder
from kb.workspace.index_contents import Holds
from kb.workspace.index_generations import Generation
from kb.workspace.index_updates import DERIVED, Derivation, update

__all__ = [
    "DERIVED", "Derivation", "Generation", "Refreshed", "drop", "path", "reader", "refresh", "update",
]  # fmt: skip
# A text that changes while it is read is read again so often; then its writers are kept out for a
# moment.
ROUNDS: Final = 5
# An index that is deleted while it is built is begun again so often.
DELETED: Final = 3


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did: files replaced and removed, those that are not Turtle and so are missing
    from every answer, and the index.
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
) -> Refreshed:
    """The index of the present text. What is derived is worked out where a change reaches, or whole
    where that may be everywhere.

    `derivation` is called only if something changed. `anew` builds from nothing, beside the one
    that others read; where another process
    has just done so, that is taken. Raises Locked where another process builds and does not end in
    `patience` seconds, OSError or
    Unreadable where no index can be written.
    """
    for _ in range(DELETED):
        with suppress(FileNotFoundError):  # somebody deletes what is disposable at this moment
            return _refresh(folder, derivation, anew, patience)
    return _refresh(folder, derivation, anew, patience)


def _refresh(
    folder: Folder, derivation: Callable[[], Derivation], anew: bool, patience: float
) -> Refreshed:
    found = index_generations.newest(folder)
    if found and not anew and (current := _current(folder, found)):
        return current
    whole = found.holds.whole if found else ""
    with index_turns.turn(folder, patience):
        found = index_generations.newest(
            folder
        )  # once more: another process may just have built it
        done = not anew or (found is not None and found.holds.whole != whole)
        if found and done and (current := _current(folder, found)):
            return current
        if anew:
            found = None  # and with it the pin, which would keep this process from removing it
        return _next(folder, found, derivation())


def _current(folder: Folder, generation: Generation) -> Refreshed | None:
    """The index as it is, if it is right for the text; else None."""
    now = transaction.steady(folder, lambda: index_contents.now(folder, generation.holds))
    if not generation.holds.same(now) or not generation.store.is_dir():
        return None
    if now != generation.holds:  # other stamps, of the same bytes
        with suppress(OSError):
            index_generations.note(generation.place, now)
    if index_generations.superseded(folder):
        with suppress(OSError, KbError), index_turns.turn(folder, 0):
            index_generations.clear(folder)
    return Refreshed(broken=generation.holds.broken, generation=generation)


def _next(folder: Folder, found: Generation | None, derive: Derivation) -> Refreshed:
    """The next generation, from the one there is or, where there is none, or it is damaged, from
    nothing.
    """
    if found:
        with suppress(Unreadable):
            return _published(folder, found, derive)
    return _published(folder, None, derive)


def _published(folder: Folder, found: Generation | None, derive: Derivation) -> Refreshed:
    """Build a generation beside the others, and make it the newest."""
    before = found.holds if found else Holds("")
    now = transaction.steady(folder, lambda: index_contents.now(folder, before))
    whole = (
        not found or before.layout != now.layout or 2 * len(before.changed(now)) > len(before.files)
    )
    name = index_generations.name(folder)
    with index_generations.draft(folder) as place:
        if found and not whole:
            with closing(found.open()) as old:
                old.copy(place / index_generations.STORE)
        with closing(EmbeddedStore(place / index_generations.STORE)) as store:
            held = (
                index_updates.build(store, folder, now, derive)
                if whole
                else index_updates.follow(store, folder, before, now, derive)
            )
            held = replace(held, whole=name) if whole else held
            held = _settled(store, folder, held, derive)
        generation = index_generations.publish(place, name, held)
    if found:
        found.pin.release()  # or this process would keep itself from removing it
    index_generations.clear(folder)
    replaced = held.files if whole else before.changed(held)
    return Refreshed(tuple(replaced), tuple(before.removed(held)), held.broken, generation)


def _settled(store: EmbeddedStore, folder: Folder, held: Holds, derive: Derivation) -> Holds:
    """Follow files that changed while they were read, until the store holds one state of the text."""
    for _ in range(ROUNDS):
        now = transaction.steady(folder, partial(index_contents.now, folder, held))
        if held.same(now):
            return now
        held = index_updates.follow(store, folder, held, now, derive)
    try:
        with transaction.writing(folder, "index"):
            return index_updates.follow(
                store, folder, held, index_contents.now(folder, held), derive
            )
    except (Conflict, Usage):
        raise Locked(
            "The files change faster than they can be read.", "run the command again later"
        ) from None


def path(folder: Folder) -> Path:
    """Where the engine's files of the newest index are, or would be."""
    known = index_generations.names(folder)
    return (
        index_generations.home(folder) / (known[0] if known else "none") / index_generations.STORE
    )


def reader(folder: Folder) -> Reader:
    """The newest index for reading. Raises Unreadable where there is none."""
    found = index_generations.newest(folder)
    if not found:
        raise Unreadable("There is no index.", "kb index --rebuild builds it anew from the text")
    return found.open()


def drop(folder: Folder) -> None:
    """Delete everything that is disposable; the next refresh builds the index anew. Others who read
    it fall back on the text.
    """
    if not folder.cache.is_symlink():
        shutil.rmtree(folder.cache, ignore_errors=True)
