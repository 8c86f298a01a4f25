"""Documents as people have them: text in any script, saved pages, and files that are neither."""

from __future__ import annotations

import builtins
import contextlib
import importlib.util
import logging
import socket
from datetime import date
from typing import Any

import pytest

from kb.documents import Agent, Read, is_page, read
from kb.errors import Usage

LINES = "The bakers of the harbour met on a wet Monday, and nobody in the room had read their plan to the end. "
PAGE = """<!DOCTYPE html>
<html lang="en-GB"><head>
<title>Bakers meet | Harbour Post</title>
<meta property="og:title" content="Bakers meet &amp; agree">
<meta name="author" content="Ana">
<meta property="article:author" content="https://example.org/people/ana">
<meta property="og:site_name" content="harbour post">
<meta property="article:published_time" content="2021-03-04T23:50:00+02:00">
<link rel="canonical" href="https://example.org/bakers">
</head><body><nav><a href="/">Front page</a></nav><article><h1>Bakers meet</h1><p>LINES</p><p>LINES More was said.</p></article>
<script>var notText = 1;</script></body></html>""".replace("LINES", LINES)


def installed() -> bool:
    try:
        return (
            importlib.util.find_spec("trafilatura") is not None
            and __import__("trafilatura") is not None
        )
    except ImportError:
        return False


pages = pytest.mark.skipif(
    not installed(), reason="the extra claimkb[html] is not installed, or not whole"
)


def page(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


# --- text


@pytest.mark.parametrize(
    "text",
    [
        "One\r\ntwo\rthree\n\n",
        "\ufeffWith a mark",
        "المخبز فتح أبوابه\nيوم الأحد",
        "Пекарня\u2028открыта",
        "e\u0301 stays apart 🥖",
        "",
    ],
)
def test_text_is_kept_exactly(text: str) -> None:
    assert read("a.txt", text.encode()).text == text


def test_the_title_is_the_first_line_that_is_not_empty() -> None:
    assert read("a.txt", "\ufeff\r\n \n  عنوان \r\nنص".encode()) == Read(
        "\ufeff\r\n \n  عنوان \r\nنص", title="عنوان"
    )


def test_a_text_of_nothing_but_space_has_no_title() -> None:
    assert read("a.txt", b" \n\t\n").title is None


@pytest.mark.parametrize(
    "text",
    [
        "a < b\nand <html> is a tag",
        "< html is not markup",
        "<p>a stray tag",
        "He wrote: <!doctype html>",
    ],
)
def test_a_stray_angle_bracket_leaves_a_text_a_text(text: str) -> None:
    assert read("a.txt", text.encode()) == Read(text, title=text.split("\n")[0])


def test_a_binary_file_is_refused() -> None:
    with pytest.raises(Usage, match=r"scan\.txt is binary"):
        read("scan.txt", b"\x7fELF\0\0\1")


def test_another_encoding_is_refused_with_line_and_byte() -> None:
    with pytest.raises(Usage, match=r"a\.txt:2: not UTF-8 \(byte 0xe9\)"):
        read("a.txt", "one\ncafé".encode("latin-1"))


def test_utf_16_without_markup_is_refused() -> None:
    with pytest.raises(Usage, match="binary"):
        read("a.txt", "words".encode("utf-16"))


# --- which is which


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.HTML", b"words"),
        ("a.htm", b""),
        ("a", b"\n <!DocType HTML><p>"),
        ("a.txt", b"\xef\xbb\xbf<html lang=en>"),
        ("a", b"<?xml version='1.0'?>\n<!-- saved -->\n<html xmlns='x'>"),
        ("a", "<html>".encode("utf-16")),
    ],
)
def test_a_page_is_known_by_its_name_or_first_markup(name: str, data: bytes) -> None:
    assert is_page(name, data)


def test_other_markup_is_text() -> None:
    assert not is_page("a.xml", b"<?xml version='1.0'?><htmlish/>")


def test_looking_for_markup_takes_no_time_on_hostile_openings() -> None:
    assert not is_page("a", (b"<!--" * 2000) + b" " * 100_000)
    assert not is_page("a", b"<!---->" * 1000 + b"<?xml?>" * 1000)


# --- pages


@pages
def test_a_page_gives_its_text_and_what_it_states() -> None:
    found = read("saved", PAGE.encode())
    assert LINES.strip() in found.text
    assert "Front page" not in found.text
    assert "notText" not in found.text
    assert found.text.startswith("Bakers meet")
    assert found.title == "Bakers meet & agree"
    assert found.authors == (Agent("Ana"),)
    assert found.publisher == Agent("harbour post", "organisation")
    assert found.published == (date(2021, 3, 4), date(2021, 3, 4))
    assert (found.language, found.url, found.kind) == (
        "en-GB",
        "https://example.org/bakers",
        "html",
    )


@pages
def test_what_a_page_does_not_state_is_not_guessed() -> None:
    found = read(
        "https-example.org-2020-05-06.html",
        page(f"<p>{LINES}</p><p>By Ana Baker, 6 May 2020, example.org</p>"),
    )
    assert (
        found.title,
        found.publisher,
        found.published,
        found.language,
        found.url,
    ) == (None,) * 5
    assert found.authors == ()


@pages
def test_json_ld_is_read_and_what_is_broken_in_it_is_passed_over() -> None:
    good = """{"@graph": [{"@type": "WebSite", "name": "no"}, {"@type": ["NewsArticle"], "headline": "A &quot;roll&quot;",
      "author": [{"name": "Ana"}, "Ben"], "publisher": {"name": "Post"}, "datePublished": "2021-03", "inLanguage": "sr"}]}"""
    scripts = "".join(
        f'<script type="application/ld+json">{s}</script>'
        for s in ("{broken", "[" * 100_000, "[1, null]", good)
    )
    found = read("a.html", page(f"<p>{LINES}</p>", scripts))
    assert (found.title, found.language) == ('A "roll"', "sr")
    assert [author.name for author in found.authors] == ["Ana", "Ben"]
    assert found.publisher == Agent("Post", "organisation")
    assert found.published == (date(2021, 3, 1), date(2021, 3, 31))


@pages
@pytest.mark.parametrize(
    ("content", "day"),
    [
        ("2021-03-04", (date(2021, 3, 4), date(2021, 3, 4))),
        ("20210304", (date(2021, 3, 4), date(2021, 3, 4))),
        ("2021/03/04 10:00", (date(2021, 3, 4), date(2021, 3, 4))),
        ("Thu, 04 Mar 2021 10:00:00 GMT", (date(2021, 3, 4), date(2021, 3, 4))),
        ("March 4, 2021", (date(2021, 3, 4), date(2021, 3, 4))),
        ("4 March 2021", (date(2021, 3, 4), date(2021, 3, 4))),
        ("Thursday, Mar. 4, 2021", (date(2021, 3, 4), date(2021, 3, 4))),
        ("25/03/2021", (date(2021, 3, 25), date(2021, 3, 25))),
        ("2021", (date(2021, 1, 1), date(2021, 12, 31))),
        ("2021-13-45", None),
        ("2021-13", None),
        ("0000", None),
        ("03/04/2021", None),
        ("4 Ramadan 1442", None),
        ("yesterday", None),
    ],
)
def test_a_stated_day_is_read_only_where_it_cannot_be_mistaken(
    content: str, day: tuple[date, date] | None
) -> None:
    assert (
        read("a.html", page(f"<p>{LINES}</p>", f'<meta name="date" content="{content}">')).published
        == day
    )


@pages
@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "/relative",
        "https://example.org/a b",
        'https://example.org/"><script>',
    ],
)
def test_an_address_that_is_no_web_address_is_left_out(address: str) -> None:
    attribute = address.replace('"', "&quot;")
    assert (
        read("a.html", page(f"<p>{LINES}</p>", f'<link rel="canonical" href="{attribute}">')).url
        is None
    )


@pages
def test_an_arabic_page_is_read() -> None:
    words = "المخبز الجديد فتح أبوابه صباح الأحد في المدينة القديمة أمام الناس"
    found = read(
        "a.html",
        f'<!doctype html><html lang="ar" dir="rtl"><body><h1>المخبز</h1><p>{words}</p></body></html>'.encode(),
    )
    assert words in found.text
    assert (found.title, found.language) == ("المخبز", "ar")


@pages
@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("windows-1251", "cp1251"),
        ("iso-8859-1", "cp1252"),
        ("utf-8", "utf-8"),
        ("UTF-16", "utf-16"),
        ("gb18030", "gb18030"),
    ],
)
def test_a_page_is_read_in_the_encoding_it_declares(label: str, codec: str) -> None:
    words = (
        "Пекарня у гавани открылась утром"
        if codec != "cp1252"
        else "The café’s owner said it opened"
    )
    data = f'<html><head><meta charset="{label}"></head><body><p>{words}</p></body></html>'.encode(
        codec
    )
    assert words in read("a.html", data).text


@pages
@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'<html><meta charset="no-such"><p>x', "unknown encoding, no-such"),
        (b'<html><meta charset="base64"><p>x', "encoding"),
        ('<html><meta charset="utf-8"><p>café'.encode("latin-1"), "not UTF-8"),
        ("<html><p>café".encode("latin-1"), "not UTF-8"),
        (b'<html><meta charset="shift_jis"><p>\xff\xff', "not in the encoding it declares"),
        (b"\xff\xfe<\0h\0t\0m\0l\0>\0x", "not in the encoding"),
        (b"<html>\0\0", "binary"),
    ],
)
def test_a_page_in_an_encoding_that_cannot_be_read_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(Usage, match=why):
        read("a.html", data)


@pages
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n",
        b"<html></html>",
        page(""),
        page("<script>var x = 1</script>"),
        page("<!-- words -->"),
    ],
)
def test_a_page_without_text_is_refused(data: bytes) -> None:
    with pytest.raises(Usage, match="no text was found in a.html"):
        read("a.html", data)


@pages
def test_entities_are_never_expanded_nor_fetched() -> None:
    levels = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    bomb = f'<!DOCTYPE html [<!ENTITY e0 "boom">{levels}<!ENTITY file SYSTEM "file:///etc/hostname">]>\n<html><body>'
    found = read("a.html", f"{bomb}<p>{LINES} &e11; &file;</p></body></html>".encode())
    assert LINES.strip() in found.text
    assert "boom" not in found.text
    assert len(found.text) < 2 * len(bomb)


@pages
def test_deep_nesting_ends_in_text_or_a_sentence() -> None:
    data = page("<div>" * 50_000 + LINES + "</div>" * 50_000)
    with contextlib.suppress(Usage):
        assert "bakers" in read("a.html", data).text


def test_a_page_that_is_too_large_is_refused() -> None:
    with pytest.raises(Usage, match="larger than 20 MB"):
        read("a.html", b"<html>" + b" " * 20_000_000)


@pages
def test_reading_a_page_opens_no_connection_and_says_nothing(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    read(
        "a.html",
        page(
            f'<img src="http://example.org/a.png"><iframe src="http://example.org/"></iframe><p>{LINES}</p>'
        ),
    )
    assert capfd.readouterr() == ("", "")
    assert not [
        h
        for h in logging.getLogger("trafilatura").handlers
        if not isinstance(h, logging.NullHandler)
    ]


@pages
def test_reading_twice_gives_the_same() -> None:
    assert read("a.html", PAGE.encode()) == read("a.html", PAGE.encode())


def test_without_the_extra_the_way_to_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "trafilatura":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(Usage, match=r"pip install 'claimkb\[html\]'"):
        read("a.html", PAGE.encode())
