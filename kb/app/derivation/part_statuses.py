"""Statuses of parts of the tables, computed apart from each other, and of all parts together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from kb.app.derivation.materialisation import ComputedStatuses, policy_named, worked_out
from kb.reasoning.analysis.parts import Part
from kb.reasoning.outcome.status_row import StatusRow
from kb.reasoning.tables import Contradiction, Tables


def of_part(tables: Tables, policy: str, part: Part, as_of: date | None = None) -> ComputedStatuses:
    """Return the statuses of a part's own claims, the voices of its assertions, and the
    contradictions whose first claim is its own, without tables.

    `tables` include those of the part. Raises Usage if there is no such policy.
    """
    found = worked_out(part.of(tables), policy, as_of, claims=part.own)
    said = {row.id for row in found.tables.assertions if part.said(row)}
    pairs = [pair for pair in found.contradictions if pair.claim_a in part.own]
    return replace(found.only(part.own, said), contradictions=pairs, tables=Tables())


def joined(tables: Tables, policy: str, found: Iterable[ComputedStatuses]) -> ComputedStatuses:
    """Return the statuses of all parts of the tables, which equal those computed at once.

    Raises Usage if there is no such policy.
    """
    rows: dict[str, StatusRow] = {}
    voices: dict[str, str | None] = {}
    echoes: dict[str, str] = {}
    pairs: list[Contradiction] = []
    for part in found:
        rows |= part.rows
        voices |= part.voices
        echoes |= part.echoes
        pairs += part.contradictions
    pairs.sort(key=lambda pair: (pair.claim_a, pair.claim_b, pair.kind, pair.rule))
    chosen = policy_named(tables.policies, policy)
    return ComputedStatuses(
        {claim: rows[claim] for claim in sorted(rows)}, voices, pairs, tables, chosen, echoes
    )
