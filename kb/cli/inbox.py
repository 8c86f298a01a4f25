"""kb inbox: sources to read or check, possible copies, and files that were not added yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import typer

from kb.cli.opened import WITH_TEXTS, from_text
from kb.cli.options import FORMAT, shared
from kb.cli.output import laid_out, message, page, show
from kb.errors import Usage
from kb.presentation.values import percent

if TYPE_CHECKING:
    from kb.app.worklist import Inbox
    from kb.text.similarity import Pair

Table = tuple[tuple[str, ...], list[list[object]]]
app = typer.Typer(rich_markup_mode=None, add_completion=False)
# The lists of the inbox, with their headings.
TITLES: Final = {
    "sources": "sources",
    "passages": "passages that two sources share, or that one may repeat: is one a copy?",
    "claims": "claims that say the same: are they one?",
    "files": "files that were not added yet",
}
SOURCES: Final = (
    "source",
    "state",
    "sentences",
    "open",
    "done_percent",
    "assertions",
    "unchecked",
    "last_recorded",
)
PASSAGES: Final = (
    "source",
    "lines",
    "other",
    "lines_of_other",
    "sentences",
    "share_percent",
    "if_copy",
    "because",
)
CLAIMS: Final = ("claim", "other", "if_one", "if_two")
FILES: Final = ("file", "to_add")


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
    """List what to do next: sources to read or check, possible copies, twin claims, new files.

    A source is checked when none of its sentences is open and every assertion was checked by
    somebody who did not enter it.

    Two sources share a passage if their available texts have sentences with the same words. A
    source may also translate another one, or repeat it without naming it: within a week it says the
    same in its own words, and no basis is recorded. You judge whether it is a copy. If it is not,
    kb judge not-copy-of SOURCE OTHER, or record how the source knows it (basis: on a sheet).

    \b
    kb inbox
    kb inbox sources --state being-coded
    kb inbox passages --format csv
    """
    _check(what, state)
    found = from_text(WITH_TEXTS).inbox()
    tables = {
        "sources": _sources(found, state),
        "passages": (PASSAGES, _passages(found)),
        "claims": (CLAIMS, [_twins(one, other) for one, other in found.twins]),
        "files": _files(found),
    }
    if what:
        show(*tables[what], format)
    elif format == "table":
        texts = [laid_out(*table, TITLES[name]) for name, table in tables.items() if table[1]]
        page("\n".join(texts))
        message(_next(found))
    else:
        show(*tables["sources"], format)
        message("note: only the sources; kb inbox passages, claims or files lists the others")


def _check(what: str, state: str) -> None:
    """Raise Usage for an unknown list or state."""
    from kb.app.worklist import STATES
    from kb.model.identifiers import suggestion

    for word, allowed in ((what, tuple(TITLES)), (state, STATES)):
        if word and word not in allowed:
            raise Usage(
                f"there is no “{word}” in the inbox.", suggestion(word, allowed, ", ".join(allowed))
            )


def _sources(found: Inbox, state: str) -> Table:
    rows: list[list[object]] = [
        [
            work.source.id,
            work.state,
            len(work.coverage.sentences),
            work.coverage.count("open"),
            percent(work.coverage.share),
            work.assertions,
            work.unchecked,
            work.last,
        ]
        for work in found.work
        if state in ("", work.state)
    ]
    return SOURCES, rows


def _passages(found: Inbox) -> list[list[object]]:
    """Return pairs of sources that share passages, then those of which one may repeat the other."""
    alike = [_pair(pair, percent(pair.share), "the same words") for pair in found.alike]
    retold = [_pair(pair, None, "the same claim days later, no basis") for pair in found.retold]
    return [*alike, *retold]


def _pair(pair: Pair, share: int | None, because: str) -> list[object]:
    """Return two sources of which one may be a copy, in the order of PASSAGES."""
    from kb.app.worklist import command

    places = [pair.one, _range(pair.lines), pair.other, _range(pair.lines_of_other)]
    return [*places, pair.sentences, share, command(pair), because]


def _twins(one: str, other: str) -> list[object]:
    """Return two claims that say the same, with the commands that decide it."""
    both = f'claim/{one} claim/{other} --because "…"'
    return [one, other, f"kb judge same-claim {both}", f"kb judge different-claim {both}"]


def _range(lines: tuple[int, int]) -> str:
    return f"{lines[0]}-{lines[1]}"


def _files(found: Inbox) -> Table:
    import shlex

    return FILES, [[path, f"kb add source {shlex.quote(path)}"] for path in found.files]


def _next(found: Inbox) -> str:
    """Return the next command: first finish the source that is in progress."""
    begun = [w for w in found.work if w.state == "being-coded" and w.coverage.count("open")]
    unread = [w for w in found.work if w.state == "unread"]
    unchecked = [w for w in found.work if w.unchecked]
    if begun:
        return f"next: kb coverage {begun[0].source.id} --state open"
    if unread:
        return f"next: kb read {unread[0].source.id}"
    if unchecked:
        source = unchecked[0].source.id
        return (
            f"next: a second reader compares {source} with its sheet (kb sheet {source}), "
            "and adds checked: NAME"
        )
    return "nothing is waiting."
