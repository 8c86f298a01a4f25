"""The format of a knowledge base: a newer one is refused in words, an older one works, and kb
migrate brings it to the present one.
"""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest
from conftest import CHECKOUT, Kb, run

# Made by kb 0.1, commit 08d9b7f: a document, two sheets, an edit and its undo, an ontology file of
# its own.
OLD = CHECKOUT / "tests/data/kb-0.1.tar.gz"
# Python 3.11.3 and earlier have no filters; Python 3.12 warns without one.
SAFELY = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}


@pytest.fixture
def old(tmp_path: Path) -> Kb:
    """A knowledge base as kb 0.1 left it."""
    with tarfile.open(OLD) as packed:
        packed.extractall(tmp_path, **SAFELY)
    return Kb(tmp_path / "kb-0.1")


def commands(kb: Kb) -> list[str]:
    return [r["command"].partition(" ")[0] for r in json.loads(kb("log", "--format", "json").out)]


def test_a_new_knowledge_base_states_its_format(empty: Kb) -> None:
    assert (empty.root / "kb.toml").read_text().startswith("format = 2\n")
    assert "nothing to do" in empty("migrate").err.lower()


@pytest.mark.parametrize(
    "command",
    [
        ("status",),
        ("fsck",),
        ("undo",),
        ("add", "entity", "x", "object", "--as", "X"),
        ("migrate",),
        ("log",),
    ],
)
def test_a_newer_format_is_refused_in_words_by_every_command(
    kb: Kb, command: tuple[str, ...]
) -> None:
    path = kb.root / "kb.toml"
    path.write_text(path.read_text().replace("format = 2", "format = 99"))
    kb.refuses(
        3,
        *command,
        says=("has format 99; this kb reads formats up to 2", "install a newer version of kb"),
    )


@pytest.mark.parametrize("stated", ['"2"', "0", "-1", "2.5", "true", "[2]"])
def test_a_format_that_is_no_number_is_refused(kb: Kb, stated: str) -> None:
    path = kb.root / "kb.toml"
    path.write_text(path.read_text().replace("format = 2", f"format = {stated}"))
    kb.refuses(3, "status", says=("format must be a number from 1 to 2",))


def test_a_knowledge_base_of_kb_0_1_reads_and_writes_as_it_is(old: Kb) -> None:
    done = old("fsck")
    assert (done.code, "0 errors, 0 warnings." in done.err) == (0, True)
    assert "kb migrate updates it to 2" in old("validate").err
    assert old("status").code == 0
    before = old.tree()
    assert old("edit", "oldport", "name=Old Port").code == 0
    assert "0 errors, 0 warnings." in old("fsck").err
    assert old("undo").code == 0
    assert old.tree() == before
    assert old("undo", "3").code == 0, "an entry of kb 0.1 can be taken back"
    assert "0 errors, 0 warnings." in old("fsck").err


def test_a_migration_changes_one_line_seals_the_log_and_can_be_taken_back(old: Kb) -> None:
    before = old.tree()
    done = old("migrate", "--dry-run")
    assert ("format = 2" in done.out, "over its 5 entries" in done.out, old.tree() == before) == (
        True,
        True,
        True,
    )
    old.refuses(2, "log", "--head", says=("seal it with kb migrate",))
    settings = (old.root / "kb.toml").read_text()
    assert old("migrate").code == 0
    assert (old.root / "kb.toml").read_text() == f"format = 2\n{settings}"
    assert {n for n, d in old.tree().items() if before[n] != d} == {"kb.toml"}
    assert "0 errors, 0 warnings." in old("fsck").err
    assert "kb migrate" not in old("validate").err
    head = old("log", "--head").out.strip()
    assert old("fsck", "--head", head).code == 0
    assert "Nothing to do" in old("migrate").err
    assert old("undo").code == 0
    assert old.tree() == before
    assert commands(old)[:2] == ["undo", "migrate"]
    assert "0 errors, 0 warnings." in old("fsck").err


@pytest.mark.parametrize("number", [1, 3, 5])
def test_what_kb_0_1_logged_is_sealed_by_a_migration(old: Kb, number: int) -> None:
    assert old("migrate").code == 0
    entry = old.root / f".journal/log/{number:08}.json"
    entry.write_bytes(entry.read_bytes().replace(b'"who": "ab"', b'"who": "cd"'))
    assert old("fsck").code == 1
    entry.unlink()
    assert old("fsck").code == 1


def test_a_chain_begins_with_the_next_command_as_well(old: Kb) -> None:
    assert old("edit", "oldport", "name=Old Port").code == 0
    (old.root / ".journal/log/00000002.json").unlink()
    done = old("fsck")
    assert (done.code, "journal-damaged" in done.err) == (1, True)


def test_settings_that_cannot_be_changed_safely_are_left_to_a_person(old: Kb) -> None:
    path = old.root / "kb.toml"
    path.write_text(path.read_text() + "\n[x-mine]\nformat = 1\n")
    old.refuses(4, "migrate", says=("by hand",))


def test_a_damaged_log_is_sealed_as_it_is_on_request(kb: Kb) -> None:
    (kb.root / ".journal/log/00000001.json").unlink()
    assert kb("fsck").code == 1
    assert "entry 2 follows entry 1, which is missing" in kb("migrate", "--dry-run").out
    assert kb("migrate").code == 0
    assert kb("fsck").code == 0
    assert commands(kb)[0] == "migrate"


def test_init_beside_an_old_one_is_refused(old: Kb) -> None:
    assert run("init", old.root, cwd=old.root).code == 1


OWN = """@prefix k: <https://w3id.org/claimkb/ns#> .
# k:acceptsHeadline stays in a remark
<https://w3id.org/claimkb/policy/strict-1> a k:Policy ; k:voicesToCorroborate 3 ;
    k:acceptsHeadline k:headline-corroborated ;
    <https://w3id.org/claimkb/ns#acceptsHeadline> k:headline-admitted .
"""
ASKED = """#+ summary: "Which claims are disputed?"
#+ x-kb:
#+   columns: [claim]
PREFIX kb: <https://w3id.org/claimkb/ns#>
PREFIX head: <https://w3id.org/claimkb/ns#head>
SELECT ?claim { ?row kb:statusOf ?claim ; kb:headline ?word . FILTER(?word != "kb:headline") }
"""


def test_old_names_in_own_files_become_the_new_ones_and_come_back(kb: Kb) -> None:
    for name, text in (("ontology/own.ttl", OWN), ("queries/questions/mine.rq", ASKED)):
        (kb.root / name).parent.mkdir(parents=True, exist_ok=True)
        (kb.root / name).write_text(text)
    before = kb.tree()
    done = kb("migrate", "--dry-run")
    assert "ontology/own.ttl:4: k:acceptsHeadline becomes k:acceptsStatus" in done.out
    assert "queries/questions/mine.rq:6: kb:headline becomes kb:status" in done.out
    assert kb.tree() == before
    assert kb("migrate").code == 0
    new = OWN.replace("acceptsHeadline", "acceptsStatus").replace("headline-", "status-")
    new = new.replace("# k:acceptsStatus", "# k:acceptsHeadline")
    assert (kb.root / "ontology/own.ttl").read_text() == new
    asked = (kb.root / "queries/questions/mine.rq").read_text()
    assert asked == ASKED.replace("; kb:headline", "; kb:status")
    assert "term-renamed" not in kb("validate").out
    assert kb("status", "--policy", "strict-1").code == 0
    assert "Nothing to do" in kb("migrate").err
    assert kb("undo").code == 0
    assert kb.tree() == before


def test_a_name_that_a_prefix_cuts_in_two_is_left_to_a_person(kb: Kb) -> None:
    (kb.root / "queries/questions").mkdir(parents=True)
    path = kb.root / "queries/questions/mine.rq"
    path.write_text(ASKED.replace("kb:headline ?word", "head:line ?word"))
    done = kb("migrate")
    assert "mine.rq:6: write kb:status for head:line by hand" in done.out
    assert "head:line" in path.read_text()
    assert commands(kb)[:1] != ["migrate"], "nothing was changed"
