"""Plain text: kept exactly as its bytes say, so that digests and offsets hold for the file itself."""

from __future__ import annotations

from kb.documents import Read, shortened
from kb.errors import Usage
from kb.system.intake import LARGEST_DOCUMENT, decode

# Characters of a title: a text that is one long line has none of its own.
LONGEST_TITLE = 300


def read(name: str, data: bytes) -> Read:
    """Read UTF-8 text, without any newline translation; the title is its first line that is not
    empty.

    Raises Usage where it is too large, binary or in another encoding.

    >>> note = read("note.txt", "\\r\\n  A title \\r\\nText.".encode())
    >>> note.title, note.text
    ('A title', '\\r\\n  A title \\r\\nText.')
    """
    if len(data) > LARGEST_DOCUMENT:
        raise Usage(f"{name} is larger than {LARGEST_DOCUMENT // 1_000_000} MB.", "split it")
    text = decode(data, name)
    title = next((line for line in map(_bare, text.split("\n")) if line), None)
    return Read(text, title=shortened(title, LONGEST_TITLE) if title else None)


def _bare(line: str) -> str:
    """A line without the signs around its words."""
    return line.strip("\ufeff \t\r")
