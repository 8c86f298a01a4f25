"""Pages that a browser saved as one file (MHTML, RFC 2557)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from kb.documents import bounded, html, mail
from kb.documents.document import Read
from kb.documents.statements import Statement, clean
from kb.errors import Usage
from kb.system.intake import too_large

SAVE: Final = "save the page in the browser as HTML"


def read(name: str, data: bytes) -> Read:
    """Read the page in the file. Raises Usage if there is none, or it cannot be read."""
    if len(data) > bounded.LARGEST:
        raise too_large(name, bounded.LARGEST, SAVE)
    found = bounded.run(name, "a saved page", SAVE, lambda: _page(name, data))
    stated = [Statement(*fields) for fields in found["statements"]]
    page = html.read_page(name, found["page"], tuple(stated))
    frames = found["frames"]
    left_out = page.left_out
    if frames:
        left_out = (*left_out, (f"frames: {len(frames)}", ", ".join(frames[:5])))
    notes = (f"the page was saved on {found['saved']}.",) if found["saved"] else ()
    return replace(page, kind="mhtml", left_out=left_out, notes=(*page.notes, *notes))


def _page(name: str, data: bytes) -> dict[str, Any]:
    """Return the page in the file, and what its headers state. Raises Usage."""
    message = mail.parsed(data)
    pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
    if not pages:
        raise Usage(f"{name} contains no page.", SAVE)
    address = clean(str(message.get("Snapshot-Content-Location", "")))
    main = next((p for p in pages if address and p.get("Content-Location") == address), pages[0])
    label = main.get_content_charset()
    address = address or clean(str(main.get("Content-Location", "")))
    statements = [("url", address, "address of the saved page")] if address else []
    others = [part for part in pages if part is not main]
    return {
        "page": html.decoded(name, mail.payload(main), str(label) if label else None),
        "statements": statements,
        "saved": clean(str(message.get("Date", ""))),
        "frames": [clean(str(part.get("Content-Location", ""))) or "frame" for part in others],
    }
