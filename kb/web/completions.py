"""Completion of what is typed into a form: entities, predicates, claims and sources."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from kb.web.look import Look
from kb.web.results import Asked, Document

# Completions of one word.
MOST: Final = 20
# What can be completed → the kinds of its records.
RECORDS: Final = {"record": ("entity", "claim", "source"), "source": ("source",)}
Row = tuple[str, str]


def document(look: Look, asked: Asked) -> Document:
    """Return the completions of a word: the text to fill in, and the words shown beside it."""
    words = _plain(asked.first("q").removeprefix("=")).split()
    found = _matching(_offered(look, asked.first("what")), words)
    return Document([{"value": value, "label": label} for value, label in found])


def _offered(look: Look, what: str) -> Iterator[Row]:
    """Yield everything that can be filled in."""
    known = look.known
    match what:
        case "entity" | "place":
            yield from _entities(look, places=what == "place")
        case "predicate":
            yield from ((name, "") for name in sorted(known.predicates))
        case "claim" | "claim-id":
            sign = "=" if what == "claim" else ""
            claims = (c for c in known.claims.values() if not c.invalidated)
            yield from ((f"{sign}{c.id}", c.statement or "") for c in claims)
        case "record" | "source":
            groups: Mapping[str, Iterable[str]] = {
                "entity": known.entities,
                "claim": known.claims,
                "source": known.sources,
            }
            keys = (f"{kind}/{id}" for kind in RECORDS[what] for id in groups[kind])
            yield from ((key, look.label(key)) for key in keys)


def _entities(look: Look, places: bool) -> Iterator[Row]:
    for one in look.known.entities.values():
        if not places or one.kind == "place":
            names = ", ".join(filter(None, (one.name, *one.also)))
            yield one.id, f"{names} ({one.kind})" if names else one.kind or ""


def _matching(rows: Iterable[Row], words: list[str]) -> list[Row]:
    """Return the rows that have all words, those that begin with the first one first."""
    found = []
    for value, label in rows:
        text = _plain(f"{value} {label}")
        if all(word in text for word in words):
            begins = not words or value.removeprefix("=").startswith(words[0])
            found.append((not begins, value, label))
    return [(value, label) for _, value, label in sorted(found)[:MOST]]


def _plain(text: str) -> str:
    """Return a text without accents and capitals.

    >>> _plain("Pétrel")
    'petrel'
    """
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in parts if not unicodedata.combining(c))
