"""A mapping file says which columns of somebody's table are those of an import."""

from __future__ import annotations

import random

import pytest
from conftest import Kb
from foreign_files import comes_and_goes

import kb as api
from kb.coding import table_mapping

LIST = """Title;Template;Geolocation;Other names;Remarks;Extra
Selmouth Light;Place;54.5021|-1.1034;Old Light, the light;;x
Anna Kord;Persona;;;keeper, since 2009;
;;;;;
"""
MAPPING = """[entities]
name = "Title"
kind = { column = "template", values = { PERSONA = "person", Place = "place" } }
lat = { column = "Geolocation", part = 1 }
long = { column = "Geolocation", part = 2 }
also = { column = "Other names", separator = "," }
description = "Remarks"
note = { value = "list of 3 May" }
"""
CALLS = """Who said it,Their words,In short,Answer
Layla,5 the coastguard controls the pier,The coastguard runs the pier,true
Lukin,8 near the pier,The coastguard runs the pier,false
"""
CALLED = """[claims]
source = { value = "2024-quarrel" }
claim = "In short"
kind = { value = "state" }
by = "Who said it"
at = "Their words"
stance = { column = "Answer", values = { true = "affirms", false = "denies" } }
"""


def imported(kb: Kb, table: str, mapping: str, *options: str) -> tuple[int, str]:
    files = kb.write("list.csv", table), "--mapping", kb.write("list.toml", mapping)
    done = kb("import", "csv", *files, *options)
    return done.code, done.out + done.err


def test_columns_words_and_parts_of_cells_are_those_of_the_mapping(kb: Kb) -> None:
    mapping = ("--mapping", str(kb.write("list.toml", MAPPING)))
    said = comes_and_goes(kb, "csv", kb.write("list.csv", LIST), *mapping)
    assert "2 rows read: 2 records new" in said
    assert "not taken: list.csv: the columns Extra\n" in said
    imported(kb, LIST, MAPPING)
    stored = kb.file("entities.ttl").read_text(encoding="utf-8")
    light = stored[stored.index("selmouth-light") :].partition(" .\n")[0]
    for value in ('"54.5021"', '"-1.1034"', '"Old Light"', '"the light"', '"list of 3 May"'):
        assert value.strip('"') in light, value
    assert "keeper, since 2009" in kb("show", "anna-kord").out


def test_rows_of_a_table_of_calls_are_claims_with_a_stance(kb: Kb) -> None:
    code, said = imported(kb, CALLS, CALLED)
    assert code == 0, said
    assert "disputed" in kb("status", "the-coastguard-runs-the-pier").out


def test_what_is_wrong_in_a_mapped_table_is_named_by_its_own_cell(kb: Kb) -> None:
    before = kb.tree()
    code, said = imported(kb, LIST.replace("Persona", "Ship"), MAPPING)
    assert (code, kb.tree() == before) == (1, True)
    assert "list.csv!B3: error" in said
    assert "“Ship” is not a type" in said
    twice = LIST.replace("Extra", "title")
    assert (
        "list.csv!F1: error sheet-key: there is another column" in imported(kb, twice, MAPPING)[1]
    )
    wide = LIST.replace("since 2009;", "since 2009;;astray")
    assert "list.csv!G3: error" in imported(kb, wide, MAPPING)[1]


def test_a_sheet_that_has_no_column_of_the_mapping_is_read_by_its_header(kb: Kb) -> None:
    plain = kb.write("plain.csv", "entity,kind\nbuoy,object\n")
    files = kb.write("list.csv", LIST), plain, "--mapping", kb.write("list.toml", MAPPING)
    assert "3 rows read: 3 records new" in kb("import", "csv", *files, "--dry-run").err


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"Title"', '"Titel"', "list.toml: [entities]: no sheet has a column “titel”"),
        ("kind =", "knd =", "list.toml:3: [entities] knd: there is no such column"),
        ("part = 1", 'part = "x"', "list.toml:4: [entities] lat: the part is not a number"),
        ("part = 1", "prt = 1", "list.toml:4: [entities] lat: this cannot be read"),
        ("[entities]", "[people]", "list.toml:1: [people]: this is no table"),
        ('{ value = "list of 3 May" }', "{}", "list.toml:8: [entities] note: it needs a column"),
        ('","', '""', "list.toml:6: [entities] also: a name or a value is not a text"),
        ('"Title"', "Title", "at line 2, column 8"),
        (MAPPING, "", "list.toml is empty"),
    ],
)
def test_a_mapping_with_a_mistake_is_refused_with_its_line(
    kb: Kb, old: str, new: str, words: str
) -> None:
    before = kb.tree()
    code, said = imported(kb, LIST, MAPPING.replace(old, new, 1))
    assert (code, kb.tree() == before) == (2, True)
    assert words in said
    assert "hint: " in said


def test_a_mapping_is_for_tables_only(kb: Kb) -> None:
    mapping = kb.write("m.toml", MAPPING)
    said = kb.refuses(2, "import", "stix", kb.write("x.json", "{}"), "--mapping", mapping)
    assert "--mapping is for csv and xlsx" in said


@pytest.mark.filterwarnings("ignore::kb.KbWarning")
def test_a_program_imports_with_a_mapping_as_the_command_does(kb: Kb) -> None:
    files = str(kb.write("list.csv", LIST)), str(kb.write("list.toml", MAPPING))
    opened = api.open(kb.root)
    made = opened.import_files("csv", files[0], mapping=files[1])
    assert "entity/anna-kord" in made.records.column("record")


def test_a_damaged_mapping_is_read_or_refused_with_its_name() -> None:
    chance, refused = random.Random(16), list[str]()
    for _ in range(300):
        text = list(MAPPING)
        for _ in range(chance.randint(1, 4)):
            text[chance.randrange(len(text))] = chance.choice('"[]{}=\n,\\x1\0é')
        try:
            table_mapping.parse("m.toml", "".join(text))
        except api.Usage as error:
            refused.append(error.message)
    assert all(message.startswith("m.toml") for message in refused)
    assert 0 < len(refused) < 300
