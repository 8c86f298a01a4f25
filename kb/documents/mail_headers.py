"""Mail headers with raw bytes that are not UTF-8, as old programs write them."""

from __future__ import annotations

import codecs
import re
from typing import Any, Final

from kb.documents import encodings
from kb.system import charsets

# Headers that are read, in lower case.
READ: Final = frozenset({"subject", "from", "date", "to", "cc", "content-language"})
END: Final = re.compile(rb"\r?\n\r?\n|\Z")
FIELD: Final = re.compile(rb"\r?\n(?![ \t])")
NAME: Final = re.compile(r"name\s*=\s*(?:\"([^\"]*)\"|([^;\s]+))", re.IGNORECASE)
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


def raw(part: Any, name: str, declared: str) -> str | None:
    """Return a header with bytes beyond ASCII, decoded, or None if there is none with this name.

    They are in UTF-8, in the encoding that the text of the message declares, or in the one that
    fits best.
    """
    for key, value in part.raw_items():
        data = str(value).encode("ascii", "surrogateescape") if key.lower() == name else b""
        if any(byte > 0x7F for byte in data):
            likely = charsets.likely(data) or ""
            codecs_tried = ("utf-8", encodings.codec(declared), encodings.codec(likely) or likely)
            found = (_decoded(data, codec) for codec in codecs_tried if codec)
            text = next((one for one in found if one is not None), None)
            return text.decode() if text is not None else None
    return None


def filename(part: Any, declared: str) -> str | None:
    """Return the name of an attachment, also if it is written in raw bytes."""
    for header in ("content-disposition", "content-type"):
        value = raw(part, header, declared)
        if value and (found := NAME.search(value)):
            return found[1] or found[2]
    name = part.get_filename()
    return str(name) if name else None


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
