"""kb coverage: what has been read, and what is still open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from kb.cli.output import message, show
from kb.errors import Usage

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.coverage import Coverage
    from kb.known import Known

app = typer.Typer(rich_markup_mode=None)
FORMAT = typer.Option("table", "--format", "-f", metavar="table|csv|tsv|json|ndjson|md")
# So many words of a sentence tell a reader which one it is.
WORDS = 12


@app.command()
def coverage(
    source: str = typer.Argument("", metavar="[SOURCE]", help="Its id, the beginning of it, or of its file's name; all by default."),
    only: str = typer.Option("", "--only", metavar="coded|skipped|open", help="Only these sentences."),
    check: bool = typer.Option(False, "--check", help="Exit code 1 where a sentence is open."),
    record: bool = typer.Option(False, "--record", help="Store where sentences begin and end, from the texts at hand."),
    format: str = FORMAT,
) -> None:
    """Which sentences are coded, skipped with a reason, or open: for every source in numbers, for one source each.

    A sentence is coded where the passage of an assertion touches it, skipped where skipped passages hold three quarters of it.

    \b
    kb coverage
    kb coverage report --only open
    kb coverage --check
    """
    from kb import base
    from kb.coverage import STATES
    from kb.ids import suggestion

    if only and only not in STATES:
        raise Usage(f"“{only}” is no state of a sentence.", suggestion(only, STATES, ", ".join(STATES)))
    kb = base.open()
    if record:
        changed = kb.record_sentences(source)
        message("\n".join(f"wrote {name}" for name in changed) or "every source whose text is at hand keeps its sentences already.")
    known = kb.known()
    found = kb.coverage(source, known)
    if source:
        columns, rows = _each(kb, known, found[0], only)
    else:
        columns, rows = _numbers(found, only)
    show(columns, rows, format)
    for one in found:
        if not one.known:
            message(f"note: the sentences of {one.source} are not known; with its text at hand: kb coverage {one.source} --record")
    still = sum(one.count("open") for one in found)
    message(f"{still} of {sum(len(one.sentences) for one in found)} sentences open." + _next(found, source))
    raise typer.Exit(1 if check and (still or not all(one.known for one in found)) else 0)


def _next(found: list[Coverage], source: str) -> str:
    first = next((one.source for one in found if one.count("open")), "")
    if not first:
        return ""
    return f" kb read {first} shows them in the text." if source else f" kb coverage {first} --only open lists them."


def _numbers(found: list[Coverage], only: str) -> tuple[list[str], list[list[object]]]:
    """A row for each source; with `only`, those that have such sentences."""
    columns = ["source", "sentences", "coded", "skipped", "open", "done %"]
    rows: list[list[object]] = []
    for one in found:
        if not only or one.count(only):
            counts = [one.count(state) if one.known else None for state in ("coded", "skipped", "open")]
            rows.append([one.source, len(one.sentences) if one.known else None, *counts, share(one)])
    return columns, rows


def share(one: Coverage) -> int | None:
    """Part of the sentences that is done, in per cent; 100 only where nothing is open."""
    return None if one.share is None else int(one.share * 100)


def _each(kb: KnowledgeBase, known: Known, one: Coverage, only: str) -> tuple[list[str], list[list[object]]]:
    """A row for each sentence: line and words where the text is at hand, offsets always."""
    from kb.anchor import line_of

    text = kb.document(known.sources[one.source])
    rows: list[list[object]] = []
    for s in one.sentences:
        if not only or s.state == only:
            words = (text or "")[s.start : s.end].split()
            shown = " ".join(words[:WORDS]) + (" …" if len(words) > WORDS else "")
            rows.append([s.number, s.state, line_of(text, s.start) if text else None, s.start, s.end, s.reason or None, shown or None])
    return ["sentence", "state", "line", "start", "end", "reason", "words"], rows
