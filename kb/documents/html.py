"""Web pages: their text in blocks, what is left out of it, and the facts that they state.

Nothing is fetched and nothing is guessed.
"""

from __future__ import annotations

import codecs
import copy
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import astuple, replace
from types import ModuleType
from typing import Any

from kb.documents import encodings, linked_data, page_article, page_facts, plain_html
from kb.documents.document import LONGEST_TITLE, Block, Read, joined, shortened
from kb.documents.statements import Statement, resolved
from kb.errors import Usage
from kb.system import confined
from kb.system.intake import too_large

# Bytes. People read pages; a larger one is data, and its tree would take a hundred times the
# memory.
LARGEST = 20_000_000
# The most elements of a page that is read.
ELEMENTS = 1_000_000
# Elements of an article, and characters of one tag with its attributes. trafilatura takes quadratic
# time for both; of a page with more, the full text is used.
ARTICLE, LONGEST_TAG = 40_000, 50_000
# Words of a text in JSON-LD that are not on the page, from which on it is listed.
LEAST_UNSHOWN = 10
# Characters of such a page in which title, author and day are searched for.
OPENING_PART = 200_000
# Limits for reading a page. Ten megabytes of ordinary text take 5 seconds and 250 MB.
LIMITS = confined.Limits(seconds=30, memory=2**30)
WAY_OUT = "save the text of the article as a .txt file"
AS_UTF8 = "save it as UTF-8"
UNSHOWN = "text of the article that only JSON-LD has"
OFFERED = "the page offers a subscription at its end: its text may be only a part of the article."
# Our users do not need trafilatura's warnings.
SILENT = logging.NullHandler()
# UTF-32 comes first, because its mark begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, None),
    (codecs.BOM_UTF32_BE, None),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Reads a page with the module trafilatura; None if it has no text.
Work = Callable[[ModuleType, str], dict[str, Any] | None]
OPENING = re.compile("<[A-Za-z]")
WORD = re.compile(r"\w+")
LONG_TAG = re.compile(rf"<[A-Za-z][^<>]{{{LONGEST_TAG},}}")
CHARSET = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""",
    re.IGNORECASE,
)


def read(name: str, data: bytes) -> Read:
    """Read a page: its text with the headline first, and the facts that it states.

    The page is read in a child process with LIMITS. Raises Usage if trafilatura is not installed,
    or the page is too large, takes too long, is in an unknown encoding, or has no text.
    """
    if len(data) > LARGEST:
        raise too_large(name, LARGEST, WAY_OUT)
    found = read_page(name, decoded(name, data))
    notes = encodings.doubts(data, _label(data)) if _mark(data) == "" else ()
    return replace(found, notes=(*found.notes, *notes))


def read_page(name: str, page: str, before: tuple[Statement, ...] = ()) -> Read:
    """Read a decoded page. `before` are statements from around the page, such as its headers."""
    elements = sum(1 for _ in OPENING.finditer(page))
    if elements > ELEMENTS:
        raise Usage(f"{name} has more than {ELEMENTS:,} elements.", WAY_OUT)
    why = _too_much_for_an_article(page, elements)
    found = _found(name, page, _whole if why else _read)
    text, parts = joined(Block(*block) for block in found["blocks"])
    facts = resolved([*before, *(Statement(*fields) for fields in found["statements"])])
    changed = {"text": why} if why else {}
    title = facts.pop("title")
    if title and len(title) > LONGEST_TITLE:
        length = f"{len(title):,}"
        title = shortened(title, LONGEST_TITLE)
        changed["title"] = f"is stored as “{title}”: it has {length} characters."
    notes = (*found["notes"], *facts.pop("notes"))
    left_out = tuple((kind, first) for kind, first in found["left_out"])
    return Read(
        text,
        title=title,
        kind="html",
        changed=changed,
        parts=parts,
        left_out=left_out,
        notes=notes,
        **facts,
    )


def _found(name: str, page: str, work: Work) -> dict[str, Any]:
    """Return what `work` finds in a page, in a child process with LIMITS. Raises Usage."""
    try:
        # Here, so that the child finds it loaded, and the limits do not include loading it.
        import trafilatura
    except ImportError:
        raise Usage(
            f"{name} is a web page, and the reader of web pages is not installed.",
            "install it: pip install 'claimkb[html]'",
        ) from None
    try:
        found: dict[str, Any] | None = confined.run(lambda: work(trafilatura, page), LIMITS)
    except confined.Overrun as over:
        raise Usage(f"{name} {_overran(over.what)}", WAY_OUT) from None
    if found is None:
        raise Usage(f"no text was found in {name}.", WAY_OUT)
    return found


def _too_much_for_an_article(page: str, elements: int) -> str:
    """Return the reason why the full text of a page is used instead of its article, or ""."""
    full = "is everything on the page, menus included, because the page has"
    if elements > ARTICLE:
        return f"{full} more than {ARTICLE:,} elements."
    return f"{full} a tag of more than {LONGEST_TAG:,} characters." if LONG_TAG.search(page) else ""


def _overran(what: str) -> str:
    """Return the end of the sentence about the limit that a page exceeded."""
    return {
        "time": f"cannot be read within {LIMITS.seconds:g} seconds: "
        "it has too many elements, attributes or levels.",
        "memory": f"needs more than {LIMITS.memory // 2**20} MiB of memory to be read.",
        "result": f"has more than {LIMITS.result // 2**20} MiB of text.",
    }.get(what, "cannot be read as a web page: it is nested too deeply, or its markup is broken.")


def _read(trafilatura: ModuleType, page: str) -> dict[str, Any] | None:
    """Return blocks, statements, notes and what is left out as JSON, or None without a text."""
    from lxml.etree import iterwalk

    logging.getLogger("trafilatura").addHandler(SILENT)
    # trafilatura takes markup without this element for something else.
    whole = page if "<html" in page[:OPENING_PART].lower() else f"<html>{page}</html>"
    tree = trafilatura.load_html(whole) if page.strip() else None
    if tree is None:
        return None
    statements, notes, hidden = page_facts.facts(tree, page)

    def found_by(body: Any) -> str | None:
        """Return the text that trafilatura takes for the article of a page."""
        text: str | None = trafilatura.extract(copy.deepcopy(body), include_comments=False)
        return text

    blocks, left_out = page_article.read(tree, found_by, iterwalk)
    if not blocks:
        return None
    left_out += ((UNSHOWN, text) for text in hidden[:1] if _is_longer(text, blocks))
    if page_article.ends_with_an_offer(blocks, left_out) and linked_data.NOT_FREE not in notes:
        notes.append(OFFERED)
    return {
        "blocks": [(block.text, block.form) for block in blocks],
        "statements": [astuple(one) for one in statements],
        "notes": notes,
        "left_out": page_article.listed(left_out),
    }


def _is_longer(text: str, blocks: Sequence[Block]) -> bool:
    """Tell whether a text has more words than a page shows, and not only a few of them."""
    shown = {word for block in blocks for word in WORD.findall(block.text)}
    bare = plain_html.text(text) if "<" in text else text
    return sum(word not in shown for word in WORD.findall(bare)) > LEAST_UNSHOWN


def _whole(trafilatura: ModuleType, page: str) -> dict[str, Any] | None:
    """Return the same, but with all visible text of the page."""
    text = plain_html.text(page)
    if not text:
        return None
    opening = LONG_TAG.sub("<p", page[:OPENING_PART])
    tree = trafilatura.load_html(opening[: opening.rfind("<")])
    statements, notes, _ = page_facts.facts(tree, page) if tree is not None else ([], [], [])
    return {
        "blocks": [(line, "") for line in text.split("\n")],
        "statements": [astuple(one) for one in statements],
        "notes": notes,
        "left_out": [],
    }


def decoded(name: str, data: bytes, header: str | None = None) -> str:
    """Decode a page by its byte order mark, by its declared encoding, or as UTF-8.

    `header` is the encoding that the headers around the page declare, which comes first.
    """
    marked = _mark(data)
    if marked is None:
        raise Usage(f"{name} is in UTF-32, which no browser reads.", AS_UTF8)
    if marked:
        return encodings.read(name, data, marked, marked, AS_UTF8)
    return encodings.declared(name, data, header or _label(data), AS_UTF8)


def _mark(data: bytes) -> str | None:
    """Return the encoding of a byte order mark, "" without one, and None if no browser reads it."""
    return next((encoding for mark, encoding in MARKS if data.startswith(mark)), "")


def _label(data: bytes) -> str:
    """Return the encoding that a page declares."""
    declared = CHARSET.search(data[:4096])
    return declared[1].decode() if declared else "utf-8"
