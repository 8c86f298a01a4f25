"""The folder of a knowledge base: its settings, its files, its documents, and atomic writes."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
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
from kb.workspace.files import settings
from kb.workspace.files.listing import Listing, bounded, leaves, listing
from kb.workspace.files.server_settings import Server

SETTINGS = settings.NAME
FORMAT = settings.FORMAT
DISPOSABLE = ".kb"
LARGEST_FILE = 200_000_000
LARGEST_SETTINGS = 1_000_000
# Limits for own files in `ontology` or in `queries`: their number and their bytes in total. Nobody
# writes more by hand, and every command can read them.
MOST_OWN_FILES, LARGEST_OWN_FILES = 300, 5_000_000
# Characters that an IRI cannot contain, or that would end its path.
_NOT_IN_IRIS = re.compile(r"[\x00-\x20<>\"{}|\\^`%#?\x7f]")
# Files for git. Texts are named by their digest, so git must not change their line ends either.
FOR_GIT = {
    ".gitignore": (f"{DISPOSABLE}/", ".journal/", "documents/"),
    ".gitattributes": (
        "*.ttl text eol=lf",
        "*.rq text eol=lf",
        f"{SETTINGS} text eol=lf",
        "documents/** -text",
    ),
}
# The parts of a knowledge base.
OWN = (SETTINGS, DISPOSABLE, ".journal", ".git", "claims", "documents", "ontology", "queries")


@dataclass(frozen=True, slots=True)
class Folder:
    """A knowledge base on disk.

    `base` is the IRI with which the IRIs of all records and graphs begin.
    """

    root: Path
    base: str
    collection: str
    policy: str
    language: str
    format: int = 1
    servers: Mapping[str, Server] = field(default_factory=dict, compare=False)
    passages: str = settings.DEFAULTS["passages"]
    licence: str = ""

    def listed(self) -> Listing:
        """List the stored Turtle files, and the problems of the claims folder."""
        return listing(str(self.root), "claims", ".ttl")

    def files(self) -> tuple[str, ...]:
        """Return the relative paths of all stored Turtle files, sorted."""
        return self.listed().files

    def leaves(self, relative: str) -> bool:
        """Tell whether a path leads out of the knowledge base."""
        return leaves(str(self.root), relative)

    def graph(self, name: str) -> str:
        """Return the IRI of a file's graph, with percent-encoding where an IRI needs it.

        >>> folder = Folder(Path(), "https://x.org/", "main", "default-1", "en")
        >>> folder.graph("claims/main/my notes 50%.ttl")
        'https://x.org/claims/main/my%20notes%2050%25.ttl'
        """
        return self.base + _NOT_IN_IRIS.sub(lambda m: f"%{ord(m[0]):02X}", name)

    def name_of(self, graph: str) -> str:
        """Return the file of a graph, given the graph's IRI or the part of it after the base."""
        return unquote(graph.removeprefix(self.base))

    def read(self, relative: str) -> str:
        """Read a stored file; a missing one is empty.

        Raises Usage if the file is not UTF-8 text, or a link that leads out.
        """
        path = self.root / relative
        if self.leaves(relative):
            raise Usage(
                f"this link leads out of the knowledge base, to {os.path.realpath(path)}; "
                "it is not read.",
                "remove it, or replace it with the file itself if its records belong here",
            )
        if not os.path.lexists(path):
            return ""
        return decode(regular_bytes(path, LARGEST_FILE, relative), relative)

    def stored(self, name: str) -> str:
        """Read a file that is listed. Raises Usage if it cannot be read or is not UTF-8 text."""
        return decode(regular_bytes(self.root / name, LARGEST_FILE, name), name)

    def texts(self) -> Listing:
        """List the texts in `documents/`, and the problems of that folder."""
        return listing(str(self.root), "documents", ".txt")

    def own(self, place: str, ending: str, deep: bool = False) -> Listing:
        """List own files in a part of `ontology` or `queries`, and the problems of that folder."""
        top = place.partition("/")[0]
        here, theirs = str(self.root / top), str(shipped(top))
        if here == theirs or (os.path.islink(here) and os.path.realpath(here) == theirs):
            # The folder is the program's own.
            return Listing()
        found = listing(str(self.root), place, ending, deep)
        return bounded(found, str(self.root), place, MOST_OWN_FILES, LARGEST_OWN_FILES)

    def own_queries(self) -> Listing:
        """List all files in `queries` and its subfolders that may be saved queries."""
        return self.own("queries", ".rq", deep=True)

    def data(self, place: str, ending: str) -> dict[str, list[Path]]:
        """Return the files of a part of `ontology` or `queries`, by name.

        The knowledge base's own file comes first and takes precedence; the program's follows.
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
        """The disposable folder. Deleting it loses nothing."""
        return self.root / DISPOSABLE

    def apart(self, target: Path) -> Path:
        """Check the target of an export. Raises Refused if it is a part of the knowledge base."""
        place = Path(os.path.realpath(target))
        inside = place.relative_to(self.root).parts if place.is_relative_to(self.root) else ()
        if inside and inside[0] in OWN:
            raise Refused(
                f"{target} is a part of the knowledge base; nothing was written.",
                "choose another folder, such as export/",
            )
        return target

    def document_folders(self) -> list[Path]:
        """Return the folders of texts: `documents/`, then those of KB_DOCUMENTS."""
        named = [Path(p) for p in os.environ.get("KB_DOCUMENTS", "").split(os.pathsep) if p]
        return [p for p in (self.root / "documents", *named) if p.is_dir()]


def shipped(kind: str) -> Path:
    """Return the program's `ontology` or `queries` folder, in the package or in the checkout."""
    package = Path(__file__).resolve().parents[2]
    inside = package / "_data" / kind
    return inside if inside.is_dir() else package.parent / kind


def locate(chosen: str | None = None, start: Path | None = None) -> Folder:
    """Find the knowledge base: `chosen`, else KB_HOME, else the first kb.toml from here upward.

    `start` is the folder to begin at, by default the current one. Raises Unreadable.
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
        "make one here with kb init, or name one with --kb DIR or KB_HOME",
    )


def load(root: Path) -> Folder:
    """Open the knowledge base in a folder. Raises Unreadable with the reason."""
    path = root / SETTINGS
    try:
        if not os.path.lexists(path):
            raise Unreadable(
                f"{root} is not a knowledge base: it has no {SETTINGS}.",
                f"make one there with: kb init {root}",
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
        root.resolve(),
        found.base,
        found.collection,
        found.policy,
        found.language,
        found.format,
        found.servers,
        found.passages,
        found.licence,
    )


def create(root: Path, base: str, collection: str) -> Folder:
    """Make an empty knowledge base.

    Raises Refused if there already is one, and Usage if the folder cannot be made.
    """
    if (root / SETTINGS).exists():
        raise Refused(f"{root} is already a knowledge base.", "see its content with kb stats")
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
            'policy = "default-2"',
            'language = "en"',
            'passages = "whole"',
        )
        for name, lines_of in FOR_GIT.items():
            if not (root / name).exists():
                write(root / name, "".join(f"{line}\n" for line in lines_of))
        write(root / SETTINGS, "\n".join(lines) + "\n")
    except OSError as error:
        raise Usage(
            f"{root} cannot be written: {error.strerror}.", "choose another folder"
        ) from None
    return load(root)


def regular_bytes(path: Path, most: int, shown: str = "") -> bytes:
    """Read a file, which messages call `shown`. A pipe or a device is not opened.

    Raises Usage if it cannot be read or has more than `most` bytes.
    """
    try:
        return read_bytes(path, most)
    except Usage as error:
        raise Usage(error.message.replace(str(path), shown or str(path)), error.hint) from None


def digest(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def keep_document(folder: Folder, text: str) -> Path:
    """Store a text in `documents/`, named by its digest and readable by its owner only.

    Raises Usage if `documents` is a link that leads out, or the disk reports an error.
    """
    home = folder.root / "documents"
    path = home / f"{digest(text)}.txt"
    if folder.leaves("documents"):
        raise Usage(
            f"{home} leads out of the knowledge base, to {os.path.realpath(home)}; "
            "nothing was written.",
            "remove the link, or replace it with the folder itself",
        )
    try:
        if disk.kind(path) != "a file" or hashlib.sha256(disk.read(path)).hexdigest() != path.stem:
            disk.write(path, text, private=True)
        # An existing file may come from a killed command that did not get this far.
        disk.settle([home], folder.root)
    except OSError as error:
        hint = "free some space or fix the permissions, then run the command again"
        raise Usage(f"{path} cannot be written: {error.strerror}.", hint) from None
    return path
