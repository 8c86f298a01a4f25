"""The page of a document: its text with the coded passages, and what was read from it."""

from __future__ import annotations

from kb.app.inquiry import coverage
from kb.errors import Unknown
from kb.model.records import Source
from kb.presentation import coded_text, coverage_rows, document_parts, marked_text, record_fields
from kb.web import names
from kb.web.look import LINES, Look
from kb.web.results import Asked, Document, Elsewhere, Page, Table


def page(look: Look, asked: Asked) -> Page | Elsewhere:
    """Return a document with its text."""
    source = _source(look, asked.name)
    if source.id != asked.name:
        return Elsewhere(look.to(f"/source/{source.id}"))
    text = look.kb.document(source)
    total = text.count("\n") + 1 if text else 0
    first = (max(min(asked.number("line"), total), 1) - 1) // LINES * LINES + 1
    values = {
        "source": source,
        "counts": record_fields.coverage(look.known, source),
        "facts": [f.partition(": ")[::2] for f in document_parts.facts(look.known, source)],
        "available": text is not None,
        "lines": coded_text.lines(look.known, source, text, first, LINES) if text else [],
        "first": first,
        "total": total,
        "step": LINES,
        "judgements": look.known.judgements(f"source/{source.id}"),
    }
    data = f"/source/{source.id}"
    command = f"kb read {source.id}"
    return Page("source.html", look.title(source.id), values, command, data, ("json",))


def document(look: Look, asked: Asked) -> Document:
    """Return the data of `kb show SOURCE --json`."""
    key = f"source/{_source(look, asked.name).id}"
    return Document(record_fields.fields(look.kb, look.known, key))


def text_rows(look: Look, asked: Asked) -> Table:
    """Return the data of `kb read SOURCE`. Raises Unknown if there is no text."""
    source = _source(look, asked.name)
    text = look.kb.document(source)
    if text is None:
        raise Unknown(
            f"the text of {source.id} is not available.",
            "put the file into documents/, or set KB_DOCUMENTS to its folder",
        )
    return Table(marked_text.COLUMNS, marked_text.rows(look.known, source.id, text))


def sentences(look: Look, asked: Asked) -> Table:
    """Return the data of `kb coverage SOURCE`."""
    source = _source(look, asked.name)
    found = coverage.coverage(look.known, source.id, look.kb.document(source))
    rows = coverage_rows.sentences(look.kb, look.known, found)
    return Table(coverage_rows.SENTENCES, rows)


def _source(look: Look, name: str) -> Source:
    """Return the source with this id, or with a name that people would type. Raises Usage."""
    record = look.known.record(names.resolved(look, "source", name))
    assert isinstance(record, Source)
    return record
