"""Statuses that follow changes: only those that changed are read again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from kb.app.derivation import kept_statuses
from kb.app.derivation.kept_statuses import Statuses
from kb.reasoning.tables import Contradiction
from kb.workspace.indexing import name_table
from kb.workspace.indexing.name_table import NameTable


class FollowedStatuses:
    """Statuses that follow changes: only those of claims that an update has reached are read.

    `found` are the statuses of the last state that was followed.
    """

    def __init__(self, table: NameTable) -> None:
        """Read all statuses of an index. Raises Damaged, ValueError or TypeError."""
        self._mark, self._texts = table.mark(), table.kept()
        self.found = kept_statuses.read(self._texts.values(), table.contradictions())

    def follow(self, table: NameTable) -> set[str]:
        """Bring the statuses up to date with an index, and return the claims whose status or
        contradictions changed. Raises as the constructor does.
        """
        reached = table.reached(self._mark)
        new = table.kept(reached)
        those = self._texts.keys() | new.keys() if reached is None else {*reached}
        differing = {one for one in those if self._texts.get(one) != new.get(one)}
        self._replace({one: new[one] for one in differing if one in new}, differing)
        self._mark = table.mark()
        return differing | self._follow_pairs(table.contradictions(reached), reached)

    def _follow_pairs(self, new: list[Contradiction], reached: Collection[str] | None) -> set[str]:
        """Replace the contradictions of the claims that were reached, or all, and return the claims
        with another one.
        """
        those = None if reached is None else {*reached}
        left, old = list[Contradiction](), list[Contradiction]()
        for pair in self.found.contradictions:
            near = those is None or pair.claim_a in those or pair.claim_b in those
            (old if near else left).append(pair)
        if old == new:
            return set()
        pairs = sorted([*left, *new], key=name_table.pair_order)
        self.found = replace(self.found, contradictions=pairs)
        ends = ((pair.claim_a, pair.claim_b) for pair in {*old} ^ {*new})
        return {claim for both in ends for claim in both}

    def _replace(self, new: Mapping[str, str], differing: Collection[str]) -> None:
        """Replace the statuses of claims that differ; those that are not new are gone."""
        gone = kept_statuses.read(self._texts[one] for one in differing if one in self._texts)
        come = kept_statuses.read(new.values())
        rows, voices = dict(self.found.rows), dict(self.found.voices)
        for claim in gone.rows.keys() - come.rows.keys():
            del rows[claim]
        for assertion in gone.voices.keys() - come.voices.keys():
            voices.pop(assertion, None)
        for one in differing:
            self._texts.pop(one, None)
        self._texts |= new
        added = not come.rows.keys() <= rows.keys()
        rows |= come.rows
        if added:
            rows = dict(sorted(rows.items()))  # in the order of the claims, as if all were read
        self.found = Statuses(rows, {**voices, **come.voices}, self.found.contradictions)
