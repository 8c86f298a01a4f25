"""The ledger of forecasts."""

from __future__ import annotations

from datetime import date

from conftest import Kb

from kb.reasoning.analysis.forecasts import forecasts, track_records
from kb.reasoning.outcome.status import status
from kb.reasoning.tables import AssertionRow, ClaimRow, SourceRow, Tables

MAY, JUNE = date(2031, 5, 1), date(2031, 6, 10)


def ledger(happened: date | None = JUNE) -> Tables:
    told = ClaimRow(
        "f",
        kind="forecast",
        subject="north",
        predicate="took",
        object="town",
        condition="if it rains",
    )
    event = ClaimRow(
        "e",
        kind="event",
        subject="north",
        predicate="took",
        object="town",
        begin_earliest=happened,
        begin_latest=happened,
    )
    other = ClaimRow("g", kind="forecast", subject="north", predicate="took", object="hill")
    said = (
        AssertionRow("1", "f", "s", speaker="ann", stance="affirms"),
        AssertionRow("2", "e", "t", speaker="bob", stance="affirms"),
        AssertionRow("3", "g", "s", speaker="ann", stance="affirms"),
    )
    return Tables(
        (told, event, other),
        said,
        (SourceRow("s", None, MAY, MAY), SourceRow("t", None, JUNE, date(2031, 6, 12))),
    )


def test_a_forecast_tells_what_decided_it_and_how_many_days_later() -> None:
    tables = ledger()
    found = {f.claim: f for f in forecasts(tables, {r.claim: r for r in status(tables)})}
    assert (found["f"].fate, found["f"].outcomes, found["f"].condition) == (
        "came-true",
        ("e",),
        "if it rains",
    )
    assert (found["f"].made, found["f"].decided, found["f"].lead) == (MAY, JUNE, 40)
    assert (found["g"].fate, found["g"].outcomes, found["g"].lead) == ("pending", (), None)


def test_an_outcome_without_a_day_counts_from_when_it_was_told() -> None:
    tables = ledger(None)
    assert (
        next(
            f.lead
            for f in forecasts(tables, {r.claim: r for r in status(tables)})
            if f.claim == "f"
        )
        == 42
    )


def test_a_record_counts_the_forecasts_of_a_voice() -> None:
    tables = ledger()
    row = track_records(forecasts(tables, {r.claim: r for r in status(tables)}))[0]
    assert (
        row.voice,
        row.made,
        row.came_true,
        row.failed,
        row.void,
        row.pending,
        row.mean_lead,
    ) == ("entity/ann", 2, 1, 0, 0, 1, 40)


SHEET = """source: 2024-quarrel
claims:
- claim: The captain will leave Oldport
  what: layla > withdrew-from > oldport
  kind: forecast
  said:
  - by: lukin
    at: 9 fish were sold again
- claim: The boats left Oldport
  what: unnamed-boats > withdrew-from > oldport
  said:
  - at: 7 the boats left
new:
  unnamed-boats: object, boats
judgements:
- kind: outcome
  about: claim/the-captain-will-leave-oldport
  other: claim/the-boats-left-oldport
  verdict: came-true
  why: the captain was aboard, as everybody knows
- kind: verdict
  about: claim/the-boats-left-oldport
  verdict: true, I saw it
  why: I was there
"""


def test_the_command_tells_outcome_and_record(kb: Kb) -> None:
    assert kb.sheet(SHEET).code == 0
    row = kb("forecasts", "--format", "csv").out.splitlines()[1].split(",")
    assert (row[:2], row[-1]) == (
        ["the-captain-will-leave-oldport", "came-true"],
        "the-boats-left-oldport",
    )
    assert (
        kb("forecasts", "--record", "--format", "csv")
        .out.splitlines()[1]
        .startswith("Пётр Лукин,1,1,0,0,0")
    )
    kb.refuses(2, "forecasts", "--only", "faild", says=("did you mean failed?",))


def test_a_verdict_is_shown_beside_the_status(kb: Kb) -> None:
    assert kb.sheet(SHEET).code == 0
    shown = kb("status", "the-boats-left", "--why").out
    assert "beside the status: true, I saw it (I was there)" in shown
    assert "status: single-voice" in shown
    assert "true, I saw it" in kb("show", "the-boats-left").out
