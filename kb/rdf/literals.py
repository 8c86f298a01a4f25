"""Stored literals that are not what their property promises, found term by term: what readers leave
out must be named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from kb.model import admission, iris
from kb.model.rdf_terms import Term
from kb.model.records import Record, Slot, Source, slots
from kb.model.values import TooLarge, shown
from kb.model.vocabulary import RDF, XSD
from kb.rdf.turtle_reader import BOOLEANS, LITERALS

# The type that a literal has, by the type of its slot.
TYPES = {
    "integer": "integer",
    "decimal": "decimal",
    "date": "date",
    "time": "dateTime",
    "boolean": "boolean",
}


class Flaw(NamedTuple):
    """What is wrong with a stored value. `form` is true where the value does not have the form of
    its type: shapes may say that better.
    """

    severity: str
    code: str
    property: str
    message: str
    hint: str
    form: bool = False


def flaws(record: Record, stated: Mapping[str, Sequence[Term]]) -> Iterator[Flaw]:
    """What is wrong with the values of a record; `stated` are its terms by property, as they stand
    in the file.
    """
    fields = slots(type(record))
    for slot in fields.values():
        for term in stated.get(slot.property, ()):
            if term.kind == "literal":
                yield from _literal(slot, term)
    for fault in admission.faults(record):
        property = fields[fault.field].property if fault.field in fields else ""
        yield Flaw("error", fault.code, property, fault.message, fault.hint)
    if (
        isinstance(record, Source)
        and record.url
        and not iris.fault(record.url)
        and (wrong := iris.address_fault(record.url))
    ):
        yield Flaw(
            "warning",
            "bad-address",
            fields["url"].property,
            f"the address {wrong}: {shown(record.url)}.",
            iris.remedy(record.url),
        )


def _literal(slot: Slot, term: Term) -> Iterator[Flaw]:
    """One literal, held against the type of its slot."""
    if "--" in term.language:
        message = f"the value has a base direction (@{term.language}), which RDF 1.1 does not have."
        yield Flaw(
            "error", "value-unreadable", slot.property, message, "leave out the language tag"
        )
    if slot.type == "boolean" and term.value not in BOOLEANS:
        yield Flaw(
            "error",
            "value-unreadable",
            slot.property,
            f"“{shown(term.value)}” is neither true nor false.",
            "true or false",
            True,
        )
    if slot.type not in LITERALS:
        return
    try:
        LITERALS[slot.type](term.value)
    except TooLarge as error:
        yield Flaw("error", "value-unreadable", slot.property, f"{error}", _way_out(slot))
    except ValueError as error:
        yield Flaw("error", "value-unreadable", slot.property, f"{error}", _way_out(slot), True)


def _way_out(slot: Slot) -> str:
    """How a value of a slot's type is written."""
    return {"date": '"2024-03-01"^^xsd:date', "time": '"2024-03-01T08:30:00Z"^^xsd:dateTime'}.get(
        slot.type, "as 12"
    )


def plain(term: Term) -> Term:
    """A literal that every library can hold: what would be expanded or refused while it is read is
    a string, or loses its zone.

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
