"""The ontology files that count: all that are shipped, and a knowledge base's own, which only add.

What an own file states about a shipped term does not count, so that a folder from somebody else
cannot change what the program means by it. A text in another language is no such change.
"""

from __future__ import annotations

import filecmp
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

from kb.errors import Place, Problem
from kb.model.rdf_terms import Triple
from kb.model.vocabulary import NS
from kb.rdf import turtle_reader
from kb.rdf.shacl import SH
from kb.workspace import folder as folders
from kb.workspace.folder import Folder

PLACE: Final = "ontology"
SUFFIX: Final = ".ttl"
# In the index, own files with the name of a shipped one are in a folder of this name.
OWN: Final = "own"


def files(folder: Folder) -> dict[str, Path]:
    """Name → file: the shipped ones, and the knowledge base's own beside them; of these, none that
    is a copy.
    """
    theirs = {path.name: path for path in _shipped_files()}
    own: dict[str, Path] = {}
    for relative in folder.own(PLACE, SUFFIX).files:
        path = folder.root / relative
        same = theirs.get(path.name)
        if same is None:
            own[path.name] = path
        elif not _is_copy(path, same):
            own[f"{OWN}/{path.name}"] = path
    return dict(sorted({**theirs, **own}.items()))


def _is_copy(path: Path, other: Path) -> bool:
    """Whether two files have the same bytes."""
    with suppress(OSError):
        return path.stat().st_size == other.stat().st_size and filecmp.cmp(path, other, False)
    return False


def is_own(path: Path) -> bool:
    """Whether a file does not come with the program."""
    return path.parent != folders.shipped(PLACE)


def read(folder: Folder, path: Path, shown: str = "") -> list[Triple]:
    """The triples of a file that count. Raises Usage where it cannot be read, Broken where it is
    not Turtle.
    """
    return _stated(folder, _text(path, shown), path)


def _text(path: Path, shown: str) -> str:
    found = folders.regular_bytes(path, folders.LARGEST_FILE, shown)
    return folders.decode(found, shown or str(path))


def _stated(folder: Folder, text: str, path: Path) -> list[Triple]:
    return counted(turtle_reader.triples(text, folder.base), path)


def counted(triples: Sequence[Triple], path: Path) -> list[Triple]:
    """Those of a file's triples that count: of an own file, all but those that would change a
    shipped term.
    """
    return [t for t in triples if not _changes(t)] if is_own(path) else list(triples)


def redefined(folder: Folder, path: Path, shown: str) -> Iterator[Problem]:
    """The shipped terms that an own file states something else about, each with its line. Shapes
    are not among them: what is stated about these is looked at where they are used.

    Raises what `read` raises.
    """
    text = _text(path, shown)
    changes = [t for t in turtle_reader.triples(text, folder.base) if _changes(t)]
    wrong = {s.value: p.value for s, p, _ in reversed(changes) if s.value not in _shapes()}
    if not wrong or not is_own(path):
        return
    for block in turtle_reader.blocks(text, folder.base):
        if property := wrong.pop(block.subject, ""):
            line = turtle_reader.line_in(block, property)
            yield _redefinition(Place(shown, line), block.subject)
    for subject in wrong:  # the object of another subject's nested description
        yield _redefinition(Place(shown), subject)


def _redefinition(place: Place, subject: str) -> Problem:
    message = f"{turtle_reader.compact(subject)} comes with the program, whose definition is used."
    hint = "give yours another name; texts in another language may be added"
    return Problem("error", "term-redefined", message, place, subject, hint)


def _changes(triple: Triple) -> bool:
    """Whether a triple states something about a shipped term that the program does not state."""
    subject, property, value = triple
    if subject.value not in _terms() or triple in _shipped_triples():
        return False
    foreign = value.language and not value.language.lower().startswith("en")
    return not (foreign and not property.value.startswith((NS, SH)))


def _shipped_files() -> list[Path]:
    return sorted(folders.shipped(PLACE).glob(f"*{SUFFIX}"))


@cache
def _shipped_triples() -> frozenset[Triple]:
    """The triples of all shipped files."""
    texts = [path.read_text(encoding="utf-8") for path in _shipped_files()]
    return frozenset(triple for text in texts for triple in turtle_reader.triples(text, NS))


@cache
def _terms() -> frozenset[str]:
    """IRIs of everything that a shipped file describes."""
    return frozenset(s.value for s, _, _ in _shipped_triples() if s.kind == "iri")


@cache
def _shapes() -> frozenset[str]:
    """IRIs of the shipped shapes."""
    return frozenset(s.value for s, p, _ in _shipped_triples() if p.value.startswith(SH))
