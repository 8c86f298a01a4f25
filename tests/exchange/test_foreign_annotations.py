"""Annotations of other programs become claims, where their words are in a source that is here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import SHEET, TEXT, Kb, run
from foreign_files import survived
from suites import suite

from kb.app import knowledge_base
from kb.errors import KbError

Node = dict[str, Any]
URL = "https://gazette.example/quarrel"
COMMENT = "The market was near the pier\nkind: state\nby: layla\nwhen: 2024-03-03"


def hypothesis(comment: str, exact: str, **more: Any) -> Node:
    """An annotation as the export of Hypothesis has it; its positions are those of a page."""
    words = {"type": "TextQuoteSelector", "exact": exact, **more}
    position = {"type": "TextPositionSelector", "start": 9000, "end": 9009}
    target = {"source": URL, "selector": [position, words]}
    return {"uri": URL, "text": comment, "tags": [], "target": [target]}


@pytest.fixture
def here(kb: Kb) -> Kb:
    """The small knowledge base; its document has an address."""
    assert kb("edit", "source/2024-quarrel", f"url={URL}").code == 0
    return kb


def given(kb: Kb, nodes: object) -> Path:
    return kb.write("a.json", json.dumps(nodes))


def test_the_first_line_of_a_comment_is_a_claim_and_the_others_say_who_and_when(here: Kb) -> None:
    node = hypothesis(COMMENT, "near the pier")
    done = here("import", "annotations", given(here, {"total": 1, "rows": [node]}))
    assert done.code == 0, done
    shown = here("show", "the-market-was-near-the-pier").out
    for words in ("near the pier", "Layla", "2024-03-03"):
        assert words in shown or words in shown.replace("ليلى المرسي", "Layla")
    again = here("import", "annotations", given(here, [node]))
    assert "0 records new, 2 the same, 0 changed" in again.err


def test_what_cannot_be_taken_is_listed_with_its_reason(here: Kb) -> None:
    nodes = [
        hypothesis(COMMENT, "near the pier"),
        hypothesis("Interesting!", "near the pier"),
        hypothesis(COMMENT, "words of another page"),
        hypothesis(COMMENT, "the boats"),
        {**hypothesis(COMMENT, "x"), "target": [{"source": "https://other.example/"}]},
        hypothesis("", "near the pier"),
    ]
    said = here("import", "annotations", given(here, nodes), "--dry-run").err
    for number, reason in (
        (2, "its comment is no claim"),
        (3, "is not in 2024-quarrel"),
        (4, "occurs 2 times"),
        (5, "no source here has the address https://other.example/"),
        (6, "it has no comment"),
    ):
        line = next(line for line in said.splitlines() if f"annotation {number}:" in line)
        assert reason in line
    assert "annotation 1:" not in said


def test_words_that_occur_twice_are_found_by_those_around_them(here: Kb) -> None:
    words = "the coastguard controls the pier"
    node = hypothesis(COMMENT, words, prefix="on Sunday that ", suffix=".\nOn Sunday")
    assert here("import", "annotations", given(here, node)).code == 0
    (own,) = [
        i
        for i in json.loads(here("export", "web-annotations").out)["items"]
        if "market" in i["body"][0]["value"]
    ]
    position = own["target"]["selector"][0]
    assert position["start"] == TEXT.rindex(words)


def test_a_wrong_value_is_named_by_its_annotation_and_nothing_is_written(here: Kb) -> None:
    nodes = [hypothesis(COMMENT.replace("layla", "nobody known"), "near the pier")]
    here.refuses(
        1, "import", "annotations", given(here, nodes), says=("a.json annotation 1: error",)
    )
    here.refuses(2, "import", "annotations", given(here, []), says=("has no annotations",))
    here.refuses(2, "import", "annotations", here.write("a.json", "{"), says=("is not JSON",))
    deep = here.write("a.json", "[" * 100_000)
    here.refuses(2, "import", "annotations", deep, says=("a.json",))


def test_own_annotations_come_back_and_change_nothing(here: Kb) -> None:
    page = here.write("a.json", here("export", "web-annotations").out)
    before = here.tree()
    done = here("import", "annotations", page)
    assert (done.code, here.tree()) == (0, before), done
    assert "7 rows read: 0 records new, 10 the same, 0 changed, 0 in conflict" in done.err


def test_own_annotations_make_the_same_assertions_in_another_knowledge_base(
    here: Kb, tmp_path: Path
) -> None:
    page = here.write("a.json", here("export", "web-annotations").out)
    here("export", "csv", "--output", tmp_path / "t")
    other = Kb(tmp_path / "other")
    note = here.write("quarrel.txt", TEXT)
    run("init", other.root, "--base", "https://other.example/", cwd=tmp_path)
    facts = ("--id", "mine", "--author", "A Gazette", "--published", "2024-03-04", "--url", URL)
    assert other("add", "source", note, *facts).code == 0
    people = other("import", "csv", tmp_path / "t/entities.csv")
    assert people.code == 0, people
    done = other("import", "annotations", page)
    assert done.code == 0, done
    assert said(other) == said(here)
    assert SHEET.count("claim:") == len({claim for claim, *_ in said(other)})


def said(kb: Kb) -> set[tuple[str, ...]]:
    """Claim, speaker, stance and place of each assertion."""
    found = json.loads(kb("export", "web-annotations").out)["items"]
    return {
        (
            item["body"][1]["kb:claim"]["kb:statement"],
            item["body"][1]["kb:speaker"]["skos:prefLabel"],
            item["body"][1]["kb:stance"]["id"],
            str(item["target"]["selector"][0]["start"]),
            str(item["target"]["selector"][0]["end"]),
        )
        for item in found
    }


def test_the_annotations_of_the_w3c_suite_are_no_traceback(here: Kb) -> None:
    own = knowledge_base.open(str(here.root))
    files = sorted(suite("web-annotation").rglob("*.json"))
    refused = 0
    for file in files:
        try:
            found = own.plan_import("annotations", [(file.name, file.read_bytes())])
            refused += bool(found.untaken)
        except KbError:
            refused += 1
    assert refused == len(files)


def test_damaged_files_give_located_messages_and_write_nothing(here: Kb) -> None:
    whole = json.dumps([hypothesis(COMMENT, "near the pier")] * 2)
    survived(here, "annotations", whole.encode(), 40)


def test_an_import_of_which_nothing_is_taken_ends_with_exit_code_1(here: Kb) -> None:
    before = here.tree()
    file = given(here, [hypothesis("Interesting!", "near the pier")])
    here.refuses(1, "import", "annotations", file, says=("nothing in this can be taken",))
    here.refuses(1, "import", "annotations", file, "--dry-run", says=("its comment is no claim",))
    assert here.tree() == before
