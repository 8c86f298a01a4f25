"""The public API: reading, changing and sharing a knowledge base."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import kb
from kb.app.session import Session

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "example"
REMARKS = pytest.mark.filterwarnings("ignore::kb.KbWarning")
pytestmark = REMARKS


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> kb.KnowledgeBase:
    """A knowledge base that no test changes."""
    return made(tmp_path_factory.mktemp("shared") / "harbour")


@pytest.fixture
def harbour(shared: kb.KnowledgeBase, tmp_path: Path) -> kb.KnowledgeBase:
    """A copy of it, to be changed."""
    import shutil

    return kb.open(shutil.copytree(shared.folder, tmp_path / "harbour"))


def made(root: Path) -> kb.KnowledgeBase:
    harbour = kb.init(root, "https://example.org/harbour/")
    harbour.add_source(
        EXAMPLE / "wire.txt", id="wire", author="Northcoast News Agency", published=date(2024, 3, 1)
    )
    harbour.add(EXAMPLE / "wire.yaml")
    return harbour


def closing(**changed: object) -> kb.Sheet:
    """A claim by objects, with the words of line 10."""
    said = {"by": "pilots", "at": "10 said that the line would close", **changed}
    return kb.Sheet(
        "wire",
        coder="ab",
        entities=[kb.Entity("ferry-line", "object", name="Line; the ferry", also=["Line, Ferry"])],
        claims=[
            kb.Claim(
                "The ferry line will close",
                kind="forecast",
                when=date(2024, 4, 30),
                said=[kb.Said(**said)],
            )  # type: ignore[arg-type]
        ],
    )


# --- importing


def test_importing_the_package_imports_nothing_else() -> None:
    script = "import sys, kb; print([n for n in sys.modules if n.startswith('kb')], len(dir(kb)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("['kb'] ")


def test_every_public_name_exists_and_is_documented() -> None:
    for name in kb.__all__:
        assert getattr(kb, name).__doc__, name
    assert set(kb.__all__) <= set(dir(kb))
    with pytest.raises(AttributeError, match="opne"):
        _ = kb.opne  # type: ignore[attr-defined]


def test_the_package_says_that_it_has_types() -> None:
    assert Path(kb.__file__).with_name("py.typed").is_file()


# --- reading


def test_answers_have_the_types_of_python_and_labels_beside_ids(shared: kb.KnowledgeBase) -> None:
    disputed = shared.status("disputed")
    assert [row.against for row in disputed] == [("Varga Shipping",)]
    said = next(row for row in shared.assertions() if row.stance == "denies")
    assert (said.speaker, said.speaker_label, said.scope) == (
        "varga",
        "Varga Shipping",
        ("occurrence",),
    )
    assert isinstance(said.recorded, datetime)
    claim = next(row for row in shared.claims() if row.claim == "the-accident-injured-40-people")
    assert (claim.when_from, claim.when_to) == (date(2024, 2, 29), date(2024, 2, 29))
    assert claim.quantity_best == 40


def test_a_question_has_labels_beside_ids(shared: kb.KnowledgeBase) -> None:
    found = shared.ask("denials-by", speaker="Varga")
    assert isinstance(found, kb.Table)
    assert "claim_label" in found.columns
    assert found[0].claim_label == "Varga Shipping let the Petrel sail overloaded"
    numbers = shared.ask("SELECT (2 + 1 AS ?n) {}")
    assert isinstance(numbers, kb.Table)
    assert numbers[0].n == 3
    assert shared.ask("ASK { ?s ?p ?o }") is True
    with pytest.raises(kb.Usage, match="no query “disputd”"):
        shared.ask("disputd")


def test_what_is_shown_of_every_object_fits_a_line(shared: kb.KnowledgeBase) -> None:
    objects = [shared, shared.at("2024-03-02"), shared.only("disputed"), shared.status()]
    objects += [shared.status()[0], shared.show("varga"), shared.why("varga-shipping-let")]
    objects += [shared.export("turtle"), closing(), closing().claims[0], closing().entities[0]]
    for shown in objects:
        assert repr(shown).isprintable()
        assert len(repr(shown)) - len(str(shared.folder)) <= 79, repr(shown)


def test_an_explanation_is_the_one_of_the_command(shared: kb.KnowledgeBase) -> None:
    card = shared.why("varga-shipping-let")
    assert "denied by: Varga Shipping" in str(card)
    assert card.fields["denied_by"] == ("Varga Shipping",)


def test_a_view_answers_as_of_its_day(shared: kb.KnowledgeBase) -> None:
    assert len(shared.at("2024-02-29").status()) == 0
    part = shared.only("disputed")
    assert [row.status for row in part.status("disputed")] == ["disputed"]
    with pytest.raises(kb.Usage, match="view already"):
        part.at("2024-03-02")
    with pytest.raises(kb.Usage, match="cannot be selected by “statuses”"):
        shared.only(statuses="disputed")


def test_statuses_are_looked_up_and_never_all_computed(
    harbour: kb.KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed = []
    whole = Session.worked_out
    monkeypatch.setattr(Session, "worked_out", lambda self: computed.append(1) or whole(self))
    harbour.status()
    harbour.contradictions()
    harbour.edit("the-accident-injured-40-people", {"count": 41})
    assert harbour.show("varga")  # needs no statuses
    harbour.withdraw("the-accident-injured-40-people", why="counted twice")
    found = list(harbour.status())
    assert not computed  # only what the changes reach is computed again
    assert found == list(kb.open(harbour.folder).status())


def test_a_file_that_cannot_be_read_is_a_warning(harbour: kb.KnowledgeBase) -> None:
    (harbour.folder / "claims" / "main" / "odd.ttl").write_text("this is no Turtle")
    with pytest.warns(kb.KbWarning, match=r"odd\.ttl cannot be read"):
        harbour.status()


# --- changing


def test_claims_entered_by_objects_are_one_change(harbour: kb.KnowledgeBase) -> None:
    change = harbour.add(closing())
    assert change.ok
    assert change.files
    assert harbour.show("ferry-line").fields["also"] == ("Line, Ferry",)
    assert harbour.show("ferry-line").fields["name"] == "Line; the ferry"
    again = harbour.add(closing())
    assert (again.ok, again.files) == (True, ())
    assert [row.did for row in harbour.log()][0].endswith("added")
    harbour.undo()
    with pytest.raises(kb.Usage):
        harbour.show("ferry-line")


def test_a_problem_names_its_object_and_nothing_is_written(harbour: kb.KnowledgeBase) -> None:
    before = len(harbour.log())
    wrong = closing(at="10 words that are not there")
    plan = harbour.add(wrong, dry_run=True)
    assert not plan.ok
    assert str(plan.problems[0]).startswith("claims[0].said[0]: error quote-mismatch")
    with pytest.raises(kb.Invalid, match="nothing was written") as caught:
        harbour.add(wrong)
    assert caught.value.__notes__[0].startswith("claims[0].said[0]: error quote-mismatch")
    both = harbour.add(closing(), wrong, dry_run=True)
    assert str(both.problems[0]).startswith("sheets[1].claims[0].said[0]")
    assert len(harbour.log()) == before


def test_an_object_says_what_the_same_sheet_says(harbour: kb.KnowledgeBase, tmp_path: Path) -> None:
    other = kb.open(_copied(harbour, tmp_path / "other"))
    harbour.add(
        kb.Sheet(
            "wire",
            coder="ab",
            affiliations=[
                kb.Affiliation("pilots", "rival-of", "varga", when="2014..", note="a; b")
            ],
            claims=[
                kb.Claim(
                    "The gust damaged the pier",
                    what=("varga", "controls", "petrel"),
                    place="selmouth",
                    about=["varga", "petrel"],
                    when=datetime(2024, 2, 29, 20, 15, tzinfo=UTC),
                    negated=True,
                    count=3,
                    said=[
                        kb.Said(
                            ["Varga Shipping"], at=(305, 376), doubts="time", on=date(2024, 3, 1)
                        )
                    ],
                )
            ],
            skip=[kb.Skip("11 The harbour office … sold", "no claim")],
            judgements=[
                kb.Judgement(
                    "verdict",
                    "claim/the-accident-injured-40-people",
                    verdict="open",
                    why="one source",
                )
            ],
        )
    )
    sheet = tmp_path / "sheet.yaml"
    sheet.write_text(
        """source: wire
coder: ab
affiliations:
- pilots rival-of varga 2014..; note a; b
claims:
- claim: The gust damaged the pier
  what: varga > controls > petrel
  place: selmouth
  about: varga, petrel
  when: 2024-02-29 20:15 +00:00
  not: yes
  count: 3
  said:
  - by: Varga Shipping
    at: char=305,376
    doubts: time
    on: 2024-03-01
skip:
- 11 The harbour office … sold; no claim
judgements:
- kind: verdict
  about: claim/the-accident-injured-40-people
  verdict: open
  why: one source
""".replace("not: yes", "not: 'yes'").replace("on:", "'on':"),
        encoding="utf-8",
    )
    other.add(sheet)
    texts = [_without_times(str(base.export("ntriples"))) for base in (harbour, other)]
    assert texts[0] == texts[1]
    assert any("damaged the pier" in line for line in texts[0])


def _copied(base: kb.KnowledgeBase, place: Path) -> Path:
    import shutil

    return Path(shutil.copytree(base.folder, place))


def _without_times(text: str) -> list[str]:
    return sorted(line for line in text.splitlines() if "generatedAtTime" not in line)


def test_a_value_of_another_type_is_refused(harbour: kb.KnowledgeBase) -> None:
    with pytest.raises(kb.Usage, match=r"by cannot be \{1\}"):
        harbour.add(closing(by={1}))
    with pytest.raises(kb.Usage, match="no time zone"):
        harbour.add(closing(on=datetime(2024, 3, 1, 9)))
    typo = kb.Sheet(entities=[kb.Entity("x", "organization")])
    with pytest.raises(kb.Invalid) as caught:
        harbour.add(typo)
    assert "“organization” is not a type of entity" in caught.value.__notes__[0]


def test_records_are_corrected_and_withdrawn(harbour: kb.KnowledgeBase) -> None:
    harbour.edit("the-accident-injured-40-people", {"count": 41}, coder="ab")
    assert harbour.show("the-accident-injured").fields["quantity_best"] == 41
    harbour.withdraw("the-accident-injured-40-people", why="counted twice")
    assert "the-accident-injured-40-people" not in harbour.claims().column("claim")
    harbour.undo()
    harbour.rename("varga", "varga-shipping")
    assert harbour.show("varga-shipping")
    assert len(harbour.validate()) == 0
    with pytest.raises(kb.Usage, match="reason"):
        harbour.withdraw("varga-shipping", why=" ")


# --- exports


def test_an_export_is_that_of_the_command(shared: kb.KnowledgeBase, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kb", "--kb", str(shared.folder), "export"]
    for format in ("turtle", "graphml", "facts"):
        done = subprocess.run([*command, format], capture_output=True, text=True, check=True)
        assert str(shared.export(format)) == done.stdout
    subprocess.run(
        [*command, "csv", "-o", str(tmp_path / "command")], check=True, capture_output=True
    )
    written = shared.export("csv").write(tmp_path / "api")
    assert {path.name for path in written} == {p.name for p in (tmp_path / "command").iterdir()}
    for path in written:
        assert path.read_bytes() == (tmp_path / "command" / path.name).read_bytes()


def test_an_export_says_what_it_loses_and_overwrites_nothing(
    shared: kb.KnowledgeBase, tmp_path: Path
) -> None:
    assert any("relays" in line for line in shared.export("stix").losses)
    letter = tmp_path / "letter.txt"
    letter.write_text("a letter")
    with pytest.raises(kb.Refused, match="kb did not write it"):
        shared.export("turtle").write(letter)
    assert letter.read_text() == "a letter"
    with pytest.raises(kb.Usage, match="csv is not a text format"):
        str(shared.export("csv"))
    with pytest.raises(kb.Usage, match="no export “turtel”"):
        shared.export("turtel")


# --- threads


def test_threads_share_a_knowledge_base(harbour: kb.KnowledgeBase) -> None:
    """Questions are answered in forked children; a writer is at work meanwhile."""
    found: list[object] = []

    def ask() -> None:
        try:
            for _ in range(3):
                found.append(len(harbour.ask("disputed")))  # type: ignore[arg-type]
        except Exception as error:
            found.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    harbour.add(closing())
    for thread in threads:
        thread.join(timeout=120)
    assert found == [1] * 12


# --- imports


def test_a_table_is_imported_like_by_the_command(harbour: kb.KnowledgeBase) -> None:
    tried = harbour.import_files("csv", EXAMPLE / "people.csv", EXAMPLE / "said.csv", dry_run=True)
    assert (tried.ok, tried.files) == (True, ())
    change = harbour.import_files("csv", EXAMPLE / "people.csv", EXAMPLE / "said.csv")
    assert "entity/mara-quint" in change.records.column("record")
    assert harbour.import_files("csv", EXAMPLE / "people.csv").files == ()


def test_a_value_that_differs_is_a_decision(harbour: kb.KnowledgeBase, tmp_path: Path) -> None:
    table = tmp_path / "entities.csv"
    table.write_text("entity,name,colour\nvarga,Varga Lines,red\n", encoding="utf-8")
    with pytest.raises(kb.Refused, match="1 value would replace another"):
        harbour.import_files("csv", table)
    notes = harbour.import_files("csv", table, dry_run=True).notes
    assert any("here “Varga Shipping”, in the file “Varga Lines”" in note for note in notes)
    assert any("not taken: entities.csv: the columns colour" in note for note in notes)
    harbour.import_files("csv", table, replace=True)
    assert harbour.show("varga").fields["name"] == "Varga Lines"


def test_what_is_marked_sensitive_is_in_tables_and_in_no_export(harbour: kb.KnowledgeBase) -> None:
    holt = kb.Entity("ines-holt", name="Ines Holt", sensitive=True)
    harbour.add(kb.Sheet(entities=[holt]))
    assert "ines-holt" in harbour.entities().column("entity")
    assert "holt" not in str(harbour.export("turtle")).casefold()
    assert "ines-holt" in str(harbour.export("turtle", include_sensitive=True))
    harbour.edit("source/wire", {"sensitive": True})
    assert str(harbour.export("csl-json")).strip() == "[]"


def test_every_export_of_the_command_is_there(shared: kb.KnowledgeBase, tmp_path: Path) -> None:
    help = subprocess.run(
        [sys.executable, "-m", "kb", "export", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"COLUMNS": "500"},
    ).stdout
    listed = re.search(r"Arguments:\s+FORMAT\s+(.*?)\.\s+\[required\]", help, re.DOTALL)
    assert listed
    formats = re.split(r",\s+|\s+or\s+", re.sub(r"-\s+", "-", listed[1]))
    assert len(formats) > 20
    formats.remove("dossier")  # a page of the browser, of one record
    for format in formats:
        written = shared.export(format).write(tmp_path / format)
        assert written
        assert all(path.is_file() for path in written)


def test_another_knowledge_base_is_imported_from_its_folder(
    shared: kb.KnowledgeBase, tmp_path: Path
) -> None:
    other = kb.init(tmp_path / "other", "https://other.example/")
    assert other.import_files("kb", shared.folder).files
    assert other.status("disputed").column("claim") == shared.status("disputed").column("claim")
    with pytest.raises(kb.Usage, match="“kbb” is not a format"):
        other.import_files("kbb", shared.folder)
