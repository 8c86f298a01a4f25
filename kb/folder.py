"""The folder that is a knowledge base: its settings, its files, the documents beside it, and writes that cannot be torn."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kb import disk, stamps
from kb.disk import sync as sync
from kb.disk import write as write
from kb.errors import Refused, Unreadable, Usage
from kb.intake import LARGEST_DOCUMENT as LARGEST_DOCUMENT
from kb.intake import decode as decode
from kb.intake import read_bytes as read_bytes
from kb.intake import read_input as read_input
from kb.intake import read_text as read_text

SETTINGS = "kb.toml"
# How a knowledge base is stored. 1 is that of kb 0.1, which has no format line; 2 has the chained log.
FORMAT = 2
DISPOSABLE = ".kb"
LARGEST_FILE = 200_000_000
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

    def files(self) -> Iterator[str]:
        """Relative paths of all stored Turtle files, sorted: the claims."""
        yield from sorted(name for name, out in self._claims() if not out)

    def outside(self) -> list[str]:
        """Relative paths of the links among the claims that lead out of the knowledge base, sorted; they are never read."""
        return sorted(name for name, out in self._claims() if out)

    def leaves(self, relative: str) -> bool:
        """Whether a path leads out of the knowledge base."""
        return not Path(os.path.realpath(self.root / relative)).is_relative_to(self.root)

    def _claims(self) -> Iterator[tuple[str, bool]]:
        """Every stored file, and every link in its place or in a folder's that leads out, with whether it does."""
        if self.leaves("claims"):
            yield "claims", True
            return
        for entry in _below(str(self.root / "claims")):
            relative, turtle = entry.path.removeprefix(f"{self.root}{os.sep}"), entry.name.endswith(".ttl")
            linked = entry.is_symlink()
            if linked and (turtle or os.path.isdir(entry.path)) and self.leaves(relative):
                yield relative, True
            elif turtle and (os.path.isfile(entry.path) if linked else entry.is_file()):
                yield relative, False

    def read(self, relative: str) -> str:
        """Text of a stored file, empty where there is none. Raises Usage where it is not UTF-8 text, or a link that leads out."""
        path = self.root / relative
        if self.leaves(relative):
            message = f"this is a link that leads out of the knowledge base, to {os.path.realpath(path)}, and is not read."
            raise Usage(message, "remove it; where its records belong here, put the file itself in its place")
        return read_text(path, LARGEST_FILE) if path.exists() else ""

    def data(self, kind: str) -> list[Path]:
        """Folders that hold `ontology` or `queries`: the shipped one, then this knowledge base's own, which wins."""
        own = self.root / kind
        shipped_ = shipped(kind)
        return [shipped_] + ([own] if own.is_dir() and own.resolve() != shipped_.resolve() else [])

    @property
    def cache(self) -> Path:
        """The disposable folder; deleting it loses nothing."""
        return self.root / DISPOSABLE

    def apart(self, target: Path) -> Path:
        """Where something may be handed on to. Raises Refused where the knowledge base keeps its own there."""
        place = target.resolve()
        if place.is_relative_to(self.root) and place.relative_to(self.root).parts[:1] in {(name,) for name in OWN}:
            raise Refused(f"{target} is a part of the knowledge base; nothing was written.", "choose a place beside it, as export/")
        return target

    def document_folders(self) -> list[Path]:
        """Where texts lie: `documents/` inside, then the folders in KB_DOCUMENTS."""
        named = [Path(p) for p in os.environ.get("KB_DOCUMENTS", "").split(os.pathsep) if p]
        return [p for p in (self.root / "documents", *named) if p.is_dir()]


def _below(folder: str) -> Iterator[os.DirEntry[str]]:
    """Everything in a folder and the folders in it, links as what they are; a folder that cannot be read is passed over."""
    places = [folder]
    while places:
        with suppress(OSError), os.scandir(places.pop()) as found:
            for entry in found:
                if entry.is_dir(follow_symlinks=False):
                    places.append(entry.path)
                else:
                    yield entry


def shipped(kind: str) -> Path:
    """`ontology` or `queries` as they come with the program: package data in a wheel, the checkout's folder beside `kb/`."""
    package = Path(__file__).resolve().parent
    inside = package / "_data" / kind
    return inside if inside.is_dir() else package.parent / kind


def locate(chosen: str | None = None, start: Path | None = None) -> Folder:
    """The knowledge base meant: `chosen`, else KB_HOME, else the first kb.toml from the current folder upward. Raises Unreadable."""
    named = chosen or os.environ.get("KB_HOME")
    if named:
        return load(Path(named))
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / SETTINGS).is_file():
            return load(folder)
    raise Unreadable(f"{here} is not inside a knowledge base.", "kb init makes one here; --kb DIR or KB_HOME names one elsewhere")


def load(root: Path) -> Folder:
    """A knowledge base's settings. Raises Unreadable with the reason."""
    path = root / SETTINGS
    if not path.is_file():
        raise Unreadable(f"{root} is not a knowledge base: it has no {SETTINGS}.", f"kb init {root}")
    try:
        settings = tomllib.loads(read_text(path, 1_000_000))
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(f"{path}: {error}.", 'TOML wants text in quotes: base = "https://…/"') from None
    format = _format(path, settings.get("format", 1))
    base = settings.get("base")
    if not isinstance(base, str) or not base.startswith(("http://", "https://", "urn:")) or not base.endswith(("/", ":", "#")):
        raise Unreadable(f"{path}: base must be an absolute IRI that ends in “/”.", 'base = "https://example.org/data/"')
    texts = {key: settings.get(key, otherwise) for key, otherwise in DEFAULTS.items()}
    for key, value in texts.items():
        if not isinstance(value, str) or not value:
            raise Unreadable(f"{path}: {key} must be text.", f'{key} = "{DEFAULTS[key]}"')
    return Folder(root.resolve(), base, texts["collection"], texts["policy"], texts["language"], format)


def _format(path: Path, stated: object) -> int:
    """The format that a knowledge base states. Raises Unreadable for one that this program does not know."""
    if isinstance(stated, bool) or not isinstance(stated, int) or stated < 1:
        raise Unreadable(f"{path}: format must be a number from 1 to {FORMAT}.", f"format = {FORMAT}")
    if stated > FORMAT:
        message = f"{path}: this knowledge base has format {stated}; this kb reads formats up to {FORMAT}."
        raise Unreadable(message, "install a newer kb: it was made by one")
    return stated


DEFAULTS = {"collection": "main", "policy": "default-1", "language": "en"}


def create(root: Path, base: str, collection: str) -> Folder:
    """Make an empty knowledge base. Raises Refused where there is one already, Usage where the folder cannot be made."""
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
        raise Usage(f"{root} cannot be written: {error.strerror}.", "choose another folder") from None
    return load(root)


def digest(text: str) -> str:
    """sha256 of a text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def find_document(folder: Folder, sha256: str) -> str | None:
    """The text with this digest from the document folders, or None where it is not at hand."""
    for place in folder.document_folders():
        named = place / f"{sha256}.txt"
        if named.is_file() and hashlib.sha256(named.read_bytes()).hexdigest() == sha256:
            return named.read_bytes().decode()
    path = _digests(folder).get(sha256)
    if path is None:
        return None
    data = Path(path).read_bytes()
    return data.decode() if hashlib.sha256(data).hexdigest() == sha256 else None


def _digests(folder: Folder) -> dict[str, str]:
    """sha256 → path of every text file in the document folders, remembered by their stamps in the disposable folder."""
    memory = folder.cache / "documents.json"
    known: dict[str, list[str]] = {}
    with suppress(OSError, ValueError):
        known = json.loads(memory.read_text())
    now: dict[str, list[str]] = {}
    for path in (p for place in folder.document_folders() for p in sorted(place.rglob("*.txt")) if p.is_file()):
        old = known.get(str(path))
        now[str(path)] = old if old and old[0] == stamps.stamp(path) else [*stamps.digested(path)]
    if now != known and not folder.cache.is_symlink():
        with suppress(OSError):
            write(memory, json.dumps(now))
    return {sha: path for path, (_, sha) in reversed(now.items())}


def documents(folder: Folder) -> dict[str, str]:
    """sha256 → path of every text in the document folders."""
    return _digests(folder)


def keep_document(folder: Folder, text: str) -> Path:
    """Keep a text read in `documents/`, named by its digest, readable by its owner alone.

    Raises Refused where `documents` is a link that leads out, Usage where the disk refuses.
    """
    home = folder.root / "documents"
    path = home / f"{digest(text)}.txt"
    if folder.leaves("documents"):
        message = f"{home} leads out of the knowledge base, to {os.path.realpath(home)}; nothing was written."
        raise Refused(message, "remove the link, or put the folder itself in its place")
    try:
        if disk.kind(path) != "a file" or hashlib.sha256(disk.read(path)).hexdigest() != path.stem:
            disk.write(path, text, private=True)
        disk.settle([home], folder.root)  # a killed command may have written it without coming as far
    except OSError as error:
        hint = "free space or mend permissions, then run the command again"
        raise Usage(f"{path} cannot be written: {error.strerror}.", hint) from None
    return path
