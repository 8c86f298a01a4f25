"""Renewal of statuses after a change: only those that the change can affect are computed again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Final, TypeVar

from kb.app.derivation.lookups import Lookups
from kb.app.derivation.materialisation import ComputedStatuses, Derivation, policy_named
from kb.app.derivation.reach import reach
from kb.reasoning.tables import Tables
from kb.store import Reader

T = TypeVar("T")
# Rows that differ, and claims that are reached for each one that is not: beyond them, computing
# everything is as fast.
MOST_ROWS: Final = 500
PART: Final = 4


def renewed(
    derivation: Derivation, store: Reader, former: ComputedStatuses, tables: Tables
) -> ComputedStatuses | None:
    """Return the statuses of these tables, given those of earlier ones and an index of the present
    records. None if too much differs.
    """
    before, after = _only(former.tables, tables), _only(tables, former.tables)
    policy = policy_named(tables.policies, derivation.policy)
    declared = (before.predicates, after.predicates, before.policies, after.policies)
    if any(declared) or policy != former.policy or _size(before) + _size(after) > MOST_ROWS:
        return None
    near = reach(Lookups(store, derivation.base), before)
    reached = near.claims(before, after)
    if not reached:
        return replace(former, tables=tables)
    reached |= near.near(reached, before)
    if len(reached) * PART > len(tables.claims):
        return None
    found = derivation.recomputed(near, reached)
    claims = {key.removeprefix("claim/") for key in reached}
    said = {row.id for row in before.assertions}
    said |= {row.id for row in former.tables.assertions if row.claim in claims}
    said |= {row.id for row in tables.assertions if row.claim in claims}
    said |= {key.removeprefix("assertion/") for key in reached}
    pairs = [p for p in former.contradictions if claims.isdisjoint((p.claim_a, p.claim_b))]
    pairs += found.contradictions
    return replace(
        former,
        tables=tables,
        rows=dict(sorted((_without(former.rows.items(), claims) | dict(found.rows)).items())),
        voices=_without(former.voices.items(), said) | dict(found.voices),
        echoes=_without(former.echoes.items(), said) | dict(found.echoes),
        contradictions=sorted(pairs, key=lambda p: (p.claim_a, p.claim_b, p.kind, p.rule)),
    )


def _without(pairs: Iterable[tuple[str, T]], ids: set[str]) -> dict[str, T]:
    """Return a mapping without these ids."""
    return {id: value for id, value in pairs if id not in ids}


def _only(these: Tables, others: Tables) -> Tables:
    """Return the rows that are in one of two tables only."""
    found = {}
    for field in fields(Tables):
        here, there = getattr(these, field.name), set(getattr(others, field.name))
        found[field.name] = tuple(row for row in here if row not in there)
    return Tables(**found)


def _size(tables: Tables) -> int:
    return sum(len(getattr(tables, field.name)) for field in fields(Tables))
