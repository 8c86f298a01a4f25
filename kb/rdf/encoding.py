"""Encoding of records as triples.

Data of a stored record that the model does not know is kept as written, or the change is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from kb.errors import Refused
from kb.model.rdf_terms import Term, Triple
from kb.model.records import Record, Slot, slots
from kb.model.vocabulary import NS, PREDICATES, XSD, concept
from kb.rdf.decoding import records
from kb.rdf.turtle_reader import TYPE, by_subject, compact, iri_of

DATATYPES = {
    "integer": "integer",
    "decimal": "decimal",
    "date": "date",
    "time": "dateTime",
    "boolean": "boolean",
}


class Altered(Refused):
    """The change would lose or alter something that it does not name. Nothing is written."""


def to_triples(record: Record, base: str) -> list[Triple]:
    """Return a record's triples, in the order in which they are written."""
    subject = Term("iri", iri_of(record, base))
    out = [(subject, Term("iri", TYPE), Term("iri", record.type))]
    for name, slot in slots(type(record)).items():
        terms = (_to_term(one, slot, base) for one in _values(record, name, slot))
        out += ((subject, Term("iri", slot.property), term) for term in terms)
    return out


def _values(record: Record, name: str, slot: Slot) -> Sequence[Any]:
    value = getattr(record, name)
    if slot.many:
        return tuple(value)
    return () if value is None else (value,)


def _to_term(value: Any, slot: Slot, base: str) -> Term:
    match slot.type:
        case "ref":
            return Term("iri", base + slot.target + value)
        case "token":
            return Term("iri", concept(slot.target, value))
        case "predicate":
            return Term("iri", value if "://" in value else PREDICATES + value)
        case "property":
            return Term("iri", NS + value)
        case "iri":
            return Term("iri", value)
        case "text":
            return Term("literal", value, XSD + "string")
        case "time":
            text = value.isoformat(timespec="seconds").replace("+00:00", "Z")
            return Term("literal", text, XSD + "dateTime")
        case "boolean":
            return Term("literal", str(value).lower(), XSD + "boolean")
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    return Term("literal", text, XSD + DATATYPES[slot.type])


def amended(stored: Sequence[Triple], record: Record, base: str) -> list[Triple]:
    """Return the triples of a record that replaces `stored`, the triples of its subject in the
    file.

    A field that the change leaves alone keeps its terms as written, such as a date with a time
    zone, a language tag or an unusual number. So do properties and types that the model does not
    have.

    Raises Altered if the change sets a field that has several values, of which the model reads only
    one.
    """
    new = to_triples(record, base)
    before = _understood(stored, record, base)
    if before is None or set(stored) == set(before):
        return new
    written, read, wanted = (_objects(rows) for rows in (stored, before, new))
    modelled = {slot.property: slot for slot in slots(type(record)).values()}
    out = []
    for name in dict.fromkeys([*wanted, *written]):
        terms = written.get(name, [])
        slot = modelled.get(name)
        if name == TYPE:
            terms = list(dict.fromkeys([*wanted[name], *terms]))
        elif slot and wanted.get(name, []) != read.get(name, []):
            terms = _changed(terms, read.get(name, []), wanted.get(name, []), slot, record)
        out += [(new[0][0], Term("iri", name), term) for term in terms]
    return out


def _understood(stored: Sequence[Triple], record: Record, base: str) -> list[Triple] | None:
    """Return what the model reads in stored triples, or None if they are no such record."""
    decoded = records(stored, base) if stored else []
    if not decoded or type(decoded[0]) is not type(record):
        return None
    return to_triples(decoded[0], base)


def _objects(rows: Sequence[Triple]) -> dict[str, list[Term]]:
    """Return the objects by property, for triples about one subject."""
    found = by_subject(rows)
    return next(iter(found.values()), {})


def _changed(
    written: Sequence[Term],
    read: Sequence[Term],
    wanted: Sequence[Term],
    slot: Slot,
    record: Record,
) -> list[Term]:
    """Return the new terms of a field that a change sets.

    `written` are the terms in the file, `read` those that the model understands, `wanted` those of
    the new record.
    """
    if slot.many:
        known = {term.value: term for term in written}
        understood = {term.value for term in read}
        unread = [term for term in written if term.value not in understood]
        return [known.get(term.value, term) for term in wanted] + unread
    if len(written) > 1:
        values = ", ".join(f"“{term.value}”" for term in written)
        raise Altered(
            f"{record.path}{record.id} states {compact(slot.property)} several times ({values}), "
            "and this change would keep only one; nothing was written.",
            "edit the file in a text editor so that one value is left, then run the command again",
        )
    tagged = written[0] if written and written[0].language else None
    if tagged is None:
        return list(wanted)
    return [Term("literal", term.value, tagged.datatype, tagged.language) for term in wanted]
