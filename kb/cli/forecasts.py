"""kb forecasts: forecasts and their outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import typer

from kb.cli.options import FORMAT, LIMIT, shared
from kb.cli.output import limited, message, show
from kb.presentation import forecast_rows

if TYPE_CHECKING:
    from kb.app.views.wanted import Wanted
    from kb.reasoning.analysis.forecasts import TrackRecord
    from kb.workspace.catalogs.catalog import Known

app = typer.Typer(rich_markup_mode=None, add_completion=False)
RECORDS: Final = ("voice", "made", "came_true", "failed", "void", "pending", "mean_lead_in_days")


TRACK_RECORD: Final = typer.Option(
    False, "--track-record", help="Count how often each voice was right."
)


@app.command()
@shared
def forecasts(
    wanted: Wanted, track_record: bool = TRACK_RECORD, limit: int = LIMIT, format: str = FORMAT
) -> None:
    """List forecasts, their outcomes, and after how many days each was decided.

    An undisputed claim that says the same or the opposite decides a forecast, or a judgement (kb
    judge outcome) does. Time alone decides nothing.

    \b
    kb forecasts
    kb forecasts --status failed
    kb forecasts --track-record
    """
    from kb.cli.opened import opened

    kb = opened()
    known, outcome = kb.together(lambda: (kb.known(), kb.status()))
    every = kb.forecasts(outcome)
    ids = kb.fitting(wanted, known, {f.claim: f.fate for f in every})
    found = [f for f in every if f.claim in ids]
    if track_record:
        show(RECORDS, [_record(known, r) for r in kb.forecast_records(found)], format)
        return
    rows = [forecast_rows.row(known, outcome, f) for f in limited(found, limit)]
    show(forecast_rows.COLUMNS, rows, format)
    pending = sum(f.fate == "pending" for f in found)
    if pending and not wanted.statuses:
        message(
            f"note: {pending} of {len(found)} pending; "
            "use kb judge outcome FORECAST CLAIM if no rule can decide one"
        )


def _record(known: Known, one: TrackRecord) -> list[object]:
    from kb.presentation.names import voice_name

    return [
        voice_name(known, one.voice),
        one.made,
        one.came_true,
        one.failed,
        one.void,
        one.pending,
        one.mean_lead,
    ]
