"""kb coverage: the sentences that are coded, skipped or open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import typer

from kb.cli.opened import WITH_TEXTS, from_text, to_write
from kb.cli.options import FORMAT, shared
from kb.cli.output import message, show
from kb.errors import Usage
from kb.presentation import coverage_rows

if TYPE_CHECKING:
    from kb.app.inquiry.coverage import Coverage
    from kb.app.knowledge_base import KnowledgeBase

app = typer.Typer(rich_markup_mode=None, add_completion=False)
SOURCE: Final = typer.Argument(
    "",
    metavar="SOURCE",
    help="Its id, or the beginning of its id or file name; all sources by default.",
)
STATE: Final = typer.Option(
    "", "--state", metavar="STATE", help="Only sentences that are coded, skipped or open."
)
CHECK: Final = typer.Option(False, "--check", help="Exit with 1 if a sentence is open.")
RECORD: Final = typer.Option(
    False, "--record", help="Store the positions of sentences of available texts."
)


@app.command()
@shared
def coverage(
    source: str = SOURCE,
    state: str = STATE,
    check: bool = CHECK,
    record: bool = RECORD,
    format: str = FORMAT,
) -> None:
    """List coded, skipped and open sentences: counts for each source, or each sentence of one.

    A sentence is coded if the passage of an assertion touches it, and skipped if skipped passages
    cover three quarters of it.

    \b
    kb coverage
    kb coverage report --state open
    kb coverage --check
    """
    _check_state(state)
    kb = to_write() if record else from_text(WITH_TEXTS)
    if record:
        _record(kb, source)
    known = kb.known()
    found = kb.coverage(source, known)
    if source:
        rows = coverage_rows.sentences(kb, known, found[0], state)
        show(coverage_rows.SENTENCES, rows, format)
    else:
        chosen = [one for one in found if not state or one.count(state)]
        show(coverage_rows.SOURCES, [coverage_rows.numbers(one) for one in chosen], format)
    left = _summarise(found, source)
    raise typer.Exit(1 if check and (left or not all(one.known for one in found)) else 0)


def _check_state(state: str) -> None:
    from kb.app.inquiry.coverage import STATES
    from kb.model.identifiers import suggestion

    if state and state not in STATES:
        raise Usage(
            f"“{state}” is not a state of a sentence.", suggestion(state, STATES, ", ".join(STATES))
        )


def _record(kb: KnowledgeBase, source: str) -> None:
    """Store where sentences begin and end, and name the files that changed."""
    changed = [f"wrote {name}" for name in kb.record_sentences(source)]
    message(
        "\n".join(changed)
        or "the positions of sentences of all available texts are stored already."
    )


def _summarise(found: Sequence[Coverage], source: str) -> int:
    """Say how many sentences are open and what to do next. Return the number."""
    for one in found:
        if not one.known:
            message(
                f"note: the sentences of {one.source} are not known; "
                f"if you have its text: kb coverage {one.source} --record"
            )
    left = sum(one.count("open") for one in found)
    total = sum(len(one.sentences) for one in found)
    first = next((one.source for one in found if one.count("open")), "")
    following = ""
    if first:
        listed = f" kb coverage {first} --state open lists them."
        following = f" kb read {first} shows them in the text." if source else listed
    message(f"{left} of {total} sentences open.{following}")
    return left
