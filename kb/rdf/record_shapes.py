"""SHACL shapes of records, generated from the slots of the model.

They state what follows from a slot: the datatype, the class or list of a value, and whether there
may be several. Rules beyond that, and messages that say more, are written by hand at the beginning
of `ontology/shapes.ttl`, and add to the same shapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from kb.model.rdf_terms import Term
from kb.model.records import RECORD_CLASSES, SLOTS, Slot
from kb.model.vocabulary import NS, PREFIXES, SCHEMES, SKOS
from kb.rdf.jsonld_context import DATATYPES, Graph, local_name

SHAPE: Final = "https://w3id.org/claimkb/shape/"
SH: Final = "http://www.w3.org/ns/shacl#"
# The kind of record that the path of a reference points at.
_CLASSES: Final = {record.path: record.__name__ for record in RECORD_CLASSES} | {
    # Quotes share the path of sources, and relays that of assertions.
    "source/": "Source",
    "assertion/": "Assertion",
}
# Slots whose references have the path of another class.
_CLASS_OF: Final = {NS + "quote": "Quote", NS + "relay": "Relay"}
# Notes are free: any number of them, in any form.
_FREE: Final = {SKOS + "note", SKOS + "scopeNote"}
# Words of problem codes that differ from the names of fields.
_CODES: Final = {"lat": "latitude", "long": "longitude"}

# The line of shapes.ttl after which everything is generated.
HEADING: Final = "# --- Generated from the model by make ontology, up to the end of the file. ---\n"
# What a value of each type must be, and how it is written.
_WANTED: Final = {
    "text": "text that is not empty. Write it once, in quotation marks, or leave it out.",
    "integer": "whole number. Write it without quotation marks.",
    "decimal": "number, 0 or more. Write it without words or separators: 1200 or 3.5.",
    "boolean": "truth value. Write true or false, without quotation marks.",
    "date": 'existing date. Write it as YYYY-MM-DD: "2021-06-30"^^xsd:date.',
    "time": (
        'date and time. Write it as "2021-06-30T12:00:00Z"^^xsd:dateTime, or let kb fill it in.'
    ),
    "iri": "IRI. Write it in angle brackets: <https://…>.",
    "predicate": "declared predicate. Write p:…, without quotation marks.",
    "property": "property. Write a name such as kb:publisher, without quotation marks.",
}
_PREFIXES: Final = PREFIXES | {
    "shape": SHAPE,
    "sh": SH,
    "owl": "http://www.w3.org/2002/07/owl#",
    "vann": "http://purl.org/vocab/vann/",
}


class Field(NamedTuple):
    """A slot of a record class, and the shape for it."""

    record: str
    name: str
    slot: Slot

    @property
    def code(self) -> str:
        """The name of its shape, which is the code of its problem: `claim-begin-earliest`."""
        prefix = self.record.lower()
        local = local_name(self.slot.property)
        own = self.slot.property.startswith(NS) and not local.startswith(prefix)
        name = _hyphens(local) if own else self.name.replace("_", "-")
        return f"{prefix}-{_CODES.get(name, name)}"


def _hyphens(name: str) -> str:
    """Write a name in camel case with hyphens.

    >>> _hyphens("beginEarliest")
    'begin-earliest'
    """
    return re.sub(r"[A-Z]", lambda capital: f"-{capital.group().lower()}", name)


def _short(iri: str) -> str:
    """Abbreviate an IRI with a prefix."""
    prefix = next(p for p, start in _PREFIXES.items() if iri.startswith(start))
    return f"{prefix}:{iri.removeprefix(_PREFIXES[prefix])}"


def _quoted(text: str) -> str:
    """Write a text in Turtle, with its quotation marks."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def record_shapes(by_hand: Graph) -> str:
    """Return the record shapes as the end of a Turtle file that has the prefixes. `by_hand` adds
    to them and has its own words.
    """
    parts = [HEADING]
    for record in RECORD_CLASSES:
        slots = SLOTS[record.type].items()
        fields = [Field(record.__name__, name, slot) for name, slot in slots]
        parts += _class_shapes([f for f in fields if f.slot.property not in _FREE], by_hand)
    return "\n".join(parts)


def _class_shapes(fields: Sequence[Field], by_hand: Graph) -> Iterator[str]:
    """Yield the shape of one class and those of its fields."""
    name = fields[0].record
    shapes = list(_field_shapes(fields, by_hand))
    article = "An" if name[0] in "AE" else "A"
    message = f"{article} {name.lower()} needs an IRI. Use an IRI instead of a blank node."
    lines = [
        f"sh:targetClass kb:{name}",
        "sh:nodeKind sh:IRI",
        f"sh:message {_quoted(message)}@en",
        *(f"sh:property shape:{code}" for code, _ in shapes),
    ]
    yield f"# --- {name} ---\n"
    yield _block(name.lower(), "NodeShape", lines)
    for code, constraints in shapes:
        yield _block(code, "PropertyShape", constraints)


def _block(code: str, kind: str, lines: Sequence[str]) -> str:
    """Return one shape as Turtle."""
    defined = "rdfs:isDefinedBy <https://w3id.org/claimkb/shape>"
    return f"shape:{code} a sh:{kind} ;\n    " + " ;\n    ".join([defined, *lines]) + " .\n"


def _field_shapes(fields: Sequence[Field], by_hand: Graph) -> Iterator[tuple[str, list[str]]]:
    """Yield the code and the constraints of each property shape of a class.

    A reference that is required has two shapes: a missing one and one to a record that does not
    exist are different problems.
    """
    for order, field in enumerate(fields, 1):
        hand = by_hand.get(SHAPE + field.code, {})
        label = hand.get(SH + "name", [Term("literal", _label(field))])[0].value
        required = SH + "minCount" in hand and bool(_kind(field.slot))
        head = [f"sh:path {_short(field.slot.property)}"]
        lines = [*head, f"sh:order {order}"]
        if SH + "name" not in hand:
            lines.append(f"sh:name {_quoted(label)}@en")
        if not field.slot.many:
            lines.append("sh:maxCount 1")
        lines += _values(field, hand, required)
        if SH + "message" not in hand:
            lines.append(f"sh:message {_quoted(_message(field.slot, label))}@en")
        yield field.code, lines
        if required:
            yield f"{field.code}-unknown", [*head, *_existing(field, label)]


def _existing(field: Field, label: str) -> list[str]:
    """Return the constraints on the record that a required reference names."""
    wrong = f"The {label} of this {field.record.lower()} is not recorded."
    message = f"{wrong} Check the spelling of its id, or add the record first."
    lines = [f"sh:name {_quoted(label)}@en", "sh:nodeKind sh:IRI", _class(field.slot)]
    return [*lines, f"sh:message {_quoted(message)}@en"]


def _label(field: Field) -> str:
    """Return the words of a field's code: `begin earliest`."""
    return field.code.partition("-")[2].replace("-", " ")


def _class(slot: Slot) -> str:
    """Return the constraint on the class of the record that a reference names."""
    return f"sh:class kb:{_kind(slot)}"


def _kind(slot: Slot) -> str:
    """Return the class of the record that a reference names; "" if it may be of any class."""
    return _CLASS_OF.get(slot.property) or _CLASSES.get(slot.target, "")


def _values(field: Field, hand: dict[str, list[Term]], required: bool) -> Iterator[str]:
    """Yield the constraints on the values of a field."""
    slot = field.slot
    if slot.type in DATATYPES:
        yield f"sh:datatype xsd:{DATATYPES[slot.type]}"
        if slot.type == "text" and SH + "pattern" not in hand:
            yield f"sh:pattern {_quoted(chr(92) + 'S')}"
    elif slot.type == "decimal":
        yield "sh:or ( shape:decimal-number shape:whole-number )"
    elif slot.type == "token":
        tokens = " ".join(f"kb:{slot.target}-{token}" for token in SCHEMES[slot.target])
        yield f"sh:in ( {tokens} )"
    else:
        yield "sh:nodeKind sh:IRI"
        if slot.type == "ref" and slot.target and not required:
            yield _class(slot)


def _message(slot: Slot, label: str) -> str:
    """Return what is wrong with a value of a slot, and how to fix it."""
    one = "a" if slot.many else "one"
    if slot.type == "token":
        tokens = ", ".join(SCHEMES[slot.target])
        wanted = f"value from the list. Use one of: {tokens} (kb:{slot.target}-…)."
    elif slot.type == "ref":
        kind = _kind(slot).lower() or "record"
        wanted = f"recorded {kind}. Check the spelling of its id, or add the {kind} first."
    else:
        wanted = _WANTED[slot.type]
    return f"The {label} must be {one} {wanted}"
