"""Annotations of a PDF: values of forms, typed text, and comments of readers.

They are not in the content of a page, so readers of text miss them (ISO 32000-2 §12.5 and §12.7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from kb.documents.document import FIRST_WORDS, number_of_words
from kb.documents.statements import clean

# Annotations of one page that are looked at.
MOST: Final = 2_000


@dataclass
class Annotations:
    """The annotations of a page: lines with their form, and comments, which are not text."""

    typed: list[tuple[str, str]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    unread: int = 0


def read(page: Any) -> Annotations:
    """Return the annotations of a page of pypdf."""
    found = Annotations()
    try:
        annotations = list(page.annotations or ())[:MOST]
    except Exception:
        # pypdf raises errors of several kinds for damaged objects; the page itself can be whole.
        return Annotations(unread=1)
    for one in annotations:
        try:
            _add(found, one.get_object())
        except Exception:
            found.unread += 1
    return found


def _add(found: Annotations, one: Any) -> None:
    kind = str(one.get("/Subtype"))
    contents = clean(str(one.get("/Contents") or ""))
    if kind == "/Widget":
        if line := _value(one):
            found.typed.append((line, "form field"))
    elif contents and kind == "/FreeText":
        found.typed.append((contents, "text box"))
    elif contents and kind != "/Link":
        found.comments.append(contents)


def _value(widget: Any) -> str | None:
    """Return name and value of a field of a form, or None if it is empty."""
    above = widget.get("/Parent")
    parent = above.get_object() if above is not None else {}
    value = clean(str(widget.get("/V") or parent.get("/V") or ""))
    name = clean(str(widget.get("/T") or parent.get("/T") or ""))
    if not value or value == "/Off":
        return None
    return f"{name}: {value.removeprefix('/')}" if name else value


def left_out(reader: Any, notes: Iterable[Annotations]) -> Iterator[tuple[str, str]]:
    """Yield comments, annotations that cannot be read, and attached files."""
    pages = list(notes)
    words = " ".join(text for page in pages for text in page.comments).split()
    if words:
        yield number_of_words("comments", words), " ".join(words[:FIRST_WORDS])
    if unread := sum(page.unread for page in pages):
        yield f"annotations that cannot be read: {unread}", ""
    try:
        names = [clean(str(name)) or "file" for name in reader.attachments]
    except Exception:
        # Errors of several kinds, as above.
        names = ["unreadable"]
    if names:
        yield f"attached files: {len(names)}", ", ".join(names[:10])
