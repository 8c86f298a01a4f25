"""Renewal of statuses after a change: only those that the change can affect are computed again."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, replace
from typing import Final, TypeVar

from kb.app.derivation.lookups import Lookups
from kb.app.derivation.materialisation import (
    ComputedStatuses,
    Derivation,
    of_reached,
    policy_named,
)
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
    if _other_rules(derivation, former, tables) or _size(before) + _size(after) > MOST_ROWS:
        return None
    near = reach(Lookups(store, derivation.base), before)
    reached = near.claims(before, after)
    if not reached:
        return replace(former, tables=tables)
    reached |= near.near(reached, before)
    if len(reached) * PART > len(tables.claims):
        return None
    return _joined(
        replace(former, tables=tables),
        derivation.recomputed(near, reached),
        reached,
        {
            *(row.id for row in before.assertions),
            *of_reached(former.tables.assertions, reached),
            *of_reached(tables.assertions, reached),
        },
    )


def _other_rules(derivation: Derivation, former: ComputedStatuses, tables: Tables) -> bool:
    """Tell whether predicates or policies differ, which may change every status."""
    then = (set(former.tables.predicates), set(former.tables.policies), former.policy)
    policy = policy_named(tables.policies, derivation.policy)
    return then != (set(tables.predicates), set(tables.policies), policy)


def _joined(
    former: ComputedStatuses,
    found: ComputedStatuses,
    reached: AbstractSet[str],
    said: AbstractSet[str],
) -> ComputedStatuses:
    """Return statuses with those of the claims that are reached, and of what was said, replaced."""
    claims = {one.removeprefix("claim/") for one in reached}
    pairs = [p for p in former.contradictions if claims.isdisjoint((p.claim_a, p.claim_b))]
    pairs += found.contradictions
    return replace(
        former,
        rows=dict(sorted((_without(former.rows, claims) | dict(found.rows)).items())),
        voices=_without(former.voices, said) | dict(found.voices),
        echoes=_without(former.echoes, said) | dict(found.echoes),
        contradictions=sorted(pairs, key=lambda p: (p.claim_a, p.claim_b, p.kind, p.rule)),
    )


def _without(values: Mapping[str, T], ids: AbstractSet[str]) -> dict[str, T]:
    """Return a mapping without these ids."""
    return {id: value for id, value in values.items() if id not in ids}


def _only(these: Tables, others: Tables) -> Tables:
    """Return the rows that are in one of two tables only."""
    found = {}
    for field in fields(Tables):
        here, there = getattr(these, field.name), set(getattr(others, field.name))
        found[field.name] = tuple(row for row in here if row not in there)
    return Tables(**found)


def _size(tables: Tables) -> int:
    return sum(len(getattr(tables, field.name)) for field in fields(Tables))
