"""Statuses that follow changes: only those that changed are read again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from kb.app.derivation import kept_statuses
from kb.app.derivation.kept_statuses import Statuses
from kb.reasoning.tables import Contradiction

T = TypeVar("T")


class FollowedStatuses:
    """Statuses that follow changes: only texts that were not there before are read.

    `found` are the statuses of the last state that was followed.
    """

    def __init__(self, kept: Sequence[str], contradictions: Sequence[Contradiction]) -> None:
        """Read all statuses. Raises ValueError or TypeError."""
        self._texts = kept
        self.found = kept_statuses.read(kept, contradictions)

    def follow(self, kept: Sequence[str], contradictions: Sequence[Contradiction]) -> set[str]:
        """Bring the statuses up to date, and return the claims whose status or contradictions
        changed. Raises ValueError or TypeError.
        """
        gone, new = (kept_statuses.read(some) for some in _differing(self._texts, kept))
        rows, voices = dict(self.found.rows), dict(self.found.voices)
        for claim in gone.rows.keys() - new.rows.keys():
            del rows[claim]
        for assertion in gone.voices.keys() - new.voices.keys():
            voices.pop(assertion, None)
        rows |= new.rows
        differing = set[Contradiction]().union(
            *_differing(self.found.contradictions, contradictions)
        )
        if not new.rows.keys() <= self.found.rows.keys():
            rows = dict(sorted(rows.items()))  # in the order of the claims, as if all were read
        self.found = Statuses(rows, {**voices, **new.voices}, contradictions)
        self._texts = kept
        ends = {claim for pair in differing for claim in (pair.claim_a, pair.claim_b)}
        return ends | gone.rows.keys() | new.rows.keys()


def _differing(before: Sequence[T], after: Sequence[T]) -> tuple[set[T], set[T]]:
    """Return what is only in the first and only in the second of two lists in the same order.

    >>> _differing("abcd", "abed")
    ({'c'}, {'e'})
    """
    if len(before) == len(after):
        pairs = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
        old, new = {one for one, _ in pairs}, {other for _, other in pairs}
    else:
        old, new = set(before), set(after)
    return old - new, new - old
