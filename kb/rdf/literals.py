"""Check of stored literals against the types of their properties, term by term.

Every value that readers would leave out is reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from kb.model import admission, iris
from kb.model.rdf_terms import Term
from kb.model.records import Record, Slot, Source, slots
from kb.model.values import TooLarge, shown
from kb.model.vocabulary import RDF, XSD
from kb.rdf.decoding import BOOLEANS, LITERALS

# The XSD datatype of a literal, by the type of its slot.
TYPES = {
    "integer": "integer",
    "decimal": "decimal",
    "date": "date",
    "time": "dateTime",
    "boolean": "boolean",
}


class Flaw(NamedTuple):
    """A fault in a stored value.

    `form` is true if the value does not have the form of its type. The shapes may then have a
    better message.
    """

    severity: str
    code: str
    property: str
    message: str
    hint: str
    form: bool = False
    value: str = ""  # the text of the literal; empty where the whole record is meant


def flaws(record: Record, stated: Mapping[str, Sequence[Term]]) -> Iterator[Flaw]:
    """Yield the faults in the values of a record. `stated` has its terms by property, as in the
    file.
    """
    fields = slots(type(record))
    for slot in fields.values():
        for term in stated.get(slot.property, ()):
            if term.kind == "literal":
                yield from (flaw._replace(value=term.value) for flaw in _literal(slot, term))
    for fault in admission.faults(record):
        property = fields[fault.field].property if fault.field in fields else ""
        yield Flaw("error", fault.code, property, fault.message, fault.hint)
    if isinstance(record, Source) and record.url and not iris.fault(record.url):
        yield from _address(record.url, fields["url"])


def _address(url: str, slot: Slot) -> Iterator[Flaw]:
    """Check the address of a document, which is a valid IRI."""
    if wrong := iris.address_fault(url):
        message = f"the address {wrong}: {shown(url)}."
        yield Flaw("warning", "bad-address", slot.property, message, iris.remedy(url))


def _literal(slot: Slot, term: Term) -> Iterator[Flaw]:
    """Check one literal against the type of its slot."""
    if "--" in term.language:
        message = f"the value has a base direction (@{term.language}), which RDF 1.1 does not have."
        yield _unreadable(slot, message, "remove the language tag")
    if slot.type == "boolean" and term.value not in BOOLEANS:
        message = f"“{shown(term.value)}” is neither true nor false."
        yield _unreadable(slot, message, "write true or false")._replace(form=True)
    if slot.type not in LITERALS:
        return
    try:
        LITERALS[slot.type](term.value)
    except TooLarge as error:
        yield _unreadable(slot, f"{error}", _example(slot))
    except ValueError as error:
        yield _unreadable(slot, f"{error}", _example(slot))._replace(form=True)


def _unreadable(slot: Slot, message: str, hint: str) -> Flaw:
    return Flaw("error", "value-unreadable", slot.property, message, hint)


def _example(slot: Slot) -> str:
    """Return how to write a value of a slot's type."""
    examples = {"date": '"2024-03-01"^^xsd:date', "time": '"2024-03-01T08:30:00Z"^^xsd:dateTime'}
    return f"write it as {examples.get(slot.type, '12')}"


def plain(term: Term) -> Term:
    """Return a literal that every library can read.

    A text that is not a value of its datatype becomes a string. A date loses its time zone.

    >>> plain(Term("literal", "2024-02-29Z", XSD + "date")).value
    '2024-02-29'
    """
    if "--" in term.language:
        return Term("literal", term.value, RDF + "langString", term.language.partition("--")[0])
    slot_type = next((name for name, local in TYPES.items() if term.datatype == XSD + local), "")
    if slot_type not in LITERALS:
        return term
    try:
        value = LITERALS[slot_type](term.value)
    except ValueError:
        return Term("literal", shown(term.value), XSD + "string")
    return term._replace(value=value.isoformat()) if slot_type == "date" else term
