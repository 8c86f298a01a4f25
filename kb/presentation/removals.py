"""Records whose removal would change a status: the columns and a row for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kb.reasoning.analysis.sensitivity import Flip
    from kb.workspace.catalogs.catalog import Known

COLUMNS: Final = (
    "claim",
    "status",
    "would_be",
    "without",
    "record",
    "claims_changed",
    "statement",
)


def row(known: Known, flip: Flip) -> list[object]:
    """Return the values of COLUMNS for one record and one claim."""
    kind = flip.removal.kind
    path = "source" if kind == "lineage" else kind
    found = known.claims.get(flip.claim)
    return [
        flip.claim,
        flip.before,
        flip.after,
        kind,
        f"{path}/{flip.removal.id}",
        flip.flips,
        found.statement if found else "",
    ]
