"""kb validate, kb fmt, kb explain."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from kb.app.condition import RECORDS
from kb.cli.opened import follow, from_text, say, to_check, to_write
from kb.cli.options import shared
from kb.cli.output import emit, message
from kb.presentation import controls

if TYPE_CHECKING:
    from kb.app.validation import Report
    from kb.errors import Problem

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
@shared
def validate(
    paths: list[str] = typer.Argument(
        None, metavar="[PATH]…", help="Stored files or folders; everything by default."
    ),
    format: str = typer.Option(
        "human", "--format", "-f", metavar="FORMAT", help="human, json or github (annotations)."
    ),
) -> None:
    """Check syntax, shapes, references, dates, and quotes against the texts at hand. Exit code 1
    where there are errors.

    \b
    kb validate
    kb validate claims/main/sources --format github
    """
    from kb.errors import Usage
    from kb.workspace.folder import FORMAT

    if format not in {"human", "json", "github"}:
        raise Usage(f"there is no format “{format}”.", "human, json or github")
    kb, condition = to_check()
    report = kb.validate(paths or ())
    outcomes = ("verified", "mismatched", "not-checkable")
    counts = {o: sum(v == o for v in report.quotes.values()) for o in outcomes}
    _print(report, counts, format)
    told = {p.place.path for p in report.problems}
    untold = tuple(p for p in condition.problems if p.place.path not in told)
    say(replace(condition, problems=untold), RECORDS)
    follow(report.problems)
    if kb.folder.format < FORMAT:
        message(
            f"note: this knowledge base has format {kb.folder.format}; kb migrate brings it to {FORMAT}."
        )
    warnings = len(report.problems) - report.errors
    quotes = ", ".join(f"{n} {o.replace('-', ' ')}" for o, n in counts.items() if n) or "none"
    message(f"{report.errors} errors, {warnings} warnings; quotes: {quotes}.")
    raise typer.Exit(1 if report.errors else 0)


def _print(report: Report, counts: Mapping[str, int], format: str) -> None:
    """Print problems: a line each for people or for GitHub, or one JSON document with the quotes
    counted by outcome.
    """
    if format == "json":
        found = {"problems": [_fields(p) for p in report.problems], "quotes": counts}
        emit(controls.escaped(json.dumps(found, ensure_ascii=False, indent=1)) + "\n")
        return
    for problem in report.problems:
        print(_annotation(problem) if format == "github" else problem)


def _fields(problem: Problem) -> dict[str, object]:
    place = problem.place
    return {
        "severity": problem.severity,
        "code": problem.code,
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "message": problem.message,
        "subject": problem.subject,
        "hint": problem.hint,
    }


def _annotation(problem: Problem) -> str:
    """A workflow command of GitHub that marks a line of a file."""
    place = problem.place
    at = f"file={_property(place.path)},line={place.line or 1},col={place.column or 1}"
    text = _data(f"{problem.message} {problem.hint}".rstrip())
    return f"::{problem.severity} {at},title={problem.code}::{text}"


def _data(text: str) -> str:
    """Text of an annotation, which ends with its line: line ends in it are escaped as GitHub does
    it.
    """
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A property of an annotation, which ends with a comma or a colon, too."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


@app.command()
def fmt(
    check: bool = typer.Option(
        False, "--check", help="Change nothing; exit code 1 where a file is not canonical."
    ),
) -> None:
    """Make stored files canonical: fixed prefixes, records in a fixed order, one property a line.
    Comments stay.

    \b
    kb fmt --check
    """
    kb = from_text() if check else to_write()
    if not check:
        changed = kb.format()
        print("\n".join(f"formatted {name}" for name in changed) or "Every file is canonical.")
        return
    found = kb.formatted()
    for name in found:
        print(f"{name}: not canonical")
    message("kb fmt mends this." if found else "Every file is canonical.")
    raise typer.Exit(1 if found else 0)


@app.command()
def explain(
    code: str = typer.Argument(..., help="As printed by kb validate: quote-mismatch, …"),
) -> None:
    """What a problem's code means and how to mend it.

    \b
    kb explain quote-mismatch
    """
    from kb.app import knowledge_base

    print(knowledge_base.explain(code))
