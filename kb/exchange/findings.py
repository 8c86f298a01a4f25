"""Content of a file of another program: documents, entities, statements and ties, with places.

Keys are the ids that the file uses. Lines and offsets count from 1 and 0. Nothing here refers to
records of a knowledge base.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Document:
    """A text that becomes a source. `author` is the key of a thing, "" if nobody is named.

    `published` is a day, or a period as `2024-03-01..2024-03-05`.
    """

    key: str
    line: int
    text: str
    title: str
    author: str = ""
    url: str = ""
    published: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """An entity. `identifiers` are those of the file, by which a later import finds it again.
    `numbers` are those of registers, which only suggest that two entities are one. If it is not
    `named`, the file has no name for it, and `name` is made from its key.
    """

    key: str
    line: int
    name: str
    kind: str
    identifiers: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    description: str = ""
    wikidata: str = ""
    note: str = ""
    lat: str = ""
    long: str = ""
    numbers: tuple[str, ...] = ()
    named: bool = True


@dataclass(frozen=True, slots=True)
class Core:
    """Subject, word of the predicate, and object of a claim: keys of things.

    `label` is the predicate in words, for its declaration. `value` is an object that is no thing.
    """

    subject: str
    word: str
    label: str
    object: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A stance of a speaker on a claim, in a passage of a document (`start` to `end`, exclusive).

    `claim` is the key of the object that the claim is made from, `speaker` the key of a thing: ""
    is the author of the document, UNATTRIBUTED nobody who is named. `kind` is needed without a
    core. `details` are further keys of an assertion on a sheet, such as `degree`.
    """

    key: str
    claim: str
    line: int
    document: str
    start: int
    end: int
    sentence: str
    speaker: str = ""
    stance: str = "affirms"
    kind: str = ""
    core: Core | None = None
    when: str = ""
    on: str = ""
    note: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """An affiliation between two things. `basis` is the statement of a document that says so."""

    basis: Statement
    member: str
    relation: str
    party: str
    when: str = ""
    share: str = ""
    note: str = ""


@dataclass(slots=True)
class Findings:
    """Everything that a file has. `read` counts its objects, `untaken` names what is left out,
    `unread` counts the fields without a place here.
    """

    name: str
    documents: list[Document] = field(default_factory=list)
    things: dict[str, Thing] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    untaken: list[tuple[str, str]] = field(default_factory=list)  # what, and the sentence
    unread: Counter[str] = field(default_factory=Counter)
    read: int = 0

    def leave(self, line: int, what: str, why: str) -> None:
        """Note an object that cannot be taken, with its place."""
        self.untaken.append((what, f"{self.name}:{line}: {what}: {why}"))

    def losses(self, own: Container[str] = ()) -> Iterator[str]:
        """Yield what is not taken, then the fields without a place here with their numbers. What
        is `own` is recorded already.
        """
        yield from (sentence for what, sentence in self.untaken if what not in own)
        yield from unplaced(self.name, self.unread)


def unplaced(name: str, unread: Counter[str]) -> Iterator[str]:
    """Yield a sentence on the fields of a file that have no place here, if there are any.

    >>> list(unplaced("a.ris", Counter(VL=2)))
    ['a.ris: fields that have no place here: VL (2)']
    """
    if unread:
        fields = ", ".join(f"{field} ({number})" for field, number in sorted(unread.items()))
        yield f"{name}: fields that have no place here: {fields}"
