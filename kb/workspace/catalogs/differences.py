"""Differences between two states of a knowledge base, by record and field. Statuses come first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from kb.model.records import (
    Affiliation,
    Assertion,
    Claim,
    Entity,
    Judgement,
    Quote,
    Record,
    Source,
    slots,
)
from kb.workspace.catalogs.catalog import Known

# In the order of the report.
KINDS: dict[str, type[Record]] = {
    "claim": Claim,
    "assertion": Assertion,
    "entity": Entity,
    "affiliation": Affiliation,
    "judgement": Judgement,
    "source": Source,
    "skipped passage": Quote,
}
CHANGES = ("added", "changed", "withdrawn", "removed")
# Bookkeeping fields, which are never compared.
UNSAID = {"recorded", "invalidated", "invalidated_because", "revision_of"}
STATUS = ("status", "support", "contest", "dispute", "flags")
# Fields that are compared by number only: nobody reads a list of offsets.
COUNTED = {"sentences"}


class StatusLike(Protocol):
    """The parts of a claim's status that are compared."""

    @property
    def status(self) -> str:
        """The status in one word."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    `kind` is "status" or one of KINDS. `field` is empty if the whole record is meant. `words`
    describes the record.
    """

    kind: str
    change: str
    id: str
    words: str
    field: str = ""
    old: str = ""
    new: str = ""


def differences(
    old: Known, new: Known, before: Mapping[str, StatusLike], after: Mapping[str, StatusLike]
) -> tuple[Change, ...]:
    """Return all differences between two states. `before` and `after` are statuses by claim id.

    >>> a, b = Known(), Known()
    >>> a.add(Entity("pier", name="the pier"), "x.ttl")
    >>> b.add(Entity("pier", name="the old pier"), "x.ttl")
    >>> [(c.change, c.id, c.field, c.old, c.new) for c in differences(a, b, {}, {})]
    [('changed', 'pier', 'name', 'the pier', 'the old pier')]
    """
    out = list(_statuses(new, before, after))
    for kind, type_ in KINDS.items():
        out += sorted(
            _records(kind, type_, old, new, after), key=lambda c: (CHANGES.index(c.change), c.id)
        )
    return tuple(out)


def _statuses(
    known: Known, before: Mapping[str, StatusLike], after: Mapping[str, StatusLike]
) -> Iterator[Change]:
    """Yield changes of statuses, for the claims of both states."""
    for id in sorted(before.keys() & after.keys()):
        for name in STATUS:
            old, new = (_text(getattr(side[id], name)) for side in (before, after))
            if old != new:
                yield Change(
                    "status", "changed", id, _words(known, known.claims.get(id)), name, old, new
                )


def _records(
    kind: str, type_: type[Record], old: Known, new: Known, after: Mapping[str, StatusLike]
) -> Iterator[Change]:
    was, now = (_of(known, type_) for known in (old, new))
    for id in {**was, **now}:
        one, other = was.get(id), now.get(id)
        if one is None and other is not None:
            status = f" ({after[id].status})" if kind == "claim" and id in after else ""
            yield Change(kind, "added", id, _words(new, other) + status)
        elif other is None and one is not None:
            gone = new.past.get(one.path + id)
            why = getattr(gone, "invalidated_because", None)
            because = f": {why}" if why else ""
            yield Change(kind, "withdrawn" if gone else "removed", id, _words(old, one) + because)
        elif one is not None and other is not None:
            words = _words(new, other)
            for name, value, value_now in _fields(one, other, old, new):
                yield Change(kind, "changed", id, words, name, value, value_now)


def _of(known: Known, type_: type[Record]) -> dict[str, Record]:
    """Return the valid records of a type.

    Of passages, only skipped ones: the others are reported with their assertions.
    """
    found = {
        r.id: r for r in known.all() if isinstance(r, type_) and not getattr(r, "invalidated", None)
    }
    return {id: r for id, r in found.items() if not isinstance(r, Quote) or r.skipped}


def _fields(one: Record, other: Record, old: Known, new: Known) -> Iterator[tuple[str, str, str]]:
    """Yield name, old value and new value of the fields that differ, in the order of storage."""
    for name in slots(type(one)):
        if name not in UNSAID:
            value, now = (
                _value(known, name, getattr(record, name))
                for known, record in ((old, one), (new, other))
            )
            if value != now:
                yield name.replace("_", " "), value, now


def _value(known: Known, name: str, value: Any) -> str:
    """Format a field: passages by place and first words, relays by speaker."""
    if name == "quote" and value in known.quotes:
        quote = known.quotes[value]
        return f"{quote.start}-{quote.end} “{quote.fragment}”"
    if name == "relays":
        chain = [known.relays[r] for r in value if r in known.relays]
        return " via ".join(r.speaker or "" for r in sorted(chain, key=lambda r: r.position or 0))
    if name in COUNTED and value:
        return f"{len(value.split())} {name}"
    return _text(value)


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case tuple() | list():
            return "|".join(map(_text, value))
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
    return str(value)


def _words(known: Known, record: Record | None) -> str:
    """Describe a record in one line."""
    match record:
        case Claim():
            return record.statement or record.id
        case Assertion():
            claim = known.claims.get(record.claim or "")
            said = (claim.statement if claim else None) or record.claim
            return f"{_name(known, record.speaker)} {record.stance}: {said}"
        case Entity():
            return record.name or record.id
        case Affiliation():
            return f"{_name(known, record.member)} {record.relation} {_name(known, record.party)}"
        case Judgement():
            return f"{record.kind} {record.about or ''} {record.other or ''}: {record.why}"
        case Source():
            return record.title or record.id
        case Quote():
            return f"{record.start}-{record.end} “{record.fragment}”: {record.skipped}"
    return ""


def _name(known: Known, entity: str | None) -> str:
    found = known.entities.get(entity or "")
    return (found.name if found else None) or entity or ""


def headings(changes: Sequence[Change]) -> dict[str, list[Change]]:
    """Group changes by kind, in the order of the report. Kinds without changes are left out."""
    found: dict[str, list[Change]] = {kind: [] for kind in ("status", *KINDS)}
    for change in changes:
        found[change.kind].append(change)
    return {kind: some for kind, some in found.items() if some}
