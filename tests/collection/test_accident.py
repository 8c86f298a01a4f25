"""What the made-up documents of docs/example show: each kind of status, and what the saved
questions answer.

The expected values were written from the documents.
"""

from __future__ import annotations

import pytest
from conftest import CHECKOUT
from pages import DOCUMENTS

from kb.app import knowledge_base
from kb.app.knowledge_base import KnowledgeBase
from kb.model.rdf_terms import Answer
from kb.model.records import Judgement
from kb.reasoning.outcome.status_row import StatusRow

EXAMPLE = CHECKOUT / "docs" / "example"
COPY = """source: gazette
judgements:
- kind: copy-of
  about: source/gazette
  other: source/wire
  lines: 3-4
  why: word for word
"""


def enter(kb: KnowledgeBase, sheet: str) -> None:
    plan = kb.plan(sheet, "sheet")
    assert [str(problem) for problem in plan.problems if problem.severity == "error"] == []
    kb.add(plan)


@pytest.fixture(scope="module")
def accident(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    kb = knowledge_base.init(tmp_path_factory.mktemp("accident") / "kb", "https://example.org/")
    for name, (author, published) in DOCUMENTS.items():
        facts = {"id": name, "author": author, "published": published}
        kb.add_source(f"{name}.txt", (EXAMPLE / f"{name}.txt").read_bytes(), facts)
        enter(kb, (EXAMPLE / f"{name}.yaml").read_text(encoding="utf-8"))
    enter(kb, COPY)
    return kb


@pytest.fixture(scope="module")
def rows(accident: KnowledgeBase) -> dict[str, StatusRow]:
    return dict(accident.status().rows)


def test_the_example_is_valid_and_small(accident: KnowledgeBase) -> None:
    assert [str(p) for p in accident.validate().problems if p.severity == "error"] == []
    assert 25 <= len(accident.known().claims) <= 40


@pytest.mark.parametrize(
    ("claim", "status", "flags"),
    [
        ("the-petrel-struck-the-breakwater", "corroborated", set()),
        ("varga-shipping-is-to-blame-for-the-late-report", "admitted", {"admitted"}),
        ("varga-shipping-let-the-petrel-sail-overloaded", "disputed", set()),
        ("the-accident-injured-40-people", "retracted", {"retracted"}),
        ("the-accident-injured-14-people", "single-voice", set()),
        ("varga-shipping-skipped-the-test-of-the-steering-in-january", "single-voice", {"insider"}),
        ("ada-brandt-is-to-blame-for-the-accident", "unsupported", {"overruled"}),
        ("the-petrel-left-ten-minutes-late", "unsupported", set()),
        ("the-petrel-will-carry-passengers-again-by-15-march-2024", "pending", set()),
    ],
)
def test_the_example_shows_a_claim_of_each_status(
    rows: dict[str, StatusRow], claim: str, status: str, flags: set[str]
) -> None:
    assert (rows[claim].status, set(rows[claim].flags)) == (status, flags)


def test_the_copy_of_the_wire_adds_no_voice(rows: dict[str, StatusRow]) -> None:
    assert set(rows["the-petrel-struck-the-breakwater"].voices_for) == {
        "entity/northcoast-news-agency",
        "entity/coast-safety-authority",
        "entity/varga",
    }


def test_a_possible_cause_supports_nothing(rows: dict[str, StatusRow]) -> None:
    """The authority cannot rule out that the steering failed; only the court says that it did."""
    found = rows["the-steering-of-the-petrel-failed"]
    assert set(found.voices_for) == {"entity/district-court-of-northcoast"}
    assert set(found.voices_against) == {"entity/varga"}


def test_two_accounts_of_one_cause_are_judged_and_two_numbers_dismissed(
    accident: KnowledgeBase,
) -> None:
    records = [record for file in accident.whole() for record in file.records]
    decided = {(r.kind, r.about) for r in records if isinstance(r, Judgement)}
    assert decided == {
        ("contradicts", "claim/a-gust-pushed-the-petrel-off-its-course"),
        ("does-not-contradict", "claim/the-accident-injured-14-people"),
        ("copy-of", "source/gazette"),
    }


@pytest.mark.parametrize(
    ("question", "values", "column", "expected"),
    [
        ("rival-accounts", {}, "claim", {"a-gust-pushed-the-petrel-off-its-course"}),
        ("dismissed", {}, "other", {"the-accident-injured-nine-passengers"}),
        ("who-held", {"office": "varga-director", "day": "2024-04-01"}, "who", {"jon-varga"}),
        (
            "stale-forecasts",
            {"day": "2024-04-01"},
            "claim",
            {"the-petrel-will-carry-passengers-again-by-15-march-2024"},
        ),
        ("stale-forecasts", {"day": "2024-03-15"}, "claim", set()),
        ("admitted", {}, "claim", {"varga-shipping-is-to-blame-for-the-late-report"}),
        ("source-not-stated", {}, "claim", {"the-petrel-left-ten-minutes-late"}),
        (
            "one-unnamed-person",
            {},
            "claim",
            {
                "the-wind-was-weak-at-the-time-of-the-accident",
                "varga-shipping-skipped-the-test-of-the-steering-in-january",
            },
        ),
        (
            "differing-values",
            {},
            "claim",
            {"the-accident-injured-14-people", "the-accident-injured-40-people"},
        ),
    ],
)
def test_the_questions_find_what_the_documents_show(
    accident: KnowledgeBase,
    question: str,
    values: dict[str, str],
    column: str,
    expected: set[str],
) -> None:
    answer = accident.query(question, values)
    assert isinstance(answer, Answer)
    place = answer.variables.index(column)
    assert {accident.short(cell) for row in answer.rows if (cell := row[place])} == expected
