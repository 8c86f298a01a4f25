"""Fact checks come in: the claim is the claimant's, the rating is what the reviewer thinks of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Kb, run
from foreign_files import comes_and_goes, survived

CLAIM = "The harbour was sold for one crown"
REVIEW: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "@id": "https://desk.example/harbour#review",
    "url": "https://desk.example/harbour",
    "datePublished": "2024-03-05",
    "claimReviewed": CLAIM,
    "author": {"@type": "Organization", "name": "Fact Desk", "url": "https://desk.example/"},
    "itemReviewed": {
        "@type": "Claim",
        "author": {"@type": "Person", "name": "Ines Holm"},
        "datePublished": "2024-03-01",
        "appearance": {"@type": "CreativeWork", "url": "https://social.example/p/1"},
    },
    "reviewRating": {"@type": "Rating", "ratingValue": 1, "alternateName": "False"},
}
PAGE = """<!doctype html><html><head><title>Not sold</title>
<script type="application/ld+json">%s</script></head>
<body><article><p>The harbour was not sold.</p></article></body></html>
"""


@pytest.fixture
def here(tmp_path: Path) -> Kb:
    """An empty knowledge base."""
    assert run("init", tmp_path / "new", cwd=tmp_path).code == 0
    return Kb(tmp_path / "new")


def test_a_fact_check_gives_a_claim_of_the_claimant_and_an_evaluation_of_the_reviewer(
    here: Kb,
) -> None:
    page = here.write("check.html", PAGE % json.dumps(REVIEW))
    comes_and_goes(here, "claimreview", page)
    rows = here("status", "--format", "csv").out.splitlines()
    claim = next(row for row in rows if CLAIM in row and "rated" not in row)
    rated = next(row for row in rows if "is rated “False”" in row)
    assert ("single-voice" in claim, "opinion" in rated) == (True, True)
    assert "Ines Holm" in here("show", "claim/the-harbour-was-sold-for-one-crown").out
    source = here("show", "source/2024-review-of-the-harbour-was-sold-for-one").out
    for words in ("Fact Desk", "2024-03-05", "https://desk.example/harbour"):
        assert words in source


def old_style(review: dict[str, Any]) -> dict[str, Any]:
    """Before 2019 the item was the work in which the claim appeared."""
    item = {"@type": "CreativeWork", "author": review["itemReviewed"]["author"]}
    return {**review, "itemReviewed": {**item, "url": "https://social.example/p/1"}}


def prefixed(review: dict[str, Any]) -> dict[str, Any]:
    """With full names of the vocabulary."""
    return {k if k[0] == "@" else f"https://schema.org/{k}": v for k, v in review.items()}


SHAPES = {
    "graph": json.dumps({"@graph": [{"@type": "WebPage"}, REVIEW]}),
    "list": json.dumps([REVIEW]),
    "types": json.dumps({**REVIEW, "@type": ["Review", "ClaimReview"]}),
    "old": json.dumps(old_style(REVIEW)),
    "prefixed": json.dumps(prefixed(REVIEW)),
    "names": json.dumps({**REVIEW, "author": "Fact Desk"}),
    "in an article": json.dumps({"@type": "NewsArticle", "review": REVIEW}),
    "wrapped": f"<!-- {json.dumps(REVIEW)[:-1]},}} //-->",
    "escaped": json.dumps(REVIEW).replace('"', "&quot;"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_fact_check_is_read_in_every_ordinary_shape(here: Kb, shape: str) -> None:
    page = here.write("check.html", PAGE % SHAPES[shape])
    done = here("import", "claimreview", page, "--dry-run", "--format", "csv")
    assert done.code == 0, done
    for words in ("claim/the-harbour-was-sold", "entity/ines-holm", "entity/fact-desk"):
        assert words in done.out, done


def test_reviews_that_disagree_stand_beside_each_other(here: Kb) -> None:
    other = {**REVIEW, "@id": "x", "author": {"@type": "Organization", "name": "Town Watch"}}
    other["reviewRating"] = {"@type": "Rating", "ratingValue": 2, "bestRating": 5, "worstRating": 1}
    del other["itemReviewed"]
    file = here.write("two.json", json.dumps([REVIEW, other], indent=1))
    comes_and_goes(here, "claimreview", file)
    found = here("status", "--format", "csv").out
    assert "is rated “False”" in found
    assert "is rated “2 on a scale from 1 to 5”" in found


def test_a_file_without_a_fact_check_is_refused(here: Kb) -> None:
    for text in ("", "{", "7", json.dumps({"@type": "Article"}), PAGE % "nothing", "[" * 100_000):
        file = here.write("check.html", text)
        here.refuses(2, "import", "claimreview", file, says=("check.html",))


def test_own_verdicts_come_back_and_change_nothing(kb: Kb) -> None:
    claim = "claim/the-coastguard-controls-the-pier"
    because = ("--because", "seen there", "--verdict", "true", "--coder", "ab")
    assert kb("judge", "verdict", claim, *because).code == 0
    before = kb.tree()
    file = kb.write("own.json", kb("export", "claimreview").out)
    done = kb("import", "claimreview", file)
    assert (done.code, kb.tree() == before) == (0, True), done


def test_damaged_fact_checks_give_located_messages_and_write_nothing(here: Kb) -> None:
    survived(here, "claimreview", json.dumps([REVIEW], indent=1).encode(), 40)
