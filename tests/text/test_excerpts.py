"""What is stored of the words of a document, however densely it is coded."""

from __future__ import annotations

import shutil
from pathlib import Path

from conftest import Kb

from kb.app import knowledge_base
from kb.text import excerpts

LETTERS = "abcdefghij"
TEXT = "\n".join(
    f"{a}one {a}two {a}three {a}four {a}five {a}six {a}seven {a}eight {a}nine {a}ten."
    for a in LETTERS
)
NESTED = "".join(
    f"- claim: Number {n}{a} was read\n  kind: event\n  said:\n  - by: unnamed clerk\n    at: {line} {a}{first} … {a}{last}\n"
    for line, a in enumerate(LETTERS, 1)
    for n, (first, last) in enumerate(
        [("five", "six"), ("two", "six"), ("one", "nine"), ("four", "ten"), ("three", "eight")]
    )
)


def test_passages_inside_one_another_share_their_stored_word(empty: Kb, tmp_path: Path) -> None:
    """50 passages in 100 words keep fewer than 20 of them, because a passage whose word is stored
    already stores no other.
    """
    own = Kb(shutil.copytree(empty.root, tmp_path / "own"))
    settings = own.root / "kb.toml"
    settings.write_text(settings.read_text().replace('"whole"', '"fragments"'))
    (own.root / "list.txt").write_text(TEXT)
    assert (
        own("add", "source", "list.txt", "--title", "List", "--published", "2024-03-03").code == 0
    )
    done = own.sheet("source: list\ncoder: ab\nclaims:\n" + NESTED)
    assert done.code == 0, done.err
    quotes = [
        q for q in knowledge_base.open(str(own.root)).known().quotes.values() if q.start is not None
    ]
    spans = [
        ((q.start or 0) + TEXT[q.start : q.end].index(q.fragment or ""), len(q.fragment or ""))
        for q in quotes
    ]
    assert len(quotes) == 50
    assert (
        excerpts.share(TEXT, [(start, start + length) for start, length in spans])
        < excerpts.MOST_QUOTED
    )
