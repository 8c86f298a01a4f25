"""Whether a knowledge base is whole: files, records, quotes, documents, journal, index; each problem with a way to mend it."""

from __future__ import annotations

import hashlib
import shlex
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from kb import cache, index_audit, journal, layout, turtle
from kb.check import File, Report
from kb.errors import KbError, Place, Problem
from kb.holdings import UNREAD, Holdings
from kb.journal import entries
from kb.known import past

# Codes that are told in a row of their own; whatever else is wrong with records is told with the shapes and checks.
IDS = ("record-twice", "id-twice", "quote-id", "duplicate-assertion")
REFERENCES = ("dangling-reference", "reference-to-wrong-record", "relay-missing")
QUOTES = ("quote-mismatch", "quote-outside-source")
# Times that it is looked again where somebody writes meanwhile.
AGAIN = 2
# Warnings that a command at work can cause.
MOMENTARY = ("changed-outside", "left-over", "kept-texts", "missing-document")
SUM = 64  # characters of a sha256 in hexadecimal


@dataclass(frozen=True, slots=True)
class Row:
    """One thing looked at: how many there are, how many have a problem, and what else there is to say of them."""

    what: str
    checked: int
    wrong: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """What was looked at, row by row, and every problem."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]

    def confirmed(self, other: Health) -> Health:
        """The problems that another look has found as well, and what that look counted."""
        again = set(map(str, other.problems))
        both = tuple(p for p in self.problems if str(p) in again)
        return Health(other.rows if both else tuple(replace(row, wrong=0) for row in other.rows), both)

    @property
    def doubtful(self) -> bool:
        """Whether any of the problems could come from a command that writes at this moment."""
        return any(p.severity == "error" or p.code in MOMENTARY for p in self.problems)

    @property
    def errors(self) -> int:
        """How many problems are errors; a change made outside is none."""
        return sum(p.severity == "error" for p in self.problems)


def fsck(holdings: Holdings, report: Report) -> Health:
    """Look at everything. `report` is what validation found in all files. Writes nothing."""
    files, _ = holdings.files()
    digests, documents, journalled = (tuple(f(holdings)) for f in _BYTES)
    missing = tuple(_missing(holdings))
    left = (*_leavings(holdings), *_left_in_cache(holdings))
    broken = {p.place.path for p in report.problems if p.code in UNREAD}
    layouts = tuple(_layout([f for f in files if f.path not in broken], holdings.folder.base))
    quotes = {o: sum(v == o for v in report.quotes.values()) for o in ("verified", "mismatched", "not-checkable")}
    ids, references, quoted, rest = _sorted(report.problems)
    records = sum(len(f.records) for f in files)
    recorded = entries.digests(holdings.folder)
    other, unseen = index_audit.audit(holdings, files)
    rows = (
        Row("files as commands left them", len(recorded), len(digests), "" if recorded else "no digests are recorded here yet"),
        Row("files that are Turtle", len(files), len(broken)),
        Row("files in canonical layout", len(files) - len(broken), len(layouts)),
        Row("ids, each of one record", records, len(ids)),
        Row("references", sum(o.kind == "iri" for f in files for _, _, o in f.triples), len(references)),
        Row("quotes", len(report.quotes), len(quoted), ", ".join(f"{n} {o.replace('-', ' ')}" for o, n in quotes.items() if n)),
        Row("records by shapes and checks", records, len(rest)),
        Row("documents by their digest", len(_texts(holdings)) + len(missing), len(documents) + len(missing)),
        Row("entries of the journal", len(entries.numbers(holdings.folder)), len(journalled)),
        Row("leavings of killed commands", len(left), len(left)),
        Row(
            "graphs of the index",
            len([f for f in files if not past(f.path)]),
            len(other),
            unseen,
        ),
    )
    return Health(rows, (*digests, *report.problems, *layouts, *documents, *missing, *journalled, *left, *other))


def undisturbed(holdings: Holdings, look: Callable[[], Health]) -> Health:
    """What is found while nobody writes. Beside commands that do, it looks again: only what is found each time is a problem."""
    before = journal.calm(holdings.folder)
    found = look()
    for _ in range(AGAIN):
        after = journal.calm(holdings.folder)
        if not found.doubtful or (before is not None and after == before):
            break
        before = after
        found = found.confirmed(look())
    return found


def _sorted(problems: Sequence[Problem]) -> tuple[list[Problem], ...]:
    groups: tuple[list[Problem], ...] = ([], [], [], [])
    for p in problems:
        if p.code not in UNREAD:
            groups[next((n for n, codes in enumerate((IDS, REFERENCES, QUOTES)) if p.code in codes), 3)].append(p)
    return groups


# --- files --------------------------------------------------------------------------------------------------------------------------


def changed(holdings: Holdings) -> Iterator[Problem]:
    """Every byte that is not as the last command left it. What a write changes it also dates; a fault of the disk does not."""
    known = entries.digests(holdings.folder)
    now = entries.taken(holdings.folder) if known else {}
    accept = "where it is as it should be: kb fsck --accept"
    for name in sorted({*known, *now}):
        if name not in now:
            yield Problem(
                "warning", "changed-outside", f"{name} was removed outside kb.", Place(name), hint=f"git restore {name}, or {accept}"
            )
        elif name not in known:
            yield Problem("warning", "changed-outside", f"{name} was added outside kb.", Place(name), hint=accept)
        elif now[name] != known[name] and now[name][0] != known[name][0]:
            yield _changed(name, known[name][1], now[name][1], accept)


def _changed(name: str, before: str, after: str, accept: str) -> Problem:
    if before == after:
        message = f"{name} has other bytes than were written, and nothing wrote them: the disk or a program damaged it."
        return Problem("error", "damaged-file", message, Place(name), hint=f"git diff {name}; git restore {name}, or bring back a copy")
    since = datetime.fromtimestamp(int(before.split()[1]) / 1e9, UTC)
    message = f"{name} was changed outside kb since {since:%Y-%m-%d %H:%M:%S} UTC."
    return Problem("warning", "changed-outside", message, Place(name), hint=f"git diff {name}; {accept}")


def _layout(files: Sequence[File], base: str) -> Iterator[Problem]:
    for file in files:
        with suppress(turtle.Broken):
            if layout.tidy(file.text, base) != file.text:
                yield Problem("warning", "not-canonical", "this file is not in canonical layout.", Place(file.path), hint="kb fmt")


def _texts(holdings: Holdings) -> list[Path]:
    """The documents kept here, each named by the digest of its text."""
    kept = holdings.folder.root / "documents"
    return [p for p in sorted(kept.glob("*.txt")) if len(p.stem) == SUM and not p.stem.strip("0123456789abcdef")] if kept.is_dir() else []


def _documents(holdings: Holdings) -> Iterator[Problem]:
    for path in _texts(holdings):
        if hashlib.sha256(path.read_bytes()).hexdigest() != path.stem:
            name = path.relative_to(holdings.folder.root).as_posix()
            message = "this text is not the one that was read: its digest is not its name."
            yield Problem("error", "damaged-document", message, Place(name), hint="delete it and read the document in again: kb add source")


def _missing(holdings: Holdings) -> Iterator[Problem]:
    """Sources whose text was kept here, as the journal knows, and is no longer at hand; a text that was never here is not missed."""
    gone = [s for s in holdings.known().sources.values() if s.sha256 and holdings.document(s) is None]
    kept = set(entries.read_in(holdings.folder)) if gone else set()
    for source in gone:
        name = f"documents/{source.sha256}.txt"
        if source.sha256 in kept and not (holdings.folder.root / name).exists():
            hint = f"bring it back from a copy, or kb add source {shlex.quote(source.file_name or 'FILE')}: the same text is kept again"
            message = f"the text of {source.id} was kept here and is gone, so its quotes cannot be checked."
            yield Problem("warning", "missing-document", message, Place(name), hint=hint)


# --- journal and leavings -----------------------------------------------------------------------------------------------------------


def _journal(holdings: Holdings) -> Iterator[Problem]:
    """Entries that cannot be believed, a change that could not be finished, and texts kept of one that was taken back."""
    home = entries.path(holdings.folder)
    for number in entries.numbers(holdings.folder):
        try:
            entries.numbered(holdings.folder, number)
        except KbError:
            hint = "what it wrote stands in the files; only kb undo cannot take it back: move it out of .journal/log"
            yield Problem(
                "error",
                "journal-damaged",
                f"entry {number} is damaged.",
                Place(_name(holdings, entries.file_of(holdings.folder, number))),
                hint=hint,
            )
    if (home / "digests.json").exists() and not entries.digests(holdings.folder):
        hint = "compare the files with git, then kb fsck --accept records them anew"
        yield Problem("error", "journal-damaged", "the digests of the files are damaged.", Place(".journal/digests.json"), hint=hint)
    if (home / "pending.json").exists():
        message, hint = (
            "could not be finished.",
            "free space and mend permissions, then kb fsck --repair; .journal/staged holds its texts, old and new",
        )
        if journal.unreadable(holdings.folder):
            message, hint = "what it had begun cannot be read; no command writes.", "kb fsck --repair puts it aside, in .journal/kept"
        yield Problem("error", "journal-pending", f"a command is half done, and {message}", Place(".journal/pending.json"), hint=hint)
    yield from _kept(holdings, home / "kept")


def _kept(holdings: Holdings, home: Path) -> Iterator[Problem]:
    """What was put aside, for people to look at."""
    for kept in sorted(home.iterdir()) if home.is_dir() else ():
        hint = "compare the two, run the command again if it is wanted, then delete this folder"
        message = "a command was killed, and a file was changed before it could be finished: the file stands, the command's texts are here."
        if kept.name.startswith(journal.UNREADABLE):
            hint = "look at the files (kb log, git diff), run the last command again if it is wanted, then delete this folder"
            message = "what a killed command had begun could not be read: the files stand as they were, what was left of it is here."
        yield Problem("warning", "kept-texts", message, Place(_name(holdings, kept)), hint=hint)


def _name(holdings: Holdings, path: Path) -> str:
    return path.relative_to(holdings.folder.root).as_posix()


def leavings(holdings: Holdings) -> list[Path]:
    """Temporary files that a killed command left, and nobody needs."""
    root, staged = holdings.folder.root, entries.path(holdings.folder) / "staged"
    own = [name for name in ("claims", "documents", entries.JOURNAL) if (root / name).is_dir() and not holdings.folder.leaves(name)]
    places = [p for name in own for p in sorted((root / name).rglob(".*.tmp"))]
    pending = (entries.path(holdings.folder) / "pending.json").exists()
    return [p for p in [*places, *root.glob(".*.tmp")] if not p.is_relative_to(staged)] + (
        [staged] if staged.exists() and not pending else []
    )


def _leavings(holdings: Holdings) -> Iterator[Problem]:
    for path in leavings(holdings):
        yield Problem(
            "warning", "left-over", "a killed command left this; nobody needs it.", Place(_name(holdings, path)), hint="kb fsck --repair"
        )


def _left_in_cache(holdings: Holdings) -> Iterator[Problem]:
    """What killed commands left in the disposable folder."""
    for path in cache.left_over(holdings.folder):
        message = "a killed command left this; nobody needs it."
        yield Problem("warning", "left-over", message, Place(_name(holdings, path)), hint="kb fsck --repair")


def damage(holdings: Holdings) -> list[Problem]:
    """Every byte that is not as a command wrote it, in files, documents and journal; needs none of the engines."""
    return [p for look in _BYTES for p in look(holdings)]


_BYTES = (changed, _documents, _journal)


# --- mending ------------------------------------------------------------------------------------------------------------------------


def repair(holdings: Holdings) -> list[str]:
    """Finish the journal, or put aside what nobody can read of it, remove left-overs, build the index anew beside the one that others
    read. Says what was done.
    """
    aside = journal.put_aside(holdings.folder)
    done = [f"put .journal/pending.json, which cannot be read, aside in {_name(holdings, aside)}"] if aside else []
    half = (entries.path(holdings.folder) / "pending.json").exists()
    with journal.writing(holdings.folder, "fsck --repair"):
        done += ["finished what a killed command had begun"] if half else []
        for path in leavings(holdings):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
            done.append(f"removed {_name(holdings, path)}")
    done += [f"removed {_name(holdings, path)}" for path in cache.tidy(holdings.folder)]
    holdings.refresh(anew=True)
    return done if holdings.in_memory() else [*done, "built the index anew from the text"]


def accept(holdings: Holdings) -> list[str]:
    """Take what was changed outside kb as it should be, from now on. Returns the files; a damaged one is never among them."""
    with journal.writing(holdings.folder, "fsck --accept"):
        told = [p.place.path for p in changed(holdings) if p.code == "changed-outside"]
        names = told if entries.digests(holdings.folder) else list(entries.taken(holdings.folder))
        journal.record(holdings.folder, names)
    return names
