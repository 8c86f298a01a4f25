"""The lines of the expectations beside each case that no other test looks at.

The cases are in a folder beside the checkout; where it is missing, these tests are skipped.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import Kb, run
from shared_cases import CASES, entered, table

pytestmark = pytest.mark.skipif(
    CASES is None, reason="the folder of cases is not beside the checkout"
)


def pairs(kb: Kb) -> set[tuple[str, str, str]]:
    """Both claims of each contradiction, with its certainty."""
    rows = table(kb("contradictions", "--format", "csv").out)
    return {(row["claim_a"], row["claim_b"], row["certainty"]) for row in rows}


@pytest.mark.parametrize(
    ("case", "one", "other"),
    [
        ("c1-one-chief-executive-at-a-time", "ada-headed-acme", "ben-headed-acme"),
        ("c2b-founder", "ada-founded-acme", "ben-founded-acme"),
        ("p1-never-against-a-day", "acme-dumped-acid-on-3-may", "acme-never-dumped-acid"),
        ("q1-about-never-contradicts", "2-million-litres-ran-out", "about-4-9-million-litres-ran-out"),
        ("q7-totals-as-of-a-day", "67-had-died-by-21-april", "73-had-died-by-21-april"),
    ],
)  # fmt: skip
def test_the_pair_is_certain(case: str, one: str, other: str, tmp_path: Path) -> None:
    assert (one, other, "certain") in pairs(entered(case, tmp_path))


def test_q2_open_bounds_are_no_pair_and_the_dry_run_shows_them(tmp_path: Path) -> None:
    assert CASES is not None
    kb = entered("q2-more-than-decimals", tmp_path)
    assert pairs(kb) == set()
    tried = kb("add", "--from", CASES / "q2-more-than-decimals" / "sheet.yaml", "--dry-run")
    assert "more than 0.5" in tried.out + tried.err


def test_q3_one_number_in_two_writings_is_one_number(tmp_path: Path) -> None:
    two, thousand, million, between = (
        "2-million-litres-ran-out", "3-000-thousand-litres-ran-out", "3-million-litres-ran-out",
        "3-in-millions",
    )  # fmt: skip
    found = pairs(entered("q3-units-thousand", tmp_path))
    assert {(two, thousand, "certain"), (two, million, "certain")} <= found
    assert {frozenset(pair[:2]) for pair in found}.isdisjoint(
        {frozenset((thousand, million)), frozenset((million, between))}
    )


def test_u1_three_shares_of_one_thing_contradict_each_other(tmp_path: Path) -> None:
    assert [certainty for *_, certainty in pairs(entered("u1-units-spelled-otherwise", tmp_path))] == ["certain"] * 3  # fmt: skip


def test_o1_who_took_it_back_is_listed_as_affirming_nowhere(tmp_path: Path) -> None:
    kb = entered("o1-overview-shows-retracted-as-affirmed", tmp_path)
    (row,) = table(kb("status", "--format", "csv").out)
    assert row["affirmed_by"] == "Ben"
    shown = kb("show", "the-pill-raises-the-risk").out
    affirmed, against, gone = re.split(r"\n(?:Against|No longer counts)\n", shown)
    assert "Ada affirms" not in affirmed
    assert "Ada retracts" in against
    assert "Ada affirms" in gone
    assert "affirms Ada" not in kb("overview").out
    assert "affirmed by: Ben\n" in kb("status", "the-pill", "--why").out


def test_v5_the_old_denial_stays_visible_and_no_longer_counts(tmp_path: Path) -> None:
    kb = entered("v5-changes-mind", tmp_path)
    assert (
        "I never took anything"
        in kb("show", "the-rider-took-the-drug").out.split("No longer counts")[1]
    )
    assert "I never took anything" in kb("status", "the-rider", "--why").out


def test_p3_two_bodies_of_one_state_are_two_voices(tmp_path: Path) -> None:
    kb = entered("p3-verdict-and-appeal", tmp_path)
    late = table(kb("status", "--as-of", "2022-12-31", "--format", "csv").out)
    assert late[0]["affirmed_by"] == "The court|The prosecutor (for the state)"
    said = "assertion/b.roe-bribed-the-mayor.court.affirms"
    assert kb("edit", said, "standing=finding").code == 0
    again = tmp_path / "again.yaml"
    again.write_text(
        "source: c\nclaims:\n- claim: =roe-bribed\n  said:\n  - by: appeals\n"
        "    overrules: court\n    standing: judgment\n    at: 3 there was no bribe\n",
        encoding="utf-8",
    )
    assert kb("add", "--from", again).code == 0
    why = kb("status", "roe-bribed", "--why").out
    assert "affirmed by: The prosecutor (for the state)\n" in why
    assert "Overruled by The appeals court" in why
    assert "finding" in why


def test_r2_without_a_time_the_order_is_unknown_and_said_to_be(tmp_path: Path) -> None:
    assert "the order is not known" in entered("r2-same-day", tmp_path)("status", "--why", "there-is").out  # fmt: skip


def test_r3_nobody_affirms_it_any_more_the_clerk_included(tmp_path: Path) -> None:
    kb = entered("r3-paper-retracts-a-story-with-a-quoted-witness", tmp_path)
    assert "affirmed by: nobody" in kb("status", "--why", "the-mayor").out
    assert "Affirmed\n" not in kb("show", "the-mayor-took-the-money").out


def test_s2_an_owner_is_a_party(tmp_path: Path) -> None:
    why = entered("s2-owner-has-no-known-stake", tmp_path)("status", "--why", "the-well").out
    assert "BigOil (party)" in why
    assert "without known stake: 0" in why


def test_v4_an_assertion_can_say_on_whose_behalf(tmp_path: Path) -> None:
    kb = entered("v4-two-hats-a", tmp_path)
    said = "assertion/doc.the-pier-is-safe.ines.affirms"
    assert kb("edit", said, "for=ferry").code == 0
    assert "Ines (for the ferry line)" in kb("status", "--why", "the-pier").out


def test_v11_one_passage_through_one_agency_is_one_voice_and_a_rival_is_named(
    tmp_path: Path,
) -> None:
    kb = entered("v11-adversary-quotes", tmp_path)
    assert kb("add", "affiliation", "ard", "rival-of", "the-agency").code == 0
    assert "Known only through a rival" in kb("status", "there-was", "--why").out


def test_n1_a_name_with_a_comma_is_an_author_by_option(tmp_path: Path) -> None:
    assert CASES is not None
    kb = Kb(tmp_path / "kb")
    assert run("init", kb.root, cwd=tmp_path).code == 0
    text = CASES / "n1-names-with-commas" / "a.txt"
    assert (
        kb("add", "source", text, "--id", "a", "--author", "Dow, Jones & Company, Inc.").code == 0
    )
    names = {row["name"] for row in table(kb("list", "entities", "--format", "csv").out)}
    assert "Dow, Jones & Company, Inc." in names


def test_h1_every_part_of_a_page_is_a_line_of_its_own(tmp_path: Path) -> None:
    assert CASES is not None
    kb = Kb(tmp_path / "kb")
    assert run("init", kb.root, cwd=tmp_path).code == 0
    assert kb("add", "source", CASES / "h1-html" / "page.html", "--id", "page").code == 0
    text = kb("read", "page").out
    for part in (
        "[caption] CAPTION: the slick", "[alternative text] ALT: slick", "[aside] ASIDE: in a box",
        "Struck: INSERTED 12 dead.", "[deleted] DELETED 10 dead", "[footer] FOOTER: Correction",
    ):  # fmt: skip
        assert part in text
    assert "modified: 2024-05-09" in kb("show", "page").out


def test_every_case_is_looked_at() -> None:
    assert CASES is not None
    here = Path(__file__).parent
    tests = "".join(p.read_text(encoding="utf-8") for p in here.glob("test_case_*.py"))
    tests += (here / "test_status_cases.py").read_text(encoding="utf-8")
    names = {case.name for case in CASES.iterdir()} - {"d1-broken-ontology"}
    assert {name for name in names if name not in tests} == set()
    assert "def test_d1_" in tests
