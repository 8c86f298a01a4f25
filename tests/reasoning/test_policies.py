"""The policies that ship: data, each with a version, each different in what its definition says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from policies import shipped

from kb.reasoning.contradiction.contradictions import contradictions
from kb.reasoning.outcome.status import status
from kb.reasoning.tables import AffiliationRow, AssertionRow, ClaimRow, Tables

CLAIM = ClaimRow("c", kind="event", subject="north", predicate="took", object="town")
RIVALS = (AffiliationRow("north", "rival-of", "south"),)


def status_of(policy: str, *told: str, tables: Tables | None = None) -> str:
    said = tuple(
        AssertionRow(str(n), "c", f"paper-{n}", speaker=who, stance=stance)
        for n, (who, stance) in enumerate(t.split() for t in told)
    )
    whole = tables or Tables((CLAIM,), said, affiliations=RIVALS)
    return next(
        r.status for r in status(whole, shipped()[policy], contradictions(whole)) if r.claim == "c"
    )


def test_three_policies_ship_two_of_them_in_two_versions() -> None:
    assert set(shipped()) == {"cautious-1", "cautious-2", "default-1", "default-2", "open-1"}


def test_newer_versions_differ_only_in_that_facts_need_several_originals() -> None:
    for name in ("cautious", "default"):
        old, new = (shipped()[f"{name}-{version}"] for version in (1, 2))
        assert replace(old, id=new.id, several_originals=True) == new


@pytest.mark.parametrize(
    ("told", "cautious", "default", "open_"),
    [
        (("ann affirms", "bob affirms"), "single-voice", "corroborated", "corroborated"),
        (
            ("ann affirms", "bob affirms", "eve affirms"),
            "corroborated",
            "corroborated",
            "corroborated",
        ),
        (("north affirms", "south affirms"), "single-voice", "single-voice", "corroborated"),
        (
            ("north affirms", "south affirms", "ann affirms"),
            "single-voice",
            "corroborated",
            "corroborated",
        ),
        (("ann affirms", "bob doubts"), "disputed", "single-voice", "single-voice"),
        (("ann affirms", "bob denies"), "disputed", "disputed", "disputed"),
    ],
)
def test_policies_differ_in_what_their_definitions_say(
    told: tuple[str, ...], cautious: str, default: str, open_: str
) -> None:
    assert tuple(status_of(p, *told) for p in ("cautious-2", "default-2", "open-1")) == (
        cautious,
        default,
        open_,
    )


def test_only_the_cautious_policy_lets_a_possible_contradiction_dispute() -> None:
    others = ClaimRow(
        "d",
        kind="state",
        subject="north",
        predicate="took",
        object="town",
        polarity="negative",
        held="some",
    )
    said = (
        AssertionRow("1", "c", "s", speaker="ann", stance="affirms"),
        AssertionRow("2", "d", "t", speaker="bob", stance="affirms"),
    )
    tables = Tables((CLAIM, others), said)
    assert {p.certainty for p in contradictions(tables)} == {"possible"}
    assert [status_of(p, tables=tables) for p in ("cautious-1", "default-1", "open-1")] == [
        "disputed",
        "single-voice",
        "single-voice",
    ]


def test_policies_accept_more_the_more_open_they_are() -> None:
    accepted = [set(shipped()[p].accepts) for p in ("cautious-1", "default-1", "open-1")]
    assert accepted[0] < accepted[1] < accepted[2]
    assert not accepted[2] & {"disputed", "denied-only", "retracted", "opinion", "pending"}
