"""Saved checks: queries that return no row if all is well. Each row is a problem of the record in
its first column.

A knowledge base's own checks may come from other people. Each has the limits of a query, all
together have a minute, and going over a limit is a problem, too.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from kb.app.checks import loops
from kb.app.checks.condition import usable_queries
from kb.app.derivation import twin_claims
from kb.errors import KbError, Place, Problem, Usage
from kb.model.rdf_terms import Answer
from kb.rdf import query_runner
from kb.store import Reader
from kb.store.sparql import LONGEST, narrowed
from kb.workspace.files import saved_queries
from kb.workspace.files.folder import Folder, shipped
from kb.workspace.files.saved_queries import SavedQuery

Open = Callable[[], Reader]
Row = Mapping[str, str | None]
# Record, property and value, each "" where none is named → its place.
Placing = Callable[[str, str, str], Place]

# The group of saved queries that are checks.
CHECKS: Final = "checks"
# Checks of values that shapes look at as well.
COVERED: Final = (
    "begins-after-publication",
    "dangling-reference",
    "reference-to-wrong-record",
    "unknown-predicate",
    "unknown-token",
)
# Bytes of stored files for which a check of everything may take another second.
PER_SECOND: Final = 500_000
# Seconds that all own checks may take together.
_SECONDS: Final = 60.0
# Characters of a narrowed check that its IRIs may take. The check itself may take as many.
_ROOM: Final = LONGEST // 2
# Characters around each IRI: angle brackets and a space.
_AROUND: Final = 3
# IRIs in a check that has a list of values of its own: the two multiply, and from about fifty pairs
# on, Oxigraph reads the whole index.
_FEW: Final = 5


def load(folder: Folder) -> dict[str, SavedQuery]:
    """Return the saved checks by name: those of the program and the knowledge base's own. Other
    saved queries of the program are not read.
    """
    found = {**saved_queries.load([shipped("queries")], [CHECKS]), **usable_queries(folder)}
    return {name: query for name, query in sorted(found.items()) if query.group == CHECKS}


def only_shipped(folder: Folder) -> bool:
    """Tell whether all saved checks of a knowledge base come with the program."""
    return all(_comes_with_program(query) for query in load(folder).values())


def problems(
    checks: Sequence[SavedQuery],
    reader: Open,
    focus: Collection[str] | None,
    place: Placing,
    tail: Callable[[str], str],
    folder: Folder,
) -> Iterator[Problem]:
    """Return what the checks find in the `focus` records of a knowledge base (IRIs; None for all).

    `place` finds the place of a record or a value, and `tail` shortens an IRI.
    """
    limits = _of_everything(folder) if focus is None else query_runner.WORK
    ours = [q for q in checks if _comes_with_program(q) and q.name != twin_claims.CHECK]
    for query in (q for q in checks if q.name == twin_claims.CHECK):
        for later, early in twin_claims.pairs(reader(), folder.base, focus):
            yield from _problem(query, {"subject": later, "other": early}, focus, place, tail)
    try:
        for query, row in list(_rows(ours, reader, focus, limits)):
            yield from _problem(query, row, focus, place, tail)
    except query_runner.OverLimit:
        for query in ours:
            yield from _alone(query, reader, focus, place, tail, limits)
    deadline = time.monotonic() + _SECONDS
    for query in checks:
        if not _comes_with_program(query):
            yield from _own(query, reader, focus, place, tail, deadline)


def beyond(rows: Iterable[Problem], found: Iterable[Problem]) -> Iterator[Problem]:
    """Yield the problems of checks without those about a value that a shape has named already: one
    wrong token is one problem.
    """
    reported = {(p.subject, p.place) for p in found if p.severity == "error" and p.place.end_line}
    for problem in rows:
        if problem.code not in COVERED or (problem.subject, problem.place) not in reported:
            yield problem


def _own(
    query: SavedQuery,
    reader: Open,
    focus: Collection[str] | None,
    place: Placing,
    tail: Callable[[str], str],
    deadline: float,
) -> Iterator[Problem]:
    """Run one of the knowledge base's own checks. Return its problems, or the reason why it
    gives none.
    """
    file = f"queries/{query.group}/{query.path.name}"
    hint = "make it simpler, or remove it"
    if time.monotonic() > deadline:
        message = f"this check was left out: the others before it took {_SECONDS:g} seconds."
        yield Problem("error", "own-check", message, Place(file), hint=hint)
        return
    try:
        rows = list(_rows([query], reader, focus, query_runner.ASKED))
    except query_runner.Damaged:
        raise
    except KbError as error:
        yield Problem("error", "own-check", error.message, Place(file), hint=hint)
        return
    for _, row in rows:
        yield from _problem(query, row, focus, place, tail)


def _alone(
    query: SavedQuery,
    reader: Open,
    focus: Collection[str] | None,
    place: Placing,
    tail: Callable[[str], str],
    limits: query_runner.Limits,
) -> Iterator[Problem]:
    """Run one check of the program. Return its problems, or that it went over a limit."""
    try:
        rows = list(_rows([query], reader, focus, limits))
    except query_runner.OverLimit as error:
        message = f"the check {query.name} was not finished: {error.message}"
        hint = "look for a record with thousands of values"
        yield Problem("error", "check-unfinished", message, hint=hint)
        return
    for _, row in rows:
        yield from _problem(query, row, focus, place, tail)


def _of_everything(folder: Folder) -> query_runner.Limits:
    """Return the limits of a check of all records, which takes longer the more there are."""
    size = 0
    for name in folder.files():
        with suppress(OSError):  # somebody may remove it meanwhile
            size += os.path.getsize(folder.root / name)
    return replace(query_runner.WORK, seconds=max(query_runner.WORK.seconds, size / PER_SECOND))


def _comes_with_program(query: SavedQuery) -> bool:
    return query.path.is_relative_to(shipped("queries"))


def _problem(
    query: SavedQuery,
    row: Row,
    focus: Collection[str] | None,
    place: Placing,
    tail: Callable[[str], str],
) -> Iterator[Problem]:
    """Return a row as a problem, if its record is in focus."""
    subject = next(iter(row.values())) or ""
    if focus is None or subject in focus:
        shown = {key: tail(value or "") for key, value in row.items()}
        message = _filled(query.message or query.summary, shown)
        other = row.get("other") or ""
        at = place(subject, other if "://" in other else "", row.get("value") or "")
        hint = _filled(query.hint, shown)
        yield Problem(query.severity or "error", query.name, message, at, subject, hint)


def _filled(text: str, shown: Mapping[str, str]) -> str:
    """Return a text with the values of a row in the place of its columns, as `{subject}`."""
    for key, value in shown.items():
        text = text.replace("{" + key + "}", value)
    return text


def _rows(
    checks: Sequence[SavedQuery],
    reader: Open,
    focus: Collection[str] | None,
    limits: query_runner.Limits,
) -> Iterator[tuple[SavedQuery, Row]]:
    """Return the rows of checks. The first column is the record with the problem.

    If a query allows it, it is limited to the records in focus.
    """
    for query, answer in _answered(checks, reader, focus, limits):
        if isinstance(answer, KbError):
            raise answer
        if isinstance(answer, Answer) and loops.links(query.text):
            answer = loops.looped(answer)
        for row in answer.dicts() if isinstance(answer, Answer) else ():
            yield query, row


def _answered(
    checks: Sequence[SavedQuery],
    reader: Open,
    focus: Collection[str] | None,
    limits: query_runner.Limits,
) -> list[tuple[SavedQuery, query_runner.Result | KbError]]:
    """Return each check with its answer or error, limited to the records in focus if possible."""
    asked = [(query, text) for query in checks for text in _narrow(query, focus)]
    answers = query_runner.several(reader, [text for _, text in asked], limits)
    found = [(query, answer) for (query, _), answer in zip(asked, answers, strict=True)]
    # If a query computes its first column, it cannot be limited, and the answer is Usage.
    failed = {query.name for query, answer in found if isinstance(answer, Usage)}
    again = [query for query in checks if query.name in failed]
    unlimited = query_runner.several(reader, [query.text for query in again], limits)
    found = [(query, answer) for query, answer in found if query.name not in failed]
    return [*found, *zip(again, unlimited, strict=True)]


def _narrow(query: SavedQuery, focus: Collection[str] | None) -> list[str]:
    """Return the queries that together check the records in focus. For a check of loops, it is
    the query for all links.
    """
    if links := loops.links(query.text):
        return [links]
    if focus is None or not query.columns:
        return [query.text]
    most = _FEW if "VALUES" in query.text else len(focus)
    return [narrowed(query.text, query.columns[0][0], part) for part in _parts(sorted(focus), most)]


def _parts(iris: Sequence[str], most: int) -> Iterator[list[str]]:
    """Split IRIs into parts that fit one query each, with at most so many. Without IRIs there is
    one empty part.
    """
    part: list[str] = []
    room = _ROOM
    for iri in iris:
        if part and (room < len(iri) + _AROUND or len(part) == most):
            yield part
            part, room = [], _ROOM
        part.append(iri)
        room -= len(iri) + _AROUND
    yield part
