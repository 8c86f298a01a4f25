"""Plain text, kept exactly as its bytes, so that digests and offsets apply to the file itself."""

from __future__ import annotations

from typing import Any

from kb.documents import front_matter
from kb.documents.document import LONGEST_TITLE, Read, shortened
from kb.documents.statements import resolved
from kb.system import intake
from kb.text.parts import Part


def read(name: str, data: bytes) -> Read:
    """Read UTF-8 text, without newline translation. Its title is the first line with a letter.

    Lines such as `Title: …` at its beginning are read, and stay in the text.

    >>> note = read("note.txt", "\\r\\n  A title \\r\\nText.".encode())
    >>> note.title, note.text
    ('A title', '\\r\\n  A title \\r\\nText.')

    Raises Usage if the text is too large, binary, or in another encoding.
    """
    text = intake.text(data, name)
    matter = front_matter.headers(text)
    if matter is None:
        return Read(text, title=title(text))
    facts: dict[str, Any] = resolved(front_matter.statements(matter.values))
    stated = facts.pop("title") or title(text[matter.end :])
    parts = (Part(text.startswith("\ufeff"), matter.end, "form", "header"),)
    return Read(
        text, title=shortened(stated, LONGEST_TITLE) if stated else None, parts=parts, **facts
    )


def title(text: str) -> str | None:
    """Return the first line with a letter in it, shortened, or None.

    >>> title("=====\\n\\n12\\nPier closed\\n")
    'Pier closed'
    """
    lines = map(_bare, text.split("\n"))
    first = next((line for line in lines if any(sign.isalpha() for sign in line)), None)
    return shortened(first, LONGEST_TITLE) if first else None


def _bare(line: str) -> str:
    """Remove byte order marks and white space from the ends of a line."""
    return line.strip("\ufeff \t\r")
