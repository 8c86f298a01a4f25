"""The ontology of a knowledge base: all files of the program, and own files, which only add to it.

Statements of an own file about a term of the program do not count, so that a folder from somebody
else cannot change the meaning of that term. A text in another language is allowed.
"""

from __future__ import annotations

import filecmp
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from kb.errors import Place, Problem, Usage
from kb.model.rdf_terms import Triple
from kb.model.vocabulary import NS
from kb.rdf import renamed_terms, turtle_reader
from kb.rdf.shacl_terms import SH
from kb.workspace.files import folder as folders
from kb.workspace.files.folder import Folder

PLACE: Final = "ontology"
SUFFIX: Final = ".ttl"
# In the index, the folder of own files that have the same name as a file of the program.
OWN: Final = "own"


def files(folder: Folder) -> dict[str, Path]:
    """Return all ontology files by name: the program's, and own files that are not copies."""
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
    """Tell whether two files have the same bytes."""
    with suppress(OSError):
        return path.stat().st_size == other.stat().st_size and filecmp.cmp(path, other, False)
    return False


def is_own(path: Path) -> bool:
    """Tell whether a file is not part of the program."""
    return path.parent != folders.shipped(PLACE)


def read(folder: Folder, path: Path, shown: str = "") -> list[Triple]:
    """Read the triples of a file that count. Raises Usage if it cannot be read, Broken if not
    Turtle.
    """
    return _stated(folder, text(path, shown), path)


def readable(
    folder: Folder, hides: Callable[[str], bool] | None = None
) -> Iterator[tuple[str, list[Triple]]]:
    """Yield the name and the triples of each file that can be read; of own files, only those
    without a text or IRI that `hides` finds.
    """
    for number, (name, path) in enumerate(files(folder).items()):
        with suppress(Usage, turtle_reader.Broken):
            found = read(folder, path)
            if hides and is_own(path):
                found = [t for t in found if not any(hides(term.value) for term in t)]
                name = f"further/{number}{SUFFIX}" if hides(name) else name
            yield name, found


def text(path: Path, shown: str) -> str:
    """Return the text of a file. Raises Usage if it cannot be read."""
    found = folders.regular_bytes(path, folders.LARGEST_FILE, shown)
    return folders.decode(found, shown or str(path))


def _stated(folder: Folder, text: str, path: Path) -> list[Triple]:
    return counted(_parsed(text, folder.base), path)


@lru_cache(maxsize=16)
def _parsed(text: str, base: str) -> tuple[Triple, ...]:
    """Return the triples of a file, which several questions of one command need."""
    return tuple(turtle_reader.triples(text, base))


def counted(triples: Sequence[Triple], path: Path) -> list[Triple]:
    """Return the triples that count: of an own file, those that do not change a term of the
    program.
    """
    return [t for t in triples if not _changes(t)] if is_own(path) else list(triples)


def redefined(folder: Folder, path: Path, shown: str) -> Iterator[Problem]:
    """Yield the terms of the program that an own file changes, with their lines.

    Shapes are left out: `kb.rdf.shacl` checks them. Raises the same errors as `read`.
    """
    stated = text(path, shown)
    changes = [t for t in turtle_reader.triples(stated, folder.base) if _changes(t)]
    wrong = {s.value: p.value for s, p, _ in reversed(changes) if s.value not in _shapes()}
    if not wrong or not is_own(path):
        return
    for block in turtle_reader.blocks(stated, folder.base):
        if property := wrong.pop(block.subject, ""):
            line = turtle_reader.line_in(block, property)
            yield _redefinition(Place(shown, line), block.subject)
    # Objects in the nested description of another subject.
    for subject in wrong:
        yield _redefinition(Place(shown), subject)


def renamed(folder: Folder, path: Path, shown: str) -> Iterator[Problem]:
    """Yield the old names of terms that an own file uses, each once. Raises the same errors as
    `read`.
    """
    reported = set[str]()
    for found in renamed_terms.in_turtle(text(path, shown), folder.base):
        if found.old not in reported:
            reported.add(found.old)
            place = Place(shown, found.line, found.column)
            hint = f"write {found.new} in its place"
            yield Problem("error", "term-renamed", str(found), place, hint=hint)


def _redefinition(place: Place, subject: str) -> Problem:
    message = f"{turtle_reader.compact(subject)} is defined by the program and cannot be changed."
    hint = "use another name for yours; texts in other languages may be added"
    return Problem("error", "term-redefined", message, place, subject, hint)


def _changes(triple: Triple) -> bool:
    """Tell whether a triple states something new about a term of the program."""
    subject, property, value = triple
    if subject.value not in terms() or triple in _shipped_triples():
        return False
    foreign = value.language and not value.language.lower().startswith("en")
    return not (foreign and not property.value.startswith((NS, SH)))


def _shipped_files() -> list[Path]:
    return sorted(folders.shipped(PLACE).glob(f"*{SUFFIX}"))


@cache
def _shipped_triples() -> frozenset[Triple]:
    """Return the triples of all files of the program."""
    texts = [path.read_text(encoding="utf-8") for path in _shipped_files()]
    return frozenset(triple for text in texts for triple in turtle_reader.triples(text, NS))


@cache
def terms() -> frozenset[str]:
    """Return the IRIs that the files of the program describe."""
    return frozenset(s.value for s, _, _ in _shipped_triples() if s.kind == "iri")


@cache
def _shapes() -> frozenset[str]:
    """Return the IRIs of the program's shapes."""
    return frozenset(s.value for s, p, _ in _shipped_triples() if p.value.startswith(SH))
