"""kb validate, kb fmt and kb explain: checks of the stored files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import typer

from kb.app.checks.condition import RECORDS
from kb.cli.opened import follow, from_text, say, to_check, to_write
from kb.cli.options import FORMAT, shared
from kb.cli.output import emit, message, prose, show
from kb.errors import Usage
from kb.presentation import formats
from kb.presentation.values import amount

if TYPE_CHECKING:
    from kb.app.checks.condition import Condition
    from kb.app.checks.validation import Report
    from kb.app.knowledge_base import KnowledgeBase
    from kb.errors import Problem

app = typer.Typer(rich_markup_mode=None, add_completion=False)


VALIDATE_FORMATS: Final = ("human", "json", "github")
VALIDATE_FORMAT: Final = typer.Option(
    "human", "--format", "-f", metavar="FORMAT", help="human, json or github (annotations)."
)
PATHS: Final = typer.Argument(
    None, metavar="[PATH]...", help="Stored files or folders; everything by default."
)
# The results of comparing a quote with its text, in the order of the report.
QUOTES: Final = ("verified", "mismatched", "not-checkable")
COLUMNS: Final = ("file", "state")


@app.command()
@shared
def validate(paths: list[str] = PATHS, format: str = VALIDATE_FORMAT) -> None:
    """Check syntax, shapes, references, dates and quotes. Exit code 1 if there are errors.

    Quotes are compared with the texts that are available.

    \b
    kb validate
    kb validate claims/main/sources --format github
    """
    if format not in (*VALIDATE_FORMATS, "table"):
        raise Usage(f"there is no format “{format}”.", "human, json or github")
    kb, condition = to_check()
    report = kb.validate(paths or ())
    counts = Counter(report.quotes.values())
    _print(report, {name: counts[name] for name in QUOTES}, format)
    _warn(condition, report)
    _suggest_migration(kb)
    message(_totals(report, counts))
    raise typer.Exit(1 if report.errors else 0)


def _warn(condition: Condition, report: Report) -> None:
    """Print the problems of the knowledge base that the report does not contain."""
    reported = {problem.place.path for problem in report.problems}
    others = [p for p in condition.problems if p.place.path not in reported]
    say(replace(condition, problems=tuple(others)), RECORDS)
    follow(report.problems)


def _totals(report: Report, counts: Mapping[str, int]) -> str:
    """Return the number of errors and warnings, and of quotes by result."""
    errors = amount(report.errors, "error")
    warnings = amount(len(report.problems) - report.errors, "warning")
    quotes = [f"{counts[name]} {name.replace('-', ' ')}" for name in QUOTES if counts[name]]
    return f"{errors}, {warnings}; quotes: {', '.join(quotes) or 'none'}."


def _suggest_migration(kb: KnowledgeBase) -> None:
    from kb.workspace.files.folder import FORMAT

    if kb.folder.format < FORMAT:
        message(
            f"note: this knowledge base has format {kb.folder.format}; "
            f"kb migrate updates it to {FORMAT}."
        )


def _print(report: Report, counts: Mapping[str, int], format: str) -> None:
    """Print problems: one a line for people or GitHub, or one JSON document with quote counts."""
    if format == "json":
        problems = [_fields(problem) for problem in report.problems]
        emit(formats.document({"problems": problems, "quotes": counts}))
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
    """Return a workflow command of GitHub that marks a line of a file."""
    place = problem.place
    at = f"file={_property(place.path)},line={place.line or 1},col={place.column or 1}"
    text = _data(f"{problem.message} {problem.hint}".rstrip())
    return f"::{problem.severity} {at},title={problem.code}::{text}"


def _data(text: str) -> str:
    """Escape text for an annotation, which is one line, in the way of GitHub."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape a property of an annotation, where commas and colons separate."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


@app.command()
@shared
def fmt(
    check: bool = typer.Option(
        False, "--check", help="Change nothing; exit code 1 if a file is not canonical."
    ),
    format: str = FORMAT,
) -> None:
    """Make stored files canonical: fixed prefixes and order, one property per line.

    Comments are kept.

    \b
    kb fmt --check
    """
    kb = from_text() if check else to_write()
    found = list(kb.formatted()) if check else kb.format()
    if format != "table":
        state = "not-canonical" if check else "formatted"
        show(COLUMNS, [[name, state] for name in found], format)
    else:
        for name in found:
            print(f"{name}: not canonical" if check else f"formatted {name}")
    if not found:
        message("Every file is canonical.")
    elif check:
        message("kb fmt makes them canonical.")
    raise typer.Exit(1 if check and found else 0)


@app.command()
@shared
def explain(
    code: str = typer.Argument(
        ..., metavar="CODE", help="A code as printed by kb validate, such as quote-mismatch."
    ),
    format: str = FORMAT,
) -> None:
    """Explain a problem code and how to fix the problem.

    \b
    kb explain quote-mismatch
    """
    from kb.app.inquiry import code_texts

    text = code_texts.explain(code)
    if format == "table":
        prose(text.split("\n"))
        return
    meaning, _, remedy = text.partition("\n")[2].partition("To fix it: ")
    show(("code", "meaning", "fix"), [[code, meaning.strip(), remedy or None]], format)
