"""PDF documents with a text layer, read by pypdf. Pages are locators."""

from __future__ import annotations

import io
import logging
import re
import unicodedata
from collections.abc import Iterator
from types import ModuleType
from typing import Any, Final

from kb.documents import bounded, pdf_annotations
from kb.documents import text as plain
from kb.documents.document import LONGEST_TITLE, Block, Read, joined, shortened
from kb.documents.statements import Statement, clean, resolved
from kb.errors import Usage
from kb.system.intake import too_large

# Pages of a document, and numbers of pages without text that are listed.
MOST_PAGES, MOST_LISTED = 5_000, 20
REPAIR: Final = "repair it: qpdf FILE whole.pdf, or take its text: pdftotext -layout FILE"
# Titles that programs write when nobody gives one.
NO_TITLE: Final = re.compile(
    r"^(?:untitled|microsoft (?:word|powerpoint) - .*|.*\.(?:docx?|pdf|indd|tex|dvi|odt|rtf))$",
    re.I,
)
DATE: Final = re.compile(
    r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:(Z)|([+-]\d\d)'?(\d\d)?)?", re.ASCII
)
PAGE: Final = "page"
# The share of characters that are no text from which on a page cannot be read, and the fewest
# characters of a page that show it.
GARBLED, FEWEST = 0.1, 20


def read(name: str, data: bytes) -> Read:
    """Read a PDF: the lines of its pages, exactly as they are broken.

    Raises Usage if pypdf is not installed, or the document is encrypted, scanned or damaged.
    """
    if len(data) > bounded.LARGEST:
        raise too_large(name, bounded.LARGEST, "split it: qpdf --split-pages FILE part.pdf")
    try:
        import pypdf
    except ImportError:
        raise bounded.missing(name, "a PDF") from None
    found = bounded.run(name, "a PDF", REPAIR, lambda: _read(name, pypdf, data))
    pages: list[str] = found["pages"]
    blocks = list(_blocks(pages, found["typed"]))
    text, parts = joined(blocks)
    facts = resolved(Statement(*fields) for fields in found["statements"])
    facts["notes"] = (*facts["notes"], *_garbled(name, pages))
    empty = [number for number, page in enumerate(pages, 1) if not page.strip()]
    title = facts.pop("title") or plain.title(text)
    return Read(
        text,
        title=shortened(title, LONGEST_TITLE) if title else None,
        kind="pdf",
        parts=parts,
        left_out=(*_without_text(empty), *map(tuple, found["left_out"])),
        **facts,
    )


def _blocks(pages: list[str], typed: list[list[tuple[str, str]]]) -> Iterator[Block]:
    """Yield the lines of each page, then what people added to it."""
    for number, (page, added) in enumerate(zip(pages, typed, strict=True), 1):
        place = f"{PAGE} {number}"
        yield from (Block(line, locator=place) for line in page.split("\n"))
        yield from (Block(line, form, place) for line, form in added)


def _without_text(numbers: list[int]) -> Iterator[tuple[str, str]]:
    """Yield an entry for pages that are pictures."""
    if numbers:
        listed = ", ".join(map(str, numbers[:MOST_LISTED]))
        more = "…" if len(numbers) > MOST_LISTED else ""
        yield f"pages without text: {listed}{more}", "add a text layer: ocrmypdf FILE with-text.pdf"


def _garbled(name: str, pages: list[str]) -> Iterator[str]:
    """Yield a note on pages whose fonts do not say which letters they show (ISO 32000-2 §9.10).

    Raises Usage if these are all pages that have text.
    """
    numbers = [str(number) for number, page in enumerate(pages, 1) if _is_garbled(page)]
    hint = "read its pages as pictures: ocrmypdf --force-ocr FILE with-text.pdf"
    if numbers and len(numbers) == sum(bool(page.strip()) for page in pages):
        raise Usage(f"{name} has no readable text: its fonts do not name their letters.", hint)
    if numbers:
        more = "…" if len(numbers) > MOST_LISTED else ""
        listed = ", ".join(numbers[:MOST_LISTED]) + more
        yield f"not readable, because fonts do not name their letters: pages {listed}; {hint}."


def _is_garbled(page: str) -> bool:
    """Tell whether many characters are controls, unassigned, for private use, or replacements."""
    signs = "".join(page.split(" ")).replace("\n", "")
    strange = sum(s == "\ufffd" or unicodedata.category(s) in ("Cc", "Cn", "Co") for s in signs)
    return len(signs) >= FEWEST and strange > GARBLED * len(signs)


def _read(name: str, pypdf: ModuleType, data: bytes) -> dict[str, Any]:
    """Return the text of each page, and what the document states. Raises Usage."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not _opened(reader):
        raise Usage(
            f"{name} is encrypted.",
            "decrypt it with its password: qpdf --decrypt --password=… FILE OUT",
        )
    count = len(reader.pages)
    if count > MOST_PAGES:
        raise Usage(
            f"{name} has {count:,} pages; at most {MOST_PAGES:,} are read.",
            "split it: qpdf --split-pages=1000 FILE part.pdf",
        )
    pages = [_lines(page.extract_text() or "") for page in reader.pages]
    notes = [pdf_annotations.read(page) for page in reader.pages]
    if not any(page.strip() for page in pages) and not any(one.typed for one in notes):
        raise Usage(
            f"{name} has no text: its pages are pictures, or it has no pages.",
            "add a text layer: ocrmypdf FILE with-text.pdf",
        )
    return {
        "pages": pages,
        "typed": [[(_lines(line), form) for line, form in one.typed] for one in notes],
        "left_out": list(pdf_annotations.left_out(reader, notes)),
        "statements": list(_statements(reader)),
    }


def _opened(reader: Any) -> bool:
    """Tell whether a document with restrictions opens without a password."""
    try:
        return bool(reader.decrypt(""))
    except Exception:
        # pypdf raises errors of several kinds for ciphers that it does not have.
        return False


def _lines(page: str) -> str:
    """Return the text of a page with one kind of line break, and without what cannot be stored."""
    lines = re.split(r"\r\n|[\r\n\f\v]", page)
    bare = "\n".join(line.rstrip() for line in lines).strip("\n")
    return bare.replace("\0", "").encode("utf-8", "replace").decode()


def _statements(reader: Any) -> Iterator[tuple[str, str, str]]:
    """Yield what the document states in its information dictionary (ISO 32000-2 §14.3.3)."""
    stated = reader.metadata or {}
    title = clean(str(stated.get("/Title") or ""))
    if title and not NO_TITLE.match(title):
        yield "title", title, "PDF title"
    if author := clean(str(stated.get("/Author") or "")):
        yield "author", author, "PDF author"
    for key, field in (("/CreationDate", "created"), ("/ModDate", "modified")):
        if day := _day(str(stated.get(key) or "")):
            yield field, day, f"PDF {key[1:]}"
    language = reader.trailer.get("/Root", {}).get("/Lang")
    if language:
        yield "language", str(language), "PDF language"


def _day(text: str) -> str | None:
    """Return a date of a PDF as in ISO 8601.

    >>> _day("D:20240305103000+01'00'"), _day("yesterday")
    ('2024-03-05T10:30:00+01:00', None)
    """
    found = DATE.match(text)
    if found is None or not found[3]:
        return None
    day = f"{found[1]}-{found[2]}-{found[3]}"
    if not found[4]:
        return day
    zone = "Z" if found[7] else f"{found[8]}:{found[9] or '00'}" if found[8] else ""
    return f"{day}T{found[4]}:{found[5] or '00'}:{found[6] or '00'}{zone}"
