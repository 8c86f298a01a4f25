"""Versions of a record in words: when each was recorded, why it ended, and what the next changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.model.rdf_terms import Term
    from kb.model.records import Record
    from kb.workspace.catalog import Known


def history(kb: Answers, known: Known, name: str) -> list[str]:
    """Describe the versions of a record, newest first. Raises Usage where nothing has this name."""
    found = versions(known, known.resolve(name, also=known.past))
    lines: list[str] = []
    newer: dict[str, str] = {}
    for record in found:
        lines.append(_heading(record))
        values = _values(kb, known, record)
        if newer:
            changed = [p for p in {**values, **newer} if values.get(p) != newer.get(p)]
            lines += [
                f"  {p}: {values.get(p) or 'empty'}  (then {newer.get(p) or 'empty'})"
                for p in changed
            ]
        newer = values
    if len(found) == 1 and not getattr(found[0], "invalidated", None):
        lines.append("  no older version")
    return lines


def versions(known: Known, key: str) -> list[Record]:
    """A record and what it replaced, newest first; empty where the key (path and id) has none."""
    found = []
    while record := known.record(key):
        found.append(record)
        key = record.path + (getattr(record, "revision_of", None) or "")
    return found


def _heading(record: Any) -> str:
    """Id of a version, when it was recorded, when it ended and why."""
    recorded = getattr(record, "recorded", None) or "at an unknown time"
    ended = getattr(record, "invalidated", None)
    why = getattr(record, "invalidated_because", None)
    return (
        f"{record.path}{record.id}  recorded {recorded}"
        + (f", ended {ended}" if ended else "")
        + (f" because: {why}" if why else "")
    )


def _values(kb: Answers, known: Known, record: Record) -> dict[str, str]:
    """What a version says, by field; several values are joined."""
    from kb.model.records import slots
    from kb.rdf.encoding import to_triples
    from kb.workspace.differences import UNSAID

    names = {
        slot.property: name.replace("_", " ")
        for name, slot in slots(type(record)).items()
        if name not in UNSAID
    }
    found: dict[str, str] = {}
    for _, p, o in to_triples(record, kb.folder.base):
        if p.value in names:
            field, value = names[p.value], _value(kb, known, o)
            found[field] = f"{found[field]}|{value}" if field in found else value
    return found


def _value(kb: Answers, known: Known, term: Term) -> str:
    """A value in words; a relay by its speaker, since each version of an assertion has relays of
    its own.
    """
    from kb.model.records import Relay

    short = kb.short(term)
    relay = known.record(f"assertion/{short}") or known.record(short)
    return relay.speaker or short if isinstance(relay, Relay) else short
