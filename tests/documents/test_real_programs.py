"""Thirty documents of each format, made by the programs that people use: every word is in the text.

Contents differ in length, scripts, headings, lists, tables and pictures. Chance is seeded.
"""

from __future__ import annotations

import email.message
import email.policy
import io
import json
import random
import shutil
import subprocess
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import docx
import fpdf
import playwright.sync_api
import pysubs2
import pytest
import yaml
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from kb.documents import Read, read

NUMBER = 30
WORDS = {
    "en": [
        "the",
        "pier",
        "was",
        "closed",
        "after",
        "a",
        "storm",
        "and",
        "boats",
        "left",
        "harbour",
        "before",
        "noon",
        "said",
        "mayor",
        "council",
    ],
    "de": [
        "der",
        "Hafen",
        "wurde",
        "für",
        "fünf",
        "Tage",
        "geschlossen",
        "weil",
        "größere",
        "Schäden",
        "drohten",
    ],
    "fr": [
        "la",
        "jetée",
        "a",
        "été",
        "fermée",
        "après",
        "la",
        "tempête",
        "où",
        "naît",
        "l’émeute",
        "à",
        "Noël",
    ],
}
OFFICE = shutil.which("soffice")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@dataclass(frozen=True)
class Made:
    """What is in a document: paragraphs and the rows of a table, of words that occur only here."""

    title: str
    author: str
    paragraphs: list[str]
    rows: list[list[str]]
    caption: str

    @property
    def words(self) -> list[str]:
        cells = [cell for row in self.rows for cell in row]
        return " ".join([*self.paragraphs, *cells, self.caption]).split()


def made(number: int) -> Made:
    chance = random.Random(number)
    words = WORDS[sorted(WORDS)[number % len(WORDS)]]

    def sentence(label: str) -> str:
        inner = " ".join(chance.choice(words) for _ in range(chance.randrange(4, 40)))
        return f"{label}{number} {inner} end{label}{number}."

    paragraphs = [sentence(f"para{n}x") for n in range(chance.randrange(2, 12))]
    rows = [[f"cell{n}y{m}z{number}" for m in range(3)] for n in range(chance.randrange(1, 5))]
    return Made(f"Report {number} from port", "Ines Holt", paragraphs, rows, sentence("caption"))


def page(one: Made) -> str:
    table = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in one.rows
    )
    body = "".join(f"<p>{escape(text)}</p>" for text in one.paragraphs)
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{one.title}</title>'
        f'<meta name="author" content="{one.author}"></head><body><article><h1>{one.title}</h1>{body}'
        f"<figure><figcaption>{escape(one.caption)}</figcaption></figure><table>{table}</table>"
        "</article></body></html>"
    )


def pdf(one: Made) -> bytes:
    out = fpdf.FPDF()
    out.set_title(one.title)
    out.set_author(one.author)
    out.add_page()
    out.set_font("Helvetica", size=11)
    for text in [*one.paragraphs, one.caption]:
        out.multi_cell(0, 6, text.replace("’", "'"), new_x="LMARGIN", new_y="NEXT")
    with out.table() as table:
        for row in one.rows:
            table.row(row)
    return bytes(out.output())


def word(one: Made) -> bytes:
    out = docx.Document()
    out.core_properties.title, out.core_properties.author = one.title, one.author
    out.add_heading(one.title, level=0)
    for number, text in enumerate(one.paragraphs):
        style = ("List Bullet", "Quote", "Normal", "Heading 2")[number % 4]
        out.add_paragraph(style=style).add_run(text).bold = number % 2 == 0
    table = out.add_table(rows=0, cols=3)
    for row in one.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    out.add_paragraph(one.caption, style="Caption")
    stream = io.BytesIO()
    out.save(stream)
    return stream.getvalue()


def mail(one: Made) -> bytes:
    out = email.message.EmailMessage(policy=email.policy.SMTP)
    out["From"], out["Subject"] = f"{one.author} <ines@x.example>", one.title
    out["To"], out["Date"] = "Ann <ann@x.example>", "Tue, 05 Mar 2024 10:00:00 +0100"
    out.set_content("\n\n".join([*one.paragraphs, one.caption, *map(" ".join, one.rows)]))
    if len(one.paragraphs) % 2:
        out.add_alternative(page(one), subtype="html")
    return out.as_bytes()


def saved(one: Made) -> bytes:
    out = email.message.EmailMessage(policy=email.policy.SMTP)
    out["Snapshot-Content-Location"] = "https://x.example/report"
    out["MIME-Version"] = "1.0"
    out.set_content(page(one), subtype="html", cte="quoted-printable")
    out["Content-Location"] = "https://x.example/report"
    out.make_related()
    return out.as_bytes()


def subtitles(ending: str) -> Callable[[Made], bytes]:
    def write(one: Made) -> bytes:
        out = pysubs2.SSAFile()
        lines = [*one.paragraphs, one.caption, *map(" ".join, one.rows)]
        for number, text in enumerate(lines):
            out.append(pysubs2.SSAEvent(number * 2000, number * 2000 + 1500, text))
        return out.to_string(ending).encode()

    return write


def archive(one: Made) -> bytes:
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=len(one.paragraphs) % 2 == 0)
    headers = StatusAndHeaders(
        "200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1"
    )
    record = writer.create_warc_record(
        "https://x.example/report",
        "response",
        payload=io.BytesIO(page(one).encode()),
        http_headers=headers,
    )
    writer.write_record(record)
    return stream.getvalue()


def markdown(one: Made) -> bytes:
    front = yaml.safe_dump({"title": one.title, "author": one.author}, allow_unicode=True)
    rows = ["| " + " | ".join(row) + " |" for row in one.rows]
    body = "\n\n".join([f"# {one.title}", *one.paragraphs, one.caption, "\n".join(rows)])
    return f"---\n{front}---\n{body}\n".encode()


def posts(one: Made) -> bytes:
    texts = [*one.paragraphs, one.caption, *map(" ".join, one.rows)]
    many = [
        {"text": text, "created_at": f"2024-03-05T10:{n:02}:00Z", "user": {"name": one.author}}
        for n, text in enumerate(texts)
    ]
    return json.dumps(many, ensure_ascii=len(texts) % 2 == 0).encode()


PROGRAMS: dict[str, tuple[str, Callable[[Made], bytes]]] = {
    "text": ("a.txt", lambda one: "\n".join([one.title, " ".join(one.words)]).encode()),
    "html": ("a.html", lambda one: page(one).encode()),
    "pdf, by fpdf2": ("a.pdf", pdf),
    "docx, by python-docx": ("a.docx", word),
    "mail": ("a.eml", mail),
    "mhtml": ("a.mhtml", saved),
    "srt, by pysubs2": ("a.srt", subtitles("srt")),
    "vtt, by pysubs2": ("a.vtt", subtitles("vtt")),
    "warc, by warcio": ("a.warc", archive),
    "markdown": ("a.md", markdown),
    "posts": ("a.json", posts),
}
STATED = ("html", "pdf, by fpdf2", "docx, by python-docx", "mail", "markdown", "warc, by warcio")


def lost(found: Read, one: Made) -> list[str]:
    """The words that are not in the text. Signs that a font lacks are not counted."""
    have = set(found.text.replace("’", "'").split())
    return [w for w in one.words if w.replace("’", "'") not in have]


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_word_of_thirty_documents_is_in_the_text(program: str) -> None:
    name, write = PROGRAMS[program]
    for number in range(NUMBER):
        one = made(number)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            data = write(one)
        found = read(name, data)
        assert lost(found, one) == [], (number, found.left_out)
        if program in STATED:
            assert found.title == one.title
            assert [author.name for author in found.authors] == [one.author]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, which prints and saves all pages in one process."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with playwright.sync_api.sync_playwright() as started:
        running = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


def printed(shown: Any) -> bytes:
    return bytes(shown.pdf())


def snapshot(shown: Any) -> bytes:
    session = shown.context.new_cdp_session(shown)
    return str(session.send("Page.captureSnapshot", {"format": "mhtml"})["data"]).encode()


def as_shown(shown: Any) -> bytes:
    return str(shown.content()).encode()


@pytest.mark.parametrize(
    ("name", "save"), [("a.pdf", printed), ("a.mhtml", snapshot), ("a.html", as_shown)]
)
def test_every_word_of_what_chromium_makes_is_in_the_text(
    browser: Any, name: str, save: Callable[[Any], bytes]
) -> None:
    shown = browser.new_page()
    for number in range(NUMBER):
        one = made(number)
        shown.set_content(page(one))
        found = read(name, save(shown))
        assert lost(found, one) == [], (number, found.left_out)
        assert found.title == one.title


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("ending", ["docx", "pdf", "html"])
def test_every_word_of_what_libreoffice_makes_is_in_the_text(ending: str, tmp_path: Path) -> None:
    assert OFFICE
    for number in range(NUMBER):
        (tmp_path / f"{number}.html").write_text(page(made(number)), encoding="utf-8")
    out = tmp_path / "out"
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    files = map(str, sorted(tmp_path.glob("*.html")))
    command = [OFFICE, home, "--headless", "--writer", "--convert-to", ending, "--outdir", str(out)]
    subprocess.run([*command, *files], capture_output=True, timeout=300, check=True)
    for number in range(NUMBER):
        one = made(number)
        found = read(f"a.{ending}", (out / f"{number}.{ending}").read_bytes())
        assert lost(found, one) == [], (number, found.left_out)
