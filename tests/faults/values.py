"""Hostile strings in every field on every way in: each is refused with a way out, or is on disk as
it was typed.

Ways in: sheets (many strings at once, in every part), options, `KEY=VALUE`, an editor, the questions of a walk,
judgements, what a web page states about itself, and the Python API. What is accepted is committed;
the files are then read by a reader of their own and compared with what was typed.
"""

from __future__ import annotations

import contextlib
import html
import io
import json
import random
import re
import shlex
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path

import hostile
from conftest import TEXT, Kb

from faults.figures import SEED, Figure, child, ended, say, small, some
from kb.app import knowledge_base
from kb.app.knowledge_base import KnowledgeBase
from kb.cli import walk
from kb.coding.sheet import Entry, Sheet, Value
from kb.coding.yaml_writer import write
from kb.errors import KbError
from kb.rdf import decoding, turtle_reader

# What breaks into IRIs, literals, YAML and numbers, besides the pieces of other rows.
PIECES = [*hostile.PIECES, "\x85", "\x1b[2J", "\udc80", "\ufffe", "> ; kb:note <http://y", "1E999999999", "NaN", "https://x.example/a b", "Q1> <x",
          "9" * 5_000, "x" * 60_000, "\u2028", "\u2066x\u2069", "\\u0000", "2024-W09-5", "0001-01-01", "javascript:alert(1)"]  # fmt: skip
# Fields of a sheet's parts. Those in LISTS are split at commas, those in READ are dates, numbers,
# references or words with a meaning, which have other forms on disk.
CLAIM = ("claim", "what", "when", "count", "unit", "counted", "if", "note", "place")
SAID = ("by", "at", "on", "via", "manner", "words", "note", "checked")
RECORDS = {
    "entity/pier": ("name", "also", "description", "wikidata", "lat", "long", "within", "note"),
    "source/2024-quarrel": ("title", "url", "author", "language", "from", "obtained", "note"),
}
OPTIONS: dict[str, list[str]] = {
    "name": ["add", "entity", "new-thing", "object", "--as", "{}"],
    "description": ["add", "entity", "new-thing", "object", "--as", "T", "--description", "{}"],
    "wikidata": ["add", "entity", "new-thing", "object", "--as", "T", "--wikidata", "{}"],
    "claim": ["add", "claim", "{}", "--kind", "event"],
    "note": ["edit", "entity/pier", "note={}"],
    "title": ["edit", "source/2024-quarrel", "title={}"],
    "url": ["edit", "source/2024-quarrel", "url={}"],
    "obtained": ["edit", "source/2024-quarrel", "obtained={}"],
    "why": ["judge", "verdict", "coastguard-controls-pier", "--verdict", "true", "--why", "{}"],
}
CLAIMS = ("coastguard-controls-pier", "northland-sent-tugs-oldport")
LISTS = {"also", "checked", "new", "words"}
READ = {
    "within",
    "by",
    "via",
    "author",
    "when",
    "count",
    "on",
    "lat",
    "long",
    "from",
    "what",
    "place",
    "wikidata",
    "if",
    "at",
}
# So many strings on one sheet, and so many commands in one folder.
TOGETHER, EACH = 25, 50
# Of all strings, so many in a hundred go through sheets; the rest is shared by the other ways.
SHEETS = 85

Outcome = tuple[str, str, str]  # way and field, what came of it, the string
Made = tuple[str, str, Entry]  # field, the string, and the entry that has it


def values(sample: float) -> Iterator[Figure]:
    """Two processes, each with a knowledge base of its own."""
    number, processes = some(10_000, sample), 2
    with tempfile.TemporaryDirectory() as place:
        outs = [Path(place) / str(part) for part in range(processes)]
        pids = [
            child(lambda p=p: _tried(p, outs[p], number // processes)) for p in range(processes)
        ]
        codes = [ended(pid) for pid in pids]
        found: list[Outcome] = []
        for out in outs:
            found += [tuple(row) for row in json.loads(out.read_text())] if out.exists() else []
    count = Counter(outcome for _, outcome, _ in found)
    for way, outcome, text in found:
        if outcome in ("other", "broken", "no way out"):
            say(f"{outcome}: {way}: {text!a:.200}")
    case = f"{len(found)} hostile strings: refused {count['refused']}, kept {count['kept']}"
    yield Figure(f"{case}; other than typed", "0", str(count["other"]), count["other"] == 0)
    broken = count["broken"] + sum(code != 0 for code in codes)
    yield Figure("… that end in an exception", "0", str(broken), broken == 0)
    none = count["no way out"]
    yield Figure("… refused without a sentence", "0", str(none), none == 0)
    yield Figure("… tried", f"≥ {number // 2 * 2}", str(len(found)), len(found) >= number // 2 * 2)


def _tried(part: int, out: Path, number: int) -> None:
    """One process: first sheets, then one string after the other by each other way."""
    chance, found = random.Random(SEED + part), list[Outcome]()
    ways: list[Callable[[Kb, random.Random, str], Outcome]] = [_option, _edited, _walked, _page]
    with small() as kb, tempfile.TemporaryDirectory() as place:
        tempfile.tempdir = place  # where refused texts are kept, for whoever typed them
        for number_of_sheet in range(number * SHEETS // 100 // TOGETHER):
            found += _sheets(_copy(kb, Path(place)), chance)
            if number_of_sheet % 20 == 0:
                say(f"values: {len(found)} of {number} in process {part + 1}")
        fresh = None
        while len(found) < number:
            if fresh is None or len(found) % EACH == 0:
                fresh = Kb(_copy(kb, Path(place)).folder.root)
            way, text = ways[len(found) % len(ways)], _hostile(chance)
            try:
                found.append(way(fresh, chance, text))
            except Exception:
                traceback.print_exc()
                found.append((way.__name__, "broken", text))
                fresh = None
    out.write_text(json.dumps(found))


def _copy(kb: KnowledgeBase, place: Path) -> KnowledgeBase:
    """A fresh copy of a knowledge base."""
    shutil.rmtree(place / "kb", ignore_errors=True)
    shutil.copytree(kb.folder.root, place / "kb", ignore=shutil.ignore_patterns(".kb"))
    return knowledge_base.open(str(place / "kb"))


def _hostile(chance: random.Random) -> str:
    """One to three pieces, some between ordinary words."""
    text = "".join(chance.choice(PIECES) for _ in range(chance.choice((1, 1, 2, 3))))
    return f"a{text}b" if chance.random() < 0.5 else text


# --- what is on disk


def _stored(root: Path) -> set[str]:
    """Every value of every stored record, as text."""
    kb = knowledge_base.open(str(root))
    out = set[str]()
    for name in kb.folder.files():
        text = (root / name).read_text(encoding="utf-8")
        for record in decoding.records(turtle_reader.triples(text, kb.folder.base), kb.folder.base):
            for field in fields(record):
                value = getattr(record, field.name)
                out |= {str(v) for v in (value if isinstance(value, tuple) else (value,))}
    return out


def _judged(field: str, text: str, stored: set[str]) -> str:
    """`kept` where what was typed is stored, else `other`. A value is one line: a line break in it
    is a space, and spaces around it do not belong to it.
    """
    typed = text.replace("\n", " ").strip()
    if field == "claim" and typed.startswith("="):  # a claim that exists, by its name
        return "kept"
    if field in LISTS:
        # Quotation marks hold a name with commas together.
        parts = [part.strip() for part in typed.replace('"', "").split(",")]
        stored = stored | {value.replace('"', "") for value in stored}
        return "kept" if all(not p or p in stored for p in parts) or typed in stored else "other"
    return "kept" if not typed or typed in stored or field in READ else "other"


# --- sheets and the Python API


def _sheets(kb: KnowledgeBase, chance: random.Random) -> list[Outcome]:
    """Many strings on one sheet. Those that are refused are taken out, the rest is committed."""
    entries = [_entry(chance, n, _hostile(chance)) for n in range(TOGETHER)]
    unique = {_place(field, entry): (field, text, entry) for field, text, entry in entries}
    # In the order in which they are written.
    made = sorted(unique.values(), key=lambda m: _part(m[2]))
    out: list[Outcome] = []
    try:
        while made:
            sheet = write(_sheet([m[2] for m in made]))
            plan = kb.plan(sheet, "s")
            wrong = {p.place.line for p in plan.problems if p.severity == "error"}
            if not wrong:
                kb.add(plan)
                break
            made = _without_wrong(made, _lines(sheet), wrong, out)
    except Exception:
        traceback.print_exc()
        return out + [(field, "broken", text) for field, text, _ in made]
    stored = _stored(kb.folder.root)
    return out + [(field, _judged(field, text, stored), text) for field, text, _ in made]


def _lines(sheet: str) -> list[int]:
    """The lines of a sheet on which an entry begins."""
    rows = sheet.split("\n")
    first = ("- claim:", "- id:", "- kind:", "  new-thing-")
    return [n for n, row in enumerate(rows, 1) if row.startswith(first)]


def _part(entry: Entry) -> int:
    """The part of a sheet to which an entry belongs, in the order in which parts are written."""
    return next(n for n, key in enumerate(("new", "why", "id", "claim")) if key in entry.values)


def _place(field: str, entry: Entry) -> tuple[str, str]:
    """What an entry changes: of two that change the same, only one can be on disk."""
    key = ("new", "about", "id", "claim")[_part(entry)]
    return field, entry.values[key].text


def _without_wrong(
    made: list[Made], lines: list[int], wrong: set[int], out: list[Outcome]
) -> list[Made]:
    """Those in which no problem is. `lines` are where they begin on the sheet. Where all problems
    are elsewhere, none is left, because nobody could tell what to correct.
    """
    refused = {
        max((n for n, first in enumerate(lines) if first <= line), default=-1) for line in wrong
    }
    for n, (field, text, _) in enumerate(made):
        if n in refused or not refused - {-1}:
            out.append((field, "refused" if n in refused else "no way out", text))
    return [m for n, m in enumerate(made) if n not in refused] if refused - {-1} else []


def _sheet(entries: list[Entry]) -> Sheet:
    return Sheet(
        "s",
        top={"source": Value("2024-quarrel")},
        new={e.values["new"].text: e.values["as"] for e in entries if _part(e) == 0},
        judgements=[e for e in entries if _part(e) == 1],
        records=[e for e in entries if _part(e) == 2],
        claims=[e for e in entries if _part(e) == 3],
    )


def _entry(chance: random.Random, number: int, text: str) -> tuple[str, str, Entry]:
    """Field, string, and an entry of a sheet with the string in that field."""
    part = chance.random()
    if part < 0.1:
        told = Value(f"object; as {text}")
        return "new", text, Entry({"new": Value(f"new-thing-{number}"), "as": told})
    if part < 0.15:
        judgement = {
            "kind": "verdict",
            "about": f"claim/{chance.choice(CLAIMS)}",
            "verdict": "true",
        }
        valued = {key: Value(value) for key, value in judgement.items()} | {"why": Value(text)}
        return "why", text, Entry(valued)
    if part < 0.35:
        key = chance.choice(list(RECORDS))
        field = chance.choice(RECORDS[key])
        return field, text, Entry({"id": Value(key), field: Value(text)})
    claim = {"claim": f"Something new happened, number {number}", "kind": "event"}
    said = {"by": "lukin", "at": "8 near the pier"}
    field = chance.choice((*CLAIM, *SAID))
    (claim if field in CLAIM and field != "note" else said)[field] = text
    valued = {key: Value(value) for key, value in claim.items()}
    return field, text, Entry(valued, said=(Entry({k: Value(v) for k, v in said.items()}),))


# --- commands


def _ran(kb: Kb, field: str, text: str, *args: str, **environment: str) -> Outcome:
    """What came of a command with a string."""
    before = kb.tree()
    done = kb(*args, TMPDIR=str(kb.root.parent), **environment)
    if done.code:
        said = done.code in (1, 2) and ("error" in done.err) and kb.tree() == before
        return field, "refused" if said else "no way out", text
    return field, _judged(field, text, _stored(kb.root)), text


def _option(kb: Kb, chance: random.Random, text: str) -> Outcome:
    """In an option, or as KEY=VALUE; the system lets no NUL into an argument."""
    text = text.replace("\0", "")
    field = chance.choice(list(OPTIONS))
    if len(text) > 30_000:
        text = text[:30_000]
    return _ran(kb, field, text, *[part.replace("{}", text) for part in OPTIONS[field]])


def _edited(kb: Kb, chance: random.Random, text: str) -> Outcome:
    """In an editor: a line of YAML is added to the record."""
    script = kb.root.parent / "editor.py"
    line = write(Sheet("s", records=[Entry({"id": Value("x"), "note": Value(text)})]))
    added = line[line.index("note:") :] if "note:" in line else f"note: {json.dumps(text)}\n"
    data = added.encode("utf-8", "surrogatepass")
    script.write_text(
        f"import sys\nwith open(sys.argv[1], 'ab') as f: f.write({data!r})\n", encoding="utf-8"
    )
    editor = f"{shlex.quote(sys.executable)} {shlex.quote(str(script))}"
    return _ran(kb, "note", text, "edit", "entity/tugs", EDITOR=editor, VISUAL=editor)


def _walked(kb: Kb, chance: random.Random, text: str) -> Outcome:
    """As an answer to a question of the walk."""
    field = chance.choice(("Claim", "When it", "Where", "Who says", "Passage", "When it was said"))
    answers = {"Source": "2024-quarrel", "Claim": "Something new", "Kind": "event", "Passage": "8 near the pier"}  # fmt: skip

    def ask(question: str, choices: object) -> str:
        if question.startswith(field):
            return text
        return next((a for q, a in answers.items() if question.startswith(q)), "")

    base = knowledge_base.open(str(kb.root))
    try:
        said = io.StringIO()
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            sheet = walk.walk(base, "2024-quarrel", ask)
        if sheet is None:
            return "walk", "refused", text
        base.add(base.plan_sheets([sheet]))
    except KbError as error:
        return "walk", "refused" if error.message else "no way out", text
    exact = field == "Claim"
    return "walk", _judged("claim" if exact else "when", text, _stored(kb.root)), text


def _page(kb: Kb, chance: random.Random, text: str) -> Outcome:
    """As the title, the author or the address that a page states; what cannot be kept is reported."""
    field = chance.choice(("title", "author", "url"))
    shown = html.escape(text)
    head = {
        "title": f"<title>{shown}</title>",
        "author": f'<meta name="author" content="{shown}">',
        "url": f'<link rel="canonical" href="{shown}">',
    }[field]
    body = "".join(f"<p>{line}</p>" for line in f"{TEXT}{chance.random()}".splitlines())
    page = f"<!doctype html><html><head>{head}</head><body><article>{body}</article></body></html>"
    path = kb.root.parent / "page.html"
    path.write_bytes(page.encode("utf-8", "surrogatepass"))
    done = kb("add", "source", str(path), "--author", "A Gazette") if field != "author" else kb("add", "source", str(path))  # fmt: skip
    if done.code:
        return f"page {field}", "refused" if "error" in done.err else "no way out", text
    # Characters that no page may have are dropped by the parser of pages, with or without a space.
    barred = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\s]+")
    typed = barred.sub("", html.unescape(barred.sub(" ", text)))
    known = {barred.sub("", value) for value in _stored(kb.root)}
    kept = not typed or typed in known or f"{field} " in done.err or f"{field} " in done.out
    return f"page {field}", "kept" if kept or field != "title" else "other", text
