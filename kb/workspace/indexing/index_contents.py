"""Record of the files in an index: the stamp and digest of each, and whether it could be read.

It is stored beside the index.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from kb.system import stamps
from kb.workspace.catalogs.past_files import past
from kb.workspace.files import ontology
from kb.workspace.files.folder import Folder

# Layout version. Raise it when the storage of an index changes; older indexes are rebuilt.
LAYOUT: Final = 9
# The code that derived data and the table of names follow from, below the package.
RULES: Final = (
    "model/*.py",
    "text/descriptions.py",
    "workspace/catalogs/labels.py",
    "workspace/indexing/name_table.py",
    "workspace/files/ontology.py",
    "reasoning/**/*.py",
    "rdf/decoding.py",
    "rdf/turtle_reader.py",
    "store/nodes.py",
    "app/derivation/*.py",
)
PACKAGE: Final = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Held:
    """One file in an index.

    `stamp` is empty if it proves nothing. `digest` is that of the bytes; it is empty if the system
    does not allow reading the file. `broken` means that the file is not Turtle.
    """

    stamp: str
    digest: str
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Holds:
    """The content of an index: files by name, and a digest of the settings.

    `whole` names the index that was last built from nothing.
    """

    layout: str
    files: Mapping[str, Held] = field(default_factory=dict)
    whole: str = ""

    @property
    def broken(self) -> tuple[str, ...]:
        """Names of the files that could not be read, sorted. Their records are missing from every
        answer.
        """
        return tuple(sorted(name for name, held in self.files.items() if held.broken))

    def changed(self, now: Holds) -> list[str]:
        """Return the names of files that are new or have other bytes now."""
        none = Held("", "absent")
        return [n for n, held in now.files.items() if self.files.get(n, none).digest != held.digest]

    def removed(self, now: Holds) -> list[str]:
        """Return the names of files that are no longer there."""
        return [name for name in self.files if name not in now.files]

    def same(self, now: Holds) -> bool:
        """Tell whether an index with this content is up to date with `now`."""
        return self.layout == now.layout and not self.changed(now) and not self.removed(now)

    def as_json(self) -> dict[str, Any]:
        """Return plain values, which `read` reverses."""
        files = {
            name: [held.stamp, held.digest, int(held.broken)] for name, held in self.files.items()
        }
        return {"layout": self.layout, "whole": self.whole, "files": files}


def read(found: Mapping[str, Any]) -> Holds:
    """Reverse `as_json`. Raises KeyError, TypeError or ValueError for anything else."""
    files = {
        name: Held(str(stamp), str(digest), bool(broken))
        for name, (stamp, digest, broken) in found["files"].items()
    }
    return Holds(str(found["layout"]), files, str(found["whole"]))


def now(folder: Folder, before: Holds) -> Holds:
    """Return the content of an up-to-date index. Files with the same stamp are not read again."""
    files = {
        name: _held(path, before.files.get(name)) for name, path in sorted(paths(folder).items())
    }
    return Holds(layout(folder), {name: held for name, held in files.items() if held}, before.whole)


def _held(path: str, before: Held | None) -> Held | None:
    """Return the state of a file, or None if it has just been removed."""
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
    """Return a digest of everything except the files that determines an index's content: the
    settings and the program's rules.
    """
    known = (LAYOUT, rules(PACKAGE), folder.base, folder.policy)
    return hashlib.sha256(repr(known).encode()).hexdigest()


@cache
def rules(package: Path, patterns: Sequence[str] = RULES) -> str:
    """Return a digest of the code of the rules, read once. Reading it takes about a millisecond,
    and a version of the rules in the code could be forgotten.

    >>> len(rules(PACKAGE))
    64
    """
    found = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in package.glob(pattern)):
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def paths(folder: Folder) -> dict[str, str]:
    """Return the paths of the files to index by name: the ontology, and the stored files of valid
    records. They are texts, because making a `Path` of each takes as long as looking at it.
    """
    found = {f"{ontology.PLACE}/{name}": str(path) for name, path in ontology.files(folder).items()}
    with suppress(OSError):
        found |= {name: f"{folder.root}/{name}" for name in folder.files() if not past(name)}
    return found
