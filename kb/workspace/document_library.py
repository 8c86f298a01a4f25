"""The texts that sources were made of, found by digest in the document folders."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from kb.errors import Usage
from kb.system import stamps
from kb.workspace import folder as folders
from kb.workspace.folder import Folder
from kb.workspace.listing import unfit


def find(folder: Folder, sha256: str) -> str | None:
    """The text with this digest from the document folders, or None where none of them has it."""
    for place in folder.document_folders():
        path = place / f"{sha256}.txt"
        if place == folder.root / "documents" and folder.leaves(f"documents/{sha256}.txt"):
            continue
        if (found := _with_digest(str(path), sha256)) is not None:
            return found
    known = by_digest(folder).get(sha256)
    return _with_digest(known, sha256) if known else None


def _with_digest(path: str, sha256: str) -> str | None:
    """The text of a file if it has this digest; None also where it cannot be read."""
    if os.path.isfile(path):
        with suppress(Usage, UnicodeDecodeError):
            data = folders.regular_bytes(Path(path), folders.LARGEST_FILE)
            return data.decode() if hashlib.sha256(data).hexdigest() == sha256 else None
    return None


def by_digest(folder: Folder) -> dict[str, str]:
    """sha256 → path of every text file in the document folders, remembered by size and time in the
    disposable folder.
    """
    memory = folder.cache / "documents.json"
    known: dict[str, list[str]] = {}
    with suppress(OSError, ValueError, AttributeError, TypeError):
        known = {
            path: [*map(str, found)]
            for path, found in json.loads(memory.read_text()).items()
            if len(found) == 2
        }
    now: dict[str, list[str]] = {}
    for path in _texts(folder):
        with suppress(OSError):
            old = known.get(str(path))
            now[str(path)] = (
                old if old and old[0] == stamps.stamp(path) else [*stamps.digested(path)]
            )
    if now != known and not folder.cache.is_symlink():
        with suppress(OSError):
            folders.write(memory, json.dumps(now))
    return {sha: path for path, (_, sha) in reversed(now.items())}


def _texts(folder: Folder) -> Iterator[Path]:
    """Every text in the document folders. In those that KB_DOCUMENTS names, links may lead
    anywhere: their owner chose them.
    """
    own = folder.root / "documents"
    for place in folder.document_folders():
        if place == own:
            yield from (folder.root / name for name in folder.texts().files)
        else:
            yield from (
                path
                for path in sorted(place.rglob("*.txt"))
                if path.is_file() and not unfit(str(path))
            )
