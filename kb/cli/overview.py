"""kb overview."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer

from kb.cli.opened import opened
from kb.cli.output import amount, emit, show, visible

if TYPE_CHECKING:
    from kb.app.overview import Open, Overview, Said
    from kb.app.questions import Answers
    from kb.model.records import Source
    from kb.workspace.catalog import Known

app = typer.Typer(rich_markup_mode=None)
# The page is read without scrolling sideways.
WIDTH = 100


@app.command()
def overview(
    format: str = typer.Option("table", "--format", "-f", metavar="table|csv|tsv|json|ndjson|md"),
) -> None:
    """One page: how much there is, how the claims stand, the open disputes with the words of both
    sides, what to try next.

    \b
    kb overview
    kb overview --format csv
    """
    kb = opened()
    known, page = kb.together(lambda: (kb.known(), kb.overview()))
    if format == "table":
        emit(visible("\n".join(_page(kb, known, page))) + "\n")
        return
    columns = [
        "claim",
        "statement",
        "how",
        "stance",
        "said of",
        "speaker",
        "words",
        "source",
        "line",
    ]
    show(
        columns,
        [
            _row(kb, known, found, said)
            for found in page.disputes
            for said in (*found.affirmed, *found.against)
        ],
        format,
    )


def _row(kb: Answers, known: Known, found: Open, said: Said) -> list[object]:
    words, line = kb.passage(known, known.assertions[said.assertion].quote)
    return [
        found.claim,
        known.claims[found.claim].statement,
        found.how,
        said.stance,
        said.claim,
        said.speaker,
        words,
        said.source,
        line or None,
    ]


def _page(kb: Answers, known: Known, page: Overview) -> list[str]:
    heads = ", ".join(f"{n} {headline}" for headline, n in page.headlines.items())
    sources = sorted(known.sources.values(), key=lambda s: (str(s.published_from or "9999"), s.id))
    numbers = {s.id: n for n, s in enumerate(sources, 1)}
    lines = [", ".join(amount(n, what.removesuffix("s")) for what, n in page.counts.items())]
    lines += [_cut(f"  [{numbers[s.id]}] {_day(s)}  {s.title or s.id}", WIDTH) for s in sources]
    lines += _wrapped(f"claims by status: {heads}", "  ")
    titles = (
        ({"denied", "doubted"}, "Denied or doubted"),
        ({"certain", "possible"}, "Told in two ways that exclude each other, or perhaps do"),
    )
    for kinds, title in titles:
        disputes = [d for d in page.disputes if d.how in kinds]
        lines += (
            ["", title, *(line for d in disputes for line in _dispute(kb, known, d, numbers))]
            if disputes
            else []
        )
    return [*lines, "", "Try next", *_next(known, page)]


def _dispute(kb: Answers, known: Known, found: Open, numbers: Mapping[str, int]) -> list[str]:
    both = [found.claim, *([found.other] if found.other else [])]
    joint = " | ".join(known.claims[c].statement or c for c in both)
    return [
        *_wrapped(f"{joint}  ({found.how})", "    ", "  "),
        *(_side(kb, known, s, numbers) for s in (*found.affirmed, *found.against)),
    ]


def _side(kb: Answers, known: Known, said: Said, numbers: Mapping[str, int]) -> str:
    """One line: the stance, who, the words, as many as fit, and in which document, on which line,
    they stand.
    """
    words, line = kb.passage(known, known.assertions[said.assertion].quote)
    entity = known.entities.get(said.speaker)
    who = _cut(
        f"    {said.stance:8}{(entity.name if entity else None) or said.speaker}", WIDTH // 2
    )
    place = f"[{numbers.get(said.source, '?')}]{f' line {line}' if line else ''}"
    return f"{who}: “{_cut(' '.join(words.split()), WIDTH - len(who) - len(place) - 5)}” {place}"


def _day(source: Source) -> str:
    """When it was published, at the latest where that is not known to the day."""
    if not source.published_to:
        return "undated      "
    return f"{'by' if source.published_from != source.published_to else '  '} {source.published_to}"


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 1].rstrip()}…"


def _next(known: Known, page: Overview) -> list[str]:
    """Commands that go on from here, with ids of this knowledge base."""
    claim = next((d.claim for d in page.disputes), next(iter(known.claims), ""))
    speaker = next((s.speaker for d in page.disputes for s in d.against), "")
    asked = [f"kb status {claim} --why", f"kb status {claim} --what-if"] if claim else []
    asked += (
        [f"kb query contradicted-on speaker={speaker}", f"kb query said-through speaker={speaker}"]
        if speaker
        else []
    )
    return [
        f"  {line}"
        for line in (
            *asked,
            "kb query changed-between before=DATE after=DATE",
            "kb forecasts",
            "kb queries",
        )
    ]


def _wrapped(text: str, indent: str, first: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
    )
