"""Bibliographies describe sources that are here; what they cannot say is listed, never dropped."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import bibtexparser
import pytest
import rispy
from conftest import TEXT, Kb
from foreign_files import survived

URL = "https://gazette.example/quarrel_one"
TITLE = "Quarrel over the pier"
AUTHORS = ("Ada Müller", "Bo Lind")
# As Zotero writes each format.
CSL = json.dumps(
    [
        {
            "id": "http://zotero.org/items/1",
            "type": "article-newspaper",
            "title": TITLE,
            "container-title": "Harbour Gazette",
            "author": [
                {"family": "Müller", "given": "Ada"},
                {"family": "Lind", "given": "Bo"},
            ],
            "issued": {"date-parts": [["2024", 3, 5]]},
            "language": "en-GB",
            "URL": URL,
            "page": "3",
        },
        {"id": 2, "type": "book", "title": "Nothing of this is here", "ISBN": "1"},
    ]
)
BIBTEX = r"""@article{muller_2024,
    title = {{Quarrel} over the pier},
    author = {M{\"u}ller, Ada and Lind, Bo},
    journal = {Harbour Gazette},
    date = {2024-03-05},
    langid = {en},
    url = {https://gazette.example/quarrel\_one},
    pages = {3},
}

@book{other, title = {Nothing of this is here}, year = 2019}
"""
RIS = f"""TY  - NEWS
TI  - {TITLE}
AU  - Müller, Ada
AU  - Lind, Bo
T2  - Harbour Gazette
DA  - 2024/03/05/
PY  - 2024
LA  - en
UR  - {URL}
SP  - 3
ER  -

TY  - BOOK
TI  - Nothing of this is here
ER  -
"""
FILES = {"csl-json": CSL, "bibtex": BIBTEX, "ris": RIS}
PEOPLE = """entity,kind,name
ada,person,Ada Müller
bo,person,Bo Lind
gazette,organisation,Harbour Gazette
"""


@pytest.fixture(scope="module")
def with_address(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small knowledge base, and a document of which only the address is known; not to be
    changed.
    """
    kb = Kb(shutil.copytree(made, tmp_path_factory.mktemp("with-address") / "quarrel"))
    assert kb("import", "csv", kb.write("people.csv", PEOPLE)).code == 0
    text = kb.write("plain.txt", f"{TEXT}\nAnother version.\n")
    assert kb("add", "source", text, "--id", "plain", "--url", URL).code == 0
    return kb.root


@pytest.fixture
def here(with_address: Path, tmp_path: Path) -> Kb:
    """A copy of it, to be changed."""
    return Kb(shutil.copytree(with_address, tmp_path / "quarrel"))


def given(kb: Kb, format: str, text: str | None = None) -> Path:
    return kb.write(f"refs.{format}", FILES[format] if text is None else text)


@pytest.mark.parametrize("format", FILES)
def test_an_item_describes_the_source_with_its_address_and_undo_reverts_it(
    here: Kb, format: str
) -> None:
    before, file = here.tree(), given(here, format)
    said = here.refuses(1, "import", format, file, says=("would replace another",))
    assert "“Nothing of this is here”: no source here fits" in said
    assert "kb add source FILE" in said
    assert "fields that have no place here: " in said
    assert here.tree() == before
    done = here("import", format, file, "--replace")
    assert done.code == 0, done
    shown = here("show", "source/plain").out
    for words in (TITLE, AUTHORS[0], "Harbour Gazette", "2024-03-05", f"stated in refs.{format}"):
        assert words in shown
    (item,) = (i for i in json.loads(here("export", "csl-json").out) if i["id"] == "plain")
    assert [author["literal"] for author in item["author"]] == list(AUTHORS)
    written = here.tree()
    again = here("import", format, file)
    assert (again.code, here.tree() == written) == (0, True), again
    assert "1 row read: 0 records new, 1 the same, 0 changed, 0 in conflict." in again.err
    assert here("undo").code == 0
    assert here.tree() == before


def test_the_three_formats_say_the_same(here: Kb) -> None:
    assert here("import", "ris", given(here, "ris"), "--replace").code == 0
    before = here.tree()
    for format in FILES:
        done = here("import", format, given(here, format))
        assert (done.code, here.tree() == before) == (0, True), done


def test_what_is_recorded_is_not_replaced_by_less(here: Kb) -> None:
    here("import", "ris", given(here, "ris"), "--replace")
    before = here.tree()
    vague = [{"title": TITLE.upper(), "URL": f"{URL}/", "issued": {"date-parts": [[2024]]}}]
    done = here("import", "csl-json", given(here, "csl-json", json.dumps(vague)))
    assert (done.code, here.tree() == before) == (0, True), done


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"author": [{"family": "Müller", "given": "Ada"}, {"literal": "X"}]}, "“X” is not the"),
        ({"publisher": "Nobody Press"}, "“Nobody Press” is not the name"),
        ({"issued": {"date-parts": [[2024, 13, 1]]}}, "“2024-13-01” is not a date"),
        ({"issued": {"date-parts": [[2024]], "circa": True}}, "“about 2024” is not a date"),
        ({"language": "English"}, "“English” is not the tag"),
    ],
)
def test_a_field_that_cannot_be_taken_is_listed_and_the_others_are_taken(
    here: Kb, more: dict[str, object], reason: str
) -> None:
    item = {"URL": URL, "title": TITLE, **more}
    file = given(here, "csl-json", json.dumps([item]))
    done = here("import", "csl-json", file, "--replace")
    assert done.code == 0, done
    assert "not taken: refs.csl-json item 1: " in done.err
    assert reason in done.err
    assert TITLE in here("show", "source/plain").out


def test_a_title_counts_only_if_it_is_of_one_source_and_no_address_speaks_against_it(
    here: Kb,
) -> None:
    here("edit", "source/plain", f"title={TITLE}")
    elsewhere = [{"title": TITLE, "URL": "https://other.example/", "language": "de"}]
    file = given(here, "csl-json", json.dumps(elsewhere))
    here.refuses(1, "import", "csl-json", file, says=("nothing in this can be taken",))
    only_title = given(here, "ris", f"TY  - NEWS\nTI  - {TITLE}\nLA  - en\nER  - \n")
    assert here("import", "ris", only_title, "--dry-run").code == 0
    here("edit", "source/2024-quarrel", f"title={TITLE}")
    here.refuses(1, "import", "ris", only_title, says=("it fits several sources: 2024-quarrel",))


def test_two_items_for_one_source_are_both_listed(here: Kb) -> None:
    twice = json.dumps([{"URL": URL, "title": "A"}, {"URL": URL, "title": "B"}])
    file = given(here, "csl-json", twice)
    said = here.refuses(1, "import", "csl-json", file, says=("nothing in this can be taken",))
    assert said.count("other items fit plain, too") >= 2


def test_a_doi_is_recognised_in_any_of_its_forms(here: Kb) -> None:
    here("edit", "source/plain", "url=https://doi.org/10.1234/Pier.1")
    entry = "@article{x, doi = {10.1234/pier.1}, title = {Pier}}"
    done = here("import", "bibtex", given(here, "bibtex", entry), "--dry-run", "--replace")
    assert "source/plain" in done.out
    assert "url" not in done.out


@pytest.mark.parametrize("format", ["csl-json", "bibtex"])
def test_own_bibliographies_come_back_and_change_nothing(here: Kb, format: str) -> None:
    here("import", "ris", given(here, "ris"), "--replace")
    before = here.tree()
    done = here("import", format, given(here, format, here("export", format).out))
    assert (done.code, here.tree() == before) == (0, True), done
    assert "0 records new, 2 the same, 0 changed, 0 in conflict." in done.err


def test_files_that_the_libraries_write_are_read(here: Kb) -> None:
    ris = rispy.dumps(rispy.loads(RIS))
    library = bibtexparser.parse_string(BIBTEX)
    for format, text in (("ris", ris), ("bibtex", bibtexparser.write_string(library))):
        done = here("import", format, given(here, format, text), "--replace")
        assert (done.code, "Müller" in here("show", "source/plain").out) == (0, True), done


def test_a_file_that_is_no_bibliography_is_refused(here: Kb) -> None:
    for format, text in (
        ("csl-json", "{"),
        ("csl-json", "[" * 100_000),
        ("csl-json", "[]"),
        ("csl-json", "7"),
        ("bibtex", "Dear reader"),
        ("ris", "Dear reader"),
        ("ris", ""),
    ):
        here.refuses(2, "import", format, given(here, format, text), says=(f"refs.{format}",))
    damaged = given(here, "bibtex", "@book{bad, title = {x}\n@online{y, title = {Y}}\n")
    said = here.refuses(1, "import", "bibtex", damaged, says=("entry on line 1 is damaged",))
    assert "Unexpected block" not in said


@pytest.mark.parametrize("format", FILES)
def test_damaged_files_give_located_messages_and_write_nothing(here: Kb, format: str) -> None:
    survived(here, format, FILES[format].encode(), 40)
