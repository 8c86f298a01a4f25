"""Which statuses changed, when and why: asked for the days on which something happened, and the
same as asked for every day.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

from conftest import Kb
from hypothesis import given
from hypothesis import strategies as st

from kb.reasoning.analysis.timeline import Turn, published, recorded
from kb.reasoning.contradiction.contradictions import contradictions
from kb.reasoning.dated_tables import view
from kb.reasoning.outcome.status import status
from kb.reasoning.outcome.status_row import StatusRow
from kb.reasoning.tables import AssertionRow, ClaimRow, PolicyRow, SourceRow, Tables

POLICY = PolicyRow("default-1")
FIRST, LAST = date(2020, 6, 1), date(2020, 6, 20)
DAYS = st.dates(FIRST, LAST)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@st.composite
def stories(draw: st.DrawFn) -> Tables:
    """Claims spoken of in sources of different days, by several people, recorded on other days,
    some withdrawn.
    """
    sources = [
        SourceRow(f"s{n}", f"author{n}", published_to=draw(st.none() | DAYS)) for n in range(3)
    ]
    claims = tuple(
        ClaimRow(c, recorded=noon(FIRST), subject="x", predicate="sent", object=c) for c in "ab"
    )
    said = []
    for n in range(draw(st.integers(0, 6))):
        day, end = draw(DAYS), draw(st.none() | st.integers(0, 5))
        claim, source, who = (
            draw(st.sampled_from("ab")),
            draw(st.sampled_from(sources)).id,
            draw(st.sampled_from("pqr")),
        )
        stance = draw(st.sampled_from(["affirms", "affirms", "denies", "doubts", "retracts"]))
        gone = None if end is None else noon(day + timedelta(days=end))
        said.append(
            AssertionRow(
                str(n),
                claim,
                source,
                speaker=who,
                stance=stance,
                recorded=noon(day),
                invalidated=gone,
            )
        )
    return Tables(claims, tuple(said), tuple(sources))


def rows(tables: Tables, as_of: date | None, known_on: date | None) -> dict[str, StatusRow]:
    seen = view(tables, as_of, known_on)
    return {r.claim: r for r in status(seen, POLICY, contradictions(seen))}


def told(turns: list[Turn]) -> list[tuple[date, str, str | None, str | None]]:
    return [
        (t.day, t.claim, t.before and t.before.status, t.after and t.after.status) for t in turns
    ]


@given(stories(), DAYS, DAYS, st.booleans())
def test_days_on_which_nothing_happened_change_nothing(
    tables: Tables, one: date, other: date, by_record: bool
) -> None:
    """Asked for every single day, the answers put together are the answer for all days at once."""
    start, end = sorted((one, other))
    act = recorded if by_record else published
    days = [start + timedelta(days=n) for n in range((end - start).days + 1)]
    assert act(tables, POLICY, start, end) == [
        t for day in days for t in act(tables, POLICY, day, day)
    ]
    assert told(act(tables, POLICY, start, end)) == sorted(
        told(act(tables, POLICY, start, end)), key=lambda t: t[:2]
    )


@given(stories(), DAYS, DAYS, st.booleans())
def test_the_changes_lead_from_the_one_state_to_the_other(
    tables: Tables, one: date, other: date, by_record: bool
) -> None:
    start, end = sorted((one, other))
    stood = lambda day: rows(tables, *((None, day) if by_record else (day, None)))  # noqa: E731  # one line, used twice
    heads = {c: r.status for c, r in stood(start - timedelta(days=1)).items()}
    for turn in (recorded if by_record else published)(tables, POLICY, start, end):
        assert heads.get(turn.claim) == (turn.before.status if turn.before else None)
        heads.pop(turn.claim, None)
        heads |= {turn.claim: turn.after.status} if turn.after else {}
    assert heads == {c: r.status for c, r in stood(end).items()}


@given(stories())
def test_every_change_by_publication_names_what_arrived(tables: Tables) -> None:
    for turn in published(tables, POLICY, date.min, date.max):
        day = {s.id for s in tables.sources if s.published_to == turn.day}
        new = {a.id for a in tables.assertions if a.source in day}
        assert turn.after is not None
        assert set(turn.assertions) <= new
        assert turn.assertions or turn.lost


def test_a_denial_in_a_second_document_is_told_with_its_day_and_its_words(kb: Kb) -> None:
    note = kb.write(
        "second.txt", "The harbour once more\n\nThe mayor denied that any tugs had come.\n"
    )
    assert (
        kb(
            "add",
            "source",
            note,
            "--id",
            "second",
            "--author",
            "B Gazette",
            "--published",
            "2024-03-09",
        ).code
        == 0
    )
    claim = next(
        line.split(",")[0]
        for line in kb("list", "claims", "-f", "csv").out.splitlines()
        if "entered Oldport" in line
    )
    sheet = f"source: second\nclaims:\n- claim: ={claim}\n  said:\n  - by: lukin\n    denies: occurrence\n    at: 3 denied that any tugs\n"
    assert kb.sheet(sheet).code == 0
    (turn,) = json.loads(
        kb("changes", "--from", "2024-03-05", "--to", "2024-03-31", "-f", "json").out
    )
    assert (turn["day"], turn["claim"], turn["before"]) == ("2024-03-09", claim, "single-voice")
    assert (turn["after"], turn["details_before"], turn["details_after"]) == (
        "disputed",
        [],
        ["denied"],
    )
    assert "disputed (denied)" in kb("changes", "--from", "2024-03-05").out
    assert "Denied by Пётр Лукин" in turn["because"]
    assert len(turn["assertions"]) == 1
    assert json.loads(kb("changes", "--to", "2024-03-05", "-f", "json").out)[0]["before"] is None
    assert "no status changed" in kb("changes", "--from", "2024-03-10").err
    learned = json.loads(kb("changes", "--known", "-f", "json").out)
    assert len({turn["claim"] for turn in learned}) == 3  # on one day, or two around midnight
    kb.refuses(
        2, "changes", "--since", "2024-03-10", "--until", "2024-03-01", says=("before --since",)
    )
    kb.refuses(2, "changes", "--from", "Friday", says=("not a date",))


def test_facts_are_told_with_their_policy_and_dates(seen: Kb) -> None:
    wide = json.loads(seen("facts", "--policy", "open", "--as-of", "2024-03-04", "-f", "json").out)
    assert wide
    assert {(f["policy"], f["as_of"], f["known_on"]) for f in wide} == {
        ("open-1", "2024-03-04", None)
    }
    assert json.loads(seen("facts", "--policy", "cautious", "-f", "json").out) == []
    assert "0 facts; policy cautious-2" in seen("facts", "--policy", "cautious").err
    text = seen("export", "facts", "--policy", "open", "--as-of", "2024-03-04").out
    assert "# policy: open-1" in text
    assert "kb:accepted <https://w3id.org/claimkb/policy/open-1>" in text
    assert 'kb:asOf "2024-03-04"' in text
    seen.refuses(2, "facts", "--policy", "opne", says=("no policy “opne”", "open-1"))
