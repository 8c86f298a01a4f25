"""Small files of other programs for the tests of imports, and the same files damaged."""

from __future__ import annotations

import random
from pathlib import Path

from conftest import Kb

from kb.app import knowledge_base
from kb.errors import KbError


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Return a file with a few bytes overwritten, repeated, removed, or cut off."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(made))
        size = chance.choice((1, 1, 4, 30))
        match chance.randrange(5):
            case 0:
                made[at : at + size] = bytes([chance.randrange(256)])
            case 1:
                del made[at : at + size]
            case 2:
                made[at:at] = made[at : at + 200]
            case 3:
                made[at:at] = chance.choice(HOSTILE)
            case _:
                made[at : at + size] = chance.choice((b'"', b"{", b"[", b"\\", b",", b"<", b"\0"))
    return bytes(made or b" ")


HOSTILE = (
    b"[" * 200_000,
    b"9" * 5_000,
    b"1e999999999",
    b"<script>alert(1)</script>",
    "\u202egnp.exe".encode(),
    b'"\\ud800"',
    b"<http://example.org/a b>",
    b"\x1b[31m",
)


def survived(kb: Kb, format: str, data: bytes, number: int, seed: int = 16) -> None:
    """Check that damaged files give located messages or are read, and that nothing is written."""
    own, before, chance = knowledge_base.open(str(kb.root)), kb.tree(), random.Random(seed)
    noticed, wrong = list[str](), list[str]()
    for _ in range(number):
        wrong += unnamed(own, format, damaged(data, chance), noticed)
    assert wrong == [], wrong[:3]
    assert len(noticed) > number // 2
    assert kb.tree() == before


def unnamed(
    kb: knowledge_base.KnowledgeBase, format: str, data: bytes, noticed: list[str] | None = None
) -> list[str]:
    """Return the messages about a file that do not name it. The first message that does is added
    to `noticed`.
    """
    name = f"damaged.{format}"
    try:
        found = kb.plan_import(format, [(name, data)], create=True)
    except KbError as error:
        said, named = [error.message], [name in error.message]
    else:
        errors = [p for p in found.plan.problems if p.severity == "error"]
        said = [*map(str, errors), *found.untaken]
        named = [name in str(p.place) for p in errors]
        named += [text.startswith(name) for text in found.untaken]
    if noticed is not None:
        noticed += said[:1]
    return [text for text, good in zip(said, named, strict=True) if not good]


def comes_and_goes(kb: Kb, format: str, file: Path, *options: str) -> str:
    """Import a file: a dry run writes nothing, a second import nothing more, and one undo reverts
    it. Return what the first import printed.
    """
    before = kb.tree()
    dry = kb("import", format, file, "--dry-run", *options)
    assert (dry.code, kb.tree() == before) == (0, True), dry
    done = kb("import", format, file, *options)
    assert done.code == 0, done
    written = kb.tree()
    again = kb("import", format, file, *options)
    assert (again.code, kb.tree() == written) == (0, True), again
    assert ": 0 records new, " in again.err
    assert kb("validate").code == 0
    undone = kb("undo")
    assert undone.code == 0
    left = kb.tree()
    assert {p: d for p, d in left.items() if not p.startswith("documents/")} == {
        p: d for p, d in before.items() if not p.startswith("documents/")
    }
    new = {p for p in left if p.startswith("documents/")} - before.keys()
    assert all(f"{text} is left" in undone.err for text in new)
    number = undone.out.partition("kb undo ")[2].split()[0]
    assert (kb("undo", number).code, kb.tree() == written) == (0, True)
    return done.out + done.err
