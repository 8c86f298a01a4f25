"""PDF documents with a text layer, read by pypdf. Pages are locators."""

from __future__ import annotations

import io
import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from types import ModuleType
from typing import Any, Final

from kb.documents import bounded, pdf_annotations, pdf_columns
from kb.documents import text as plain
from kb.documents.document import LONGEST_TITLE, Block, Read, joined, shortened
from kb.documents.statements import NO_AUTHOR, Statement, clean, resolved
from kb.errors import Usage
from kb.system.intake import too_large
from kb.text import languages

# Pages of a document, and numbers of pages without text that are listed.
MOST_PAGES, MOST_LISTED = 5_000, 20
REPAIR: Final = "repair it: qpdf FILE whole.pdf, or take its text: pdftotext -layout FILE"
# Titles that programs write when nobody gives one.
NO_TITLE: Final = re.compile(
    r"^(?:untitled|about:blank|microsoft (?:word|powerpoint|excel) - .*|https?://\S+"
    r"|.*\.(?:docx?|pdf|indd|tex|dvi|odt|rtf|html?|pptx?|xlsx?|txt|qxp|pub|wpd|pages))$",
    re.I,
)
DATE: Final = re.compile(
    r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:(Z)|([+-]\d\d)'?(\d\d)?)?", re.ASCII
)
PAGE: Final = "page"
# Lines at each end of a page that may repeat on others, their words, and the fewest pages that show
# it. Many documents have one head on even and another one on odd pages.
MARGIN, LONGEST_MARGIN, FEWEST_PAGES = 2, 12, 3
# A letter that is written from right to left, and a letter or digit that is not, in any order.
_RIGHT: Final = "[\u05d0-\u085f\u08a0-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
_LEFT: Final = "[0-9A-Za-z\u0660-\u0669\u06f0-\u06f9]"
BOTH: Final = re.compile(f"{_RIGHT}.*{_LEFT}|{_LEFT}.*{_RIGHT}")
NUMBER: Final = re.compile(r"\d+|\b[ivxlc]{1,6}\b")
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
    text, parts = joined(_blocks(pages, found["typed"]))
    facts = resolved(Statement(*fields) for fields in found["statements"])
    facts["notes"] = (
        *facts["notes"],
        *_garbled(name, pages),
        *_ordered(found["ordered"]),
        *_two_directions(pages),
    )
    empty = [number for number, page in enumerate(pages, 1) if not page.strip()]
    title = facts.pop("title") or _first(pages) or plain.title(text)
    return Read(
        text,
        title=shortened(title, LONGEST_TITLE) if title else None,
        kind="pdf",
        parts=parts,
        left_out=(*_without_text(empty), *map(tuple, found["left_out"])),
        **facts,
    )


def _first(pages: list[str]) -> str | None:
    """Return the first line with a letter that is no running head."""
    margins = _margins(pages)
    lines = (line for page in pages for line in page.split("\n") if _shape(line) not in margins)
    return plain.title("\n".join(islice(lines, 1000)))


def _blocks(pages: list[str], typed: list[list[tuple[str, str]]]) -> Iterator[Block]:
    """Yield the lines of each page, then what people added to it."""
    margins = _margins(pages)
    for number, (page, added) in enumerate(zip(pages, typed, strict=True), 1):
        place = f"{PAGE} {number}"
        lines = page.split("\n")
        for n, line in enumerate(lines):
            end = n < MARGIN or n >= len(lines) - MARGIN
            form = margins.get(_shape(line), "") if end else ""
            yield Block(line, form, place)
        yield from (Block(line, form, place) for line, form in added)


def _margins(pages: list[str]) -> dict[str, str]:
    """Return the forms of lines with which most pages begin or end, apart from their numbers."""
    found: dict[str, str] = {}
    split = [[line for line in page.split("\n") if line.strip()] for page in pages]
    split = [lines for lines in split if len(lines) > 2 * MARGIN]
    for form, part in (("page header", slice(MARGIN)), ("page footer", slice(-MARGIN, None))):
        shapes = Counter(shape for lines in split for shape in {_shape(one) for one in lines[part]})
        most = max(FEWEST_PAGES, len(split) / 3)
        short = (shape for shape in shapes if len(shape.split()) <= LONGEST_MARGIN)
        found |= {shape: form for shape in short if shapes[shape] >= most}
    return found


def _shape(line: str) -> str:
    """Return a line with one sign for each number."""
    return NUMBER.sub("0", line.strip())


def _without_text(numbers: list[int]) -> Iterator[tuple[str, str]]:
    """Yield an entry for pages that are pictures."""
    if numbers:
        yield (
            f"pages without text: {_listed(numbers)}",
            "add a text layer: ocrmypdf FILE with-text.pdf",
        )


def _ordered(numbers: list[int]) -> Iterator[str]:
    """Yield a note on pages whose columns the file writes row by row."""
    if numbers:
        yield f"columns are read one after the other on pages: {_listed(numbers)}; check the order."


def _two_directions(pages: list[str]) -> Iterator[str]:
    """Yield a note on lines with words of both directions: their order in a file is often wrong."""
    numbers = [n for n, page in enumerate(pages, 1) if any(map(BOTH.search, page.split("\n")))]
    if numbers:
        yield (
            "words written from right to left and others are on one line, and may be in another "
            f"order than the page shows: pages {_listed(numbers)}; compare them."
        )


def _listed(numbers: list[int]) -> str:
    """Return numbers of pages, only the first ones if there are many."""
    more = "…" if len(numbers) > MOST_LISTED else ""
    return ", ".join(map(str, numbers[:MOST_LISTED])) + more


def _garbled(name: str, pages: list[str]) -> Iterator[str]:
    """Yield notes on pages whose fonts do not say which letters they show (ISO 32000-2 §9.10), or
    say it wrongly.

    Raises Usage if these are all pages that have text.
    """
    numbers = [number for number, page in enumerate(pages, 1) if _is_garbled(page)]
    hint = "read its pages as pictures: ocrmypdf --force-ocr FILE with-text.pdf"
    if numbers and len(numbers) == sum(bool(page.strip()) for page in pages):
        raise Usage(f"{name} has no readable text: its fonts do not name their letters.", hint)
    if numbers:
        listed = _listed(numbers)
        yield f"not readable, because fonts do not name their letters: pages {listed}; {hint}."
    strange = [n for n, page in enumerate(pages, 1) if languages.is_strange(page)]
    strange = [number for number in strange if number not in numbers]
    if strange:
        yield (
            f"pages without a frequent word of any language: {_listed(strange)}. Their fonts may "
            f"name wrong letters: compare them with the text; {hint}."
        )


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
    found = [pdf_columns.read_page(page) for page in reader.pages]
    pages = [_lines(text) for text, _ in found]
    notes = [pdf_annotations.read(page) for page in reader.pages]
    if not any(page.strip() for page in pages) and not any(one.typed for one in notes):
        raise Usage(
            f"{name} has no text: its pages are pictures, or it has no pages.",
            "add a text layer: ocrmypdf FILE with-text.pdf",
        )
    return {
        "pages": pages,
        "ordered": [number for number, (_, ordered) in enumerate(found, 1) if ordered],
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
    author = clean(str(stated.get("/Author") or ""))
    if author and not NO_AUTHOR.fullmatch(author):
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
