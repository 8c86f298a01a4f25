"""Validation of a knowledge base: problems of all stored files, or of those that were named."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from kb.app.audit import kept_reports, revalidation
from kb.app.audit.kept_reports import Parts
from kb.app.checks import saved_checks, validation
from kb.app.checks.condition import UNREAD, Condition
from kb.app.checks.validation import Report
from kb.app.session import Session
from kb.app.stored_files import File
from kb.errors import Problem, Usage
from kb.workspace.caches import document_library


def validate(session: Session, paths: Sequence[str] = ()) -> Report:
    """Validate the files at `paths`, by default all. Problems of unreadable files come first,
    because others may follow from them.

    If nothing has changed since the last validation of all files, its report is returned. If a few
    records have changed, only what they can affect is validated again.
    """
    if paths or session.excerpt:
        return validate_anew(session, paths)
    found = session.condition()
    before = kept_reports.state(session.folder, found)
    kept = kept_reports.kept(session.folder) if before else None
    if kept and kept.state == before:
        return _report(session, kept.parts, found)
    renewed = revalidation.renewed(session, kept, before) if kept and before else None
    parts, texts = renewed or _whole(session)
    now = session.condition()
    if before and kept_reports.state(session.folder, now) == before:
        kept_reports.keep(session.folder, before, parts, texts)
    return _report(session, parts, now)


def _whole(session: Session) -> tuple[Parts, Mapping[str, str]]:
    """Validate everything. Return the parts of the report, and the texts of the files by path."""
    files, found = session.files()
    return _parts(session, files, found), {file.path: file.text for file in files}


def _parts(session: Session, files: Sequence[File], found: Sequence[Problem]) -> Parts:
    """Validate all files. `found` are the problems that were found on reading them."""
    report, listed = of_files(session, files), set(session.folder.listed().problems)
    return Parts(
        tuple(problem for problem in found if problem not in listed),
        report.problems,
        tuple(session.asked(lambda reader: session.checks(reader, files))),
        report.quotes,
        revalidation.past_types(files),
    )


def validate_anew(
    session: Session,
    paths: Sequence[str] = (),
    read: tuple[list[File], list[Problem]] | None = None,
) -> Report:
    """Validate the files at `paths`, by default all, whatever is kept. `read` has the files if they
    have been read already.
    """
    files, found = read or session.files()
    if paths:
        return _of_paths(session, paths, files, found)
    return _report(session, _parts(session, files, found), session.condition())


def _of_paths(
    session: Session, paths: Sequence[str], files: Sequence[File], found: Sequence[Problem]
) -> Report:
    """Validate the files at some paths. Raises Usage if there are none."""
    problems = [*found, *_strange(session.condition(), found)]
    chosen = {_relative(session, path) for path in paths}
    picked = [file for file in files if _is_wanted(file.path, chosen)]
    if not picked and not any(_is_wanted(p.place.path, chosen) for p in problems):
        raise Usage(
            f"no stored file is at {', '.join(paths)}.",
            "stored files are the *.ttl under claims/",
        )
    focus = {r.path + r.id for f in picked for r in f.records}
    report = of_files(session, files, focus)
    rows = session.asked(lambda reader: session.checks(reader, files))
    problems += saved_checks.beyond(rows, report.problems)
    own = [problem for problem in problems if _is_wanted(problem.place.path, chosen)]
    return Report(_sorted((*own, *report.problems)), report.quotes)


def of_files(
    session: Session, files: Sequence[File], focus: Collection[str] | None = None
) -> Report:
    """Return the problems of files, stored or not, by shapes and values; of the records in `focus`,
    or of all.
    """
    base, shapes = session.folder.base, session.shapes()
    found = document_library.finder(session.folder)
    limited = session.folder.passages == "fragments"
    return validation.run(files, base, shapes, found, focus, limited)


def _report(session: Session, parts: Parts, found: Condition) -> Report:
    """Return a report from its parts and the condition of the knowledge base."""
    rows = saved_checks.beyond(parts.checked, parts.shaped)
    others = (*parts.read, *_strange(found, parts.read), *rows)
    return Report(_sorted((*others, *parts.shaped)), parts.quotes)


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort problems by place, those of unreadable files first."""
    return tuple(sorted(problems, key=_key))


def _key(problem: Problem) -> tuple[object, ...]:
    place = problem.place
    at = (place.path, place.line, place.column, problem.code)
    return (problem.code not in UNREAD, *at, problem.message, problem.subject)


def _strange(condition: Condition, problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems of the condition that are not about the content of stored files."""
    reported = {(p.code, p.place.path) for p in problems}
    return [p for p in condition.problems if (p.code, p.place.path) not in reported]


def _relative(session: Session, path: str) -> str:
    resolved = Path(os.path.realpath(path))
    return (
        resolved.relative_to(session.folder.root).as_posix()
        if resolved.is_relative_to(session.folder.root)
        else path
    )


def _is_wanted(path: str, chosen: Collection[str]) -> bool:
    """Tell whether a path is one of these or in one of these folders."""
    return any(path == c or path.startswith(c.rstrip("/") + "/") for c in chosen)
