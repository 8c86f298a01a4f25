"""The texts of sources, found by digest in the document folders."""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from kb.errors import Usage
from kb.system import stamps
from kb.workspace.caches import cache, sealing
from kb.workspace.files import folder as folders
from kb.workspace.files.folder import Folder
from kb.workspace.files.listing import unfit

# The name of the cache file in the disposable folder.
MEMORY: Final = "documents.json"


def find(folder: Folder, sha256: str) -> str | None:
    """Return the text with this SHA-256, or None if no document folder has it."""
    return finder(folder)(sha256)


def finder(folder: Folder) -> Callable[[str], str | None]:
    """Return a `find` for many texts: the document folders are listed once, and only if a text is
    not under its own digest.
    """
    listed = functools.cache(functools.partial(by_digest, folder))

    def text(sha256: str) -> str | None:
        """Return the text with this SHA-256, or None if no document folder has it."""
        if (found := _named(folder, sha256)) is not None:
            return found
        path = listed().get(sha256)
        return at(path, sha256) if path else None

    return text


def _named(folder: Folder, sha256: str) -> str | None:
    """Return the text of a file named by its SHA-256, or None if there is none."""
    for place in folder.document_folders():
        if place == folder.root / "documents" and folder.leaves(f"documents/{sha256}.txt"):
            continue
        if (found := at(str(place / f"{sha256}.txt"), sha256)) is not None:
            return found
    return None


def at(path: str, sha256: str) -> str | None:
    """Return the text of a file if it has this SHA-256, and None if not or if it cannot be read."""
    if os.path.isfile(path):
        with suppress(Usage, UnicodeDecodeError):
            data = folders.regular_bytes(Path(path), folders.LARGEST_FILE)
            return data.decode() if hashlib.sha256(data).hexdigest() == sha256 else None
    return None


def by_digest(folder: Folder) -> dict[str, str]:
    """Return the path of every text in the document folders, by SHA-256.

    Digests are cached by size and time in the disposable folder.
    """
    known: dict[str, list[str]] = {}
    with suppress(OSError, ValueError, AttributeError, TypeError):
        body = sealing.opened(cache.place(folder, MEMORY).read_bytes(), MEMORY)
        known = {
            path: [*map(str, found)]
            for path, found in json.loads(body or b"").items()
            if len(found) == 2
        }
    now: dict[str, list[str]] = {}
    for path in _texts(folder):
        with suppress(OSError):
            old = known.get(str(path))
            now[str(path)] = (
                old if old and old[0] == stamps.stamp(path) else [*stamps.digested(path)]
            )
    if now != known:
        with suppress(OSError):
            data = sealing.sealed(json.dumps(now).encode(), MEMORY)
            cache.write(cache.made(folder) / MEMORY, data)
    return {sha: path for path, (_, sha) in reversed(now.items())}


def _texts(folder: Folder) -> Iterator[Path]:
    """Yield every text in the document folders.

    In the folders of KB_DOCUMENTS, links may lead anywhere, because the user chose these folders.
    """
    own = folder.root / "documents"
    for place in folder.document_folders():
        if place == own:
            yield from (folder.root / name for name in folder.texts().files)
        else:
            found = sorted(place.rglob("*.txt"))
            yield from (path for path in found if path.is_file() and not unfit(str(path)))
