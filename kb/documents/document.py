"""A document that was read: its text, and the facts that it states about itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from kb.text.parts import Part

# Characters of a title. A longer one is shortened: a text that is a single long line has no title
# of its own.
LONGEST_TITLE: Final = 300
# First words of what is left out, which the reader is shown.
FIRST_WORDS: Final = 12


@dataclass(frozen=True, slots=True)
class Agent:
    """An author or a publisher. `type` is person or organisation, or None if it is not stated."""

    name: str
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A document's text, and the facts that the document states about itself (None if it does not).

    `kind` is the name of the format.
    """

    text: str
    title: str | None = None
    authors: tuple[Agent, ...] = ()
    publisher: Agent | None = None
    # First and last day on which it may have been published, and the reason if it is a range.
    published: tuple[date, date] | None = None
    published_because: str | None = None
    modified: date | None = None
    language: str | None = None
    url: str | None = None
    # Address of the copy that was read, if a web archive made it.
    archived: str | None = None
    kind: str = "text"
    # Field to the reason why its value differs from that in the document.
    changed: Mapping[str, str] = field(default_factory=dict)
    # Captions, footers and other forms; pages, time codes and posts.
    parts: tuple[Part, ...] = ()
    # What is not in the text: a kind and a number of words. The second value is for the person
    # who adds the document, and is not stored.
    left_out: tuple[tuple[str, str], ...] = ()
    # Each date, name and address as the document writes it, and where.
    stated: tuple[str, ...] = ()
    # Addresses of the same work in other languages.
    translations: tuple[str, ...] = ()
    # Sentences for the person who adds the document.
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A line or paragraph of a document. `form` is empty for running text."""

    text: str
    form: str = ""
    locator: str = ""


def joined(blocks: Iterable[Block]) -> tuple[str, tuple[Part, ...]]:
    """Return the text of blocks, one line each, and their parts.

    Neighbours on one page share a part.

    >>> text, parts = joined([Block("Pier", "headline", "page 1"), Block("Closed.", "", "page 1")])
    >>> text, [(part.start, part.end, part.value) for part in parts]
    ('Pier\\nClosed.', [(0, 12, 'page 1'), (0, 4, 'headline')])
    """
    lines: list[str] = []
    forms: list[Part] = []
    places: list[Part] = []
    start = 0
    for block in blocks:
        end = start + len(block.text)
        if block.form and block.text:
            forms.append(Part(start, end, "form", block.form))
        if block.locator and block.text:
            begin = start
            if places and places[-1].value == block.locator:
                begin = places.pop().start
            places.append(Part(begin, end, "locator", block.locator))
        lines.append(block.text)
        start = end + 1
    parts = sorted([*places, *forms], key=lambda part: (part.start, -part.end))
    return "\n".join(lines), tuple(parts)


def number_of_words(kind: str, words: Sequence[str]) -> str:
    """Return the label of what is left out of a text.

    >>> number_of_words("navigation", ["Front", "page"])
    'navigation, 2 words'
    """
    return f"{kind}, {len(words)} word{'' if len(words) == 1 else 's'}"


def shortened(text: str, most: int) -> str:
    """Return at most `most` characters of a text, cut between two words if it is longer.

    >>> shortened("A very long title", 8)
    'A very…'
    """
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip() + "…"
