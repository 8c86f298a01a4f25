"""Forecasts as rows: their columns, and a row for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kb.presentation.explanation import AFFIRMING
from kb.presentation.names import speakers

if TYPE_CHECKING:
    from kb.app.derivation.kept_statuses import Statuses
    from kb.reasoning.analysis.forecasts import Forecast
    from kb.workspace.catalogs.catalog import Known

COLUMNS: Final = (
    "claim",
    "status",
    "statement",
    "if",
    "made",
    "by",
    "decided",
    "lead_in_days",
    "by_claim",
)


def row(known: Known, outcome: Statuses, one: Forecast) -> list[object]:
    """Return a forecast in the order of COLUMNS."""
    return [
        one.claim,
        one.fate,
        known.claims[one.claim].statement,
        one.condition,
        one.made,
        speakers(known, one.claim, one.voices, outcome.voices, AFFIRMING),
        one.decided,
        one.lead,
        one.outcomes,
    ]
