"""Status is worked out from who says what: one test for each status and flag, then the rules behind
them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pyoxigraph as ox
import pytest
from heard import voices
from hypothesis import assume, given
from hypothesis import strategies as st

from kb.app.derivation import extraction
from kb.app.derivation.lookups import Lookups
from kb.presentation.explanation import against
from kb.reasoning.contradiction.contradictions import contradictions
from kb.reasoning.dated_tables import undated
from kb.reasoning.outcome.status import status
from kb.reasoning.outcome.status_row import StatusRow
from kb.reasoning.speakers.lineage import roots
from kb.reasoning.tables import (
    DEFAULT_POLICY,
    AffiliationRow,
    AssertionRow,
    ClaimRow,
    EntityRow,
    JudgementRow,
    PolicyRow,
    PredicateRow,
    SourceRow,
    Tables,
)
from kb.store import Store, Term
from kb.store.oxigraph import EmbeddedStore
from kb.store.rdflib import MemoryStore

JUNE = date(2020, 6, 1)


def claim(id: str = "c", **fields: object) -> ClaimRow:
    return replace(
        ClaimRow(id, kind="event", subject="lna", predicate="sent", object="tanks"), **fields
    )


def said(*lines: str) -> tuple[AssertionRow, ...]:
    """Assertions from `SPEAKER STANCE [SCOPE] [on SOURCE] [of CLAIM]`; ids count from 1."""
    rows = []
    for number, line in enumerate(lines, 1):
        words = line.split()
        fields = {
            key: words[words.index(word) + 1]
            for key, word in (("source", "on"), ("claim", "of"))
            if word in words
        }
        scope = tuple(w for w in words[2:3] if w not in ("on", "of"))
        rows.append(
            AssertionRow(
                str(number),
                **{
                    "claim": "c",
                    "source": "s",
                    "speaker": words[0],
                    "stance": words[1],
                    "scope": scope,
                }
                | fields,
            )
        )
    return tuple(rows)


def base(assertions: tuple[AssertionRow, ...], *claims: ClaimRow, **tables: object) -> Tables:
    sources = (
        SourceRow("s", "newswire", JUNE, JUNE),
        SourceRow("t", "gazette", JUNE, JUNE),
        SourceRow("u", "newswire", day(20), day(20)),
    )
    return replace(Tables(claims or (claim(),), assertions, sources), **tables)


def judged(
    tables: Tables, policy: PolicyRow = DEFAULT_POLICY, **dates: date
) -> dict[str, StatusRow]:
    return {row.claim: row for row in status(tables, policy, contradictions(tables), **dates)}


def one(*lines: str, **tables: object) -> StatusRow:
    return judged(base(said(*lines), **tables))["c"]


def day(number: int) -> date:
    return JUNE + timedelta(days=number - 1)


def noon(number: int) -> datetime:
    return datetime(2020, 6, number, 12, tzinfo=UTC)


# --- Statuses


def test_an_evaluation_is_an_opinion_even_when_denied() -> None:
    assert one("a affirms", "b denies", claims=(claim(kind="evaluation"),)).status == "opinion"


def forecast(**fields: object) -> ClaimRow:
    return claim("f", **{"kind": "forecast"} | fields)


def test_a_forecast_without_outcome_is_pending() -> None:
    assert judged(base(said("a affirms of f"), forecast()))["f"].status == "pending"


def test_a_forecast_comes_true_by_an_affirmed_claim_and_is_overtaken() -> None:
    row = judged(base(said("a affirms of f", "b affirms on u"), forecast(), claim()))["f"]
    assert (row.status, row.flags, row.reasons[-2].claims) == (
        "came-true",
        ("overtaken",),
        ("c",),
    )


def test_a_forecast_comes_true_by_what_entails_it() -> None:
    predicates = (PredicateRow("shipped", entails=("sent",)),)
    rows = judged(
        base(
            said("a affirms of f", "b affirms on u"),
            forecast(),
            claim(predicate="shipped"),
            predicates=predicates,
        )
    )
    assert rows["f"].status == "came-true"


def test_a_forecast_fails_by_the_opposite() -> None:
    assert outcome(in_june(), polarity="negative", **in_june()) == "failed"


def in_june(first: int = 1, last: int = 30) -> dict[str, date]:
    """Something that went on, or is told, from one day of June to another."""
    return {
        "begin_earliest": day(first),
        "begin_latest": day(first),
        "end_earliest": day(last),
        "end_latest": day(last),
    }


def outcome(foreseen: dict[str, object], **told: object) -> str:
    """What becomes of a forecast made on 1 June, if this is told afterwards."""
    return judged(
        base(said("a affirms of f", "b affirms on u"), forecast(**foreseen), claim(**told))
    )["f"].status


@pytest.mark.parametrize(
    "told",
    [{}, in_june(2, 2), in_june(2, 29), {**in_june(), "roles": (("destination", "town"),)}],
    ids=str,
)
def test_what_was_not_so_at_some_time_or_place_fails_no_forecast(told: dict[str, object]) -> None:
    assert outcome(in_june(), polarity="negative", **told) == "pending"
    assert outcome({**in_june(), "polarity": "negative"}, polarity="negative", **told) == "pending"


def test_a_forecast_without_days_cannot_fail() -> None:
    assert {
        outcome({}, polarity="negative", **told) for told in ({}, in_june(), in_june(2, 2))
    } == {"pending"}


def test_a_forecast_that_something_will_not_be_comes_true_and_fails_the_other_way_round() -> None:
    foreseen = {**in_june(), "polarity": "negative"}
    assert (
        outcome(foreseen, polarity="negative", **in_june()),
        outcome(foreseen, **in_june(9, 9)),
    ) == ("came-true", "failed")


@pytest.mark.parametrize(
    ("foreseen", "less"),
    [
        ({"roles": (("destination", "town"),)}, {}),
        ({"extent": "whole"}, {"extent": "part"}),
        ({}, {"extent": "part"}),
        ({"quantity_max": Decimal(2)}, {"quantity_min": Decimal(2)}),
        ({"quantity_min": Decimal(2), "unit": "crates"}, {"quantity_min": Decimal(2)}),
    ],
)
def test_less_than_what_was_foretold_does_not_make_it_true(
    foreseen: dict[str, object], less: dict[str, object]
) -> None:
    assert (outcome(foreseen, **less), outcome(foreseen, **foreseen)) == ("pending", "came-true")


@pytest.mark.parametrize("kind", ["intent", "evaluation"])
def test_a_wish_or_an_opinion_decides_no_forecast(kind: str) -> None:
    assert outcome({}, kind=kind) == "pending"


def test_a_disputed_outcome_decides_no_forecast() -> None:
    assert (
        judged(base(said("a affirms of f", "b affirms on u", "d denies"), forecast(), claim()))[
            "f"
        ].status
        == "pending"
    )


def test_what_happened_before_a_forecast_is_not_its_outcome() -> None:
    before = claim(begin_earliest=date(2019, 1, 1), begin_latest=date(2019, 1, 1))
    assert (
        judged(base(said("a affirms of f", "b affirms on u"), forecast(), before))["f"].status
        == "pending"
    )
    assert (
        judged(base(said("a affirms of f on u", "b affirms"), forecast(), claim()))["f"].status
        == "pending"
    )


def test_a_forecast_is_void_when_somebody_judged_so() -> None:
    tables = base(
        said("a affirms of f"),
        forecast(condition="if asked"),
        judgements=(JudgementRow("outcome", "claim/f", verdict="void"),),
    )
    assert judged(tables)["f"].status == "void"


def foretold(verdict: str, *lines: str, other: str | None = "claim/c") -> StatusRow:
    """A forecast, a claim that no rule compares it with, and an analyst who does."""
    judgement = JudgementRow("outcome", "claim/f", other, verdict)
    tables = base(
        said("a affirms of f", *lines), forecast(), claim(predicate="left"), judgements=(judgement,)
    )
    return judged(tables)["f"]


@pytest.mark.parametrize("fate", ["came-true", "failed", "void"])
def test_an_analyst_names_the_claim_that_decides_a_forecast(fate: str) -> None:
    row = foretold(fate, "b affirms")
    assert (row.status, row.reasons[-2].claims) == (fate, ("c",))


def test_a_judged_outcome_counts_only_while_the_claim_it_names_does() -> None:
    assert foretold("failed", "b affirms", "d denies").status == "pending"
    assert foretold("failed").status == "pending"
    assert foretold("failed", "b affirms", other=None).status == "pending"
    assert foretold("in a way", "b affirms").status == "pending"


def test_analysts_who_disagree_decide_no_forecast() -> None:
    rows = tuple(
        JudgementRow("outcome", "claim/f", "claim/c", fate) for fate in ("failed", "came-true")
    )
    assert (
        judged(
            base(
                said("a affirms of f", "b affirms"),
                forecast(),
                claim(predicate="left"),
                judgements=rows,
            )
        )["f"].status
        == "pending"
    )


def test_a_verdict_stands_beside_a_status_and_changes_none() -> None:
    rows = tuple(
        JudgementRow("verdict", f"claim/{c}", verdict=v)
        for c in "cf"
        for v in ("true", "void", "failed")
    )
    tables = base(said("a affirms of f", "b affirms", "d denies"), forecast(), claim())
    assert judged(replace(tables, judgements=rows)) == judged(tables)


def test_a_foretold_state_comes_true_by_the_event_that_begins_it() -> None:
    foreseen = forecast(predicate="controls", object="town")
    rows = judged(
        base(
            said("a affirms of f", "b affirms on u"),
            foreseen,
            claim(predicate="took", object="town"),
            predicates=(TAKES,),
        )
    )
    assert rows["f"].status == "came-true"


def test_a_claim_that_everybody_took_back_is_retracted() -> None:
    row = one("a affirms", "a retracts", "b denies")
    assert (row.status, row.flags, row.voices_for) == ("retracted", ("retracted",), ())


def test_a_retraction_by_one_voice_leaves_the_other() -> None:
    row = one("a affirms", "b affirms", "a retracts")
    assert (row.status, row.flags, row.voices_for) == ("single-voice", (), ("entity/b",))


def test_a_denial_or_a_doubt_that_is_taken_back_no_longer_counts() -> None:
    for stance in ("denies", "doubts"):
        row = one("a affirms", f"b {stance}", "b retracts")
        assert (row.status, row.contest, row.flags, row.voices_against) == (
            "single-voice",
            ("none",),
            (),
            (),
        )
        assert next(r.assertions for r in row.reasons if r.rule == "taken-back") == ("2", "3")
    row = one("b denies", "b retracts")
    assert (row.status, row.flags) == ("unsupported", ())


def test_who_takes_back_an_affirmation_may_go_on_denying() -> None:
    assert one("b affirms", "b retracts", "b denies", "a affirms").status == "disputed"


def test_what_is_affirmed_again_after_a_retraction_stands() -> None:
    rows = said("a affirms", "a retracts", "a affirms")
    rows = tuple(replace(r, said_from=day(n), said_to=day(n)) for n, r in enumerate(rows, 1))
    assert judged(base(rows))["c"].status == "single-voice"


TAKES = PredicateRow("took", initiates=("controls",))
LEAVES = PredicateRow("left", terminates=("controls",))
RIVALS = AffiliationRow("gna", "rival-of", "lna")


def held(**fields: object) -> ClaimRow:
    return claim(
        "h",
        **{
            "kind": "state",
            "predicate": "controls",
            "object": "town",
            "begin_latest": day(1),
            "begin_earliest": day(1),
        }
        | fields,
    )


def ended(
    subject: str,
    predicate: str,
    number: int,
    state: ClaimRow | None = None,
    *more: str,
    **fields: object,
) -> StatusRow:
    event = claim(
        "e",
        subject=subject,
        predicate=predicate,
        object="town",
        begin_earliest=day(number),
        begin_latest=day(number),
        **fields,
    )
    tables = base(said("a affirms of h", "b affirms of e", *more), state or held(), event)
    return judged(replace(tables, predicates=(TAKES, LEAVES), affiliations=(RIVALS,)))["h"]


@pytest.mark.parametrize(("subject", "predicate"), [("gna", "took"), ("lna", "left")])
def test_a_state_that_a_rival_or_its_own_subject_ended_is_superseded(
    subject: str, predicate: str
) -> None:
    row = ended(subject, predicate, 5)
    assert (row.status, row.flags) == ("superseded", ("ended",))


@pytest.mark.parametrize(
    ("subject", "predicate", "number", "state"),
    [
        ("lna", "took", 5, held()),
        ("egypt", "took", 5, held()),
        ("gna", "left", 5, held()),
        ("gna", "took", 1, held()),
        ("gna", "took", 5, held(end_latest=day(9))),
        ("gna", "took", 5, held(held="some")),
        ("gna", "took", 5, held(object="village")),
    ],
)
def test_a_state_goes_on_unless_a_later_event_ends_it(
    subject: str, predicate: str, number: int, state: ClaimRow
) -> None:
    assert ended(subject, predicate, number, state).status == "single-voice"


def test_a_disputed_event_or_part_of_a_place_ends_no_state() -> None:
    assert ended("gna", "took", 5, None, "d denies of e").flags == ()
    assert ended("gna", "took", 5, extent="part").flags == ()


def test_a_state_that_its_subject_began_again_is_not_superseded() -> None:
    took, again = (
        claim(
            f"e{n}",
            subject=s,
            predicate="took",
            object="town",
            begin_earliest=day(n),
            begin_latest=day(n),
        )
        for n, s in ((5, "gna"), (7, "lna"))
    )
    tables = base(
        said("a affirms of h", "b affirms of e5", "b affirms of e7"),
        held(),
        took,
        again,
        predicates=(TAKES,),
        affiliations=(RIVALS,),
    )
    assert judged(tables)["h"].status == "single-voice"
    assert judged(replace(tables, claims=tables.claims[:2]))["h"].status == "superseded"


def test_a_state_without_a_begin_has_begun_when_it_was_first_told() -> None:
    undated_state = held(begin_earliest=None, begin_latest=None)
    assert [ended("gna", "took", n, undated_state).status for n in (1, 2)] == [
        "single-voice",
        "superseded",
    ]


def test_a_state_that_a_voice_reports_as_present_after_the_event_goes_on() -> None:
    present = held(begin_earliest=None, begin_latest=day(1), end_earliest=day(1))
    assert ended("gna", "took", 5, present).status == "superseded"
    assert ended("gna", "took", 5, present, "d affirms on u of h").status != "superseded"
    assert ended("gna", "took", 25, present, "d affirms on u of h").status == "superseded"
    assert ended("gna", "took", 5, present, "d doubts on u of h").status == "superseded"
    told_later = said("a affirms on u of h", "b affirms of e")
    event = claim("e", subject="gna", predicate="took", object="town", begin_earliest=day(5))
    looking_back = base(told_later, present, event, predicates=(TAKES,), affiliations=(RIVALS,))
    assert judged(looking_back)["h"].status == "superseded", "it says how it was on day 1"
    since = held()
    assert ended("gna", "took", 5, since, "d affirms on u of h").status == "superseded"


def test_a_denial_by_another_voice_disputes() -> None:
    row = one("usa affirms", "russia denies unspecified", "lna denies")
    assert (row.status, row.contest, row.dispute) == ("disputed", ("denied",), ("unspecified",))
    assert (row.voices_for, row.voices_against, row.since) == (
        ("entity/usa",),
        ("entity/lna", "entity/russia"),
        JUNE,
    )


def test_an_affirmed_claim_that_contradicts_disputes_both() -> None:
    rows = judged(
        base(said("a affirms", "b affirms of n"), claim(), claim("n", polarity="negative"))
    )
    assert [(r.status, r.contest) for r in rows.values()] == [("disputed", ("contradicted",))] * 2
    assert [r.claims for r in rows["c"].reasons if r.rule == "contradicted"] == [("n",)]


def test_the_opposite_of_an_event_disputes_that_it_occurred() -> None:
    rows = judged(
        base(said("a affirms", "b affirms of n"), claim(), claim("n", polarity="negative"))
    )
    assert rows["c"].dispute == ("occurrence",)


def test_a_contradicting_claim_that_nobody_affirms_disputes_nothing() -> None:
    assert judged(
        base(said("a affirms", "b denies of n"), claim(), claim("n", polarity="negative"))
    )["c"].contest == ("none",)


def test_only_what_somebody_affirms_is_shown_against_a_claim() -> None:
    pair = claim(), claim("n", polarity="negative")
    assert against(judged(base(said("a affirms", "b affirms of n"), *pair))["c"]) == {
        "n": "certain"
    }
    assert (
        against(judged(base(said("a affirms", "b affirms of n", "b retracts of n"), *pair))["c"])
        == {}
    )


def test_a_possible_contradiction_disputes_only_where_the_policy_says_so() -> None:
    tables = base(
        said("a affirms", "b affirms of n"),
        claim(begin_earliest=JUNE),
        claim("n", polarity="negative"),
    )
    lenient = replace(DEFAULT_POLICY, possible_contradiction_disputes=True)
    rows = [judged(tables, p)["c"] for p in (DEFAULT_POLICY, lenient)]
    assert [(r.status, r.contest, r.dispute) for r in rows] == [
        ("single-voice", ("possibly-contradicted",), ()),
        ("disputed", ("possibly-contradicted",), ("occurrence",)),
    ]


def test_doubt_alone_never_disputes() -> None:
    row = one("a affirms", "b doubts")
    assert (row.status, row.contest) == ("single-voice", ("doubted",))


def test_a_denial_without_an_affirming_voice_is_denied_only() -> None:
    assert (
        one(
            "somebody affirms", "b denies", entities=(EntityRow("somebody", "unattributed"),)
        ).status
        == "denied-only"
    )


AGAINST = (PredicateRow("sent", against_interest=("subject", "victim")),)


def test_what_the_party_concerned_affirms_is_admitted() -> None:
    row = one(
        "spokesman affirms",
        predicates=AGAINST,
        affiliations=(AffiliationRow("spokesman", "speaks-for", "lna"),),
    )
    assert (row.status, row.flags) == ("admitted", ("admitted",))


@pytest.mark.parametrize("relation", ["member-of", "part-of", "owns"])
def test_nobody_admits_what_harms_another_not_even_the_body_it_belongs_to(relation: str) -> None:
    ends = ("lna", "brigade") if relation == "owns" else ("brigade", "lna")
    row = one(
        "lna affirms",
        claims=(claim(subject="brigade"),),
        predicates=AGAINST,
        affiliations=(AffiliationRow(ends[0], relation, ends[1]),),
    )
    assert (row.status, row.flags) == ("single-voice", ())


def test_a_role_can_be_the_one_concerned() -> None:
    assert (
        one(
            "family affirms", claims=(claim(roles=(("victim", "family"),)),), predicates=AGAINST
        ).status
        == "admitted"
    )


def test_a_party_that_affirms_its_innocence_admits_nothing() -> None:
    assert one("lna affirms", claims=(claim(polarity="negative"),), predicates=AGAINST).flags == ()


def test_an_admission_that_others_deny_is_disputed_and_keeps_its_flag() -> None:
    row = one("lna affirms", "gna denies", predicates=AGAINST)
    assert (row.status, row.flags) == ("disputed", ("admitted",))


def test_two_voices_one_of_them_without_a_stake_corroborate() -> None:
    row = one("lna affirms", "resident affirms on t", entities=(EntityRow("resident", "unnamed"),))
    assert (row.status, row.support, row.no_known_stake) == (
        "corroborated",
        "several-originals",
        1,
    )


def test_two_voices_in_one_report_are_one_thread() -> None:
    row = one("lna affirms", "resident affirms", entities=(EntityRow("resident", "unnamed"),))
    assert (row.status, row.support) == ("single-voice", "several-in-one-report")


def test_two_allied_parties_do_not_corroborate_each_other() -> None:
    backs = (AffiliationRow("russia", "backs", "lna"),)
    assert one("lna affirms", "russia affirms on t", affiliations=backs).status == "single-voice"
    assert (
        one(
            "turkey affirms",
            "gna affirms on t",
            affiliations=(AffiliationRow("turkey", "backs", "gna"),),
        ).status
        == "single-voice"
    )
    assert one("turkey affirms", "gna affirms on t").status == "corroborated"


def test_one_author_does_not_corroborate_itself_by_writing_twice() -> None:
    row = one("newswire affirms on s", "newswire affirms on u")
    assert (row.voices_for, row.status) == (("entity/newswire",), "single-voice")


def test_a_rival_and_the_rivals_backer_both_have_a_stake() -> None:
    ties = (RIVALS, AffiliationRow("turkey", "backs", "gna"))
    assert one("gna affirms", affiliations=ties).no_known_stake == 0
    assert one("turkey affirms", affiliations=ties).no_known_stake == 0
    assert one("norway affirms", affiliations=ties).no_known_stake == 1


def test_an_ally_of_the_party_concerned_has_a_stake() -> None:
    assert (
        one(
            "russia affirms", affiliations=(AffiliationRow("russia", "backs", "lna"),)
        ).no_known_stake
        == 0
    )


def test_a_party_and_its_rival_are_not_enough_without_a_voice_that_has_no_stake() -> None:
    assert one("lna affirms", "gna affirms", affiliations=(RIVALS,)).status == "single-voice"


def test_a_policy_may_ask_for_more_voices() -> None:
    tables = base(said("a affirms", "b affirms"))
    assert (
        judged(tables, replace(DEFAULT_POLICY, id="strict", voices_to_corroborate=3))["c"].status
        == "single-voice"
    )


def test_one_voice_in_two_documents_is_one_voice() -> None:
    row = one("a affirms on s", "a affirms on t")
    assert (row.status, row.support, row.documents, row.originals) == (
        "single-voice",
        "one-voice",
        2,
        2,
    )


def test_two_voices_in_two_originals_are_several_originals() -> None:
    assert one("a affirms on s", "b affirms on t").support == "several-originals"


def test_a_claim_that_nobody_in_particular_affirms_is_unsupported() -> None:
    row = one("they affirms", entities=(EntityRow("they", "collective"),))
    assert (row.status, row.support, row.documents) == ("unsupported", "none", 1)


# --- Flags and contests


def test_a_party_that_affirms_and_denies_is_divided_and_not_disputed() -> None:
    row = one("a affirms", "a denies")
    assert (row.status, row.flags, row.contest) == ("single-voice", ("divided",), ("denied",))


def test_a_voice_that_affirms_a_claim_and_its_opposite_is_divided() -> None:
    row = judged(
        base(said("a affirms", "a affirms of n"), claim(), claim("n", polarity="negative"))
    )["c"]
    assert (row.status, row.flags) == ("single-voice", ("divided",))


def test_a_denial_of_the_characterisation_denies_nothing_else() -> None:
    row = one("a affirms", "b denies characterisation")
    assert (row.status, row.contest, row.dispute) == (
        "single-voice",
        ("characterised-otherwise",),
        ("characterisation",),
    )
    assert row.voices_against == ()


def test_voices_that_affirm_in_different_manners_characterise_otherwise() -> None:
    rows = tuple(
        replace(r, manner=m)
        for r, m in zip(said("gna affirms", "lna affirms"), ("driven out", "tactical"), strict=True)
    )
    assert judged(base(rows))["c"].contest == ("characterised-otherwise",)


def test_silence_counts_for_nobody_and_is_recorded() -> None:
    row = one("a affirms", "b silent")
    assert (row.status, row.contest) == ("single-voice", ("none",))
    assert [r.assertions for r in row.reasons if r.rule == "silent"] == [("2",)]


def test_disowned_words_give_no_voice() -> None:
    rows = said("a affirms", "b affirms", "a disowns")
    rows = (*rows[:2], replace(rows[2], target="1"))
    assert judged(base(rows))["c"].voices_for == ("entity/b",)


def test_nobody_can_disown_the_words_of_another() -> None:
    rows = said("a affirms", "b disowns")
    assert judged(base((rows[0], replace(rows[1], target="1"))))["c"].voices_for == ("entity/a",)


def test_a_policy_may_let_doubt_dispute() -> None:
    assert (
        judged(base(said("a affirms", "b doubts")), replace(DEFAULT_POLICY, doubt_disputes=True))[
            "c"
        ].status
        == "disputed"
    )


def test_claims_judged_the_same_share_their_assertions() -> None:
    tables = base(
        said("a affirms", "b denies of d"),
        claim(),
        claim("d"),
        judgements=(JudgementRow("same-claim", "claim/c", "claim/d"),),
    )
    assert {r.status for r in judged(tables).values()} == {"disputed"}


# --- Voices and lineage


def voice(speaker: str, *ties: AffiliationRow, **fields: object) -> str | None:
    rows = (replace(said(f"{speaker} affirms")[0], **fields),)
    return voices(base(rows, affiliations=ties, entities=(EntityRow("they", "collective"),)))["1"]


def test_a_voice_is_the_outermost_party() -> None:
    assert (
        voice(
            "ann",
            AffiliationRow("ann", "speaks-for", "brigade"),
            AffiliationRow("brigade", "speaks-for", "lna"),
        )
        == "entity/lna"
    )


def test_a_member_is_a_voice_of_their_own() -> None:
    assert voice("ann", AffiliationRow("ann", "member-of", "lna")) == "entity/ann"


def test_backing_somebody_does_not_make_one_voice() -> None:
    assert voice("russia", AffiliationRow("russia", "backs", "lna")) == "entity/russia"


def test_an_affiliation_counts_only_in_its_days() -> None:
    tie = AffiliationRow("ann", "speaks-for", "lna", to_date=date(2019, 12, 31))
    assert voice("ann", tie) == "entity/ann"
    assert voice("ann", tie, said_from=date(2019, 5, 1), said_to=date(2019, 5, 1)) == "entity/lna"


def test_parties_that_speak_for_each_other_in_a_circle_are_one() -> None:
    ties = AffiliationRow("a", "speaks-for", "b"), AffiliationRow("b", "speaks-for", "a")
    row = one("a affirms", "b affirms on t", affiliations=ties)
    assert (row.status, row.support) == ("single-voice", "one-voice")


def test_nobody_in_particular_has_no_voice_and_is_no_party() -> None:
    assert voice("they") is None
    assert voice("ann", AffiliationRow("ann", "speaks-for", "they")) == "entity/ann"


def test_own_words_of_a_copy_are_the_voice_of_who_wrote_the_original() -> None:
    tables = base(
        said("newswire affirms on t"),
        sources=(SourceRow("s", "newswire"), SourceRow("t", "copier", copy_of="s")),
    )
    assert voices(tables) == {"1": "entity/newswire"}


def test_words_in_a_copy_were_said_when_the_original_was_published() -> None:
    sources = (
        SourceRow("s", "newswire", day(1), day(1)),
        SourceRow("t", "copier", day(20), day(20), copy_of="s"),
    )
    tie = AffiliationRow("ann", "speaks-for", "lna", to_date=day(2))
    assert set(
        voices(
            base(said("ann affirms on s", "ann affirms on t"), sources=sources, affiliations=(tie,))
        ).values()
    ) == {"entity/lna"}


def test_documents_that_copy_each_other_have_one_root() -> None:
    assert roots(
        [SourceRow("b", copy_of="c"), SourceRow("c", copy_of="b"), SourceRow("a", copy_of="b")]
    ) == {"a": "b", "b": "b", "c": "b"}


# --- Dates


def test_a_source_counts_from_its_latest_day_of_publication() -> None:
    sources = (
        SourceRow("s", None, day(1), day(2)),
        SourceRow("t", None, day(5), day(6)),
        SourceRow("u"),
    )
    tables = base(said("a affirms on s", "b denies on t", "d denies on u"), sources=sources)
    heads = [[r.status for r in judged(tables, as_of=day(n)).values()] for n in (1, 2, 5, 6)]
    assert heads == [[], ["single-voice"], ["single-voice"], ["disputed"]]
    assert judged(tables)["c"].since == day(6)
    assert undated(tables) == ("u",)


def test_the_base_knows_what_was_recorded_and_not_yet_invalidated() -> None:
    rows = said("a affirms", "b denies")
    rows = (
        replace(rows[0], recorded=noon(1)),
        replace(rows[1], recorded=noon(2), invalidated=noon(4)),
    )
    tables = base(rows, claim(recorded=noon(1)))
    heads = [[r.status for r in judged(tables, known_on=day(n)).values()] for n in (1, 2, 3, 4)]
    assert heads == [["single-voice"], ["disputed"], ["disputed"], ["single-voice"]]
    assert judged(tables)["c"].status == "single-voice"


# --- Properties

SPEAKERS = ("a", "b", "lna", "they", "newswire")
STANCES = ("affirms", "denies", "doubts", "silent", "retracts")
LINES = st.lists(
    st.builds("{} {} on {} of {}".format, *map(st.sampled_from, (SPEAKERS, STANCES, "st", "cn"))),
    min_size=1,
    max_size=8,
)


def world(lines: list[str]) -> Tables:
    rows = tuple(replace(r, recorded=noon(n)) for n, r in enumerate(said(*lines), 1))
    claims = claim(recorded=noon(1)), claim("n", polarity="negative", recorded=noon(1))
    return base(
        rows,
        *claims,
        entities=(EntityRow("they", "collective"),),
        affiliations=(AffiliationRow("a", "backs", "lna", recorded=noon(1)),),
    )


@given(LINES)
def test_adding_a_copy_never_adds_a_voice(lines: list[str]) -> None:
    tables = world(lines)
    copies = tuple(
        replace(r, id=f"copy-{r.id}", source="copy") for r in tables.assertions if r.source == "s"
    )
    source = SourceRow("copy", "copier", day(20), day(20), copy_of="s")
    copied = replace(
        tables, assertions=(*tables.assertions, *copies), sources=(*tables.sources, source)
    )
    before, after = judged(tables), judged(copied)
    assert {
        c: (r.status, r.voices_for, r.voices_against, r.originals) for c, r in before.items()
    } == {c: (r.status, r.voices_for, r.voices_against, r.originals) for c, r in after.items()}


@given(LINES)
def test_without_denials_and_contradictions_nothing_is_disputed_or_denied(lines: list[str]) -> None:
    tables = world(lines)
    kept = replace(
        tables,
        assertions=tuple(r for r in tables.assertions if r.stance != "denies" and r.claim == "c"),
    )
    assert not {r.status for r in status(kept)} & {"disputed", "denied-only"}


@given(LINES)
def test_without_denials_nothing_is_denied_whatever_contradicts_it(lines: list[str]) -> None:
    tables = world(lines)
    kept = replace(tables, assertions=tuple(r for r in tables.assertions if r.stance != "denies"))
    assert all(
        r.status != "denied-only" and "denied" not in r.contest and not r.voices_against
        for r in judged(kept).values()
    )


def changed(row: StatusRow) -> bool:
    """Whether a voice replaced one stance by another."""
    return any(r.rule == "taken-back" for r in row.reasons)


TIES = st.lists(
    st.builds(
        AffiliationRow, *map(st.sampled_from, (SPEAKERS, ("member-of", "speaks-for"), SPEAKERS))
    ),
    max_size=3,
)


@given(LINES, TIES, st.sampled_from(SPEAKERS), st.sampled_from(SPEAKERS))
def test_who_joins_a_party_adds_no_voice(
    lines: list[str], ties: list[AffiliationRow], member: str, party: str
) -> None:
    """Of somebody who has no party yet: two voices become one, and never one two. “They” are left
    out: they are no voice of their own, and get one with a party; so are circles, in which each
    speaks for itself again.
    """
    assume(member == party or (party, "speaks-for") not in {(t.member, t.relation) for t in ties})
    lines = [line for line in lines if not line.startswith("they")]
    tables = replace(world(lines), affiliations=tuple(t for t in ties if t.member != member))
    after = judged(
        replace(
            tables, affiliations=(*tables.affiliations, AffiliationRow(member, "speaks-for", party))
        )
    )
    for name, row in judged(tables).items():
        if changed(row) or changed(after[name]):
            continue
        assert len(after[name].voices_for) <= len(row.voices_for)
        assert len(after[name].voices_against) <= len(row.voices_against)


@given(
    LINES,
    st.sampled_from(SPEAKERS),
    st.sampled_from(SPEAKERS),
    st.sampled_from(("side-with", "backs")),
)
def test_to_become_allies_never_makes_a_claim_corroborated(
    lines: list[str], one: str, other: str, relation: str
) -> None:
    tables = world(lines)
    allied = judged(
        replace(tables, affiliations=(*tables.affiliations, AffiliationRow(one, relation, other)))
    )
    for name, row in judged(tables).items():
        assert allied[name].status != "corroborated" or row.status == "corroborated"
        assert allied[name].voices_for == row.voices_for


@given(LINES, st.randoms())
def test_the_order_of_rows_never_matters(lines: list[str], random: object) -> None:
    tables = world(lines)
    shuffled = list(tables.assertions)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert judged(
        replace(tables, assertions=tuple(shuffled), claims=tables.claims[::-1])
    ) == judged(tables)


@given(LINES, st.integers(1, 9), st.integers(1, 9))
def test_raising_the_known_date_never_forgets(lines: list[str], one: int, other: int) -> None:
    tables = world(lines)
    early, late = (judged(tables, known_on=day(n)) for n in sorted((one, other)))

    def mentioned(row: StatusRow) -> set[str]:
        return {a for r in row.reasons for a in r.assertions}

    assert all(mentioned(row) <= mentioned(late[claim]) for claim, row in early.items())


@given(LINES)
def test_since_is_the_first_day_on_which_it_is_disputed(lines: list[str]) -> None:
    tables = world([line for line in lines if "retracts" not in line])
    tables = replace(
        tables,
        sources=(
            SourceRow("s", "newswire", day(3), day(3)),
            SourceRow("t", "newswire", day(5), day(5)),
        ),
    )
    rows = judged(tables)
    # Who takes back one claim may end the dispute about another that contradicts it.
    assume(not any(map(changed, rows.values())))
    for name, row in rows.items():
        days = [
            n
            for n in range(1, 7)
            if (r := judged(tables, as_of=day(n)).get(name)) and r.status == "disputed"
        ]
        assert (row.since == day(days[0])) if row.status == "disputed" else not days


# --- From a store

TURTLE = """
@base <https://example.org/kb/> . @prefix kb: <https://w3id.org/claimkb/ns#> . @prefix p: <https://w3id.org/claimkb/predicate/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
<claim/c> a kb:Claim ; kb:kind kb:kind-event ; rdf:subject <entity/lna> ; rdf:predicate p:sent ; rdf:object <entity/tanks> ;
  kb:destination <entity/x> ; kb:beginEarliest "2020-06-31"^^xsd:date ; kb:beginLatest "2020-06-30"^^xsd:date ; kb:quantityMin 3.0 ;
  prov:generatedAtTime "2020-06-05T23:00:00-02:00"^^xsd:dateTime .
<assertion/1> a kb:Assertion ; kb:claim <claim/c> ; kb:source <source/s> ; kb:quote <source/s#char=1,2> ; kb:speaker <entity/a> ;
  kb:stance kb:stance-denies ; kb:scope kb:dispute-time, kb:dispute-place ; kb:relay <assertion/1-r2>, <assertion/1-r1> .
<assertion/1-r1> a kb:Relay ; kb:position 1 ; kb:speaker <entity/newswire> .
<assertion/1-r2> a kb:Relay ; kb:position 2 ; kb:speaker <entity/tv> .
<source/s> a kb:Source ; kb:author <entity/newswire> ; kb:copyOf <source/t> .
<entity/a> a kb:Entity ; kb:naming kb:naming-unnamed . <entity/tv> a kb:Entity .
<affiliation/x> a kb:Affiliation ; kb:member <entity/a> ; kb:relation kb:relation-backs ; kb:party <entity/lna> .
<judgement/x> a kb:Judgement ; kb:judgementKind kb:judgement-copy-of ; kb:about <source/s> ; kb:other <source/t> ;
  kb:rangeStart 0 ; kb:rangeEnd 80 .
p:sent a kb:Predicate ; kb:incompatibleWith p:kept ; kb:againstInterestOf kb:subject ; kb:symmetric true .
<https://w3id.org/claimkb/policy/x> a kb:Policy ; kb:voicesToCorroborate 3 ; kb:acceptsStatus kb:status-admitted .
"""


def term(node: ox.NamedNode | ox.Literal) -> Term:
    return (
        Term("literal", node.value, node.datatype.value)
        if isinstance(node, ox.Literal)
        else Term("iri", node.value)
    )


def filled(make: Callable[[], Store]) -> Store:
    store = make()
    quads = ox.parse(TURTLE, format=ox.RdfFormat.TURTLE)
    store.replace(
        "https://example.org/kb/file.ttl",
        [(term(q.subject), term(q.predicate), term(q.object)) for q in quads],
    )
    return store


@pytest.mark.filterwarnings("ignore")  # rdflib tells of the date that is none
@pytest.mark.parametrize(
    "make", [lambda: EmbeddedStore(None), MemoryStore], ids=["embedded", "memory"]
)
def test_tables_are_read_from_a_store(make: Callable[[], Store]) -> None:
    tables = extraction.read(Lookups(filled(make), "https://example.org/kb/"))
    row = tables.claims[0]
    assert (row.id, row.kind, row.subject, row.predicate, row.roles) == (
        "c",
        "event",
        "lna",
        "sent",
        (("destination", "x"),),
    )
    assert (row.begin_earliest, row.begin_latest, row.quantity_min) == (None, date(2020, 6, 30), 3)
    said = tables.assertions[0]
    assert (said.id, said.quote, said.scope, said.relays) == (
        "1",
        "s#char=1,2",
        ("place", "time"),
        ("newswire", "tv"),
    )
    assert tables.sources == (SourceRow("s", "newswire", copy_of="t"),)
    assert tables.affiliations == (AffiliationRow("a", "backs", "lna", id="x"),)
    assert tables.judgements == (
        JudgementRow("copy-of", "source/s", "source/t", span=(0, 80), id="x"),
    )
    assert tables.entities == (EntityRow("a", "unnamed"), EntityRow("tv"))
    assert tables.predicates == (
        PredicateRow("sent", incompatible=("kept",), symmetric=True, against_interest=("subject",)),
    )
    assert tables.policies == (PolicyRow("x", 3, accepts=("admitted",)),)
    assert [len(judged(tables, known_on=day(n))) for n in (5, 6)] == [0, 0]
