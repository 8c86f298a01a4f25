"""E-mail messages (.eml). Headers are metadata; the text is the subject and the body."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from typing import Any, Final

from kb.documents import bounded, encodings
from kb.documents.document import Block, Read, joined
from kb.documents.statements import Statement, clean, resolved
from kb.errors import Usage
from kb.system.intake import LARGEST_DOCUMENT, too_large

# Parts of a message that are looked at.
MOST_PARTS: Final = 1_000
SAVE: Final = "save the text of the message as a .txt file"


def parsed(data: bytes) -> EmailMessage:
    """Return the message that these bytes contain."""
    return email.message_from_bytes(data, policy=email.policy.default)


def read(name: str, data: bytes) -> Read:
    """Read a message: its plain text, or else its HTML.

    Raises Usage if it is too large, damaged, in an unknown encoding, or has no text.
    """
    if len(data) > LARGEST_DOCUMENT:
        raise too_large(name, LARGEST_DOCUMENT, SAVE)
    found = bounded.run(name, "an e-mail", SAVE, lambda: _read(name, data))
    stated = [Statement(*fields) for fields in found["statements"]]
    left_out = tuple((kind, first) for kind, first in found["left_out"])
    if found["html"]:
        from kb.documents import html

        page = html.read_page(name, found["body"])
        lines = [Block(line) for line in page.text.split("\n")]
        left_out = (*page.left_out, *left_out)
    else:
        lines = [_line(line) for line in found["body"].split("\n")]
    subject = next((one.value for one in stated if one.field == "title"), None)
    if subject:
        lines = [Block(subject, "headline"), *lines]
    text, parts = joined(lines)
    if not text.strip():
        raise Usage(f"no text was found in {name}.", SAVE)
    return Read(text, kind="email", parts=parts, left_out=left_out, **resolved(stated))


def _line(line: str) -> Block:
    """Return a line; those that begin with “>” quote another message."""
    return Block(line, "quotation" if line.startswith(">") else "")


def _read(name: str, data: bytes) -> dict[str, Any]:
    """Return the body, the statements of the headers, and what is left out. Raises Usage."""
    message = parsed(data)
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        raise Usage(f"{name} has no text, only attachments.", "save and add the attachments")
    body = _content(name, part).replace("\r\n", "\n").rstrip("\n")
    return {
        "body": body,
        "html": part.get_content_type() == "text/html",
        "statements": list(_statements(message)),
        "left_out": list(_left_out(message, part)),
    }


def _content(name: str, part: Any) -> str:
    """Return the text of a part. Raises Usage if it is not in the encoding that it declares."""
    label = str(part.get_content_charset() or "utf-8")
    return encodings.declared(name, payload(part), label, SAVE)


def payload(part: Any) -> bytes:
    """Return the bytes of a part; none if it contains other parts."""
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _statements(message: EmailMessage) -> Iterator[tuple[str, str, str]]:
    """Yield what the headers state."""
    if subject := clean(str(message.get("Subject", ""))):
        yield "title", subject, "Subject"
    name, address = parseaddr(str(message.get("From", "")))
    if author := clean(name) or clean(address):
        yield "author", author, "From"
    if day := clean(str(message.get("Date", ""))):
        yield "published", day, "Date"
    if language := clean(str(message.get("Content-Language", ""))):
        yield "language", language.partition(",")[0], "Content-Language"


def _left_out(message: EmailMessage, body: Any) -> Iterator[tuple[str, str]]:
    """Yield the receivers, the attachments and other versions of the text."""
    headers = [str(value) for key in ("To", "Cc") for value in message.get_all(key, [])]
    receivers = [address for address in getaddresses(headers) if any(address)]
    if receivers:
        shown = ", ".join(name or address for name, address in receivers[:5])
        yield f"receivers: {len(receivers)}", shown
    attached: list[str] = []
    for number, part in enumerate(message.walk()):
        if number > MOST_PARTS:
            break
        if part is body or part.is_multipart():
            continue
        file = clean(part.get_filename())
        if file or part.get_content_disposition() == "attachment":
            attached.append(file or part.get_content_type())
        elif part.get_content_type() == "text/html":
            yield "the same text as HTML", ""
        else:
            attached.append(part.get_content_type())
    if attached:
        yield f"attachments: {len(attached)}", ", ".join(attached[:10])
