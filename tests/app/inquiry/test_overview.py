"""The one page: numbers, statuses, both sides of what is open, what to try next."""

from __future__ import annotations

import csv
import io
import re
import shutil
from datetime import date

import pytest
from conftest import CHECKOUT, Kb

from kb.app.inquiry.overview import part_of
from kb.model.records import Claim


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Kb:
    """The shipped collection, without its texts."""
    root = tmp_path_factory.mktemp("overview") / "kb"
    shutil.copytree(CHECKOUT / "claims", root / "claims")
    shutil.copy(CHECKOUT / "kb.toml", root)
    return Kb(root)


def test_both_sides_stand_with_their_words_and_places(seen: Kb) -> None:
    page = seen("overview").out
    assert page.startswith("1 document, 7 assertions, 3 claims\n")
    dispute = page[page.index("Northland sent tugs to Oldport  (denied, news)") :]
    assert re.search(
        r"affirms Coastguard: “The coastguard said.*” \[1\] line 3", dispute, re.IGNORECASE
    )
    assert re.search(r"denies  Northland: “Northland denied this” \[1\] line 3", dispute)


def test_what_it_says_to_try_next_runs(seen: Kb) -> None:
    page = seen("overview").out
    commands = [
        line.split()[1:]
        for line in page[page.index("Try next") :].splitlines()
        if line.startswith("  kb ")
    ]
    assert len(commands) >= 5
    for words in commands:
        assert seen(*(w.replace("DATE", "2024-03-04") for w in words)).code == 0, words


def test_every_format_has_a_row_for_each_side(seen: Kb) -> None:
    rows = list(csv.DictReader(io.StringIO(seen("overview", "--format", "csv").out)))
    assert {(r["how"], r["stance"]) for r in rows} >= {("denied", "affirms"), ("denied", "denies")}
    assert all(r["words"] and r["source"] == "2024-quarrel" for r in rows)


def test_an_empty_knowledge_base_has_a_page_too(empty: Kb) -> None:
    done = empty("overview")
    assert (done.code, done.out.splitlines()[0]) == (0, "0 documents, 0 assertions, 0 claims")


def test_the_collection_fits_on_a_page_of_100_columns(five: Kb) -> None:
    lines = five("overview").out.splitlines()
    assert max(map(len, lines)) <= 100
    assert len(lines) <= 75
    assert re.match(r"5 documents, \d{3} assertions, \d{3} claims$", lines[0])
    titles = [line.strip() for line in lines]
    assert "Russia sent warplanes to Jufra  (denied, background)" in titles
    assert any(
        "Egypt proposed a ceasefire" in t and "Haftar proposed a ceasefire" in t for t in titles
    )


def test_a_forecast_and_what_happened_are_no_rival_accounts(five: Kb) -> None:
    rows = csv.DictReader(io.StringIO(five("contradictions", "--format", "csv").out))
    assert "forecast" in {row["kind"] for row in rows}
    assert "The LNA will take control of Tripoli" not in five("overview").out


def test_disputes_come_first_news_before_commentary(five: Kb) -> None:
    page = five("overview").out
    titles = ["Denied or doubted", "Contradictions", "Documents", "Claims by status", "Try next"]
    assert [page.index(f"\n{title}") for title in titles] == sorted(
        page.index(f"\n{title}") for title in titles
    )
    rows = list(csv.DictReader(io.StringIO(five("overview", "--format", "csv").out)))
    denied = [row["part"] for row in rows if row["how"] == "doubted"]
    assert denied == sorted(denied, key=["news", "background", "commentary"].index)


DAY = date(2024, 3, 2)
KINDS = ("event", "state", "speech-act")


@pytest.mark.parametrize(
    ("began", "published", "part"),
    [
        (DAY, [date(2024, 3, 3)], "news"),
        (DAY, [date(2024, 3, 16)], "news"),
        (DAY, [date(2024, 3, 17)], "background"),
        (DAY, [date(2025, 3, 2), date(2024, 3, 3)], "news"),
        (DAY, [], "background"),
        (None, [date(2024, 3, 3)], "background"),
    ],
)
def test_news_began_shortly_before_a_document_was_published(
    began: date | None, published: list[date], part: str
) -> None:
    for kind in KINDS:
        assert part_of(Claim("x", kind=kind, begin_earliest=began), published) == part
    for kind in ("evaluation", "forecast", "cause", "intent"):
        assert part_of(Claim("x", kind=kind, begin_earliest=began), published) == "commentary"
