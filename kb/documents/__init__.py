"""Documents: read a file into text. Offsets of quotes count code points of this text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from kb.documents.document import Read, shortened
from kb.documents.recognition import Format, is_page, recognised
from kb.errors import Usage
from kb.model import iris, values

__all__ = ["Read", "is_page", "read"]

# Characters of a title or name that a document states. Anything longer is a paragraph.
LONGEST_STATED = 500
# Formats that another program must convert, and how.
CONVERTED: Final[dict[Format, tuple[str, str]]] = {
    "pdf": ("a PDF", "pdftotext -layout FILE"),
    "docx": ("a Word document", "libreoffice --headless --convert-to html FILE"),
    "mhtml": ("a page saved as one file", "save the page in the browser as HTML"),
    "email": ("an e-mail", "save its text as a .txt file"),
    "warc": ("a web archive", "save the page in the browser as HTML"),
    "wacz": ("a web archive", "save the page in the browser as HTML"),
}


def read(name: str, data: bytes) -> Read:
    """Read a document. Raises Usage with the reason if it cannot be read.

    The format is recognised by the first bytes. The ending of the name decides only in doubt.

    >>> read("note.txt", b"Bread < cake\\nand more").title
    'Bread < cake'
    """
    format = recognised(name, data)
    if format in CONVERTED:
        kind, remedy = CONVERTED[format]
        raise Usage(f"{name} is {kind}, which is not read.", f"convert it: {remedy}")
    if format == "html":
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
