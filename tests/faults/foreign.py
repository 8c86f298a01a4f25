"""Turtle files as other tools write them, each edited: nothing but the edit changes, or the edit is
refused.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import rdflib

from faults.figures import SEED, Figure, child, ended, say, small, some
from kb.app import knowledge_base
from kb.model.vocabulary import NS, PREFIXES
from kb.rdf import turtle_reader

CLAIM = "claim/northland-sent-tugs-to-oldport"


def foreign(sample: float) -> Iterator[Figure]:
    """Edit one claim in files rewritten in every style, then take the edit back."""
    number, edited, wrong = some(300, sample), 0, list[str]()
    with small() as kb:
        (name,) = (
            n for n in kb.folder.files() if f"<{CLAIM}>\n    a kb:Claim" in kb.folder.read(n)
        )
        original = kb.folder.read(name)
        for n in range(number):
            chance = random.Random(SEED + n)
            text = rewritten(original, kb.folder.base, chance)
            found = _tried(kb, name, text)
            edited += found == "edited"
            if found not in ("edited", "refused"):
                wrong.append(f"{n}: {found}")
                say(wrong[-1])
    yield Figure(
        "Turtle files by other tools, edited: nothing else altered",
        f"0 of {number}",
        f"{len(wrong)} of {number}",
        not wrong,
    )
    yield Figure(
        "… of them edited rather than refused",
        f"{number // 2} or more",
        str(edited),
        edited >= number // 2,
    )


def _tried(kb: knowledge_base.KnowledgeBase, name: str, text: str) -> str:
    """What becomes of an edit of this text and of taking it back: edited, refused, or what is
    wrong.
    """
    path = kb.folder.root / name
    path.write_bytes(text.encode())
    before = _statements(kb, path)

    def edit() -> None:
        """Change a note, in a process of its own."""
        kb.add(kb.edit(CLAIM, {"note": "seen from the pier"}))

    code = ended(child(edit))
    after = _statements(kb, path)
    if code == 1:
        return "refused" if path.read_bytes() == text.encode() else "refused, and written"
    if code:
        return "a defect"
    gained = {
        (
            kb.folder.base + CLAIM,
            "http://www.w3.org/2004/02/skos/core#scopeNote",
            "seen from the pier",
        )
    }
    if before - after or {(s, p, o.partition(" http")[0]) for s, p, o in after - before} != gained:
        return f"altered: {sorted(before ^ after)[:3]}"

    def undo() -> None:
        """Take the edit back, in a process of its own."""
        kb.undo()

    if ended(child(undo)) or path.read_bytes() != text.encode():
        return "not taken back to the byte"
    return "edited"


def _statements(kb: knowledge_base.KnowledgeBase, path: Path) -> set[tuple[str, str, str]]:
    return turtle_reader.statements(path.read_bytes().decode(), kb.folder.base)


def rewritten(text: str, base: str, chance: random.Random) -> str:
    """A file that states the same, and a little more, as some other tool might write it."""
    text = chance.choice(_MORE)(text)
    text = chance.choice(_WRITERS)(text, base, chance)
    return chance.choice(_ENDINGS)(text)


def _rdflib(text: str, base: str, chance: random.Random) -> str:
    """By rdflib, with prefixes of its own."""
    graph = rdflib.Graph(bind_namespaces="none")
    graph.parse(data=text, format="turtle")
    for n, namespace in enumerate((NS, base, *PREFIXES.values())):
        if chance.random() < 0.6:
            graph.bind(f"n{n}", namespace)
    return str(graph.serialize(format=chance.choice(("turtle", "longturtle", "nt"))))


def _prefixes(text: str, base: str, chance: random.Random) -> str:
    """With other names of prefixes; `kb:` may mean something else."""
    text = re.sub(r"(?<![\w<])kb:", "k:", text)
    other = "@prefix kb: <https://example.org/other#> .\n" if chance.random() < 0.5 else ""
    return text.replace("@base", other + "@base", 1)


def _base(text: str, base: str, chance: random.Random) -> str:
    """With another base, and whole IRIs."""
    whole = re.sub(r"<((?:claim|entity|source|assertion)/[^>]*)>", rf"<{base}\1>", text)
    return re.sub(
        r"@base <[^>]*>",
        f"@base <{chance.choice(('https://other.example/', 'https://other.example/x#y'))}>",
        whole,
    )


def _bare(text: str, base: str, chance: random.Random) -> str:
    """With directives as in SPARQL, some of them further down."""
    text = re.sub(r"@(prefix|base) (.*) \.\n", lambda m: f"{m[1].upper()} {m[2]}\n", text)
    if chance.random() < 0.5:
        text += "\nPREFIX late: <https://example.org/late#>\n"
    return text


def _dense(text: str, base: str, chance: random.Random) -> str:
    """With as little space as the grammar allows."""
    return re.sub(r" ;\n    ", ";", text).replace(" .\n\n<", ".<")


def _remarked(text: str, base: str, chance: random.Random) -> str:
    """With remarks at odd places."""
    return re.sub(
        r" ;\n", lambda m: f" ; # a remark; with . marks <x>\n{' ' * chance.randrange(9)}", text
    )


_WRITERS: tuple[Callable[[str, str, random.Random], str], ...] = (
    _rdflib,
    _rdflib,
    _prefixes,
    _base,
    _bare,
    _dense,
    _remarked,
)


def _instead(old: str, new: str) -> Callable[[str], str]:
    """State the first of these otherwise: what the model does not read as it stands, or does not
    have.
    """
    return lambda text: text.replace(old, new, 1)


_TYPE = "a kb:Claim ;"
_MORE: tuple[Callable[[str], str], ...] = (
    str,
    str,
    _instead('kb:endLatest "2024-03-01"', 'kb:endLatest "2024-03-01Z"'),
    _instead('kb:beginLatest "2024-03-01"', 'kb:beginLatest "2024-03-01+02:00"'),
    _instead('kb:whenPhrase "Friday"', 'kb:whenPhrase "Friday"@en'),
    _instead(_TYPE, f'{_TYPE} <https://example.org/unknown#property> "x", 1.5e3, true ;'),
    _instead('Z"^^xsd:dateTime', '.125+00:00"^^xsd:dateTime'),
    _instead("a kb:Claim ;", "a kb:Claim, <https://example.org/Other> ;"),
    _instead("kb:quantityMin", 'kb:quantityBest "+4.50"^^xsd:decimal ; kb:quantityMin'),
    _instead('kb:quantityPhrase "at least four"', "kb:quantityPhrase '''at least\n“four” ; .'''"),
)
_ENDINGS: tuple[Callable[[str], str], ...] = (str, str, lambda text: text.replace("\n", "\r\n"))
