"""Twins: claims that say the same in other words, as the saved check `claim-in-other-words` finds
them.

Nothing is merged: a person judges whether two claims are one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from datetime import UTC, datetime
from typing import Final

from kb.reasoning.content.propositions import declared, plain, roles
from kb.reasoning.tables import ClaimRow, Tables, Triple

# Kinds of claims that never say the same as an event, a state or a speech act.
_MODAL: Final = frozenset({"intent", "cause", "forecast", "evaluation"})
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


def twins(tables: Tables) -> list[tuple[str, str]]:
    """Return the pairs of present claims that say the same and were not judged, sorted; the later
    one is first. Of several earlier ones, it is with the latest.

    >>> wind = ClaimRow("wind", subject="wind", predicate="damaged", object="bridge")
    >>> gust = ClaimRow("gust", subject="wind", predicate="damaged", object="bridge")
    >>> twins(Tables(claims=(gust, wind)))
    [('wind', 'gust')]
    """
    present = [c for c in tables.claims if c.subject and c.predicate and c.invalidated is None]
    earlier = _Earlier(tables)
    found = list[tuple[str, str]]()
    for claim in sorted(present, key=_order):
        if other := earlier.like(claim):
            found.append((claim.id, other.id))
        earlier.add(claim)
    return sorted(found)


class _Earlier:
    """Claims that were recorded before another one, by what they say."""

    def __init__(self, tables: Tables) -> None:
        self._predicates = declared(tables)
        self._judged = {frozenset((j.about, j.other)) for j in tables.judgements}
        self._stated: dict[Hashable, list[ClaimRow]] = defaultdict(list)
        # By every triple that a claim means: in either direction.
        self._meant: dict[Hashable, list[ClaimRow]] = defaultdict(list)

    def add(self, claim: ClaimRow) -> None:
        """Add a claim that was recorded after all others."""
        rest = circumstances(claim)
        self._stated[_own(claim), rest].append(claim)
        for triple in plain(claim, self._predicates):
            self._meant[triple, rest].append(claim)

    def like(self, claim: ClaimRow) -> ClaimRow | None:
        """Return the latest claim that says the same, and that nobody compared with this one."""
        rest = circumstances(claim)
        groups = [self._stated.get((t, rest), ()) for t in plain(claim, self._predicates)]
        groups.append(self._meant.get((_own(claim), rest), ()))
        found = (next((c for c in reversed(g) if self._open(c, claim)), None) for g in groups)
        return max((c for c in found if c), key=_order, default=None)

    def _open(self, one: ClaimRow, other: ClaimRow) -> bool:
        """Tell whether nobody judged two claims."""
        return frozenset((f"claim/{one.id}", f"claim/{other.id}")) not in self._judged


def _own(claim: ClaimRow) -> Triple:
    """Return the triple of a claim, in its own direction."""
    return (claim.subject or "", claim.predicate or "", claim.object)


def _order(claim: ClaimRow) -> tuple[datetime, str]:
    """Return the sort key of a claim: when it was recorded."""
    return claim.recorded or _NEVER, claim.id


def circumstances(claim: ClaimRow) -> Hashable:
    """Return everything else that must be equal: roles, days, numbers, condition, polarity, and the
    kind if it is not an event, a state or a speech act.
    """
    return (
        roles(claim),
        (claim.begin_earliest, claim.begin_latest, claim.end_earliest, claim.end_latest),
        (claim.held, claim.happened_at, claim.extent, claim.unit, claim.counted, claim.condition),
        (claim.quantity_min, claim.quantity_max, claim.quantity_best, claim.quantity_step),
        claim.polarity == "negative",
        claim.kind if claim.kind in _MODAL else None,
    )
