"""Documents as they come, read into text. Offsets of quotes count in exactly the text that is
returned here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import PurePath
from typing import Any

from kb.model import iris, values

PAGE_NAMES = frozenset({".html", ".htm", ".xhtml"})
# Markup opens a page only where nothing but a declaration, comments and space stand before it; a
# stray “<” does not.
# Atomic, so that a hostile opening is read once.
PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?(?>\s|<\?xml[^>]*>|<!--(?>.*?-->))*+<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
# Characters of a title, or of a name, that a document states: what is longer is a paragraph.
LONGEST_STATED = 500
# Page starts later than this are not looked for.
HEAD = 8192


@dataclass(frozen=True, slots=True)
class Read:
    """A document's text, and what the document itself tells about it; None where it does not.
    `kind` is text or html.

    `published` is the first and last day on which it may have been published.
    """

    text: str
    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    published: tuple[date, date] | None = None
    language: str | None = None
    url: str | None = None
    kind: str = "text"
    # field → why it is not as the document states it
    changed: Mapping[str, str] = field(default_factory=dict)


def read(name: str, data: bytes) -> Read:
    """Read a document, a page by its file name's ending or its first markup, all else as text.
    Raises Usage with the reason.

    >>> read("note.txt", b"Bread < cake\\nand more").title
    'Bread < cake'
    """
    if is_page(name, data):
        from kb.documents import html

        return _kept(html.read(name, data))
    from kb.documents import text

    return _kept(text.read(name, data))


def _kept(found: Read) -> Read:
    """What can be stored of what a document states: a document is never refused for its title."""
    stated = {key: getattr(found, key) for key in ("title", "author", "publisher", "language")}
    kept: dict[str, Any] = {}
    changed: dict[str, str] = dict(found.changed)
    for key, text in stated.items():
        if text and (why := values.wrong(text, LONGEST_STATED)):
            kept[key] = _shortened(values.replaced(text))
            changed[key] = (
                f"as the document states it {why}; it is kept as “{values.shown(kept[key] or '')}”."
            )
    if found.url and (why := iris.address_fault(found.url)):
        kept["url"] = None
        changed["url"] = (
            f"as the document states it {why}, and is left out: {ascii(values.shown(found.url))}."
        )
    return replace(found, changed=changed, **kept) if kept else found


def _shortened(text: str) -> str:
    """A title of a length that can be read, cut at a word."""
    if len(text) <= LONGEST_STATED:
        return text
    head = text[: LONGEST_STATED - 1]
    return (head.rpartition(" ")[0] or head) + "…"


def is_page(name: str, data: bytes) -> bool:
    """Whether this is an HTML page.

    >>> is_page("saved", b"<!DOCTYPE html><p>Hello"), is_page("note.txt", b"a <html> tag is meant")
    (True, False)
    """
    start = data[:HEAD]
    if start[:4] == b"\0\0\xfe\xff":
        start = start[2:]  # UTF-32
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):  # UTF-16: and UTF-32: enough to see ASCII markup
        start = start[2:].replace(b"\0", b"")
    return PurePath(name).suffix.lower() in PAGE_NAMES or PAGE.match(start) is not None


def shortened(text: str, most: int) -> str:
    """A text of at most so many characters, cut between two words where it is longer.

    >>> shortened("A very long title", 8)
    'A very…'
    """
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip() + "…"
