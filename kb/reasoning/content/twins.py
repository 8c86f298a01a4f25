"""Twins: claims that say the same in other words, as the saved check `claim-in-other-words` finds
them.

Nothing is merged: a person judges whether two claims are one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from kb.reasoning.content.propositions import declared, plain, roles
from kb.reasoning.tables import ClaimRow, PredicateRow, Tables, Triple

# Kinds of claims that never say the same as an event, a state or a speech act.
_MODAL: Final = frozenset({"intent", "cause", "forecast", "evaluation"})
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


def twins(tables: Tables) -> list[tuple[str, str]]:
    """Return the pairs of present claims that say the same and were not judged, sorted; the later
    one is first.

    >>> wind = ClaimRow("wind", subject="wind", predicate="damaged", object="bridge")
    >>> gust = ClaimRow("gust", subject="wind", predicate="damaged", object="bridge")
    >>> twins(Tables(claims=(gust, wind)))
    [('wind', 'gust')]
    """
    predicates = declared(tables)
    judged = {frozenset((j.about, j.other)) for j in tables.judgements}
    by_content: dict[Hashable, list[ClaimRow]] = defaultdict(list)
    present = [c for c in tables.claims if c.subject and c.predicate and c.invalidated is None]
    for claim in present:
        by_content[_own(claim), _circumstances(claim)].append(claim)
    pairs = (
        _later_first(claim, other)
        for claim in present
        for other in _like(claim, by_content, predicates)
        if other.id != claim.id
    )
    return sorted(
        pair for pair in set(pairs) if frozenset(f"claim/{id}" for id in pair) not in judged
    )


def _own(claim: ClaimRow) -> Triple:
    """Return the triple of a claim, in its own direction."""
    return (claim.subject or "", claim.predicate or "", claim.object)


def _like(
    claim: ClaimRow,
    by_content: Mapping[Hashable, list[ClaimRow]],
    predicates: Mapping[str, PredicateRow],
) -> Iterable[ClaimRow]:
    """Yield the claims with the same circumstances and the same triple, in either direction."""
    circumstances = _circumstances(claim)
    for triple in plain(claim, predicates):
        yield from by_content.get((triple, circumstances), ())


def _circumstances(claim: ClaimRow) -> Hashable:
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


def _later_first(one: ClaimRow, other: ClaimRow) -> tuple[str, str]:
    """Return the ids of two claims, first the one that was recorded later."""
    early, late = sorted((one, other), key=lambda claim: (claim.recorded or _NEVER, claim.id))
    return late.id, early.id
