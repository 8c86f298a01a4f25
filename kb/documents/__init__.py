"""Documents: read a file into text. Offsets of quotes count code points of this text."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from kb.documents.document import Read, shortened
from kb.model import iris, values

__all__ = ["Read", "is_page", "read"]

PAGE_NAMES = frozenset({".html", ".htm", ".xhtml"})
# A page begins with markup, after nothing but a declaration, comments and white space; a stray “<”
# does not count. The groups are atomic, so that a hostile beginning is scanned once.
PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?(?>\s|<\?xml[^>]*>|<!--(?>.*?-->))*+<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
# Characters of a title or name that a document states. Anything longer is a paragraph.
LONGEST_STATED = 500
# Bytes in which the beginning of a page is searched for.
HEAD = 8192


def read(name: str, data: bytes) -> Read:
    """Read a document. Raises Usage with the reason if it cannot be read.

    A page is recognised by the ending of its file name or its first markup; anything else is text.

    >>> read("note.txt", b"Bread < cake\\nand more").title
    'Bread < cake'
    """
    if is_page(name, data):
        from kb.documents import html

        return _kept(html.read(name, data))
    from kb.documents import text

    return _kept(text.read(name, data))


def _kept(found: Read) -> Read:
    """Adapt stated values that cannot be stored: a document is never refused for its title."""
    stated = {key: getattr(found, key) for key in ("title", "author", "publisher", "language")}
    kept: dict[str, Any] = {}
    changed: dict[str, str] = dict(found.changed)
    for key, text in stated.items():
        if text and (why := values.wrong(text, LONGEST_STATED)):
            kept[key] = shortened(values.replaced(text), LONGEST_STATED)
            stored = values.shown(kept[key] or "")
            changed[key] = f"the value in the document {why}; it is stored as “{stored}”."
    if found.url and (why := iris.address_fault(found.url)):
        kept["url"] = None
        address = ascii(values.shown(found.url))
        changed["url"] = f"the value in the document {why}; it is left out: {address}."
    return replace(found, changed=changed, **kept) if kept else found


def is_page(name: str, data: bytes) -> bool:
    """Tell whether this is an HTML page.

    >>> is_page("saved", b"<!DOCTYPE html><p>Hello"), is_page("note.txt", b"a <html> tag is meant")
    (True, False)
    """
    start = data[:HEAD]
    if start[:4] == b"\0\0\xfe\xff":
        # UTF-32.
        start = start[2:]
    # UTF-16 or UTF-32: without the zero bytes, ASCII markup is readable.
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start[2:].replace(b"\0", b"")
    return PurePath(name).suffix.lower() in PAGE_NAMES or PAGE.match(start) is not None
