"""Laws of every command that changes something: files stay canonical, undo leads back to the byte,
versions stay out of sight.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from conftest import Kb

from kb.app import knowledge_base
from kb.app.knowledge_base import KnowledgeBase
from kb.errors import KbError

SEEDS = 1
STEPS = 5
PLACES = (
    "3 The coastguard said … Oldport",
    "8 near the pier",
    "9 all was calm",
    "11 Nobody else was asked",
    "4 Two residents",
)


def tree(book: KnowledgeBase) -> dict[str, bytes]:
    """Every stored file."""
    return {name: (book.folder.root / name).read_bytes() for name in book.folder.files()}


def commands(book: KnowledgeBase, chance: random.Random) -> list[Callable[[], object]]:
    """One command of each kind on records at random; some of them make no sense and are refused."""
    known = book.known()
    claim, other = chance.choice(sorted(known.claims)), chance.choice(sorted(known.claims))
    said, who = chance.choice(sorted(known.assertions)), chance.choice(sorted(known.entities))
    place, day = chance.choice(PLACES), f"2024-02-{chance.randint(1, 28):02}"
    made = [k for k in known.others if k.startswith("judgement/")] or [said]
    tie = [k for k in known.others if k.startswith("affiliation/")] or [who]
    new = f"{chance.choice(['new', 'quay', 'a-b'])}-{chance.randint(1, 9)}"
    sheet = f"source: 2024-quarrel\nclaims:\n- claim: Boats came {new}\n  kind: event\n  said:\n  - at: {place}\n    by: unnamed {new}\n"

    def edit(name: str, **values: str) -> Callable[[], object]:
        return lambda: book.add(
            book.edit(name, {k.replace("_", "-"): v for k, v in values.items()})
        )

    def judge(kind: str, a: str, b: str) -> Callable[[], object]:
        return lambda: book.add(book.judge(kind, a, b, {"why": "so it seems"}))

    return [
        edit(said, at=place),
        edit(said, at=place, by=who),
        edit(said, by=f"unnamed {new}"),
        edit(said, claim=claim),
        edit(said, denies=chance.choice(["time", "place", ""])),
        edit(said, affirms=""),
        edit(said, via=f"{who}, layla"),
        edit(said, on=day, note=new),
        edit(claim, when=day),
        edit(claim, when=f"{day}..", kind="state", what=""),
        edit(claim, statement=f"{new} was said", place=who),
        edit(f"entity/{who}", also=new),
        edit(tie[0], note=new, to=day),
        judge("same-entity", f"entity/{who}", "entity/layla"),
        judge("contradicts", f"claim/{claim}", f"claim/{other}"),
        lambda: book.add(book.withdraw([f"assertion/{said}"], "misread")),
        lambda: book.add(book.withdraw([f"claim/{claim}"], "misread")),
        lambda: book.add(book.withdraw([made[0]], "no longer held")),
        lambda: book.rename(f"claim/{claim}", new),
        lambda: book.rename(f"entity/{who}", new),
        lambda: book.rename(f"assertion/{said}", f"said.{new}"),
        lambda: book.rename("source/" + next(iter(known.sources)), f"source-{new}"),
        lambda: book.add(
            book.plan(f"affiliations:\n- layla side-with {who} {day}..; note {new}\n", "tie")
        ),
        lambda: book.add(book.plan(sheet, "sheet")),
    ]


@pytest.mark.parametrize("seed", range(SEEDS))
def test_after_any_command_files_are_canonical_and_undo_leads_back_to_the_byte(
    kb: Kb, seed: int
) -> None:
    book, chance, done = knowledge_base.open(str(kb.root)), random.Random(seed), 0
    while done < STEPS:
        before = tree(book)
        command = chance.choice(commands(book, chance))
        try:
            command()
        except KbError:
            assert tree(book) == before, "what is refused writes nothing"
            continue
        after = tree(book)
        if after == before:
            continue
        done += 1
        assert not book.formatted(), "canonical files stay canonical"
        assert not book.validate().errors, "what was written is valid"
        assert not [k for k in book.known().files if "~" in k and book.known().present(k)]
        assert book.undo().entry.number
        assert tree(book) == before
        again = book.undo(len(list((kb.root / ".journal/log").iterdir())))
        assert (again.entry.undoes > 0, tree(book)) == (True, after)


def test_undoing_everything_step_by_step_and_doing_it_again(kb: Kb) -> None:
    book, chance = knowledge_base.open(str(kb.root)), random.Random(99)
    states = [tree(book)]
    while len(states) < 4:
        try:
            chance.choice(commands(book, chance))()
        except KbError:
            continue
        if tree(book) != states[-1]:
            states.append(tree(book))
    numbers = []
    for state in reversed(states[:-1]):
        book.undo()
        numbers.append(len(list((kb.root / ".journal/log").iterdir())))
        assert tree(book) == state
    for number, state in zip(reversed(numbers), states[1:], strict=True):
        book.undo(number)
        assert tree(book) == state
