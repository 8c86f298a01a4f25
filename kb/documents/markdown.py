"""Markdown with front matter, as note programs and clippers write it.

The text is kept as it is written, without the front matter.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import yaml

from kb.documents import text as plain
from kb.documents.document import LONGEST_TITLE, Read, shortened
from kb.documents.statements import LONGEST_SHOWN, Field, Statement, clean, resolved
from kb.text.parts import Part

# Characters of a front matter. A longer one is not metadata.
LONGEST: Final = 20_000
FENCED: Final = re.compile(
    r"\ufeff?(---|\+\+\+)[ \t]*\r?\n(.*?)(?:\r?\n|(?<=\n))(?:\1|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL
)
HEADING: Final = re.compile(r"^(#{1,6})[ \t]+(\S.*?)[ \t]*#*[ \t]*\r?$", re.MULTILINE)
LINK: Final = re.compile(r"\[\[(?:[^\]|]*\|)?([^\]|]*)\]\]|\[([^\]]*)\]\([^)]*\)")
KEYS: Final[dict[str, Field]] = {
    "title": "title",
    "author": "author",
    "authors": "author",
    "by": "author",
    "creator": "author",
    "date": "published",
    "published": "published",
    "publishdate": "published",
    "modified": "modified",
    "updated": "modified",
    "lastmod": "modified",
    "created": "created",
    "lang": "language",
    "language": "language",
    "url": "url",
    "source": "url",
    "link": "url",
    "canonical": "url",
    "canonical_url": "url",
    "publisher": "publisher",
    "site": "publisher",
    "site_name": "publisher",
}
# Clippers note the day on which a page was clipped under this key.
WEAK: Final = frozenset({"date"})


def read(name: str, data: bytes) -> Read:
    """Read Markdown. Raises Usage if it is too large, binary or in another encoding.

    >>> found = read("a.md", b"---\\ntitle: Pier\\nauthor: [Ada Quill, Ben Holt]\\n---\\nClosed.")
    >>> found.title, [author.name for author in found.authors], found.text
    ('Pier', ['Ada Quill', 'Ben Holt'], 'Closed.')
    """
    whole = plain.read(name, data)
    fence = FENCED.match(whole.text[: LONGEST + 10])
    stated = _mapping(fence[1], fence[2]) if fence else None
    if fence is None or stated is None:
        return _marked(whole, None)
    facts = resolved(_statements(stated))
    body = whole.text[fence.end() :].lstrip("\r\n")
    title = facts.pop("title")
    return _marked(Read(body, left_out=tuple(_left_out(stated)), **facts), title)


def _left_out(stated: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the fields of a front matter that are neither text nor a statement."""
    others = {str(key): value for key, value in stated.items() if _field(key) is None and value}
    if others:
        shown = "; ".join(f"{key}: {value}" for key, value in others.items())
        yield f"other fields of the front matter: {len(others)}", shortened(shown, LONGEST_SHOWN)


def _field(key: Any) -> Field | None:
    return KEYS.get(str(key).lower().replace("-", "_"))


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


def _mapping(fence: str, block: str) -> dict[str, Any] | None:
    """Return the values of a front matter as texts, or None if it is not one."""
    try:
        found = tomllib.loads(block) if fence == "+++" else yaml.load(block, yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _statements(stated: dict[str, Any]) -> Iterator[Statement]:
    """Yield what the front matter states."""
    for key, value in stated.items():
        field = _field(key)
        if field is None:
            continue
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                item = item.get("name") or item.get("title") or item.get("url") or ""
            text = clean(LINK.sub(lambda m: m[1] or m[2] or "", str(item)))
            if text:
                weak = str(key).lower() in WEAK
                yield Statement(field, text, f"front matter {key}", weak=weak)
