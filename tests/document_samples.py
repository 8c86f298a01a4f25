"""Documents of several formats, made byte by byte for the tests."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def pdf(pages: list[list[str]], info: str = "", trailer: str = "") -> bytes:
    """A PDF with these lines on its pages."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(pages), b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(len(pages)))),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for n, lines in enumerate(pages):
        shown = "".join(f"({line}) Tj T* " for line in lines)
        stream = f"BT /F1 12 Tf 14 TL 72 720 Td {shown}ET".encode()
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * n)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    objects.append(f"<< {info} >>".encode())
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        len(objects),
        trailer.encode(),
        start,
    )
    return bytes(out)


def docx(body: str, **more: str) -> bytes:
    """A Word document with this body; `more` are other parts, with `__` for the slash."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        document = f"<w:document {W}><w:body>{body}</w:body></w:document>"
        archive.writestr("word/document.xml", document)
        for name, text in more.items():
            archive.writestr(name.replace("__", "/") + ".xml", text)
    return buffer.getvalue()


def paragraph(text: str, style: str = "") -> str:
    chosen = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{chosen}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def warc(pages: dict[str, str], packed: bool = False) -> bytes:
    """A web archive with these pages by address."""
    out = b""
    for number, (address, page) in enumerate(pages.items()):
        answer = (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
        )
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\n"
            f"WARC-Date: 2024-03-0{number + 5}T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
        )
        record = head.encode() + answer + b"\r\n\r\n"
        out += gzip.compress(record) if packed else record
    return out


def wacz(pages: dict[str, str], listed: list[str]) -> bytes:
    """A WACZ file with these pages, of which some are listed as pages."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("datapackage.json", "{}")
        archive.writestr("archive/data.warc.gz", warc(pages, packed=True))
        lines = ['{"format": "json-pages-1.0"}', *(f'{{"url": "{one}"}}' for one in listed)]
        archive.writestr("pages/pages.jsonl", "\n".join(lines))
    return buffer.getvalue()


PAGE = (
    '<!doctype html><html lang="en"><head><title>Toll</title>'
    '<script type="application/ld+json">{"@type": "NewsArticle", "author": {"name": "Ada"}}</script>'
    "</head><body><article><h1>Toll</h1><figure><img alt=quay><figcaption>Quay</figcaption></figure>"
    "<p>It was <del>ten</del><ins>twelve</ins>.</p><table><tr><td>May<td>5</table></article>"
)
# A document of each format by its name.
SAMPLES = {
    "a.txt": "Der Pier ist für fünf Tage zu.".encode(),
    "a.md": b"---\ntitle: Pier\nauthor: [Ada, Ben]\n---\n# Pier\n\nClosed.\n",
    "a.html": PAGE.encode(),
    "a.pdf": pdf([["The board met."], ["Nobody objected."]], "/Title (Minutes)"),
    "a.docx": docx(
        paragraph("Toll", "T")
        + "<w:tbl><w:tr><w:tc>"
        + paragraph("May")
        + "</w:tc></w:tr></w:tbl>",
        word__styles=f'<w:styles {W}><w:style w:styleId="T"><w:name w:val="Title"/></w:style></w:styles>',
    ),
    "a.eml": b"From: Ines <i@x.example>\nDate: Tue, 05 Mar 2024 10:00:00 +0100\nSubject: Pier\n"
    b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="B"\n\n--B\n'
    b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
    b"VGhlIHBpZXIgaXMgY2xvc2VkLg==\n--B\nContent-Type: image/png\n\nx\n--B--\n",
    "a.mhtml": b"From: <Saved by Blink>\nSnapshot-Content-Location: https://x.example/a\nMIME-Version: 1.0\n"
    b'Content-Type: multipart/related; boundary="B"\n\n--B\nContent-Type: text/html\n\n'
    + PAGE.encode()
    + b"\n--B--\n",
    "chat.txt": b"25/03/2024, 21:15 - Ada: The pier is closed.\n25/03/2024, 21:16 - Ada left\n",
    "a.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ines>Closed.</v>\n",
    "a.warc": warc({"https://x.example/a": PAGE}),
    "a.wacz": wacz({"https://x.example/a": PAGE}, ["https://x.example/a"]),
    "a.json": json.dumps(
        [{"text": "Closed.", "created_at": "2024-03-05T10:00:00Z", "user": {"name": "Ines"}}]
    ).encode(),
}


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes cut off, overwritten, repeated or mixed up somewhere."""
    at = chance.randrange(len(data))
    kind = chance.randrange(5)
    if kind == 0:
        return data[:at]
    if kind == 1:
        return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]
    if kind == 2:
        return data[:at] + chance.randbytes(8) + data[at + 8 :]
    if kind == 3:
        return data[:at] + data[at : at + 40] * 20 + data[at:]
    other = chance.randrange(len(data))
    return data[:at] + data[other:]
