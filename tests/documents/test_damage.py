"""Damaged documents of every format: text or a sentence, never a traceback.

Chance is seeded, so that a failure can be repeated.
"""

from __future__ import annotations

import json
import random

import pytest
from document_samples import W, docx, paragraph, pdf, wacz, warc

from kb.documents import Read, read
from kb.errors import Usage

PAGE = (
    '<!doctype html><html lang="en"><head><title>Toll</title>'
    '<script type="application/ld+json">{"@type": "NewsArticle", "author": {"name": "Ada"}}</script>'
    "</head><body><article><h1>Toll</h1><figure><img alt=quay><figcaption>Quay</figcaption></figure>"
    "<p>It was <del>ten</del><ins>twelve</ins>.</p><table><tr><td>May<td>5</table></article>"
)
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
    "a.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ines>Closed.</v>\n",
    "a.warc": warc({"https://x.example/a": PAGE}),
    "a.wacz": wacz({"https://x.example/a": PAGE}, ["https://x.example/a"]),
    "a.json": json.dumps(
        [{"text": "Closed.", "created_at": "2024-03-05T10:00:00Z", "user": {"name": "Ines"}}]
    ).encode(),
}
# Damaged versions of each sample; make torture tries more.
NUMBER = 12


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


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_read(name: str) -> None:
    assert read(name, SAMPLES[name]).text.strip()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_damaged_document_is_text_or_a_sentence(name: str) -> None:
    chance = random.Random(name)
    for _ in range(NUMBER):
        data = damaged(SAMPLES[name], chance)
        try:
            found = read(name, data)
        except Usage:
            continue
        assert isinstance(found, Read)
        assert all(0 <= part.start < part.end <= len(found.text) for part in found.parts)
        found.text.encode()
