"""The folder that is a knowledge base: its settings, its files, the documents beside it, and writes
that cannot be torn.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from kb.errors import Refused, Unreadable, Usage
from kb.system import disk
from kb.system.disk import sync as sync
from kb.system.disk import write as write
from kb.system.intake import LARGEST_DOCUMENT as LARGEST_DOCUMENT
from kb.system.intake import decode as decode
from kb.system.intake import read_bytes as read_bytes
from kb.system.intake import read_input as read_input
from kb.system.intake import read_text as read_text
from kb.workspace import settings
from kb.workspace.listing import Listing, bounded, leaves, listing

SETTINGS = settings.NAME
FORMAT = settings.FORMAT
DISPOSABLE = ".kb"
LARGEST_FILE = 200_000_000
LARGEST_SETTINGS = 1_000_000
# Own files in `ontology` or in `queries`, and their bytes together: more than people write, and
# little enough to be read by every command.
MOST_OWN_FILES, LARGEST_OWN_FILES = 300, 5_000_000
# What an IRI cannot contain, or what would end its path.
_NOT_IN_IRIS = re.compile(r"[\x00-\x20<>\"{}|\\^`%#?\x7f]")
# What a knowledge base consists of.
OWN = (SETTINGS, DISPOSABLE, ".journal", ".git", "claims", "documents", "ontology", "queries")


@dataclass(frozen=True, slots=True)
class Folder:
    """A knowledge base on disk. `base` is the IRI that all records and file graphs start with."""

    root: Path
    base: str
    collection: str
    policy: str
    language: str
    format: int = 1

    def listed(self) -> Listing:
        """The stored Turtle files, and what is strange among the claims."""
        return listing(str(self.root), "claims", ".ttl")

    def files(self) -> tuple[str, ...]:
        """Relative paths of all stored Turtle files, sorted: the claims."""
        return self.listed().files

    def leaves(self, relative: str) -> bool:
        """Whether a path leads out of the knowledge base."""
        return leaves(str(self.root), relative)

    def graph(self, name: str) -> str:
        """IRI of the graph that has the triples of a file; what an IRI cannot contain is
        percent-encoded.

        >>> Folder(Path(), "https://x.org/", "main", "default-1", "en").graph("claims/main/my notes 50%.ttl")
        'https://x.org/claims/main/my%20notes%2050%25.ttl'
        """
        return self.base + _NOT_IN_IRIS.sub(lambda m: f"%{ord(m[0]):02X}", name)

    def name_of(self, graph: str) -> str:
        """The file whose triples a graph has, by the graph's IRI or what follows the base in it."""
        return unquote(graph.removeprefix(self.base))

    def read(self, relative: str) -> str:
        """Text of a stored file, empty where there is none. Raises Usage where it is not UTF-8
        text, or a link that leads out.
        """
        path = self.root / relative
        if self.leaves(relative):
            message = f"this is a link that leads out of the knowledge base, to {os.path.realpath(path)}, and is not read."
            raise Usage(
                message,
                "remove it; where its records belong here, put the file itself in its place",
            )
        return (
            decode(regular_bytes(path, LARGEST_FILE, relative), relative)
            if os.path.lexists(path)
            else ""
        )

    def stored(self, name: str) -> str:
        """Text of a file that is listed. Raises Usage where it cannot be read, or is not UTF-8
        text.
        """
        return decode(regular_bytes(self.root / name, LARGEST_FILE, name), name)

    def texts(self) -> Listing:
        """The texts in `documents/`, and what is strange there."""
        return listing(str(self.root), "documents", ".txt")

    def own(self, place: str, ending: str, deep: bool = False) -> Listing:
        """The knowledge base's own files in a part of `ontology` or `queries`, and what is strange
        there.
        """
        top = place.partition("/")[0]
        here, theirs = str(self.root / top), str(shipped(top))
        if here == theirs or (os.path.islink(here) and os.path.realpath(here) == theirs):
            return Listing()  # they are the shipped ones
        found = listing(str(self.root), place, ending, deep)
        return bounded(found, str(self.root), place, MOST_OWN_FILES, LARGEST_OWN_FILES)

    def own_queries(self) -> Listing:
        """All files in `queries` that look like saved queries, in groups or not."""
        return self.own("queries", ".rq", deep=True)

    def data(self, place: str, ending: str) -> dict[str, list[Path]]:
        """Name → the files with this name in a part of `ontology` or `queries`: this knowledge
        base's own, which wins, then the shipped.
        """
        found: dict[str, list[Path]] = {}
        for name in self.own(place, ending).files:
            found.setdefault(Path(name).name, []).append(self.root / name)
        for path in sorted(shipped(place).glob(f"*{ending}")):
            if path not in found.setdefault(path.name, []):
                found[path.name].append(path)
        return dict(sorted(found.items()))

    @property
    def cache(self) -> Path:
        """The disposable folder; deleting it loses nothing."""
        return self.root / DISPOSABLE

    def apart(self, target: Path) -> Path:
        """Where something may be handed on to. Raises Refused where the knowledge base keeps its
        own there.
        """
        place = Path(os.path.realpath(target))
        if place.is_relative_to(self.root) and place.relative_to(self.root).parts[:1] in {
            (name,) for name in OWN
        }:
            raise Refused(
                f"{target} is a part of the knowledge base; nothing was written.",
                "choose a place beside it, as export/",
            )
        return target

    def document_folders(self) -> list[Path]:
        """Where texts lie: `documents/` inside, then the folders in KB_DOCUMENTS."""
        named = [Path(p) for p in os.environ.get("KB_DOCUMENTS", "").split(os.pathsep) if p]
        return [p for p in (self.root / "documents", *named) if p.is_dir()]


def shipped(kind: str) -> Path:
    """`ontology` or `queries` as they come with the program: package data in a wheel, the
    checkout's folder beside `kb/`.
    """
    package = Path(__file__).resolve().parents[1]
    inside = package / "_data" / kind
    return inside if inside.is_dir() else package.parent / kind


def locate(chosen: str | None = None, start: Path | None = None) -> Folder:
    """The knowledge base meant: `chosen`, else KB_HOME, else the first kb.toml from the current
    folder upward. Raises Unreadable.
    """
    named = chosen or os.environ.get("KB_HOME")
    if named:
        return load(Path(named))
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if os.path.lexists(folder / SETTINGS) and not os.path.isdir(folder / SETTINGS):
            return load(folder)
    raise Unreadable(
        f"{here} is not inside a knowledge base.",
        "kb init makes one here; --kb DIR or KB_HOME names one elsewhere",
    )


def load(root: Path) -> Folder:
    """The knowledge base in a folder. Raises Unreadable with the reason."""
    path = root / SETTINGS
    try:
        if not os.path.lexists(path):
            raise Unreadable(
                f"{root} is not a knowledge base: it has no {SETTINGS}.", f"kb init {root}"
            )
        text = decode(regular_bytes(path, LARGEST_SETTINGS), str(path))
    except Usage as error:
        raise Unreadable(error.message, error.hint) from None
    except OSError as error:
        raise Unreadable(
            f"{path} cannot be read: {error.strerror}.", "check the permissions of the folder"
        ) from None
    found = settings.parse(text, str(path))
    return Folder(
        root.resolve(), found.base, found.collection, found.policy, found.language, found.format
    )


def create(root: Path, base: str, collection: str) -> Folder:
    """Make an empty knowledge base. Raises Refused where there is one already, Usage where the
    folder cannot be made.
    """
    if (root / SETTINGS).exists():
        raise Refused(f"{root} is a knowledge base already.", "kb stats shows what is in it")
    if root.exists() and not root.is_dir():
        raise Usage(f"{root} is a file.", "name a folder")
    try:
        disk.make(root / "claims" / collection)
        disk.settle([root / "claims" / collection], root.parent)
        disk.make(root / "documents", private=True)
        lines = (
            f"format = {FORMAT}",
            f"base = {json.dumps(base)}",
            f"collection = {json.dumps(collection)}",
            'policy = "default-1"',
            'language = "en"',
        )
        if not (root / ".gitignore").exists():
            write(root / ".gitignore", f"{DISPOSABLE}/\n.journal/\ndocuments/\n")
        write(root / SETTINGS, "\n".join(lines) + "\n")
    except OSError as error:
        raise Usage(
            f"{root} cannot be written: {error.strerror}.", "choose another folder"
        ) from None
    return load(root)


def regular_bytes(path: Path, most: int, shown: str = "") -> bytes:
    """The bytes of a file, which messages call `shown`; a pipe or a device is not opened.

    Raises Usage where they cannot be read, or are more than `most`.
    """
    try:
        return read_bytes(path, most)
    except Usage as error:
        raise Usage(error.message.replace(str(path), shown or str(path)), error.hint) from None


def digest(text: str) -> str:
    """sha256 of a text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def keep_document(folder: Folder, text: str) -> Path:
    """Keep a text read in `documents/`, named by its digest, readable by its owner alone.

    Raises Usage where `documents` is a link that leads out, or the disk refuses.
    """
    home = folder.root / "documents"
    path = home / f"{digest(text)}.txt"
    if folder.leaves("documents"):
        message = f"{home} leads out of the knowledge base, to {os.path.realpath(home)}; nothing was written."
        raise Usage(message, "remove the link, or put the folder itself in its place")
    try:
        if disk.kind(path) != "a file" or hashlib.sha256(disk.read(path)).hexdigest() != path.stem:
            disk.write(path, text, private=True)
        disk.settle(
            [home], folder.root
        )  # a killed command may have written it without coming as far
    except OSError as error:
        hint = "free space or mend permissions, then run the command again"
        raise Usage(f"{path} cannot be written: {error.strerror}.", hint) from None
    return path
