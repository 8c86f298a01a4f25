"""kb inbox, kb coverage: what is to be read, and what is still open in what was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from kb.cli.opened import WITH_TEXTS, from_text, to_write
from kb.cli.options import FORMAT, shared
from kb.cli.output import laid_out, message, page, show
from kb.errors import Usage

if TYPE_CHECKING:
    from kb.app.coverage import Coverage
    from kb.app.knowledge_base import KnowledgeBase
    from kb.app.worklist import Inbox
    from kb.text.similarity import Pair
    from kb.workspace.catalog import Known

Table = tuple[list[str], list[list[object]]]
app = typer.Typer(rich_markup_mode=None, add_completion=False)
TITLES = {
    "sources": "sources",
    "passages": "passages that two sources share, or that one may repeat: is one a copy?",
    "claims": "claims that say the same: are they one?",
    "files": "files that were not added yet",
}
# This number of words is enough to recognise a sentence.
WORDS = 12


@app.command()
@shared
def inbox(
    what: str = typer.Argument(
        "", metavar="LIST", help="sources, passages, claims or files; all by default."
    ),
    state: str = typer.Option(
        "", "--state", metavar="STATE", help="Only sources that are unread, being-coded or checked."
    ),
    format: str = FORMAT,
) -> None:
    """List what there is to do: sources unread, being coded or checked, passages that two sources
    share, claims that say the same, and files that were not added yet.

    A source is checked when none of its sentences is open and every assertion is checked by
    somebody who did not enter it. Shared passages are found in the available texts, by runs of the
    same words. A passage may also be a translation, or repeat a report without naming it: a source
    says in its own words, within a week, what another one published, and no basis is recorded.
    Whether it is a copy is for you to judge. If it is none, record how the source knows it (basis:).

    \b
    kb inbox
    kb inbox sources --state being-coded
    kb inbox passages --format csv
    """
    from kb.app.worklist import STATES
    from kb.model.identifiers import suggestion

    lists = tuple(TITLES)
    for word, allowed in ((what, lists), (state, STATES)):
        if word and word not in allowed:
            raise Usage(
                f"there is no “{word}” in the inbox.", suggestion(word, allowed, ", ".join(allowed))
            )
    found = from_text(WITH_TEXTS).inbox()
    tables = {
        "sources": _sources(found, state),
        "passages": _passages(found),
        "claims": _claims(found),
        "files": _files(found),
    }
    if what:
        show(*tables[what], format)
    elif format == "table":
        page(
            "\n".join(laid_out(*table, TITLES[name]) for name, table in tables.items() if table[1])
        )
        message(_first(found))
    else:
        show(*tables["sources"], format)
        message("note: only the sources; kb inbox passages, claims or files lists the others")


def _sources(found: Inbox, state: str) -> Table:
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
        if not state or w.state == state
    ]


def _passages(found: Inbox) -> Table:
    columns = [
        "source",
        "lines",
        "other",
        "lines_of_other",
        "sentences",
        "share_percent",
        "if_copy",
        "because",
    ]
    shared = [_pair(p, int(p.share * 100), "the same words") for p in found.alike]
    retold = [_pair(p, None, "the same claim days later, no basis") for p in found.retold]
    return columns, [*shared, *retold]


def _pair(pair: Pair, share: int | None, because: str) -> list[object]:
    """The row of two sources of which one may be a copy."""
    from kb.app.worklist import command

    places = [pair.one, _range(pair.lines), pair.other, _range(pair.lines_of_other)]
    return [*places, pair.sentences, share, command(pair), because]


def _claims(found: Inbox) -> Table:
    """The pairs of claims that say the same, with the commands that settle each."""
    return ["claim", "other", "if_one", "if_two"], [
        [
            one,
            other,
            f'kb judge same-claim claim/{one} claim/{other} --because "…"',
            f'kb judge different-claim claim/{one} claim/{other} --because "…"',
        ]
        for one, other in found.twins
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
    for state, text in (("being-coded", "kb coverage {} --state open"), ("unread", "kb read {}")):
        first = next((w for w in found.work if w.state == state), None)
        if first and (state == "unread" or first.coverage.count("open")):
            return "next: " + text.format(first.source.id)
    waiting = next((w for w in found.work if w.unchecked), None)
    if waiting:
        return f"next: a second reader reads {waiting.source.id} and its sheet (kb sheet {waiting.source.id}), and adds checked: NAME"
    return "nothing is waiting."


@app.command()
@shared
def coverage(
    source: str = typer.Argument(
        "",
        metavar="SOURCE",
        help="Its id, its beginning, or that of its file name; all by default.",
    ),
    state: str = typer.Option(
        "", "--state", metavar="STATE", help="Only sentences that are coded, skipped or open."
    ),
    check: bool = typer.Option(False, "--check", help="Exit with 1 if a sentence is open."),
    record: bool = typer.Option(
        False, "--record", help="Store the positions of sentences of available texts."
    ),
    format: str = FORMAT,
) -> None:
    """Show which sentences are coded, skipped with a reason, or open: numbers for every source,
    each sentence for one.

    A sentence is coded where the passage of an assertion touches it, skipped where skipped passages
    cover three quarters of it.

    \b
    kb coverage
    kb coverage report --state open
    kb coverage --check
    """
    from kb.app.coverage import STATES
    from kb.model.identifiers import suggestion

    if state and state not in STATES:
        raise Usage(
            f"“{state}” is not a state of a sentence.", suggestion(state, STATES, ", ".join(STATES))
        )
    kb = to_write() if record else from_text(WITH_TEXTS)
    if record:
        changed = kb.record_sentences(source)
        message(
            "\n".join(f"wrote {name}" for name in changed)
            or "every source whose text is available has its sentences already."
        )
    known = kb.known()
    found = kb.coverage(source, known)
    if source:
        columns, rows = _each(kb, known, found[0], state)
    else:
        columns, rows = _numbers(found, state)
    show(columns, rows, format)
    for one in found:
        if not one.known:
            message(
                f"note: the sentences of {one.source} are not known; where its text is available: kb coverage {one.source} --record"
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
        else f" kb coverage {first} --state open lists them."
    )


def _numbers(found: list[Coverage], state: str) -> Table:
    """A row for each source; with a state, those that have such sentences."""
    columns = ["source", "sentences", "coded", "skipped", "open", "done_percent"]
    rows: list[list[object]] = []
    for one in found:
        if not state or one.count(state):
            counts = [
                one.count(word) if one.known else None for word in ("coded", "skipped", "open")
            ]
            rows.append(
                [one.source, len(one.sentences) if one.known else None, *counts, share(one)]
            )
    return columns, rows


def share(one: Coverage) -> int | None:
    """Part of the sentences that is done, in per cent; 100 only where nothing is open."""
    return None if one.share is None else int(one.share * 100)


def _each(kb: KnowledgeBase, known: Known, one: Coverage, state: str) -> Table:
    """A row for each sentence: line and words where the text is available, offsets always."""
    text = kb.document(known.sources[one.source])
    rows: list[list[object]] = []
    line, at = 1, 0  # counted on the way: from the beginning each time takes minutes in 5 MB
    for s in one.sentences:
        line, at = line + (text or "").count("\n", at, s.start), s.start
        if not state or s.state == state:
            words = (text or "")[s.start : s.end].split()
            shown = " ".join(words[:WORDS]) + (" …" if len(words) > WORDS else "")
            rows.append(
                [
                    s.number,
                    s.state,
                    line if text else None,
                    s.start,
                    s.end,
                    s.reason or None,
                    shown or None,
                ]
            )
    return ["sentence", "state", "line", "start", "end", "reason", "words"], rows
