"""Statuses of small cases, each with its documents, sheets and the outcome a careful reader expects.

The larger cases are in a folder beside the checkout; where it is missing, their tests are skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from shared_cases import CASES, built

from kb.app.derivation.kept_statuses import Statuses
from kb.app.knowledge_base import KnowledgeBase

EARLY, LATE = date(2024, 6, 2), date(2024, 6, 4)


@dataclass(frozen=True)
class Expected:
    """What is expected of one claim of a case, as of a day; what is None is not looked at.

    `facts` is whether the default policy accepts it, `contested` what its contest must contain.
    """

    case: str
    claim: str
    status: str | None
    as_of: date | None = None
    facts: bool | None = None
    flags: tuple[str, ...] | None = None
    contested: str | None = None

    def __str__(self) -> str:
        day = f"-as-of-{self.as_of}" if self.as_of else ""
        return f"{self.case}{day}"


EXPECTED = [
    Expected("c1-one-chief-executive-at-a-time", "ada-headed-acme", "disputed"),
    Expected("c1-one-chief-executive-at-a-time", "ben-headed-acme", "disputed"),
    Expected("c2b-founder", "ada-founded-acme", "disputed"),
    Expected("k1-tweet", "the-regulator-fined-acme", "disputed"),
    Expected("l1-leak-confirmed", "the-vote-was-moved", "single-voice", facts=False),
    Expected("m1-same-triple-in-other-words", "acme-bought-bolt", "single-voice"),
    Expected(
        "m1-same-triple-in-other-words", "bolt-was-taken-over-by-a-competitor", "single-voice"
    ),
    Expected("n1-names-with-commas", "it-is-open", "single-voice"),
    Expected("o1-overview-shows-retracted-as-affirmed", "the-pill-raises-the-risk", "disputed"),
    Expected("p1-never-against-a-day", "acme-never-dumped-acid", "disputed"),
    Expected("p1-never-against-a-day", "acme-dumped-acid-on-3-may", "disputed"),
    Expected("p3-verdict-and-appeal", "roe-bribed-the-mayor", "disputed", date(2021, 1, 1)),
    Expected("p3-verdict-and-appeal", "roe-bribed-the-mayor", "disputed", date(2022, 12, 31)),
    Expected("p3-verdict-and-appeal", "roe-bribed-the-mayor", "disputed"),
    Expected("p4-cannot-rule-out", "contamination-is-the-cause", "single-voice"),
    Expected("p5-divided-and-open-policy", "there-is-a-crack", "retracted", facts=False),
    Expected(
        "f1-forecasts-with-numbers", "the-court-will-fine-the-firm-up-to-18-million", "came-true"
    ),
    Expected(
        "f1-forecasts-with-numbers", "the-court-will-fine-the-firm-at-least-20-million", "failed"
    ),
    Expected(
        "f1-forecasts-with-numbers", "the-court-will-fine-the-firm-about-14-million", "came-true"
    ),
    Expected("f1-forecasts-with-numbers", "the-court-will-fine-the-firm-before-june", "failed"),
    Expected("f1-forecasts-with-numbers", "ada-will-not-win-the-cup", "failed"),
    Expected("f3-about-forecast", "the-court-will-fine-the-firm-about-14-million", "failed"),
    Expected("q1-about-never-contradicts", "about-4-9-million-litres-ran-out", "disputed"),
    Expected("q1-about-never-contradicts", "2-million-litres-ran-out", "disputed"),
    Expected("q2-more-than-decimals", "more-than-0-5-percent-ran-out", "single-voice"),
    Expected("q2-more-than-decimals", "less-than-1-percent-ran-out", "single-voice"),
    Expected("q3-units-thousand", "3-million-litres-ran-out", "disputed"),
    Expected("q3-units-thousand", "3-in-millions", "single-voice"),
    Expected("u1-units-spelled-otherwise", "the-firm-bears-60-per-cent", "disputed"),
    Expected("q6-facts-without-numbers", "twelve-trucks-burnt", "single-voice", facts=False),
    Expected("q7-totals-as-of-a-day", "73-had-died-by-21-april", "disputed"),
    Expected("r2-same-day", "there-is-a-crack", "retracted"),
    Expected(
        "r3-paper-retracts-a-story-with-a-quoted-witness", "the-mayor-took-the-money", "retracted"
    ),
    Expected("s2-owner-has-no-known-stake", "the-well-leaks-1-000-barrels-a-day", "single-voice"),
    Expected(
        "v1-one-statement-by-co-authors",
        "the-pill-raises-the-risk-of-a-stroke",
        "single-voice",
        facts=False,
    ),
    Expected("v2-paper-repeats-what-it-was-told", "the-plant-leaks", "single-voice"),
    Expected("v4-two-hats-a", "the-pier-is-safe", "single-voice", flags=()),
    Expected("v4-two-hats-b", "the-pier-is-safe", "single-voice", flags=()),
    Expected("v5-changes-mind", "the-rider-took-the-drug", "admitted"),
    Expected("v5-changes-mind", "the-rider-took-the-drug", "denied-only", date(2010, 1, 1)),
    Expected("v6-affirms-then-denies", "there-is-a-crack", "retracted"),
    Expected("v6-affirms-then-denies", "there-is-a-crack", "single-voice", LATE),
    Expected(
        "v7-whistleblower-is-admission",
        "acme-dumped-acid-in-the-river",
        "single-voice",
        EARLY,
        facts=False,
        flags=("insider",),
    ),
    Expected("v7-whistleblower-is-admission", "acme-dumped-acid-in-the-river", "disputed"),
    Expected("v9-joint-statement-of-rivals", "the-strike-is-over", "single-voice", facts=False),
    Expected("v10-collective-that-speaks-for", "the-count-is-too-high", "single-voice"),
    Expected("v11-adversary-quotes", "there-was-a-cover-up", "single-voice", facts=False),
    Expected("v12-source-quoted-in-two-papers-unnamed", "the-deal-is-off", "single-voice"),
    Expected("v15-staff-of-one-paper", "the-pit-is-flooded", "single-voice"),
    Expected("x1-query-admitted-differs-from-status", "ada-broke-the-rule", "single-voice"),
]


def wrong(kb: KnowledgeBase, expected: Expected) -> Iterator[str]:
    """What differs from the expectation, in words."""
    outcome: Statuses = kb.at(as_of=expected.as_of).status()
    row = outcome.rows.get(expected.claim)
    if row is None:
        yield f"no claim {expected.claim}; known: {', '.join(outcome.rows)}"
        return
    if expected.status not in (None, row.status):
        yield f"{row.status}, not {expected.status}"
    if expected.flags not in (None, row.flags):
        yield f"flags {row.flags}, not {expected.flags}"
    if expected.contested and expected.contested not in row.contest:
        yield f"contest {row.contest} without {expected.contested}"
    accepted = expected.claim in {fact.claim for fact in kb.at(as_of=expected.as_of).facts()}
    if expected.facts not in (None, accepted):
        yield f"{'a fact' if accepted else 'no fact'} of the default policy"


@pytest.mark.skipif(CASES is None, reason="the folder of cases is not beside the checkout")
@pytest.mark.parametrize("expected", EXPECTED, ids=str)
def test_a_case_has_the_status_that_a_careful_reader_expects(
    expected: Expected, tmp_path: Path
) -> None:
    assert CASES is not None
    assert list(wrong(built(CASES / expected.case, tmp_path), expected)) == []
