"""A document is recognised by its first bytes; what is not read is refused with a way to convert it."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from kb.documents import read
from kb.documents.recognition import recognised
from kb.errors import Usage
from kb.system import charsets
from kb.system.intake import decode


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


MAIL = b"From: Ines <i@x.example>\nMIME-Version: 1.0\nSubject: Pier\n\nThe pier is closed.\n"
SAVED = b'From: <Saved by Blink>\nSnapshot-Content-Location: https://x.example/\nContent-Type: multipart/related; boundary="B"\n\n--B\n'


@pytest.mark.parametrize(
    ("name", "data", "format"),
    [
        ("a.txt", b"The pier is closed.", "text"),
        ("a.txt", b"BMW built a pier.", "text"),
        ("a.txt", b"From: Ines\nTo: Ben\n\nThe pier is closed.", "text"),
        ("a.txt", b"--- a dash begins this line", "text"),
        ("a.md", b"---\ntitle: Pier\n---\nClosed.", "markdown"),
        ("a", b"<!doctype html><p>Pier", "html"),
        ("a", b"%PDF-1.4\n", "pdf"),
        ("a.eml", MAIL, "email"),
        ("a", MAIL, "email"),
        ("a", SAVED, "mhtml"),
        ("a.mhtml", SAVED.replace(b"Snapshot-Content-Location", b"X-Other"), "mhtml"),
        ("a", b"1\r\n00:00:01,000 --> 00:00:02,000\r\nPier", "subtitles"),
        ("a", b"WEBVTT\n\n00:01.000 --> 00:02.000\nPier", "subtitles"),
        ("a", b"WARC/1.1\r\nWARC-Type: response\r\n", "warc"),
        ("a.gz", gzip.compress(b"WARC/1.0\r\n", mtime=0), "warc"),
        ("a", zipped("datapackage.json", "archive/data.warc.gz"), "wacz"),
        ("a", zipped("[Content_Types].xml", "word/document.xml"), "docx"),
        ("a", b' {"text": "Pier"}', "json"),
    ],
)
def test_a_format_is_recognised(name: str, data: bytes, format: str) -> None:
    assert recognised(name, data) == format


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.url", b"[InternetShortcut]\r\nURL=https://x.example/pier\r\nIconIndex=0\r\n"),
        ("a", b"[Desktop Entry]\nType=Link\nURL=https://x.example/pier\n"),
        (
            "a.webloc",
            b'<?xml version="1.0"?><!DOCTYPE plist PUBLIC "" "http://www.apple.com/DTDs/P.dtd">'
            b"<plist><dict><key>URL</key><string>https://x.example/pier</string></dict></plist>",
        ),
        ("a.webloc", b"bplist00\xd1\x01\x02SURL_\x10\x16https://x.example/pier\x08\x0b"),
        ("a.gdoc", b'{"url": "https://x.example/pier", "doc_id": "1"}'),
        ("a.txt", b"https://x.example/pier\n"),
    ],
)
def test_a_file_that_only_points_at_a_document_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(Usage, match="is a link to a document") as refused:
        read(name, data)
    assert "--url https://x.example/pier" in refused.value.hint


def test_a_text_that_begins_with_an_address_is_a_text() -> None:
    assert recognised("a.txt", b"https://x.example/pier\nThe pier is closed.") == "text"


@pytest.mark.parametrize(
    ("data", "kind", "remedy"),
    [
        (b"{\\rtf1\\ansi The pier is closed.}", "an RTF document", "libreoffice"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office document", "libreoffice"),
        (b"[Script Info]\nTitle: Pier\n", "styled subtitles", "ffmpeg -i FILE NEW.srt"),
        (zipped("xl/workbook.xml"), "an Excel workbook", "--convert-to csv"),
        (zipped("ppt/presentation.xml"), "a presentation", "--convert-to pdf"),
        (zipped("mimetype", "content.xml"), "an OpenDocument file", "--convert-to docx"),
        (zipped("mimetype", "META-INF/container.xml"), "an e-book", "pandoc"),
        (zipped("a.txt"), "an archive", "unzip"),
        (b"PK\x03\x04 cut off", "a damaged zip file", "zip -FF"),
        (b"\x89PNG\r\n\x1a\n", "an image", "tesseract"),
        (b"\xff\xd8\xff\xe0", "an image", "tesseract"),
        (b"BM\x36\0\0\0\0\0\0\0", "an image", "tesseract"),
        (b"RIFF\0\0\0\0WEBP", "an image", "tesseract"),
        (b"RIFF\0\0\0\0WAVE", "a sound recording", "ffmpeg"),
        (b"\0\0\0\x20ftypisom", "a video", "ffmpeg"),
        (b"\x1aE\xdf\xa3", "a video", "ffmpeg"),
        (gzip.compress(b"words", mtime=0), "a compressed file", "gunzip"),
        (b"Rar!\x1a\x07", "an archive", "unrar"),
        (b"%!PS-Adobe", "a PostScript document", "ps2pdf"),
        (b"<?xml version='1.0'?><notice>Pier</notice>", "an XML file", "xmllint"),
        (b"From ines Tue Mar  5\nFrom: Ines\n\nPier", "a mailbox", "git mailsplit"),
    ],
)
def test_another_format_is_refused_with_the_command_that_converts_it(
    data: bytes, kind: str, remedy: str
) -> None:
    with pytest.raises(Usage, match=kind) as refused:
        read("a.bin", data)
    assert remedy in refused.value.hint
    assert "iconv" not in refused.value.hint


@pytest.mark.parametrize(
    ("words", "codec", "label"),
    [
        ("Der Pier wurde für fünf Tage geschlossen, hieß es.", "latin-1", "WINDOWS-1252"),
        ("Le maire a déclaré : « fermé »", "cp1252", "WINDOWS-1252"),
        ("Starosta řekl, že přístav je zavřený.", "cp1250", "WINDOWS-1250"),
        ("Пекарня у гавани открылась утром", "cp1251", "WINDOWS-1251"),
        ("Пекарня у гавани открылась утром", "koi8-r", "KOI8-R"),
        ("Пекарня у гавани открылась утром", "cp866", "IBM866"),
        ("Το λιμάνι έκλεισε το πρωί", "cp1253", "WINDOWS-1253"),
        ("Belediye başkanı iskelenin kapandığını söyledi", "cp1254", "WINDOWS-1254"),
        ("הנמל נסגר בבוקר", "cp1255", "WINDOWS-1255"),
        ("المخبز الجديد فتح أبوابه صباح الأحد", "cp1256", "WINDOWS-1256"),
        ("港は朝に閉まりました。", "cp932", "SHIFT_JIS"),
        ("码头上的人说他们在这里是来看船的。", "gb18030", "GB18030"),
        ("항구는 아침에 닫혔다", "cp949", "EUC-KR"),
        ("The pier is closed.", "utf-16-le", "UTF-16LE"),
        ("市長は桟橋が五日間閉鎖されると述べた。", "utf-16-le", "UTF-16LE"),
        ("市長は、桟橋が 5 日間 閉鎖されると述べた。\n船は港を出た。\n", "utf-16-be", "UTF-16BE"),
        ("市长说码头将关闭五天。船只离开了港口。", "utf-16-le", "UTF-16LE"),
        ("시장은 부두가 닷새 동안 폐쇄된다고 말했다.", "utf-16-be", "UTF-16BE"),
        ("นายกเทศมนตรีกล่าวว่าท่าเรือจะปิดเป็นเวลาห้าวัน", "cp874", "WINDOWS-874"),
        (
            "Meras pranešė, kad prieplauka bus uždaryta, nes laivai išplaukė.",
            "cp1257",
            "WINDOWS-1257",
        ),
    ],
)
def test_the_encoding_that_fits_is_named(words: str, codec: str, label: str) -> None:
    assert charsets.likely(words.encode(codec)) == label
    with pytest.raises(Usage) as refused:
        decode(words.encode(codec), "a.txt")
    assert f"iconv -f {label} " in refused.value.hint


def test_an_encoding_that_does_not_fit_is_not_named() -> None:
    assert charsets.likely(bytes(range(128, 256)) * 20) is None
    with pytest.raises(Usage) as refused:
        decode(bytes(range(128, 256)), "a.txt")
    assert "WINDOWS" not in refused.value.hint


RUSSIAN = "Портовое управление повысило сбор для малых судов, сказал мэр."


def declaring(label: str, words: str) -> str:
    return f'<html><head><meta charset="{label}"></head><body><p>{words}</p></body></html>'


def test_a_page_in_utf_8_that_declares_another_encoding_is_read_right_with_a_note() -> None:
    found = read("a.html", declaring("windows-1251", RUSSIAN).encode())
    assert found.text == RUSSIAN
    assert "declares the encoding windows-1251, but it is in UTF-8" in found.notes[0]


def test_a_page_whose_declared_encoding_garbles_it_has_a_note_with_the_command() -> None:
    page = declaring("iso-8859-1", RUSSIAN).encode("cp1251")
    found = read("a.html", page)
    assert "iconv -f WINDOWS-1251 -t UTF-8" in found.notes[0]
    converted = read("a.html", page.decode("cp1251").encode())
    assert converted.text == RUSSIAN
    assert read("b.html", declaring("iso-8859-1", "Größe für Möwen").encode("latin-1")).notes == ()


def test_a_page_that_is_not_in_its_declared_encoding_is_refused_with_the_one_that_fits() -> None:
    page = declaring("shift_jis", "市長は桟橋が五日間閉鎖されると述べた。").encode("euc-jp")
    with pytest.raises(Usage) as refused:
        read("a.html", page)
    assert "iconv -f EUC-JP -t UTF-8" in refused.value.hint
