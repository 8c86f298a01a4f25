"""Findings about SPARQL servers, kept in `.kb` for a day, and what was pushed to them last.

A finding is how a server must be asked, not what data it has: data is checked before each question.
A finding under which no data is found any more is not used.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from kb.workspace.caches import cache, sealing
from kb.workspace.files.folder import Folder

# Queries must name the graphs, or the server reads the union of all graphs by itself.
NAMED: Final = "named"
UNION: Final = "union"
# Seconds for which a finding counts.
LASTING: Final = 24 * 3600
_FILE: Final = "servers.json"


def kept(folder: Folder, address: str) -> str:
    """Return NAMED or UNION for the server at an address; empty if nothing is known."""
    finding, found = _all(folder).get(_key(address), ("", 0.0))
    return finding if 0 <= time.time() - found <= LASTING else ""


def keep(folder: Folder, address: str, finding: str) -> None:
    """Keep a finding; an empty one is forgotten. If `.kb` cannot be written, nothing is kept."""
    findings = dict(_all(folder))
    findings.pop(_key(address), None)
    if finding:
        findings[_key(address)] = finding, time.time()
    with suppress(OSError):
        body = sealing.sealed(json.dumps(findings).encode(), _FILE)
        cache.write(cache.made(folder) / _FILE, body)


def pushed(folder: Folder, graph: str) -> tuple[str, str]:
    """Return the digest of the description that was pushed last, and the state that the knowledge
    base had; empty if nothing is known.

    `graph` is the graph of the description, after the address of the server.
    """
    digest, _, state = _all(folder).get(_key(graph), ("", 0.0))[0].partition(" ")
    return digest, state


def keep_pushed(folder: Folder, graph: str, digest: str, state: str = "") -> None:
    """Keep the digest of a description that was pushed, and the state that was pushed."""
    keep(folder, graph, f"{digest} {state}")


def _all(folder: Folder) -> Mapping[str, tuple[str, float]]:
    """Return all findings by key; none if they are missing, damaged, or not from this user."""
    with suppress(OSError, ValueError, TypeError, AttributeError):
        body = sealing.opened((cache.place(folder) / _FILE).read_bytes(), _FILE)
        if body is not None:
            return {key: (str(f), float(t)) for key, (f, t) in json.loads(body).items()}
    return {}


def _key(address: str) -> str:
    """Return a digest of an address, which can have a secret among its parameters."""
    return hashlib.sha256(address.encode()).hexdigest()
