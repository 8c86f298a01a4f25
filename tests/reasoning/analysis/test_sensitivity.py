"""What one removal would change, and that looking near a claim finds all of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from conftest import Kb
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.reasoning.analysis.relevance import sufficient
from kb.reasoning.analysis.sensitivity import Removal, fragile, removals, what_if, without
from kb.reasoning.analysis.surroundings import neighbourhood, surroundings
from kb.reasoning.contradiction.contradictions import contradictions
from kb.reasoning.dated_tables import view
from kb.reasoning.outcome.status import status
from kb.reasoning.outcome.status_row import StatusRow
from kb.reasoning.tables import (
    DEFAULT_POLICY,
    AffiliationRow,
    AssertionRow,
    ClaimRow,
    EntityRow,
    JudgementRow,
    PredicateRow,
    SourceRow,
    Tables,
)

PREDICATES = (
    PredicateRow(
        "took", initiates=("controls",), entails=("entered",), against_interest=("object",)
    ),
    PredicateRow("left", terminates=("controls",), against_interest=("subject",)),
    PredicateRow("controls", functional="object-time", inverse="controlled-by", across_sides=True),
    PredicateRow("met", symmetric=True, incompatible=("shunned",)),
    PredicateRow("lost", terminates=("controls",), against_interest=("subject",)),
    PredicateRow("proposed", functional="object"),
    PredicateRow("owns", shares_of="object"),
)
PEOPLE = ("north", "south", "ann", "bob", "they", "wire")
DAYS = st.none() | st.integers(1, 9).map(lambda n: date(2031, 3, n))


@st.composite
def claims(draw: st.DrawFn, id: str) -> ClaimRow:
    begin = draw(DAYS)
    share = draw(st.sampled_from((None, Decimal(40), Decimal(60))))
    return ClaimRow(
        id,
        kind=draw(st.sampled_from(("event", "state", "forecast"))),
        subject=draw(st.sampled_from(PEOPLE[:4])),
        predicate=draw(
            st.sampled_from(
                (
                    "took",
                    "left",
                    "controls",
                    "entered",
                    "met",
                    "shunned",
                    "lost",
                    "proposed",
                    "owns",
                )
            )
        ),
        object=draw(st.sampled_from(("town", "town", "quay", "hill", "south", None))),
        polarity=draw(st.sampled_from(("positive", "positive", "negative"))),
        begin_earliest=begin,
        begin_latest=begin,
        extent=draw(st.sampled_from((None, None, "whole", "part"))),
        end_latest=draw(st.none() | st.just(date(2031, 3, 9))) if begin else None,
        quantity_min=share,
        quantity_max=share,
        unit="percent" if share else None,
    )


@st.composite
def worlds(draw: st.DrawFn) -> Tables:
    names = [f"c{n}" for n in range(draw(st.integers(1, 6)))]
    one, who, where = (
        st.sampled_from(names),
        st.sampled_from(PEOPLE),
        st.sampled_from(("s", "t", "u")),
    )
    stances = st.sampled_from(("affirms", "affirms", "denies", "doubts", "retracts"))
    told = st.builds(
        lambda c, p, s, t, r, d: AssertionRow(
            "", c, s, f"{s}#char=5,9", p, t, relays=r, occurred_from=d, occurred_to=d
        ),
        one,
        who,
        where,
        stances,
        st.tuples() | st.tuples(who),
        st.none() | DAYS,
    )
    relations = st.sampled_from(("member-of", "speaks-for", "side-with", "backs", "rival-of"))
    ties = draw(st.lists(st.builds(AffiliationRow, who, relations, who), max_size=4))
    pairs = st.builds(
        lambda k, a, b: JudgementRow(k, f"claim/{a}", f"claim/{b}"),
        st.sampled_from(("same-claim", "same-event", "contradicts", "does-not-contradict")),
        one,
        one,
    )
    copies = st.builds(
        lambda a, b, r: JudgementRow("copy-of", f"source/{a}", f"source/{b}", span=r),
        where,
        where,
        st.sampled_from((None, (0, 9))),
    )
    twins = st.builds(
        lambda a, b: JudgementRow("same-entity", f"entity/{a}", f"entity/{b}"),
        who | st.just("town"),
        who | st.just("hill"),
    )
    judged = draw(st.lists(pairs | copies | twins, max_size=3))
    sources = [
        SourceRow(s, draw(who), day, day, draw(st.sampled_from((None, None, "s"))))
        for s in "stu"
        for day in (draw(DAYS),)
    ]
    return Tables(
        tuple(draw(claims(name)) for name in names),
        tuple(replace(a, id=str(n)) for n, a in enumerate(draw(st.lists(told, max_size=9)))),
        tuple(sources),
        tuple(replace(t, id=f"t{n}") for n, t in enumerate(ties)),
        tuple(replace(j, id=f"j{n}") for n, j in enumerate(judged)),
        (
            EntityRow("they", "collective"),
            EntityRow("bob", "unnamed"),
            EntityRow("quay", within=("town",)),
        ),
        PREDICATES,
    )


def rows(tables: Tables) -> dict[str, StatusRow]:
    return {row.claim: row for row in status(tables, DEFAULT_POLICY, contradictions(tables))}


# --- Laws


@settings(max_examples=150)
@given(worlds())
def test_a_status_rests_on_its_neighbourhood_only(tables: Tables) -> None:
    whole = rows(tables)
    for claim in whole:
        assert rows(neighbourhood(tables, [claim]))[claim] == whole[claim]


@given(worlds())
def test_what_would_flip_a_claim_is_what_does_flip_it(tables: Tables) -> None:
    """Found near the claim; compared with taking away every record of the whole base."""
    before = rows(tables)
    expected = {
        (claim, removal, after.status)
        for removal in removals(tables)
        for claim, after in rows(without(tables, removal)).items()
        if after.status != before[claim].status
    }
    assert {
        (f.claim, f.removal, f.after) for c in before for f in what_if(tables, DEFAULT_POLICY, c)
    } == expected
    assert {f.claim for f in fragile(tables, DEFAULT_POLICY)} == {claim for claim, _, _ in expected}
    for flip in fragile(tables, DEFAULT_POLICY):
        assert flip.flips == len(
            {claim for claim, removal, _ in expected if removal == flip.removal}
        )


@given(worlds(), st.integers(1, 9))
def test_how_a_claim_turned_rests_on_what_it_can_meet(tables: Tables, day: int) -> None:
    """Also on a day on which only a part of it had been published."""
    near, on = surroundings(tables), date(2031, 3, day)
    seen = view(tables, as_of=on)
    whole = {row.claim: row for row in status(seen, DEFAULT_POLICY, contradictions(seen))}
    for claim in rows(tables):
        part = view(sufficient(near, claim), as_of=on)
        found = {r.claim: r for r in status(part, DEFAULT_POLICY, contradictions(part))}
        assert found.get(claim) == whole.get(claim)


def test_what_disputes_the_outcome_of_a_forecast_is_near_to_it() -> None:
    """The outcome is judged the same as a claim about another place, which a third claim there
    contradicts.
    """
    told = ClaimRow("f", kind="forecast", subject="north", predicate="took", object="town")
    happened = ClaimRow("g", kind="event", subject="north", predicate="took", object="town")
    same = ClaimRow("h", kind="event", subject="north", predicate="took", object="hill")
    not_so = replace(same, id="i", polarity="negative")
    said = tuple(
        AssertionRow(c, c, "s", speaker=who, stance="affirms")
        for c, who in (("f", "ann"), ("g", "bob"), ("i", "eve"))
    )
    judged = (JudgementRow("same-claim", "claim/g", "claim/h"),)
    tables = Tables((told, happened, same, not_so), said, judgements=judged, predicates=PREDICATES)
    assert {r.status for r in rows(replace(tables, claims=tables.claims[:3])).values()} == {
        "came-true",
        "single-voice",
    }
    assert rows(tables)["f"].status == rows(neighbourhood(tables, ["f"]))["f"].status == "pending"


def test_whose_side_an_ally_is_on_is_near() -> None:
    """The speaker backs the rival of a backer of the subject."""
    ties = [("ann", "backs", "south"), ("east", "backs", "north"), ("south", "rival-of", "east")]
    tables = base(
        ("ann", "affirms", "s"),
        affiliations=tuple(AffiliationRow(*t, id="-".join(t)) for t in ties),
    )
    assert rows(neighbourhood(tables, ["c"]))["c"] == rows(tables)["c"]
    assert rows(tables)["c"].no_known_stake == 0


# --- What is found

CLAIM = ClaimRow("c", kind="event", subject="north", predicate="took", object="town")


def base(*told: tuple[str, str, str], **tables: object) -> Tables:
    rows = tuple(
        AssertionRow(f"{who}-{n}", "c", source, speaker=who, stance=stance)
        for n, (who, stance, source) in enumerate(told)
    )
    return replace(
        Tables((CLAIM,), rows, (SourceRow("s"), SourceRow("t", copy_of="s"), SourceRow("u"))),
        **tables,
    )


def found(tables: Tables) -> list[tuple[str, str, str]]:
    return [(f.removal.kind, f.removal.id, f.after) for f in what_if(tables, DEFAULT_POLICY, "c")]


def test_without_a_dated_account_an_opposite_claim_meets_a_claim() -> None:
    no = ClaimRow(
        "d",
        kind="event",
        subject="north",
        predicate="took",
        object="town",
        polarity="negative",
        begin_earliest=date(2031, 3, 1),
        end_latest=date(2031, 3, 9),
    )
    day, other = date(2031, 3, 5), date(2031, 3, 2)
    told = (
        AssertionRow("1", "c", "s", speaker="ann", stance="affirms"),
        AssertionRow("2", "d", "t", None, "bob", "affirms", occurred_from=other, occurred_to=other),
        AssertionRow("3", "d", "u", speaker="eve", stance="affirms"),
    )
    yes = replace(CLAIM, begin_earliest=day, begin_latest=day, end_latest=day)
    tables = replace(base(), claims=(yes, no), assertions=told, predicates=PREDICATES)
    assert found(tables) == [
        ("assertion", "2", "disputed"),
        ("assertion", "1", "unsupported"),
    ]


def test_without_a_passage_that_names_two_together_one_claim_excludes_the_other() -> None:
    one = ClaimRow("c", kind="event", subject="north", predicate="proposed", object="plan")
    told = (
        AssertionRow("1", "c", "s", "s#char=5,9", "ann", "affirms"),
        AssertionRow("2", "d", "s", "s#char=5,9", "ann", "affirms"),
        AssertionRow("3", "c", "t", "t#char=5,9", "bob", "affirms"),
        AssertionRow("4", "d", "u", "u#char=5,9", "eve", "affirms"),
    )
    claims = (one, replace(one, id="d", subject="south"))
    tables = replace(base(), claims=claims, assertions=told, predicates=PREDICATES)
    assert {id for _, id, after in found(tables) if after == "disputed"} == {"1", "2"}


def test_without_the_only_denial_a_claim_rests_on_one_voice() -> None:
    assert found(base(("ann", "affirms", "s"), ("bob", "denies", "s"))) == [
        ("assertion", "ann-0", "denied-only"),
        ("assertion", "bob-1", "single-voice"),
    ]


def test_two_denials_are_not_flipped_by_losing_one() -> None:
    assert found(base(("ann", "affirms", "s"), ("bob", "denies", "s"), ("eve", "denies", "s"))) == [
        ("assertion", "ann-0", "denied-only")
    ]


def test_without_the_tie_two_allies_corroborate() -> None:
    ties = (AffiliationRow("ann", "backs", "bob", id="ann-backs-bob"),)
    assert ("affiliation", "ann-backs-bob", "corroborated") in found(
        base(("ann", "affirms", "s"), ("bob", "affirms", "u"), affiliations=ties)
    )


def test_without_the_lineage_a_copy_is_a_document_of_its_own() -> None:
    sources = SourceRow("s", "wire"), SourceRow("t", "paper", copy_of="s")
    tables = base(("wire", "affirms", "s"), ("paper", "affirms", "t"), sources=sources)
    assert ("lineage", "t", "corroborated") in found(tables)


def test_without_the_judgement_claims_are_apart() -> None:
    other = replace(CLAIM, id="d", object="gate")
    judged = (JudgementRow("same-claim", "claim/c", "claim/d", id="same"),)
    denial = AssertionRow("x", "d", "s", speaker="bob", stance="denies")
    tables = base(("ann", "affirms", "s"), judgements=judged)
    tables = replace(tables, claims=(CLAIM, other), assertions=(*tables.assertions, denial))
    assert ("judgement", "same", "single-voice") in found(tables)


def test_the_removal_that_costs_a_fact_stands_before_the_one_that_costs_a_voice() -> None:
    other = replace(CLAIM, id="a", object="gate")
    tables = base(("ann", "affirms", "s"), ("bob", "affirms", "u"))
    tables = replace(
        tables,
        claims=(CLAIM, other),
        assertions=(
            *tables.assertions,
            AssertionRow("y", "a", "s", speaker="eve", stance="affirms"),
        ),
    )
    assert [(f.claim, f.after, f.severity) for f in fragile(tables, DEFAULT_POLICY)] == [
        ("c", "single-voice", 3),
        ("a", "unsupported", 0),
    ]


@pytest.mark.parametrize("kind", ["assertion", "judgement", "affiliation", "lineage"])
def test_what_is_removed_is_gone_and_nothing_else(kind: str) -> None:
    tables = base(
        ("ann", "affirms", "s"),
        affiliations=(AffiliationRow("a", "backs", "b", id="x"),),
        judgements=(JudgementRow("verdict", "claim/c", id="x"),),
    )
    for removal in (r for r in removals(tables) if r.kind == kind):
        left = without(tables, removal)
        assert [r for r in removals(tables) if r not in removals(left)] == [removal]
    assert without(tables, Removal(kind, "none")) == tables


# --- As commands


def test_what_if_names_what_would_change_the_status(seen: Kb) -> None:
    done = seen("status", "northland-sent", "--what-if")
    assert done.code == 0, done
    assert "northland.denies" in done.out
    assert "denied-only" not in done.out  # three affirm it, and no single one of them is needed


def test_what_if_needs_a_claim(seen: Kb) -> None:
    seen.refuses(2, "status", "--what-if", says=("--what-if needs a claim",))


def test_fragile_lists_the_most_consequential_first_and_leaves_lone_voices_to_all(seen: Kb) -> None:
    done = seen("fragile", "--format", "csv")
    assert done.code == 0, done
    assert [line.split(",")[:3] for line in done.out.splitlines()[:2]] == [
        ["claim", "status", "would_be"],
        ["northland-sent-tugs-to-oldport", "disputed", "single-voice"],
    ]
    assert "would lose their only voice" in done.err
    assert len(seen("fragile", "--all", "--format", "csv").out.splitlines()) > len(
        done.out.splitlines()
    )
