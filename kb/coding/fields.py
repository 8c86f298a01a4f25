"""Records edited field by field: entities, affiliations, judgements, sources. The keys are what
people type: `kb edit ID KEY=VALUE`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from kb.coding import notation
from kb.coding.context import Desk
from kb.coding.sheet import Entry, Value
from kb.errors import KbError
from kb.model import identifiers, iris, values
from kb.model.records import Affiliation, Entity, Judgement, Record, Slot, Source, slots
from kb.model.vocabulary import SCHEMES, WIKIDATA
from kb.rdf import turtle_writer
from kb.workspace.catalog import RECORDS

# class → key as typed → field
KEYS: Final[Mapping[type[Record], Mapping[str, str]]] = {
    Entity: {
        "type": "kind", "name": "name", "also": "also", "description": "description", "naming": "naming", "within": "within",
        "overlaps": "overlaps", "wikidata": "wikidata", "lat": "lat", "long": "long", "precision": "precision", "note": "note",
    },
    Affiliation: {
        "member": "member", "relation": "relation", "party": "party", "from": "from_date", "to": "to_date", "share": "share",
        "basis": "basis", "note": "note",
    },
    Judgement: {"kind": "kind", "about": "about", "other": "other", "lines": "lines", "verdict": "verdict", "why": "why"},
    Source: {
        "title": "title", "publisher": "publisher", "author": "author", "language": "language", "url": "url", "from": "published_from",
        "to": "published_to", "because": "published_because", "obtained": "obtained", "copy-of": "copy_of", "note": "note",
        "co-authors": "co_authors", "version-of": "version_of", "state": "state", "state-from": "state_from", "state-because": "state_because",
    },
}  # fmt: skip


def revise(desk: Desk, record: Record, entry: Entry) -> None:
    """Give a record the values that an entry names; an empty value empties the field."""
    keys = KEYS[type(record)]
    changed: Any = {}
    for key, value in entry.values.items():
        if key not in keys:
            known = f"fields of this record: {', '.join(keys)}"
            desk.problem(
                "sheet-key",
                f"“{key}” is not a field of {record.path}{record.id}.",
                value,
                identifiers.suggestion(key, keys, known),
            )
            continue
        slot = slots(type(record))[keys[key]]
        changed[keys[key]] = (
            _read(desk, slot, value, first=key in ("from", "state-from"))
            if value.text
            else (() if slot.many else None)
        )
    new: Record = replace(record, **changed)
    if turtle_writer.ordered(new) != record:
        desk.put(new, desk.known.files[record.path + record.id])


def shown(record: Record) -> dict[str, str]:
    """Key → text of every field that says something, as `revise` reads it."""
    out = {}
    for key, name in KEYS[type(record)].items():
        value = getattr(record, name)
        if value not in (None, ()):
            text = (
                notation.joined(value)
                if isinstance(value, tuple)
                else format(value, "f")
                if isinstance(value, Decimal)
                else str(value)
            )
            out[key] = text.removeprefix(WIKIDATA) if name == "wikidata" else text
    return out


def _read(desk: Desk, slot: Slot, value: Value, *, first: bool) -> Any:
    if slot.many:
        found = (
            _one(desk, slot, replace(value, text=t), first) for t in notation.names_in(value.text)
        )
        return tuple(f for f in found if f is not None)
    return _one(desk, slot, value, first)


def _one(desk: Desk, slot: Slot, value: Value, first: bool) -> Any:
    match slot.type:
        case "token":
            return desk.token(value, SCHEMES[slot.target])
        case "ref":
            return reference(desk, slot.target, value)
        case "date":
            bounds = desk.dates(value, (None, None), "").window()
            return bounds[0] if first else bounds[1]
        case "decimal":
            return _number(desk, value)
        case "iri" if slot.property == WIKIDATA_ITEM:
            return _item(desk, value)
        case "iri":
            return _address(desk, value)
    return value.text


# The property whose value is an item of Wikidata; all other addresses are those of documents.
WIKIDATA_ITEM: Final = slots(Entity)["wikidata"].property


def _number(desk: Desk, value: Value) -> Decimal | None:
    """A number; None, and a problem, where it is not one."""
    try:
        return values.number(value.text)
    except ValueError as error:
        desk.problem("bad-count", error, value, "as 32.88")
        return None


def _item(desk: Desk, value: Value) -> str | None:
    """The IRI of an item of Wikidata; None, and a problem, where the value names none."""
    if item := iris.wikidata(value.text):
        return WIKIDATA + item
    desk.problem(
        "bad-address",
        f"“{values.shown(value.text)}” is not an item of Wikidata.",
        value,
        "write Q123",
    )
    return None


def _address(desk: Desk, value: Value) -> str | None:
    """The address of a document; None, and a problem, where it is not one."""
    if wrong := iris.address_fault(value.text):
        desk.problem(
            "bad-address", f"“{values.shown(value.text)}” {wrong}.", value, iris.remedy(value.text)
        )
        return None
    return value.text


def reference(desk: Desk, path: str, value: Value) -> str | None:
    """Id of the record that a name means, of the class with this path; path and id where any class
    will do (`claim/…`, `entity/…`).
    """
    kinds = (path.rstrip("/"),) if path else RECORDS
    try:
        key = desk.known.resolve(value.text, kinds)
    except KbError as error:
        desk.problem("unknown-record", error, value)
        return None
    return key.partition("/")[2] if path else key
