"""Tables that people made are imported as one change, and what is wrong is named by its cell."""

from __future__ import annotations

import pytest
from conftest import Kb
from foreign_files import survived

ENTITIES = """entity,kind,name,also,description,within,lat,long
lighthouse,place,The Old Light,Old Light|the light,a tower,oldport,54.5,8.25
,person,Jo Marsh,,keeper,,,
layla,,,the skipper,,,,
"""
CLAIMS = """source,claim,what,kind,by,stance,scope,at,when
2024-quarrel,Northland controls the pier,northland > controls > pier,,Lukin,,,8 near the pier,
2024-quarrel,Northland controls the pier,,,coastguard,denies,occurrence,5 the coastguard controls the pier,
2024-quarrel,The hotel was empty,,state,,,,10 The hotel by the sea was empty,2024-03-02
"""


def given(kb: Kb, name: str, text: str | bytes) -> str:
    return str(kb.write(name, text))


def test_entities_and_claims_are_imported_together_as_one_change_that_undo_reverts(kb: Kb) -> None:
    before = kb.tree()
    files = given(kb, "entities.csv", ENTITIES), given(kb, "claims.csv", CLAIMS)
    done = kb("import", "csv", *files)
    assert done.code == 0, done
    for said in (
        "entity/lighthouse",
        "entity/jo-marsh",
        "claim/the-hotel-was-empty",
        "the skipper",
    ):
        assert said in done.out
    assert "6 rows read: 7 records new, 0 the same, 1 changed, 0 in conflict." in done.err
    shown = kb("show", "entity/lighthouse").out
    for said in ("Old Light", "the light", "Oldport", "a tower"):
        assert said in shown
    assert "54.5" in kb.file("entities.ttl").read_text(encoding="utf-8")
    assert "disputed" in kb("status", "northland-controls-the-pier").out
    assert kb("undo").code == 0
    assert kb.tree() == before


def test_importing_again_changes_nothing(kb: Kb) -> None:
    files = given(kb, "entities.csv", ENTITIES), given(kb, "claims.csv", CLAIMS)
    kb("import", "csv", *files)
    before = kb.tree()
    done = kb("import", "csv", *files)
    assert (done.code, kb.tree()) == (0, before)
    assert "0 records new, 8 the same, 0 changed, 0 in conflict" in done.err
    assert "Nothing new" in done.err


def test_a_passage_of_which_a_few_words_are_exported_stays_where_it_is(kb: Kb) -> None:
    settings = kb.root / "kb.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("whole", "fragments"))
    stored = kb.file("source").read_text(encoding="utf-8")
    few = stored.replace('"the coastguard controls the pier"', '"the pier"')
    assert few != stored
    kb.file("source").write_text(few, encoding="utf-8")
    table = kb.root.parent / "tables"
    assert kb("export", "csv", "--output", table).code == 0
    done = kb("import", "csv", table / "assertions.csv", "--dry-run")
    assert "“the pier”" not in done.err


def test_the_exported_tables_can_be_imported_and_change_nothing(kb: Kb) -> None:
    kb("export", "csv", "--output", kb.root.parent / "t", "--spreadsheet", "--delimiter", ";")
    tables = (kb.root.parent / f"t/{n}.csv" for n in ("entities", "sources", "assertions"))
    before = kb.tree()
    done = kb("import", "csv", *tables)
    assert (done.code, done.err, kb.tree() == before)[::2] == (0, True), done
    assert "not taken: assertions.csv: the columns" in done.err


def test_the_exported_table_of_claims_is_listed_with_what_to_do(kb: Kb) -> None:
    kb("export", "csv", "--output", kb.root.parent / "t")
    done = kb("import", "csv", kb.root.parent / "t/claims.csv", kb.root.parent / "t/entities.csv")
    assert done.code == 0
    assert "not taken: claims.csv: claims come with who asserts them" in done.err


def test_a_dry_run_writes_nothing(kb: Kb) -> None:
    before = kb.tree()
    done = kb("import", "csv", given(kb, "c.csv", CLAIMS), "--dry-run")
    assert (done.code, kb.tree()) == (0, before)
    assert "new" in done.out
    assert "Nothing was written (--dry-run)." in done.err


def test_a_value_that_differs_is_a_conflict_and_replaces_only_if_asked(kb: Kb) -> None:
    table = given(kb, "e.csv", "entity,kind,name,also\nlayla,,Layla al-Mursi,\npier,,,the jetty\n")
    said = kb.refuses(1, "import", "csv", table, says=("1 value would replace another",))
    assert "1 changed, 1 in conflict" in said
    assert kb("import", "csv", table, "--replace").code == 0
    assert "Layla al-Mursi" in kb("show", "entity/layla").out


@pytest.mark.parametrize(
    ("text", "cell", "words"),
    [
        ("entity,kind\nx,plase\n", "f.csv!B2", "did you mean place"),
        ("entity,kind,within\nx,place,atlantis\n", "f.csv!C2", "atlantis"),
        ("entity,kind\nx,place\nx,place\n", "f.csv!A3", "is on line 2, too"),
        ('entity,kind,lat\nx,place,"54,5"\n', "f.csv!C2", "54,5"),
        ("entity,kind,name\nx,place,a\u0007b\n", "f.csv!C2", "bad-character"),
        ("source,title\nnowhere,T\n", "f.csv!A2", "kb add source FILE --id ID"),
        ("source,claim,at\n2024-quarrel,X,3 no such words\n", "f.csv!C2", "words"),
        ("source,claim,at\nnowhere,X,3 a\n", "f.csv!A2", "nowhere"),
        ("source,claim,at\n,X,3 a\n", "f.csv!B2", "does not name its source"),
        (CLAIMS.replace("denies", "denys"), "f.csv!F3", "did you mean denies"),
        (CLAIMS.replace("Lukin", "Nobody Known"), "f.csv!E2", "Nobody Known"),
        (CLAIMS.replace("controls >", "kontrols >"), "f.csv!C2", "kontrols"),
        (CLAIMS.replace("2024-03-02", "2024-02-31"), "f.csv!I4", "31 February"),
        (
            CLAIMS.replace(",,,coastguard", ",northland > left > pier,,coastguard"),
            "f.csv!C3",
            "line 2 says",
        ),
    ],
)
def test_what_is_wrong_is_named_by_its_cell(kb: Kb, text: str, cell: str, words: str) -> None:
    said = kb.refuses(1, "import", "csv", given(kb, "f.csv", text), says=("nothing was written",))
    assert cell in said
    assert words in said


def test_a_file_without_a_table_is_refused_with_the_way_to_a_template(kb: Kb) -> None:
    kb.refuses(2, "import", "csv", given(kb, "a.csv", "one,two\n1,2\n"), says=("--template",))
    kb.refuses(2, "import", "csv", given(kb, "a.csv", 'a,b\n"x'), says=("a.csv:2:", "not CSV"))
    kb.refuses(2, "import", "csv", given(kb, "a.csv", b"\xff\xfea"), says=("UTF-16",))
    kb.refuses(2, "import", "xls", given(kb, "a.csv", CLAIMS), says=("did you mean xlsx",))


def test_a_template_explains_itself_and_can_be_filled_in(kb: Kb) -> None:
    file = kb.root.parent / "claims.csv"
    assert kb("import", "csv", file, "--template").code == 0
    head, explained = file.read_text(encoding="utf-8").splitlines()
    assert head.startswith("source,claim,what,kind")
    assert "one plain sentence" in explained
    with file.open("a", encoding="utf-8") as more:
        more.write("2024-quarrel,The boats left,,event" + "," * 18 + ",,,,7 the boats left\n")
    kb.refuses(2, "import", "csv", file, "--template", "--format", "x")
    done = kb("import", "csv", file)
    assert done.code in (0, 1)


def test_a_second_record_of_one_name_is_pointed_out_and_not_merged(kb: Kb) -> None:
    done = kb("import", "csv", given(kb, "e.csv", "entity,kind,name\nmole,place,Oldport\n"))
    assert done.code == 0, done
    assert "oldport" in done.err
    assert "same-entity" in done.err or "judge" in done.err


@pytest.mark.parametrize("table", [ENTITIES, CLAIMS])
def test_damaged_tables_give_located_messages_and_write_nothing(kb: Kb, table: str) -> None:
    survived(kb, "csv", table.encode(), 40)


@pytest.mark.parametrize("id", ["quay[", "quay]", "quay%", "qu\ue000ay"])
def test_an_id_that_no_iri_has_is_named_by_its_cell(seen: Kb, id: str) -> None:
    table = seen.write("odd.csv", f"entity,kind,name,within\n{id},place,The Quay,\nlayla,,,{id}\n")
    done = seen("import", "csv", table, "--dry-run")
    assert done.code in (1, 2)
    assert "odd.csv" in done.err + done.out
    assert "SPARQL" not in done.err + done.out
