"""Decoding of records from triples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any

from kb.model import values
from kb.model.rdf_terms import Term, Triple
from kb.model.records import RECORD_CLASSES, SLOTS, Record, Slot
from kb.model.vocabulary import NS, PREDICATES, concept
from kb.rdf.turtle_reader import TYPE, by_subject

CLASSES = {c.type: c for c in RECORD_CLASSES}
# Parsers of literals, by the type of the slot. Each raises ValueError with a sentence.
LITERALS: Mapping[str, Callable[[str], Any]] = {
    "date": values.day, "time": values.moment, "integer": values.integer, "decimal": values.number,
}  # fmt: skip
BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def records(found: Iterable[Triple], base: str) -> list[Record]:
    """Decode the records among triples. Values of a wrong type become None; validation reports
    them.

    Of several types, or several values where one is allowed, the first in the alphabet counts,
    whatever their order in the file.
    """
    out = []
    for subject, properties in by_subject(found).items():
        kinds = sorted(t.value for t in properties.get(TYPE, ()) if t.value in CLASSES)
        kind = CLASSES[kinds[0]] if kinds else None
        if kind and subject.startswith(base + kind.path):
            out.append(_record(kind, subject.removeprefix(base + kind.path), properties, base))
    return out


def _record(
    kind: type[Record], id: str, properties: Mapping[str, Sequence[Term]], base: str
) -> Record:
    found: dict[str, Any] = {"id": id}
    known = _fields(kind.type, base)
    for property in known.keys() & properties.keys():
        name, many, value = known[property]
        terms = properties[property]
        if len(terms) > 1 and not many:
            terms = sorted(terms)
        read = [value(term) for term in terms]
        given = [one for one in read if one is not None]
        if given:
            found[name] = tuple(given) if many else given[0]
    record: Record = kind(**found)
    return record


@lru_cache
def _fields(kind: str, base: str) -> Mapping[str, tuple[str, bool, Callable[[Term], object]]]:
    """Return the fields of a type of record by their property: the name, whether it has several
    values, and what reads one of them (None if the value is of the wrong type).
    """
    return {
        slot.property: (name, slot.many, _reader(slot, base)) for name, slot in SLOTS[kind].items()
    }


def _reader(slot: Slot, base: str) -> Callable[[Term], object]:
    """Return what reads a value of a slot."""
    prefixes = {
        "ref": base + slot.target,
        "token": concept(slot.target, "") if slot.type == "token" else "",
        "predicate": PREDICATES,
        "property": NS,
    }
    if slot.type in prefixes:
        prefix = prefixes[slot.type]
        return lambda term: term.value.removeprefix(prefix)
    if slot.type == "boolean":
        return lambda term: BOOLEANS.get(term.value)
    if slot.type in LITERALS:
        return partial(_literal, LITERALS[slot.type])
    return attrgetter("value")


def _literal(read: Callable[[str], object], term: Term) -> object:
    """Read a literal; None if it is of the wrong type."""
    try:
        return read(term.value)
    except ValueError:
        return None
