"""kb inbox, kb coverage: what is to be read, and what is still open in what was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from kb.cli.opened import WITH_TEXTS, from_text, to_write
from kb.cli.output import message, show
from kb.errors import Usage

if TYPE_CHECKING:
    from kb.app.coverage import Coverage
    from kb.app.knowledge_base import KnowledgeBase
    from kb.app.worklist import Inbox
    from kb.workspace.catalog import Known

Table = tuple[list[str], list[list[object]]]
app = typer.Typer(rich_markup_mode=None)
FORMAT = typer.Option("table", "--format", "-f", metavar="table|csv|tsv|json|ndjson|md")
# So many words of a sentence tell a reader which one it is.
WORDS = 12


@app.command()
def inbox(
    what: str = typer.Argument(
        "", metavar="[sources|passages|files]", help="One of the three lists; all by default."
    ),
    only: str = typer.Option(
        "", "--only", metavar="unread|being-coded|checked", help="Only these sources."
    ),
    format: str = FORMAT,
) -> None:
    """What there is to do: sources unread, being coded, checked; passages that two of them share;
    texts that no source is made of.

    A source is checked when none of its sentences is open and every assertion is checked by
    somebody who did not enter it.
    Shared passages are found in the texts at hand, by runs of the same words; whether one is a copy
    is for you to judge.

    \b
    kb inbox
    kb inbox sources --only being-coded
    kb inbox passages --format csv
    """
    from kb.app.worklist import STATES
    from kb.model.identifiers import suggestion

    lists = ("sources", "passages", "files")
    for word, allowed in ((what, lists), (only, STATES)):
        if word and word not in allowed:
            raise Usage(
                f"there is no “{word}” in the inbox.", suggestion(word, allowed, ", ".join(allowed))
            )
    found = from_text(WITH_TEXTS).inbox()
    tables = {
        "sources": _sources(found, only),
        "passages": _passages(found),
        "files": _files(found),
    }
    if what or format != "table":
        show(*tables[what or "sources"], format)
        return
    titles = {
        "sources": "sources",
        "passages": "passages that two sources share: is one a copy?",
        "files": "texts that no source is made of",
    }
    for name, (columns, rows) in tables.items():
        if rows or name == "sources":
            show(columns, rows, format, titles[name])
    message(_first(found))


def _sources(found: Inbox, only: str) -> Table:
    columns = [
        "source",
        "state",
        "sentences",
        "open",
        "done_percent",
        "assertions",
        "unchecked",
        "last_recorded",
    ]
    return columns, [
        [
            w.source.id,
            w.state,
            len(w.coverage.sentences),
            w.coverage.count("open"),
            share(w.coverage),
            w.assertions,
            w.unchecked,
            w.last,
        ]
        for w in found.work
        if not only or w.state == only
    ]


def _passages(found: Inbox) -> Table:
    from kb.app.worklist import command

    columns = [
        "source",
        "lines",
        "other",
        "lines_of_other",
        "sentences",
        "share_percent",
        "if_copy",
    ]
    return columns, [
        [
            p.one,
            _range(p.lines),
            p.other,
            _range(p.lines_of_other),
            p.sentences,
            int(p.share * 100),
            command(p),
        ]
        for p in found.alike
    ]


def _range(lines: tuple[int, int]) -> str:
    return f"{lines[0]}-{lines[1]}"


def _files(found: Inbox) -> Table:
    import shlex

    return ["file", "to_add"], [
        [path, f"kb add source {shlex.quote(path)}"] for path in found.files
    ]


def _first(found: Inbox) -> str:
    """The next command: the source that is begun is finished first."""
    for state, text in (("being-coded", "kb coverage {} --only open"), ("unread", "kb read {}")):
        first = next((w for w in found.work if w.state == state), None)
        if first and (state == "unread" or first.coverage.count("open")):
            return "next: " + text.format(first.source.id)
    waiting = next((w for w in found.work if w.unchecked), None)
    if waiting:
        return f"next: a second reader reads {waiting.source.id} and its sheet (kb sheet {waiting.source.id}), and adds checked: NAME"
    return "nothing is waiting."


@app.command()
def coverage(
    source: str = typer.Argument(
        "",
        metavar="[SOURCE]",
        help="Its id, the beginning of it, or of its file's name; all by default.",
    ),
    only: str = typer.Option(
        "", "--only", metavar="coded|skipped|open", help="Only these sentences."
    ),
    check: bool = typer.Option(False, "--check", help="Exit code 1 where a sentence is open."),
    record: bool = typer.Option(
        False, "--record", help="Store where sentences begin and end, from the texts at hand."
    ),
    format: str = FORMAT,
) -> None:
    """Which sentences are coded, skipped with a reason, or open: for every source in numbers, for
    one source each.

    A sentence is coded where the passage of an assertion touches it, skipped where skipped passages
    hold three quarters of it.

    \b
    kb coverage
    kb coverage report --only open
    kb coverage --check
    """
    from kb.app.coverage import STATES
    from kb.model.identifiers import suggestion

    if only and only not in STATES:
        raise Usage(
            f"“{only}” is no state of a sentence.", suggestion(only, STATES, ", ".join(STATES))
        )
    kb = to_write() if record else from_text(WITH_TEXTS)
    if record:
        changed = kb.record_sentences(source)
        message(
            "\n".join(f"wrote {name}" for name in changed)
            or "every source whose text is at hand keeps its sentences already."
        )
    known = kb.known()
    found = kb.coverage(source, known)
    if source:
        columns, rows = _each(kb, known, found[0], only)
    else:
        columns, rows = _numbers(found, only)
    show(columns, rows, format)
    for one in found:
        if not one.known:
            message(
                f"note: the sentences of {one.source} are not known; with its text at hand: kb coverage {one.source} --record"
            )
    still = sum(one.count("open") for one in found)
    message(
        f"{still} of {sum(len(one.sentences) for one in found)} sentences open."
        + _next(found, source)
    )
    raise typer.Exit(1 if check and (still or not all(one.known for one in found)) else 0)


def _next(found: list[Coverage], source: str) -> str:
    first = next((one.source for one in found if one.count("open")), "")
    if not first:
        return ""
    return (
        f" kb read {first} shows them in the text."
        if source
        else f" kb coverage {first} --only open lists them."
    )


def _numbers(found: list[Coverage], only: str) -> Table:
    """A row for each source; with `only`, those that have such sentences."""
    columns = ["source", "sentences", "coded", "skipped", "open", "done_percent"]
    rows: list[list[object]] = []
    for one in found:
        if not only or one.count(only):
            counts = [
                one.count(state) if one.known else None for state in ("coded", "skipped", "open")
            ]
            rows.append(
                [one.source, len(one.sentences) if one.known else None, *counts, share(one)]
            )
    return columns, rows


def share(one: Coverage) -> int | None:
    """Part of the sentences that is done, in per cent; 100 only where nothing is open."""
    return None if one.share is None else int(one.share * 100)


def _each(kb: KnowledgeBase, known: Known, one: Coverage, only: str) -> Table:
    """A row for each sentence: line and words where the text is at hand, offsets always."""
    from kb.text.anchoring import line_of

    text = kb.document(known.sources[one.source])
    rows: list[list[object]] = []
    for s in one.sentences:
        if not only or s.state == only:
            words = (text or "")[s.start : s.end].split()
            shown = " ".join(words[:WORDS]) + (" …" if len(words) > WORDS else "")
            rows.append(
                [
                    s.number,
                    s.state,
                    line_of(text, s.start) if text else None,
                    s.start,
                    s.end,
                    s.reason or None,
                    shown or None,
                ]
            )
    return ["sentence", "state", "line", "start", "end", "reason", "words"], rows
