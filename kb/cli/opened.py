"""The knowledge base that a command works on, with its warnings; also as it was on a date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from kb.app import knowledge_base
from kb.app.checks.condition import RECORDS, TEXTS, UNREAD, Condition
from kb.cli import session
from kb.cli.output import message
from kb.errors import Invalid, Problem, Unreadable, Usage
from kb.presentation import condition_words
from kb.presentation.values import amount
from kb.workspace.files.server_settings import LONGEST

if TYPE_CHECKING:
    from kb.app.answers import Answers

# Problems with one code that are printed one by one beside an answer.
NAMED: Final = 5
# The parts of a knowledge base that a command needs if it also reads the texts.
WITH_TEXTS: Final = (*RECORDS, *TEXTS)


def opened(parts: Iterable[str] = RECORDS) -> knowledge_base.KnowledgeBase:
    """Open the knowledge base with an up-to-date index.

    Warn about its problems; those in `parts` make the answer of the command incomplete.
    """
    kb = from_text(parts)
    kb.refresh()
    return kb


def from_text(parts: Iterable[str] = RECORDS) -> knowledge_base.KnowledgeBase:
    """Open the knowledge base like `opened`, for a command that reads the files only."""
    kb = knowledge_base.open(session.folder())
    say(kb.condition(), parts)
    return kb


def to_write() -> knowledge_base.KnowledgeBase:
    """Open the knowledge base for a command that writes.

    Raises Invalid if records cannot be read: the command might record them a second time.
    """
    kb = knowledge_base.open(session.folder())
    found = kb.condition()
    blocking = found.blocking()
    say(replace(found, problems=tuple(p for p in found.problems if p not in blocking)), ())
    if blocking:
        raise Invalid(blocking)
    return kb


def to_check() -> tuple[knowledge_base.KnowledgeBase, Condition]:
    """Open the knowledge base for a command that reports on its condition.

    Raises Unreadable if its policy is unknown.
    """
    kb = knowledge_base.open(session.folder())
    found = kb.condition()
    if found.unknown_policy():
        say(found, ())
    return kb, found


def say(found: Condition, parts: Iterable[str]) -> None:
    """Warn about the problems of a knowledge base.

    If something is missing from these parts, the exit code of the command becomes 1. Raises
    Unreadable if the policy of the knowledge base is unknown.
    """
    seen = Counter[str]()
    policy = found.unknown_policy()
    for problem in found.problems:
        seen[problem.code] += 1
        if problem != policy and seen[problem.code] <= NAMED:
            message(f"warning: {condition_words.sentence(problem)}")
    for code, number in seen.items():
        if number > NAMED:
            message(f"warning: {number - NAMED} more like these ({code}); kb validate lists all")
    if found.missing(parts):
        session.incomplete()
    if policy:
        raise Unreadable(f"{policy.place}: {policy.message}", policy.hint)


def follow(problems: Iterable[Problem]) -> None:
    """Tell the user to fix unreadable files first; other problems may follow from them."""
    claims = [p for p in problems if p.place.path.partition("/")[0] == "claims"]
    unread = sorted({p.place.path for p in claims if p.code in UNREAD})
    if unread:
        message(
            f"note: fix {', '.join(unread)} first: records that seem to be missing or unused "
            "may be in there"
        )


def opened_at(
    as_of: str, known_on: str, policy: str = "", parts: Iterable[str] = RECORDS
) -> Answers:
    """Open the knowledge base as it was on these days, judged by a policy.

    Say how many sources have no date and are therefore left out.
    """
    days = day(as_of, "--as-of"), day(known_on, "--known-on")
    if not any((*days, policy)):
        return opened(parts)
    view = from_text(parts).at(*days, policy or None)
    if as_of:
        mention_undated(view)
    return view


def opened_files(place: str, engine: str, as_of: str, policy: str) -> Answers:
    """Open the files of `kb export parquet` with statuses by an engine."""
    home = knowledge_base.open(session.folder())
    view = home.of_files(place, engine, day(as_of, "--as-of"), policy or None)
    if as_of:
        mention_undated(view)
    return view


def mention_undated(kb: Answers) -> None:
    """Say how many sources are left out because nobody knows when they were published."""
    missing = len(kb.undated())
    if missing:
        number = amount(missing, "source")
        message(f"note: {number} left out because the publication date is unknown")


def day(text: str, option: str) -> date | None:
    """Read a calendar day; return None for an empty text. Raises Usage."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Usage(f"{option} {text} is not a date.", f"{option} 2020-06-30") from None


def seconds(timeout: float | None) -> float | None:
    """Check the value of --timeout. Raises Usage."""
    if timeout is not None and not 0 < timeout <= LONGEST:
        raise Usage(
            f"--timeout {timeout:g} is not a number of seconds above 0 and up to {LONGEST:g}.",
            "--timeout 60",
        )
    return timeout


def parameters(args: Iterable[str]) -> dict[str, str]:
    """Read the parameters of a question: `NAME=VALUE` or `--NAME VALUE`. Raises Usage."""
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
