"""Plain text: kept exactly as its bytes say, so that digests and offsets hold for the file itself."""

from __future__ import annotations

from kb.folder import decode
from kb.importers import Read


def read(name: str, data: bytes) -> Read:
    """Read UTF-8 text, without any newline translation; the title is its first line that is not empty.

    Raises Usage where it is binary or in another encoding.

    >>> note = read("note.txt", "\\r\\n  A title \\r\\nText.".encode())
    >>> note.title, note.text
    ('A title', '\\r\\n  A title \\r\\nText.')
    """
    text = decode(data, name)
    lines = (line.strip("\ufeff \t\r") for line in text.split("\n"))
    return Read(text, title=next(filter(None, lines), None))
