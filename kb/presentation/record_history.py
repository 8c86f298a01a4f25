"""Versions of a record: when each was recorded, why it ended, and what changed after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kb.presentation.values import label
from kb.workspace.catalogs.referrers import replaced

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.model.rdf_terms import Term
    from kb.model.records import Record
    from kb.workspace.catalogs.catalog import Known

# Field → its values in words.
Values = dict[str, list[str]]


def history(kb: Answers, known: Known, key: str) -> list[str]:
    """Describe the versions of the record with this path and id, newest first."""
    found = versions(known, key)
    lines: list[str] = []
    newer: Values = {}
    for record in found:
        values = _values(kb, known, record)
        lines += [_heading(record), *_changed(values, newer)]
        newer = values
    if len(found) == 1 and not getattr(found[0], "invalidated", None):
        lines.append("  no older version")
    return lines


def _changed(values: Values, newer: Values) -> list[str]:
    """Return a line for each field whose value is different in the next version."""
    if not newer:
        return []
    names = [name for name in {**values, **newer} if values.get(name) != newer.get(name)]
    return [f"  {label(n)}: {_joined(values, n)}  (then {_joined(newer, n)})" for n in names]


def _joined(values: Values, name: str) -> str:
    return "|".join(values.get(name, ())) or "empty"


def fields(kb: Answers, known: Known, key: str) -> list[dict[str, object]]:
    """Return the versions of a record for programs, newest first, each with its fields."""
    return [
        {
            "record": record.path + record.id,
            "recorded": getattr(record, "recorded", None),
            "ended": getattr(record, "invalidated", None),
            "because": getattr(record, "invalidated_because", None),
            "fields": _values(kb, known, record),
        }
        for record in versions(known, key)
    ]


def versions(known: Known, key: str) -> list[Record]:
    """Return a record and its older versions, newest first; empty if the key has no record."""
    found = []
    while record := known.record(key):
        found.append(record)
        key = replaced(record)
    return found


def _heading(record: Any) -> str:
    """Return the id of a version, when it was recorded, when it ended and why."""
    recorded = getattr(record, "recorded", None) or "at an unknown time"
    ended = getattr(record, "invalidated", None)
    why = getattr(record, "invalidated_because", None)
    return (
        f"{record.path}{record.id}  recorded {recorded}"
        + (f", ended {ended}" if ended else "")
        + (f" because: {why}" if why else "")
    )


def _values(kb: Answers, known: Known, record: Record) -> Values:
    """Return the fields of a version that have values, in words."""
    from kb.model.records import slots
    from kb.rdf.encoding import to_triples
    from kb.workspace.catalogs.differences import UNSAID

    names = {
        slot.property: name for name, slot in slots(type(record)).items() if name not in UNSAID
    }
    found: Values = {}
    for _, p, o in to_triples(record, kb.folder.base):
        if p.value in names:
            found.setdefault(names[p.value], []).append(_value(kb, known, o))
    return found


def _value(kb: Answers, known: Known, term: Term) -> str:
    """Return a value in words. A relay is shown by its speaker: each version of an assertion has
    relays with ids of their own.
    """
    from kb.model.records import Relay

    short = kb.short(term)
    relay = known.record(f"assertion/{short}") or known.record(short)
    return relay.speaker or short if isinstance(relay, Relay) else short
