"""E-mail, saved pages, subtitles, web archives, posts and Markdown: text, locators and statements."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from email.message import EmailMessage

import pytest
from document_samples import wacz, warc

from kb.documents import Agent, Read, posts, read
from kb.errors import Usage

LINES = "The harbour board raised the toll for small boats by four crowns on Tuesday, it said."
PAGE = (
    f"<html><head><title>Toll</title></head><body><article><p>{LINES}</p></article></body></html>"
)


def places(found: Read) -> list[tuple[str, str]]:
    return [(p.value, found.text[p.start : p.end]) for p in found.parts]


# --- E-mail


def message(**more: str) -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Ines Holt <ines@x.example>"
    made["To"] = "ben@x.example, Cleo <cleo@x.example>"
    made["Date"] = "Tue, 05 Mar 2024 10:00:00 +0100"
    made["Subject"] = "Grüße vom Pier"
    made["MIME-Version"] = "1.0"
    for key, value in more.items():
        made[key] = value
    return made


def test_a_message_gives_its_text_and_its_headers() -> None:
    made = message()
    made.set_content("Der Pier ist zu. Grüße = alles\n> gestern offen\n", cte="quoted-printable")
    made.add_alternative("<p>Der Pier ist zu.</p>", subtype="html")
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="plan.pdf")
    found = read("a.eml", made.as_bytes())
    assert found.text == "Grüße vom Pier\nDer Pier ist zu. Grüße = alles\n> gestern offen"
    assert places(found) == [("headline", "Grüße vom Pier"), ("quotation", "> gestern offen")]
    assert found.authors == (Agent("Ines Holt"),)
    assert found.published == (date(2024, 3, 5), date(2024, 3, 5))
    assert "published Tue, 05 Mar 2024 10:00:00 +0100 (Date)" in found.stated
    assert found.left_out == (
        ("receivers: 2", "ben@x.example, Cleo"),
        ("the same text as HTML", ""),
        ("attachments: 1", "plan.pdf"),
    )


def test_a_message_in_html_only_is_read_as_a_page() -> None:
    made = message()
    made.set_content(f"<table><tr><td><p>{LINES}</p></td></tr></table>", subtype="html")
    assert read("a.eml", made.as_bytes()).text == f"Grüße vom Pier\n{LINES}"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (
            b"From: a@b\nMIME-Version: 1.0\nContent-Type: image/png\n\nxx",
            "no text, only attachments",
        ),
        (
            b"From: a@b\nMIME-Version: 1.0\nContent-Type: text/plain; charset=no-such\n\nxx",
            "unknown encoding",
        ),
        (
            b"From: a@b\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n\xff",
            "not UTF-8",
        ),
        (b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n--B\n", "no text"),
    ],
)
def test_a_message_that_cannot_be_read_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(Usage, match=why):
        read("a.eml", data)


HEADS = (
    "MIME-Version: 1.0\nFrom: {}\nSubject: {}\nContent-Type: text/plain; charset={}\n\nClosed.\n"
)


@pytest.mark.parametrize(
    ("author", "subject", "codec", "declared", "how"),
    [
        ("Jörg Größe", "Grüße vom Pier", "cp1252", "iso-8859-1", "the encoding of the text"),
        ("Jörg Größe", "Grüße\n vom Pier", "cp1252", "utf-8", "WINDOWS-1252, which fits best"),
        ("Анна Орлова", "Причал закрыт", "koi8-r", "koi8-r", "the encoding of the text"),
        ("Анна Орлова", "Причал закрыт", "cp1251", "utf-8", "WINDOWS-1251, which fits best"),
    ],
)
def test_headers_in_raw_bytes_are_read_and_reported(
    author: str, subject: str, codec: str, declared: str, how: str
) -> None:
    data = HEADS.format(f"{author} <a@x.example>", subject, declared).encode(codec)
    found = read("a.eml", data)
    assert found.authors == (Agent(author),)
    assert found.title == subject.replace("\n", "")
    assert [note[:20] for note in found.notes] == ["the header From is n", "the header Subject i"]
    assert all(how in note for note in found.notes)


@pytest.mark.parametrize(
    ("name", "codec", "declared"),
    [
        ("Отчёт о пирсе.pdf", "cp1251", "windows-1251"),
        ("Отчёт о пирсе.pdf", "koi8-r", "utf-8"),
        ("Übersicht Häfen.pdf", "latin-1", "us-ascii"),
        ("港の報告について.pdf", "cp932", "utf-8"),
        ("Übersicht.pdf", "utf-8", "utf-8"),
    ],
)
@pytest.mark.parametrize("field", ["Content-Disposition: attachment; filename", "X: y"])
def test_the_name_of_an_attachment_in_raw_bytes_is_read(
    name: str, codec: str, declared: str, field: str
) -> None:
    part = (
        f'--B\nContent-Type: application/pdf;\n name="{name}"\n{field}="{name}"\n\nx\n'
        f"--B\nContent-Type: message/rfc822\n\nSubject: {name}\n\nText\n--B--\n"
    )
    data = (
        "From: a@x.example\nTo: b@x.example\nSubject: x\nMIME-Version: 1.0\n"
        "Content-Type: multipart/mixed; boundary=B\n\n"
        f"--B\nContent-Type: text/plain; charset={declared}\n\nClosed.\n"
    ).encode() + part.encode(codec)
    listed = dict(read("a.eml", data).left_out)
    assert listed["attachments: 1"] == name
    assert listed["attached messages, to save and add: 1"] == name


def test_what_outlook_copies_from_an_earlier_message_is_a_quotation() -> None:
    earlier = (
        "Von: Ben Gray\nGesendet: Montag, 4. März 2024 09:00\nAn: Ines\nBetreff: Pier\n\nSold?"
    )
    made = message()
    made.set_content(f"I deny it: all of it.\n\n{earlier}\n")
    found = read("a.eml", made.as_bytes())
    forms = dict(reversed(place) for place in places(found))
    assert forms["Sold?"] == forms["Von: Ben Gray"] == "quotation"
    assert "I deny it: all of it." not in forms


def test_headers_in_raw_utf_8_need_no_note() -> None:
    found = read("a.eml", HEADS.format("Jörg <a@x.example>", "Grüße", "iso-8859-1").encode())
    assert (found.title, found.authors, found.notes) == ("Grüße", (Agent("Jörg"),), ())


def test_a_header_in_no_known_encoding_is_left_out_and_reported() -> None:
    data = HEADS.format("Ada <a@x.example>", "XX", "utf-8").encode()
    found = read("a.eml", data.replace(b"XX", b"\x80\xb7\xac\xb1\x80"))
    assert found.text == "Closed."
    assert found.notes == ("the header Subject is not in UTF-8; it is left out.",)


def test_an_encoded_header_in_another_encoding_than_it_declares_is_reported() -> None:
    found = read(
        "a.eml", HEADS.format("Ada <a@x.example>", "=?utf-8?q?Gr=FC=DFe?=", "utf-8").encode()
    )
    assert found.notes == (
        "the header Subject is not in the encoding it declares; unreadable: Gr\ufffd\ufffde",
    )


# --- Pages saved as one file


def test_a_saved_page_is_read_with_its_address() -> None:
    data = (
        b"From: <Saved by Blink>\nSnapshot-Content-Location: https://x.example/toll\n"
        b"Date: Wed, 6 Mar 2024 10:00:00 -0000\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="--B"\n\n'
        b"----B\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n"
        b"Content-Location: https://x.example/toll\n\n"
        + PAGE.replace("=", "=3D").replace("four", "f=\nour").encode()
        + b"\n----B\nContent-Type: image/png\n\nxx\n----B--\n"
    )
    found = read("a.mhtml", data)
    assert (found.text, found.url) == (LINES, "https://x.example/toll")
    assert any("saved on Wed, 06 Mar 2024" in note for note in found.notes)
    with pytest.raises(Usage, match="contains no page"):
        read("a.mhtml", data.replace(b"Type: text/html", b"Type: text/css"))


# --- Subtitles


def test_subtitles_are_lines_with_times_and_speakers() -> None:
    data = (
        "WEBVTT - Council\n\nNOTE Not checked\n\nSTYLE\n::cue { color: red }\n\n"
        "intro\n00:01.000 --> 00:04.500 align:start\n<v Ines Holt>I did not <i>sell</i> it.</v>\n"
        "&lt;laughs&gt;\n\n00:05.000 --> 00:06.000\n<laughs>\n\n"
        "01:00:00.000 --> 01:00:01.000\nThe end.\n"
    )
    found = read("a.vtt", data.encode())
    assert found.text.split("\n") == ["Ines Holt: I did not sell it.", "<laughs>", "The end."]
    assert places(found)[0][0] == "00:00:01-00:00:05"
    assert places(found)[-1] == ("01:00:00-01:00:01", "The end.")
    assert [what for what, _ in found.left_out] == [
        "header, 1 word",
        "notes, 3 words",
        "styles, 6 words",
    ]


def test_an_empty_line_within_a_cue_loses_nothing() -> None:
    data = b"1\r\n00:00:01,000 --> 00:00:02,000\r\nOne\r\n\r\ntwo\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nThree"
    found = read("a.srt", data)
    assert found.text.split("\n") == ["One", "two", "Three"]


def test_lines_that_captions_repeat_are_counted() -> None:
    data = b"WEBVTT\n\n00:01.000 --> 00:02.000\nOne\n\n00:02.000 --> 00:03.000\nOne\nTwo\n"
    found = read("a.vtt", data)
    assert (found.text, found.left_out) == ("One\nTwo", (("repeated lines: 1", ""),))


# --- Web archives

TWO = {"https://x.example/a": PAGE, "https://x.example/b": PAGE.replace("four", "five")}


@pytest.mark.parametrize("packed", [False, True])
def test_the_only_page_of_an_archive_is_read(packed: bool) -> None:
    found = read("a.warc", warc({"https://x.example/a": PAGE}, packed))
    assert (found.text, found.url, found.kind) == (LINES, "https://x.example/a", "warc")
    assert any("captured on 2024-03-05T10:00:00Z" in note for note in found.notes)


@pytest.mark.parametrize("data", [warc(TWO), wacz(TWO, list(TWO))])
def test_one_of_several_pages_is_chosen_by_its_address(data: bytes) -> None:
    with pytest.raises(
        Usage, match=r"several pages:\n  https://x\.example/a\n  https://x"
    ) as refused:
        read("a.warc", data)
    assert "--url" in refused.value.hint
    found = read("a.warc", data, "https://x.example/b")
    assert "five" in found.text
    assert ("other pages of the archive: 1", "") in found.left_out


def test_the_list_of_pages_in_a_wacz_file_decides() -> None:
    assert "five" in read("a.wacz", wacz(TWO, ["https://x.example/b"])).text


@pytest.mark.parametrize(
    "data", [warc(TWO)[:100], b"WARC/1.0\r\n\r\n", warc({"https://x.example/a": ""}), b"WARC/1.0"]
)
def test_an_archive_without_a_page_is_refused(data: bytes) -> None:
    with pytest.raises(Usage, match="no page|damaged|empty|no text"):
        read("a.warc", data)


# --- Posts


@pytest.mark.parametrize(
    ("posts", "author", "time"),
    [
        (
            {
                "full_text": "Closed &amp; sold.",
                "created_at": "Tue Mar 05 10:00:00 +0000 2024",
                "user": {"name": "Ines", "screen_name": "i"},
            },
            "Ines (@i)",
            "2024-03-05T10:00:00+00:00",
        ),
        (
            [
                {
                    "tweet": {
                        "full_text": "Closed &amp; sold.",
                        "created_at": "Tue Mar 05 10:00:00 +0000 2024",
                    }
                }
            ],
            "",
            "2024-03-05T10:00:00+00:00",
        ),
        (
            {
                "data": [
                    {
                        "text": "Closed &amp; sold.",
                        "created_at": "2024-03-05T10:00:00.000Z",
                        "author_id": "7",
                    }
                ],
                "includes": {"users": [{"id": "7", "name": "Ines", "username": "i"}]},
            },
            "Ines (@i)",
            "2024-03-05T10:00:00.000Z",
        ),
        (
            {
                "content": "<p>Closed &amp; sold.</p>",
                "created_at": "2024-03-05T10:00:00Z",
                "account": {"display_name": "Ines", "acct": "i@x"},
            },
            "Ines (@i@x)",
            "2024-03-05T10:00:00Z",
        ),
        (
            {
                "type": "OrderedCollection",
                "orderedItems": [
                    {
                        "object": {
                            "type": "Note",
                            "content": "Closed &amp; sold.",
                            "published": "2024-03-05T10:00:00Z",
                            "attributedTo": "https://x.example/i",
                        }
                    }
                ],
            },
            "https://x.example/i",
            "2024-03-05T10:00:00Z",
        ),
        (
            {
                "name": "Pier",
                "messages": [
                    {
                        "type": "message",
                        "date": "2024-03-05T11:00:00",
                        "date_unixtime": "1709632800",
                        "from": "Ines",
                        "text": ["Closed ", {"type": "bold", "text": "& sold"}, "."],
                    }
                ],
            },
            "Ines",
            "2024-03-05T10:00:00+00:00",
        ),
        (
            {
                "thread": {
                    "post": {
                        "uri": "at://x",
                        "author": {"handle": "i.x", "displayName": "Ines"},
                        "record": {"text": "Closed & sold.", "createdAt": "2024-03-05T10:00:00Z"},
                    }
                }
            },
            "Ines (@i.x)",
            "2024-03-05T10:00:00Z",
        ),
    ],
    ids=["x", "x-archive", "x-v2", "mastodon", "activitypub", "telegram", "bluesky"],
)
def test_a_post_has_author_time_and_text(posts: object, author: str, time: str) -> None:
    found = read("a.json", json.dumps(posts).encode())
    by = f" by {author}" if author else ""
    assert places(found) == [(f"post 1{by}, {time}", "Closed & sold.")]


def test_posts_are_one_document_with_their_days() -> None:
    posts = [
        {
            "text": f"Post {n}",
            "created_at": f"2024-03-0{n}T10:00:00+01:00",
            "user": {"name": "Ines"},
        }
        for n in (5, 6, 7)
    ]
    found = read("a.json", "\n".join(map(json.dumps, posts)).encode())
    assert found.text == "Post 5\nPost 6\nPost 7"
    assert found.published == (date(2024, 3, 5), date(2024, 3, 7))
    assert found.authors == (Agent("Ines"),)


def test_a_picture_of_a_post_is_kept_by_its_alternative_text() -> None:
    post = {
        "content": "Look",
        "created_at": "2024-03-05",
        "media_attachments": [{"description": "A quay"}, {}],
    }
    found = read("a.json", json.dumps(post).encode())
    assert found.text == "Look\nA quay"
    assert found.left_out == (("pictures and recordings: 2", ""),)


@pytest.mark.parametrize("data", [b'{"a": 1}', b"[1, 2]", b'{"text": "x"', b"[" * 100_000])
def test_json_of_another_kind_is_refused(data: bytes) -> None:
    with pytest.raises(Usage, match="JSON") as refused:
        read("a.json", data)
    assert "jq" in refused.value.hint


def test_a_text_that_begins_with_a_bracket_is_a_text() -> None:
    assert read("a.txt", b"[Applause] The pier is closed.").text == "[Applause] The pier is closed."


# --- Markdown


def test_the_front_matter_of_a_clipping_is_read_and_not_part_of_the_text() -> None:
    data = (
        '---\ntitle: "Pier closed"\nsource: "https://news.example/pier"\nauthor:\n  - "[[Ines Holt]]"\n'
        "  - Ben Roe\npublished: 2024-03-05\nlang: en\nno: yes\n---\n\n# Pier\n\nThe pier is *closed*.\n"
    )
    found = read("a.md", data.encode())
    assert found.text == "# Pier\n\nThe pier is *closed*.\n"
    assert (found.title, found.url, found.language) == (
        "Pier closed",
        "https://news.example/pier",
        "en",
    )
    assert found.authors == (Agent("Ines Holt"), Agent("Ben Roe"))
    assert found.published == (date(2024, 3, 5), date(2024, 3, 5))
    assert places(found) == [("headline", "# Pier")]


@pytest.mark.parametrize(
    "data",
    [
        b"---\nIt began with a rule.\n---\nMore.",
        b"---\ntitle: [\n---\nMore.",
        b"---\ntitle: never closed\nMore.",
        b"---\n" + b"[" * 10_000 + b"\n---\nMore.",
    ],
)
def test_what_is_not_front_matter_is_text(data: bytes) -> None:
    assert read("a.txt", data).text == data.decode()


def test_toml_front_matter_is_read() -> None:
    found = read("a.md", b'+++\ntitle = "Pier"\ndate = 2024-03-05\n+++\nClosed.')
    assert (found.title, found.text) == ("Pier", "Closed.")
    assert found.published == (date(2024, 3, 5), date(2024, 3, 5))


@pytest.mark.parametrize(
    "front",
    [
        "% Pier: closed\n  again\n% Ada Quill; Ben Holt\n% 5 March 2024\n",
        "% Pier: closed again\n% Ada Quill\n  Ben Holt\n% 2024-03-05\n",
        "---\ntitle: Pier: closed again\nauthors:\n- Ada Quill\n- Ben Holt\ndate: 2024-03-05\n---\n",
        "Title: Pier: closed again\nAuthor: Ada Quill;\n  Ben Holt\nDate: 5 March 2024\n",
        ":title: Pier: closed again\n:authors: Ada Quill; Ben Holt\n:date: 2024-03-05\n",
        "#+TITLE: Pier: closed again\r\n#+AUTHOR: Ada Quill; Ben Holt\r\n#+DATE: 2024-03-05\r\n",
        '{"title": "Pier: closed again", "author": ["Ada Quill", "Ben Holt"], "date": "2024-03-05"}\n',
    ],
)
def test_front_matter_in_other_forms_is_read_and_not_part_of_the_text(front: str) -> None:
    found = read("a.md", f"{front}\nIt is closed.".encode())
    assert (found.title, found.text) == ("Pier: closed again", "It is closed.")
    assert [author.name for author in found.authors] == ["Ada Quill", "Ben Holt"]
    assert found.published == (date(2024, 3, 5), date(2024, 3, 5))


def test_headers_of_a_plain_text_are_read_and_stay_in_it() -> None:
    text = "Title: Pier closed\nDate: 2024-03-05\nTopic: sea\n\nIt is closed."
    found = read("a.txt", text.encode())
    assert (found.text, found.title) == (text, "Pier closed")
    assert [(p.value, text[p.end :]) for p in found.parts] == [("header", "\n\nIt is closed.")]
    assert found.published == (date(2024, 3, 5), date(2024, 3, 5))


@pytest.mark.parametrize("text", ["Title: Pier\n\nClosed.", "Note: yes\nSpokesman: no\n\nEnd."])
def test_lines_with_colons_are_no_headers_by_chance(text: str) -> None:
    found = read("a.md", text.encode())
    assert (found.text, found.title) == (text, text.split("\n")[0])


# --- Damage


def test_a_wacz_file_without_an_archive_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("datapackage.json", "{}")
        archive.writestr("archive/data.warc.gz", b"\x1f\x8b broken")
    with pytest.raises(Usage, match="damaged|no page"):
        read("a.wacz", buffer.getvalue())


HEADERS = (
    "From: Ines Holt <i@x.example>, Ben Quay <b@x.example>\n"
    "Date: Tue, 05 Mar 2024 10:00:00 +0100\nSubject: Pier\nMIME-Version: 1.0\n"
)


def several(kind: str, *parts: str) -> bytes:
    inner = "".join(f"--B\n{part}\n" for part in parts)
    return f'{HEADERS}Content-Type: multipart/{kind}; boundary="B"\n\n{inner}--B--\n'.encode()


TEXT = "Content-Type: text/plain; charset=utf-8\n\n"
HTML = "Content-Type: text/html; charset=utf-8\n\n"


def test_a_text_that_a_picture_interrupts_is_read_in_full() -> None:
    attached = (
        "Content-Type: message/rfc822\n\nSubject: Minutes\nFrom: a@x.example\n\nThe board met."
    )
    found = read(
        "a.eml",
        several(
            "mixed", f"{TEXT}First.", "Content-Type: image/png\n\nx", f"{TEXT}Second.", attached
        ),
    )
    assert found.text == "Pier\nFirst.\nSecond."
    assert ("attached messages, to save and add: 1", "Minutes") in found.left_out
    assert [author.name for author in found.authors] == ["Ines Holt", "Ben Quay"]


def test_a_plain_version_that_only_points_at_the_other_one_is_not_the_text() -> None:
    page = (
        "<p>The pier was closed after the storm of Tuesday.</p><blockquote>Is it open?</blockquote>"
    )
    found = read("a.eml", several("alternative", f"{TEXT}See the HTML version.", f"{HTML}{page}"))
    assert "The pier was closed after the storm of Tuesday." in found.text
    assert ("Is it open?", "quotation") in [
        (found.text[p.start : p.end], p.value) for p in found.parts
    ]
    assert ("a shorter version as plain text", "") in found.left_out


def test_a_message_of_apple_mail_is_read_without_its_frame() -> None:
    mail = f"{HEADERS}\nThe pier is closed.\n".encode()
    found = read("1.emlx", b"%d  \n%s<?xml version='1.0'?><plist/>" % (len(mail), mail))
    assert found.text == "Pier\nThe pier is closed."


def locators(found: Read) -> list[str]:
    return [part.value for part in found.parts if part.kind == "locator"]


def test_an_export_of_facebook_is_read_with_its_broken_characters_repaired() -> None:
    exported = [
        {"timestamp": 1709634600, "data": [{"post": "Zu f\u00c3\u00bcr f\u00c3\u00bcnf Tage."}]}
    ]
    found = read("posts.json", json.dumps(exported).encode())
    assert found.text == "Zu für fünf Tage."
    assert locators(found) == ["post 1, 2024-03-05T10:30:00+00:00"]
    assert "repaired" in found.notes[0]
    chat = {"messages": [{"sender_name": "Ines", "timestamp_ms": 1709634600123, "content": "Zu."}]}
    assert locators(read("chat.json", json.dumps(chat).encode())) == [
        "post 1 by Ines, 2024-03-05T10:30:00+00:00"
    ]


def test_a_post_that_somebody_passed_on_names_from_whom_and_polls_are_kept() -> None:
    from_telegram = {
        "date": "2024-03-05T10:30:00",
        "date_unixtime": "1709634600",
        "from": "Harbour",
    }
    exported = {
        "messages": [
            {**from_telegram, "type": "service", "action": "create_channel", "text": ""},
            {**from_telegram, "forwarded_from": "Coast Watch", "text": ["The pier is closed."]},
            {
                **from_telegram,
                "text": "",
                "poll": {"question": "Reopen it?", "answers": [{"text": "Yes", "voters": 2}]},
            },
            {**from_telegram, "text": "", "photo": "a.jpg"},
        ]
    }
    found = read("t.json", json.dumps(exported).encode())
    assert found.text.split("\n") == ["The pier is closed.", "Reopen it?", "Yes: 2"]
    assert locators(found)[0].startswith("post 1 by Harbour, forwarded from Coast Watch, 2024")
    assert found.left_out == (
        ("pictures and recordings: 1", ""),
        ("service messages: 1", "create_channel"),
    )
    assert "1 of 3 posts is passed on from others" in found.notes[0]


def test_a_long_post_is_read_in_full() -> None:
    whole = "The pier is closed for five days, says the mayor."
    cut = {"text": "The pier is clo…", "created_at": "2024-03-05T10:00:00Z"}
    for key, full in (("note_tweet", {"text": whole}), ("extended_tweet", {"full_text": whole})):
        assert read("x.json", json.dumps({**cut, key: full}).encode()).text == whole


def test_what_x_lists_beside_its_posts_belongs_to_them() -> None:
    posts = {
        "data": [
            {
                "text": "Look",
                "author_id": "1",
                "created_at": "2024-03-05T10:00:00Z",
                "attachments": {"media_keys": ["3_1"], "poll_ids": ["7"]},
            }
        ],
        "includes": {
            "users": [{"id": "1", "name": "Ines"}, {"id": "2", "name": "Ben"}],
            "media": [{"media_key": "3_1", "type": "photo", "alt_text": "A gate"}],
            "polls": [{"id": "7", "options": [{"label": "Yes", "votes": 3}]}],
            "tweets": [{"text": "Old", "author_id": "2", "created_at": "2024-03-01T10:00:00Z"}],
        },
    }
    found = read("x.json", json.dumps(posts).encode())
    assert found.text == "Look\npoll\nYes: 3\nA gate\nOld"
    assert found.parts[-1].value == "post 2 by Ben, quoted, 2024-03-01T10:00:00Z"
    assert [author.name for author in found.authors] == ["Ines"]
    assert found.published
    assert found.published[0] >= date(2024, 3, 5)


def test_a_post_as_the_web_page_of_x_loads_it_is_read() -> None:
    note = {"note_tweet_results": {"result": {"text": "It is closed, all of it."}}}
    post = {
        "core": {"user_results": {"result": {"legacy": {"name": "Ines", "screen_name": "ines_h"}}}},
        "note_tweet": note,
        "legacy": {"created_at": "Tue Mar 05 10:00:00 +0000 2024", "full_text": "It is clo…"},
    }
    found = read("x.json", json.dumps({"entries": [{"result": post}]}).encode())
    assert found.text == "It is closed, all of it."
    assert found.parts[0].value == "post 1 by Ines (@ines_h), 2024-03-05T10:00:00+00:00"


def test_a_post_that_only_shows_another_one_is_no_post_of_its_own() -> None:
    original = {"content": "<p>Closed.</p>", "created_at": "2024-03-05T10:00:00Z"}
    boost = {"content": "", "created_at": "2024-03-09T10:00:00Z", "account": {"acct": "ben"}}
    whole = {**boost, "reblog": {**original, "account": {"acct": "ines"}}}
    found = read("m.json", json.dumps([whole]).encode())
    assert found.parts[0].value == "post 1 by ines, quoted, 2024-03-05T10:00:00Z"
    assert ([author.name for author in found.authors], found.left_out) == (["ines"], ())


def test_a_quoted_record_of_bluesky_has_its_author() -> None:
    quoted = {
        "author": {"handle": "q.example"},
        "value": {"text": "Old", "createdAt": "2024-03-04T10:00:00Z"},
    }
    post = {
        "author": {"handle": "ines.example"},
        "record": {"text": "Look", "createdAt": "2024-03-05T10:00:00Z"},
        "embed": {"record": quoted},
    }
    found = read("b.json", json.dumps({"post": post}).encode())
    assert found.parts[-1].value == "post 2 by q.example, quoted, 2024-03-04T10:00:00Z"


def test_comments_and_descriptions_of_facebook_and_notices_of_slack_are_read() -> None:
    picture = {"data": [{"media": {"uri": "a.jpg", "description": "Guards at the gate"}}]}
    comment = {"comment": {"comment": "So it is", "author": "Ada"}}
    posts = [
        {"timestamp": 1709634600, "attachments": [picture], "data": [{"post": "Closed"}]},
        {"timestamp": 1709634700, "data": [comment]},
        {"type": "message", "subtype": "channel_join", "text": "U2 joined", "ts": "1709634600.0"},
    ]
    found = read("f.json", json.dumps(posts).encode())
    assert found.text == "Closed\nGuards at the gate\nSo it is"
    assert found.left_out[-1] == ("service messages: 1", "U2 joined")


def test_a_content_warning_is_kept_and_posts_without_text_are_counted() -> None:
    post = {"content": "<p>Closed.</p>", "created_at": "2024-03-05T10:00:00Z"}
    posts = [{**post, "spoiler_text": "Pier"}, {**post, "content": ""}]
    found = read("m.json", json.dumps(posts).encode())
    assert found.text == "Pier\nClosed."
    assert "content warning" in [part.value for part in found.parts]
    assert found.left_out == (("posts without text: 1", "2"),)


def test_posts_of_forums_and_chats_are_read() -> None:
    many = [
        {
            "title": "Pier",
            "selftext": "It is closed.",
            "author": "ann",
            "created_utc": 1709634600.0,
        },
        {
            "text": "ok",
            "ts": "1709634600.000100",
            "user": "U1",
            "user_profile": {"real_name": "Ben"},
        },
    ]
    found = read("forum.json", json.dumps(many).encode())
    assert found.text.split("\n") == ["Pier", "It is closed.", "ok"]
    assert [one.partition(",")[0] for one in locators(found)] == ["post 1 by ann", "post 2 by Ben"]


def test_the_last_edit_of_posts_is_the_day_of_change() -> None:
    post = {"text": "Closed.", "created_at": "2024-03-05T10:00:00Z", "edited_at": "2024-03-07"}
    assert read("a.json", json.dumps(post).encode()).modified == date(2024, 3, 7)


def test_captions_that_roll_up_are_read_once() -> None:
    cues = ("one\ntwo", "one\ntwo\nthree", "two\nthree\nfour")
    text = "".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n + 1},000\n{cue}\n\n" for n, cue in enumerate(cues, 1)
    )
    found = read("a.srt", text.encode())
    assert found.text.split("\n") == ["one", "two", "three", "four"]
    assert ("repeated lines: 4", "") in found.left_out


def test_subtitles_of_youtube_have_times_on_one_line() -> None:
    found = read("a.sbv", b"0:00:01.000,0:00:03.000\nClosed.\n\n0:00:03.500,0:00:05.000\nOpen.\n")
    assert found.text == "Closed.\nOpen."
    assert locators(found) == ["00:00:01-00:00:03", "00:00:03-00:00:05"]


def test_the_rest_of_a_front_matter_is_listed_and_an_author_with_fields_has_a_name() -> None:
    front = "title: Pier\nauthor:\n  name: Ada Quill\n  url: https://x.example\ntags: [port]\n"
    found = read("a.md", f"---\n{front}---\nClosed.\n".encode())
    assert [author.name for author in found.authors] == ["Ada Quill"]
    assert found.left_out == (("other fields of the front matter: 1", "tags: ['port']"),)


def test_an_archive_in_the_older_form_is_read() -> None:
    head = b"1 0 Archive\nURL IP-address Archive-date Content-type Archive-length\n"
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>The pier was closed on Tuesday.</p>\n"
    data = b"filedesc://x.arc 0.0.0.0 20240305100000 text/plain %d\n%s\n" % (len(head), head)
    data += b"http://x.example/a 1.2.3.4 20240305100000 text/html %d\n%s\n" % (len(body), body)
    found = read("a.arc", data)
    assert (found.text, found.url) == ("The pier was closed on Tuesday.", "http://x.example/a")


def test_no_post_of_a_long_export_is_left_out_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posts, "MOST_POSTS", 3)
    three = json.dumps(
        [{"id": n, "text": f"Post {n}", "created_at": "2024-03-01"} for n in range(3)]
    )
    four = json.dumps(
        [{"id": n, "text": f"Post {n}", "created_at": "2024-03-01"} for n in range(4)]
    )
    assert "Post 2" in posts.read("posts.json", three.encode()).text
    with pytest.raises(Usage, match="more than 3 posts"):
        posts.read("posts.json", four.encode())
