"""What of a source is coded, skipped, open: with its text and without."""

from __future__ import annotations

import json
import re

from conftest import SHEET, TEXT, Kb

from kb.app import knowledge_base
from kb.text import sentences

SOURCE = "2024-quarrel"
OPEN = {"Пётр Лукин, the mayor": 0}
SKIP = """source: 2024-quarrel
skip:
- 1 A quarrel … harbour; headline, told in full beneath
- 7 On Sunday … back; not contestable
- 10 The hotel … so; scenery
- 12 Write to us … harbour; invitation to write
"""


def states(kb: Kb, *options: str, **environment: str) -> dict[int, str]:
    """Number of each sentence → its state."""
    done = kb("coverage", SOURCE, "--format", "json", *options, **environment)
    return {row["sentence"]: row["state"] for row in json.loads(done.out)}


def test_a_source_keeps_where_its_sentences_begin_and_end(seen: Kb) -> None:
    stored = knowledge_base.open(str(seen.root)).known().sources[SOURCE].sentences
    assert stored == sentences.written(sentences.split(TEXT))
    assert f'kb:sentences "{stored}"' in seen.file("source").read_text()


def test_a_sentence_is_coded_where_an_assertion_touches_it_skipped_where_a_reason_is_given_else_open(
    kb: Kb,
) -> None:
    before = states(kb)
    assert (before[1], before[2], before[3]) == ("open", "coded", "coded")
    assert kb.sheet(SKIP).code == 0
    after = states(kb)
    assert [n for n in after if after[n] != before[n]] == [1, 7, 10, 12]
    assert {after[n] for n in (1, 7, 10, 12)} == {"skipped"}
    assert states(kb, "--only", "open").keys() == {n for n in after if after[n] == "open"}


def test_a_passage_that_is_skipped_in_part_leaves_its_sentence_open(kb: Kb) -> None:
    assert (
        kb.sheet(
            "source: 2024-quarrel\nskip:\n- 7 On Sunday the boats left; not contestable\n"
        ).code
        == 0
    )
    assert states(kb)[7] == "open"


def test_without_the_text_the_same_sentences_are_open(kb: Kb) -> None:
    assert kb.sheet(SKIP).code == 0
    with_text = states(kb)
    for text in (kb.root / "documents").iterdir():
        text.unlink()
    assert states(kb) == with_text
    rows = json.loads(kb("coverage", SOURCE, "--only", "open", "--format", "json").out)
    assert rows
    assert all(
        row["line"] is None and row["words"] is None and row["end"] > row["start"] for row in rows
    )


def test_an_open_sentence_is_shown_with_its_line_and_words(seen: Kb) -> None:
    row = json.loads(seen("coverage", SOURCE, "--only", "open", "--format", "json").out)[0]
    assert (row["line"], row["words"]) == (1, "A quarrel over the old harbour")
    assert TEXT[row["start"] : row["end"]] == row["words"]


def test_all_sources_are_counted_and_check_fails_where_a_sentence_is_open(kb: Kb) -> None:
    (row,) = json.loads(kb("coverage", "--format", "json").out)
    assert (
        row["coded"] + row["skipped"] + row["open"]
        == row["sentences"]
        == len(sentences.split(TEXT))
    )
    assert row["done_percent"] < 100
    assert kb("coverage").code == 0
    done = kb("coverage", "--check")
    assert done.code == 1
    assert f"kb coverage {SOURCE} --state open" in done.err
    whole = re.sub(
        r"(?m)^",
        "- ",
        "\n".join(
            f"{n} {line.split()[0]} … {line.split()[-1]}; x"
            for n, line in enumerate(TEXT.split("\n"), 1)
            if line
        ),
    )
    assert kb.sheet(f"source: {SOURCE}\nskip:\n{whole}\n").code == 0
    assert kb("coverage", "--check").code == 0


def test_sentences_that_are_not_stored_are_read_from_the_text_and_can_be_recorded(kb: Kb) -> None:
    file = kb.file("source")
    with_them = file.read_text()
    file.write_text(re.sub(r"    kb:sentences .*\n", "", with_them))
    assert len(states(kb)) == len(sentences.split(TEXT))
    assert kb("coverage", "--record").code == 0
    assert file.read_text() == with_them
    assert "already" in kb("coverage", SOURCE, "--record").err


def test_a_source_whose_sentences_nobody_knows_says_so(kb: Kb) -> None:
    file = kb.file("source")
    file.write_text(re.sub(r"    kb:sentences .*\n", "", file.read_text()))
    for text in (kb.root / "documents").iterdir():
        text.unlink()
    done = kb("coverage", "--check")
    assert done.code == 1
    assert f"kb coverage {SOURCE} --record" in done.err
    assert kb("coverage", "--record").code == 0  # nothing to do, nothing lost


def test_stored_sentences_that_are_not_those_of_the_text_are_an_error(kb: Kb) -> None:
    file = kb.file("source")
    good = file.read_text()
    for old, new, code in (
        ("0-30 ", "0-29 ", "sentences-differ"),
        ("0-30 ", "30-0 ", "sentences-broken"),
        ("0-30 ", "0-30  ", "sentences-broken"),
    ):
        assert old in good
        file.write_text(good.replace(f'"{old}', f'"{new}'))
        found = json.loads(kb("validate", "--format", "json").out)["problems"]
        assert code in {p["code"] for p in found}, new
        line = next(p["line"] for p in found if p["code"] == code)
        assert "kb:sentences" in file.read_text().splitlines()[line - 1]
    assert kb("coverage", "--record").code == 0
    assert file.read_text() == good
    assert kb("validate").code == 0
    for code in ("sentences-differ", "sentences-broken"):
        assert "To fix it" in kb("explain", code).out


def test_a_wrong_state_is_answered_with_the_nearest(seen: Kb) -> None:
    seen.refuses(2, "coverage", "--only", "opne", says=("opne", "open"))
    seen.refuses(2, "coverage", "2024-quarel", says=("2024-quarel", SOURCE))


def test_a_sheet_that_is_added_again_leaves_the_sentences(kb: Kb) -> None:
    before = kb.tree()
    assert kb.sheet(SHEET).code == 0
    assert kb.tree() == before
