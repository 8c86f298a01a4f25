"""Documents: read a file into text. Offsets of quotes count code points of this text."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from kb.documents.document import Agent, Read, shortened
from kb.documents.recognition import Format, is_page, recognised
from kb.model import iris, values

__all__ = ["Agent", "Read", "is_page", "read"]

# Characters of a title or name that a document states. Anything longer is a paragraph.
LONGEST_STATED = 500
# Modules that have another name than the format they read.
READERS: Final[dict[Format, str]] = {
    "mhtml": "saved_page",
    "docx": "word",
    "email": "mail",
    "json": "posts",
    "chat": "chats",
}


def read(name: str, data: bytes, address: str = "") -> Read:
    """Read a document. Raises Usage with the reason if it cannot be read.

    The format is recognised by the first bytes. The ending of the name decides only in doubt.
    `address` chooses a page of a web archive.

    >>> read("note.txt", b"Bread < cake\\nand more").title
    'Bread < cake'
    """
    format = recognised(name, data)
    if format in ("warc", "wacz"):
        from kb.documents import web_archive

        return _kept(web_archive.read(name, data, address))
    return _kept(_reader(format)(name, data))


def _reader(format: Format) -> Callable[[str, bytes], Read]:
    """Return the function that reads a format. Its libraries are loaded only now."""
    module = importlib.import_module(f"kb.documents.{READERS.get(format, format)}")
    reader: Callable[[str, bytes], Read] = module.read
    return reader


def _kept(found: Read) -> Read:
    """Adapt stated values that cannot be stored: a document is never refused for its title."""
    changed: dict[str, str] = dict(found.changed)
    kept: dict[str, Any] = {}
    for key in ("title", "language"):
        if text := getattr(found, key):
            kept[key] = _storable(key, text, changed)
    for key in ("url", "archived"):
        address = getattr(found, key)
        if address and (why := iris.address_fault(address)):
            kept[key] = None
            shown = ascii(values.shown(address))
            changed[key] = f"the value in the document {why}; it is left out: {shown}."
    kept["authors"] = tuple(
        replace(author, name=_storable("author", author.name, changed)) for author in found.authors
    )
    if found.publisher:
        name = _storable("publisher", found.publisher.name, changed)
        kept["publisher"] = replace(found.publisher, name=name)
    kept["stated"] = tuple(map(values.replaced, found.stated))
    if found.published_because:
        kept["published_because"] = values.replaced(found.published_because)
    return replace(found, changed=changed, **kept)


def _storable(key: str, text: str, changed: dict[str, str]) -> str:
    """Return a value without what cannot be stored, and note why it differs."""
    why = values.wrong(text, LONGEST_STATED)
    if not why:
        return text
    stored = shortened(values.replaced(text), LONGEST_STATED)
    shown = values.shown(stored)
    changed[key] = f"the value in the document {why}; it is stored as “{shown}”."
    return stored
