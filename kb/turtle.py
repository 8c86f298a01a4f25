"""Records ⇄ one canonical Turtle layout, and where in a file each record stands.

A file is a heading (`@base`, prefixes) and blocks: one record each, the subject on the first line, then one predicate a line. Changing
one record replaces its block; every other byte of the file stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kb import values
from kb.model import RECORD_CLASSES, Record, Slot, slots
from kb.terms import Term, Triple
from kb.vocab import NS, PREDICATES, PREFIXES, RDF, concept

TYPE = RDF + "type"
CLASSES = {c.type: c for c in RECORD_CLASSES}
TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)|(?P<iri><[^>\n]*>)|(?P<string>\"{3}(?:[^"\\]++|\\.|"(?!""))*+\"{3}|'{3}(?:[^'\\]++|\\.|'(?!''))*+'{3}
    |"(?:[^"\\\n]++|\\.)*+"|'(?:[^'\\\n]++|\\.)*+')|(?P<end>\.(?=\s|$|\#))|(?P<space>\s+)|(?P<word>[^\s<"'\#;,]+?(?=\.?(?:[\s;,<"'\#]|$))|[;,])|(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


# How the text of a literal becomes a value, by the type of its slot; each raises ValueError with a sentence.
LITERALS: Mapping[str, Callable[[str], Any]] = {
    "date": values.day, "time": values.moment, "integer": values.integer, "decimal": values.number,
}  # fmt: skip
BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class Broken(ValueError):
    """A file that is not Turtle: line and column from 1, and what the parser says."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.line, self.column = line, column


@dataclass(frozen=True, slots=True)
class Block:
    """One statement of a file. `subject` is the absolute IRI, empty for a directive; offsets are code points; lines count from 1."""

    subject: str
    start: int
    end: int
    line: int
    text: str


def triples(text: str, base: str) -> list[Triple]:
    """The triples of a Turtle text, literals as written. Raises Broken."""
    try:
        return [(_term(t.subject), _term(t.predicate), _term(t.object)) for t in ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=base)]
    except SyntaxError as error:
        raise Broken(str(error.msg), error.lineno or 1, error.offset or 1) from None
    except TypeError:
        at = max(0, *(text.find(mark) for mark in ("<<", "{|", "~")))
        line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        raise Broken("triples about triples (<<…>>, {|…|}, ~) are not Turtle 1.1", line, column) from None


def _term(term: Any) -> Term:
    if isinstance(term, ox.NamedNode):
        return Term("iri", term.value)
    if isinstance(term, ox.BlankNode):
        return Term("bnode", term.value)
    if isinstance(term, ox.Triple):
        raise TypeError(term)
    language = f"{term.language}--{term.direction.value}" if term.direction else term.language or ""
    return Term("literal", term.value, term.datatype.value, language)


def by_subject(found: Iterable[Triple]) -> dict[str, dict[str, list[Term]]]:
    """Subject → predicate → objects, in the order found."""
    out: dict[str, dict[str, list[Term]]] = {}
    for s, p, o in found:
        out.setdefault(s.value, {}).setdefault(p.value, []).append(o)
    return out


def records(found: Iterable[Triple], base: str) -> list[Record]:
    """The records among triples; values of a wrong type read as None (validation reports them)."""
    out = []
    for subject, properties in by_subject(found).items():
        kind = next((CLASSES[t.value] for t in properties.get(TYPE, ()) if t.value in CLASSES), None)
        if kind and subject.startswith(base + kind.path):
            out.append(_record(kind, subject.removeprefix(base + kind.path), properties, base))
    return out


def _record(kind: type[Record], id: str, properties: Mapping[str, Sequence[Term]], base: str) -> Record:
    found: dict[str, Any] = {"id": id}
    for name, slot in slots(kind).items():
        read = [v for v in (_value(t, slot, base) for t in properties.get(slot.property, ())) if v is not None]
        found[name] = tuple(read) if slot.many else (read[0] if read else None)
    record: Record = kind(**found)
    return record


def _value(term: Term, slot: Slot, base: str) -> Any:
    try:
        match slot.type:
            case "ref":
                return term.value.removeprefix(base + slot.target)
            case "token":
                return term.value.removeprefix(concept(slot.target, ""))
            case "predicate":
                return term.value.removeprefix(PREDICATES)
            case "property":
                return term.value.removeprefix(NS)
            case "boolean":
                return BOOLEANS.get(term.value)
        return LITERALS[slot.type](term.value) if slot.type in LITERALS else term.value
    except ValueError:
        return None


def blocks(text: str, base: str) -> Iterator[Block]:
    """The statements of a Turtle text, in order, with their places. Works on any text that parses."""
    prefixes = {"": base}
    line, start, words = 1, -1, list[str]()
    start_line = 1
    for match in TOKEN.finditer(text):
        kind, token = match.lastgroup, match[0]
        if kind not in {"space", "comment"}:
            if start < 0:
                start, start_line, words = match.start(), line, []
            words.append(token)
            if kind == "end":
                subject = _declare(words, prefixes)
                yield Block(subject, start, match.end(), start_line, text[start : match.end()])
                start = -1
        line += token.count("\n")


def _declare(words: list[str], prefixes: dict[str, str]) -> str:
    """Note a directive and return "", else the subject's IRI."""
    if words[0].lower() in {"@prefix", "prefix"}:
        prefixes[words[1].rstrip(":") + ":"] = words[2].strip("<>")
        return ""
    if words[0].lower() in {"@base", "base"}:
        prefixes[""] = words[1].strip("<>")
        return ""
    return _expand(words[0], prefixes)


def _expand(word: str, prefixes: Mapping[str, str]) -> str:
    if word.startswith("<"):
        iri = word.strip("<>")
        return iri if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", iri) else prefixes[""] + iri
    prefix, _, local = word.partition(":")
    return prefixes.get(prefix + ":", "") + local.replace("\\", "")


def renamed(text: str, base: str, old: str, new: str) -> str:
    """A Turtle text in which a record (path and id) has another id, and with it its passages, relays and versions. Other bytes stay.

    >>> renamed("<claim/a> rdf:subject <entity/a> ; prov:wasRevisionOf <claim/a~1> .", "https://x.org/", "claim/a", "claim/b")
    '<claim/b> rdf:subject <entity/a> ; prov:wasRevisionOf <claim/b~1> .'
    """
    parts = {"assertion": r"(?:~\d+)?(?:-r\d+)?", "source": r"(?:#[^>]*)?"}.get(old.partition("/")[0], r"(?:~\d+)?")
    iri = re.compile(rf"<(?:{re.escape(base)})?{re.escape(old)}({parts})>")
    return "".join(iri.sub(lambda m: f"<{new}{m[1]}>", t[0]) if t.lastgroup == "iri" else t[0] for t in TOKEN.finditer(text))


def line_in(block: Block, property: str) -> int:
    """Line of the file on which a block states a property; the block's first line where it does not."""
    short = compact(property)
    for offset, row in enumerate(block.text.split("\n")):
        if re.search(rf"(?:^|\s){re.escape(short)}\s", row):
            return block.line + offset
    return block.line


def compact(iri: str) -> str:
    """A property in its short form where a prefix fits.

    >>> compact("https://w3id.org/claimkb/ns#stance")
    'kb:stance'
    """
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and re.fullmatch(r"[\w](?:[\w-]*[\w])?", local, re.ASCII):
            return f"{prefix}:{local}"
    return f"<{iri}>"


def iri_of(record: Record, base: str) -> str:
    """Absolute IRI of a record."""
    return base + record.path + record.id
