"""E-mail messages (.eml). Headers are metadata; the text is the subject and the body."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from email.message import EmailMessage
from email.utils import getaddresses
from itertools import islice, takewhile
from typing import Any, Final

from kb.documents import bounded, encodings, mail_headers, plain_html
from kb.documents.document import Block, Read, joined
from kb.documents.statements import Statement, clean, resolved
from kb.errors import Usage
from kb.system.intake import LARGEST_DOCUMENT, too_large
from kb.text.parts import form

# Parts of a message that are looked at.
MOST_PARTS: Final = 1_000
VERSIONS: Final = {
    "text/html": "the same text as HTML",
    "text/plain": "a shorter version as plain text",
}
# Apple Mail writes the number of bytes before a message, and a property list after it.
APPLE: Final = re.compile(rb"(\d{1,10})[ \t]*\r?\n(?=[!-9;-~]{1,70}:)")
# A field of a header that is copied into a text, such as “Gesendet: …”, and the line above it.
COPIED: Final = re.compile(r"\*?[^\W\d_][^\n:*]{0,20}[^\W\d_]\*?\s?[:：]\*?\s")
RULE: Final = re.compile(r"[-_]{3,}.{0,60}$")
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
    lines: list[Block] = []
    for kind, body in found["bodies"]:
        if kind == "text/html":
            from kb.documents import html

            page = html.read_page(name, body)
            lines += _blocks(page)
            left_out = (*page.left_out, *left_out)
        else:
            lines += _lines(body)
    subject = next((one.value for one in stated if one.field == "title"), None)
    if subject:
        lines = [Block(subject, "headline"), *lines]
    text, parts = joined(lines)
    if not text.strip():
        raise Usage(f"no text was found in {name}.", SAVE)
    return Read(
        text, kind="email", parts=parts, left_out=left_out, **_facts(stated, found["notes"])
    )


def _facts(stated: list[Statement], notes: list[str]) -> dict[str, Any]:
    """Return the fields of `Read` that the headers give, with notes on how they are read."""
    facts = resolved(stated)
    return {**facts, "notes": (*facts["notes"], *notes)}


def _blocks(page: Read) -> Iterator[Block]:
    """Yield the lines of a page, each with its form."""
    start = 0
    for line in page.text.split("\n"):
        end = start + len(line)
        yield Block(line, form(page.parts, start, end) or "")
        start = end + 1


def _line(line: str) -> Block:
    """Return a line; those that begin with “>” quote another message."""
    return Block(line, "quotation" if line.startswith(">") else "")


def _lines(body: str) -> Iterator[Block]:
    """Yield the lines of a body. Those after the headers of an earlier message quote it."""
    lines = body.split("\n")
    earlier = next((n for n in range(len(lines)) if _begins_earlier(lines[n : n + 6])), len(lines))
    yield from map(_line, lines[:earlier])
    yield from (Block(line, "quotation") for line in lines[earlier:])


def _begins_earlier(lines: Sequence[str]) -> bool:
    """Tell whether lines begin with the headers of an earlier message, as Outlook copies them in
    the language of its user: at least three fields, one with a time or an address.
    """
    fields = list(takewhile(COPIED.match, lines[1:] if RULE.match(lines[0]) else lines))
    return len(fields) >= 3 and any(re.search(r"\d:\d\d|@", field) for field in fields)


def _read(name: str, data: bytes) -> dict[str, Any]:
    """Return the bodies, the statements of the headers, and what is left out. Raises Usage."""
    if counted := APPLE.match(data):
        data = data[counted.end() : counted.end() + int(counted[1])]
    data, notes = mail_headers.in_utf_8(data)
    message = parsed(data)
    chosen = list(_chosen(name, message))
    if not chosen:
        raise Usage(f"{name} has no text, only attachments.", "save and add the attachments")
    return {
        "bodies": [(part.get_content_type(), _content(name, part)) for part in chosen],
        "statements": (statements := list(_statements(message))),
        "notes": [*notes, *_unreadable(statements)],
        "left_out": list(_left_out(message, chosen)),
    }


def _chosen(name: str, part: Any) -> Iterator[Any]:
    """Yield the parts of a message that are its text: of several versions, the plain one, unless
    it has less than half of the words of the other.
    """
    kind = part.get_content_type()
    if part.get_content_disposition() == "attachment" or part.get_filename():
        return
    if kind == "multipart/alternative":
        versions = [found for one in part.iter_parts() if (found := [*_chosen(name, one)])]
        most = max((_number_of_words(name, one) for one in versions), default=0)
        full = [one for one in versions if 2 * _number_of_words(name, one) >= most]
        plain = (one for one in full if one[0].get_content_type() == "text/plain")
        yield from next(plain, next(iter(full), []))
    elif kind in ("text/plain", "text/html"):
        yield part
    elif part.is_multipart() and not kind.startswith("message/"):
        for inner in part.iter_parts():
            yield from _chosen(name, inner)


def _number_of_words(name: str, parts: Iterable[Any]) -> int:
    """Return the number of words that parts show."""
    texts = (
        plain_html.text(text) if part.get_content_type() == "text/html" else text
        for part in parts
        for text in [_content(name, part)]
    )
    return sum(len(text.split()) for text in texts)


def _content(name: str, part: Any) -> str:
    """Return the text of a part. Raises Usage if it is not in the encoding that it declares."""
    label = str(part.get_content_charset() or "utf-8")
    text = encodings.declared(name, payload(part), label, SAVE)
    return text.replace("\r\n", "\n").rstrip("\n")


def payload(part: Any) -> bytes:
    """Return the bytes of a part; none if it contains other parts."""
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _statements(message: EmailMessage) -> Iterator[tuple[str, str, str]]:
    """Yield what the headers state."""
    if subject := clean(str(message.get("Subject", ""))):
        yield "title", subject, "Subject"
    for name, address in getaddresses([str(message.get("From", ""))]):
        if author := clean(name) or clean(address):
            yield "author", author, "From"
    if day := clean(str(message.get("Date", ""))):
        yield "published", day, "Date"
    if language := clean(str(message.get("Content-Language", ""))):
        yield "language", language.partition(",")[0], "Content-Language"


def _unreadable(statements: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """Yield a note on each header that has bytes in another encoding than it declares."""
    for _, value, header in statements:
        if "\ufffd" in value:
            yield f"the header {header} is not in the encoding it declares; unreadable: {value}"


def _own_parts(message: Any) -> Iterator[Any]:
    """Yield the parts of a message, without those of messages attached to it."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        yield part
        if part.is_multipart() and not part.get_content_type().startswith("message/"):
            waiting += reversed(part.get_payload())


def _left_out(message: EmailMessage, chosen: Collection[Any]) -> Iterator[tuple[str, str]]:
    """Yield the receivers, the attachments and other versions of the text."""
    yield from _receivers(message)
    yield from _attached(message, chosen)


def _receivers(message: EmailMessage) -> Iterator[tuple[str, str]]:
    headers = [str(value) for key in ("To", "Cc") for value in message.get_all(key, [])]
    receivers = [address for address in getaddresses(headers) if any(address)]
    if receivers:
        shown = ", ".join(name or address for name, address in receivers[:5])
        yield f"receivers: {len(receivers)}", shown


def _subject(message: Any, charset: str) -> str | None:
    """Return the subject of an attached message."""
    raw = mail_headers.raw(message, "subject", charset)
    return clean(raw or str(message.get("Subject", "")))


def _attached(message: EmailMessage, chosen: Collection[Any]) -> Iterator[tuple[str, str]]:
    attached: list[str] = []
    messages: list[str] = []
    charset = next((str(one.get_content_charset() or "") for one in chosen), "")
    for part in islice(_own_parts(message), MOST_PARTS):
        kind, file = part.get_content_type(), clean(mail_headers.filename(part, charset))
        if kind == "message/rfc822":
            messages += [_subject(one, charset) or kind for one in part.iter_parts()]
        elif part in chosen or part.is_multipart():
            continue
        elif not file and part.get_content_disposition() != "attachment" and kind in VERSIONS:
            yield VERSIONS[kind], ""
        else:
            attached.append(file or kind)
    if messages:
        yield f"attached messages, to save and add: {len(messages)}", ", ".join(messages[:10])
    if attached:
        yield f"attachments: {len(attached)}", ", ".join(attached[:10])
