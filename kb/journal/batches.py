"""What was done here, in words: from the journal, and, for what no journal of this folder tells, from the times the records carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from kb import turtle
from kb.errors import Unreadable
from kb.folder import Folder
from kb.journal import entries
from kb.journal.entries import Change, Entry
from kb.known import Known
from kb.layout import heading
from kb.model import Record


@dataclass(frozen=True, slots=True)
class Batch:
    """One command's work: its number in the journal (0 where only the records tell of it), when, who, the command, and what it did."""

    number: int
    time: datetime
    who: str
    what: str
    did: str
    records: tuple[str, ...] = field(default=())


def batches(folder: Folder, known: Known, subject: str = "") -> list[Batch]:
    """Everything that was done, newest first; with a subject (`path/id`) only what touched it or a version of it."""
    out, told = list[Batch](), set[str]()
    for number in reversed(entries.numbers(folder)):
        try:
            entry = entries.numbered(folder, number)
        except Unreadable as error:
            out.append(Batch(number, _time_of(folder, number), "", "", f"cannot be told: {error.message}"))
            continue
        keys = [c.subject.removeprefix(folder.base) for c in entry.changes]
        told.update(k for k, c in zip(keys, entry.changes, strict=True) if not c.before)
        if not subject or any(_about(k, subject) for k in keys):
            out.append(_batch(entry, folder.base, subject))
    out += _by_time([r for r in _recorded(known) if r.path + r.id not in told], subject)
    return sorted(out, key=lambda b: (b.time, b.number), reverse=True)


def _about(key: str, subject: str) -> bool:
    """Whether a record is the one meant, or a version of it (`id~1`)."""
    return key.partition("~")[0] == subject.partition("~")[0]


def _time_of(folder: Folder, number: int) -> datetime:
    return datetime.fromtimestamp(entries.file_of(folder, number).stat().st_mtime).astimezone()


def _batch(entry: Entry, base: str, subject: str) -> Batch:
    chosen = [c for c in entry.changes if not subject or _about(c.subject.removeprefix(base), subject)]
    did = "; ".join(_did(c, base) for c in chosen) if subject else _counted(chosen)
    records = tuple(c.subject.removeprefix(base) for c in chosen)
    return Batch(entry.number, entry.time, entry.who, entry.what, did or "layout only", records)


def _counted(changes: Sequence[Change]) -> str:
    """How many records were added, changed, removed: those that only moved between files are neither added nor removed."""
    gone, new = ({c.subject: text for c in changes if (text := getattr(c, side))} for side in ("before", "after"))
    words = Counter("added" if s not in gone else "removed" if s not in new else "changed" for s in {**gone, **new})
    return ", ".join(f"{words[w]} {w}" for w in ("added", "changed", "removed") if words[w])


def _did(change: Change, base: str) -> str:
    """What happened to a record, by the properties that changed."""
    name = change.subject.removeprefix(base)
    if not (change.before and change.after):
        return f"{'added' if change.after else 'removed'} {name}"
    sides = []
    for text in (change.before, change.after):
        with suppress(turtle.Broken):
            sides.append({(p.value, o) for _, p, o in turtle.triples(f"{heading(base)}{text}", base)})
    names = sorted({turtle.compact(p).partition(":")[2] or p for p, _ in sides[0] ^ sides[1]}) if len(sides) == 2 else []
    return f"changed {name}: {', '.join(names) or 'layout'}"


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
