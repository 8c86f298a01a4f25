"""Copies of an index, on which an update is tried before its files are written.

A copy is cheap: files of an index never change once they are written, so hard links are enough.
"""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from kb.workspace.caches import cache
from kb.workspace.files.folder import Folder
from kb.workspace.indexing.index_contents import Holds
from kb.workspace.indexing.index_generations import STORE, Generation
from kb.workspace.indexing.index_updates import Updated


class IndexCopy:
    """A copy of the store of an index, in a folder of its own. It is removed when it is closed or
    no longer used, at the latest when the process ends.
    """

    def __init__(self, folder: Folder, generation: Generation) -> None:
        """Copy an index. Raises OSError or Unreadable."""
        place = Path(tempfile.mkdtemp(dir=cache.made(folder, cache.TRIALS)))
        self._remove = weakref.finalize(self, _removed, place, cache.Pin(place), os.getpid())
        self.store = place / STORE
        try:
            with closing(generation.open()) as store:
                store.copy(self.store)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Remove the copy."""
        self._remove()

    def moved(self, place: Path) -> bool:
        """Move the store to the folder of a generation. Return whether it was still there."""
        with suppress(OSError):
            self.store.rename(place / STORE)
            return True
        return False


def _removed(place: Path, pin: cache.Pin, process: int) -> None:
    """Remove the folder of a copy, but not from a process that was forked meanwhile."""
    pin.release()
    if process == os.getpid():
        cache.remove(place)


@dataclass(frozen=True, slots=True)
class Tried:
    """An update that was made on a copy of an index.

    `base` is the folder of the index that was copied. `digests` are those of the new files by name,
    empty for a file that is removed.
    """

    copy: IndexCopy
    base: Path
    digests: Mapping[str, str]
    updated: Updated

    def leads(self, base: Generation, now: Holds) -> bool:
        """Tell whether exactly this update leads from an index to another content."""
        before, after = base.holds, {name: held.digest for name, held in now.files.items()}
        differing = {*before.changed(now), *before.removed(now)}
        return (
            self.base == base.place
            and before.layout == now.layout
            and self.digests.keys() >= differing
            and all(after.get(name, "") == digest for name, digest in self.digests.items())
        )
