"""Every command understands every form of a record's name, and no two commands differ."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Kb

from kb import cli

BASE = "https://example.org/quarrel/"
ENTERED = "the-coastguard-entered-oldport"
TUGS = "northland-sent-tugs-to-oldport"
CLAIM = (
    ENTERED,
    f"claim/{ENTERED}",
    f"{BASE}claim/{ENTERED}",
    "the-coastguard-ent",
    "The coastguard entered Oldport",
    "THE COASTGUARD, ENTERED OLDPORT.",
)
PERSON = (
    "lukin",
    "entity/lukin",
    f"{BASE}entity/lukin",
    "luki",
    "Пётр Лукин",
    "петр лукин",
    "Лукин",
)
PLACE = ("oldport", "entity/oldport", f"{BASE}entity/oldport", "oldpo", "Old Port", "OLD-PORT")
SOURCE = (
    "2024-quarrel",
    "source/2024-quarrel",
    f"{BASE}source/2024-quarrel",
    "2024-qua",
    "A quarrel over the old harbour",
    "quarrel.txt",
)
JUDGEMENT = ("verdict-the-coastguard-entered-oldport",)
SAID = ("--source", "2024-quarrel", "--at", "9 all was calm in the town", "--dry-run")
DRY = ("--why", "seen", "--dry-run")
# Command, with X in the place of the name; the forms that it is given.
COMMANDS = (
    (("show", "X"), CLAIM),
    (("show", "X", "--history"), CLAIM),
    (("log", "X"), CLAIM),
    (("status", "X"), CLAIM),
    (("status", "X", "--what-if"), CLAIM),
    (("contradictions", "X"), CLAIM),
    (("edit", "X", "when=2024-03-02", "--dry-run"), CLAIM),
    (("withdraw", "X", *DRY), CLAIM),
    (("rename", "X", "it-came", "--dry-run"), CLAIM),
    (("judge", "verdict", "X", "--verdict", "so", *DRY), CLAIM),
    (("judge", "same-event", TUGS, "X", *DRY), CLAIM),
    (("merge", TUGS, "X", *DRY), CLAIM),
    (("query", "claim", "claim=X"), CLAIM),
    (("add", "assertion", "X", "--by", "lukin", *SAID), CLAIM),
    (("add", "affiliation", "lukin", "backs", "tugs", "--basis", "X", "--dry-run"), CLAIM),
    (("show", "X"), PERSON),
    (("log", "X"), PERSON),
    (("edit", "X", "note=x", "--dry-run"), PERSON),
    (("rename", "X", "mayor", "--dry-run"), PERSON),
    (("merge", "layla", "X", *DRY), PERSON),
    (("judge", "same-entity", "layla", "X", *DRY), PERSON),
    (("query", "said-by", "speaker=X"), PERSON),
    (("add", "affiliation", "X", "backs", "tugs", "--dry-run"), PERSON),
    (("add", "claim", "It is calm", "--kind", "state", "--by", "X", *SAID), PERSON),
    (("add", "claim", "It is calm", "--what", "X > controls > pier", *SAID), PERSON),
    (("show", "X"), PLACE),
    (("contradictions", "--place", "X"), PLACE),
    (("export", "turtle", "--place", "X"), PLACE),
    (("add", "entity", "jetty", "place", "--within", "X", "--dry-run"), PLACE),
    (("add", "claim", "It is calm", "--kind", "state", "--place", "X", *SAID), PLACE),
    (("show", "X"), SOURCE),
    (("log", "X"), SOURCE),
    (("read", "X"), SOURCE),
    (("sheet", "X"), SOURCE),
    (("coverage", "X"), SOURCE),
    (("edit", "X", "note=x", "--dry-run"), SOURCE),
    (("export", "turtle", "--source", "X"), SOURCE),
    (("query", "presupposed", "source=X"), SOURCE),
    (("add", "assertion", TUGS, "--source", "X", *SAID[2:]), SOURCE),
)


@pytest.mark.parametrize(
    ("command", "forms"),
    COMMANDS,
    ids=[f"{' '.join(c)} {f[0]}" for c, f in COMMANDS],
)
def test_a_command_understands_every_form_of_a_name(
    seen: Kb,
    command: tuple[str, ...],
    forms: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(seen.root)
    answers = {}
    for form in forms:
        code = cli.run([word.replace("X", form) for word in command])
        told = capsys.readouterr()
        answers[form] = (code, told.out)
        assert "error" not in told.err, (form, told.err)
    assert len(set(answers.values())) == 1, answers


@pytest.fixture
def selmouth(kb: Kb, tmp_path: Path) -> Kb:
    """A knowledge base with a place and a source of one name, and two people of one surname."""
    text = kb.write("report.txt", "The harbour of Selmouth is quiet.\n")
    made = (
        kb("add", "source", text, "--id", "selmouth", "--author", "A Gazette"),
        kb("add", "entity", "selmouth", "place", "--as", "Selmouth"),
        kb("add", "entity", "anna-berg", "person", "--as", "Anna Berg"),
        kb("add", "entity", "jan-berg", "person", "--as", "Jan Berg"),
    )
    assert [done.code for done in made] == [0, 0, 0, 0]
    return kb


@pytest.mark.parametrize(
    "command",
    [
        ("show", "selmouth"),
        ("edit", "selmouth", "note=x"),
        ("log", "selmouth"),
        ("rename", "selmouth", "port"),
        ("withdraw", "selmouth", "--why", "x"),
    ],
)
def test_a_name_of_two_records_is_refused_with_both(selmouth: Kb, command: tuple[str, ...]) -> None:
    selmouth.refuses(
        2,
        *command,
        says=("entity/selmouth — Selmouth", "source/selmouth — The harbour of Selmouth is quiet"),
    )


def test_where_only_one_kind_can_be_meant_the_name_is_not_ambiguous(selmouth: Kb) -> None:
    assert "quiet" in selmouth("read", "selmouth").out
    assert selmouth("contradictions", "--place", "selmouth").code == 0
    assert "Added" not in selmouth("judge", "same-entity", "selmouth", "oldport", *DRY).err


def test_a_surname_of_two_people_is_refused_with_both_in_a_sheet_too(selmouth: Kb) -> None:
    both = ("entity/anna-berg — Anna Berg", "entity/jan-berg — Jan Berg")
    selmouth.refuses(2, "query", "said-by", "speaker=Berg", says=both)
    claim = ("add", "claim", "It is calm", "--kind", "state", "--by", "Berg", *SAID)
    selmouth.refuses(1, *claim, says=both)


def test_a_part_of_a_name_in_a_sheet_is_said_to_be_read_as_the_whole(seen: Kb) -> None:
    said = seen("add", "claim", "It is calm", "--kind", "state", "--by", "Лукин", *SAID)
    assert said.code == 0
    assert "“Лукин” is read as entity/lukin — Пётр Лукин" in said.err


def test_the_title_in_the_name_of_an_unknown_author_is_nobodys_name(selmouth: Kb) -> None:
    text = selmouth.write("storm.txt", "The storm, as told by Ann Reed\n\nThe barn fell.\n")
    assert selmouth("add", "source", text).code == 0
    claim = ("add", "claim", "The barn fell", "--kind", "event", "--by", "Ann Reed", *SAID)
    selmouth.refuses(1, *claim, says=("Ann Reed",))


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("status", "lukin"), ("is entity/lukin", "not a claim", "kb show entity/lukin")),
        (("status", "entity/lukin"), ("not a claim",)),
        (("show", "lukinn"), ("no record is called “lukinn”", "did you mean entity/lukin")),
        (("status", "the-coastgard-entered-oldport"), ("did you mean the-coastguard-entered",)),
        (("export", "turtle", "--place", "nowhere"), ("no entity is called", "kb list entities")),
        (("read", "nope"), ("no source is called “nope”",)),
    ],
)
def test_a_name_of_nothing_is_refused_with_the_nearest(
    seen: Kb, command: tuple[str, ...], says: tuple[str, ...]
) -> None:
    assert "add entity" not in seen.refuses(2, *command, says=says)


def test_an_author_is_new_unless_the_whole_name_is_known(selmouth: Kb) -> None:
    text = selmouth.write("other.txt", "All is quiet at sea, says nobody in particular.\n")
    assert selmouth("add", "source", text, "--id", "other", "--author", "Berg").code == 0
    assert selmouth("show", "entity/berg").code == 0
