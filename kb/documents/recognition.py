"""Document formats, recognised by their first bytes. The ending of a name decides only in doubt."""

from __future__ import annotations

import io
import re
import shlex
import zlib
from pathlib import PurePath
from typing import Final, Literal

from kb.errors import Usage

Format = Literal[
    "text",
    "markdown",
    "html",
    "mhtml",
    "pdf",
    "docx",
    "email",
    "subtitles",
    "warc",
    "wacz",
    "json",
    "chat",
]
# Bytes in which a beginning is searched for.
HEAD: Final = 8192
PAGE_NAMES: Final = frozenset({".html", ".htm", ".xhtml"})
MARKDOWN_NAMES: Final = frozenset({".md", ".markdown"})
MAIL_NAMES: Final = frozenset({".eml", ".emlx", ".mht", ".mhtml"})
# A page begins with markup, after nothing but a declaration, comments and white space; a stray “<”
# does not count. The groups are atomic, so that a hostile beginning is scanned once.
PAGE: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?>\s|<\?xml[^>]*>|<!--(?>.*?-->))*+<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
XML: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\s")
CUE: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:\d{1,9}[ \t]*\r?\n)?\d{1,3}:\d\d:\d\d[,.]\d{1,3}[ \t]*-->"
)
SBV: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*\d{1,3}:\d\d:\d\d\.\d{1,3},\d{1,3}:\d\d:\d\d\.\d{1,3}[ \t]*\r?\n"
)
# Subtitles of other programs.
STYLED: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\[Script Info\]|\{\d+\}\{\d+\}|<SAMI>)", re.I)
# A message of a chat that WhatsApp exports begins with its day and time, in the digits and with the
# words of the phone's language, and with signs of direction.
CHAT: Final = re.compile(
    r"\ufeff?\[?\d{1,4}([./-]) ?\d{1,2}\1 ?\d{1,4}\.?[,،]? (?:[^\W\d_]\S{0,9} ?)?\d{1,2}[:.]\d\d"
    r"(?:[:.]\d\d)?(?: ?[^\W\d_][^\d\]\n:-]{0,11}?)?(?:\]| -) "
)
DIRECTIONS: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]|(?P<space>[\u00a0\u202f])")
VTT: Final = re.compile(rb"(?:\xef\xbb\xbf)?WEBVTT(?:[ \t\r\n]|$)")
FRONT: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:---[ \t]*\r?\n(?=[A-Za-z_\"'#]|---)"
    rb"|\+\+\+[ \t]*\r?\n(?=[A-Za-z_\"'#\[])"
    rb"|% \S[^\n]*\n(?:[ \t]+\S[^\n]*\n)*%[ \t]*\S)"
)
# Files that only point at a document, and an address alone.
LINK: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:\[(?:InternetShortcut|DocumentSections)\b|\[\{000214A0-"
    rb"|\[Desktop Entry\](?=[^\0]{0,2000}?^URL=)|(?=https?://\S{1,2000}\s*\Z))",
    re.IGNORECASE | re.MULTILINE,
)
LINK_NAMES: Final = frozenset(
    {".url", ".webloc", ".website", ".lnk", ".gdoc", ".gsheet", ".gslides"}
)
TARGET: Final = re.compile(rb"https?://[^\s<>\"'\\^`{|}\x00-\x1f\x7f-\xff]{1,2000}")
HEADER: Final = re.compile(rb"[!-9;-~]{1,70}:(?:[ \t]|\r?$)")
# Header fields that only mail programs and browsers write (RFC 5322, RFC 2045).
MAIL_FIELDS: Final = re.compile(
    rb"^(?:MIME-Version|Message-ID|Received|Return-Path|Delivered-To|Snapshot-Content-Location):",
    re.IGNORECASE | re.MULTILINE,
)
# The number of bytes that Apple Mail writes before a message.
APPLE: Final = re.compile(rb"\A\d{1,10}[ \t]*\r?\n(?=[!-9;-~]{1,70}:)")
RELATED: Final = re.compile(rb"^Content-Type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)

OFFICE: Final = "libreoffice --headless --convert-to docx FILE"
OCR: Final = "tesseract FILE text -l eng"
SPEECH: Final = "extract its subtitles: ffmpeg -i FILE subtitles.srt, or have it transcribed"
UNPACK: Final = "unpack it, then kb add source FOLDER"
# First bytes of a format that is not read, its name, and how to convert it.
REFUSED: Final = (
    (b"{\\rtf", "an RTF document", f"convert it: {OFFICE}"),
    (b"\xd0\xcf\x11\xe0", "an old Office document or an Outlook message", f"convert it: {OFFICE}"),
    (b"\x89PNG", "an image", f"read its text: {OCR}"),
    (b"\xff\xd8\xff", "an image", f"read its text: {OCR}"),
    (b"GIF8", "an image", f"read its text: {OCR}"),
    (b"BM", "", f"read its text: {OCR}"),
    (b"II*\0", "an image", f"read its text: {OCR}"),
    (b"MM\0*", "an image", f"read its text: {OCR}"),
    (b"ID3", "a sound recording", SPEECH),
    (b"\xff\xfb", "a sound recording", SPEECH),
    (b"fLaC", "a sound recording", SPEECH),
    (b"OggS", "a sound or video recording", SPEECH),
    (b"\x1aE\xdf\xa3", "a video recording", SPEECH),
    (b"\x1f\x8b", "a compressed file", "unpack it: gunzip -k FILE"),
    (b"BZh", "a compressed file", "unpack it: bunzip2 -k FILE"),
    (b"\xfd7zXZ", "a compressed file", "unpack it: unxz -k FILE"),
    (b"\x28\xb5\x2f\xfd", "a compressed file", "unpack it: unzstd FILE"),
    (b"7z\xbc\xaf", "an archive", f"{UNPACK}: 7z x FILE -oFOLDER"),
    (b"Rar!", "an archive", f"{UNPACK}: unrar x FILE FOLDER/"),
    (b"%!PS", "a PostScript document", "convert it: ps2pdf FILE"),
    (b"AT&TFORM", "a DjVu document", "convert it: djvutxt FILE text.txt"),
    (b"SQLite format 3", "a database", "export the text that you need: sqlite3 FILE .dump"),
    (b"bplist00", "a Safari web archive", "save the page in the browser as HTML"),
    (b"ITSF", "a help file", f"{UNPACK}: extract_chmLib FILE FOLDER"),
)
RIFF: Final = {
    b"WAVE": ("a sound recording", SPEECH),
    b"AVI ": ("a video recording", SPEECH),
    b"WEBP": ("an image", f"read its text: {OCR}"),
}
# A member of a zip file, the format that it shows, and how to convert it.
ZIPPED: Final = (
    ("xl/workbook.xml", "an Excel workbook", "libreoffice --headless --convert-to csv FILE"),
    ("ppt/presentation.xml", "a presentation", "libreoffice --headless --convert-to pdf FILE"),
    ("META-INF/container.xml", "an e-book", "pandoc FILE -t plain -o text.txt"),
    ("content.xml", "an OpenDocument file", OFFICE),
    ("Index/Document.iwa", "an Apple iWork document", "export it from the program as DOCX or PDF"),
)


def recognised(name: str, data: bytes) -> Format:
    """Return the format of a document.

    Raises Usage with the command that converts it if it is in a format that is not read.

    >>> recognised("a", b"%PDF-1.7"), recognised("note", b"Bread < cake")
    ('pdf', 'text')
    >>> recognised("a", b"{\\\\rtf1 Bread}")
    Traceback (most recent call last):
    kb.errors.Usage: a is an RTF document, which is not read. ...
    """
    ending = PurePath(name).suffix.lower()
    if ending in LINK_NAMES or LINK.match(data[:HEAD]):
        raise _link(name, data[:HEAD])
    found = _by_signature(name, data)
    if found:
        return found
    if is_page(name, data):
        return "html"
    head = data[:HEAD]
    if XML.match(head):
        raise _refusal(name, "an XML file", "extract its text: xmllint --xpath 'string(/)' FILE")
    if VTT.match(head) or CUE.match(head) or SBV.match(head):
        return "subtitles"
    if STYLED.match(head):
        raise _refusal(name, "a file of styled subtitles", "convert it: ffmpeg -i FILE NEW.srt")
    if mail := _mail(head, ending):
        return mail
    if head.startswith(b"From ") and HEADER.match(head.partition(b"\n")[2]):
        raise _refusal(name, "a mailbox", f"{UNPACK}: git mailsplit -oFOLDER FILE")
    if FRONT.match(head) or ending in MARKDOWN_NAMES:
        return "markdown"
    beginning = head[:200].decode("utf-8", "ignore")
    if CHAT.match(DIRECTIONS.sub(lambda sign: " " if sign["space"] else "", beginning)):
        return "chat"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return "json" if start[:1] in (b"{", b"[") or start.startswith(b"window.YTD") else "text"


def is_page(name: str, data: bytes) -> bool:
    """Tell whether this is an HTML page.

    >>> is_page("saved", b"<!DOCTYPE html><p>Hello"), is_page("note.txt", b"a <html> tag is meant")
    (True, False)
    """
    start = data[:HEAD]
    if start[:4] == b"\0\0\xfe\xff":
        # UTF-32.
        start = start[2:]
    # UTF-16 or UTF-32: without the zero bytes, ASCII markup is readable.
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start[2:].replace(b"\0", b"")
    return PurePath(name).suffix.lower() in PAGE_NAMES or PAGE.match(start) is not None


def _by_signature(name: str, data: bytes) -> Format | None:
    """Return the format that the first bytes show, or None. Raises Usage for a refused one."""
    head = data[:HEAD]
    # Some programs write a few bytes before the signature (ISO 32000-2 §7.5.2).
    if b"%PDF-" in head[:1024] and head.lstrip()[:5] in (b"%PDF-", b"\xef\xbb\xbf%P"):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _zipped(name, data)
    if head.startswith((b"WARC/", b"filedesc://")) or _unzipped(head).startswith(
        (b"WARC/", b"filedesc://")
    ):
        return "warc"
    if head[4:8] == b"ftyp":
        raise _refusal(name, "a video or sound recording, or an image", SPEECH)
    if head.startswith(b"RIFF") and head[8:12] in RIFF:
        raise _refusal(name, *RIFF[head[8:12]])
    if head[257:262] == b"ustar":
        raise _refusal(name, "an archive", f"{UNPACK}: tar -xf FILE -C FOLDER")
    for signature, kind, remedy in REFUSED:
        # Two letters are no proof; a bitmap has a length and four zero bytes as well.
        bitmap = kind or head[6:10] == b"\0\0\0\0"
        if head.startswith(signature) and bitmap:
            raise _refusal(name, kind or "an image", remedy)
    return None


def _unzipped(head: bytes) -> bytes:
    """Return the beginning of what a gzip file contains, or nothing."""
    if not head.startswith(b"\x1f\x8b"):
        return b""
    try:
        return zlib.decompressobj(wbits=31).decompress(head, 64)
    except zlib.error:
        return b""


def _zipped(name: str, data: bytes) -> Format:
    """Return the format of a zip file. Raises Usage if it is not read."""
    # Here, because every command loads this module.
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Usage(
            f"{name} is a damaged zip file: its list of contents is missing or broken.",
            "get the file again, or repair it: zip -FF FILE --out whole.zip",
        ) from None
    if "word/document.xml" in names:
        return "docx"
    if any(member.startswith("archive/") for member in names) and "datapackage.json" in names:
        return "wacz"
    for member, kind, command in ZIPPED:
        if member in names:
            raise _refusal(name, kind, f"convert it: {command}")
    raise _refusal(name, "an archive", f"{UNPACK}: unzip FILE -d FOLDER")


def _mail(head: bytes, ending: str) -> Format | None:
    """Return the format of a message or a page that a browser saved as one, or None."""
    head = APPLE.sub(b"", head.lstrip(b"\xef\xbb\xbf\r\n"), count=1)
    top = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    if not HEADER.match(top) or not (ending in MAIL_NAMES or MAIL_FIELDS.search(top)):
        return None
    saved = ending in (".mht", ".mhtml") or b"\nSnapshot-Content-Location:" in b"\n" + top
    return "mhtml" if saved or RELATED.search(top) and not _addressed(top) else "email"


def _addressed(top: bytes) -> bool:
    """Tell whether a header has a receiver: a page saved as a message has none."""
    return re.search(rb"^(?:To|Cc|Bcc|Delivered-To|Received):", top, re.I | re.M) is not None


def _link(name: str, head: bytes) -> Usage:
    """Return the error for a file that only points at a document."""
    # The address of the document type of a property list comes before that of the page.
    found = [one for one in TARGET.findall(head) if b"//www.apple.com/DTDs/" not in one]
    if not found:
        return Usage(f"{name} is a link, not a document.", "add the file that it points to")
    address = shlex.quote(found[0].decode())
    return Usage(
        f"{name} is a link to a document, not the document.",
        f"save the page {address} in a browser, then: kb add source page.html --url {address}",
    )


def _refusal(name: str, kind: str, remedy: str) -> Usage:
    """Return the error for a format that is not read."""
    return Usage(f"{name} is {kind}, which is not read.", remedy)
