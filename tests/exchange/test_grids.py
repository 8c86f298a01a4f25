"""Nothing in a table or a workbook is lost without a word, and no file takes all memory."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from conftest import Kb

from kb.errors import Usage
from kb.exchange import grids
from kb.system import confined

openpyxl = pytest.importorskip("openpyxl", reason="the extra claimkb[spreadsheet] is missing")
SHEET = "xl/worksheets/sheet1.xml"
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
FOOT = b"</sheetData></worksheet>"


def book(*rows: list[str], change: Callable[[bytes], bytes] = bytes) -> bytes:
    """A workbook with one sheet, whose XML is changed afterwards."""
    made, first, last = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(first)
    with zipfile.ZipFile(first) as old, zipfile.ZipFile(last, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, change(part) if name == SHEET else part)
    return last.getvalue()


def imported(kb: Kb, data: str | bytes, name: str = "f.xlsx") -> str:
    done = kb("import", name.rpartition(".")[2], kb.write(name, data))
    assert done.code == 0, done
    return done.out + done.err


def refused(kb: Kb, data: str | bytes, *says: str, name: str = "f.xlsx", code: int = 2) -> None:
    before = kb.tree()
    file = kb.write(name, data)
    kb.refuses(code, "import", name.rpartition(".")[2], file, says=says)
    file.unlink()
    assert kb.tree() == before


@pytest.mark.parametrize("stated", [b"A1:B2", b"A1", b"A1:XFD1048576"])
def test_rows_are_read_whatever_size_the_sheet_states(kb: Kb, stated: bytes) -> None:
    rows = ["name", "kind"], ["First", "place"], ["Second", "place"]
    wrong = b'<dimension ref="' + stated + b'"'
    data = book(*rows, change=lambda xml: re.sub(rb'<dimension ref="[^"]*"', wrong, xml))
    said = imported(kb, data)
    assert "entity/first" in said
    assert "entity/second" in said


def test_a_formula_that_was_never_computed_is_named(kb: Kb) -> None:
    data = book(["name", "kind", "note"], ["First", "place", "=A2"])
    refused(kb, data, "f.xlsx Sheet!C2 has a formula without a value")


def test_a_formula_whose_value_is_an_empty_text_is_an_empty_cell(kb: Kb) -> None:
    empty = b'<c r="C2" t="str"><f>A1</f><v></v></c>'
    data = book(
        ["name", "kind", "note"],
        ["First", "place", "=A1"],
        change=lambda xml: re.sub(rb'<c r="C2".*?</c>', empty, xml),
    )
    assert "entity/first" in imported(kb, data)


def test_a_cell_with_an_error_is_named(kb: Kb) -> None:
    refused(kb, book(["name", "kind"], ["#N/A", "place"]), "f.xlsx Sheet!A2 has #N/A")


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>',
        b"".join(b'<row r="%d"><c r="ZZZ%d"/></row>' % (n, n) for n in range(1, 2000)),
    ],
)
def test_a_sheet_beyond_every_limit_is_refused(kb: Kb, rows: bytes) -> None:
    data = book(["name", "kind"], change=lambda xml: HEAD + rows + FOOT)
    refused(kb, data, "more than 50,000 rows or 200 columns")


def test_a_small_file_that_is_large_in_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grids, "LIMITS", confined.Limits(60, memory=2**26))
    cells = b"<row>" + b"<c/>" * 1_000_000 + b"</row>"
    data = book(["name", "kind"], change=lambda xml: HEAD + cells + FOOT)
    assert len(data) < 20_000
    with pytest.raises(Usage, match="needs too much memory or time"):
        grids.read("f.xlsx", data)


@pytest.mark.parametrize("entity", [b'"lol"', b'SYSTEM "file:///etc/passwd"'])
def test_entities_of_xml_are_not_resolved(kb: Kb, entity: bytes) -> None:
    head = b"<!DOCTYPE x [<!ENTITY e " + entity + b">]>" + HEAD
    row = b'<row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row>'
    refused(kb, book(["name", "kind"], change=lambda xml: head + row + FOOT), "f.xlsx")


@pytest.mark.parametrize(
    ("text", "cell", "words"),
    [
        ("name,kind\nPier,place,lost\n", "f.csv!C2", "column without a name"),
        ("name,kind,\nPier,place,lost\n", "f.csv!C2", "column without a name"),
        ("name,kind,name\nPier,place,Quay\n", "f.csv!C1", "another column for “name”"),
        ("name,kind,type\nPier,place,person\n", "f.csv!C1", "another column for “kind”"),
    ],
)
def test_no_cell_is_dropped(kb: Kb, text: str, cell: str, words: str) -> None:
    refused(kb, text, cell, words, name="f.csv", code=1)


def test_rows_that_look_like_remarks_are_counted(kb: Kb) -> None:
    said = imported(kb, "name,kind\n#Tag,group\nUs,group\n", "f.csv")
    assert "not taken: f.csv: rows that begin with #: 1" in said


def test_a_comma_does_not_separate_names_in_a_cell(kb: Kb) -> None:
    imported(kb, 'name,kind,also\nJo Marsh,person,"Marsh, J. P."\n', "f.csv")
    assert '"Marsh, J. P."' in kb.file("entities.ttl").read_text(encoding="utf-8")


def test_an_offset_of_5000_digits_is_no_traceback(kb: Kb) -> None:
    text = f"source,claim,kind,at,start,end\n2024-quarrel,Empty,state,no,{'1' * 5000},2\n"
    refused(kb, text, "f.csv!D2", name="f.csv", code=1)


def test_empty_lines_are_not_rows(kb: Kb) -> None:
    assert "1 row read" in imported(kb, "name,kind\n" + "\n" * 60_000 + "Us,group\n", "f.csv")


def test_line_breaks_of_windows_in_a_cell_are_spaces(kb: Kb) -> None:
    imported(kb, 'name,kind,note\r\nUs,group,"a\r\nb"\r\n', "f.csv")
    assert '"a b"' in kb.file("entities.ttl").read_text(encoding="utf-8")


def test_nothing_taken_is_not_called_recorded(kb: Kb) -> None:
    note = '{"target": {"source": "https://example.org/x"}, "bodyValue": "A\\nkind: event"}'
    done = kb("import", "annotations", kb.write("a.json", note))
    assert "nothing in this can be taken" in done.err
    assert "recorded already" not in done.err
