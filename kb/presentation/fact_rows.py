"""Facts as rows: the claims that a policy accepts, with their days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from kb.presentation.explanation import sides

if TYPE_CHECKING:
    from kb.app.derivation.kept_statuses import Statuses
    from kb.reasoning.outcome.status_row import StatusRow
    from kb.workspace.catalogs.catalog import Known

# Columns of a table for people; programs have the others, too.
FOR_PEOPLE: Final = (
    "claim",
    "status",
    "statement",
    "from",
    "to",
    "last_reported",
    "affirmed_by",
)
COLUMNS: Final = (
    *FOR_PEOPLE,
    "documents",
    "no_known_stake",
    "policy",
    "as_of",
    "known_on",
)


def values(
    known: Known, outcome: Statuses, row: StatusRow, conditions: Mapping[str, str]
) -> dict[str, object]:
    """Return the values of COLUMNS for one claim."""
    claim = known.claims[row.claim]
    affirming, _ = sides(known, outcome, row)
    return {
        "claim": row.claim,
        "status": row.status,
        "statement": claim.statement,
        "from": claim.begin_earliest,
        "to": claim.end_latest,
        "last_reported": None if claim.end_latest else claim.end_earliest,
        "affirmed_by": affirming,
        "documents": row.documents,
        "no_known_stake": row.no_known_stake,
        "policy": conditions["policy"],
        "as_of": conditions.get("as of"),
        "known_on": conditions.get("known on"),
    }
