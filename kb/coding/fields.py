"""Edits of single fields of entities, affiliations, judgements and sources.

People type the keys in `kb edit ID KEY=VALUE`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from kb.coding import notation
from kb.coding.context import Context
from kb.coding.sheet import Entry, Value
from kb.errors import KbError
from kb.model import identifiers, iris, values
from kb.model.records import Affiliation, Entity, Judgement, Record, Slot, Source, slots
from kb.model.vocabulary import SCHEMES, WIKIDATA
from kb.rdf import turtle_writer
from kb.workspace.catalogs.catalog import RECORDS

# class → key as typed → field
KEYS: Final[Mapping[type[Record], Mapping[str, str]]] = {
    Entity: {
        "type": "kind",
        "name": "name",
        "also": "also",
        "description": "description",
        "naming": "naming",
        "within": "within",
        "overlaps": "overlaps",
        "wikidata": "wikidata",
        "lat": "lat",
        "long": "long",
        "precision": "precision",
        "note": "note",
        "sensitive": "sensitive",
    },
    Affiliation: {
        "member": "member",
        "relation": "relation",
        "party": "party",
        "from": "from_date",
        "to": "to_date",
        "share": "share",
        "basis": "basis",
        "note": "note",
    },
    Judgement: {
        "kind": "kind",
        "about": "about",
        "other": "other",
        "lines": "lines",
        "verdict": "verdict",
        "why": "why",
    },
    Source: {
        "title": "title",
        "publisher": "publisher",
        "author": "author",
        "language": "language",
        "url": "url",
        "from": "published_from",
        "to": "published_to",
        "because": "published_because",
        "obtained": "obtained",
        "copy-of": "copy_of",
        "note": "note",
        "co-authors": "co_authors",
        "version-of": "version_of",
        "state": "state",
        "state-from": "state_from",
        "state-because": "state_because",
        "sensitive": "sensitive",
    },
}


def revise(context: Context, record: Record, entry: Entry) -> None:
    """Give a record the values of an entry. An empty value clears the field."""
    keys = KEYS[type(record)]
    changed: Any = {}
    for key, value in entry.values.items():
        if key in keys:
            changed[keys[key]] = _value(context, record, key, value)
        else:
            unknown(context, record, key, value, keys)
    new: Record = replace(record, **changed)
    if turtle_writer.ordered(new) != record:
        context.put(new, context.known.files[record.path + record.id])


def unknown(
    context: Context, record: Record, key: str, value: Value, known: Collection[str]
) -> None:
    """Add a problem for a key that a record does not have. `known` are the keys that it has."""
    message = f"“{key}” is not a field of {record.path}{record.id}."
    all_of_them = f"fields of this record: {', '.join(known)}"
    hint = identifiers.suggestion(key, known, all_of_them)
    context.problem("sheet-key", message, value, hint)


def _value(context: Context, record: Record, key: str, value: Value) -> Any:
    """Return the value of a field. An empty text clears it."""
    slot = slots(type(record))[KEYS[type(record)][key]]
    if not value.text:
        return () if slot.many else None
    return _read(context, slot, value, first=key in ("from", "state-from"))


def shown(record: Record) -> dict[str, str]:
    """Return key → text of every field with a value, in the form that `revise` reads."""
    out = {}
    for key, name in KEYS[type(record)].items():
        value = getattr(record, name)
        if value not in (None, ()):
            out[key] = _text(value).removeprefix(WIKIDATA if name == "wikidata" else "")
    return out


def _text(value: object) -> str:
    match value:
        case tuple():
            return notation.joined(value)
        case bool():
            return "yes" if value else ""
        case Decimal():
            return format(value, "f")
    return str(value)


def _read(context: Context, slot: Slot, value: Value, *, first: bool) -> Any:
    if slot.many:
        found = (
            _one(context, slot, replace(value, text=text), first)
            for text in notation.names_in(value.text)
        )
        return tuple(f for f in found if f is not None)
    return _one(context, slot, value, first)


def _one(context: Context, slot: Slot, value: Value, first: bool) -> Any:
    match slot.type:
        case "token":
            return context.token(value, SCHEMES[slot.target])
        case "ref":
            return reference(context, slot.target, value)
        case "date":
            bounds = context.dates(value, (None, None), "").window()
            return bounds[0] if first else bounds[1]
        case "boolean":
            return context.mark(value)
        case "decimal":
            return _number(context, value)
        case "iri" if slot.property == WIKIDATA_ITEM:
            return _item(context, value)
        case "iri":
            return _address(context, value)
    return value.text


# The property whose value is a Wikidata item. All other IRIs are addresses of documents.
WIKIDATA_ITEM: Final = slots(Entity)["wikidata"].property


def _number(context: Context, value: Value) -> Decimal | None:
    """Return a number, or None and add a problem if it is not one."""
    try:
        return values.number(value.text)
    except ValueError as error:
        context.problem("bad-count", error, value, "write 32.88")
        return None


def _item(context: Context, value: Value) -> str | None:
    """Return the IRI of a Wikidata item, or None and add a problem if it is not one."""
    if item := iris.wikidata(value.text):
        return WIKIDATA + item
    context.problem(
        "bad-address",
        f"“{values.shown(value.text)}” is not a Wikidata item.",
        value,
        "write Q123",
    )
    return None


def _address(context: Context, value: Value) -> str | None:
    """Return the address of a document, or None and add a problem if it is not one."""
    if wrong := iris.address_fault(value.text):
        context.problem(
            "bad-address", f"“{values.shown(value.text)}” {wrong}.", value, iris.remedy(value.text)
        )
        return None
    return value.text


def reference(context: Context, path: str, value: Value) -> str | None:
    """Return the id of the record that a name means, or None and add a problem if there is none.

    `path` is the path of its class. If it is empty, a record of any class is meant, and the result
    is path and id, such as `claim/x`.
    """
    kinds = (path.rstrip("/"),) if path else RECORDS
    try:
        key = context.known.resolve(value.text, kinds)
    except KbError as error:
        context.problem("unknown-record", error, value)
        return None
    return key.partition("/")[2] if path else key
