"""Condition of a knowledge base: files that cannot be read, are missing, or do not fit.

Every command says the same, so that no answer is incomplete without a word; see
docs/decisions/0018.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kb.app.derivation import policy_names
from kb.errors import Invalid, KbError, Place, Problem, Usage
from kb.system import disk
from kb.system.modules import later
from kb.workspace.caches.verdicts import Verdict, Verdicts, verdicts
from kb.workspace.files import ontology, saved_queries, settings
from kb.workspace.files.folder import Folder
from kb.workspace.files.listing import Listing
from kb.workspace.files.saved_queries import SavedQuery
from kb.workspace.log import digests, log_entries, log_folder

if TYPE_CHECKING:
    from kb.workspace.caches import inspection
    from kb.workspace.files import revisions
else:
    inspection = later("kb.workspace.caches.inspection")
    revisions = later("kb.workspace.files.revisions")

# Problems that keep a whole file from being read.
UNREAD: Final = ("turtle-syntax", "unreadable")
# Problems of files whose records a writer does not see, so that it could record them a second time.
BLOCKING: Final = (*UNREAD, "missing-file", "foreign-base")
# Problems that make answers incomplete: what they concern is left out.
MISSING: Final = (*BLOCKING, "not-a-record", "own-query")
# Parts of a knowledge base, and where each is. Problems in a part that a command does not need do
# not change its exit code.
RECORDS: Final = ("claims", "ontology", settings.NAME)
TEXTS: Final = ("documents",)
QUESTIONS: Final = ("queries",)
LOG: Final = (log_folder.JOURNAL,)


@dataclass(frozen=True, slots=True)
class Condition:
    """The problems that were found. `used` tells whether this knowledge base ever had a stored
    file, according to its log. `digests` are those of the files that were looked at, by path.
    """

    problems: tuple[Problem, ...] = ()
    used: bool = False
    digests: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def missing(self, parts: Iterable[str] = RECORDS) -> list[Problem]:
        """Return the problems that make an answer from these parts incomplete.

        A log that this user may not read affects only answers about the log.
        """
        found = [p for p in self.problems if p.code in MISSING and _in(p.place.path, parts)]
        return [p for p in found if p.severity == "error" or p.place.path in LOG]

    def check_read(self) -> None:
        """Raise Invalid if a file cannot be read, because records would be missing."""
        if unread := [problem for problem in self.problems if problem.code in UNREAD]:
            raise Invalid(unread)

    def blocking(self) -> list[Problem]:
        """Return the problems that keep a command from writing, because it could record a second
        time what it did not see.
        """
        return [p for p in self.missing(("claims", settings.NAME)) if p.code in BLOCKING]

    def closed_log(self) -> Problem | None:
        """Return the log's problem if this user may not read it, so that nothing can be compared
        with it.
        """
        return next((p for p in self.problems if p.place.path == log_folder.JOURNAL), None)

    def unknown_policy(self) -> Problem | None:
        """Return the policy of the settings if there is no such policy, so that statuses cannot
        be computed.
        """
        return next((p for p in self.problems if p.code == "unknown-policy"), None)


def condition(folder: Folder) -> Condition:
    """Look at a knowledge base. Each file costs one look at its time, and is parsed only if it
    changed since the last command.
    """
    remembered = verdicts(folder)
    claims = folder.listed()
    recorded = _recorded(folder)
    problems = [
        *_claims(folder, claims, remembered),
        *_gone(folder, claims, recorded),
        *_log(folder),
        *_ontology(folder, remembered),
        *_queries(folder, remembered),
        *_texts(folder, remembered),
    ]
    remembered.keep()
    found = Condition(tuple(problems), digests=remembered.digests())
    # If the log cannot be read, there may have been files.
    used = bool(claims.files or recorded or found.closed_log() or _last(folder))
    return replace(found, used=used)


def usable_queries(folder: Folder) -> dict[str, SavedQuery]:
    """Return the knowledge base's own queries that can be run, by name."""
    found = saved_queries.own(folder)
    if not found:
        return found
    remembered = verdicts(folder)
    return {
        name: q for name, q in found.items() if not _query(folder, q.shown, remembered).problems
    }


def _in(path: str, parts: Iterable[str]) -> bool:
    return any(path == part or path.startswith(f"{part}/") for part in parts)


# --- claims


def _claims(folder: Folder, claims: Listing, remembered: Verdicts) -> Iterator[Problem]:
    """Return the problems of the stored files, including unusual files and a base that fits no
    record.
    """
    yield from claims.problems
    found = {
        n: remembered.of(n, f"{folder.root}/{n}", partial(_stored, folder, n)) for n in claims.files
    }
    foreign = [v for v in found.values() if any(p.code == "foreign-base" for p in v.problems)]
    fits = any(v.facts[:1] == ("fits",) for v in found.values())
    for verdict in found.values():
        yield from (p for p in verdict.problems if fits or p.code != "foreign-base")
    if foreign and not fits:
        yield _no_fit(folder, foreign)


def _stored(folder: Folder, name: str) -> Verdict:
    """Inspect one stored file. The module for it is imported only if a file has changed."""
    return inspection.stored(folder, name)


def _vocabulary(folder: Folder, path: Path, shown: str) -> Verdict:
    """Inspect one ontology file."""
    return inspection.vocabulary(folder, path, shown)


def _text(name: str, path: str) -> Verdict:
    """Inspect one text."""
    return inspection.text(name, path)


def _no_fit(folder: Folder, foreign: Sequence[Verdict]) -> Problem:
    """Return the problem of a base that fits no stored file."""
    guesses = Counter(v.facts[1] for v in foreign if len(v.facts) > 1 and v.facts[1])
    files = f"of the {len(foreign)} stored files" if len(foreign) > 1 else "of the stored file"
    message = f"no record {files} begins with the base <{folder.base}>, so no answer includes any."
    hint = (
        f'base = "{guesses.most_common(1)[0][0]}" would fit'
        if guesses
        else "compare it with the @base line of the files"
    )
    return Problem("error", "foreign-base", message, _setting(folder, "base"), hint=hint)


def _setting(folder: Folder, key: str) -> Place:
    """Return the place of a key in the settings."""
    with suppress(KbError):
        text = folder.read(settings.NAME)
        return Place(settings.NAME, settings.parse(text, settings.NAME).lines.get(key, 1))
    return Place(settings.NAME)


# --- what is gone


def _recorded(folder: Folder) -> Sequence[str] | None:
    """Return the files that commands wrote or accepted, or None if that is not known."""
    with suppress(OSError):
        found = digests.recorded(folder)
        names = found.files if found else digests.logged(folder)
        return [n for n in names if n != settings.NAME] if found or names else None
    return None


def _last(folder: Folder) -> int:
    with suppress(OSError):
        return log_entries.last(folder)
    return 0


def _gone(folder: Folder, claims: Listing, recorded: Sequence[str] | None) -> Iterator[Problem]:
    """Return the files that are no longer where a command left them."""
    present = set(claims.files)
    hidden = [p.place.path for p in claims.problems if p.severity == "error"]
    absent = [
        n
        for n in recorded or ()
        if n not in present and not _in(n, hidden) and digests.gone(folder.root / n)
    ]
    yield from missing_files(folder, absent)
    if recorded is None and not claims.files and not claims.problems and (number := _last(folder)):
        message = (
            f"there is no stored file here, though kb wrote some: its log has {number} entries."
        )
        yield Problem(
            "error",
            "missing-file",
            message,
            Place("claims"),
            hint="git restore claims, or bring it back from a copy",
        )


def _log(folder: Folder) -> Iterator[Problem]:
    """Return the problem of a log that this user may not read."""
    place = log_folder.path(folder)
    if disk.kind(place) == "a folder" and not os.access(place, os.R_OK | os.X_OK):
        message = "the log cannot be read, so files that are gone are not noticed."
        hint = "ask its owner; kb fsck needs it"
        yield Problem("warning", "unreadable", message, Place(log_folder.JOURNAL), hint=hint)


def missing_files(folder: Folder, names: Iterable[str]) -> Iterator[Problem]:
    """Return the problems of files that are gone, although no command removed them.

    They are only warnings if git has checked out another state.
    """
    absent = sorted(names)
    elsewhere = revisions.elsewhere(folder, absent) if absent else set()
    for name in absent:
        if name in elsewhere:
            message = (
                f"{name} is not in this checkout of git, although kb wrote it, so no answer "
                "includes it."
            )
            hint = (
                "kb fsck --accept if this checkout is meant; another checkout or merge restores it"
            )
            yield Problem("warning", "missing-file", message, Place(name), hint=hint)
        else:
            message = (
                f"{name} was removed outside kb, so what it contained is missing from every answer."
            )
            hint = (
                f"git restore {name}, or a copy, brings it back; if it was removed on purpose: "
                "kb fsck --accept"
            )
            yield Problem("error", "missing-file", message, Place(name), hint=hint)


# --- ontology, queries, documents


def _ontology(folder: Folder, remembered: Verdicts) -> Iterator[Problem]:
    """Return the problems of the knowledge base's own ontology files, and of a policy that no
    file declares.
    """
    yield from folder.own(ontology.PLACE, ontology.SUFFIX).problems
    policies = set[str]()
    for path in ontology.files(folder).values():
        own = path.is_relative_to(folder.root)
        shown = f"{ontology.PLACE}/{path.name}" if own else str(path)
        verdict = remembered.of(shown, str(path), partial(_vocabulary, folder, path, shown))
        yield from verdict.problems
        policies.update(verdict.facts)
    try:
        policy_names.named(sorted(policies), folder.policy)
    except Usage as error:
        yield Problem(
            "error", "unknown-policy", error.message, _setting(folder, "policy"), hint=error.hint
        )


def _queries(folder: Folder, remembered: Verdicts) -> Iterator[Problem]:
    """Return the problems of the knowledge base's own saved queries."""
    found = folder.own_queries()
    yield from found.problems
    first: dict[str, str] = {}
    taken = saved_queries.shipped_names()
    for name in sorted(found.files, key=saved_queries.group_number):
        if saved_queries.group_number(name) == len(saved_queries.GROUPS):
            hint = f"move it into queries/{saved_queries.GROUPS[0]}, or remove it"
            yield Problem(
                "warning",
                "strange-file",
                "this query is not in a folder that is read.",
                Place(name),
                hint=hint,
            )
            continue
        if Path(name).stem in taken:
            if not saved_queries.is_copy(folder, name):
                yield _shipped_name(name)
            continue
        yield from _query(folder, name, remembered).problems
        other = first.setdefault(Path(name).stem, name)
        if other != name:
            yield Problem(
                "error",
                "own-query",
                f"{other} has the same name and is used.",
                Place(name),
                hint="rename one of them",
            )


def _shipped_name(name: str) -> Problem:
    """Return the problem of an own query with the name of a query of the program."""
    message = f"{Path(name).stem} comes with the program, which uses its own query of this name."
    return Problem("error", "own-query", message, Place(name), hint="give yours another name")


def _query(folder: Folder, name: str, remembered: Verdicts) -> Verdict:
    """Check one own saved query."""
    path = folder.root / name
    return remembered.of(name, str(path), lambda: inspection.query(path, name))


def _texts(folder: Folder, remembered: Verdicts) -> Iterator[Problem]:
    """Return the problems of the documents: unusual files, and texts that cannot be opened."""
    found = folder.texts()
    yield from found.problems
    for name in found.files:
        path = f"{folder.root}/{name}"
        yield from remembered.of(name, path, partial(_text, name, path)).problems
