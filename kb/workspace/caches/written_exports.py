"""Record of the files that exports wrote, so that an export overwrites no other file.

Paths and digests are in `.kb/`. Without them, every existing file counts as somebody else's.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from kb.workspace.caches import cache
from kb.workspace.files.folder import Folder

NAME: Final = "exports.json"


def foreign(folder: Folder, paths: Iterable[Path]) -> list[Path]:
    """Return those of these files that exist, are not empty, and are not as an export left them."""
    written = _read(folder)
    present = [path for path in map(_real, paths) if path.is_file() and path.stat().st_size]
    return [path for path in present if written.get(str(path)) != _digest(path)]


def stale(folder: Folder, place: Path, kept: Iterable[Path]) -> list[Path]:
    """Return the files in a place that an earlier export wrote, that are as it left them, and that
    are not among those that are kept.
    """
    root, rest = _real(place), set(map(_real, kept))
    found = (Path(path) for path in _read(folder))
    own = [path for path in found if path.is_relative_to(root) and path not in rest]
    changed = set(foreign(folder, own))
    return sorted(path for path in own if path.is_file() and path not in changed)


def note(folder: Folder, paths: Iterable[Path]) -> None:
    """Record that an export wrote these files.

    If `.kb/` cannot be written, nothing is recorded, and a later export asks for --force.
    """
    written = {path: sha for path, sha in _read(folder).items() if Path(path).is_file()}
    for path in map(_real, paths):
        if path.is_file():
            written[str(path)] = _digest(path)
    with suppress(OSError):
        text = json.dumps(written, ensure_ascii=False, indent=1, sort_keys=True)
        cache.write(cache.made(folder) / NAME, text.encode())


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _read(folder: Folder) -> dict[str, str]:
    """Return the SHA-256 of the recorded files, by path; empty if the record cannot be read."""
    try:
        found = json.loads(cache.place(folder, NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}
