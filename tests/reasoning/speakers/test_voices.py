"""Whose voice it is: ranges of copied lines, words that come back to where they came from, silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from conftest import Kb
from heard import voices
from hypothesis import given
from hypothesis import strategies as st

from kb.model.vocabulary import STAKES
from kb.reasoning.contradiction.contradictions import contradictions
from kb.reasoning.outcome.status import status
from kb.reasoning.outcome.status_row import StatusRow
from kb.reasoning.speakers.independence import STRONGEST
from kb.reasoning.tables import (
    AffiliationRow,
    AssertionRow,
    ClaimRow,
    EntityRow,
    JudgementRow,
    SourceRow,
    Tables,
)

ANT = SourceRow("ant-daily", "ant", date(2031, 3, 1), date(2031, 3, 1))
BEE = SourceRow("bee-radio", "bee", date(2031, 3, 2), date(2031, 3, 2))
COW = SourceRow("cow-times", "cow", date(2031, 3, 3), date(2031, 3, 3))


def said(
    id: str, source: str, speaker: str, *relays: str, stance: str = "affirms", chars: str = "0,9"
) -> AssertionRow:
    return AssertionRow(id, "c", source, f"{source}#char={chars}", speaker, stance, relays=relays)


def row(*assertions: AssertionRow, **tables: object) -> StatusRow:
    whole = replace(Tables((ClaimRow("c"),), assertions, (ANT, BEE, COW)), **tables)
    return status(whole, contradictions=contradictions(whole))[0]


def echoed(found: StatusRow) -> set[str]:
    return {id for r in found.reasons if r.rule == "echo" for id in r.assertions}


# --- Copies of some lines


COPIED = JudgementRow("copy-of", "source/bee-radio", "source/ant-daily", span=(0, 100))


def test_only_quotes_in_the_copied_lines_share_the_root() -> None:
    rows = (
        said("1", "ant-daily", "ant"),
        said("2", "bee-radio", "bee", chars="10,90"),
        said("3", "bee-radio", "bee", chars="200,250"),
    )
    tables = Tables((ClaimRow("c"),), rows, (ANT, BEE), judgements=(COPIED,))
    assert voices(tables) == {
        "1": "entity/ant",
        "2": "entity/ant",
        "3": "entity/bee",
    }
    assert [
        status(replace(tables, assertions=pair))[0].originals for pair in (rows[:2], rows[::2])
    ] == [1, 2]


def test_a_quote_that_reaches_beyond_the_copied_lines_is_the_documents_own() -> None:
    assert (
        row(
            said("1", "ant-daily", "dan"),
            said("2", "bee-radio", "eve", chars="90,110"),
            judgements=(COPIED,),
        ).originals
        == 2
    )


def test_copied_lines_lead_to_the_root_of_the_document_they_were_copied_from() -> None:
    whole = JudgementRow("copy-of", "source/ant-daily", "source/cow-times")
    found = row(
        said("1", "cow-times", "dan"), said("2", "bee-radio", "dan"), judgements=(COPIED, whole)
    )
    assert found.originals == 1


# --- Circular reporting


def test_who_is_quoted_elsewhere_and_writes_it_too_is_one_voice() -> None:
    found = row(said("1", "bee-radio", "ant"), said("2", "ant-daily", "ant"))
    assert (found.voices_for, found.support) == (("entity/ant",), "one-voice")


def test_two_who_cite_each_other_are_one_voice_the_one_first_published() -> None:
    found = row(said("1", "ant-daily", "bee"), said("2", "bee-radio", "ant"))
    assert (found.voices_for, found.status, echoed(found)) == (
        ("entity/bee",),
        "single-voice",
        {"2"},
    )


def test_a_circle_of_three_is_one_voice() -> None:
    found = row(
        said("1", "ant-daily", "bee"), said("2", "bee-radio", "cow"), said("3", "cow-times", "ant")
    )
    assert (found.voices_for, echoed(found)) == (("entity/bee",), {"2", "3"})


def test_a_circle_through_relays_is_one_voice() -> None:
    found = row(said("1", "ant-daily", "cow", "bee"), said("2", "cow-times", "ant"))
    assert (len(found.voices_for), echoed(found)) == (1, {"2"})


def test_who_also_says_so_outside_the_circle_is_still_in_it() -> None:
    found = row(
        said("1", "ant-daily", "bee"), said("2", "bee-radio", "ant"), said("3", "cow-times", "ant")
    )
    assert (found.support, found.status) == ("one-voice", "single-voice")


def test_parties_that_have_it_from_each_other_are_one_though_each_also_speaks() -> None:
    rows = (
        said("1", "cow-times", "ant"),
        said("2", "cow-times", "bee"),
        said("3", "cow-times", "ant", "bee"),
        said("4", "cow-times", "bee", "ant"),
    )
    found = row(*rows)
    assert (found.support, len(found.voices_for)) == ("one-voice", 1)


def test_quoting_in_one_direction_is_no_circle() -> None:
    found = row(
        said("1", "ant-daily", "bee"), said("2", "bee-radio", "bee"), said("3", "cow-times", "cow")
    )
    assert (found.voices_for, found.status) == (("entity/bee", "entity/cow"), "corroborated")


def test_members_of_a_party_rest_on_each_other_as_the_party() -> None:
    ties = (AffiliationRow("ann", "speaks-for", "ant"),)
    assert echoed(
        row(said("1", "bee-radio", "ann"), said("2", "ant-daily", "bee"), affiliations=ties)
    ) == {"1"}


def test_what_came_through_nobody_in_particular_rests_on_who_said_it() -> None:
    found = row(
        said("1", "ant-daily", "bee", "they"),
        said("2", "bee-radio", "cow", "they"),
        entities=(EntityRow("they", "collective"),),
    )
    assert (found.voices_for, echoed(found)) == (("entity/cow",), {"1"})


def test_a_denial_does_not_echo_an_affirmation() -> None:
    found = row(said("1", "ant-daily", "bee"), said("2", "bee-radio", "ant", stance="denies"))
    assert (found.status, echoed(found)) == ("disputed", set())


# --- Silence


def test_silence_is_kept_with_its_scope_and_disputes_nothing() -> None:
    silent = replace(said("2", "ant-daily", "dan", stance="silent"), scope=("responsibility",))
    found = row(said("1", "ant-daily", "eve"), silent)
    assert (found.status, found.contest, found.dispute) == ("single-voice", ("none",), ())
    assert [r.assertions for r in found.reasons if r.rule == "silent"] == [("2",)]
    assert "responsibility" in next(r.text for r in found.reasons if r.rule == "silent")


# --- Laws

PEOPLE, SOURCES, STANCES = (
    ("ant", "bee", "cow", "they"),
    ("ant-daily", "bee-radio", "cow-times"),
    ("affirms",),
)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(SOURCES),
        st.sampled_from(PEOPLE),
        st.lists(st.sampled_from(PEOPLE), max_size=2),
        st.sampled_from(STANCES),
    ),
    max_size=8,
)


def world(rows: list[tuple[str, str, list[str], str]]) -> Tables:
    told = tuple(
        said(str(n), source, who, *via, stance=stance)
        for n, (source, who, via, stance) in enumerate(rows)
    )
    return Tables(
        (ClaimRow("c"),), told, (ANT, BEE, COW), entities=(EntityRow("they", "collective"),)
    )


@given(ROWS)
def test_every_voice_that_is_echoed_is_heard_in_an_assertion_of_its_own(
    rows: list[tuple[str, str, list[str], str]],
) -> None:
    tables = world(rows)
    found = status(tables)[0]
    kept = replace(
        tables, assertions=tuple(a for a in tables.assertions if a.id not in echoed(found))
    )
    assert (found.voices_for, found.voices_against) == (
        status(kept)[0].voices_for,
        status(kept)[0].voices_against,
    )


@given(ROWS)
def test_to_pass_on_what_is_known_already_never_adds_a_voice(
    rows: list[tuple[str, str, list[str], str]],
) -> None:
    """Each author who spoke is quoted by another document."""
    tables = world(rows)
    own = [
        a
        for a in tables.assertions
        if not a.relays and a.speaker == (a.source or "").partition("-")[0]
    ]
    more = tuple(
        said(f"more-{a.id}", "dog-weekly", a.speaker or "", stance=a.stance or "") for a in own
    )
    later = replace(
        tables,
        assertions=(*tables.assertions, *more),
        sources=(*tables.sources, SourceRow("dog-weekly", "dog", None, date(2031, 4, 1))),
    )
    before, after = status(tables)[0], status(later)[0]
    assert (before.voices_for, before.voices_against) == (after.voices_for, after.voices_against)


# --- From a sheet

COPY = """One
Two were seen at the ford.
Three
"""
ENTRY = """source: 2031-copy
judgements:
- kind: copy-of
  about: source/2031-copy
  other: source/2024-quarrel
  lines: {lines}
  why: the same words
"""


def with_copy(kb: Kb) -> Kb:
    told = (
        "--id",
        "2031-copy",
        "--author",
        "A Copier",
        "--published",
        "2031-03-01",
        "--language",
        "en",
    )
    assert kb("add", "source", kb.write("copy.txt", COPY), *told).code == 0
    return kb


def test_lines_of_a_judgement_are_kept_as_a_range_of_the_text(kb: Kb) -> None:
    done = with_copy(kb).sheet(ENTRY.format(lines="2-3"))
    assert done.code == 0, done
    stored = kb.file("judgements.ttl").read_text(encoding="utf-8")
    assert "kb:rangeStart 4 ;" in stored
    assert f"kb:rangeEnd {len(COPY)} ;" in stored
    assert kb("validate").code == 0


def test_lines_that_the_copy_does_not_have_are_refused(kb: Kb) -> None:
    sheet = with_copy(kb).write("lines.yaml", ENTRY.format(lines="7"))
    kb.refuses(1, "add", "--from", sheet, says=("there are no lines 7",))


# --- Entities judged the same


def test_speakers_judged_the_same_are_one_voice_and_a_judgement_undone_parts_them() -> None:
    rows = (
        said("1", "cow-times", "ann"),
        said("2", "cow-times", "anna"),
        said("3", "cow-times", "anna", stance="denies"),
    )
    judged = (JudgementRow("same-entity", "entity/ann", "entity/anna"),)
    one, two = row(*rows, judgements=judged), row(*rows)
    assert (one.voices_for, one.status, one.flags) == (
        ("entity/ann",),
        "single-voice",
        ("divided",),
    )
    assert (two.voices_for, two.status) == (("entity/ann", "entity/anna"), "disputed")


def test_every_stake_has_a_strength() -> None:
    assert sorted(STRONGEST) == sorted(STAKES)
