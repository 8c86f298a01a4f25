"""Parts of the tables, each computed apart, give together what all tables give at once: every word,
count, voice, reason and contradiction, under each policy, now and as of a day.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from functools import cache

import pytest
from conftest import CHECKOUT
from generated_bases import World, report
from policies import shipped
from worlds import SEEDS, day, world

from kb.app import knowledge_base
from kb.app.derivation import part_statuses
from kb.app.derivation.materialisation import ComputedStatuses, worked_out
from kb.reasoning import rows
from kb.reasoning.analysis.parts import parts
from kb.reasoning.analysis.surroundings import surroundings
from kb.reasoning.dated_tables import view
from kb.reasoning.tables import AssertionRow, ClaimRow, JudgementRow, SourceRow, Tables

POLICIES = sorted(shipped())


def in_parts(tables: Tables, policy: str, as_of: date | None, number: int) -> ComputedStatuses:
    """Statuses of all parts, each from no more than the claims and assertions of that part."""
    divided = parts(surroundings(view(tables, as_of)), number)
    found = [part_statuses.of_part(part.of(tables), policy, part, as_of) for part in divided]
    return part_statuses.joined(tables, policy, found)


def check(tables: Tables, policy: str, as_of: date | None, number: int, name: object) -> None:
    whole, joined = worked_out(tables, policy, as_of), in_parts(tables, policy, as_of, number)
    for claim, row in whole.rows.items():
        assert joined.rows[claim] == row, (name, claim)
    for field in fields(ComputedStatuses):
        assert getattr(joined, field.name) == getattr(whole, field.name), (name, field.name)


@cache
def collection() -> Tables:
    """The shipped collection."""
    return knowledge_base.open(str(CHECKOUT)).session.tables()


@cache
def generated() -> Tables:
    """A generated base of 400 claims, with the declarations that ship."""
    made = World(400)
    records = [*made.entities(), *made.ties(), *made.judgements(), *map(made.claim, range(400))]
    for source in range(made.sources):
        records += report(made, source)[1]
    found, declared = rows.from_records(records), collection()
    return replace(found, predicates=declared.predicates, policies=declared.policies)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("as_of", [None, date(2020, 6, 6), date(2020, 9, 1)])
def test_parts_of_the_shipped_collection(policy: str, as_of: date | None) -> None:
    check(collection(), policy, as_of, 7, as_of)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("as_of", [None, date(2021, 6, 1), date(2022, 12, 31)])
def test_parts_of_a_generated_base(policy: str, as_of: date | None) -> None:
    check(generated(), policy, as_of, 12, as_of)


def test_each_claim_of_a_small_world_alone() -> None:
    for seed in SEEDS:
        policy, as_of = POLICIES[seed % len(POLICIES)], (None, day(1), day(3))[seed % 3]
        tables = replace(world(seed), policies=tuple(shipped().values()))
        check(tables, policy, as_of, 100, (seed, policy))


def test_an_assertion_without_a_claim_has_its_voice() -> None:
    said = (
        AssertionRow("a", None, "s", speaker="ann"),
        AssertionRow("b", "gone", "s", speaker="bo"),
    )
    tables = Tables((ClaimRow("c"), ClaimRow("d")), said, policies=tuple(shipped().values()))
    assert in_parts(tables, POLICIES[0], None, 2).voices == {"a": "entity/ann", "b": "entity/bo"}
    assert in_parts(replace(tables, claims=()), POLICIES[0], None, 2).voices.keys() == {"a", "b"}


def test_a_worker_needs_only_a_part() -> None:
    """Parts have about equal numbers of assertions, and none needs all claims of a large base."""
    tables = generated()
    found = parts(surroundings(view(tables)), 6)
    sizes = [sum(part.said(row) for row in tables.assertions) for part in found]
    assert len(found) <= 6
    assert sum(sizes) == len(tables.assertions)
    assert max(sizes) < 2 * len(tables.assertions) / 6
    assert max(len(part.claims) for part in found) < len(tables.claims)
    assert sum(len(part.own) for part in found) == len(tables.claims)


def test_what_disputes_the_claim_that_decides_a_forecast_is_in_its_part() -> None:
    later = day(9)
    when = {
        "begin_earliest": later,
        "begin_latest": later,
        "end_earliest": later,
        "end_latest": later,
    }
    claims = (
        ClaimRow("will", None, "forecast", "ann", "met", "bob", end_latest=day(20)),
        ClaimRow("did", None, "event", "ann", "met", "bob", **when),
        ClaimRow("same", None, "event", "eve", "saw", "dan", **when),
        ClaimRow("never", None, "event", "eve", "saw", "dan", "negative", **when),
    )
    said = tuple(
        AssertionRow(
            f"on-{row.id}", row.id, f"s-{row.id}", speaker=f"by-{row.id}", stance="affirms"
        )
        for row in claims
    )
    papers = tuple(
        SourceRow(f"s-{row.id}", f"by-{row.id}", day(n), day(n)) for n, row in enumerate(claims)
    )
    judged = (JudgementRow("same-claim", "claim/did", "claim/same", id="j"),)
    tables = Tables(claims, said, papers, judgements=judged, policies=tuple(shipped().values()))
    fates = [
        worked_out(replace(tables, claims=some), POLICIES[0]).rows["will"].status
        for some in (claims, claims[:3])
    ]
    assert fates == ["pending", "came-true"]
    check(tables, POLICIES[0], None, 4, "")
