"""The knowledge base that a command works on, its index up to date; or what it was on a date."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, TypeVar

import typer

from kb import base
from kb.answers import Answers
from kb.cli.output import message
from kb.errors import Problem, Usage

if TYPE_CHECKING:
    from kb.known import Known

AS_OF = typer.Option("", "--as-of", metavar="DATE", help="Only what had been published by then.")
KNOWN_ON = typer.Option("", "--known-on", metavar="DATE", help="Only what had been recorded by then, as it was then.")
POLICY = typer.Option("", "--policy", metavar="NAME", help="Judge by this policy; else the one in kb.toml.")
_Found = TypeVar("_Found")


def opened() -> base.KnowledgeBase:
    """The one that is meant; says which files cannot be read, since no answer holds what they hold."""
    kb = base.open()
    _warn(kb.refresh().broken)
    return kb


def _warn(broken: Iterable[str]) -> None:
    for name in broken:
        message(f"warning: {name} cannot be read, so what it holds is missing from this answer; kb validate says where")


def follow(problems: Iterable[Problem]) -> None:
    """Says that problems of the files that cannot be read come first: what the others miss may stand in those."""
    from kb.holdings import UNREAD

    unread = sorted({p.place.path for p in problems if p.code in UNREAD})
    if unread:
        message(f"note: mend {', '.join(unread)} first: what is said to be missing or unused elsewhere may stand there")


def standing(as_of: str, known_on: str, policy: str = "") -> Answers:
    """The one that is meant, as it stood on these days, judged by a policy; says how many sources have no date to go by."""
    days = day(as_of, "--as-of"), day(known_on, "--known-on")
    if not any((*days, policy)):
        return opened()
    from kb.reasoning.tables import undated

    view = base.open().at(*days, policy or None)
    _warn(sorted({p.place.path for p in view.unread}))
    missing = len(undated(view.found.tables))
    if as_of and missing:
        message(f"note: left out of this view, for want of a date of publication: {missing} of the sources")
    return view


def looked_up(kb: Answers, known: Known, name: str, look: Callable[[Known], _Found]) -> _Found:
    """What is meant by a name. Raises Usage; in a dated view, of what is known by now and was not then, it says that."""
    try:
        return look(known)
    except Usage:
        if not isinstance(kb, base.KnowledgeBase):
            look(base.open().known())
            raise Usage(f"“{name}” is not in this view: it came later.", "leave out the date") from None
        raise


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
