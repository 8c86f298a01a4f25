"""Validation of a knowledge base: problems of all stored files, or of those that were named."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

from kb.app.audit import kept_reports
from kb.app.checks import saved_checks, validation
from kb.app.checks.condition import UNREAD
from kb.app.checks.validation import Report
from kb.app.session import Session
from kb.app.stored_files import File
from kb.errors import Problem, Usage
from kb.workspace import document_library


def validate(session: Session, paths: Sequence[str] = ()) -> Report:
    """Validate the files at `paths`, by default all. Problems of unreadable files come first,
    because others may follow from them.

    If nothing has changed since the last validation of all files, its report is returned.
    """
    if paths or session.excerpt:
        return validate_anew(session, paths)
    before = kept_reports.state(session.folder, session.condition())
    found = kept_reports.kept(session.folder, before)
    if found is None:
        found = validate_anew(session)
        if kept_reports.state(session.folder, session.condition()) == before:
            kept_reports.keep(session.folder, before, found)
    return found


def validate_anew(
    session: Session,
    paths: Sequence[str] = (),
    read: tuple[list[File], list[Problem]] | None = None,
) -> Report:
    """Validate the files at `paths`, by default all, whatever is kept. `read` has the files if they
    have been read already.
    """
    files, found = read or session.files()
    problems = [*found, *_strange(session, found)]
    chosen = {_relative(session, path) for path in paths}
    picked = [file for file in files if _is_wanted(file.path, chosen)]
    if chosen and not picked and not any(_is_wanted(p.place.path, chosen) for p in problems):
        raise Usage(
            f"no stored file is at {', '.join(paths)}.",
            "stored files are the *.ttl under claims/",
        )
    focus = {r.path + r.id for f in picked for r in f.records} if chosen else None
    report = of_files(session, files, focus)
    rows = session.asked(lambda reader: session.checks(reader, files))
    problems += saved_checks.beyond(rows, report.problems)
    own = [problem for problem in problems if _is_wanted(problem.place.path, chosen)]
    return Report(tuple(sorted((*own, *report.problems), key=_first)), report.quotes)


def of_files(
    session: Session, files: Sequence[File], focus: Collection[str] | None = None
) -> Report:
    """Return the problems of files, stored or not, by shapes and values; of the records in `focus`,
    or of all.
    """
    base, shapes = session.folder.base, session.shapes()
    found = partial(document_library.find, session.folder)
    limited = session.folder.passages == "fragments"
    return validation.run(files, base, shapes, found, focus, limited)


def _first(problem: Problem) -> tuple[bool, str, int, str]:
    """Return the sort key of a problem. Problems of unreadable files come first."""
    return (problem.code not in UNREAD, problem.place.path, problem.place.line, problem.code)


def _strange(session: Session, problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems of the condition that are not about the content of stored files."""
    reported = {(p.code, p.place.path) for p in problems}
    return [p for p in session.condition().problems if (p.code, p.place.path) not in reported]


def _relative(session: Session, path: str) -> str:
    resolved = Path(os.path.realpath(path))
    return (
        resolved.relative_to(session.folder.root).as_posix()
        if resolved.is_relative_to(session.folder.root)
        else path
    )


def _is_wanted(path: str, chosen: Collection[str]) -> bool:
    """Tell whether a path is one of these or in one of these folders, or nothing was chosen."""
    inside = any(path == c or path.startswith(c.rstrip("/") + "/") for c in chosen)
    return inside or not chosen
