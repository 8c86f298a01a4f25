"""Claims that state a number, for tests of what follows from it."""

from __future__ import annotations

from datetime import date

from kb.model import quantities
from kb.reasoning.tables import ClaimRow

MAY = {"begin_earliest": date(2031, 5, 1), "end_latest": date(2031, 5, 31)}


def row(id: str, typed: str, unit: str | None = None, **fields: object) -> ClaimRow:
    """A claim that states a number, as a sheet would."""
    found = quantities.read(typed, unit)
    values = {
        "subject": "tank",
        "predicate": "spilled",
        "object": "oil",
        "kind": "event",
        "quantity_min": found.min,
        "quantity_max": found.max,
        "quantity_best": found.best,
        "quantity_min_excluded": found.min_excluded,
        "quantity_max_excluded": found.max_excluded,
        "quantity_step": found.step,
        "exactness": found.exactness,
        "unit": unit or found.unit or None,
    }
    return ClaimRow(id, **{**values, **MAY, **fields})  # type: ignore[arg-type]
