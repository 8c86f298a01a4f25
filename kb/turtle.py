"""Records ⇄ one canonical Turtle layout, and where in a file each record stands.

A file is a heading (`@base`, prefixes) and blocks: one record each, the subject on the first line, then one predicate a line. Changing
one record replaces its block; every other byte of the file stays.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

import pyoxigraph as ox

from kb.model import RECORD_CLASSES, Quote, Record, Slot, slots
from kb.terms import Term, Triple
from kb.vocab import NS, PREDICATES, PREFIXES, RDF, XSD, concept

TYPE = RDF + "type"
R = TypeVar("R", bound=Record)
CLASSES = {c.type: c for c in RECORD_CLASSES}
TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)|(?P<iri><[^>\n]*>)|(?P<string>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}
    |"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?P<end>\.(?=\s|$|\#))|(?P<space>\s+)|(?P<word>[^\s<"'\#;,]+?(?=\.?(?:[\s;,<"'\#]|$))|[;,])|(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
DATATYPES = {"integer": "integer", "decimal": "decimal", "date": "date", "time": "dateTime", "boolean": "boolean"}


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


# --- reading ---------------------------------------------------------------------------------------------------------------------


def triples(text: str, base: str) -> list[Triple]:
    """The triples of a Turtle text, literals as written. Raises Broken."""
    try:
        return [(_term(t.subject), _term(t.predicate), _term(t.object)) for t in ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=base)]
    except SyntaxError as error:
        raise Broken(str(error.msg), error.lineno or 1, error.offset or 1) from None


def _term(term: Any) -> Term:
    if isinstance(term, ox.NamedNode):
        return Term("iri", term.value)
    if isinstance(term, ox.BlankNode):
        return Term("bnode", term.value)
    return Term("literal", term.value, term.datatype.value, term.language or "")


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
    values: dict[str, Any] = {"id": id}
    for name, slot in slots(kind).items():
        read = [v for v in (_value(t, slot, base) for t in properties.get(slot.property, ())) if v is not None]
        values[name] = tuple(read) if slot.many else (read[0] if read else None)
    record: Record = kind(**values)
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
            case "date":
                return date.fromisoformat(term.value)
            case "time":
                return datetime.fromisoformat(term.value)
            case "integer":
                return int(term.value)
            case "decimal":
                return Decimal(term.value)
            case "boolean":
                return term.value in {"true", "1"}
        return term.value
    except (ValueError, ArithmeticError):
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


def line_in(block: Block, property: str) -> int:
    """Line of the file on which a block states a property; the block's first line where it does not."""
    short = compact(property)
    for offset, row in enumerate(block.text.split("\n")):
        if re.search(rf"(?:^|\s){re.escape(short)}\s", row):
            return block.line + offset
    return block.line


# --- writing ---------------------------------------------------------------------------------------------------------------------


def heading(base: str) -> str:
    """First lines of every stored file."""
    return f"@base <{base}> .\n" + "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())


def iri_of(record: Record, base: str) -> str:
    """Absolute IRI of a record."""
    return base + record.path + record.id


def to_triples(record: Record, base: str) -> list[Triple]:
    """A record's triples, in the order in which they are written."""
    subject = Term("iri", iri_of(record, base))
    out = [(subject, Term("iri", TYPE), Term("iri", record.type))]
    for name, slot in slots(type(record)).items():
        value = getattr(record, name)
        for one in value if slot.many else () if value is None else (value,):
            out.append((subject, Term("iri", slot.property), _to_term(one, slot, base)))
    return out


def _to_term(value: Any, slot: Slot, base: str) -> Term:
    match slot.type:
        case "ref":
            return Term("iri", base + slot.target + value)
        case "token":
            return Term("iri", concept(slot.target, value))
        case "predicate":
            return Term("iri", PREDICATES + value)
        case "property":
            return Term("iri", NS + value)
        case "iri":
            return Term("iri", value)
        case "text":
            return Term("literal", value, XSD + "string")
        case "time":
            return Term("literal", value.isoformat(timespec="seconds").replace("+00:00", "Z"), XSD + "dateTime")
        case "boolean":
            return Term("literal", str(value).lower(), XSD + "boolean")
    return Term("literal", format(value, "f") if isinstance(value, Decimal) else str(value), XSD + DATATYPES[slot.type])


def ordered(record: R) -> R:
    """A record with its lists in the order in which they are stored."""
    kind: Any = type(record)
    many: Any = {n: tuple(sorted(set(getattr(record, n)), key=_shortest)) for n, slot in slots(kind).items() if slot.many}
    return replace_fields(record, **many)


def _shortest(text: str) -> tuple[int, str]:
    return len(text), text


def render(record: Record, base: str) -> str:
    """A record's block, without a final line break."""
    return render_triples(to_triples(record, base), base)


def render_triples(found: Sequence[Triple], base: str) -> str:
    """The block of one subject: its type, then its properties in canonical order, one a line."""
    properties = by_subject(found)[found[0][0].value]
    order = _order(next((t.value for t in properties.get(TYPE, ())), ""))
    names = sorted(properties, key=lambda p: (order.get(p, len(order)), p))
    rows = [f"{'a' if p == TYPE else compact(p)} {', '.join(_write(t, base) for t in _sorted(p, properties[p]))}" for p in names]
    return f"{_write(found[0][0], base)}\n    " + " ;\n    ".join(rows) + " ."


@cache
def _order(record_type: str) -> dict[str, int]:
    kind = CLASSES.get(record_type)
    return {TYPE: -1} | ({slot.property: i for i, slot in enumerate(slots(kind).values())} if kind else {})


def _sorted(property: str, terms: Sequence[Term]) -> list[Term]:
    return list(dict.fromkeys(terms)) if property == TYPE else sorted(set(terms), key=lambda t: (len(t.value), t.value, t.language))


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


def _write(term: Term, base: str) -> str:
    if term.kind == "bnode":
        return f"_:{term.value}"
    if term.kind == "iri":
        return f"<{term.value.removeprefix(base)}>" if term.value.startswith(base) else compact(term.value)
    if term.datatype == XSD + "integer" and re.fullmatch(r"[+-]?\d+", term.value):
        return term.value
    if term.datatype == XSD + "boolean" and term.value in {"true", "false"}:
        return term.value
    text = '"' + "".join(ESCAPES.get(c, c) for c in term.value) + '"'
    if term.language:
        return f"{text}@{term.language}"
    return text if term.datatype in {"", XSD + "string"} else f"{text}^^{compact(term.datatype)}"


ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


# --- whole files -----------------------------------------------------------------------------------------------------------------


def replace(text: str, changed: Sequence[Record], base: str, removed: Collection[str] = ()) -> str:
    """The file with these records' blocks replaced, or added at their canonical place, and those of the IRIs in `removed` gone.

    Every other byte survives.

    Raises Broken where the text is not Turtle.
    """
    text = text or heading(base)
    standing = {b.subject: b for b in blocks(text, base) if b.subject}
    news = {iri_of(r, base): r for r in changed}
    grouped: dict[str, Sequence[Triple]] = {}
    for triple in triples(text, base):
        grouped[triple[0].value] = [*grouped.get(triple[0].value, ()), triple]
    order = arrange(grouped | {iri: to_triples(r, base) for iri, r in news.items()})
    edits: list[tuple[int, int, str]] = []
    last = 0
    for iri in order:
        old, record = standing.get(iri), news.get(iri)
        if old and record:
            edits.append((old.start, old.end, render(record, base)))
        elif record:
            edits.append((last, last, render(record, base)))
        elif old and iri in removed:
            edits.append((old.start, old.end, ""))
        last = old.end if old else last
    return _apply(text, edits, min((b.start for b in standing.values()), default=len(text.rstrip("\n"))))


def _apply(text: str, edits: Sequence[tuple[int, int, str]], top: int) -> str:
    """Carry out replacements and, where begin equals end, insertions behind a block (at 0: before the first one)."""
    out, at = [], 0
    for start, end, block in sorted(edits, key=lambda e: (e[0] or top, e[1])):
        if end:
            kept = text[at:start]
            out += [kept if block else kept.removesuffix("\n\n"), block if end > start else f"\n\n{block}"]
            at = end
        else:
            out += [text[at:top].rstrip("\n"), f"\n\n{block}"]
            at = max(at, len(text[:top].rstrip("\n")))
    return "".join([*out, text[at:]]).rstrip("\n") + "\n"


def place_key(iri: str) -> tuple[int, str, int, int, str]:
    """Where a record stands by its IRI alone: a source first, then quotes by offset, then the rest by id."""
    match = re.search(r"#char=(\d+),(\d+)$", iri)
    if match:
        return (1, "", int(match[1]), int(match[2]), "")
    return (0 if "/source/" in iri else 2, "", 0, 0, iri)


def compose(found: Sequence[Triple], base: str) -> str:
    """A whole canonical file: heading, then blocks; a source file reads like its document."""
    grouped: dict[str, list[Triple]] = {}
    for triple in found:
        grouped.setdefault(triple[0].value, []).append(triple)
    return heading(base) + "".join(f"\n{render_triples(grouped[s], base)}\n" for s in arrange(grouped))


def tidy(text: str, base: str) -> str:
    """A file in canonical layout; each comment stands before the record it stood before or in."""
    grouped: dict[str, list[Triple]] = {}
    for triple in triples(text, base):
        grouped.setdefault(triple[0].value, []).append(triple)
    remarks, last = _comments(text, base)
    out = heading(base)
    for subject in arrange(grouped):
        out += "\n" + "".join(f"{c}\n" for c in remarks.get(subject, ())) + render_triples(grouped[subject], base) + "\n"
    return out + ("\n" + "\n".join(last) + "\n" if last else "")


def _comments(text: str, base: str) -> tuple[dict[str, list[str]], list[str]]:
    """Subject → the comments before or in its block, and those behind the last block. Comments in the heading go to the first record."""
    found = [b for b in blocks(text, base) if b.subject]
    out: dict[str, list[str]] = {}
    last = []
    for match in TOKEN.finditer(text):
        if match.lastgroup == "comment":
            owner = next((b for b in found if match.start() < b.end), None)
            if owner:
                out.setdefault(owner.subject, []).append(match[0])
            else:
                last.append(match[0])
    return out, last


def arrange(grouped: Mapping[str, Sequence[Triple]]) -> list[str]:
    """Subjects in file order: source; each quote by offset with its assertions and their relays behind it; everything else by IRI."""
    places = {s: place_key(s) for s in grouped}
    quote = NS + "quote"
    for s, rows in grouped.items():
        at = next((o.value for _, p, o in rows if p.value == quote), "")
        if at and "#char=" not in s:
            _, _, start, end, _ = place_key(at)
            places[s] = (1, "", start, end, s)
    for s, rows in grouped.items():
        for _, p, o in rows:
            if p.value == NS + "relay" and o.value in places and places[s][0] == 1:
                places[o.value] = (*places[s][:4], o.value)
    return sorted(grouped, key=lambda s: places[s])


__all__ = ["Block", "Broken", "Quote", "blocks", "compose", "records", "render", "replace", "triples"]
