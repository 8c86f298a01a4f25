"""What was known on a day: records as they stood, under the names they bear now."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kb.reasoning.dated_tables import valid_ids, view
from kb.reasoning.tables import (
    AffiliationRow,
    AssertionRow,
    ClaimRow,
    JudgementRow,
    SourceRow,
    Tables,
)

START = datetime(2020, 6, 1, 12, tzinfo=UTC)
DAYS = st.dates(date(2020, 5, 30), date(2020, 7, 10))


def noon(day: int) -> datetime:
    """Noon of the first day of the story, or so many days later."""
    return START + timedelta(days=day)


def versions(id: str, days: list[int], withdrawn: int | None) -> list[ClaimRow]:
    """A claim first recorded on the first of these days and edited on the others; its statement
    tells its version.
    """
    rows = []
    for n, day in enumerate(days, 1):
        end = (
            noon(days[n])
            if n < len(days)
            else None
            if withdrawn is None
            else noon(days[-1] + withdrawn)
        )
        name = id if n == len(days) else f"{id}~{n}"
        rows.append(
            ClaimRow(
                name,
                f"{id} as of {n}",
                recorded=noon(day),
                invalidated=end,
                revision_of=f"{id}~{n - 1}" if n > 1 else None,
            )
        )
    return rows


@st.composite
def histories(draw: st.DrawFn) -> Tables:
    """Claims that were edited and perhaps withdrawn, each with an assertion in one of two sources,
    dated or not.
    """
    claims, assertions = [], []
    for id in draw(st.lists(st.sampled_from("abcd"), unique=True, max_size=4)):
        days = sorted(draw(st.sets(st.integers(0, 30), min_size=1, max_size=4)))
        claims += versions(id, days, draw(st.none() | st.integers(0, 9)))
        source = draw(st.sampled_from(["early", "late", "undated"]))
        assertions.append(
            AssertionRow(f"{id}.1", id, source, recorded=noon(days[0]), stance="affirms")
        )
    mixed = tuple(draw(st.permutations(claims)))
    sources = (
        SourceRow("early", published_to=date(2020, 6, 5)),
        SourceRow("late", published_to=date(2020, 6, 25)),
        SourceRow("undated"),
    )
    ties = (AffiliationRow("m", "backs", "n"), AffiliationRow("n", "backs", "o", recorded=noon(3)))
    judged = (JudgementRow("verdict", "claim/a", recorded=noon(4), invalidated=noon(9), id="j"),)
    return Tables(mixed, tuple(assertions), sources, ties, judged)


def test_an_edited_claim_stands_on_each_day_as_it_was_then_under_the_name_it_has_now() -> None:
    tables = Tables(
        tuple(versions("a", [0, 10, 20], None)), (AssertionRow("1", "a", recorded=noon(0)),)
    )
    told = {
        day: [(c.id, c.statement) for c in view(tables, known_on=noon(day).date()).claims]
        for day in (-1, 0, 9, 10, 19, 20, 99)
    }
    first, second, third = ([("a", f"a as of {n}")] for n in (1, 2, 3))
    assert told == {-1: [], 0: first, 9: first, 10: second, 19: second, 20: third, 99: third}
    assert [c.statement for c in view(tables).claims] == ["a as of 3"]


def test_a_withdrawn_claim_stood_until_the_day_of_its_withdrawal() -> None:
    tables = Tables(tuple(versions("a", [0, 10], 5)), (AssertionRow("1", "a", recorded=noon(0)),))
    assert [c.id for c in view(tables, known_on=noon(14).date()).claims] == ["a"]
    assert view(tables, known_on=noon(15).date()).claims == view(tables).claims == ()


def test_revisions_in_a_circle_do_no_harm() -> None:
    rows = (
        ClaimRow("a", recorded=START, revision_of="b"),
        ClaimRow("b", recorded=START, revision_of="a"),
    )
    assert set(valid_ids(rows).values()) <= {"a", "b"}


@given(histories(), DAYS, DAYS)
def test_a_later_known_on_date_never_forgets(tables: Tables, one: date, other: date) -> None:
    """Whatever stood on a day stands later, too, unless it was withdrawn in between."""
    first, second = sorted((one, other))
    before, after = view(tables, known_on=first), view(tables, known_on=second)
    gone = {
        c.id
        for c in tables.claims
        if "~" not in c.id and c.invalidated and first < c.invalidated.date() <= second
    }
    assert {c.id for c in before.claims} - gone <= {c.id for c in after.claims}
    assert {a.id for a in before.assertions} <= {a.id for a in after.assertions}


@given(histories(), st.none() | DAYS, st.none() | DAYS)
def test_a_view_of_a_view_is_the_same_view(
    tables: Tables, as_of: date | None, known_on: date | None
) -> None:
    seen = view(tables, as_of, known_on)
    assert view(seen) == view(seen, as_of, known_on) == seen


@given(histories())
def test_without_a_date_only_what_is_valid_now_stands(tables: Tables) -> None:
    now = view(tables)
    assert [c for c in tables.claims if not c.invalidated] == [
        replace(c, revision_of=stored.revision_of)
        for c in now.claims
        for stored in tables.claims
        if stored.id == c.id and not stored.invalidated
    ]
    assert not any("~" in c.id for c in now.claims)
    assert all(j.invalidated is None for j in now.judgements)


@given(histories(), st.none() | DAYS, DAYS)
def test_a_view_shows_each_claim_once_and_under_no_past_name(
    tables: Tables, as_of: date | None, known_on: date
) -> None:
    names = [c.id for c in view(tables, as_of, known_on).claims]
    assert len(names) == len(set(names))
    assert not any("~" in name for name in names)
