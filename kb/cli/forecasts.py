"""kb forecasts."""

from __future__ import annotations

import typer

from kb.cli.output import message, show
from kb.errors import Usage

app = typer.Typer(rich_markup_mode=None)


@app.command()
def forecasts(
    fate: str = typer.Option(
        "", "--only", metavar="FATE", help="pending, came-true, failed or void."
    ),
    record: bool = typer.Option(
        False, "--record", help="How often each voice was right, instead of the forecasts."
    ),
    format: str = typer.Option("table", "--format", "-f", metavar="table|csv|tsv|json|ndjson|md"),
) -> None:
    """What was foretold, what became of it, and how many days later.

    \b
    kb forecasts
    kb forecasts --only failed
    kb forecasts --record

    A forecast is decided by an undisputed claim of the same, of the opposite, or of what begins it,
    or by a judgement of kind outcome;
    time alone decides nothing.
    """
    from kb.cli.opened import opened
    from kb.model.identifiers import suggestion
    from kb.model.vocabulary import FATES
    from kb.presentation.names import voice_name

    fates = ("pending", *FATES)
    if fate and fate not in fates:
        raise Usage(
            f"“{fate}” is no outcome of a forecast.", suggestion(fate, fates, ", ".join(fates))
        )
    kb = opened()
    known, all_ = kb.together(lambda: (kb.known(), kb.forecasts()))
    found = [f for f in all_ if not fate or f.fate == fate]
    if record:
        columns = ["voice", "made", "came_true", "failed", "void", "pending", "mean_lead_in_days"]
        rows: list[list[object]] = [
            [
                voice_name(known, r.voice),
                r.made,
                r.came_true,
                r.failed,
                r.void,
                r.pending,
                r.mean_lead,
            ]
            for r in kb.forecast_records(found)
        ]
        show(columns, rows, format)
        return
    columns = [
        "claim",
        "status",
        "statement",
        "if",
        "made",
        "by",
        "decided",
        "lead_in_days",
        "by_claim",
    ]
    show(
        columns,
        [
            [
                f.claim,
                f.fate,
                known.claims[f.claim].statement,
                f.condition,
                f.made,
                tuple(voice_name(known, v) for v in f.voices),
            ]
            + [f.decided, f.lead, f.outcomes]
            for f in found
        ],
        format,
    )
    pending = sum(f.fate == "pending" for f in found)
    if pending and not fate:
        message(
            f"note: {pending} of {len(found)} are pending; a judgement of kind outcome decides what no rule can tell"
        )
