"""Tables fit the terminal, keep ids in one piece, and put the statement first."""

from __future__ import annotations

import pytest

from kb.presentation.tables import columns_of, table

COLUMNS = ("claim", "status", "statement", "affirmed_by", "documents")
ROWS: list[list[object]] = [
    [
        "the-departure-of-the-tugs-will-weaken-the-defences-of-oldport",
        "single-voice",
        "The departure of the tugs will weaken the defences of Oldport and of every port near it",
        ("Ana Varga (for Varga Shipping)", "two net menders, 1 of 2"),
        12,
    ],
    ["tugs-left", "disputed", "Tugs left", ("Coastguard",), None],
]
WIDTHS = (60, 80, 120, 160)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_list_fits_the_terminal(width: int) -> None:
    lines = table(COLUMNS, ROWS, width=width).splitlines()
    ids = [str(row[0]) for row in ROWS]
    longest = max(map(len, ids)) + 2  # a longer id is on a line of its own
    assert max(map(columns_of, lines)) <= max(width, longest)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_id_is_broken_and_nothing_is_lost(width: int) -> None:
    text = table(COLUMNS, ROWS, width=width)
    words = " ".join(text.split())
    assert all(str(row[0]) in text for row in ROWS)
    assert all(str(row[1]) in words for row in ROWS)
    assert text.count("weaken") == 2  # in the id and in the statement
    assert "net menders, 1 of 2" in words or width > 80


@pytest.mark.parametrize("width", [*WIDTHS, None])
def test_the_statement_comes_first(width: int | None) -> None:
    text = table(COLUMNS, ROWS, width=width)
    assert text.startswith(("statement", "The departure"))
    assert text.index("Tugs left") < text.index("tugs-left")


def test_names_are_separated_by_what_no_name_contains() -> None:
    assert "Ana Varga (for Varga Shipping); two net menders, 1 of 2" in table(COLUMNS, ROWS)


def test_a_row_without_a_statement_is_headed_by_its_id() -> None:
    rows = [["tugs-left-the-old-port-at-night", None, "event " * 20]]
    text = table(("claim", "statement", "kind"), rows, width=40)
    assert text.startswith("tugs-left-the-old-port-at-night\n")
    assert text.count("tugs-left") == 1


def test_wide_characters_are_wrapped_by_the_room_they_take() -> None:
    text = table(("id", "said"), [["a", "漢字" * 40]], width=30)
    assert max(map(columns_of, text.splitlines())) <= 30
    assert text.count("漢") == 40


def test_a_line_in_a_cell_stays_a_line() -> None:
    lines = table(("id", "said"), [["a", "one\ntwo"], ["b", "three"]]).splitlines()
    assert [line.split() for line in lines[2:]] == [["a", "one"], ["two"], ["b", "three"]]


def test_colour_is_put_around_text_that_is_laid_out() -> None:
    painted = table(("id", "status"), [["a", "disputed"]], paint=lambda role, text: f"<{text}>")
    assert "<disputed>" in painted
    assert "<a >" in painted  # padded before it is painted, so that columns stay in line


def test_a_title_fits_the_terminal() -> None:
    lines = table(["id"], [["a"]], "passages that two sources share", width=20).splitlines()
    assert lines[:2] == ["passages that two", "sources share"]
