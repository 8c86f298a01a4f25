"""Hostile documents: each becomes a source or a sentence, within bounded time and memory, in a
process that ends by itself.
"""

from __future__ import annotations

import codecs
import resource
import time
from collections.abc import Callable, Iterator

from faults.figures import Figure, bare, child, ended, say, small, some
from kb.app import knowledge_base
from kb.workspace.caches import document_library

# What one document may take: reading a page has a limit of 30 seconds, and this machine may be
# busy.
MOST_SECONDS = 90
MOST_MEMORY = 2 * 2**30
WORDS = (
    "The mayor said on Sunday that the boats had left the old harbour before the storm came in. "
)
ARTICLE = f"<article><h1>Boats</h1><p>{WORDS * 5}</p></article>"
Made = Callable[[], str | bytes]


def pages(sample: float) -> Iterator[Figure]:
    """Every document of the bank is added to a knowledge base as a source, in a process of its own."""
    bank = {**TEXTS, **PAGES, **ENCODED, **(SLOW if sample >= 1 else {})}
    names = sorted(bank)[:: max(1, len(bank) // some(len(bank), sample))]
    worse, late, refused = 0, 0, 0
    with small() as kb:
        for number, name in enumerate(names):
            started = time.monotonic()
            made = bank[name]()
            data = made if isinstance(made, bytes) else made.encode("utf-8", "surrogatepass")
            data = data.replace(
                b" Sunday ", f" Sunday {number} ".encode()
            )  # the same text twice would be refused for that
            code = ended(
                child(lambda kb=kb, n=number, name=name, data=data: _add(kb, f"d{n}", name, data))
            )
            seconds = time.monotonic() - started
            refused += code == 1
            worse += code not in (0, 1)
            late += seconds > MOST_SECONDS
            if code not in (0, 1) or seconds > 5:
                say(f"{name}: {len(data):,} bytes, {seconds:.0f} s, exit code {code}")
        broken = ended(child(lambda: _whole(kb)))
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    yield Figure(
        f"{len(names)} hostile documents, {refused} refused: neither a source nor a sentence",
        "0",
        str(worse),
        worse == 0,
    )
    yield Figure(
        f"hostile documents that take longer than {MOST_SECONDS} seconds", "0", str(late), late == 0
    )
    yield Figure(
        "hostile documents: memory of the largest process",
        "2 GiB",
        f"{most / 2**30:.2f} GiB",
        most < MOST_MEMORY,
    )
    yield Figure(
        "hostile documents: the knowledge base cannot be read afterwards",
        "0",
        str(broken),
        broken == 0,
    )
    yield from _ordinary(13_000 if sample >= 1 else 1_300)


def _add(kb: knowledge_base.KnowledgeBase, id: str, name: str, data: bytes) -> None:
    kb.add_source(name, data, {"id": id})


def _whole(kb: knowledge_base.KnowledgeBase) -> None:
    """Raises where a file that was written cannot be read back."""
    report = knowledge_base.open(str(kb.folder.root)).validate()
    assert not [p for p in report.problems if p.code == "turtle-syntax"], report.problems


def _ordinary(paragraphs: int) -> Iterator[Figure]:
    """Ordinary text, ten megabytes of it in a full run, is still read, whole."""
    text = "".join(f"<p>{n} {WORDS * 8}</p>\n" for n in range(paragraphs))
    page = f"<!doctype html><html><head><title>Boats</title></head><body><article>{text}</article></body></html>"

    def read() -> None:
        """The last paragraph is in the text that is kept."""
        with bare() as kb:
            made = kb.add_source("large.html", page.encode(), {"id": "large"})
            found = document_library.find(kb.folder, made.sha256 or "")
            assert found is not None
            assert f"{paragraphs - 1} {WORDS.strip()}" in found

    code = ended(child(read))
    yield Figure(
        f"a page of {len(page) / 1_000_000:.1f} MB of ordinary text is read",
        "1",
        str(int(code == 0)),
        code == 0,
    )


def page(body: str = ARTICLE, head: str = "") -> str:
    """A page with this in its head and its body."""
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


def meta(name: str, content: str) -> str:
    """A page that states this about itself."""
    return page(head=f'<meta name="{name}" content="{content}">')


def linked(json: str) -> str:
    """A page that describes itself in JSON-LD."""
    return page(head=f'<script type="application/ld+json">{json}</script>')


def entities(declared: str, used: str) -> str:
    """A page that declares entities and uses them."""
    return f"<!DOCTYPE html [{declared}]><html><body>{ARTICLE}<p>{used}</p></body></html>"


LEVELS = ['<!ENTITY a{} "{}">'.format(level, f"&a{level - 1};" * 10) for level in range(1, 12)]
BOMB = '<!ENTITY a0 "boom">' + "".join(LEVELS)
DATES = (
    "Mon, 01 Jan 99999999999999999999 00:00:00 +0000",
    f"Mon, 01 Jan {'9' * 400} 00:00:00 +0000",
    f"{'9' * 5000}",
    "0000-00-00",
    "-0044-03-15",
    "9999-12-31T23:59:59-24:00",
    "Mon, 01 Jan 2024 00:00:00 +99999999999999999999",
    "Mon, 31 Feb 2024 99:99:99 GMT",
    "2024-13-45",
    "٢٠٢٤-٠١-٠١",
    f"{'(' * 50_000}",
    f"{'Mon, ' * 50_000}",
    "1 1 1 1 1 1",
    ",,,,",
    "0001-01-01T00:00:00+14:00",
    "\u202e2024",
    "1970-01-01" * 10_000,
)

JSON_LD = {
    "nested": lambda: linked("[" * 200_000),
    "nested and closed": lambda: linked("[" * 100_000 + "]" * 100_000),
    "objects in objects": lambda: linked(
        '{"@type":"Article","author":' * 5_000 + "1" + "}" * 5_000
    ),
    "a number of 5,000 digits": lambda: linked(f'{{"@type":"Article","headline":{"9" * 5_000}}}'),
    "a list of a million": lambda: linked(f"[{'1,' * 1_000_000}1]"),
    "a graph of graphs": lambda: linked('{"@graph":[' * 2_000 + "]}" * 2_000),
    "a headline of 5 MB": lambda: linked(f'{{"@type":"Article","headline":"{"x" * 5_000_000}"}}'),
    "authors without end": lambda: linked(
        f'{{"@type":"Article","author":[{",".join(["[]"] * 200_000)}]}}'
    ),
    "NaN and lone surrogates": lambda: linked(
        r'{"@type":"Article","headline":"\ud800","datePublished":NaN}'
    ),
    "NUL in a headline": lambda: linked(
        r'{"@type":"Article","headline":"a\u0000b","author":"\u0000","url":"http://x> ; y"}'
    ),
    "types that are no words": lambda: linked(
        '{"@type":[{},[],null,1],"@graph":{"@graph":[null]}}'
    ),
}

PAGES: dict[str, Made] = {
    **{f"date {n}": lambda d=d: meta("date", d) for n, d in enumerate(DATES)},
    **{f"JSON-LD: {name}": made for name, made in JSON_LD.items()},
    "300,000 cells": lambda: page("<table>" + "<tr><td>x<td>y" * 150_000),
    "a million elements": lambda: page("<i>" * 999_000),
    "300,000 paragraphs": lambda: page("<p>Some words here to be read.</p>" * 300_000),
    "20,000 paragraphs": lambda: page(
        "".join(f"<p>{n} words here to be read.</p>" for n in range(20_000))
    ),
    "a title of 10 MB": lambda: page(head=f"<title>{'x' * 10_000_000}</title>"),
    "a title of controls": lambda: page(
        head="<title>a\x1b]0;owned\x07\x9b\u202e\u2066\ufffe\x7f</title>"
    ),
    "an author of 10 MB": lambda: meta("author", "x" * 10_000_000),
    "50,000 authors": lambda: page(
        head="".join(f'<meta name="author" content="a{n}">' for n in range(50_000))
    ),
    "an address of 5 MB": lambda: page(
        head=f'<link rel="canonical" href="https://example.org/{"x" * 5_000_000}">'
    ),
    "an address that breaks out": lambda: page(
        head='<link rel="canonical" href="http://x&gt; ; kb:note &lt;http://y">'
    ),
    "a language of 1 MB": lambda: page(
        head=f'<meta name="og:locale" content="en{"-x" * 500_000}">'
    ),
    "an encoding of 5,000 letters": lambda: page(head=f'<meta charset="{"u" * 5_000}">'),
    "100,000 deep": lambda: page("<div>" * 100_000 + ARTICLE),
    "tables in tables": lambda: page("<table><tr><td>" * 20_000 + ARTICLE),
    "lists in lists": lambda: page("<ul><li>" * 50_000 + ARTICLE),
    "quotations in quotations": lambda: page(
        "<blockquote>" * 20_000 + ARTICLE + "</blockquote>" * 20_000
    ),
    "bold in bold": lambda: page("<b>" * 100_000 + ARTICLE),
    "links in links": lambda: page('<a href="x">' * 50_000 + ARTICLE),
    "a large table": lambda: page(
        f"<table>{('<tr>' + '<td>cell</td>' * 50 + '</tr>') * 1_000}</table>{ARTICLE}"
    ),
    "a wide table": lambda: page(f"<table><tr>{'<td>x</td>' * 30_000}</tr></table>{ARTICLE}"),
    "a cell that spans everything": lambda: page(
        '<table><tr><td colspan="99999999" rowspan="99999999">x</td></tr></table>' + ARTICLE
    ),
    "an entity bomb": lambda: entities(BOMB, "&a11;"),
    "an entity that is a file": lambda: entities('<!ENTITY f SYSTEM "file:///etc/passwd">', "&f;"),
    "an entity that is far away": lambda: entities(
        '<!ENTITY % f SYSTEM "http://127.0.0.1:9/x"> %f;', ""
    ),
    "numbers that are no characters": lambda: page(
        f"<p>{'&#x110000;&#xD800;&#0;&#99999999999;' * 20_000}</p>{ARTICLE}"
    ),
    "ampersands": lambda: page(f"<p>{'&' * 2_000_000}</p>{ARTICLE}"),
    "angle brackets": lambda: page("<" * 2_000_000 + ARTICLE),
    "an open comment": lambda: page("<!--" + "x-" * 2_000_000),
    "a million comments": lambda: page("<!---->" * 1_000_000 + ARTICLE),
    "an open script": lambda: page("<script>" + "x<" * 2_000_000),
    "an open attribute": lambda: page('<p class="' + "x " * 2_000_000),
    "100,000 line breaks": lambda: page(f"<p>{'a<br>' * 100_000}</p>{ARTICLE}"),
    "20,000 headlines": lambda: page("<h1>One</h1>" * 20_000 + ARTICLE),
    "a headline of 5 MB": lambda: page(
        f"<article><h1>{'word ' * 1_000_000}</h1><p>{WORDS}</p></article>"
    ),
    "50,000 times": lambda: page('<time datetime="2024-01-01" pubdate>x</time>' * 50_000 + ARTICLE),
    "selections in selections": lambda: page("<select><option>" * 20_000 + ARTICLE),
    "drawings in drawings": lambda: page("<svg><math>" * 20_000 + ARTICLE),
    "plaintext": lambda: page("<plaintext>" + WORDS * 1_000),
    "templates": lambda: page("<template><noscript>" * 10_000 + ARTICLE),
    "frames": lambda: "<html><frameset><frame src='http://127.0.0.1:9/'></frameset></html>",
    "one word of 5 MB": lambda: page(f"<article><p>{'x' * 5_000_000}</p></article>"),
    "spaces between two words": lambda: page(
        f"<article><p>{WORDS}{' ' * 5_000_000}end</p></article>"
    ),
    "spaces that are not seen": lambda: page(
        f"<article><p>{WORDS}{chr(0x200B) * 1_000_000}end</p></article>"
    ),
    "marks without letters": lambda: page(f"<article><p>e{chr(0x301) * 1_000_000}</p></article>"),
    "full stops": lambda: page(f"<article><p>{WORDS}{'.' * 2_000_000}</p></article>"),
    "brackets": lambda: page(f"<article><p>{WORDS}{'(' * 1_000_000}</p></article>"),
    "an address in the text": lambda: page(
        f"<article><p>{WORDS} http://{'a.' * 500_000}</p></article>"
    ),
    "dates in the text": lambda: page(
        f"<article><p>{WORDS}{'2024-01-01 ' * 100_000}</p></article>"
    ),
    "controls in the text": lambda: page(
        f"<article><p>{WORDS}\x1b[2J\x07\x9b\u202e\u2066 end of it.</p></article>"
    ),
    "nothing": lambda: "<html></html>",
    "only space": lambda: "<html>" + " " * 10_000_000,
    "larger than any page": lambda: "<html>" + " " * 21_000_000,
}

# Time that grows with the square: each ends at the limit of 30 seconds.
SLOW: dict[str, Made] = {
    "300,000 attributes": lambda: page(
        f"<p {' '.join(f'a{n}=1' for n in range(300_000))}>{WORDS}</p>"
    ),
    "150,000 paragraphs": lambda: page(
        "".join(f"<p>{n} words here to be read.</p>" for n in range(150_000))
    ),
    "190,000 deep": lambda: page("<div><p>x</p>" * 90_000 + ARTICLE),
    "60,000 quotations in quotations": lambda: page(
        "<blockquote>" * 60_000 + ARTICLE + "</blockquote>" * 60_000
    ),
}


def declared(label: str, body: bytes = WORDS.encode()) -> Made:
    """A page that says it is in this encoding."""
    return lambda: (
        f'<!doctype html><html><head><meta charset="{label}"></head><body><p>'.encode() + body * 5
    )


ENCODED: dict[str, Made] = {
    **{
        f"encoding {label}": declared(label)
        for label in (
            "utf-7",
            "unicode_escape",
            "raw_unicode_escape",
            "idna",
            "punycode",
            "rot13",
            "base64",
            "hex",
            "zlib",
            "bz2",
            "mbcs",
        )
        + (
            "undefined",
            "utf-32",
            "utf-8-sig",
            "cp037",
            "charmap",
            "string-escape",
            "no-such",
            "x-user-defined",
            "utf-16",
            "..",
            "hz",
        )
    },
    "unicode_escape with half a character": declared("unicode_escape", rb"\ud800 \N{NO SUCH}"),
    "ISO-2022-JP that escapes": declared("iso-2022-jp", b"\x1b$B\x1b(J\x1b\x1b"),
    "GB 18030 that breaks off": declared("gb18030", b"\x81\x30\x81"),
    "Shift JIS that is none": declared("shift_jis", b"\xff\xfd\xa0"),
    "UTF-32, little end first": lambda: codecs.BOM_UTF32_LE + page().encode("utf-32-le"),
    "UTF-32, big end first": lambda: codecs.BOM_UTF32_BE + page().encode("utf-32-be"),
    "UTF-16 that breaks off": lambda: codecs.BOM_UTF16_LE + page().encode("utf-16-le")[:-1],
    "UTF-16 with half a character": lambda: (
        codecs.BOM_UTF16_BE + page().encode("utf-16-be") + b"\xd8\x00"
    ),
    "UTF-8 with half a character": lambda: page().encode() + b"<p>\xed\xa0\x80",
    "NUL behind the first 8,192 bytes": lambda: b"<html><body>" + ARTICLE.encode() * 100 + b"\0",
    "random bytes": lambda: b"<html>" + bytes(range(256)) * 1_000,
    "a BOM and nothing else": lambda: codecs.BOM_UTF16_LE,
}

TEXTS: dict[str, Made] = {
    f"text: {name}": made
    for name, made in {
        "one line of 20 MB": lambda: "x" * 20_000_000,
        "line feeds": lambda: "Title\n" + "\n" * 10_000_000,
        "carriage returns": lambda: "Title\r" * 500_000,
        "a title behind 9,000 lines, with NUL": lambda: b"\n" * 9_000 + b"A\0 title\n\nText.\n",
        "full stops": lambda: "." * 3_000_000,
        "short sentences": lambda: "A b. " * 200_000,
        "digits": lambda: "9" * 5_000_000,
        "spaces and one word": lambda: " " * 5_000_000 + "x",
        "quotation marks": lambda: "“”\"'" * 300_000,
        "controls": lambda: "T\x1b]0;x\x07\x9b\u202e\n\nThe mayor \x1b[2J said so.\n",
        "half a character": lambda: "T \ud800\n",
        "UTF-16": lambda: codecs.BOM_UTF16_LE + "words".encode("utf-16-le"),
        "UTF-32": lambda: codecs.BOM_UTF32_LE + "words".encode("utf-32-le"),
        "larger than any text": lambda: b"x" * 51_000_000,
        "bytes": lambda: bytes(range(256)) * 1_000,
    }.items()
}
