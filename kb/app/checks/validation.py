"""Validation of records: ids, shapes, values, dates, passages against the texts. Never raises on
content; problems have places.

References and other rules across records are saved checks (`queries/checks`), which run on the
index.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kb import notes
from kb.app.checks import oddities, passage_checks, private_words
from kb.app.stored_files import TYPE, File
from kb.errors import Problem
from kb.model.records import (
    Record,
)
from kb.rdf import literals, shacl, turtle_reader
from kb.rdf.shacl import Shapes


@dataclass(frozen=True, slots=True)
class Report:
    """All problems, and the quotes by outcome: id → verified, mismatched or not-checkable."""

    problems: tuple[Problem, ...]
    quotes: Mapping[str, str]

    @property
    def errors(self) -> int:
        """Return the number of errors."""
        return sum(p.severity == "error" for p in self.problems)


def run(
    files: Sequence[File],
    base: str,
    against: Shapes,
    document: Callable[[str], str | None],
    focus: Collection[str] | None = None,
    limited: bool = False,
) -> Report:
    """Return problems of the `focus` records (keys; None for all). `document` returns a text by
    its SHA-256, or None. If `limited`, only a few words of a passage may be stored.
    """
    wanted = [(f, r) for f in files for r in f.records if focus is None or r.path + r.id in focus]
    notes.step("checking shapes")
    shaped = list(_shapes(files, wanted, base, against))
    problems = [
        *_twice(files, base),
        *_values(wanted, base, shaped),
        *oddities.dates(wanted, base),
        *oddities.unseen(wanted, base),
        *oddities.units_of(wanted, base),
    ]
    checked = passage_checks.check(files, wanted, base, document, limited)
    problems += checked.problems
    if limited:
        problems += private_words.problems(files, wanted, base, document)
    return Report(_ordered(problems, files), checked.quotes)


def _ordered(problems: Iterable[Problem], files: Sequence[File]) -> tuple[Problem, ...]:
    """Sort problems by file and line. Problems without a file come first."""
    paths = {file.path for file in files}
    order = {path: number for number, path in enumerate(sorted(paths))}

    def key(problem: Problem) -> tuple[int, int, str, str]:
        """Return the file, line, code and message by which a problem is sorted."""
        place = problem.place
        return (order.get(place.path, -1), place.line, problem.code, problem.message)

    return tuple(sorted(problems, key=key))


def _twice(files: Sequence[File], base: str) -> Iterable[Problem]:
    first: dict[str, File] = {}
    for file in files:
        for record in file.records:
            iri = turtle_reader.iri_of(record, base)
            other = first.setdefault(iri, file)
            if other is not file:
                message = f"{iri.removeprefix(base)} is described in {other.path} as well."
                yield Problem(
                    "error", "id-twice", message, file.place(iri), iri, "keep one; rename the other"
                )


def _shapes(
    files: Sequence[File], wanted: Sequence[tuple[File, Record]], base: str, against: Shapes
) -> Iterable[Problem]:
    homes = {turtle_reader.iri_of(r, base): f for f, r in wanted}
    data = [t for f in files for t in f.triples if t[0].value in homes or t[1].value == TYPE]
    return shacl.problems(
        data,
        list(homes),
        base,
        lambda focus, property, value: homes[focus].place(focus, property, value),
        against,
    )


def _values(
    wanted: Sequence[tuple[File, Record]], base: str, shaped: Sequence[Problem]
) -> Iterable[Problem]:
    """Return problems of values, from the shapes and `kb.rdf.literals`. Of two about the same
    value, the more specific one counts.
    """
    reported = {(p.subject, p.place) for p in shaped}
    placed = list(_flaws(wanted, base))
    better = {(p.subject, p.place) for flaw, p in placed if not flaw.form and flaw.property}
    yield from (p for p in shaped if (p.subject, p.place) not in better)
    yield from (p for flaw, p in placed if not flaw.form or (p.subject, p.place) not in reported)


def _flaws(
    wanted: Sequence[tuple[File, Record]], base: str
) -> Iterator[tuple[literals.Flaw, Problem]]:
    """Return faults in the values of records, also as problems."""
    files = {file.path: file for file, _ in wanted}
    stated = {path: turtle_reader.by_subject(file.triples) for path, file in files.items()}
    for file, record in wanted:
        iri = turtle_reader.iri_of(record, base)
        for flaw in literals.flaws(record, stated[file.path].get(iri, {})):
            place = file.place(iri, flaw.property, flaw.value)
            yield (
                flaw,
                Problem(flaw.severity, flaw.code, flaw.message, place, iri, flaw.hint),
            )
