"""Merging of another knowledge base: records that are new, the same, more complete, or in conflict.

A source with the same text is the same source, and a claim with the same sentence is the same
claim. A record with the same id that is something else is never overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from kb.app.changes.comparison import BOOKKEEPING
from kb.coding.context import Context
from kb.exchange.knowledge_copies import Copy
from kb.model import identifiers
from kb.model.records import (
    Affiliation,
    Assertion,
    Claim,
    Entity,
    Judgement,
    Quote,
    Record,
    Relay,
    Source,
    slots,
)
from kb.workspace.catalogs.catalog import Known
from kb.workspace.catalogs.labels import fold, label
from kb.workspace.files.folder import digest

# Kinds in the order in which later ones refer to earlier ones.
_ORDER: Final = (Entity, Source, Quote, Claim, Relay, Assertion, Affiliation, Judgement)
# Fields that a copy does not change here.
_OURS: Final = (*BOOKKEEPING, "invalidated", "invalidated_because")


@dataclass(slots=True)
class Merged:
    """The records to write, and those of the copy that are something else here: key, what the
    record here is, and what that of the copy is.
    """

    records: list[Record] = field(default_factory=list)
    clashes: list[tuple[str, str, str]] = field(default_factory=list)
    same: int = 0


def merged(copy: Copy, known: Known) -> Merged:
    """Compare a copy with what is recorded. Where a value differs, the record has that of the
    copy, which is a conflict that somebody must decide.
    """
    result, ids = Merged(), _ids(copy, known)
    for kind in _ORDER:
        for record in sorted((r for r in copy.records if type(r) is kind), key=lambda r: r.id):
            _merge(result, _apart(_translated(record, ids), known), known)
    return result


def _ids(copy: Copy, known: Known) -> dict[str, str]:
    """Return the key here of each source with the same text, and of each claim with the same
    sentence, by the key in the copy.
    """
    digests = {s.sha256: s.id for s in known.sources.values() if s.sha256}
    ids = {}
    for record in copy.records:
        if isinstance(record, Source) and record.sha256 in digests:
            ids[f"source/{record.id}"] = f"source/{digests[record.sha256]}"
        elif isinstance(record, Claim) and (same := known.stated(record.statement or "")):
            ids[f"claim/{record.id}"] = f"claim/{same[0].id}"
    return {key: here for key, here in ids.items() if key != here}


def _translated(record: Record, ids: Mapping[str, str]) -> Record:
    """Return a record of the copy with the ids that its references have here."""
    own = _key(record.path + record.id, ids).removeprefix(record.path)
    values: dict[str, Any] = {"id": own}
    for name, slot in slots(type(record)).items():
        if slot.type == "ref":
            value = getattr(record, name)
            values[name] = (
                tuple(_reference(one, slot.target, ids) for one in value)
                if slot.many
                else _reference(value, slot.target, ids)
            )
    if "revision_of" in values:  # past versions are not taken
        values["revision_of"] = None
    return replace(record, **values)


def _apart(record: Record, known: Known) -> Record:
    """Return a record. If it is a verdict, and its id is that of another coder's here, it has that
    of its own coder's here, or a new one.
    """
    here = known.record(record.path + record.id)
    if not (isinstance(record, Judgement) and isinstance(here, Judgement)):
        return record
    if record.kind != "verdict" or here.coder == record.coder:
        return record
    own = (j for j in known.judgements(record.about or "") if j.kind == "verdict")
    same = next((j.id for j in own if j.coder == record.coder), "")
    wanted = identifiers.slug(f"{record.id} by {record.coder or 'somebody'}")
    return replace(record, id=same or known.fresh("judgement/", wanted))


def _reference(value: str | None, target: str, ids: Mapping[str, str]) -> str | None:
    return None if value is None else _key(target + value, ids).removeprefix(target)


def _key(key: str, ids: Mapping[str, str]) -> str:
    """Return the key here of a record, or of a passage of a source."""
    whole, mark, passage = key.partition("#")
    return ids.get(whole, whole) + mark + passage


def _merge(result: Merged, record: Record, known: Known) -> None:
    key = record.path + record.id
    here = known.record(key)
    if here is None:
        result.records.append(record)
    elif type(here) is not type(record) or not _is_same(here, record):
        result.clashes.append((key, _shown(here), _shown(record)))
    else:
        both = _joined(here, record)
        result.same += both == here
        result.records += [both] if both != here else []


def _is_same(here: Any, there: Any) -> bool:
    """Tell whether two records with one id describe the same thing."""
    match here:
        case Entity():
            return here.kind == there.kind and bool(_names(here) & _names(there))
        case Source():
            return bool(here.sha256 == there.sha256)
        case Quote():
            return bool(here.sha256 == there.sha256)
        case Claim():
            return bool(here.statement == there.statement)
        case Assertion():
            ours = (here.source, here.claim, here.speaker, here.stance)
            return bool(ours == (there.source, there.claim, there.speaker, there.stance))
        case Affiliation():
            ties = (here.member, here.relation, here.party)
            return bool(ties == (there.member, there.relation, there.party))
        case Judgement():
            ends = (here.kind, here.about, here.other)
            return bool(ends == (there.kind, there.about, there.other))
    return bool(here == there)


def _names(entity: Entity) -> set[str]:
    return {fold(name) for name in (entity.name, *entity.also) if name}


def _joined(here: Any, there: Any) -> Any:
    """Return the record here with what the copy adds, and with its values."""
    values = {}
    for name in slots(type(here)):
        ours, other = getattr(here, name), getattr(there, name)
        if name in _OURS or other in (None, (), ours):
            continue
        if isinstance(ours, tuple):
            values[name] = tuple(dict.fromkeys((*ours, *other)))
        else:
            values[name] = other
    return replace(here, **values)


def _shown(record: Record) -> str:
    return " ".join(label(record).split())[:60] or record.id


def put(context: Context, records: Sequence[Record]) -> None:
    """Plan the records as a change, in the files where they belong."""
    said = [r for r in (*records, *context.known.assertions.values()) if isinstance(r, Assertion)]
    homes = {relay: a.source for a in said for relay in a.relays}
    for record in records:
        source = homes.get(record.id) if isinstance(record, Relay) else None
        context.put(record, _file(record, context, source))


def _file(record: Any, context: Context, source: str | None) -> str:
    """Return the file of a new record. `source` is that of a relay."""
    if isinstance(record, Quote | Assertion):
        source = record.source
    if isinstance(record, Source):
        return context.file(f"sources/{record.id}")
    if source:
        return context.known.files.get(f"source/{source}", context.file(f"sources/{source}"))
    names = {Claim: "claims/general", Entity: "entities", Affiliation: "affiliations"}
    return context.file(names.get(type(record), "judgements"))


def texts(copy: Copy, records: Sequence[Record]) -> dict[str, str]:
    """Return the texts of new sources that fit their digests, by id."""
    new = (r for r in records if isinstance(r, Source) and r.sha256 in copy.texts)
    pairs = ((source, copy.texts[source.sha256 or ""]) for source in new)
    return {source.id: text for source, text in pairs if digest(text) == source.sha256}
