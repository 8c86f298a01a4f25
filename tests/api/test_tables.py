"""Tables, rows and cards: what they show, and how they become data frames."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

import kb
from kb.api import frames

COLUMNS = ("claim", "number", "share", "day", "recorded", "yes", "flags", "mixed")
ROWS: list[tuple[Any, ...]] = [
    (
        "a",
        1,
        Decimal("2.5"),
        date(1290, 3, 2),
        datetime(2024, 3, 2, 9, tzinfo=UTC),
        True,
        ("x", "y"),
        1,
    ),
    ("b", None, 3, None, None, None, (), "one"),
]
TABLE = kb.Table(COLUMNS, ROWS)


def test_what_is_shown_of_an_object_fits_a_line() -> None:
    long = kb.Table([f"column_{n}" for n in range(40)], [["word " * 30 + "\n\u202e"] * 40])
    for shown in (TABLE, long, TABLE[0], long[0], kb.Card(["word " * 40], {})):
        assert len(repr(shown)) <= 79
        assert repr(shown).isprintable()
    assert (
        repr(TABLE) == "<Table of 2 rows: claim, number, share, day, recorded, yes, flags, mixed>"
    )


def test_a_row_has_its_values_as_attributes_and_by_name() -> None:
    row = TABLE[0]
    assert (row.claim, row["number"], dict(row)["flags"]) == ("a", 1, ("x", "y"))
    with pytest.raises(AttributeError, match="it has claim, number"):
        _ = row.speaker
    with pytest.raises(KeyError, match="there are claim, number"):
        TABLE.column("speaker")


def test_a_part_of_a_table_is_a_table() -> None:
    assert [row.claim for row in TABLE[1:]] == ["b"]
    assert TABLE[:1] == kb.Table(COLUMNS, ROWS[:1])
    assert TABLE.to_dicts()[1]["mixed"] == "one"


def test_a_notebook_gets_no_markup_from_a_value() -> None:
    hostile = "<img src=x onerror=alert(1)>&\u202e"
    for shown in (kb.Table([hostile], [[hostile]]), kb.Card([hostile], {})):
        markup = shown._repr_html_()
        assert "<img" not in markup
        assert "\u202e" not in markup
        assert "&lt;img src=x onerror=alert(1)&gt;&amp;" in markup


def test_a_notebook_shows_the_first_rows_of_a_long_table() -> None:
    markup = kb.Table(("n",), [(n,) for n in range(1_100)])._repr_html_()
    assert markup.count("<tr>") == 61
    assert "… and 1,040 more rows" in markup


def test_the_kind_of_a_column_is_that_of_its_values() -> None:
    kinds = [frames.kind_of([row[at] for row in ROWS]) for at in range(len(COLUMNS))]
    assert kinds == ["text", "integer", "number", "date", "datetime", "boolean", "list", "text"]


@pytest.mark.parametrize("name", ["pandas", "pyarrow", "polars"])
def test_a_library_that_is_not_installed_is_named(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    method = {"pyarrow": "to_arrow"}.get(name, f"to_{name}")
    with pytest.raises(
        kb.Usage, match=f"needs {name}, which is not installed.  hint: pip install {name}"
    ):
        getattr(TABLE, method)()


def test_a_table_of_arrow_has_dates_numbers_and_lists() -> None:
    found = TABLE.to_arrow()
    types = {name: str(found.schema.field(name).type) for name in found.column_names}
    assert types == {
        "claim": "string",
        "number": "int64",
        "share": "double",
        "day": "date32[day]",
        "recorded": "timestamp[us, tz=UTC]",
        "yes": "bool",
        "flags": "list<item: string>",
        "mixed": "string",
    }
    first, second = found.to_pylist()
    assert (first["day"], first["share"], first["flags"]) == (date(1290, 3, 2), 2.5, ["x", "y"])
    assert (second["number"], second["flags"], second["mixed"]) == (None, [], "one")
    assert TABLE[:0].to_arrow().shape == (0, 8)


@pytest.mark.parametrize("name", ["pandas", "polars"])
def test_data_frames_have_the_rows_and_the_missing_values(name: str) -> None:
    pytest.importorskip(name, reason=f"{name} is part of the extra dev")
    frame = getattr(TABLE, f"to_{name}")()
    assert frame.shape == (2, 8)
    assert [str(kind) for kind in frame.dtypes][1:3] == ["Int64", "Float64"]
    days = frame["day"].to_list()
    assert (days[0].year, days[0].month, days[0].day) == (1290, 3, 2)
    assert days[1] is None or days[1] != days[1]
    assert list(frame["flags"].to_list()[0]) == ["x", "y"]
    assert getattr(TABLE[:0], f"to_{name}")().shape == (0, 8)
