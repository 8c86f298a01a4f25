"""The one canonical layout of stored files: records → blocks, and small changes to a file that leave every other byte alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace as replace_fields
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from kb.model import Record, Slot, slots
from kb.terms import Term, Triple
from kb.turtle import CLASSES, TOKEN, TYPE, blocks, by_subject, compact, iri_of, triples
from kb.vocab import NS, PREDICATES, PREFIXES, XSD, concept

R = TypeVar("R", bound=Record)
DATATYPES = {"integer": "integer", "decimal": "decimal", "date": "date", "time": "dateTime", "boolean": "boolean"}


def heading(base: str) -> str:
    """First lines of every stored file."""
    return f"@base <{base}> .\n" + "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())


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


def replace(text: str, changed: Sequence[Record], base: str, removed: Collection[str] = ()) -> str:
    """The file with these records' blocks replaced, or added, at their canonical place, and those of the IRIs in `removed` gone.

    A record that a change brings to another place moves there, with the remarks above it. Every other byte survives.

    Raises Broken where the text is not Turtle.
    """
    text = text or heading(base)
    before = _grouped(triples(text, base))
    after = before | {iri_of(r, base): to_triples(r, base) for r in changed}
    wanted = dict.fromkeys(removed, "") | {iri_of(r, base): render(r, base) for r in changed}
    return _edited(text, wanted, before, after, base)


def restore(text: str, wanted: Mapping[str, str], base: str) -> str:
    """The file with these subjects' blocks as given, word for word (IRI → block, empty to take it away); every other byte survives.

    Raises Broken where the text, or a block under the prefixes of the text, is not Turtle.
    """
    text = text or heading(base)
    directives = "\n".join(b.text for b in blocks(text, base) if not b.subject)
    before = _grouped(triples(text, base))
    after = before | _grouped(triples("\n".join([directives, *wanted.values()]), base))
    return _edited(text, wanted, before, after, base)


def _grouped(found: Sequence[Triple]) -> dict[str, list[Triple]]:
    grouped: dict[str, list[Triple]] = {}
    for triple in found:
        grouped.setdefault(triple[0].value, []).append(triple)
    return grouped


Grouped = Mapping[str, Sequence[Triple]]


def _edited(text: str, wanted: Mapping[str, str], before: Grouped, after: Grouped, base: str) -> str:
    """Replace, add, move and take away blocks (IRI → block, empty to take it away)."""
    standing = {b.subject: b for b in blocks(text, base) if b.subject}
    gone = [b for s, b in standing.items() if not wanted.get(s, s)]
    old, new = _places(before), _places({s: rows for s, rows in after.items() if wanted.get(s, s)})
    moved = {s for s in standing if s in new and old[s] != new[s]}
    edits = [(b.start, b.end, "") for b in gone]
    last = 0
    for iri in sorted(new, key=lambda s: new[s]):
        block, found = wanted.get(iri), standing.get(iri)
        if found and iri in moved:
            start = _remarks(text, found.start)
            edits.append((start, found.end, ""))
            edits.append((last, last, text[start : found.start] + (found.text if block is None else block)))
            continue
        if found and block is not None:
            edits.append((found.start, found.end, block))
        elif block:
            edits.append((last, last, block))
        last = found.end if found else last
    first = min((b.start for b in standing.values()), default=len(text.rstrip("\n")))
    out = _apply(text, edits, _remarks(text, first) if standing else first)
    left = any(_remarks(text, b.start) < b.start for b in gone)  # remarks on a record that goes: they stand before the next one then
    return tidy(out, base) if left and tidy(text, base) == text else out


def _remarks(text: str, start: int) -> int:
    """Where the lines of comment that stand right above a block begin; the block's own beginning where there are none."""
    while start and text[start - 1] == "\n" and text[(line := text.rfind("\n", 0, start - 1) + 1) : start].lstrip(" \t").startswith("#"):
        start = line
    return start


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
    grouped = _grouped(found)
    return heading(base) + "".join(f"\n{render_triples(grouped[s], base)}\n" for s in arrange(grouped))


def tidy(text: str, base: str) -> str:
    """A file in canonical layout; each comment stands before the record it stood before or in."""
    grouped = _grouped(triples(text, base))
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


def arrange(grouped: Grouped) -> list[str]:
    """Subjects in file order: source; each quote by offset with its assertions and their relays behind it; everything else by IRI."""
    places = _places(grouped)
    return sorted(grouped, key=lambda s: places[s])


def _places(grouped: Grouped) -> dict[str, tuple[int, str, int, int, str]]:
    """Subject → where it stands in its file."""
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
    return places
