"""What was done here, in words: from the journal, and, for what no journal of this folder tells,
from the times the records carry.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from kb.errors import Unreadable
from kb.model.records import SLOTS, Record
from kb.model.vocabulary import RDF
from kb.rdf import turtle_reader
from kb.rdf.turtle_writer import heading
from kb.workspace import log_entries
from kb.workspace.catalog import Known
from kb.workspace.differences import UNSAID
from kb.workspace.folder import SETTINGS, Folder
from kb.workspace.log_entries import Change, Entry

TYPE = RDF + "type"
# How a stored record says that it no longer counts.
ENDED = "prov:invalidatedAtTime"
# How an entry is called that gives a record another id.
RENAME = re.compile(r"(undo \d+: )*rename ")


@dataclass(frozen=True, slots=True)
class Batch:
    """One command's work: its number in the journal (0 where only the records tell of it), when,
    who, the command, and what it did.
    """

    number: int
    time: datetime
    who: str
    what: str
    did: str
    records: tuple[str, ...] = field(default=())


def batches(folder: Folder, known: Known, subject: str = "") -> list[Batch]:
    """Everything that was done, newest first; with a subject (`path/id`) only what touched it, by
    the id it had then.
    """
    out, told = list[Batch](), set[str]()
    then, since = (
        subject,
        dict[str, str](),
        # what the subject was called at the time of an entry; what records of that time are called now
    )
    for number in reversed(log_entries.numbers(folder)):
        try:
            entry = log_entries.numbered(folder, number)
        except Unreadable as error:
            out.append(
                Batch(number, _time_of(folder, number), "", "", f"cannot be told: {error.message}")
            )
            continue
        keys = [c.subject.removeprefix(folder.base) for c in entry.changes]
        renamed = _renamed(entry, folder.base)
        since |= {old: since.get(new, new) for old, new in renamed.items()}
        told.update(
            since.get(k, k)
            for k, c in zip(keys, entry.changes, strict=True)
            if not c.before and not renamed
        )
        if not subject or any(_about(k, then) for k in keys):
            out.append(_batch(entry, folder.base, then, renamed))
        then = next((old for old, new in renamed.items() if new == then), then)
    out += _by_time([r for r in _recorded(known) if r.path + r.id not in told], subject)
    return sorted(out, key=lambda b: (b.time, b.number), reverse=True)


def _renamed(entry: Entry, base: str) -> dict[str, str]:
    """Ids (`path/id`) before → after, the record's own first, then those of its parts, where an
    entry is a rename or takes one back.
    """
    if not RENAME.match(entry.what):
        return {}
    gone, new = (
        sorted(c.subject.removeprefix(base) for c in entry.changes if not getattr(c, side))
        for side in ("after", "before")
    )
    return {old: new[0] + old.removeprefix(gone[0]) for old in gone} if new else {}


def _about(key: str, subject: str) -> bool:
    """Whether a record is the one meant, or a version of it (`id~1`)."""
    return key.partition("~")[0] == subject.partition("~")[0]


def _time_of(folder: Folder, number: int) -> datetime:
    return datetime.fromtimestamp(log_entries.file_of(folder, number).stat().st_mtime).astimezone()


def _batch(entry: Entry, base: str, subject: str, renamed: Mapping[str, str]) -> Batch:
    chosen = [
        c for c in entry.changes if not subject or _about(c.subject.removeprefix(base), subject)
    ]
    sides = {s: pair for s, pair in _sides(chosen).items() if "~" not in s} or _sides(chosen)
    did = (
        "; ".join(_did(s, *pair, base) for s, pair in sides.items())
        if subject
        else _counted(chosen)
    )
    if subject in {*renamed, *renamed.values()}:
        did = "renamed {} → {}".format(*next(iter(renamed.items())))
    records = tuple(c.subject.removeprefix(base) for c in chosen)
    return Batch(entry.number, entry.time, entry.who, entry.what, did or _files(entry), records)


def _files(entry: Entry) -> str:
    """What an entry did that touches no record."""
    if entry.accepts:
        return f"{len(entry.files or entry.found)} accepted"
    return "settings" if SETTINGS in entry.files or not entry.files else "layout only"


def _sides(changes: Iterable[Change]) -> dict[str, tuple[str, str]]:
    """Record → its block before and after, empty where there was or is none, in whichever files
    they lay.
    """
    out = dict[str, tuple[str, str]]()
    for c in changes:
        before, after = out.get(c.subject, ("", ""))
        out[c.subject] = (before or c.before, after or c.after)
    return out


def _counted(changes: Sequence[Change]) -> str:
    """How many records were added, changed, withdrawn, removed, by what commands count; parts alone
    where nothing else is touched.
    """
    sides = _sides(changes)
    own = {s: pair for s, pair in sides.items() if not _part(s, *pair)} or sides
    words = Counter(_word(*pair) for pair in own.values())
    return ", ".join(
        f"{words[w]} {w}" for w in ("added", "changed", "withdrawn", "removed") if words[w]
    )


def _part(subject: str, before: str, after: str) -> bool:
    """Whether a record is kept for another one: a version, a passage, a relay."""
    return "~" in subject or any(
        f" a {kind} " in f" {' '.join((after or before).split())} "
        for kind in ("kb:Quote", "kb:Relay")
    )


def _word(before: str, after: str) -> str:
    if not (before and after):
        return "added" if after else "removed"
    return "withdrawn" if ENDED in after and ENDED not in before else "changed"


def _did(subject: str, before: str, after: str, base: str) -> str:
    """What happened to a record, field by field where it changed."""
    name, word = subject.removeprefix(base), _word(before, after)
    if word in ("added", "removed"):
        return f"{word} {name}"
    old, new = (_said(text, base) for text in (before, after))
    if word == "withdrawn":
        return f"withdrawn {name}: {new.get('invalidated_because', '')}"
    changed = [f for f in {**old, **new} if f not in UNSAID and old.get(f) != new.get(f)]
    told = (
        f"{f.replace('_', ' ')} {old.get(f, 'nothing')} → {new.get(f, 'nothing')}" for f in changed
    )
    return f"changed {name}: {', '.join(told) or 'layout'}"


def _said(text: str, base: str) -> dict[str, str]:
    """Field → value of a record's block, as people read it."""
    out = dict[str, list[str]]()
    with suppress(turtle_reader.Broken):
        triples = turtle_reader.triples(f"{heading(base)}{text}", base)
        kind = next((o.value for _, p, o in triples if p.value == TYPE), "")
        slots = {slot.property: (name, slot) for name, slot in SLOTS.get(kind, {}).items()}
        for _, p, o in triples:
            if p.value in slots:
                name, slot = slots[p.value]
                short = o.value.removeprefix(base)
                told = (
                    turtle_reader.compact(short).partition(":")[2] or short
                    if o.kind == "iri" and short == o.value
                    else short
                )
                out.setdefault(name, []).append(
                    told.removeprefix(f"{slot.target}-" if slot.type == "token" else slot.target)
                )
    return {name: "|".join(sorted(values)) for name, values in out.items()}


def _recorded(known: Known) -> Iterable[Record]:
    yield from known.all()
    yield from known.past.values()


def _by_time(records: Sequence[Record], subject: str) -> list[Batch]:
    """Batches that only the records tell of: those recorded at the same time."""
    groups: dict[datetime, list[Record]] = {}
    for record in records:
        when = getattr(record, "recorded", None)
        if when and (not subject or _about(record.path + record.id, subject)):
            groups.setdefault(when, []).append(record)
    out = []
    for when, group in groups.items():
        who = "|".join(sorted({c for r in group for c in [getattr(r, "coder", None)] if c}))
        keys = tuple(sorted(r.path + r.id for r in group))
        did = "; ".join(f"recorded {k}" for k in keys) if subject else f"{len(group)} recorded"
        out.append(Batch(0, when, who, "", did, keys))
    return out
