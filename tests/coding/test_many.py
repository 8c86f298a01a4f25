"""Sheets with thousands of affiliations and judgements, and withdrawals of thousands of records."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from conftest import TEXT

from kb.coding import compiler, withdrawals, yaml_reader
from kb.coding.sheet import Sheet
from kb.model.records import Affiliation, Assertion, Claim, Entity, Judgement, Record
from kb.reasoning.content.twins import twins
from kb.reasoning.tables import ClaimRow, JudgementRow, Tables
from kb.workspace.catalogs.catalog import Known

NOW = datetime(2024, 3, 5, tzinfo=UTC)
MANY = 10_000


def known(*records: Record) -> Known:
    made = Known()
    for record in records:
        made.add(record, "claims/main/some.ttl")
    return made


def planned(text: str, of: Known) -> compiler.SheetChanges:
    sheet = yaml_reader.parse(text, "s")
    change = compiler.from_sheet(sheet, of, TEXT, NOW, "main")
    assert not sheet.problems
    return change


def claims(number: int) -> list[Record]:
    return [Claim(f"ship-{n}", statement=f"Ship {n} came", kind="event") for n in range(number)]


def test_ten_thousand_affiliations_are_one_sheet_and_each_is_recorded_once() -> None:
    people = [Entity(f"m{n}", kind="group", name=f"Member {n}") for n in range(101)]
    pairs = [(a, b) for a in range(101) for b in range(101) if a != b][:MANY]
    sheet = "affiliations:\n" + "".join(f"- m{a} backs m{b}\n" for a, b in pairs)
    change = planned(sheet + "- m0 backs m1\n", known(*people))
    made = [r for records in change.files.values() for r in records if isinstance(r, Affiliation)]
    assert (len(made), len({r.id for r in made})) == (MANY, MANY)


def test_ten_thousand_judgements_are_one_sheet_and_each_is_recorded_once() -> None:
    one = "- kind: same-event\n  about: claim/ship-{}\n  other: claim/ship-{}\n  why: because\n"
    sheet = "judgements:\n" + "".join(one.format(n, n + 1) for n in range(MANY))
    change = planned(sheet + one.format(1, 0), known(*claims(MANY + 1)))
    made = {r.id for records in change.files.values() for r in records if isinstance(r, Judgement)}
    assert len(made) == MANY


def test_ten_thousand_claims_are_withdrawn_with_all_that_is_said_of_them() -> None:
    said = [Assertion(f"a.ship-{n}", claim=f"ship-{n}", source="a") for n in range(MANY)]
    verdicts = [Judgement(f"v-{n}", kind="verdict", about=f"claim/ship-{n}") for n in range(MANY)]
    of = known(*claims(MANY), *said, *verdicts)
    sheet = Sheet("")
    keys = [f"claim/ship-{n}" for n in range(MANY)]
    change = compiler.withdraw(sheet, keys, "wrong town", of, NOW, "main")
    assert not sheet.problems
    assert len(change.withdrawn) == 3 * MANY
    reasons = {getattr(r, "invalidated_because", "") for rs in change.files.values() for r in rs}
    more = "with claim/ship-0, claim/ship-1, claim/ship-2 and 9997 more: wrong town"
    assert reasons == {"wrong town", more}


@pytest.mark.parametrize(
    ("keys", "goes"),
    [
        (["assertion/a1"], ["assertion/a1"]),
        (
            ["assertion/a1", "assertion/a2"],
            ["assertion/a1", "assertion/a2", "claim/c", "judgement/j"],
        ),
        (["claim/c"], ["claim/c", "assertion/a1", "assertion/a2", "judgement/j"]),
        (["claim/d"], ["claim/d", "assertion/b", "assertion/disowns", "claim/e"]),
    ],
)
def test_what_cannot_stay_without_a_record_goes_with_it(keys: list[str], goes: list[str]) -> None:
    of = known(
        *(Claim(name, statement=name) for name in "cde"),
        Assertion("a1", claim="c", source="s"),
        Assertion("a2", claim="c", source="s"),
        Assertion("b", claim="d", source="s"),
        Assertion("disowns", claim="e", source="s", target="b"),
        Judgement("j", kind="verdict", about="claim/c"),
    )
    assert withdrawals.closure(of, keys) == goes


def test_of_thousands_of_claims_that_say_the_same_each_is_paired_with_the_one_before() -> None:
    rows = [ClaimRow(f"c{n:05}", subject="a", predicate="met", object="b") for n in range(MANY)]
    judged = JudgementRow("different-claim", about="claim/c00002", other="claim/c00001", id="j")
    found = twins(Tables(claims=tuple(rows), judgements=(judged,)))
    assert len(found) == MANY - 1
    assert found[:3] == [("c00001", "c00000"), ("c00002", "c00000"), ("c00003", "c00002")]
