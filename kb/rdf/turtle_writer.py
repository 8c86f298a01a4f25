"""Writer of Turtle files: the canonical layout, and edits that leave every other byte alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace as replace_fields
from functools import cache
from typing import Any, TypeVar

from kb.model.rdf_terms import Term, Triple
from kb.model.records import Record, slots
from kb.model.vocabulary import PREFIXES
from kb.rdf.block_order import Grouped, arrange, places
from kb.rdf.decoding import CLASSES
from kb.rdf.encoding import Altered, amended, to_triples
from kb.rdf.turtle_reader import (
    TOKEN,
    TYPE,
    Block,
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


def heading(base: str) -> str:
    """Return the first lines of every stored file."""
    return f"@base <{base}> .\n" + "".join(
        f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items()
    )


def ordered(record: R) -> R:
    """Return a record with its lists in the order in which they are stored."""
    kind: Any = type(record)
    lists = [name for name, slot in slots(kind).items() if slot.many]
    many: Any = {n: tuple(sorted(set(getattr(record, n)), key=_shortest)) for n in lists}
    return replace_fields(record, **many)


def _shortest(text: str) -> tuple[int, str]:
    return len(text), text


def render(record: Record, base: str) -> str:
    """Format a record as a block, without a final line break."""
    return render_triples(to_triples(record, base), Names(base, PREFIXES))


def render_triples(found: Sequence[Triple], names: Names) -> str:
    """Format the triples of one subject as a block: its type, then one property per line.

    Properties are in canonical order.
    """
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
    fields = slots(kind).values() if kind else ()
    return {TYPE: -1} | {slot.property: place for place, slot in enumerate(fields)}


def _sorted(property: str, terms: Sequence[Term]) -> list[Term]:
    if property == TYPE:
        return list(dict.fromkeys(terms))
    return sorted(set(terms), key=lambda t: (len(t.value), t.value, t.language))


def replace(
    text: str,
    changed: Sequence[Record],
    base: str,
    removed: Collection[str] = (),
    moved: Grouped | None = None,
) -> str:
    """Return a file's text with records changed or added, and the subjects in `removed` removed.

    A record whose canonical place changes moves there, with the comments above it. Every other byte
    stays the same. `moved` has the triples (by IRI) of records that come from another file.

    Raises Broken if the text is not Turtle, and Altered if the new text would state anything else
    than the change.
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
    """Return the triples that files state about these subjects, by IRI. Raises Broken."""
    return _grouped([t for text in texts for t in triples(text, base) if t[0].value in subjects])


def restore(text: str, wanted: Mapping[str, str], base: str) -> str:
    """Return a file's text with the blocks of subjects replaced, word for word.

    `wanted` maps an IRI to its block, or to "" to remove it. Every other byte stays the same.
    Raises Broken if the text is not Turtle, or a block is not with the prefixes of the text, and
    Altered as `replace` does.
    """
    text = text or heading(base)
    directives = "\n".join(b.text for b in blocks(text, base) if not b.subject)
    before = _grouped(triples(text, base))
    new = _grouped(triples("\n".join([directives, *wanted.values()]), base))
    after = {s: rows for s, rows in before.items() if wanted.get(s, s)} | new
    return verified(_edited(text, wanted, before, before | new, base), after, base)


def renamed(text: str, base: str, old: str, new: str) -> str:
    """Return a file's text with a record (path and id) renamed, along with its passages, relays and
    versions.

    Raises Broken if the text is not Turtle, and Altered as `replace` does.

    >>> text = "<claim/a> <x:of> <entity/a>, <claim/a~1> ."
    >>> renamed(text, "https://x.org/", "claim/a", "claim/b")
    '<claim/b> <x:of> <entity/a>, <claim/b~1> .'
    """
    parts = {"assertion": r"(?:~\d+)?(?:-r\d+)?", "source": "(?:#.*)?"}
    suffix = parts.get(old.partition("/")[0], r"(?:~\d+)?")
    named = re.compile(rf"{re.escape(base + old)}({suffix})")

    def other(iri: str) -> str:
        """Return the IRI after the change."""
        match = named.fullmatch(iri)
        return f"{base}{new}{match[1]}" if match else iri

    wanted = [(_with(s, other), p, _with(o, other)) for s, p, o in triples(text, base)]
    return verified(exchanged(text, base, other), _grouped(wanted), base)


def _with(term: Term, other: Callable[[str], str]) -> Term:
    return term._replace(value=other(term.value)) if term.kind == "iri" else term


def verified(text: str, wanted: Grouped, base: str) -> str:
    """Check that a text about to be written states exactly the `wanted` triples. Return the text.

    Raises Altered, naming a value that would be lost or added.
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
        subject, property, value = differing[0]
        word = "lose" if differing[0] in expected else "add"
        where = f"{subject.value.removeprefix(base)}, {compact(property.value)}"
        raise Altered(
            f"{where}: the new text would {word} “{value.value[:80]}”; nothing was written.", _LOOK
        )
    return text


_LOOK = (
    "the layout of the file cannot be edited in place: "
    "run kb validate, then kb fmt, then this command again"
)


def _grouped(found: Sequence[Triple]) -> dict[str, list[Triple]]:
    grouped: dict[str, list[Triple]] = {}
    for triple in found:
        grouped.setdefault(triple[0].value, []).append(triple)
    return grouped


def _edited(
    text: str, wanted: Mapping[str, str], before: Grouped, after: Grouped, base: str
) -> str:
    """Replace, add, move and remove blocks. `wanted` maps an IRI to its block, or to "" to remove
    it.
    """
    present = _single(text, wanted, base)
    removed = {iri for iri, block in wanted.items() if not block}
    gone = [block for iri, block in present.items() if iri in removed]
    old = places(before)
    new = places({iri: rows for iri, rows in after.items() if iri not in removed})
    moved = {iri for iri in present if iri in new and old[iri] != new[iri]}
    edits = [(block.start, block.end, "") for block in gone]
    edits += _edits(text, sorted(new, key=lambda iri: new[iri]), wanted, present, moved)
    out = _apply(text, edits, _top(text, present))
    # Comments on a removed record are now before the next one; a canonical file stays canonical.
    commented = any(_remarks(text, block.start) < block.start for block in gone)
    return tidy(out, base) if commented and tidy(text, base) == text else out


def _top(text: str, present: Mapping[str, Block]) -> int:
    """Return the place of the first block with its comments, or the end of a file without one."""
    if not present:
        return len(text.rstrip("\n"))
    return _remarks(text, min(block.start for block in present.values()))


def _edits(
    text: str,
    order: Sequence[str],
    wanted: Mapping[str, str],
    present: Mapping[str, Block],
    moved: Collection[str],
) -> Iterator[tuple[int, int, str]]:
    """Yield the replacements and insertions (begin, end, text) that bring blocks into order."""
    last = 0
    for iri in order:
        block, old_block = wanted.get(iri), present.get(iri)
        if old_block and iri in moved:
            start = _remarks(text, old_block.start)
            remarks = text[start : old_block.start]
            yield start, old_block.end, ""
            yield last, last, remarks + (old_block.text if block is None else block)
            continue
        if old_block and block is not None:
            yield old_block.start, old_block.end, block
        elif block:
            yield last, last, block
        last = old_block.end if old_block else last


def _single(text: str, wanted: Collection[str], base: str) -> dict[str, Block]:
    """Return the blocks of a file by subject. Raises Altered if a wanted subject has several."""
    found = [block for block in blocks(text, base) if block.subject]
    for subject, number in Counter(block.subject for block in found).items():
        if number > 1 and subject in wanted:
            name = subject.removeprefix(base)
            raise Altered(
                f"{name} is described in several places of its file; nothing was written.",
                "kb fmt joins them; then run this command again",
            )
    return {block.subject: block for block in found}


def _remarks(text: str, start: int) -> int:
    """Return the begin of the comment lines directly above a block, or of the block itself."""
    while (
        start
        and text[start - 1] == "\n"
        and text[(line := text.rfind("\n", 0, start - 1) + 1) : start].lstrip(" \t").startswith("#")
    ):
        start = line
    return start


def _apply(text: str, edits: Sequence[tuple[int, int, str]], top: int) -> str:
    """Apply replacements and insertions (begin, end, text).

    If begin and end are equal, the block is inserted after that place; at 0, before the first
    block.
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


def compose(found: Sequence[Triple], base: str) -> str:
    """Format a complete file: the heading, then the blocks in canonical order."""
    grouped = _grouped(found)
    names = Names(base, PREFIXES)
    return heading(base) + "".join(
        f"\n{render_triples(grouped[s], names)}\n" for s in arrange(grouped)
    )


def tidy(text: str, base: str) -> str:
    """Return a file in canonical layout. A comment goes before the record that it was in or before.

    Raises Broken if the text is not Turtle, and Altered if the layout cannot state the same.
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
    """Return the comments before or in each subject's block, and those after the last block.

    Comments in the heading go to the first record.
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
