"""The ontology files that count: a knowledge base's own takes the place of the shipped one of its
name, unless it cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from kb.errors import Usage
from kb.model.rdf_terms import Triple
from kb.rdf import turtle_reader
from kb.workspace import folder as folders
from kb.workspace.folder import Folder

PLACE: Final = "ontology"
SUFFIX: Final = ".ttl"


def files(folder: Folder) -> dict[str, list[Path]]:
    """Name → the files with this name, the one that wins first."""
    return folder.data(PLACE, SUFFIX)


def read(folder: Folder, path: Path, shown: str = "") -> list[Triple]:
    """The triples of a file. Raises Usage where it cannot be read, Broken where it is not Turtle."""
    text = folders.decode(
        folders.regular_bytes(path, folders.LARGEST_FILE, shown), shown or str(path)
    )
    return turtle_reader.triples(text, folder.base)


def first_sound(folder: Folder, paths: Iterable[Path]) -> tuple[Path, list[Triple]] | None:
    """The first of these files that can be read, with its triples; None if none can."""
    for path in paths:
        with suppress(Usage, turtle_reader.Broken):
            return path, read(folder, path)
    return None
