"""Another knowledge base of this program: its records, read from its folder or from an export.

The base IRI is that of its records, so an export needs no settings. Nothing of its folder is run,
and its own shapes, queries and settings are not taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kb.errors import Usage
from kb.model.rdf_terms import Triple
from kb.model.records import RECORD_CLASSES, Record, Source
from kb.model.vocabulary import RDF
from kb.rdf import decoding, quad_reader
from kb.rdf.turtle_reader import Broken
from kb.system import intake
from kb.workspace.catalogs.past_files import past
from kb.workspace.files.listing import listing

_CLASSES: Final = frozenset(kind.type for kind in RECORD_CLASSES)
_IRI: Final = re.compile(
    r"(.+?)(source|claim|assertion|entity|affiliation|judgement)/[^/]+", re.DOTALL
)
# A past version of a record.
_VERSION: Final = "~"


@dataclass(slots=True)
class Copy:
    """The present records of a knowledge base, its base IRI, and its texts by digest. `untaken`
    says what is left out.
    """

    name: str
    base: str
    records: list[Record]
    texts: dict[str, str] = field(default_factory=dict)
    untaken: list[str] = field(default_factory=list)


def read(name: str, data: bytes) -> Copy:
    """Return the records of a folder (then `data` is empty), or of an export as Turtle, N-Triples
    or N-Quads. Raises Usage if it cannot be read or has no records.
    """
    root = Path(name)
    if not data and root.is_dir():
        return _from_folder(name, root)
    text = intake.exported(data, name)
    format = "turtle" if _looks_like_turtle(text) else "nquads"
    return _copy(name, _parsed(name, text, format))


def _looks_like_turtle(text: str) -> bool:
    """Tell whether a text has directives or more than one line a statement."""
    start = text[:20_000]
    return "@base" in start or "@prefix" in start or not re.search(r"^<[^>]*> <", start, re.M)


def _parsed(name: str, text: str, format: str) -> list[Triple]:
    try:
        graphs = quad_reader.graphs(text, format, "urn:no-base:")
    except Broken as error:
        where = f"{name}:{error.line}:{error.column}"
        hint = "the folder of a knowledge base, or its export as turtle or nquads"
        raise Usage(f"{where}: this cannot be read: {error}.", hint) from None
    return [triple for triples in graphs.values() for triple in triples]


def _copy(name: str, triples: Sequence[Triple]) -> Copy:
    """Return the records among triples. Raises Usage if there are none, or of several bases."""
    iris = {s.value for s, p, o in triples if p.value == RDF + "type" and o.value in _CLASSES}
    bases = sorted({match[1] for iri in iris if (match := _IRI.match(iri))})
    if len(bases) != 1:
        what = f"records of {len(bases)} knowledge bases" if bases else "no records"
        raise Usage(f"{name} has {what}.", "import the folder or the export of one knowledge base")
    found = decoding.records(triples, bases[0])
    present = [r for r in found if not getattr(r, "invalidated", None) and _VERSION not in r.id]
    copy = Copy(name, bases[0], present)
    if len(found) > len(present):
        copy.untaken.append(f"{name}: {len(found) - len(present)} past versions of records")
    copy.untaken += _others(name, triples, iris)
    return copy


def _others(name: str, triples: Iterable[Triple], records: set[str]) -> Iterator[str]:
    others = {s.value for s, _, _ in triples} - records
    if others:
        yield f"{name}: what is stated about {len(others)} subjects that are not records"


def _from_folder(name: str, root: Path) -> Copy:
    """Return the records of a folder, with the texts of its sources."""
    listed = listing(str(root), "claims", ".ttl")
    names = [file for file in listed.files if not past(file)]
    if not names or listed.problems:
        why = listed.problems[0].message if listed.problems else "it has no records in claims/"
        raise Usage(f"{name} is not a knowledge base that can be read: {why}", "name its folder")
    triples = list[Triple]()
    for file in names:
        text = intake.exported(intake.read_bytes(root / file), file)
        triples += _parsed(f"{name}/{file}", text, "turtle")
    copy = _copy(name, triples)
    for digest in {r.sha256 for r in copy.records if isinstance(r, Source)}:
        path = root / "documents" / f"{digest}.txt"
        named = digest is not None and re.fullmatch(r"[0-9a-f]{64}", digest)
        if digest and named and path.is_file() and not path.is_symlink():
            copy.texts[digest] = intake.decode(intake.read_bytes(path), str(path))
    return copy
