"""The marks in a text."""

from __future__ import annotations

from kb.model.records import Quote
from kb.presentation.marked_text import COLUMNS, marked, rows
from kb.workspace.catalogs.catalog import Known

TEXT = "The tugs left.\r\nNobody saw them."


def known(*quotes: Quote) -> Known:
    found = Known()
    for quote in quotes:
        found.add(quote, "claims/main/sources/report.ttl")
    return found


def test_passages_are_marked_where_they_begin_and_end() -> None:
    quotes = (
        Quote("report#char=4,8", source="report", start=4, end=8),
        Quote("report#char=4,13", source="report", start=4, end=13),
        Quote("report#char=16,22", source="report", start=16, end=22, skipped="no claim"),
        Quote("other#char=0,3", source="other", start=0, end=3),
    )
    assert marked(known(*quotes), "report", TEXT) == [
        "   1  The ⟦tugs left⟧.",
        "   2  ⟨Nobody⟩ saw them.",
    ]


def test_a_passage_that_ends_with_the_text_is_closed() -> None:
    quote = Quote("report#char=27,32", source="report", start=27, end=32)
    assert marked(known(quote), "report", TEXT)[1] == "   2  Nobody saw ⟦them.⟧"


def test_a_passage_beyond_the_text_is_not_marked() -> None:
    quote = Quote("report#char=0,99", source="report", start=0, end=99)
    assert "⟦" not in "".join(marked(known(quote), "report", TEXT))


def test_a_row_names_the_passages_that_touch_its_line() -> None:
    quotes = (
        Quote("report#char=4,8", source="report", start=4, end=8),
        Quote("report#char=9,22", source="report", start=9, end=22),
        Quote("report#char=23,27", source="report", start=23, end=27, skipped="no claim"),
    )
    first, second = (
        dict(zip(COLUMNS, row, strict=True)) for row in rows(known(*quotes), "report", TEXT)
    )
    assert (first["coded"], first["skipped"]) == (("4-8", "9-22"), ())
    assert (second["coded"], second["skipped"]) == (("9-22",), ("23-27",))
    for row in (first, second):
        assert TEXT[row["start"] : row["end"]] == row["text"]


def test_a_passage_that_ends_before_a_line_does_not_touch_it() -> None:
    quote = Quote("report#char=0,16", source="report", start=0, end=16)
    first, second = rows(known(quote), "report", TEXT)
    assert (first[4], second[4]) == (("0-16",), ())
