"""Times of day with zones, shares of owners, and states that go on as far as anybody knows."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from conftest import Kb

from kb.model import dates
from kb.reasoning.contradiction.contradictions import contradictions
from kb.reasoning.tables import ClaimRow, PredicateRow, Tables

TIMES = """source: 2024-quarrel
claims:
- claim: The boats left
  kind: event
  said:
  - by: lukin
    on: 2024-03-04 00:30 +02:00
    at: On Sunday the boats left
  - by: lukin
    denies: occurrence
    on: 2024-03-03 23:00 +00:00
    at: the boats came back
"""


def status_of(kb: Kb, claim: str) -> str:
    return str(json.loads(kb("status", claim, "--format", "json").out)[0]["status"])


@pytest.mark.parametrize(
    ("denied_at", "status"),
    [("2024-03-03 23:00 +00:00", "retracted"), ("2024-03-03 22:00 +00:00", "single-voice")],
)
def test_what_was_said_last_is_decided_in_one_time_zone(
    kb: Kb, denied_at: str, status: str
) -> None:
    """The first was said at 22:30 of the day before in UTC, though its date is the later one."""
    done = kb.sheet(TIMES.replace("2024-03-03 23:00 +00:00", denied_at))
    assert done.code == 0, done
    assert status_of(kb, "the-boats-left") == status
    printed = kb("sheet", "2024-quarrel").out
    assert "2024-03-04 00:30 +02:00" in printed
    again = kb("add", "--from", kb.write("again.yaml", printed))
    assert "Nothing new" in again.out, again


def died(id: str, moment: str = "", day: date | None = None) -> ClaimRow:
    at = datetime.fromisoformat(moment) if moment else None
    day = at.date() if at else day
    return ClaimRow(
        id, None, "event", "ada", "died", begin_earliest=day, end_latest=day, happened_at=at
    )


@pytest.mark.parametrize(
    ("other", "contradicts"),
    [
        (died("b", "2031-05-02T04:30+00:00"), False),  # the same moment
        (died("b", "2031-05-02T05:00+00:00"), False),  # the same day, in the zone of one
        (died("b", "2031-05-03T05:00+00:00"), True),
        (died("b", day=date(2031, 5, 2)), False),  # the day of it, in another zone
        (died("b", day=date(2031, 5, 4)), True),
    ],
)
def test_a_moment_has_its_day_in_every_zone(other: ClaimRow, contradicts: bool) -> None:
    one = died("a", "2031-05-01T23:30-05:00")
    tables = Tables((one, other), predicates=(PredicateRow("died", once=True),))
    assert bool(contradictions(tables)) is contradicts


def test_a_share_is_stored_with_its_tie_and_kept(kb: Kb) -> None:
    sheet = "source: 2024-quarrel\naffiliations:\n- northland owns coastguard 2020..; share 62.5%\n"
    assert kb.sheet(sheet).code == 0
    stored = json.loads(kb("show", "northland-owns-coastguard", "--format", "json").out)
    assert str(stored["share"]) == "62.5"
    assert kb("edit", "northland-owns-coastguard", "share=40").code == 0
    assert 'kb:share "40"' in (kb.root / "claims/main/affiliations.ttl").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("tie", "says"),
    [
        ("northland owns coastguard; share most", "most"),
        ("northland owns coastguard; share 120%", "up to 100"),
        ("northland owns coastguard; share 0", "above 0"),
        ("northland backs coastguard; share 5%", "belongs to “owns”"),
    ],
)
def test_a_share_is_a_part_of_what_is_owned(kb: Kb, tie: str, says: str) -> None:
    sheet = kb.write("s.yaml", f"source: 2024-quarrel\naffiliations:\n- {tie}\n")
    kb.refuses(1, "add", "--from", sheet, says=(says,))


ONGOING = """source: 2024-quarrel
claims:
- claim: The coastguard holds the quay
  what: coastguard > controls > oldport
  when: {when}
  said:
  - by: lukin
    at: fish were sold again on the quay
"""


@pytest.mark.parametrize(
    ("when", "begun", "last"),
    [
        ("begun by 2019, last reported 2024-03-02", date(2019, 12, 31), date(2024, 3, 2)),
        ("begun by 4 May 2021 and last reported on 2 March 2024", date(2021, 5, 4), date(2024, 3, 2)),
        ("begun by 2019-03", date(2019, 3, 31), None),
        ("last reported 2024-03", None, date(2024, 3, 1)),
        ("as of 2024-03-02", date(2024, 3, 2), date(2024, 3, 2)),
        ("as of Friday", date(2024, 3, 1), date(2024, 3, 1)),
        ("as of 2024-02-27..2024-03-02", date(2024, 3, 2), date(2024, 2, 27)),
    ],
)  # fmt: skip
def test_a_state_can_be_begun_by_one_day_and_last_reported_on_another(
    kb: Kb, when: str, begun: date | None, last: date | None
) -> None:
    reference = (date(2024, 3, 4), date(2024, 3, 4))
    found = dates.parse(when, reference)
    assert (found.begin, found.end) == ((None, begun), (last, None))
    tried = kb.sheet(ONGOING.format(when=when), "--dry-run")
    assert "end open" in tried.err, tried
    assert kb.sheet(ONGOING.format(when=when)).code == 0
    again = kb("add", "--from", kb.write("again.yaml", kb("sheet", "2024-quarrel").out))
    assert "Nothing new" in again.out, again


def test_a_date_without_words_is_printed_and_no_date_is_not(kb: Kb) -> None:
    assert kb.sheet(ONGOING.format(when="as of 2024-02-27..2024-03-02;")).code == 0
    assert "  when: as of 2024-02-27..2024-03-02;\n" in kb("sheet", "2024-quarrel").out
    assert kb.sheet(ONGOING.format(when="")).code == 0
    printed = kb("sheet", "2024-quarrel").out
    assert "when:" not in printed[printed.index("holds the quay") :]


def test_the_last_report_of_a_state_stands_on_its_card_and_among_facts(kb: Kb) -> None:
    assert kb.sheet(ONGOING.format(when="as of 2024-02-27..2024-03-02")).code == 0
    card = kb("show", "the-coastguard-holds-the-quay").out
    assert "when: as of 2024-02-27..2024-03-02 (" in card
    facts = json.loads(kb("facts", "--policy", "open", "--format", "json").out)
    (fact,) = [f for f in facts if f["claim"] == "the-coastguard-holds-the-quay"]
    assert (fact["to"], fact["last_reported"]) == (None, "2024-02-27")
    later = "when=begun by 2019, last reported 2024-03-02;"
    assert kb("edit", "the-coastguard-holds-the-quay", later).code == 0
    card = kb("show", "the-coastguard-holds-the-quay").out
    assert "when: begun by 2019-12-31, last reported on 2024-03-02\n" in card


def test_an_event_is_not_last_reported_and_nothing_is_reported_before_it_began(kb: Kb) -> None:
    event = ONGOING.replace("controls", "took-control-of").format(when="as of 2024-03-02")
    kb.refuses(1, "add", "--from", kb.write("s.yaml", event), says=("time of a state",))
    order = ONGOING.format(when="begun by 2024-03-02, last reported 2023")
    kb.refuses(1, "add", "--from", kb.write("s.yaml", order), says=("before it had begun",))
    half = ONGOING.format(when="as of 2024-03-02..")
    kb.refuses(1, "add", "--from", kb.write("s.yaml", half), says=("needs both days",))


def test_a_moment_of_a_saying_is_the_same_moment_in_every_zone() -> None:
    written = [
        dates.parse(text).moment for text in ("2024-03-04 00:30 +02:00", "2024-03-03 22:30Z")
    ]
    assert written[0] == written[1] == datetime(2024, 3, 3, 22, 30, tzinfo=UTC)
