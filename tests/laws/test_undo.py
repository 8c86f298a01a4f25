"""After every command that ended with 0, kb undo brings back every byte, and once more does the
command again.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import MORE, Done, Kb

WHY = ("--why", "a reason")
CLAIM, OTHER = "northland-sent-tugs-to-oldport", "the-coastguard-controls-the-pier"
JUDGED = "judgement/"


def by_hand(kb: Kb) -> None:
    """Somebody lays a file out in their own way, with a remark."""
    path = kb.file("entities.ttl")
    path.write_text("# a remark\n" + path.read_text().replace(" ;\n    ", " ;  ", 4))


def more(kb: Kb) -> Done:
    return kb.sheet(MORE)


def judged(kb: Kb) -> None:
    assert kb("judge", "contradicts", CLAIM, OTHER, *WHY).code == 0


def undone(kb: Kb) -> None:
    assert more(kb).code == 0
    assert kb("undo").code == 0


def without_sentences(kb: Kb) -> None:
    """A source as an older program wrote it, without its sentences."""
    path = kb.file("source")
    path.write_text(
        "".join(
            line
            for line in path.read_text().splitlines(keepends=True)
            if "kb:sentences" not in line
        )
    )


def nothing(_: Kb) -> None:
    """Nothing is needed before the command."""


def judgement(kb: Kb) -> str:
    """The id of the one judgement."""
    text = next(
        p.read_text()
        for p in sorted((kb.root / "claims").rglob("*.ttl"))
        if "<judgement/" in p.read_text()
    )
    return text.partition("<judgement/")[2].partition(">")[0]


def new_source(kb: Kb) -> Done:
    return kb("add", "source", kb.write("new.txt", "A new text.\n"), "--collection", "second")


# The command in words → what comes before it, and the command.
COMMANDS: dict[str, tuple[Callable[[Kb], object], Callable[[Kb], Done]]] = {
    "add a sheet": (nothing, more),
    "add a source in a new collection": (nothing, new_source),
    "add an entity": (
        nothing,
        lambda kb: kb("add", "entity", "tower", "place", "--as", "the tower"),
    ),
    "add an affiliation": (
        nothing,
        lambda kb: kb("add", "affiliation", "lukin", "speaks-for", "oldport"),
    ),
    "edit an entity": (nothing, lambda kb: kb("edit", "oldport", "name=Old Town", "note=moved")),
    "edit a claim": (nothing, lambda kb: kb("edit", CLAIM, "when=2024-03-01")),
    "edit in a file laid out by hand": (by_hand, lambda kb: kb("edit", "oldport", "name=Old Town")),
    "withdraw a claim": (nothing, lambda kb: kb("withdraw", OTHER, *WHY)),
    "judge": (nothing, lambda kb: kb("judge", "contradicts", CLAIM, OTHER, *WHY)),
    "judge with a verdict": (
        nothing,
        lambda kb: kb("judge", "verdict", CLAIM, "--verdict", "true", *WHY),
    ),
    "take a judgement back": (judged, lambda kb: kb("judge", "--undo", judgement(kb), *WHY)),
    "merge two entities": (nothing, lambda kb: kb("merge", "lukin", "layla", *WHY)),
    "rename an entity": (nothing, lambda kb: kb("rename", "oldport", "old-harbour-town")),
    "rename a claim": (nothing, lambda kb: kb("rename", CLAIM, "tugs-were-sent")),
    "rename a source": (nothing, lambda kb: kb("rename", "2024-quarrel", "2024-row")),
    "edit a source twice": (
        lambda kb: kb("edit", "2024-quarrel", "title=Other"),
        lambda kb: kb("edit", "2024-quarrel", "title=Another"),
    ),
    "record sentences": (without_sentences, lambda kb: kb("coverage", "--record")),
    "make files canonical": (by_hand, lambda kb: kb("fmt")),
    "accept an edit by hand": (by_hand, lambda kb: kb("fsck", "--accept")),
    "undo a sheet": (more, lambda kb: kb("undo", "3")),
    "undo an undo": (undone, lambda kb: kb("undo", "4")),
    "undo a source in a new collection": (new_source, lambda kb: kb("undo", "3")),
}


@pytest.mark.parametrize("what", COMMANDS)
def test_every_command_can_be_taken_back_to_the_byte_and_done_again(kb: Kb, what: str) -> None:
    before, command = COMMANDS[what]
    before(kb)
    entries = kb.root / ".journal/log"
    old, number = claims(kb), len(list(entries.iterdir()))
    done = command(kb)
    assert done.code == 0, done
    new = claims(kb)
    assert len(list(entries.iterdir())) == number + 1, "one entry a command"
    assert kb("undo", str(number + 1)).code == 0
    assert claims(kb) == old
    assert kb("undo", str(number + 2)).code == 0
    assert claims(kb) == new
    assert "0 errors" in kb("fsck").err
    folders = {p for p in (kb.root / "claims").rglob("*") if p.is_dir() and not any(p.iterdir())}
    assert folders == set(), "no empty folder is left"


@pytest.mark.parametrize("what", [w for w in COMMANDS if not w.startswith("undo")])
def test_undo_without_a_number_takes_back_the_last_command(kb: Kb, what: str) -> None:
    before, command = COMMANDS[what]
    before(kb)
    old = claims(kb)
    assert command(kb).code == 0
    assert kb("undo").code == 0
    assert claims(kb) == old


def claims(kb: Kb) -> dict[str, str]:
    """Digests of settings and stored files; a document that was read stays."""
    return {name: digest for name, digest in kb.tree().items() if not name.startswith("documents/")}
