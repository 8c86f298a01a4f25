"""What there is to do: sources by how far they have come, passages that two share, texts that no
source is made of.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import SHEET, TEXT, Kb
from hypothesis import given
from hypothesis import strategies as st

from kb.app import knowledge_base
from kb.app.inquiry import worklist
from kb.text import similarity
from kb.text.similarity import Passage

SOURCE = "2024-quarrel"
STORY = (
    "Northland sent four grey tugs to the old pier of Oldport late on Friday night.\n\n"
    "The harbour master told us that nobody had asked him for leave to moor there.\n\n"
    "Fish was dear on Saturday, and the baker shut his shop before noon for want of flour.\n"
)
OWN = "Our reporter in the town has seen none of this, and he lives by the very same pier."


def rows(kb: Kb, what: str, *options: str) -> list[dict[str, object]]:
    """One of the lists of the inbox."""
    done = kb("inbox", what, "--format", "json", *options)
    assert done.code == 0, done
    found: list[dict[str, object]] = json.loads(done.out)
    return found


def add(kb: Kb, id: str, text: str, published: str) -> None:
    done = kb(
        "add",
        "source",
        kb.write(f"{id}.txt", text),
        "--id",
        id,
        "--author",
        id,
        "--published",
        published,
    )
    assert done.code == 0, done


def finish(kb: Kb, top: str) -> None:
    """Code and skip the whole of the source, as a sheet with these lines on top."""
    skip = "\n".join(
        f"- {n} {line.split()[0]} … {line.split()[-1]}; x"
        for n, line in enumerate(TEXT.split("\n"), 1)
        if line
    )
    assert kb.sheet(f"{top}\n{SHEET}skip:\n{skip}\n").code == 0


def test_a_source_is_unread_then_being_coded_then_checked(kb: Kb) -> None:
    add(kb, "later", STORY, "2024-05-01")
    assert {r["source"]: r["state"] for r in rows(kb, "sources")} == {
        "later": "unread",
        SOURCE: "being-coded",
    }
    assert kb.sheet("source: later\nskip:\n- 1 Northland sent; x\n").code == 0
    assert {r["state"] for r in rows(kb, "sources")} == {"being-coded"}
    finish(kb, "topic: quarrel")
    (row,) = (r for r in rows(kb, "sources") if r["source"] == SOURCE)
    assert (row["state"], row["open"], row["unchecked"]) == ("being-coded", 0, row["assertions"])
    assert kb.sheet(f"checked: cd\n{SHEET}").code == 0
    assert [r["source"] for r in rows(kb, "sources", "--only", "checked")] == [SOURCE]


def test_who_coded_it_has_not_checked_it(kb: Kb) -> None:
    finish(kb, "checked: ab")
    (row,) = rows(kb, "sources")
    assert (row["state"], row["unchecked"]) == ("being-coded", row["assertions"])


def test_who_only_checks_what_is_stored_does_not_become_its_coder(kb: Kb) -> None:
    finish(kb, "topic: quarrel")
    (row,) = rows(kb, "sources")
    assert row["unchecked"] == row["assertions"]
    second = kb("sheet", SOURCE).out.replace("coder: ab\n", "coder: cd\nchecked: cd\n")
    assert kb("add", "--from", kb.write("second.yaml", second)).code == 0
    assert [r["source"] for r in rows(kb, "sources", "--only", "checked")] == [SOURCE]


def test_a_sheet_that_names_no_coder_is_signed_by_who_adds_it(kb: Kb) -> None:
    add(kb, "later", STORY, "2024-05-01")
    sheet = "source: later\nclaims:\n- claim: It was late\n  kind: event\n  said:\n  - at: 1 late on Friday\n"
    assert kb("add", "--from", kb.write("later.yaml", sheet), KB_CODER="cd").code == 0
    assert "coder: cd" in kb("sheet", "later").out


def test_a_checked_source_with_an_open_sentence_is_not_done(kb: Kb) -> None:
    assert kb.sheet(f"checked: cd\n{SHEET}").code == 0
    (row,) = rows(kb, "sources")
    assert (row["state"], row["unchecked"]) == ("being-coded", 0)
    assert int(str(row["open"])) > 0


def test_a_name_at_the_top_of_a_sheet_checks_all_that_is_on_it(kb: Kb) -> None:
    assert kb.sheet(f"checked: cd, ef\n{SHEET}").code == 0
    found = knowledge_base.open(str(kb.root)).known().assertions.values()
    assert {a.checked_by for a in found} == {("cd", "ef")}
    assert "checked: cd, ef" in kb("sheet", SOURCE).out


def test_shared_passages_are_shown_with_the_command_and_the_later_source_as_the_copy(
    kb: Kb,
) -> None:
    add(kb, "wire", STORY, "2024-05-01")
    add(kb, "paper", f"{OWN}\n\n{STORY}\n{OWN.upper()}", "2024-05-03")
    (row,) = rows(kb, "passages")
    assert (row["source"], row["other"], row["sentences"]) == ("paper", "wire", 3)
    assert (row["lines"], row["lines_of_other"]) == ("3-7", "1-5")
    assert row["if_copy"] == 'kb judge copy-of source/paper source/wire --lines 3-7 --because "…"'


def test_a_text_that_is_nearly_all_in_another_is_a_copy_as_a_whole(kb: Kb) -> None:
    add(kb, "wire", STORY, "2024-05-01")
    add(kb, "paper", STORY.replace("grey tugs", "large tugs"), "2024-05-03")
    (row,) = rows(kb, "passages")
    assert row["if_copy"] == 'kb judge copy-of source/paper source/wire --because "…"'


def test_what_was_judged_or_skipped_is_not_pointed_out_again(kb: Kb) -> None:
    add(kb, "wire", STORY, "2024-05-01")
    add(kb, "paper", STORY.replace("grey tugs", "large tugs"), "2024-05-03")
    judged = "judgements:\n- kind: copy-of\n  about: source/paper\n  other: source/wire\n  why: same words\n"
    skipped = "source: paper\nskip:\n" + "".join(
        f"- {n} {line.split()[0]} … {line.split()[-1]}; x\n"
        for n, line in enumerate(STORY.split("\n"), 1)
        if line
    )
    assert rows(kb, "passages")
    assert kb.sheet(skipped).code == 0
    assert rows(kb, "passages") == []
    file = kb.root / "claims/main/sources/paper.ttl"
    file.write_text(file.read_text().split("<source/paper#")[0])
    assert rows(kb, "passages")
    assert kb.sheet(judged).code == 0
    assert rows(kb, "passages") == []


def test_texts_that_no_source_is_made_of_are_listed_with_the_command(
    kb: Kb, tmp_path: Path
) -> None:
    assert rows(kb, "files") == []
    place = tmp_path / "more texts"
    place.mkdir()
    (place / "wire.txt").write_text(STORY)
    (place / "quarrel again.txt").write_bytes(TEXT.encode())
    done = kb("inbox", "files", "--format", "json", KB_DOCUMENTS=str(place))
    assert json.loads(done.out) == [
        {"file": f"{place}/wire.txt", "to_add": f"kb add source '{place}/wire.txt'"}
    ]


def test_all_three_lists_are_shown_with_what_to_do_next(kb: Kb) -> None:
    add(kb, "wire", STORY, "2024-05-01")
    done = kb("inbox")
    assert done.code == 0
    assert "unread" in done.out
    assert f"next: kb coverage {SOURCE} --state open" in done.err


def test_an_empty_inbox_says_so(empty: Kb) -> None:
    done = empty("inbox")
    assert (done.code, "nothing is waiting" in done.err) == (0, True)


def test_a_wrong_word_is_answered_with_the_nearest(seen: Kb) -> None:
    seen.refuses(2, "inbox", "sorces", says=("sorces", "sources"))
    seen.refuses(2, "inbox", "--only", "unred", says=("unred", "unread"))


def test_likeness_does_not_depend_on_case_marks_or_order_of_texts() -> None:
    lines = [Passage("a", n, s) for n, s in enumerate(STORY.split("\n"), 1)]
    other = [
        Passage("b", n, s.upper().replace(" ", ", ")) for n, s in enumerate(STORY.split("\n"), 1)
    ]
    found = similarity.alike({"a": lines, "b": other})
    assert found == similarity.alike({"b": other, "a": lines})
    assert [(p.one, p.other, p.sentences, round(p.share)) for p in found] == [("a", "b", 3, 1)]


def test_texts_in_scripts_that_part_no_words_are_compared() -> None:
    one, other = (
        Passage(name, 1, f"{start}四艘灰色拖船星期五深夜抵达旧港码头。")
        for name, start in (("a", ""), ("b", "据报道"))
    )
    assert len(similarity.alike({"a": [one], "b": [other]})) == 1


@given(
    st.lists(st.text(alphabet="ab ", min_size=10, max_size=60), min_size=1, max_size=5),
    st.integers(0, 4),
)
def test_every_pair_is_found_that_shares_half_of_its_runs(texts: list[str], extra: int) -> None:
    """The rarest runs lead to the same pairs as comparing each with each."""
    passages = {str(n): [Passage(str(n), 1, text + " c" * extra)] for n, text in enumerate(texts)}

    def runs(name: str) -> set[tuple[str, ...]]:
        words = passages[name][0].words.split()
        return (
            {tuple(words[i : i + 3]) for i in range(len(words) - 2)}
            if len(words) >= similarity.FEWEST_WORDS
            else set()
        )

    wanted = {
        frozenset((a, b))
        for a in passages
        for b in passages
        if a < b
        and runs(a)
        and runs(b)
        and 2 * len(runs(a) & runs(b)) >= min(len(runs(a)), len(runs(b)))
    }
    assert {frozenset((p.one, p.other)) for p in similarity.alike(passages)} == wanted


def test_half_of_the_runs_is_enough_and_less_is_not() -> None:
    """Six words in common are four runs of three; a sentence of ten words has eight, one of eleven
    nine.
    """
    shared = "grey tugs came from the north"
    for more, found in (("one two three four", 1), ("one two three four five", 0)):
        one, other = (
            Passage(name, 1, f"{shared} {' '.join(name + word for word in more.split())}")
            for name in "ab"
        )
        assert len(similarity.alike({"a": [one], "b": [other]})) == found


@pytest.mark.parametrize("published", [("2024-05-01", "2024-05-03"), ("2024-05-03", "2024-05-01")])
def test_the_copy_is_the_one_that_was_published_later(kb: Kb, published: tuple[str, str]) -> None:
    add(kb, "one", STORY, published[0])
    add(kb, "two", f"{STORY}\n{OWN}", published[1])
    (row,) = rows(kb, "passages")
    assert row["source"] == max(zip(published, ("one", "two"), strict=True))[1]


@pytest.mark.timeout(120)
def test_hundreds_of_documents_are_not_compared_each_with_each() -> None:
    words = [f"w{n}" for n in range(5000)]
    texts = {
        f"d{d}": [
            Passage(
                f"d{d}",
                n,
                " ".join(words[(d * 7919 + n * 104729 + k * (k + d)) % 5000] for k in range(20)),
            )
            for n in range(40)
        ]
        for d in range(200)
    }
    assert all(pair.one != pair.other for pair in similarity.alike(texts))


def test_the_python_twin_gives_the_same(seen: Kb) -> None:
    found = knowledge_base.open(str(seen.root)).inbox()
    assert [(w.source.id, w.state) for w in found.work] == [(SOURCE, "being-coded")]
    assert isinstance(found, worklist.Inbox)
