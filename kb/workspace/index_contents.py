"""What an index holds: of each file its stamp, its digest and whether it could be read. It is
stored beside the index and never apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from kb.system import stamps
from kb.workspace import ontology
from kb.workspace.catalog import past
from kb.workspace.folder import Folder

# Raised when what is derived, or how it is stored, changes: older indexes are then built anew.
LAYOUT: Final = 5


@dataclass(frozen=True, slots=True)
class Held:
    """One file: its stamp (empty where it proves nothing), the digest of its bytes, and whether it
    is not Turtle.

    The digest is empty where the system does not let the file be read.
    """

    stamp: str
    digest: str
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Holds:
    """What an index holds: files by name, and how it was derived from them. `whole` is the index
    that was last built from nothing.
    """

    layout: str
    files: Mapping[str, Held] = field(default_factory=dict)
    whole: str = ""

    @property
    def broken(self) -> tuple[str, ...]:
        """Names of the files that could not be read, sorted; what they hold is missing from every
        answer.
        """
        return tuple(sorted(name for name, held in self.files.items() if held.broken))

    def changed(self, now: Holds) -> list[str]:
        """Names of the files that are new or have other bytes now."""
        none = Held("", "absent")
        return [
            name
            for name, held in now.files.items()
            if self.files.get(name, none).digest != held.digest
        ]

    def removed(self, now: Holds) -> list[str]:
        """Names of the files that are no longer there."""
        return [name for name in self.files if name not in now.files]

    def same(self, now: Holds) -> bool:
        """Whether an index that holds this is right for what there is now."""
        return self.layout == now.layout and not self.changed(now) and not self.removed(now)

    def as_json(self) -> dict[str, Any]:
        """Plain values, for `read`."""
        files = {
            name: [held.stamp, held.digest, int(held.broken)] for name, held in self.files.items()
        }
        return {"layout": self.layout, "whole": self.whole, "files": files}


def read(found: Mapping[str, Any]) -> Holds:
    """What `as_json` gave. Raises KeyError, TypeError or ValueError for anything else."""
    files = {
        name: Held(str(stamp), str(digest), bool(broken))
        for name, (stamp, digest, broken) in found["files"].items()
    }
    return Holds(str(found["layout"]), files, str(found["whole"]))


def now(folder: Folder, before: Holds) -> Holds:
    """What an index of the present text holds. Files whose stamp is as it was before are not read
    again.
    """
    files = {
        name: _held(path, before.files.get(name)) for name, path in sorted(paths(folder).items())
    }
    return Holds(layout(folder), {name: held for name, held in files.items() if held}, before.whole)


def _held(path: Path, before: Held | None) -> Held | None:
    """A file as it is now; None where it was removed meanwhile."""
    try:
        if before and before.stamp and stamps.stamp(path) == before.stamp:
            return before
        stamp, digest = stamps.digested(path)
    except FileNotFoundError:
        return None
    except OSError:
        return Held("", "", broken=True)
    if before and before.digest == digest:
        return replace(before, stamp=stamp)
    return Held(stamp, digest)


def layout(folder: Folder) -> str:
    """A digest of everything beside the files that decides what is in an index."""
    return hashlib.sha256(repr((LAYOUT, folder.base, folder.policy)).encode()).hexdigest()


def paths(folder: Folder) -> dict[str, Path]:
    """Name → file of everything that is indexed: the ontology, and the stored files that count now."""
    found = {f"{ontology.PLACE}/{name}": path for name, path in ontology.files(folder).items()}
    with suppress(OSError):
        found |= {name: folder.root / name for name in folder.files() if not past(name)}
    return found
