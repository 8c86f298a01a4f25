"""The overview in words: open disputes with both sides, documents, statuses of news, background and
commentary, what to try next.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from kb.app.overview import NEWS_DAYS
from kb.presentation.names import entity_name
from kb.presentation.passages import cut, passage
from kb.presentation.values import amount

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.app.overview import Open, Overview, Part, Said
    from kb.model.records import Source
    from kb.workspace.catalog import Known

# The page is read without scrolling sideways.
WIDTH: Final = 100
COLUMNS: Final = (
    "claim",
    "statement",
    "how",
    "part",
    "stance",
    "said_of",
    "speaker",
    "words",
    "source",
    "line",
)
_MEANINGS: Final[Mapping[Part, str]] = {
    "news": f"from {NEWS_DAYS} days before publication on",
    "background": "earlier, lasting or undated",
    "commentary": "opinions, causes, intentions and forecasts",
}
_TITLES: Final = (
    ("Denied or doubted", ("denied", "doubted")),
    ("Contradictions, certain or possible", ("certain", "possible")),
)


def rows(kb: Answers, known: Known, page: Overview) -> list[list[object]]:
    """A row for each side of each open dispute, in the order of COLUMNS."""
    return [
        _row(kb, known, found, said)
        for found in page.disputes
        for said in (*found.affirmed, *found.against)
    ]


def _row(kb: Answers, known: Known, found: Open, said: Said) -> list[object]:
    quoted = passage(kb, known, known.assertions[said.assertion].quote)
    return [
        found.claim,
        known.claims[found.claim].statement,
        found.how,
        found.part,
        said.stance,
        said.claim,
        said.speaker,
        quoted.words or None,
        said.source,
        quoted.line,
    ]


def lines(kb: Answers, known: Known, page: Overview, width: int = WIDTH) -> list[str]:
    """Return the lines of the page, for a terminal of this width."""
    sources = sorted(known.sources.values(), key=lambda s: (str(s.published_from or "9999"), s.id))
    numbers = {source.id: number for number, source in enumerate(sources, 1)}
    found = [", ".join(amount(n, what.removesuffix("s")) for what, n in page.counts.items())]
    for title, kinds in _TITLES:
        disputes = [dispute for dispute in page.disputes if dispute.how in kinds]
        if disputes:
            found += ["", title]
        for dispute in disputes:
            found += _dispute(kb, known, dispute, numbers, width)
    if sources:
        found += ["", "Documents"]
    found += [cut(f"  [{numbers[s.id]}] {_day(s)}  {s.title or s.id}", width) for s in sources]
    found += _claims(page, width)
    return [*found, "", "Try next", *(f"  {line}" for line in _next(known, page))]


def _claims(page: Overview, width: int) -> list[str]:
    """Return the lines that count the claims of each part by status."""
    found = []
    for part, statuses in page.parts.items():
        if statuses:
            counted = ", ".join(f"{count} {status}" for status, count in statuses.items())
            text = f"{part} ({_MEANINGS[part]}): {counted}"
            found += _wrapped(text, width, "    ", "  ")
    return ["", "Claims by status", *found] if found else []


def _dispute(
    kb: Answers, known: Known, found: Open, numbers: Mapping[str, int], width: int
) -> list[str]:
    both = [found.claim, *([found.other] if found.other else [])]
    joint = " | ".join(known.claims[claim].statement or claim for claim in both)
    sides = (*found.affirmed, *found.against)
    return [
        *_wrapped(f"{joint}  ({found.how}, {found.part})", width, "    ", "  "),
        *(_side(kb, known, said, numbers, width) for said in sides),
    ]


def _side(kb: Answers, known: Known, said: Said, numbers: Mapping[str, int], width: int) -> str:
    """One line: the stance, who, the words, as many as fit, and in which document and where in it."""
    quoted = passage(kb, known, known.assertions[said.assertion].quote)
    who = cut(f"    {said.stance:8}{entity_name(known, said.speaker)}", width // 2)
    place = f"[{numbers.get(said.source, '?')}] {quoted.within}".rstrip()
    if not quoted.words:
        return f"{who}: {place}"
    return f"{who}: {quoted.quoted(width - len(who) - len(place) - 5)} {place}"


def _day(source: Source) -> str:
    """When it was published, at the latest where that is not known to the day."""
    if not source.published_to:
        return "undated      "
    return f"{'by' if source.published_from != source.published_to else '  '} {source.published_to}"


def _next(known: Known, page: Overview) -> list[str]:
    """Commands that go on from here, with ids of this knowledge base."""
    if not known.sources:
        return ["kb add source FILE", "kb add --help"]
    claim = next((d.claim for d in page.disputes), next(iter(known.claims), ""))
    if not claim:
        source = next(iter(known.sources))
        return [f"kb read {source}", "kb add --from SHEET", "kb inbox"]
    speaker = next((s.speaker for d in page.disputes for s in d.against), "")
    asked = [f"kb show {claim}", f"kb status {claim} --why", f"kb status {claim} --what-if"]
    if speaker:
        asked += [
            f"kb query contradicted-on speaker={speaker}",
            f"kb query said-through speaker={speaker}",
        ]
    return [*asked, "kb changes --since DATE --until DATE", "kb queries"]


def _wrapped(text: str, width: int, indent: str, first: str = "") -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
    )
