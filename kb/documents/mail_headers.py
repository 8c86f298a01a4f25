"""Mail headers with raw bytes that are not UTF-8, as old programs write them."""

from __future__ import annotations

import codecs
import re
from typing import Final

from kb.documents import encodings
from kb.system import charsets

# Headers that are read, in lower case.
READ: Final = frozenset({"subject", "from", "date", "to", "cc", "content-language"})
END: Final = re.compile(rb"\r?\n\r?\n|\Z")
FIELD: Final = re.compile(rb"\r?\n(?![ \t])")
CHARSET: Final = re.compile(rb"\bcharset\s*=\s*\"?([\w.:-]{1,40})", re.IGNORECASE)


def in_utf_8(data: bytes) -> tuple[bytes, list[str]]:
    """Return a message with its headers in UTF-8, and notes on those that are in another encoding.

    The encoding of the text counts, else the one that fits best. A header that is in none is left
    out.

    >>> in_utf_8(b"Subject: Gr\\xfc\\xdfe\\n\\nText")[0].decode()
    'Subject: Grüße\\n\\nText'
    """
    found = END.search(data)
    end = found.start() if found else len(data)
    fields = FIELD.split(data[:end])
    broken = [field for field in fields if not _is_utf_8(field)]
    if not broken:
        return data, []
    codec, why = _codec(data, b"\n".join(broken))
    kept: list[bytes] = []
    notes: list[str] = []
    for field in fields:
        name = field.partition(b":")[0].decode("ascii", "replace")
        read = field if field not in broken else _decoded(field, codec)
        kept += [read] if read is not None else []
        if field in broken and name.lower() in READ:
            how = f"is read as {why}" if read is not None else "is left out"
            notes.append(f"the header {name} is not in UTF-8; it {how}.")
    return b"\n".join(kept) + data[end:], notes


def _is_utf_8(data: bytes) -> bool:
    """Tell whether bytes are UTF-8 or ASCII."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _codec(data: bytes, broken: bytes) -> tuple[str, str]:
    """Return the codec of headers and why it is used; empty if none fits."""
    declared = CHARSET.search(data)
    label = declared[1].decode() if declared else ""
    known = encodings.codec(label)
    if known and known != "utf-8" and _decoded(broken, known) is not None:
        return known, f"{label}, the encoding of the text"
    fitting = charsets.likely(broken) or ""
    return encodings.codec(fitting) or fitting, f"{fitting}, which fits best"


def _decoded(field: bytes, codec: str) -> bytes | None:
    """Return a header in UTF-8, or None if it is not in this encoding."""
    try:
        return codecs.decode(field, codec).encode() if codec else None
    except (ValueError, LookupError):
        return None
