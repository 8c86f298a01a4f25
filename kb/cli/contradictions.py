"""kb contradictions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import typer

from kb.cli.opened import AS_OF, KNOWN_ON, POLICY, standing
from kb.cli.output import emit, message, show
from kb.errors import Usage
from kb.presentation.controls import visible

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.app.materialisation import Outcome
    from kb.reasoning.tables import Contradiction
    from kb.workspace.catalog import Known

app = typer.Typer(rich_markup_mode=None)
COLUMNS = ("claim_a", "claim_b", "kind", "certainty", "rule")


@app.command()
def contradictions(
    claim: str = typer.Argument(
        "", metavar="[CLAIM]", help="Its id or the beginning of it; all pairs by default."
    ),
    place: str = typer.Option(
        "", "--place", metavar="PLACE", help="Only pairs that name this place, or one within it."
    ),
    kind: str = typer.Option(
        "", "--kind", metavar="functional|incompatible|polarity|quantity|forecast|judged"
    ),
    certainty: str = typer.Option("", "--certainty", metavar="certain|possible"),
    why: bool = typer.Option(
        False, "--why", help="Who says it where, with quotes, and what the rule goes by."
    ),
    as_of: str = AS_OF,
    known_on: str = KNOWN_ON,
    policy: str = POLICY,
    format: str = typer.Option("table", "--format", "-f", metavar="table|csv|tsv|json|ndjson|md"),
) -> None:
    """Claims that cannot both be true (certain), or perhaps cannot (possible), and the rule that
    says so.

    \b
    kb contradictions
    kb contradictions --certainty certain --why
    kb contradictions --place oldport --kind functional
    kb contradictions --format csv
    """
    if why and format != "table":
        raise Usage(
            f"--why is prose, not {format}.",
            f"kb contradictions --format {format}, or kb status CLAIM --why --format json",
        )
    kb = standing(as_of, known_on, policy)
    try:
        rows, outcome, known = kb.together(
            lambda: (kb.contradictions(claim, place, kind, certainty), *_grounds(kb, format))
        )
    except Usage:
        if claim:
            kb.resolve(kb.known(), claim, ("claim",))
        raise
    if not outcome or not known or not rows:
        if not rows:
            message(
                "no contradictions"
                + (" of that sort" if claim or place or kind or certainty else "")
            )
        if format != "table":
            show(
                COLUMNS, [(r.claim_a, r.claim_b, r.kind, r.certainty, r.rule) for r in rows], format
            )
        return
    pairs: dict[tuple[str, str], list[Contradiction]] = {}
    for row in sorted(rows, key=lambda r: (r.certainty, r.claim_a, r.claim_b, r.kind)):
        pairs.setdefault((row.claim_a, row.claim_b), []).append(row)
    emit(
        visible(
            "\n".join(
                line
                for found in pairs.values()
                for line in [*_told(kb, known, outcome, found, why), ""]
            )
        )
    )
    sure = sum(any(r.certainty == "certain" for r in found) for found in pairs.values())
    message(
        f"{_pairs(len(pairs))}: {sure} certain, {len(pairs) - sure} possible"
        + ("" if why else "; --why shows who says it where")
    )


def _grounds(kb: Answers, format: str) -> tuple[Outcome | None, Known | None]:
    """The statuses and records that a table is made with; other formats need none."""
    return (kb.status(), kb.known()) if format == "table" else (None, None)


def _pairs(number: int) -> str:
    return "1 pair of claims" if number == 1 else f"{number} pairs of claims"


def _told(
    kb: Answers, known: Known, outcome: Outcome, rows: list[Contradiction], why: bool
) -> list[str]:
    """A pair: both statements, who says each, since when both are public, each rule in words."""
    from kb.presentation.explanation import assertions
    from kb.reasoning.contradictions import in_words, public_since

    one, other = rows[0].claim_a, rows[0].claim_b
    days = [public_since(outcome.tables, c) for c in (one, other)]
    lines = [f"{rows[0].certainty}: {', '.join(dict.fromkeys(r.kind for r in rows))}"]
    for claim, day in zip((one, other), days, strict=True):
        lines += [
            f"  {known.claims[claim].statement}",
            f"    {claim}",
            f"    {_says(known, outcome, claim, day)}",
        ]
        lines += [f"  {line}" for line in assertions(kb, known, claim)] if why else []
    if days[0] and days[1]:
        lines.append(f"  both public no later than {max(days[0], days[1])}")
    for row in rows:
        lines += [
            f"  {in_words(row)}",
            *([f"    rule: {row.rule} ({row.kind}, {row.certainty})"] if why else []),
        ]
        lines += [f"    {j}" for j in _judged(known, row)] if row.kind == "judged" else []
    return lines


def _says(known: Known, outcome: Outcome, claim: str, day: date | None) -> str:
    """Who affirms it and since when; its days, where it has any."""
    from kb.model.dates import show as span
    from kb.presentation.names import voice_name

    voices = (
        ", ".join(voice_name(known, v) for v in outcome.rows[claim].voices_for)
        or "nobody in particular"
    )
    row = known.claims[claim]
    when = (
        span(row.begin_earliest, row.end_latest)
        if row.begin_earliest or row.end_latest
        else "day not told"
    )
    return f"{'foretold' if row.kind == 'forecast' else 'said'} by {voices}, public by {day or 'an unknown day'}; of: {when}"


def _judged(known: Known, row: Contradiction) -> list[str]:
    """The analyst's reasons."""
    from kb.model.records import Judgement

    ends = {f"claim/{row.claim_a}", f"claim/{row.claim_b}"}
    found = [
        r
        for r in known.others.values()
        if isinstance(r, Judgement) and r.kind == "contradicts" and {r.about, r.other} == ends
    ]
    return [f"{j.coder or 'an analyst'}: {j.why}" for j in found if not j.invalidated]
