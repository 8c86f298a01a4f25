"""Front matter: what Markdown and text files state about themselves in their first lines.

YAML, TOML and JSON as note programs write them, the title blocks of Pandoc, and lines of the form
`Key: value`, which MultiMarkdown, AsciiDoc, Org and collections of texts have.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import yaml

from kb.documents.statements import Field, Statement, clean

# Characters of a front matter. A longer one is not metadata.
LONGEST: Final = 20_000
FENCED: Final = re.compile(
    r"\ufeff?(---|\+\+\+)[ \t]*\r?\n(.*?)(?:\r?\n|(?<=\n))(?:\1|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL
)
# Up to three fields: title, authors and date. A line that begins with a space continues one.
PANDOC: Final = re.compile(r"\ufeff?((?:%[ \t]*[^\r\n]*\r?\n(?:[ \t]+[^\r\n]+\r?\n)*){1,3})")
LINE: Final = re.compile(r"(?:#\+|:)?([^\W\d_][\w .-]{0,40}):(?:[ \t]+([^\r\n]*))?\r?")
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
# Different fields that lines must state to be headers: a text can begin with “Title: …” by chance.
FEWEST: Final = 2


@dataclass(frozen=True, slots=True)
class Matter:
    """The front matter of a text: its values, where it ends, and a note if it is not valid."""

    values: dict[str, Any]
    end: int
    note: str = ""


def found(text: str) -> Matter | None:
    """Return the front matter of Markdown, or None.

    >>> found("---\\ntitle: Pier: closed\\ndate: 2024-03-05\\n---\\nWords.").values["title"]
    'Pier: closed'
    >>> found("% Pier\\n% Ada Quill; Ben Holt\\n\\nWords.").values
    {'title': 'Pier', 'author': ['Ada Quill', 'Ben Holt']}
    """
    beginning = text[: LONGEST + 10]
    if fence := FENCED.match(beginning):
        return _fenced(fence)
    if block := PANDOC.match(beginning):
        return Matter(_title_block(block[1]), block.end())
    if beginning.lstrip("\ufeff \r\n").startswith("{"):
        return _json(beginning)
    return headers(text)


def headers(text: str) -> Matter | None:
    """Return the `Key: value` lines with which a text begins, up to an empty line, or None.

    >>> headers("Title: Pier\\nDate: 2024-03-05\\nNo header, but a sentence.") is None
    True
    """
    beginning = text[:LONGEST].lstrip("\ufeff")
    block = re.split(r"\r?\n[ \t]*\r?\n", beginning, maxsplit=1)[0]
    values = _lines(block)
    fields = {field_of(key) for key in values or ()} - {None}
    end = len(block) + text.startswith("\ufeff")
    if values is None or len(fields) < FEWEST or not text[end:].strip():
        return None
    return Matter(values, end)


def field_of(key: Any) -> Field | None:
    """Return what a key of a front matter states, or None if it is another one."""
    return KEYS.get(str(key).strip().lower().replace("-", "_"))


def statements(values: dict[str, Any]) -> Iterator[Statement]:
    """Yield what a front matter states."""
    for key, value in values.items():
        field = field_of(key)
        if field is None:
            continue
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                item = item.get("name") or item.get("title") or item.get("url") or ""
            text = clean(LINK.sub(lambda m: m[1] or m[2] or "", str(item)))
            if text:
                weak = str(key).lower() in WEAK
                yield Statement(field, text, f"front matter {key}", weak=weak)


def _fenced(fence: re.Match[str]) -> Matter | None:
    """Return a front matter between two fences. One that is not valid is read line by line."""
    kind = "TOML" if fence[1] == "+++" else "YAML"
    try:
        values = tomllib.loads(fence[2]) if kind == "TOML" else yaml.load(fence[2], yaml.BaseLoader)
        return Matter(values, fence.end()) if isinstance(values, dict) else None
    except (yaml.YAMLError, ValueError, RecursionError):
        plain = _lines(fence[2]) if kind == "YAML" else None
    stated = (one for key, one in (plain or {}).items() if field_of(key))
    if plain is None or not any(re.search(r"\w", one) for one in stated):
        return None
    return Matter(
        plain, fence.end(), "the front matter is not valid YAML; it is read line by line."
    )


def _title_block(block: str) -> dict[str, Any]:
    """Return the fields of a title block of Pandoc."""
    fields = re.split(r"^%[ \t]*", block, flags=re.MULTILINE)[1:]
    title, authors, day = (*fields, "", "", "")[:3]
    names = [" ".join(name.split()) for name in re.split(r"[;\n]", authors)]
    values = {"title": clean(title), "author": [*filter(None, names)], "date": clean(day)}
    return {key: value for key, value in values.items() if value}


def _json(text: str) -> Matter | None:
    """Return a JSON object before a text, as Hugo reads it, or None."""
    start = text.index("{")
    try:
        values, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    return Matter(values, end) if any(map(field_of, values)) else None


def _lines(block: str) -> dict[str, Any] | None:
    """Return the values of `Key: value` lines and of lists under a key, or None for other lines."""
    values: dict[str, Any] = {}
    key = ""
    for line in block.split("\n"):
        if header := LINE.fullmatch(line):
            key = header[1]
            values[key] = (header[2] or "").strip().strip("\"'")
        elif key and line[:1] in (" ", "\t", "-"):
            more = line.strip()
            between = "; " if more.startswith("- ") and values[key] else " "
            more = more.removeprefix("- ").strip("\"'")
            values[key] = f"{values[key]}{between}{more}".strip()
        elif line.strip():
            return None
    return values
