"""Which files outside the records exports wrote, so that no other file is overwritten by one.

Paths and digests are kept in `.kb/`. Without them every existing file counts as somebody else's.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from kb.workspace import cache
from kb.workspace.folder import Folder

NAME: Final = "exports.json"


def foreign(folder: Folder, paths: Iterable[Path]) -> list[Path]:
    """Those of these files that exist, are not empty, and are not as an export left them."""
    written = _read(folder)
    present = [path for path in map(_real, paths) if path.is_file() and path.stat().st_size]
    return [path for path in present if written.get(str(path)) != _digest(path)]


def note(folder: Folder, paths: Iterable[Path]) -> None:
    """Remember that an export wrote these files; where `.kb/` cannot be written, nothing is
    remembered, and a later export asks for --force.
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
    """Path → SHA-256 of what exports wrote; empty where that cannot be read."""
    try:
        found = json.loads(cache.place(folder, NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}
