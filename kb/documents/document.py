"""A document that was read: its text, and the facts that it states about itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Read:
    """A document's text, and the facts that the document states about itself (None if it does not).

    `kind` is text or html. `published` is the first and last day on which it may have been
    published.
    """

    text: str
    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    published: tuple[date, date] | None = None
    language: str | None = None
    url: str | None = None
    kind: str = "text"
    # Field to the reason why its value differs from that in the document.
    changed: Mapping[str, str] = field(default_factory=dict)


def shortened(text: str, most: int) -> str:
    """Return at most `most` characters of a text, cut between two words if it is longer.

    >>> shortened("A very long title", 8)
    'A very…'
    """
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip() + "…"
