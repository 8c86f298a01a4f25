"""Two knowledge bases become one: what is the same is found, and nothing is overwritten silently."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from conftest import Kb, run
from foreign_files import comes_and_goes, damaged

from kb.app import knowledge_base
from kb.errors import KbError

PIER = "claim/the-coastguard-controls-the-pier"


@pytest.fixture
def here(tmp_path: Path) -> Kb:
    """An empty knowledge base with another base IRI."""
    assert run("init", tmp_path / "new", "--base", "https://other.example/", cwd=tmp_path).code == 0
    return Kb(tmp_path / "new")


def copied(kb: Kb) -> Kb:
    """A copy of a knowledge base beside it."""
    return Kb(Path(shutil.copytree(kb.root, kb.root.parent / "copy")))


def test_a_folder_with_another_base_comes_in_with_its_texts_and_statuses(kb: Kb, here: Kb) -> None:
    comes_and_goes(here, "kb", kb.root)
    assert here("status", "--format", "csv").out == kb("status", "--format", "csv").out
    assert here("read", "2024-quarrel").code == 0
    for format in ("turtle", "nquads"):
        file = here.write(f"all.{format}", kb("export", format).out)
        before = here.tree()
        done = here("import", "kb", file)
        assert (done.code, here.tree() == before) == (0, True), done
        assert ": 0 records new, 33 the same" in done.err


def test_what_a_copy_adds_is_taken_and_what_differs_is_a_conflict(kb: Kb) -> None:
    copy = copied(kb)
    assert copy("edit", "entity/tugs", "description=small ships").code == 0
    assert copy("edit", "entity/pier", "also=the long pier").code == 0
    comes_and_goes(kb, "kb", copy.root)
    assert "small ships" in kb("show", "entity/tugs").out
    assert copy("edit", "entity/tugs", "description=large ships").code == 0
    said = kb.refuses(1, "import", "kb", copy.root, says=("would replace another",))
    assert "1 in conflict" in said
    assert kb("import", "kb", copy.root, "--replace").code == 0
    assert "large ships" in kb("show", "entity/tugs").out


def test_the_verdict_of_a_second_coder_stands_beside_that_of_the_first(kb: Kb) -> None:
    copy = copied(kb)
    of = ("judge", "verdict", PIER, "--because", "seen there", "--verdict")
    assert kb(*of, "true", "--coder", "ab").code == 0
    assert copy(*of, "false", "--coder", "cd").code == 0
    assert "0 in conflict" in kb("import", "kb", copy.root).err
    assert ": 0 records new, " in kb("import", "kb", copy.root).err
    assert kb(*of, "open", "--coder", "cd").code == 0
    assert kb(*of, "open", "--coder", "ef").code == 0
    listed = kb("list", "judgements", "--format", "csv").out
    assert [v for v in ("true", "false", "open") for _ in range(listed.count(f",{v},"))] == [
        "true",
        "open",
        "open",
    ]


def test_an_id_that_means_something_else_is_never_overwritten(kb: Kb, here: Kb) -> None:
    assert here("add", "entity", "pier", "person", "--as", "Anna Pier").code == 0
    for option in ((), ("--replace",)):
        said = here.refuses(1, "import", "kb", kb.root, *option, says=("id-twice", "entity/pier"))
        assert "“Anna Pier”" in said
        assert "kb rename entity/pier NEW" in said


def test_the_same_text_and_the_same_sentence_are_the_same_under_other_ids(kb: Kb) -> None:
    copy = copied(kb)
    assert copy("rename", "source/2024-quarrel", "quarrel").code == 0
    assert copy("rename", PIER, "coastguard-pier").code == 0
    before = kb.tree()
    done = kb("import", "kb", copy.root)
    assert "source/quarrel" not in done.out
    assert "claim/coastguard-pier" not in done.out
    assert done.code == 0, done
    assert {p for p in kb.tree() if p not in before} == set()


def test_own_predicates_of_the_other_stop_until_they_are_created(kb: Kb, here: Kb) -> None:
    declared = ("moored-at", "--label", "moored at", "--definition", "A ship was tied up there.")
    assert kb("add", "predicate", *declared, "--example", "The tugs moored at the pier.").code == 0
    assert kb("edit", PIER, "what=coastguard > moored-at > pier").code == 0
    here.refuses(1, "import", "kb", kb.root, says=("unknown-predicate", "“moored-at”", "--create"))
    said = comes_and_goes(here, "kb", kb.root, "--create")
    assert "the rules of moored-at" in said


def test_what_is_no_knowledge_base_is_refused(here: Kb) -> None:
    for text in ("", "{", "<a> <b> .", "<urn:a> <urn:b> <urn:c> .\n"):
        here.refuses(2, "import", "kb", here.write("x.ttl", text), says=("x.ttl",))
    here.refuses(2, "import", "kb", here.root.parent, says=("not a knowledge base",))


def test_damaged_exports_give_located_messages_and_write_nothing(kb: Kb, here: Kb) -> None:
    own, before, chance = knowledge_base.open(str(here.root)), here.tree(), random.Random(16)
    data = kb("export", "turtle").out.encode()
    noticed, unnamed = 0, list[str]()
    for _ in range(25):
        try:
            found = own.plan_import("kb", [("x.ttl", damaged(data, chance))], create=True)
        except KbError as error:
            noticed += 1
            unnamed += [] if "x.ttl" in str(error) else [str(error)]
            continue
        noticed += bool(found.plan.problems or found.untaken)
        errors = [p for p in found.plan.problems if p.severity == "error"]
        unnamed += [str(p) for p in errors if not p.place.path.startswith("x.ttl")]
    assert (noticed > 12, unnamed) == (True, [])
    assert here.tree() == before


def test_a_value_that_cannot_be_written_here_is_refused_with_its_file(kb: Kb, here: Kb) -> None:
    text = kb("export", "turtle").out
    word = "kb:kind-event"
    assert word in text
    file = here.write("x.ttl", text.replace(word, "kb:nothing", 1))
    before = here.tree()
    here.refuses(2, "import", "kb", file, says=("x.ttl", "would not be Turtle"))
    assert here.tree() == before
