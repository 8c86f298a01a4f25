"""Plain text, kept exactly as its bytes, so that digests and offsets apply to the file itself."""

from __future__ import annotations

from kb.documents.document import LONGEST_TITLE, Read, shortened
from kb.system.intake import LARGEST_DOCUMENT, decode, too_large


def read(name: str, data: bytes) -> Read:
    """Read UTF-8 text, without newline translation. Its title is the first line with any text.

    >>> note = read("note.txt", "\\r\\n  A title \\r\\nText.".encode())
    >>> note.title, note.text
    ('A title', '\\r\\n  A title \\r\\nText.')

    Raises Usage if the text is too large, binary, or in another encoding.
    """
    if len(data) > LARGEST_DOCUMENT:
        raise too_large(name, LARGEST_DOCUMENT)
    text = decode(data, name)
    return Read(text, title=title(text))


def title(text: str) -> str | None:
    """Return the first line with a letter in it, shortened, or None.

    >>> title("=====\\n\\nPier closed\\n")
    'Pier closed'
    """
    lines = map(_bare, text.split("\n"))
    first = next((line for line in lines if any(sign.isalnum() for sign in line)), None)
    return shortened(first, LONGEST_TITLE) if first else None


def _bare(line: str) -> str:
    """Remove byte order marks and white space from the ends of a line."""
    return line.strip("\ufeff \t\r")
