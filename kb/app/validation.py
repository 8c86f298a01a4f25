"""What is wrong with stored files: syntax, ids, shapes, dates, quotes against the texts. Never
raises on content; problems have places.

References and other questions that span records are the saved checks' (`queries/checks`), asked of
the index.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kb.app import oddities
from kb.errors import Place, Problem
from kb.model import identifiers
from kb.model.rdf_terms import Term, Triple
from kb.model.records import (
    RECORD_CLASSES,
    Quote,
    Record,
    Source,
    slots,
)
from kb.model.vocabulary import NS, PROV, RDF
from kb.rdf import literals, shacl, turtle_places, turtle_reader
from kb.rdf.shacl import Shapes
from kb.text import anchoring, sentences

TYPE = RDF + "type"


@dataclass(slots=True)
class File:
    """A stored file, read: its triples and records, and the block of each subject."""

    path: str
    text: str
    triples: list[Triple] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    blocks: dict[str, turtle_reader.Block] = field(default_factory=dict)

    def alone(self) -> list[Triple]:
        """Its triples without the links to older versions, which lie in the history: what may leave
        without it.
        """
        return [t for t in self.triples if t[1].value != PROV + "wasRevisionOf"]

    def place(self, subject: str, property: str = "", value: str = "") -> Place:
        """Where a record is described, or a property of it, or one value of that."""
        block = self.blocks.get(subject)
        return (
            Place(self.path, *turtle_places.find(block, property, value))
            if block
            else Place(self.path)
        )


@dataclass(frozen=True, slots=True)
class Report:
    """All problems, and the quotes by outcome: id → verified, mismatched or not-checkable."""

    problems: tuple[Problem, ...]
    quotes: Mapping[str, str]

    @property
    def errors(self) -> int:
        """How many problems are errors."""
        return sum(p.severity == "error" for p in self.problems)


def read(path: str, text: str, base: str) -> tuple[File, list[Problem]]:
    """A file and what keeps it from being read; a broken file has no triples."""
    file = File(path, text)
    try:
        file.triples = turtle_reader.triples(text, base)
    except turtle_reader.Broken as error:
        hint = "each property line ends in “ ;”, the last in “ .”; kb explain turtle-syntax"
        return file, [
            Problem(
                "error",
                "turtle-syntax",
                f"this is not Turtle: {error}.",
                Place(path, error.line, error.column),
                hint=hint,
            )
        ]
    file.records = turtle_reader.records(file.triples, base)
    problems = []
    for block in turtle_reader.blocks(text, base):
        if block.subject and block.subject in file.blocks:
            message = f"{_tail(block.subject, base)} is described twice in this file."
            problems.append(
                Problem(
                    "error",
                    "record-twice",
                    message,
                    Place(path, *turtle_places.subject(block)),
                    block.subject,
                    "join the two blocks",
                )
            )
        elif block.subject:
            file.blocks[block.subject] = block
    return file, problems + list(_strangers(file, base))


def _tail(iri: str, base: str) -> str:
    return iri.removeprefix(base)


def _strangers(file: File, base: str) -> Iterable[Problem]:
    """Subjects that are no records, blank nodes, and properties that the model does not have."""
    known = {
        base + r.path + r.id: {s.property for s in slots(type(r)).values()} for r in file.records
    }
    types = {c.type for c in RECORD_CLASSES}
    for s, p, o in file.triples:
        if "bnode" in (s.kind, o.kind):
            yield Problem(
                "error",
                "blank-node",
                "stored files have no blank nodes.",
                file.place(s.value),
                s.value,
                "give it an IRI",
            )
        elif s.value not in known:
            hint = f"its IRI begins with <{base}> and its type is one of {', '.join(t.removeprefix(NS) for t in sorted(types))}"
            yield Problem(
                "error",
                "not-a-record",
                f"{_tail(s.value, base)} is no record of this knowledge base.",
                file.place(s.value),
                s.value,
                hint,
            )
            known[s.value] = {t.property for c in RECORD_CLASSES for t in slots(c).values()}
        elif p.value not in known[s.value] and p.value != TYPE:
            names = [turtle_reader.compact(x) for x in known[s.value]]
            hint = identifiers.suggestion(
                turtle_reader.compact(p.value),
                names,
                "ontology/vocabulary.ttl lists the properties",
            )
            message = f"{turtle_reader.compact(p.value)} is not a property of this record."
            yield Problem(
                "error", "unknown-property", message, file.place(s.value, p.value), s.value, hint
            )


def run(
    files: Sequence[File],
    base: str,
    against: Shapes,
    document: Callable[[str], str | None],
    focus: Collection[str] | None = None,
) -> Report:
    """Problems of the records in `focus` (paths and ids; None for all). `document` gives a text by
    its sha256, or None.
    """
    wanted = [(f, r) for f in files for r in f.records if focus is None or r.path + r.id in focus]
    shaped = list(_shapes(files, wanted, base, against))
    problems = [
        *_twice(files, base),
        *_values(wanted, base, shaped),
        *oddities.dates(wanted, base),
        *oddities.unseen(wanted, base),
        *oddities.units_of(wanted, base),
    ]
    outcome: dict[str, str] = {}
    problems += _quotes(files, wanted, base, document, outcome)
    problems += _sentences(wanted, base, document)
    order = {p: i for i, p in enumerate(sorted({f.path for f in files}))}
    return Report(
        tuple(
            sorted(
                problems,
                key=lambda p: (order.get(p.place.path, -1), p.place.line, p.code, p.message),
            )
        ),
        outcome,
    )


def _twice(files: Sequence[File], base: str) -> Iterable[Problem]:
    first: dict[str, File] = {}
    for file in files:
        for record in file.records:
            iri = turtle_reader.iri_of(record, base)
            other = first.setdefault(iri, file)
            if other is not file:
                message = f"{_tail(iri, base)} is described in {other.path} as well."
                yield Problem(
                    "error", "id-twice", message, file.place(iri), iri, "keep one; rename the other"
                )


def _shapes(
    files: Sequence[File], wanted: Sequence[tuple[File, Record]], base: str, against: Shapes
) -> Iterable[Problem]:
    homes = {turtle_reader.iri_of(r, base): f for f, r in wanted}
    data = [t for f in files for t in f.triples if t[0].value in homes or t[1].value == TYPE]
    return shacl.problems(
        data,
        list(homes),
        base,
        lambda focus, property, value: homes[focus].place(focus, property, value),
        against,
    )


def _values(
    wanted: Sequence[tuple[File, Record]], base: str, shaped: Sequence[Problem]
) -> Iterable[Problem]:
    """What shapes and `kb.rdf.literals` find wrong with values; of two that mean the same value,
    the one that says more.
    """
    stated = {
        path: turtle_reader.by_subject(f.triples)
        for path, f in {f.path: f for f, _ in wanted}.items()
    }
    told = {(p.subject, p.place) for p in shaped}
    placed: list[tuple[literals.Flaw, Problem]] = []
    for file, record in wanted:
        iri = turtle_reader.iri_of(record, base)
        for flaw in literals.flaws(record, stated[file.path].get(iri, {})):
            place = file.place(iri, flaw.property, flaw.value)
            placed.append(
                (flaw, Problem(flaw.severity, flaw.code, flaw.message, place, iri, flaw.hint))
            )
    better = {(p.subject, p.place) for flaw, p in placed if not flaw.form and flaw.property}
    yield from (p for p in shaped if (p.subject, p.place) not in better)
    yield from (p for flaw, p in placed if not flaw.form or (p.subject, p.place) not in told)


def _quotes(
    files: Sequence[File],
    wanted: Sequence[tuple[File, Record]],
    base: str,
    document: Callable[[str], str | None],
    outcome: dict[str, str],
) -> Iterable[Problem]:
    sources = {r.id: r for f in files for r in f.records if isinstance(r, Source)}
    homes = {r.id: f for f in files for r in f.records if isinstance(r, Source)}
    texts: dict[str, str | None] = {}
    fragments: dict[str, list[Quote]] = {}
    for file in files:
        for record in file.records:
            if isinstance(record, Quote) and record.source in sources:
                fragments.setdefault(record.source, []).append(record)
    for file, record in wanted:
        if isinstance(record, Quote) and record.source in sources:
            source = sources[record.source]
            if source.id not in texts:
                texts[source.id] = document(source.sha256) if source.sha256 else None
            text = texts[source.id]
            outcome[record.id] = (
                "not-checkable"
                if text is None
                else "mismatched"
                if mismatch(record, text)
                else "verified"
            )
            yield from _quote(file, record, text, base)
    for name in texts:
        text = texts[name]
        if text is not None:
            yield from _share(
                homes[name],
                sources[name],
                text,
                fragments[name],
                base,
            )


def mismatch(quote: Quote, text: str) -> str:
    """Why a quote is not what the text says at its place; empty where it is."""
    start, end = quote.start, quote.end
    if start is None or end is None or not 0 <= start < end <= len(text):
        return f"the text has {len(text)} characters, the passage would end at {end}."
    passage = text[start:end]
    if (quote.fragment or "") not in passage:
        return f"“{quote.fragment}” is not in the passage; there stands “{' '.join(passage.split()[:6])}…”."
    return (
        ""
        if anchoring.digest(passage) == quote.sha256
        else "the passage is another than the one that was coded (its digest differs)."
    )


def _quote(file: File, quote: Quote, text: str | None, base: str) -> Iterable[Problem]:
    iri = turtle_reader.iri_of(quote, base)
    if quote.id != f"{quote.source}#char={quote.start},{quote.end}":
        yield Problem(
            "error",
            "quote-id",
            "the name of this quote does not say its offsets.",
            file.place(iri),
            iri,
            "name it source#char=start,end",
        )
    wrong = mismatch(quote, text) if text is not None else ""
    if wrong and text is not None:
        found = text.find(quote.fragment or "\0")
        near = (
            f"these words stand on line {anchoring.line_of(text, found)}"
            if found >= 0
            else "look for the passage: kb read"
        )
        yield Problem(
            "error",
            "quote-mismatch",
            wrong,
            file.place(iri, NS + "start"),
            iri,
            f"{near}; code it again on a sheet",
        )


def _share(
    file: File, source: Source, text: str, quotes: Sequence[Quote], base: str
) -> Iterable[Problem]:
    spans = [
        (q.start + text[q.start : q.end].find(q.fragment), len(q.fragment))
        for q in quotes
        if q.start is not None and q.end and q.fragment
    ]
    part = anchoring.share(text, [(s, s + n) for s, n in spans])
    if part >= anchoring.MOST_QUOTED and any(
        len(q.fragment.split()) > 1 for q in quotes if q.fragment
    ):
        message = f"the stored fragments are {part:.0%} of the text; the most is {anchoring.MOST_QUOTED:.0%}."
        yield Problem(
            "error",
            "quoted-share",
            message,
            file.place(turtle_reader.iri_of(source, base)),
            turtle_reader.iri_of(source, base),
            "shorten fragments to one word",
        )


def _sentences(
    wanted: Sequence[tuple[File, Record]], base: str, document: Callable[[str], str | None]
) -> Iterable[Problem]:
    """Stored sentences that no text could have, or that are not those of the text at hand."""
    for file, source in wanted:
        if isinstance(source, Source) and source.sentences is not None:
            iri = turtle_reader.iri_of(source, base)
            place = file.place(iri, NS + "sentences")
            hint = f"kb coverage {source.id} --record works them out from the text"
            try:
                stored = sentences.parse(source.sentences, source.length)
            except ValueError as error:
                yield Problem(
                    "error",
                    "sentences-broken",
                    f"the stored sentences make no sense: {error}.",
                    place,
                    iri,
                    hint,
                )
                continue
            text = document(source.sha256) if source.sha256 else None
            if text is not None and (found := sentences.split(text)) != stored:
                message = f"the text has {len(found)} sentences, of which {len(set(found) & set(stored))} are stored as they stand."
                yield Problem("error", "sentences-differ", message, place, iri, hint)


__all__ = ["File", "Report", "Term", "mismatch", "read", "run"]
