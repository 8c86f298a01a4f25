"""The page of a record that has no page of its own kind: its card, and its fields as data."""

from __future__ import annotations

from kb.presentation import cards, record_fields
from kb.web import names
from kb.web.look import Look
from kb.web.results import Asked, Build, Document, Elsewhere, Page, Result


def page(kind: str) -> Build:
    """Return the function that makes the page of records of a kind."""

    def build(look: Look, asked: Asked) -> Result:
        """Return the card of a record."""
        key = names.resolved(look, kind, asked.name)
        if key != f"{kind}/{asked.name}":
            return Elsewhere(look.to(f"/{key}"))
        values = {
            "lines": cards.card(look.kb, look.known, key),
            "key": key,
            "current": look.known.present(key) is not None,
        }
        command = f"kb show {key}"
        return Page("record.html", look.label(key), values, command, f"/{key}", ("json",))

    return build


def document(kind: str) -> Build:
    """Return the function that makes the data of records of a kind, as `kb show ID --json` does."""

    def build(look: Look, asked: Asked) -> Document:
        """Return the fields of a record."""
        key = names.resolved(look, kind, asked.name)
        return Document(record_fields.fields(look.kb, look.known, key))

    return build
