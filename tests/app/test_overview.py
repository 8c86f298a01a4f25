"""The one page: numbers, statuses, both sides of what is open, what to try next."""

from __future__ import annotations

import csv
import io
import re
import shutil

import pytest
from conftest import CHECKOUT, Kb


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
    dispute = page[page.index("Northland sent tugs to Oldport  (denied)") :]
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
    assert len(lines) <= 70
    assert re.match(r"5 documents, \d{3} assertions, \d{3} claims$", lines[0])
    titles = [line.strip() for line in lines]
    assert "Russia sent warplanes to Jufra  (denied)" in titles
    assert any(
        "Egypt proposed a ceasefire" in t and "Haftar proposed a ceasefire" in t for t in titles
    )
