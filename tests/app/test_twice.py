"""The same text twice: pointed out when it is added, with the commands that settle it."""

from __future__ import annotations

from conftest import Kb

PAPER = "The ferry from Selmouth was late on Friday because of fog and of ice on the river.\n" * 3
SAME = PAPER.replace(" ", "\u00a0 ").replace("\n", "\r\n").replace("late", "very late")


def added(kb: Kb, name: str, text: str) -> str:
    done = kb("add", "source", kb.write(f"{name}.txt", text), "--id", name, "--author", "A Gazette")
    assert done.code == 0, done
    return done.err


def test_a_text_with_other_spaces_and_a_few_other_words_is_pointed_out(kb: Kb) -> None:
    added(kb, "first", PAPER)
    told = added(kb, "second", SAME)
    assert "of this text is also in first" in told
    for command in (
        "kb edit source/second copy-of=first",
        "kb edit source/second version-of=first",
        "kb judge not-copy-of second first",
    ):
        assert command in told


def test_another_text_is_not(kb: Kb) -> None:
    added(kb, "first", PAPER)
    assert "of this text is" not in added(kb, "second", "The mayor of Seld resigned.\n" * 3)


def test_the_decision_that_neither_is_a_copy_ends_the_question(kb: Kb) -> None:
    added(kb, "first", PAPER)
    added(kb, "second", SAME)
    assert "second" in kb("inbox", "passages", "--format", "csv").out
    judged = kb("judge", "not-copy-of", "second", "first", "--because", "both print the timetable")
    assert judged.code == 0, judged
    assert "second" not in kb("inbox", "passages", "--format", "csv").out
    both = kb("judge", "copy-of", "second", "first", "--because", "the same words")
    assert "judged-both-ways" in both.err
