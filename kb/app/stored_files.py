"""Stored files: their triples and records, the place of each, and reasons why one cannot be
read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from kb.errors import Place, Problem
from kb.model import identifiers
from kb.model.rdf_terms import Triple
from kb.model.records import RECORD_CLASSES, Record, slots
from kb.model.vocabulary import NS, PROV, RDF
from kb.rdf import decoding, turtle_places, turtle_reader

TYPE = RDF + "type"


@dataclass(slots=True)
class File:
    """A stored file, read: its triples and records, and the block of each subject."""

    path: str
    text: str
    triples: list[Triple] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    blocks: dict[str, turtle_reader.Block] = field(default_factory=dict)

    def alone(self) -> list[Triple]:
        """Return its triples without the links to older versions, which are in the history."""
        return [t for t in self.triples if t[1].value != PROV + "wasRevisionOf"]

    def place(self, subject: str, property: str = "", value: str = "") -> Place:
        """Return the place of a record, of one of its properties, or of one value."""
        block = self.blocks.get(subject)
        return (
            Place(self.path, *turtle_places.find(block, property, value))
            if block
            else Place(self.path)
        )


def read(path: str, text: str, base: str) -> tuple[File, list[Problem]]:
    """Return a file and the problems that keep it from being read. A broken one has no triples."""
    file = File(path, text)
    try:
        file.triples = turtle_reader.triples(text, base)
    except turtle_reader.Broken as error:
        return file, [_broken(path, error)]
    file.records = decoding.records(file.triples, base)
    return file, [*_blocks(file, base), *_strangers(file, base)]


def placing(files: Iterable[File]) -> Callable[[str, str, str], Place]:
    """Return a function that finds the place of a record, a property or a value in these files."""
    homes = {subject: file for file in files for subject in file.blocks}

    def place(subject: str, property: str, value: str) -> Place:
        """Return the place, without a path if no file has the record."""
        home = homes.get(subject)
        return home.place(subject, property, value) if home else Place()

    return place


def _broken(path: str, error: turtle_reader.Broken) -> Problem:
    return Problem(
        "error",
        "turtle-syntax",
        f"this is not Turtle: {error}.",
        Place(path, error.line, error.column),
        hint="each property line ends in “ ;”, the last in “ .”; kb explain turtle-syntax",
    )


def _blocks(file: File, base: str) -> list[Problem]:
    """Note the block of each record. A second block of a record is a problem."""
    problems = []
    for block in turtle_reader.blocks(file.text, base):
        if block.subject and block.subject in file.blocks:
            problems.append(
                Problem(
                    "error",
                    "record-twice",
                    f"{block.subject.removeprefix(base)} is described twice in this file.",
                    Place(file.path, *turtle_places.subject(block)),
                    block.subject,
                    "join the two blocks",
                )
            )
        elif block.subject:
            file.blocks[block.subject] = block
    return problems


def _properties(kind: type[Record]) -> set[str]:
    return {slot.property for slot in slots(kind).values()}


def _strangers(file: File, base: str) -> Iterator[Problem]:
    """Return subjects that are not records, blank nodes, and properties that the model does not
    have.
    """
    known = {base + record.path + record.id: _properties(type(record)) for record in file.records}
    for s, p, o in file.triples:
        if "bnode" in (s.kind, o.kind):
            message = "stored files have no blank nodes."
            at = file.place(s.value)
            yield Problem("error", "blank-node", message, at, s.value, "give it an IRI")
        elif s.value not in known:
            yield _no_record(file, s.value, base)
            known[s.value] = {t.property for c in RECORD_CLASSES for t in slots(c).values()}
        elif p.value not in known[s.value] and p.value != TYPE:
            yield _no_property(file, s.value, p.value, known[s.value])


def _no_record(file: File, subject: str, base: str) -> Problem:
    types = sorted({c.type.removeprefix(NS) for c in RECORD_CLASSES})
    return Problem(
        "error",
        "not-a-record",
        f"{subject.removeprefix(base)} is not a record of this knowledge base.",
        file.place(subject),
        subject,
        f"its IRI begins with <{base}> and its type is one of {', '.join(types)}",
    )


def _no_property(file: File, subject: str, property: str, known: Iterable[str]) -> Problem:
    short = turtle_reader.compact(property)
    names = [turtle_reader.compact(one) for one in known]
    return Problem(
        "error",
        "unknown-property",
        f"{short} is not a property of this record.",
        file.place(subject, property),
        subject,
        identifiers.suggestion(short, names, "ontology/vocabulary.ttl lists the properties"),
    )
