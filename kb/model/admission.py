"""Whether a record may be written: the rules of `kb.model.values` and `kb.model.iris` for each of
its fields.

Every record on its way to a file passes here, whichever command or function made it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from kb.errors import Problem
from kb.model import iris, values
from kb.model.records import Assertion, Claim, Entity, Quote, Record, Slot, Source, slots

# Characters of an id: the ids of a source, a claim and a speaker fit in that of an assertion.
LONGEST_ID: Final = 400
# Fields of a few words, and those of a sentence; all others may be as long as a note.
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
# What is worked out from a document: as long as that makes it, and with the characters that stand
# there.
COMPUTED: Final[Mapping[type[Record], frozenset[str]]] = {
    Source: frozenset({"sentences"}),
    Quote: frozenset({"fragment"}),
}
# Largest number of degrees either way.
DEGREES: Final = {"lat": Decimal(90), "long": Decimal(180)}


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a field may not be written: the problem's code, the field, a sentence and a way out."""

    code: str
    field: str
    message: str
    hint: str


def faults(record: Record, old: Record | None = None) -> list[Fault]:
    """What is wrong with the fields of a record; those that are as in `old` are not looked at.

    >>> [f.message for f in faults(Entity("a", name="Coast\\0guard"))]
    ['the name of entity/a holds U+0000, a control character, behind “Coast”.']
    """
    key = record.path + record.id
    found = [] if old else list(_id(record))
    for name, slot in slots(type(record)).items():
        value = getattr(record, name)
        if old is None or value != getattr(old, name):
            found += _field(record, name, slot, value, key)
    return found


def problems(record: Record, old: Record | None = None) -> list[Problem]:
    """The same as problems without a place."""
    return [
        Problem("error", f.code, f.message, subject=record.path + record.id, hint=f.hint)
        for f in faults(record, old)
    ]


def _id(record: Record) -> Iterator[Fault]:
    """An id is the end of an IRI."""
    if found := values.length(record.id, LONGEST_ID):
        yield Fault(
            "value-too-long",
            "id",
            f"the id “{values.shown(record.id)}” {found}.",
            "choose a shorter one",
        )
    elif wrong := iris.fault(f"urn:kb:{record.path}{record.id}"):
        yield Fault(
            "bad-id",
            "id",
            f"the id {ascii(record.id)} {wrong}.",
            "lower-case words joined by hyphens",
        )


def _field(record: Record, name: str, slot: Slot, value: Any, key: str) -> Iterator[Fault]:
    """The faults of one field, which may have several values."""
    label = f"the {name.replace('_', ' ')} of {values.shown(key)}"
    many = value if isinstance(value, tuple) else () if value is None else (value,)
    if len(many) > values.MOST_ITEMS:
        message = f"{label} has {len(many):,} values; the most is {values.MOST_ITEMS:,}."
        yield Fault(
            "value-too-long", name, message, "leave out what is not needed, or make several records"
        )
    for one in many[: values.MOST_ITEMS]:
        if slot.type == "iri" and (wrong := iris.fault(one)):
            yield Fault(
                "bad-address",
                name,
                f"{label} {wrong}: {ascii(values.shown(one))}.",
                iris.remedy(one),
            )
        elif slot.type == "decimal":
            yield from _number(name, one, label)
        elif isinstance(one, str) and name not in COMPUTED.get(type(record), ()):
            yield from _text(record, name, one, label)


def _text(record: Record, name: str, text: str, label: str) -> Iterator[Fault]:
    """Characters and length of a text."""
    if found := values.forbidden(text):
        yield Fault(
            "bad-character", name, f"{label} holds {found}.", "type it again without that character"
        )
    kind = type(record)
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
            "shorten it; what is longer belongs in a document",
        )


def _number(name: str, number: Decimal, label: str) -> Iterator[Fault]:
    """Digits of a number, and the range of a coordinate."""
    try:
        values.number(str(number))
    except ValueError as error:
        yield Fault(
            "bad-number",
            name,
            f"{label}: {error}",
            f"a number of at most {values.MOST_DIGITS} digits, as 32.88",
        )
        return
    if abs(number) > DEGREES.get(name, abs(number)):
        yield Fault(
            "bad-number",
            name,
            f"{label} is {number:f}, outside of -{DEGREES[name]} to {DEGREES[name]}.",
            "degrees, as 32.88",
        )
