"""Integrity checks: files, records, quotes, documents, log and index. Each problem says how to
fix it.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from kb import notes
from kb.app.audit import damage, index_audit, leftovers, verification
from kb.app.checks.condition import UNREAD
from kb.app.checks.validation import Report
from kb.app.session import Session
from kb.app.stored_files import File
from kb.errors import Place, Problem
from kb.rdf import turtle_reader, turtle_writer
from kb.workspace.caches import cache
from kb.workspace.catalogs.past_files import past
from kb.workspace.log import digests, log_entries, log_folder
from kb.workspace.transactions import staging, transaction

# Codes of the problems that have a row of their own. The row of shapes and checks has all others.
IDS = ("record-twice", "id-twice", "quote-id", "duplicate-assertion")
REFERENCES = ("dangling-reference", "reference-to-wrong-record", "relay-missing")
QUOTES = ("quote-mismatch", "quote-outside-source")
SURROUNDINGS = ("foreign-base", "own-query", "own-shapes", "names-alike", "strange-file")
# How often the checks are repeated if commands write at the same time.
AGAIN = 2
# Warnings that a command at work can cause.
MOMENTARY = ("changed-outside", "left-over", "kept-texts", "missing-document")
# Problems that `accept` removes.
ACCEPTED = ("changed-outside", "missing-file")


@dataclass(frozen=True, slots=True)
class Row:
    """The result for one kind of thing: how many were checked, how many have a problem, and a
    remark.
    """

    what: str
    checked: int
    wrong: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """The result of all checks: a row for each kind of thing, and every problem."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]

    def confirmed(self, other: Health) -> Health:
        """Return the problems that a second check also found, with the counts of that check."""
        again = set(map(str, other.problems))
        both = tuple(p for p in self.problems if str(p) in again)
        return Health(
            other.rows if both else tuple(replace(row, wrong=0) for row in other.rows), both
        )

    @property
    def doubtful(self) -> bool:
        """Tell whether a command that writes at the same time may have caused any of the
        problems.
        """
        return any(p.severity == "error" or p.code in MOMENTARY for p in self.problems)

    @property
    def errors(self) -> int:
        """Return the number of errors. A change made outside is not an error."""
        return sum(p.severity == "error" for p in self.problems)


def fsck(session: Session, head: str = "") -> Health:
    """Check everything. `head` is a digest with which the log is compared.

    Writes nothing. Raises Usage if `head` is no digest.
    """
    proof = tuple(damage.unproven(session, head) if head else ())
    read = session.files()
    files, report = read[0], verification.validate_anew(session, read=read)
    looks = (damage.changed, damage.documents, damage.log, damage.missing, leftovers.problems)
    bytes_, documents, logged, missing, left = (
        tuple(look(session)) for look in notes.counted(looks, "comparing with the log")
    )
    graphs, other = _of_index(session, files)
    written, layouts = _of_files(session, files, report, bytes_)
    rows = (
        *written,
        *_of_records(session, files, report),
        *_of_history(session, (*documents, *missing), len(missing), (*logged, *proof)),
        Row("left-over files", len(left), len(left)),
        graphs,
    )
    found = (*layouts, *documents, *missing, *logged, *proof, *left, *other)
    # A file that is gone is found twice.
    return Health(rows, (*dict.fromkeys((*bytes_, *report.problems)), *found))


def _of_files(
    session: Session, files: Sequence[File], report: Report, changed: Sequence[Problem]
) -> tuple[list[Row], list[Problem]]:
    """Check the bytes and the layout of the files."""
    broken = {p.place.path for p in report.problems if p.code in UNREAD and _stored(p)}
    sound = [f for f in files if f.path not in broken]
    layouts = list(_layout(sound, session.folder.base))
    recorded = len(damage.expected(session))
    unrecorded = "" if recorded else "no digests are recorded here yet"
    rows = [
        Row("files unchanged since the last command", recorded, len(changed), unrecorded),
        Row("files with valid Turtle", len(files), len(broken)),
        Row("files in canonical layout", len(files) - len(broken), len(layouts)),
    ]
    return rows, layouts


def _of_index(session: Session, files: Sequence[File]) -> tuple[Row, Sequence[Problem]]:
    """Compare the graphs of the index with the files."""
    found, unseen = index_audit.audit(session, files)
    indexed = sum(not past(f.path) for f in files)
    return Row("graphs of the index", indexed, len(found), unseen), found


def _of_history(
    session: Session, documents: Sequence[Problem], missing: int, logged: Sequence[Problem]
) -> Iterator[Row]:
    """Check the documents and the log."""
    texts = len(damage.texts(session)) + missing
    yield Row("documents by their digest", texts, len(documents))
    entries = len(log_entries.numbers(session.folder))
    yield Row("entries of the log", entries, len(logged))


def _of_records(session: Session, files: Sequence[File], report: Report) -> Iterator[Row]:
    """Return the results of validation, by kind."""
    ids, references, quoted, around, rest = _sorted(report.problems)
    own = (session.folder.own("ontology", ".ttl"), session.folder.own_queries())
    records = sum(len(f.records) for f in files)
    pointers = sum(o.kind == "iri" for f in files for _, _, o in f.triples)
    yield Row("ids that belong to one record", records, len(ids))
    yield Row("references", pointers, len(references))
    yield Row("quotes", len(report.quotes), len(quoted), _outcomes(report))
    yield Row("records that fit all shapes and checks", records, len(rest))
    yield Row("settings, names, own files", 1 + sum(len(o.files) for o in own), len(around))


def _outcomes(report: Report) -> str:
    """Count quotes by outcome, in words."""
    found = Counter(report.quotes.values())
    kinds = ("verified", "mismatched", "not-checkable")
    return ", ".join(f"{found[kind]} {kind.replace('-', ' ')}" for kind in kinds if found[kind])


def undisturbed(session: Session, look: Callable[[], Health]) -> Health:
    """Check while nobody writes. If commands are writing, check again and report only problems
    that are found each time.
    """
    before = transaction.calm(session.folder)
    found = look()
    for _ in range(AGAIN):
        after = transaction.calm(session.folder)
        if not found.doubtful or (before is not None and after == before):
            break
        before = after
        found = found.confirmed(look())
    return found


def _sorted(problems: Sequence[Problem]) -> tuple[list[Problem], ...]:
    """Group problems by the row that counts them: ids, references, quotes, own files, and the rest.

    Stored files that are gone or cannot be read are counted with the files.
    """
    groups: tuple[list[Problem], ...] = ([], [], [], [], [])
    for p in problems:
        if p.code in UNREAD and not _stored(p):
            groups[3].append(p)
        elif p.code not in (*UNREAD, "missing-file"):
            codes = (IDS, REFERENCES, QUOTES, SURROUNDINGS)
            groups[next((n for n, row in enumerate(codes) if p.code in row), 4)].append(p)
    return groups


def _stored(problem: Problem) -> bool:
    """Tell whether a problem is in the stored files."""
    return problem.place.path.partition("/")[0] == "claims"


def _layout(files: Sequence[File], base: str) -> Iterator[Problem]:
    for file in files:
        # Quicker than `tidy`, and enough for a file without comments.
        if turtle_writer.compose(file.triples, base) == file.text:
            continue
        with suppress(turtle_reader.Broken):
            if turtle_writer.tidy(file.text, base) != file.text:
                yield Problem(
                    "warning",
                    "not-canonical",
                    "this file is not in canonical layout.",
                    Place(file.path),
                    hint="kb fmt",
                )


# --- repair


def repair(session: Session) -> list[str]:
    """Repair what can be repaired without losing anything. Return what was done, in words.

    Complete an interrupted change, or set it aside if it cannot be read; remove left-over files;
    build a new index beside the one that others read.
    """
    folder, done = session.folder, list[str]()
    aside = transaction.put_aside(folder)
    if aside:
        place = log_folder.relative(folder, aside)
        done.append(f"put .journal/pending.json, which cannot be read, aside in {place}")
    half = (log_folder.path(folder) / "pending.json").exists()
    with transaction.writing(folder, "fsck --repair"):
        done += ["completed the change of an interrupted command"] if half else []
        left = leftovers.found(session)
        staging.clear(folder)
        for path in left:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
            done.append(f"removed {log_folder.relative(folder, path)}")
    done += [f"removed {log_folder.relative(folder, path)}" for path in cache.tidy(folder)]
    session.refresh(anew=True)
    return done if session.in_memory() else [*done, "built a new index from the files"]


def accept(session: Session) -> list[str]:
    """Mark changes made outside kb as intended. Return the files; damaged ones are left alone."""
    with transaction.writing(session.folder, "fsck --accept"):
        known, now = damage.expected(session), digests.taken(session.folder)
        seen = {p.place.path for p in damage.changed(session) if p.code in ACCEPTED}
        names = sorted(seen.union(damage.forged(session)) if known else now)
        absent = ("", "")
        pairs = {n: (known.get(n, absent)[0], now.get(n, absent)[0]) for n in names if known}
        if pairs or digests.recorded(session.folder) is None:
            transaction.accept(session.folder, pairs, "fsck --accept")
    return names
