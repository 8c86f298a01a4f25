"""The list of statuses: its columns, its order, and a row for each claim."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from kb.model.vocabulary import STATUSES
from kb.presentation.explanation import against, sides

if TYPE_CHECKING:
    from kb.app.derivation.kept_statuses import Statuses
    from kb.reasoning.outcome.status_row import StatusRow
    from kb.workspace.catalogs.catalog import Known

# Statuses in the order of the list; the others follow.
ORDER: Final = (
    "disputed",
    "denied-only",
    "retracted",
    "superseded",
    "admitted",
    "corroborated",
    "single-voice",
    "unsupported",
)
_PLACES: Final = {status: n for n, status in enumerate(dict.fromkeys((*ORDER, *STATUSES)))}
COLUMNS: Final = (
    "claim",
    "status",
    "statement",
    "affirmed_by",
    "against",
    "documents",
    "originals",
    "no_known_stake",
    "flags",
)
# Columns of a table for people; programs and --why have the others, too.
FOR_PEOPLE: Final = ("claim", "status", "statement", "affirmed_by", "against", "flags")


def ordered(rows: Iterable[StatusRow]) -> list[StatusRow]:
    """Sort statuses: those that need attention first, then by claim."""
    return sorted(rows, key=_rank)


def exchanged(
    found: Sequence[StatusRow], gone: Iterable[StatusRow], new: Iterable[StatusRow]
) -> list[StatusRow]:
    """Return statuses that are sorted already, with a few others in place of a few.

    >>> from kb.reasoning.outcome.status_row import StatusRow
    >>> one, other = (StatusRow(id, "disputed", "", "", (), (), (), 0, 0, (), (), 0, None, (), "")
    ...               for id in "ab")
    >>> [row.claim for row in exchanged([one], [one], [other])]
    ['b']
    """
    rows = list(found)
    for row in gone:
        place = bisect_left(rows, _rank(row), key=_rank)
        if place < len(rows) and rows[place].claim == row.claim:
            del rows[place]
    for row in new:
        insort(rows, row, key=_rank)
    return rows


def _rank(row: StatusRow) -> tuple[int, str]:
    return _PLACES[row.status], row.claim


def values(known: Known, outcome: Statuses, row: StatusRow) -> dict[str, object]:
    """Return the values of COLUMNS for one claim."""
    affirming, opposing = sides(known, outcome, row)
    rivals = [
        f"{'claim' if certainty == 'certain' else 'perhaps claim'}: {known.claims[other].statement}"
        for other, certainty in against(row).items()
        if other in known.claims
    ]
    return {
        "claim": row.claim,
        "status": row.status,
        "statement": known.claims[row.claim].statement if row.claim in known.claims else None,
        "affirmed_by": affirming,
        "against": (*opposing, *rivals),
        "documents": row.documents,
        "originals": row.originals,
        "no_known_stake": row.no_known_stake,
        "flags": row.flags,
    }
