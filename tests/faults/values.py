"""Hostile strings in every field of a sheet: each is refused, or kept exactly as it was written."""

from __future__ import annotations

import random
import traceback
from collections.abc import Iterator
from dataclasses import fields

import hostile
from conftest import TEXT

from faults.figures import NOW, SEED, Figure, say, small, some
from kb.app.knowledge_base import KnowledgeBase
from kb.coding import compiler, yaml_reader
from kb.coding.sheet import Entry, Sheet, Value
from kb.coding.yaml_writer import write
from kb.model.records import Record
from kb.rdf import turtle_reader, turtle_writer

# What breaks into IRIs, literals, YAML and numbers, besides the pieces of other rows.
PIECES = [*hostile.PIECES, "\x85", "\x1b[2J", "\udc80", "\ufffe", "> ; kb:note <http://y", "1E999999999", "NaN", "https://x.example/a b", "Q1> <x",
          "9" * 5_000, "x" * 60_000, "\u2028", "\u2066x\u2069", "\\u0000", "2024-W09-5", "0001-01-01", "javascript:alert(1)"]  # fmt: skip
CLAIM = ("claim", "what", "when", "count", "unit", "counted", "if", "note", "place")
SAID = ("by", "at", "on", "via", "manner", "words", "note", "checked")
RECORDS = {
    "entity/pier": ("name", "also", "description", "wikidata", "lat", "long", "within", "note"),
    "source/2024-quarrel": ("title", "url", "author", "language", "from", "obtained", "note"),
}


def values(sample: float) -> Iterator[Figure]:
    """Each string is planned in one field; what is accepted is written as Turtle and read again."""
    chance, number = random.Random(SEED), some(10_000, sample)
    refused = kept = other = broken = 0
    with small() as kb:
        for _ in range(number):
            sheet, text = _sheet(chance, _hostile(chance))
            try:
                outcome = _planned(kb, sheet, text)
            except Exception:
                traceback.print_exc()
                broken += 1
                continue
            refused += outcome == "refused"
            kept += outcome == "kept"
            if outcome == "other":
                other += 1
                say(f"another value: {text!a:.300}")
    case = f"{number} hostile strings: refused {refused}, kept {kept}; other than written"
    yield Figure(case, "0", str(other), other == 0)
    yield Figure("… that end in an exception", "0", str(broken), broken == 0)


def _hostile(chance: random.Random) -> str:
    """One to three pieces, some between ordinary words."""
    text = "".join(chance.choice(PIECES) for _ in range(chance.choice((1, 1, 2, 3))))
    return f"a{text}b" if chance.random() < 0.5 else text


def _sheet(chance: random.Random, text: str) -> tuple[Sheet, str]:
    """A sheet with the string in one field."""
    top = {"source": Value("2024-quarrel")}
    if chance.random() < 0.5:
        key = chance.choice(list(RECORDS))
        entry = Entry({"id": Value(key), chance.choice(RECORDS[key]): Value(text)})
        return Sheet("s", top=top, records=[entry]), text
    claim = {"claim": "Something new happened", "kind": "event"}
    said = {"by": "lukin", "at": "8 near the pier"}
    if chance.random() < 0.5:
        claim[chance.choice(CLAIM)] = text
    else:
        said[chance.choice(SAID)] = text
    entry = Entry(_valued(claim), said=(Entry(_valued(said)),))
    return Sheet("s", top=top, claims=[entry]), text


def _valued(texts: dict[str, str]) -> dict[str, Value]:
    return {key: Value(text) for key, text in texts.items()}


def _planned(kb: KnowledgeBase, sheet: Sheet, text: str) -> str:
    """`refused`, `kept` where every record is read back as it was made, or `other`."""
    parsed = yaml_reader.parse(write(sheet), "s")
    if parsed.problems:
        return "refused"
    change = compiler.from_sheet(parsed, kb.known(), TEXT, NOW, "main")
    if any(p.severity == "error" for p in parsed.problems):
        return "refused"
    base = kb.folder.base
    made: list[Record] = []
    read: dict[str, Record] = {}
    for name, records in change.files.items():
        made += records
        new = turtle_writer.replace(kb.folder.read(name), records, base)
        found = turtle_reader.records(turtle_reader.triples(new, base), base)
        read |= {r.path + r.id: r for r in found}
    return "kept" if all(_same(r, read.get(r.path + r.id)) for r in made) else "other"


def _same(one: Record, other: Record | None) -> bool:
    """Whether two records are the same, but for the order of their lists."""
    if other is None:
        return False
    for field in fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if (set(a) != set(b)) if isinstance(a, tuple) else a != b:
            return False
    return True
