"""The one canonical layout of stored files: records → blocks, and small changes to a file that
leave every other byte alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace as replace_fields
from functools import cache
from typing import Any, TypeVar

from kb.model.rdf_terms import Term, Triple
from kb.model.records import Record, slots
from kb.model.vocabulary import NS, PREFIXES
from kb.rdf.encoding import Altered, amended, to_triples
from kb.rdf.turtle_reader import (
    CLASSES,
    TOKEN,
    TYPE,
    Broken,
    Names,
    blocks,
    by_subject,
    compact,
    exchanged,
    iri_of,
    names_of,
    triples,
)
from kb.rdf.turtle_terms import write

R = TypeVar("R", bound=Record)
Grouped = Mapping[str, Sequence[Triple]]


def heading(base: str) -> str:
    """First lines of every stored file."""
    return f"@base <{base}> .\n" + "".join(
        f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items()
    )


def ordered(record: R) -> R:
    """A record with its lists in the order in which they are stored."""
    kind: Any = type(record)
    many: Any = {
        n: tuple(sorted(set(getattr(record, n)), key=_shortest))
        for n, slot in slots(kind).items()
        if slot.many
    }
    return replace_fields(record, **many)


def _shortest(text: str) -> tuple[int, str]:
    return len(text), text


def render(record: Record, base: str) -> str:
    """A record's block, without a final line break."""
    return render_triples(to_triples(record, base), Names(base, PREFIXES))


def render_triples(found: Sequence[Triple], names: Names) -> str:
    """The block of one subject: its type, then its properties in canonical order, one a line."""
    properties = by_subject(found)[found[0][0].value]
    order = _order(next((t.value for t in properties.get(TYPE, ())), ""))
    rows = []
    for property in sorted(properties, key=lambda p: (order.get(p, len(order)), p)):
        objects = ", ".join(write(term, names) for term in _sorted(property, properties[property]))
        rows.append(f"{'a' if property == TYPE else names.written(property)} {objects}")
    return f"{write(found[0][0], names)}\n    " + " ;\n    ".join(rows) + " ."


@cache
def _order(record_type: str) -> dict[str, int]:
    kind = CLASSES.get(record_type)
    return {TYPE: -1} | (
        {slot.property: i for i, slot in enumerate(slots(kind).values())} if kind else {}
    )


def _sorted(property: str, terms: Sequence[Term]) -> list[Term]:
    return (
        list(dict.fromkeys(terms))
        if property == TYPE
        else sorted(set(terms), key=lambda t: (len(t.value), t.value, t.language))
    )


def replace(
    text: str,
    changed: Sequence[Record],
    base: str,
    removed: Collection[str] = (),
    moved: Grouped | None = None,
) -> str:
    """The file with these records' blocks replaced, or added, at their canonical place, and those
    of the IRIs in `removed` gone.

    A record that a change brings to another place moves there, with the remarks above it. Every
    other byte survives.
    `moved` has the triples of records that come from another file, by IRI.

    Raises Broken where the text is not Turtle, Altered where the new text would state anything but
    the change.
    """
    text = text or heading(base)
    names = names_of(text, base)
    before = _grouped(triples(text, base))
    known = {**(moved or {}), **before}
    new = {iri_of(r, base): amended(known.get(iri_of(r, base), ()), r, base) for r in changed}
    after = {s: rows for s, rows in before.items() if s not in removed} | new
    wanted = dict.fromkeys(removed, "") | {
        s: render_triples(rows, names) for s, rows in new.items()
    }
    return verified(_edited(text, wanted, before, before | new, base), after, base)


def stated(texts: Iterable[str], subjects: Collection[str], base: str) -> dict[str, list[Triple]]:
    """What files state of these subjects, by IRI. Raises Broken where one is not Turtle."""
    return _grouped([t for text in texts for t in triples(text, base) if t[0].value in subjects])


def restore(text: str, wanted: Mapping[str, str], base: str) -> str:
    """The file with these subjects' blocks as given, word for word (IRI → block, empty to take it
    away); every other byte survives.

    Raises Broken where the text, or a block under the prefixes of the text, is not Turtle, Altered
    as `replace` does.
    """
    text = text or heading(base)
    directives = "\n".join(b.text for b in blocks(text, base) if not b.subject)
    before = _grouped(triples(text, base))
    new = _grouped(triples("\n".join([directives, *wanted.values()]), base))
    after = {s: rows for s, rows in before.items() if wanted.get(s, s)} | new
    return verified(_edited(text, wanted, before, before | new, base), after, base)


def renamed(text: str, base: str, old: str, new: str) -> str:
    """The file in which a record (path and id) has another id, and with it its passages, relays and
    versions.

    Raises Broken where the text is not Turtle, Altered as `replace` does.

    >>> renamed("<claim/a> <x:of> <entity/a>, <claim/a~1> .", "https://x.org/", "claim/a", "claim/b")
    '<claim/b> <x:of> <entity/a>, <claim/b~1> .'
    """
    parts = {"assertion": r"(?:~\d+)?(?:-r\d+)?", "source": "(?:#.*)?"}.get(
        old.partition("/")[0], r"(?:~\d+)?"
    )
    named = re.compile(rf"{re.escape(base + old)}({parts})")

    def other(iri: str) -> str:
        """The IRI after the change."""
        match = named.fullmatch(iri)
        return f"{base}{new}{match[1]}" if match else iri

    wanted = [(_with(s, other), p, _with(o, other)) for s, p, o in triples(text, base)]
    return verified(exchanged(text, base, other), _grouped(wanted), base)


def _with(term: Term, other: Callable[[str], str]) -> Term:
    return term._replace(value=other(term.value)) if term.kind == "iri" else term


def verified(text: str, wanted: Grouped, base: str) -> str:
    """A text about to be written, read again: it states these triples (subject → triples) and no
    others.

    Raises Altered, which names a value that would be lost, altered or added.
    """
    expected = {t for rows in wanted.values() for t in rows}
    try:
        found = set(triples(text, base))
    except Broken as error:
        line = "".join(text.split("\n")[error.line - 1 : error.line]).strip()[:120]
        raise Altered(
            f"the new text would not be Turtle at “{line}” ({error}); nothing was written.", _LOOK
        ) from None
    differing = sorted(expected ^ found, key=lambda t: (t[0].value, t[1].value, t[2].value))
    if differing:
        (subject, property, value), word = (
            differing[0],
            "lose" if differing[0] in expected else "add",
        )
        where = f"{subject.value.removeprefix(base)}, {compact(property.value)}"
        raise Altered(
            f"{where}: the new text would {word} “{value.value[:80]}”; nothing was written.", _LOOK
        )
    return text


_LOOK = "the file is laid out in a way that cannot be edited in place: kb validate, then kb fmt, and run the command again"


def _grouped(found: Sequence[Triple]) -> dict[str, list[Triple]]:
    grouped: dict[str, list[Triple]] = {}
    for triple in found:
        grouped.setdefault(triple[0].value, []).append(triple)
    return grouped


def _edited(
    text: str, wanted: Mapping[str, str], before: Grouped, after: Grouped, base: str
) -> str:
    """Replace, add, move and take away blocks (IRI → block, empty to take it away)."""
    found = [b for b in blocks(text, base) if b.subject]
    standing = {b.subject: b for b in found}
    scattered = next(
        (s for s, n in Counter(b.subject for b in found).items() if n > 1 and s in wanted), None
    )
    if scattered:
        message = f"{scattered.removeprefix(base)} is described in several places of its file; nothing was written."
        raise Altered(message, "kb fmt joins them; then run the command again")
    gone = [b for s, b in standing.items() if not wanted.get(s, s)]
    old, new = _places(before), _places({s: rows for s, rows in after.items() if wanted.get(s, s)})
    moved = {s for s in standing if s in new and old[s] != new[s]}
    edits = [(b.start, b.end, "") for b in gone]
    last = 0
    for iri in sorted(new, key=lambda s: new[s]):
        block, old_block = wanted.get(iri), standing.get(iri)
        if old_block and iri in moved:
            start = _remarks(text, old_block.start)
            edits.append((start, old_block.end, ""))
            edits.append(
                (
                    last,
                    last,
                    text[start : old_block.start] + (old_block.text if block is None else block),
                )
            )
            continue
        if old_block and block is not None:
            edits.append((old_block.start, old_block.end, block))
        elif block:
            edits.append((last, last, block))
        last = old_block.end if old_block else last
    first = min((b.start for b in standing.values()), default=len(text.rstrip("\n")))
    out = _apply(text, edits, _remarks(text, first) if standing else first)
    left = any(
        _remarks(text, b.start) < b.start for b in gone
    )  # remarks on a record that goes: they stand before the next one then
    return tidy(out, base) if left and tidy(text, base) == text else out


def _remarks(text: str, start: int) -> int:
    """Where the lines of comment that stand right above a block begin; the block's own beginning
    where there are none.
    """
    while (
        start
        and text[start - 1] == "\n"
        and text[(line := text.rfind("\n", 0, start - 1) + 1) : start].lstrip(" \t").startswith("#")
    ):
        start = line
    return start


def _apply(text: str, edits: Sequence[tuple[int, int, str]], top: int) -> str:
    """Carry out replacements and, where begin equals end, insertions behind a block (at 0: before
    the first one).
    """
    out, at = [], 0
    for start, end, block in sorted(edits, key=lambda e: (e[0] or top, e[1])):
        if end:
            kept = text[at:start]
            out += [
                kept if block else kept.removesuffix("\n\n"),
                block if end > start else f"\n\n{block}",
            ]
            at = end
        else:
            out += [text[at:top].rstrip("\n"), f"\n\n{block}"]
            at = max(at, len(text[:top].rstrip("\n")))
    return "".join([*out, text[at:]]).rstrip("\n") + "\n"


def place_key(iri: str) -> tuple[int, str, int, int, str]:
    """Where a record stands by its IRI alone: a source first, then quotes by offset, then the rest
    by id.
    """
    match = re.search(r"#char=([0-9]{1,15}),([0-9]{1,15})$", iri)
    if match:
        return (1, "", int(match[1]), int(match[2]), "")
    return (0 if "/source/" in iri else 2, "", 0, 0, iri)


def compose(found: Sequence[Triple], base: str) -> str:
    """A whole canonical file: heading, then blocks; a source file reads like its document."""
    grouped = _grouped(found)
    names = Names(base, PREFIXES)
    return heading(base) + "".join(
        f"\n{render_triples(grouped[s], names)}\n" for s in arrange(grouped)
    )


def tidy(text: str, base: str) -> str:
    """A file in canonical layout; each comment comes before the record that it was in or before.

    Raises Broken where the text is not Turtle, Altered where the layout cannot state the same.
    """
    grouped = _grouped(triples(text, base))
    remarks, last = _comments(text, base)
    names = Names(base, PREFIXES)
    out = [heading(base)]
    for subject in arrange(grouped):
        out += [
            "\n",
            *(f"{c}\n" for c in remarks.get(subject, ())),
            render_triples(grouped[subject], names),
            "\n",
        ]
    out += ["\n", "\n".join(last), "\n"] if last else []
    return verified("".join(out), grouped, base)


def _comments(text: str, base: str) -> tuple[dict[str, list[str]], list[str]]:
    """Subject → the comments before or in its block, and those behind the last block. Comments in
    the heading go to the first record.
    """
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
    """Subjects in file order: source; each quote by offset with its assertions and their relays
    behind it; everything else by IRI.
    """
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
