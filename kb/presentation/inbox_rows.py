"""Lists of the work that is left: their columns, and a row for each piece of work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from kb.presentation.values import percent

if TYPE_CHECKING:
    from kb.app.inquiry.worklist import Inbox, Work
    from kb.text.similarity import Pair

Table = tuple[tuple[str, ...], list[list[object]]]
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


def tables(found: Inbox, state: str = "") -> dict[str, Table]:
    """Return the lists by name, in the order of TITLES; only the sources in a state, by default
    all.
    """
    return {
        "sources": (SOURCES, sources(work for work in found.work if state in ("", work.state))),
        "passages": (PASSAGES, _passages(found)),
        "claims": (CLAIMS, [_twins(one, other) for one, other in found.twins]),
        "files": _files(found),
    }


def sources(found: Iterable[Work]) -> list[list[object]]:
    """Return a row for each source, in the order of SOURCES."""
    return [
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
        for work in found
    ]


def _passages(found: Inbox) -> list[list[object]]:
    """Return pairs of sources that share passages, then those of which one may repeat or translate
    the other.
    """
    alike = [_pair(pair, percent(pair.share), "the same words") for pair in found.alike]
    retold = [_pair(pair, None, "the same claim days later, no basis") for pair in found.retold]
    translated = [_pair(pair, None, f"another language: {why}") for pair, why in found.translated]
    return [*alike, *retold, *translated]


def _pair(pair: Pair, share: int | None, because: str) -> list[object]:
    """Return two sources of which one may be a copy, in the order of PASSAGES."""
    from kb.app.inquiry.worklist import command

    places = [pair.one, _range(pair.lines), pair.other, _range(pair.lines_of_other)]
    return [*places, pair.sentences or None, share, command(pair), because]


def _twins(one: str, other: str) -> list[object]:
    """Return two claims that say the same, with the commands that decide it."""
    both = f'claim/{one} claim/{other} --because "…"'
    return [one, other, f"kb judge same-claim {both}", f"kb judge different-claim {both}"]


def _range(lines: tuple[int, int]) -> str:
    return f"{lines[0]}-{lines[1]}"


def _files(found: Inbox) -> Table:
    import shlex

    return FILES, [[path, f"kb add source {shlex.quote(path)}"] for path in found.files]
