"""Excel workbooks: text stays text, days are days, ids have names beside them, and back again."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import SHEET, TEXT, Kb, run

from kb import notes
from kb.app import knowledge_base
from kb.errors import KbError
from kb.exchange import xlsx
from kb.exchange.grids import read

openpyxl: Any = pytest.importorskip("openpyxl")


@pytest.fixture
def book(kb: Kb) -> Path:
    done = kb("export", "xlsx", "--output", kb.root.parent / "all.xlsx")
    assert done.code == 0, done
    return kb.root.parent / "all.xlsx"


def test_a_workbook_has_a_sheet_for_each_table_with_frozen_heads_and_labels(book: Path) -> None:
    sheets = openpyxl.load_workbook(book)
    assert sheets.sheetnames[:4] == ["assertions", "claims", "sources", "entities"]
    claims = sheets["claims"]
    head = [cell.value for cell in claims[1]]
    assert claims.freeze_panes == "B2"
    assert claims["A1"].font.bold
    assert head[head.index("subject") + 1] == "subject_label"
    row = {name: cell.value for name, cell in zip(head, claims[2], strict=True)}
    assert row["subject_label"] == "Northland"
    sources = sheets["sources"]
    columns = [cell.value for cell in sources[1]]
    published = sources.cell(2, columns.index("published_from") + 1)
    assert published.value.date() == date(2024, 3, 4)
    assert published.is_date


def test_a_workbook_comes_back_and_changes_nothing(kb: Kb, book: Path) -> None:
    before = kb.tree()
    done = kb("import", "xlsx", book)
    assert (done.code, kb.tree()) == (0, before), done
    assert "0 records new, " in done.err


def test_no_cell_is_a_formula_and_no_text_is_changed() -> None:
    texts = ["=1+1", "+49 170", "@x", "007", "3-4", "1E5", "a\tb", "1" * 20]
    data = xlsx.workbook({"t": (("a",), [(text,) for text in texts])}, {})
    sheet = openpyxl.load_workbook(io.BytesIO(data))["t"]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == texts
    assert {row[0].data_type for row in sheet.iter_rows(min_row=2)} == {"s"}


def test_a_character_that_a_workbook_cannot_have_is_shown_by_its_number() -> None:
    data = xlsx.workbook({"t": (("a",), [("a\x07b",)])}, {})
    assert read("t.xlsx", data)[0].rows[1][1] == ["a\\u0007b"]


@pytest.mark.parametrize("text", ["a_x0041_b", "_x005F_x0041_", "_x0041", "_xABCD_x0009_"])
def test_a_text_that_looks_like_an_escape_is_itself_and_comes_back(text: str) -> None:
    made = xlsx.workbook({"entities": (("entity", "name"), [("a", text)])}, {})
    stored = openpyxl.load_workbook(io.BytesIO(made)).active["B2"].value
    # A spreadsheet reads each escape once.
    assert re.sub("_x([0-9A-Fa-f]{4})_", lambda one: chr(int(one[1], 16)), stored) == text
    (grid,) = read("a.xlsx", made)
    assert [row for _, row in grid.rows][1] == ["a", text]


def test_a_text_that_is_too_long_for_a_cell_is_cut_with_a_note_and_no_digit_is_lost() -> None:
    said: list[str] = []
    notes.listen(said.append)
    table = (["statement", "count"], [["x" * 40_000, "12345678901234567"]])
    made = xlsx.workbook({"claims": table}, {})
    _, row = read("made.xlsx", made)[0].rows[1]
    assert [len(cell) for cell in row] == [xlsx.MOST_TEXT, 17]
    assert "sheet claims" in said[0]
    assert "40,000" in said[0]


def test_a_wrong_cell_is_named_with_its_sheet(kb: Kb) -> None:
    sheets = openpyxl.Workbook()
    sheets.active.title = "people"
    sheets.active.append(["entity", "kind", "name"])
    sheets.active.append(["jo", "persn", "Jo"])
    sheets.save(kb.root.parent / "p.xlsx")
    kb.refuses(1, "import", "xlsx", kb.root.parent / "p.xlsx", says=("p.xlsx people!B2", "person"))


def test_a_template_has_three_tables_that_explain_themselves(kb: Kb) -> None:
    file = kb.root.parent / "t.xlsx"
    assert kb("import", "xlsx", file, "--template").code == 0
    assert openpyxl.load_workbook(file).sheetnames == ["entities", "sources", "claims"]
    done = kb("import", "xlsx", file)
    assert done.code == 0, done
    assert "0 rows read" in done.err


def test_300_damaged_workbooks_are_refused_or_read_and_nothing_is_written(
    kb: Kb, book: Path
) -> None:
    own, before, chance = knowledge_base.open(str(kb.root)), kb.tree(), random.Random(16)
    whole = book.read_bytes()
    refused = unnamed = 0
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(4, len(data))
            if chance.random() < 0.3:
                del data[at:]
                break
            data[at] = chance.randrange(256)
        try:
            read("b.xlsx", bytes(data))
        except KbError as error:
            refused += 1
            unnamed += "b.xlsx" not in error.message
    assert (refused > 100, unnamed) == (True, 0)
    with pytest.raises(KbError, match="b.xlsx"):
        own.plan_import("xlsx", [("b.xlsx", whole[:-100])])
    assert kb.tree() == before


def test_the_tables_are_a_data_package_that_frictionless_finds_valid(
    kb: Kb, tmp_path: Path
) -> None:
    frictionless: Any = pytest.importorskip("frictionless")
    assert kb("export", "csv", "--output", tmp_path).code == 0
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert len(package["resources"]) == 8
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["type", "note"])


def test_tables_of_a_private_knowledge_base_have_only_the_stored_words(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "private")
    run("init", kb.root, cwd=tmp_path)
    toml = (kb.root / "kb.toml").read_text(encoding="utf-8")
    (kb.root / "kb.toml").write_text(toml.replace('"whole"', '"fragments"'), encoding="utf-8")
    note = kb.write("quarrel.txt", TEXT)
    facts = ("--id", "2024-quarrel", "--author", "A Gazette", "--published", "2024-03-04")
    assert kb("add", "source", note, *facts).code == 0
    assert kb.sheet(SHEET).code == 0
    assert kb("export", "csv", "--output", tmp_path / "t").code == 0
    for name, column in (("assertions", "quote"), ("quotes", "fragment")):
        with (tmp_path / f"t/{name}.csv").open(encoding="utf-8", newline="") as file:
            words = [row[column].split() for row in csv.DictReader(file)]
        assert 0 < max(map(len, words)) <= 6
