"""Digests and counts of the graphs of files, kept in `.kb` for the next push, by the digest of the
text that they are of.

A changed file has another digest, so a summary can be missing but never outdated.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from kb.workspace.caches import cache, sealing
from kb.workspace.files.folder import Folder

_FILE: Final = "graphs.json"


def kept(folder: Folder, way: str) -> Mapping[str, Any]:
    """Return the summaries by digest; none if they are missing, damaged, not from this user, or
    made in another way.
    """
    with suppress(OSError, ValueError):
        body = sealing.opened((cache.place(folder) / _FILE).read_bytes(), f"{_FILE} {way}")
        if body is not None:
            return dict(json.loads(body))
    return {}


def keep(folder: Folder, way: str, summaries: Mapping[str, Any]) -> None:
    """Keep the summaries of the present files. If `.kb` cannot be written, they are made again."""
    with suppress(OSError):
        body = json.dumps(summaries, separators=(",", ":")).encode()
        cache.write(cache.made(folder) / _FILE, sealing.sealed(body, f"{_FILE} {way}"))
