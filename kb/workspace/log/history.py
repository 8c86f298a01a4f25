"""History of a knowledge base in words: from the log, and from the times stored in records.

Records that no log entry here created, such as those of a cloned repository, are grouped by time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from kb.errors import Unreadable
from kb.model.rdf_terms import Term
from kb.model.records import SLOTS, Record, Slot
from kb.model.vocabulary import RDF
from kb.rdf import turtle_reader
from kb.rdf.turtle_writer import heading
from kb.workspace.catalogs.catalog import Known
from kb.workspace.catalogs.differences import UNSAID
from kb.workspace.files.folder import SETTINGS, Folder
from kb.workspace.log import log_entries
from kb.workspace.log.log_entries import LogEntry, RecordChange

TYPE = RDF + "type"
# The property that ends the validity of a stored record.
ENDED = "prov:invalidatedAtTime"
# Matches log entries written by `kb rename`.
RENAME = re.compile(r"(undo \d+: )*rename ")


@dataclass(frozen=True, slots=True)
class Batch:
    """The work of one command.

    `number` is the number of the log entry; 0 if only the records tell. `did` says what was done.
    """

    number: int
    time: datetime
    who: str
    what: str
    did: str
    records: tuple[str, ...] = field(default=())


def batches(folder: Folder, known: Known, subject: str = "") -> list[Batch]:
    """Return everything that was done, newest first.

    With a `subject` (`path/id`), return only what touched it, under the id it had then.
    """
    reading = _Reading(folder.base, subject)
    out = list[Batch]()
    for number in reversed(log_entries.numbers(folder)):
        try:
            entry = log_entries.numbered(folder, number)
        except Unreadable as error:
            did = f"unreadable: {error.message}"
            out.append(Batch(number, _time_of(folder, number), "", "", did))
        else:
            out += reading.batch(entry)
    unlogged = [r for r in _recorded(known, subject) if r.path + r.id not in reading.logged]
    out += _by_time(unlogged, subject)
    return sorted(out, key=lambda b: (b.time, b.number), reverse=True)


@dataclass(slots=True)
class _Reading:
    """The state while the log is read backwards. `then` is the subject's id at that time."""

    base: str
    then: str
    logged: set[str] = field(default_factory=set)  # today's ids of records that entries add
    _today: dict[str, str] = field(default_factory=dict)  # earlier id → today's id

    def batch(self, entry: LogEntry) -> Iterator[Batch]:
        """Yield the batch of an entry if it touches the subject, or always without a subject."""
        renamed = _renamed(entry, self.base)
        for old, new in renamed.items():
            self._today[old] = self._today.get(new, new)
        keys = [c.subject.removeprefix(self.base) for c in entry.changes]
        if not renamed:
            added = (k for k, c in zip(keys, entry.changes, strict=True) if not c.before)
            self.logged.update(self._today.get(key, key) for key in added)
        if not self.then or any(_about(key, self.then) for key in keys):
            yield _batch(entry, self.base, self.then, renamed)
        self.then = next((old for old, new in renamed.items() if new == self.then), self.then)


def _renamed(entry: LogEntry, base: str) -> dict[str, str]:
    """Return the ids (`path/id`) before and after, if an entry renames a record or undoes that.

    The record itself comes first, then its parts.
    """
    if not RENAME.match(entry.what):
        return {}
    gone = sorted(c.subject.removeprefix(base) for c in entry.changes if not c.after)
    new = sorted(c.subject.removeprefix(base) for c in entry.changes if not c.before)
    return {old: new[0] + old.removeprefix(gone[0]) for old in gone} if new else {}


def _about(key: str, subject: str) -> bool:
    """Tell whether a record is the given one, or a version of it (`id~1`)."""
    return key.partition("~")[0] == subject.partition("~")[0]


def _time_of(folder: Folder, number: int) -> datetime:
    return datetime.fromtimestamp(log_entries.file_of(folder, number).stat().st_mtime).astimezone()


def _batch(entry: LogEntry, base: str, subject: str, renamed: Mapping[str, str]) -> Batch:
    chosen = list(entry.changes)
    if subject:
        chosen = [c for c in chosen if _about(c.subject.removeprefix(base), subject)]
    sides = {s: pair for s, pair in _sides(chosen).items() if "~" not in s} or _sides(chosen)
    did = _counted(chosen)
    if subject:
        did = "; ".join(_did(s, *pair, base) for s, pair in sides.items())
    if subject in {*renamed, *renamed.values()}:
        did = "renamed {} → {}".format(*next(iter(renamed.items())))
    records = tuple(c.subject.removeprefix(base) for c in chosen)
    return Batch(entry.number, entry.time, entry.who, entry.what, did or _files(entry), records)


def _files(entry: LogEntry) -> str:
    """Describe an entry that touches no record."""
    if entry.accepts:
        return f"{len(entry.files or entry.found)} accepted"
    return "settings" if SETTINGS in entry.files or not entry.files else "layout only"


def _sides(changes: Iterable[RecordChange]) -> dict[str, tuple[str, str]]:
    """Return each record's block before and after, whichever files contained it.

    A block is empty if the record did not exist.
    """
    out = dict[str, tuple[str, str]]()
    for c in changes:
        before, after = out.get(c.subject, ("", ""))
        out[c.subject] = (before or c.before, after or c.after)
    return out


def _counted(changes: Sequence[RecordChange]) -> str:
    """Count the records that were added, changed, withdrawn and removed.

    Versions, passages and relays count only if nothing else was touched.
    """
    sides = _sides(changes)
    own = {s: pair for s, pair in sides.items() if not _part(s, *pair)} or sides
    words = Counter(_word(*pair) for pair in own.values())
    shown = [word for word in ("added", "changed", "withdrawn", "removed") if words[word]]
    return ", ".join(f"{words[word]} {word}" for word in shown)


def _part(subject: str, before: str, after: str) -> bool:
    """Tell whether a record belongs to another one: a version, a passage, a relay."""
    text = f" {' '.join((after or before).split())} "
    return "~" in subject or " a kb:Quote " in text or " a kb:Relay " in text


def _word(before: str, after: str) -> str:
    if not (before and after):
        return "added" if after else "removed"
    return "withdrawn" if ENDED in after and ENDED not in before else "changed"


def _did(subject: str, before: str, after: str, base: str) -> str:
    """Describe what happened to a record; for a change, field by field."""
    name, word = subject.removeprefix(base), _word(before, after)
    if word in ("added", "removed"):
        return f"{word} {name}"
    old, new = (_said(text, base) for text in (before, after))
    if word == "withdrawn":
        return f"withdrawn {name}: {new.get('invalidated_because', '')}"
    changed = [f for f in {**old, **new} if f not in UNSAID and old.get(f) != new.get(f)]
    fields = []
    for field_name in changed:
        value, value_now = (side.get(field_name, "nothing") for side in (old, new))
        fields.append(f"{field_name.replace('_', ' ')} {value} → {value_now}")
    return f"changed {name}: {', '.join(fields) or 'layout'}"


def _said(text: str, base: str) -> dict[str, str]:
    """Return the values of a record's block by field, as people read them."""
    out = dict[str, list[str]]()
    with suppress(turtle_reader.Broken):
        triples = turtle_reader.triples(f"{heading(base)}{text}", base)
        kind = next((o.value for _, p, o in triples if p.value == TYPE), "")
        slots = {slot.property: (name, slot) for name, slot in SLOTS.get(kind, {}).items()}
        for _, p, o in triples:
            if p.value in slots:
                name, slot = slots[p.value]
                out.setdefault(name, []).append(_shown(o, slot, base))
    return {name: "|".join(sorted(values)) for name, values in out.items()}


def _shown(value: Term, slot: Slot, base: str) -> str:
    """Format a stored value: references and tokens without their prefixes."""
    text = value.value.removeprefix(base)
    if value.kind == "iri" and text == value.value:
        text = turtle_reader.compact(text).partition(":")[2] or text
    return text.removeprefix(f"{slot.target}-" if slot.type == "token" else slot.target)


def _recorded(known: Known, subject: str) -> Iterable[Record]:
    """Return all records; with a subject only that record and its versions."""
    if not subject:
        return chain(known.all(), known.past.values())
    whole = subject.partition("~")[0]
    keys = [key for key in known.files if key.startswith(whole) and _about(key, subject)]
    return filter(None, map(known.record, keys))


def _by_time(records: Sequence[Record], subject: str) -> list[Batch]:
    """Group records by the time they were recorded, for those that the log does not tell about."""
    groups: dict[datetime, list[Record]] = {}
    for record in records:
        if when := getattr(record, "recorded", None):
            groups.setdefault(when, []).append(record)
    out = []
    for when, group in groups.items():
        coders = {getattr(record, "coder", None) or "" for record in group}
        who = "|".join(sorted(coders - {""}))
        keys = tuple(sorted(r.path + r.id for r in group))
        did = "; ".join(f"recorded {k}" for k in keys) if subject else f"{len(group)} recorded"
        out.append(Batch(0, when, who, "", did, keys))
    return out
