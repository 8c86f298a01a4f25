"""Checks of stored passages and sentences against the texts of the documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb import notes
from kb.app.stored_files import File
from kb.errors import Problem
from kb.model.records import Quote, Record, Source
from kb.model.vocabulary import NS
from kb.rdf import turtle_reader
from kb.text import anchoring, excerpts, sentences

Placed = Sequence[tuple[File, Record]]
# A text by its sha256; None where it is not available.
Document = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Checked:
    """Problems of passages, and the passages by outcome: id → verified, mismatched or
    not-checkable.
    """

    problems: tuple[Problem, ...]
    quotes: Mapping[str, str]


def check(
    files: Sequence[File], wanted: Placed, base: str, document: Document, limited: bool = False
) -> Checked:
    """Compare the passages among the wanted records with the texts of their sources. If `limited`,
    only a few words of each may be stored.
    """
    homes = {r.id: (f, r) for f in files for r in f.records if isinstance(r, Source)}
    problems, outcome = list[Problem](), dict[str, str]()
    texts: dict[str, str | None] = {}
    for file, quote in notes.counted(wanted, "checking passages"):
        if isinstance(quote, Quote) and quote.source in homes:
            text = _text(homes[quote.source][1], texts, document)
            outcome[quote.id] = _outcome(quote, text)
            problems += _quote(file, quote, text, base)
    if limited:
        problems += _too_long(wanted, base)
        read = [(*homes[id], text) for id, text in texts.items() if text is not None]
        problems += _shares(files, read, base)
    return Checked((*problems, *_sentences(wanted, base, document)), outcome)


def _text(source: Source, texts: dict[str, str | None], document: Document) -> str | None:
    """Return the text of a source. `texts` has those that were read before."""
    if source.id not in texts:
        texts[source.id] = document(source.sha256) if source.sha256 else None
    return texts[source.id]


def _shares(
    files: Sequence[File], read: Iterable[tuple[File, Source, str]], base: str
) -> Iterable[Problem]:
    """Problems of the sources of which too much is stored; `read` has the text of each."""
    stored = _by_source(files)
    for file, source, text in read:
        yield from _share(file, source, text, stored[source.id], base)


def _outcome(quote: Quote, text: str | None) -> str:
    if text is None:
        return "not-checkable"
    return "mismatched" if mismatch(quote, text) else "verified"


def _by_source(files: Sequence[File]) -> dict[str, list[Quote]]:
    """Group passages by source, whatever file they are in."""
    found: dict[str, list[Quote]] = defaultdict(list)
    for file in files:
        for record in file.records:
            if isinstance(record, Quote) and record.source:
                found[record.source].append(record)
    return found


def mismatch(quote: Quote, text: str) -> str:
    """Say why a quote does not match the text at its place, or return "" if it does."""
    start, end = quote.start, quote.end
    if start is None or end is None or not 0 <= start < end <= len(text):
        return f"the text has {len(text)} characters, the passage would end at {end}."
    passage = text[start:end]
    if (quote.fragment or "") not in passage:
        stored, words = (" ".join(t.split()[:6]) for t in (quote.fragment or "", passage))
        return f"“{stored}” is not in the passage; the text there is “{words}…”."
    if anchoring.digest(passage) != quote.sha256:
        return "the text at this place has changed since it was coded (checksum mismatch)."
    return ""


def _quote(file: File, quote: Quote, text: str | None, base: str) -> Iterable[Problem]:
    iri = turtle_reader.iri_of(quote, base)
    if quote.id != f"{quote.source}#char={quote.start},{quote.end}":
        yield Problem(
            "error",
            "quote-id",
            "the id of this quote does not have its offsets.",
            file.place(iri),
            iri,
            "name it source#char=start,end",
        )
    wrong = mismatch(quote, text) if text is not None else ""
    if wrong and text is not None:
        found = text.find(quote.fragment or "\0")
        near = (
            f"these words are on line {anchoring.line_of(text, found)}"
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


def _too_long(wanted: Placed, base: str) -> Iterable[Problem]:
    """Stored words of a passage that are more than a fragment."""
    for file, quote in wanted:
        if isinstance(quote, Quote) and not excerpts.is_fragment(quote.fragment or ""):
            iri = turtle_reader.iri_of(quote, base)
            yield Problem(
                "error",
                "quote-too-long",
                f"more than {excerpts.FRAGMENT_WORDS} words of the passage are stored.",
                file.place(iri, NS + "fragment"),
                iri,
                'shorten the fragment, or set passages = "whole" in kb.toml',
            )


def _share(
    file: File, source: Source, text: str, quotes: Sequence[Quote], base: str
) -> Iterable[Problem]:
    spans = [
        (q.start + text[q.start : q.end].find(q.fragment), len(q.fragment))
        for q in quotes
        if q.start is not None and q.end and q.fragment
    ]
    part = excerpts.share(text, [(s, s + n) for s, n in spans])
    if part >= excerpts.MOST_QUOTED and any(
        len(q.fragment.split()) > 1 for q in quotes if q.fragment
    ):
        most = excerpts.MOST_QUOTED
        message = f"the stored fragments are {part:.0%} of the text; the most is {most:.0%}."
        yield Problem(
            "error",
            "quoted-share",
            message,
            file.place(turtle_reader.iri_of(source, base)),
            turtle_reader.iri_of(source, base),
            "shorten fragments to one word",
        )


def _sentences(wanted: Placed, base: str, document: Document) -> Iterable[Problem]:
    """Check stored sentence positions, against the text if it is available."""
    for file, source in wanted:
        if isinstance(source, Source) and source.sentences is not None:
            iri = turtle_reader.iri_of(source, base)
            place = file.place(iri, NS + "sentences")
            hint = f"kb coverage {source.id} --record computes them from the text"
            try:
                stored = sentences.parse(source.sentences, source.length)
            except ValueError as error:
                yield Problem(
                    "error",
                    "sentences-broken",
                    f"the stored sentence positions are not valid: {error}.",
                    place,
                    iri,
                    hint,
                )
                continue
            text = document(source.sha256) if source.sha256 else None
            if text is not None and (found := sentences.split(text)) != stored:
                same = len(set(found) & set(stored))
                message = (
                    f"the text has {len(found)} sentences, of which {same} are stored with the "
                    "right positions."
                )
                yield Problem("error", "sentences-differ", message, place, iri, hint)
