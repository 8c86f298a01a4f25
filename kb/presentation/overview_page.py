"""The overview page: open disputes with both sides, documents, statuses, and the next commands."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from kb.app.inquiry.overview import NEWS_DAYS
from kb.presentation.names import entity_name
from kb.presentation.passages import cut, passage
from kb.presentation.values import amount

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.app.inquiry.overview import Open, Overview, Part, Said
    from kb.model.records import Source
    from kb.workspace.catalogs.catalog import Known

# Widest line of the page: longer ones are hard to read.
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


def rows(kb: Answers, known: Known, disputes: Iterable[Open]) -> list[list[object]]:
    """Return a row for each side of each open dispute, in the order of COLUMNS."""
    return [
        _row(kb, known, found, said)
        for found in disputes
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
    """Return the page, line by line, for a terminal of this width."""
    sources = sorted(known.sources.values(), key=lambda s: (str(s.published_from or "9999"), s.id))
    numbers = {source.id: n for n, source in enumerate(sources, 1)}
    found = _wrapped(_counts(page), width, "  ")
    for title, kinds in _TITLES:
        disputes = [dispute for dispute in page.disputes if dispute.how in kinds]
        found += ["", title] if disputes else []
        for dispute in disputes:
            found += _dispute(kb, known, dispute, numbers, width)
    found += ["", "Documents"] if sources else []
    found += [_source(numbers[source.id], source, width) for source in sources]
    found += _claims(page, width)
    return [*found, "", "Try next", *(f"  {line}" for line in _next(known, page))]


def _claims(page: Overview, width: int) -> list[str]:
    """Return the lines that count the claims of each part by status."""
    found = []
    for part, statuses in page.parts.items():
        if statuses:
            counts = ", ".join(f"{count} {status}" for status, count in statuses.items())
            found += _wrapped(f"{part} ({_MEANINGS[part]}): {counts}", width, "    ", "  ")
    return ["", "Claims by status", *found] if found else []


def _counts(page: Overview) -> str:
    """Return how many records there are of each kind."""
    return ", ".join(amount(n, what.removesuffix("s")) for what, n in page.counts.items())


def _source(number: int, source: Source, width: int) -> str:
    """Return one line: the number of a source on this page, its day, its title."""
    return cut(f"  [{number}] {_day(source)}  {source.title or source.id}", width)


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
    """Return one line: stance, speaker, as many words as fit, number of the document, and place."""
    quoted = passage(kb, known, known.assertions[said.assertion].quote)
    who = cut(f"    {said.stance:8}{entity_name(known, said.speaker)}", width // 2)
    place = f"[{numbers.get(said.source, '?')}] {quoted.within}".rstrip()
    if not quoted.words:
        return f"{who}: {place}"
    return f"{who}: {quoted.quoted(width - len(who) - len(place) - 5)} {place}"


def _day(source: Source) -> str:
    """Return the day of publication; “by” means that it may have been earlier."""
    if not source.published_to:
        return "undated      "
    return f"{'by' if source.published_from != source.published_to else '  '} {source.published_to}"


def _next(known: Known, page: Overview) -> list[str]:
    """Return commands to try next, with ids of this knowledge base."""
    if not known.sources:
        return ["kb add source FILE", "kb add --help"]
    claim = next((d.claim for d in page.disputes), next(iter(known.claims), ""))
    if not claim:
        return [f"kb read {next(iter(known.sources))}", "kb add --from SHEET", "kb inbox"]
    commands = [f"kb show {claim}", f"kb status {claim} --why", f"kb status {claim} --what-if"]
    if speaker := _first_opponent(page):
        commands.append(f"kb query contradicted-on speaker={speaker}")
        commands.append(f"kb query said-through speaker={speaker}")
    return [*commands, "kb changes --since DATE --until DATE", "kb queries"]


def _first_opponent(page: Overview) -> str:
    """Return who speaks against the first open dispute that somebody speaks against."""
    return next((said.speaker for dispute in page.disputes for said in dispute.against), "")


def _wrapped(text: str, width: int, indent: str, first: str = "") -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
    )
