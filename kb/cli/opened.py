"""The knowledge base that a command works on, its index up to date; or what it was on a date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import typer

from kb.app import knowledge_base
from kb.app.answers import Answers
from kb.app.condition import RECORDS, TEXTS, UNREAD, Condition
from kb.cli import session
from kb.cli.output import message
from kb.errors import Invalid, Problem, Unreadable, Usage

if TYPE_CHECKING:
    pass

AS_OF = typer.Option("", "--as-of", metavar="DATE", help="Only what had been published by then.")
KNOWN_ON = typer.Option(
    "", "--known-on", metavar="DATE", help="Only what had been recorded by then, as it was then."
)
POLICY = typer.Option(
    "", "--policy", metavar="NAME", help="Judge by this policy; else the one in kb.toml."
)
# Problems of one kind that are named one by one beside an answer.
NAMED = 5
# What a command needs that looks into the texts, too.
WITH_TEXTS = (*RECORDS, *TEXTS)


def opened(parts: Iterable[str] = RECORDS) -> knowledge_base.KnowledgeBase:
    """The one that is meant, its index up to date; says what is missing from an answer that needs
    these parts, and what is strange.
    """
    kb = from_text(parts)
    kb.refresh()
    return kb


def from_text(parts: Iterable[str] = RECORDS) -> knowledge_base.KnowledgeBase:
    """The same for a command that reads the files alone."""
    kb = knowledge_base.open(session.folder())
    say(kb.condition(), parts)
    return kb


def to_write() -> knowledge_base.KnowledgeBase:
    """The one that is meant, for a command that writes. Raises Invalid where it could record again
    what it cannot see.
    """
    kb = knowledge_base.open(session.folder())
    found = kb.condition()
    blocking = found.blocking()
    say(replace(found, problems=tuple(p for p in found.problems if p not in blocking)), ())
    if blocking:
        raise Invalid(blocking)
    return kb


def to_check() -> tuple[knowledge_base.KnowledgeBase, Condition]:
    """The one that is meant and its condition, which the report of the command is about. Raises
    Unreadable where its policy is unknown.
    """
    kb = knowledge_base.open(session.folder())
    found = kb.condition()
    if found.unknown_policy():
        say(found, ())
    return kb, found


def say(found: Condition, parts: Iterable[str]) -> None:
    """Say on stderr what is wrong with a knowledge base. What is missing from these parts changes
    the exit code of the command.

    Raises Unreadable where its policy is unknown.
    """
    told = Counter[str]()
    policy = found.unknown_policy()
    for problem in found.problems:
        told[problem.code] += 1
        if problem != policy and told[problem.code] <= NAMED:
            message(_sentence(problem))
    for code, number in told.items():
        if number > NAMED:
            message(f"warning: {number - NAMED} more like these ({code}); kb validate lists all")
    if found.missing(parts):
        session.incomplete()
    if policy:
        raise Unreadable(f"{policy.place}: {policy.message}", policy.hint)


def _sentence(problem: Problem) -> str:
    """A problem as it is said beside an answer."""
    place, hint = problem.place, f"  hint: {problem.hint}" if problem.hint else ""
    if problem.code in UNREAD and place.path.startswith("claims"):
        at = (
            f"line {place.line}, column {place.column}: "
            if place.line and place.column
            else f"line {place.line}: "
            if place.line
            else ""
        )
        return f"warning: {place.path} cannot be read, so what it contains is missing from this answer: {at}{problem.message}{hint}"
    where = "" if problem.message.startswith(f"{place} ") else f"{place}: "
    return f"warning: {where}{problem.message}{hint}"


def follow(problems: Iterable[Problem]) -> None:
    """Says that problems of the files that cannot be read come first: what the others miss may
    stand in those.
    """
    claims = [p for p in problems if p.place.path.partition("/")[0] == "claims"]
    unread = sorted({p.place.path for p in claims if p.code in UNREAD})
    if unread:
        message(
            f"note: mend {', '.join(unread)} first: what is said to be missing or unused elsewhere may stand there"
        )


def standing(
    as_of: str, known_on: str, policy: str = "", parts: Iterable[str] = RECORDS
) -> Answers:
    """The one that is meant, as it stood on these days, judged by a policy; says how many sources
    have no date to go by.
    """
    days = day(as_of, "--as-of"), day(known_on, "--known-on")
    if not any((*days, policy)):
        return opened(parts)
    from kb.reasoning.tables import undated

    view = from_text(parts).at(*days, policy or None)
    missing = len(undated(view.status().tables))
    if as_of and missing:
        message(
            f"note: left out of this view, for want of a date of publication: {missing} of the sources"
        )
    return view


def day(text: str, option: str) -> date | None:
    """A calendar day, None where none is given. Raises Usage."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Usage(f"{option} {text} is not a date.", f"{option} 2020-06-30") from None


def parameters(args: list[str]) -> dict[str, str]:
    """Values of a question's parameters, given as `NAME=VALUE` or `--NAME VALUE`. Raises Usage."""
    out: dict[str, str] = {}
    rest = iter(args)
    for arg in rest:
        key, equals, value = arg.removeprefix("--").partition("=")
        if not equals and arg.startswith("--"):
            value = next(rest, "")
        elif not equals:
            raise Usage(f"“{arg}” is not a parameter.", "write NAME=VALUE")
        out[key] = value
    return out
