"""Markdown with front matter, as note programs and clippers write it.

The text is kept as it is written, without the front matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from kb.documents import front_matter
from kb.documents import text as plain
from kb.documents.document import LONGEST_TITLE, Read, shortened
from kb.documents.statements import LONGEST_SHOWN, resolved
from kb.system import intake
from kb.text.parts import Part

HEADING: Final = re.compile(r"^(#{1,6})[ \t]+(\S.*?)[ \t]*#*[ \t]*\r?$", re.MULTILINE)


def read(name: str, data: bytes) -> Read:
    """Read Markdown. Raises Usage if it is too large, binary or in another encoding.

    >>> found = read("a.md", b"---\\ntitle: Pier\\nauthor: [Ada Quill, Ben Holt]\\n---\\nClosed.")
    >>> found.title, [author.name for author in found.authors], found.text
    ('Pier', ['Ada Quill', 'Ben Holt'], 'Closed.')
    """
    text = intake.text(data, name)
    matter = front_matter.found(text)
    if matter is None:
        return _marked(Read(text), None)
    facts = resolved(front_matter.statements(matter.values))
    title = facts.pop("title")
    facts["notes"] = (*facts["notes"], *filter(None, [matter.note]))
    body = text[matter.end :].lstrip("\r\n")
    return _marked(Read(body, left_out=tuple(_left_out(matter.values)), **facts), title)


def _left_out(stated: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the fields of a front matter that are neither text nor a statement."""
    others = {
        str(key): value
        for key, value in stated.items()
        if value and front_matter.field_of(key) is None
    }
    if others:
        shown = "; ".join(f"{key}: {value}" for key, value in others.items())
        yield f"other fields of the front matter: {len(others)}", shortened(shown, LONGEST_SHOWN)


def _marked(found: Read, title: str | None) -> Read:
    """Return a document with its headings as parts, and its stated title or else the first one."""
    headings = list(HEADING.finditer(found.text))
    parts = tuple(
        Part(m.start(), m.end(2), "form", "headline" if len(m[1]) == 1 else "subheading")
        for m in headings
    )
    first = headings[0][2] if headings else plain.title(found.text)
    chosen = title or first
    return replace(
        found,
        title=shortened(chosen, LONGEST_TITLE) if chosen else None,
        kind="markdown",
        parts=parts,
    )
