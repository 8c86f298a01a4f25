"""Admission of records: the rules of `kb.model.values` and `kb.model.iris` applied to each field.

Every record is checked here before it is written, whichever command or function made it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from kb.errors import Problem
from kb.model import iris, values
from kb.model.records import Assertion, Claim, Entity, Quote, Record, Slot, Source, slots

# Characters of an id. The id of an assertion has room for those of a source, claim and speaker.
LONGEST_ID: Final = 400
# Fields for a few words, and fields for a sentence. All others may be as long as a note.
NAMES: Final[Mapping[type[Record], frozenset[str]]] = {
    Source: frozenset({"title", "language", "file_name"}),
    Entity: frozenset({"name", "also"}),
    Claim: frozenset({"unit", "counted"}),
    Assertion: frozenset({"coder", "checked_by", "words", "manner"}),
}
SENTENCES: Final[Mapping[type[Record], frozenset[str]]] = {
    Claim: frozenset({"statement", "when", "condition"}),
    Assertion: frozenset({"said"}),
}
# Fields computed from a document. Their length and characters depend on it, so no rule applies.
COMPUTED: Final[Mapping[type[Record], frozenset[str]]] = {
    Source: frozenset({"sentences", "parts"}),
    Quote: frozenset({"fragment"}),
}
# Largest number of degrees either way.
DEGREES: Final = {"lat": Decimal(90), "long": Decimal(180)}


@dataclass(frozen=True, slots=True)
class Fault:
    """The reason why a field may not be written, with its problem code and a hint."""

    code: str
    field: str
    message: str
    hint: str


def faults(record: Record, old: Record | None = None) -> list[Fault]:
    """Return what is wrong with the fields of a record. Fields equal to those of `old` are skipped.

    >>> [f.message for f in faults(Entity("a", name="Coast\\0guard"))]
    ['the name of entity/a contains U+0000, a control character, after “Coast”.']
    """
    key = record.path + record.id
    found = [] if old else list(_id(record))
    for name, slot in slots(type(record)).items():
        value = getattr(record, name)
        if old is None or value != getattr(old, name):
            found += _field(record, name, slot, value, key)
    return found


def problems(record: Record, old: Record | None = None) -> list[Problem]:
    """Return the faults as problems without a place."""
    return [
        Problem("error", f.code, f.message, subject=record.path + record.id, hint=f.hint)
        for f in faults(record, old)
    ]


def _id(record: Record) -> Iterator[Fault]:
    """Check an id: it is the end of an IRI."""
    if found := values.length(record.id, LONGEST_ID):
        yield Fault(
            "value-too-long",
            "id",
            f"the id “{values.shown(record.id)}” {found}.",
            "choose a shorter id",
        )
    elif wrong := iris.fault(f"urn:kb:{record.path}{record.id}"):
        yield Fault(
            "bad-id",
            "id",
            f"the id {ascii(record.id)} {wrong}.",
            "lower-case words joined by hyphens",
        )


def _field(record: Record, name: str, slot: Slot, value: Any, key: str) -> Iterator[Fault]:
    """Check one field, which may have several values."""
    label = f"the {name.replace('_', ' ')} of {values.shown(key)}"
    many = value if isinstance(value, tuple) else () if value is None else (value,)
    if len(many) > values.MOST_ITEMS:
        message = f"{label} has {len(many):,} values; the most is {values.MOST_ITEMS:,}."
        yield Fault(
            "value-too-long", name, message, "leave out what is not needed, or make several records"
        )
    for one in many[: values.MOST_ITEMS]:
        if slot.type == "iri":
            yield from _iri(name, one, label)
        elif slot.type == "decimal":
            yield from _number(name, one, label)
        elif isinstance(one, str) and name not in COMPUTED.get(type(record), ()):
            yield from _text(type(record), name, one, label)


def _iri(name: str, iri: str, label: str) -> Iterator[Fault]:
    """Check an IRI."""
    if wrong := iris.fault(iri):
        message = f"{label} {wrong}: {ascii(values.shown(iri))}."
        yield Fault("bad-address", name, message, iris.remedy(iri))


def _text(kind: type[Record], name: str, text: str, label: str) -> Iterator[Fault]:
    """Check the characters and the length of a text."""
    if found := values.forbidden(text):
        message = f"{label} contains {found}."
        yield Fault("bad-character", name, message, "type it again without that character")
    most = values.LONGEST_TEXT
    if name in NAMES.get(kind, ()):
        most = values.LONGEST_NAME
    elif name in SENTENCES.get(kind, ()):
        most = values.LONGEST_SENTENCE
    if wrong := values.length(text, most):
        yield Fault(
            "value-too-long",
            name,
            f"{label} {wrong}.",
            "shorten it; put longer text into a document",
        )


def _number(name: str, number: Decimal, label: str) -> Iterator[Fault]:
    """Check the digits of a number, and the range of a coordinate."""
    try:
        values.number(str(number))
    except ValueError as error:
        yield Fault(
            "bad-number",
            name,
            f"{label}: {error}",
            f"a number of at most {values.MOST_DIGITS} digits, such as 32.88",
        )
        return
    if abs(number) > DEGREES.get(name, abs(number)):
        yield Fault(
            "bad-number",
            name,
            f"{label} is {number:f}, outside -{DEGREES[name]} to {DEGREES[name]}.",
            "degrees, such as 32.88",
        )
