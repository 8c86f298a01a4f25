"""PDF and Word documents: pages, forms and properties; what is damaged or hostile ends in a sentence."""

from __future__ import annotations

import builtins
import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import fpdf
import pypdf
import pytest
from document_samples import W, docx, paragraph, pdf
from pypdf import generic
from pypdf.annotations import FreeText, Text

from kb.documents import Read, pdf_columns, read
from kb.errors import Usage

FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
PAGES = [["The board met on Tues-", "day and raised the toll."], ["Nobody objected."]]
INFO = "/Title (Minutes) /Author (Ada Quill; Ben Holt) /ModDate (D:20240305103000+01'00')"


def forms(found: Read) -> list[tuple[str, str]]:
    return [(p.value, found.text[p.start : p.end]) for p in found.parts]


# --- PDF


def test_the_lines_of_a_pdf_are_kept_as_they_are_broken_and_pages_are_locators() -> None:
    found = read("a.pdf", pdf(PAGES, INFO))
    assert found.text.split("\n") == [*PAGES[0], *PAGES[1]]
    assert forms(found) == [("page 1", "\n".join(PAGES[0])), ("page 2", PAGES[1][0])]


def test_the_properties_of_a_pdf_are_read() -> None:
    found = read("a.pdf", pdf(PAGES, INFO))
    assert (found.title, found.language, found.modified) == ("Minutes", "en-GB", date(2024, 3, 5))
    assert [author.name for author in found.authors] == ["Ada Quill", "Ben Holt"]
    assert "modified 2024-03-05T10:30:00+01:00 (PDF ModDate)" in found.stated
    assert found.published is None


@pytest.mark.parametrize(
    "title", ["Microsoft Word - draft7.doc", "untitled", "report.pdf", "page.html"]
)
def test_a_title_that_a_program_wrote_is_not_a_title(title: str) -> None:
    assert read("a.pdf", pdf(PAGES, f"/Title ({title})")).title == PAGES[0][0]


def test_pages_without_text_are_listed() -> None:
    found = read("a.pdf", pdf([["Words."], [], ["More."]]))
    assert [what for what, _ in found.left_out] == ["pages without text: 2"]


@pytest.mark.parametrize(
    ("data", "why", "remedy"),
    [
        (pdf([[], []]), "has no text", "ocrmypdf"),
        (b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\n", "damaged|no text", ""),
        (pdf(PAGES)[:400], "damaged|no text", ""),
        (
            pdf(PAGES, trailer="/Encrypt << /Filter /Standard /V 5 /R 6 /Length 256 >>"),
            "encrypted|damaged",
            "qpdf",
        ),
    ],
)
def test_a_pdf_that_cannot_be_read_is_refused(data: bytes, why: str, remedy: str) -> None:
    with pytest.raises(Usage, match=why) as refused:
        read("a.pdf", data)
    assert remedy in refused.value.hint


TOLL = "The harbour board raised the toll for small boats by four crowns on Tuesday."


def test_columns_and_turned_pages_of_a_pdf_are_read_in_order() -> None:
    made = fpdf.FPDF()
    made.add_page()
    made.set_font("helvetica", size=11)
    with made.text_columns(ncols=2, gutter=8) as columns:
        columns.write("\n".join(f"Line {n} of what the board said." for n in range(80)))
    made.add_page()
    with made.rotation(90, 100, 150):
        made.text(60, 150, TOLL)
        made.text(60, 160, "Nobody objected.")
    turned = pypdf.PdfWriter(clone_from=io.BytesIO(bytes(made.output())))
    turned.pages[0].rotate(270)
    buffer = io.BytesIO()
    turned.write(buffer)
    first = [f"Line {n} of what the board said." for n in range(80)]
    found = read("a.pdf", buffer.getvalue())
    assert found.text.split("\n") == [*first, TOLL, "Nobody objected."]
    assert found.notes == ()


def with_unnamed_letters(readable: bool, table: bytes | None) -> bytes:
    """A PDF whose font has another table of letters, or none; before it a page in a usual font."""
    if not FONT.exists():
        pytest.skip(f"the font {FONT} is not installed")
    made = fpdf.FPDF()
    made.add_font("Sans", fname=FONT)
    for font, words in (("helvetica", TOLL if readable else ""), ("Sans", TOLL)):
        made.add_page()
        made.set_font(font, size=11)
        made.multi_cell(0, 6, words)
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(bytes(made.output())))
    [font] = writer.pages[-1]["/Resources"]["/Font"].values()
    known = font.get_object()
    del known["/ToUnicode"]
    if table is not None:
        stream = generic.StreamObject()
        stream.set_data(table)
        known[generic.NameObject("/ToUnicode")] = writer._add_object(stream)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


# Every letter is one for private use.
PRIVATE = (
    b"begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange "
    b"1 beginbfrange <0000> <00FF> <E000> endbfrange endcmap"
)


@pytest.mark.parametrize("table", [None, PRIVATE])
def test_a_pdf_whose_fonts_do_not_name_their_letters_is_refused(table: bytes | None) -> None:
    with pytest.raises(Usage, match="fonts do not name their letters") as refused:
        read("a.pdf", with_unnamed_letters(False, table))
    assert "ocrmypdf --force-ocr" in refused.value.hint


@pytest.mark.parametrize("table", [None, PRIVATE])
def test_a_page_whose_font_does_not_name_its_letters_is_reported(table: bytes | None) -> None:
    found = read("a.pdf", with_unnamed_letters(True, table))
    assert found.text.startswith(TOLL)
    assert any("pages 2; " in note for note in found.notes)


def test_a_page_whose_font_names_wrong_letters_is_reported() -> None:
    made = fpdf.FPDF()
    made.set_font("helvetica", size=11)
    for words in (TOLL * 12, "".join(chr(ord(s) + s.isalpha()) for s in TOLL * 12)):
        made.add_page()
        made.multi_cell(0, 6, words)
    [note] = read("a.pdf", bytes(made.output())).notes
    assert "pages without a frequent word of any language: 2. " in note
    assert "ocrmypdf --force-ocr" in note


LEFT = (
    "The council closed the pier on",
    "Tuesday after the storm had torn",
    "away forty planks. The mayor said",
    "that nobody had been told before",
    "the gates were locked, and that a",
    "search for boats had begun along",
    "the coast in the evening.",
)
RIGHT = (
    "In another matter the board raised",
    "the toll for small boats by four",
    "crowns. Fishermen denied that they",
    "had been asked, and announced that",
    "they would protest on Friday at the",
    "office. The ministry did not",
    "comment.",
)


def by_rows(left: Sequence[str], right: Sequence[str], lower: float = 0) -> Read:
    """A page with a headline, rows of two columns, and a footer, written from top to bottom."""
    made = fpdf.FPDF(unit="pt")
    made.set_font("helvetica", size=10)
    made.add_page()
    made.text(50, 40, "Gazette")
    for n, (one, other) in enumerate(zip(left, right, strict=True)):
        made.text(50 + n % 2, 100 + 14 * n, one)
        made.text(300 - n % 2, 100 + lower + 14 * n, other)
    made.text(50, 700, "page 1")
    return read("a.pdf", bytes(made.output()))


@pytest.mark.parametrize("lower", [0, 3])
def test_columns_that_a_page_writes_row_by_row_are_read_one_after_the_other(lower: float) -> None:
    found = by_rows(LEFT, RIGHT, lower)
    assert found.text.split("\n") == ["Gazette", *LEFT, *RIGHT, "page 1"]
    assert found.notes == ("columns are read one after the other on pages: 1; check the order.",)


@pytest.mark.parametrize("twice", [False, True])
def test_a_page_of_which_a_part_is_reported_twice_is_read_as_it_is(twice: bool) -> None:
    rows = list(zip(LEFT, RIGHT, strict=True))

    class Page:
        """A page with a form, as version 6 of pypdf reports it."""

        def extract_text(self, visitor_text: Callable[..., None]) -> str:
            for n, row in enumerate(rows):
                for x, text in zip((50, 300), (row[0], f" {row[1]}\n"), strict=True):
                    visitor_text(text, (1, 0, 0, 1, 0, 0), (1, 0, 0, 1, x, 700 - 14 * n))
            whole = "".join(f"{one} {other}\n" for one, other in rows)
            if twice:
                visitor_text(whole, (1, 0, 0, 1, 0, 0), (1, 0, 0, 1, 50, 700))
            return whole

    text, ordered = pdf_columns.read_page(Page())
    assert ordered is not twice
    assert len(text.split("\n")) == (len(rows) + 1 if twice else 2 * len(rows))


def test_lines_with_which_pages_begin_and_end_are_marked_and_are_no_title() -> None:
    body = [f"Line {word}" for word in ("one", "two", "three")]
    pages = [["S/2024/100", f"{n}. The board", *body, f"24-00123 {n}/4"] for n in range(1, 5)]
    found = read("a.pdf", pdf(pages))
    heads = [words for value, words in forms(found) if value == "page header"]
    feet = [words for value, words in forms(found) if value == "page footer"]
    assert heads == [line for page in pages for line in page[:2]]
    assert feet[1::2] == [page[-1] for page in pages]
    assert read("a.pdf", pdf(pages[:1])).parts[1:] == ()


@pytest.mark.parametrize("name", ["Microsoft Office User", "Administrator", "user1"])
def test_an_author_that_a_program_wrote_is_no_author(name: str) -> None:
    assert read("a.pdf", pdf(PAGES, f"/Author ({name})")).authors == ()


def test_a_line_in_two_directions_is_pointed_out() -> None:
    if not FONT.exists():
        pytest.skip(f"the font {FONT} is not installed")
    made = fpdf.FPDF()
    made.add_font("Sans", fname=FONT)
    made.set_font("Sans", size=11)
    for line in ("קרא את זה", "קרא את 12 הספרים"):
        made.add_page()
        made.multi_cell(0, 6, line)
    [note] = read("a.pdf", bytes(made.output())).notes
    assert "another order than the page shows: pages 2; " in note


def test_rows_of_a_table_are_kept() -> None:
    found = by_rows([f"Pier {n}, in the old harbour" for n in range(9)], ["Closed for repairs"] * 9)
    assert found.text.split("\n")[1] == "Pier 0, in the old harbour Closed for repairs"
    assert found.notes == ()


# --- Word


def test_the_forms_of_a_word_document_are_kept() -> None:
    styles = f'<w:styles {W}><w:style w:styleId="H"><w:name w:val="heading 2"/></w:style><w:style w:styleId="T"><w:name w:val="Title"/></w:style></w:styles>'
    row = (
        "<w:tr><w:tc>" + paragraph("May") + "</w:tc><w:tc>" + paragraph("1,000") + "</w:tc></w:tr>"
    )
    note = '<w:p><w:r><w:t>It rose</w:t><w:footnoteReference w:id="2"/><w:t>.</w:t></w:r></w:p>'
    notes = (
        f'<w:footnotes {W}><w:footnote w:id="2">{paragraph("By four.")}</w:footnote></w:footnotes>'
    )
    body = paragraph("Toll", "T") + paragraph("Reactions", "H") + f"<w:tbl>{row}</w:tbl>" + note
    found = read(
        "a.docx",
        docx(
            body,
            word__styles=styles,
            word__footnotes=notes,
            word__header1=f"<w:hdr {W}>{paragraph('Draft')}</w:hdr>",
        ),
    )
    assert found.text.split("\n") == [
        "Toll",
        "Reactions",
        "May | 1,000",
        "It rose¹.",
        "¹ By four.",
        "Draft",
    ]
    assert [form for form, _ in forms(found)] == [
        "headline",
        "subheading",
        "table",
        "footnote",
        "page header",
    ]


def test_deleted_and_inserted_words_of_a_word_document_never_run_together() -> None:
    body = (
        "<w:p><w:r><w:t>It was</w:t></w:r><w:del><w:r><w:delText>ten</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>twelve</w:t></w:r></w:ins></w:p>"
    )
    found = read("a.docx", docx(body))
    assert found.text.split("\n") == ["It was twelve", "ten"]
    assert forms(found) == [("deleted", "ten")]


def test_deletions_with_words_between_them_and_deleted_rows_are_kept_apart() -> None:
    gone = "<w:del><w:r><w:delText>{}</w:delText></w:r></w:del>"
    row = "<w:tr><w:trPr><w:del/></w:trPr><w:tc>{}</w:tc></w:tr>"
    body = (
        f"<w:p>{gone.format('op')}{gone.format('en')}<w:ins><w:r><w:t>closed</w:t></w:r></w:ins>"
        f"{gone.format('Monday')}</w:p><w:tbl>{row.format(paragraph('May'))}</w:tbl>"
    )
    found = read("a.docx", docx(body))
    assert forms(found) == [("deleted", word) for word in ("open", "Monday", "May")]
    assert found.text == "closed\nopen\nMonday\nMay"


def test_the_properties_of_a_word_document_are_read_and_comments_listed() -> None:
    core = (
        '<cp:coreProperties xmlns:cp="a" xmlns:dc="b" xmlns:dcterms="c"><dc:title>Minutes</dc:title>'
        "<dc:creator>Ada Quill</dc:creator><dcterms:modified>2024-03-05T10:00:00Z</dcterms:modified>"
        "</cp:coreProperties>"
    )
    comments = f"<w:comments {W}><w:comment>{paragraph('Is that so?')}</w:comment></w:comments>"
    found = read("a.docx", docx(paragraph("Words."), docProps__core=core, word__comments=comments))
    assert (found.title, found.modified) == ("Minutes", date(2024, 3, 5))
    assert [author.name for author in found.authors] == ["Ada Quill"]
    assert [what for what, _ in found.left_out] == ["comments, 3 words"]


def test_a_text_box_is_read_once() -> None:
    box = f"<w:txbxContent>{paragraph('In a box')}</w:txbxContent>"
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    body = (
        f'<w:p><w:r><mc:AlternateContent xmlns:mc="{mc}"><mc:Choice>{box}</mc:Choice>'
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert forms(read("a.docx", docx(body))) == [("text box", "In a box")]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (docx(""), "no text was found"),
        (docx("<w:p><w:r>"), "damaged"),
        (docx(paragraph("Words."))[:-60], "damaged zip file"),
        (
            docx(paragraph("Words.")).replace(b"word/document.xml", b"word/document.xmL"),
            "archive|damaged",
        ),
        (docx("<w:p>" * 20_000 + "</w:p>" * 20_000), "damaged|no text"),
    ],
)
def test_a_word_document_that_cannot_be_read_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(Usage, match=why):
        read("a.docx", data)


def test_a_zip_bomb_is_refused() -> None:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("word/document.xml", "w") as part,
    ):
        for _ in range(300):
            part.write(b" " * 1_000_000)
    assert len(buffer.getvalue()) < 1_000_000
    with pytest.raises(Usage, match="more than 200 MB unpacked|memory"):
        read("a.docx", buffer.getvalue())


def test_entities_of_xml_are_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")
    with pytest.raises(Usage, match="DTD"):
        read("a.docx", buffer.getvalue())


@pytest.mark.parametrize(
    ("library", "name", "data"),
    [("pypdf", "a.pdf", pdf(PAGES)), ("warcio", "a.warc", b"WARC/1.0\r\n")],
)
def test_without_the_extra_the_way_to_it_is_named(
    monkeypatch: pytest.MonkeyPatch, library: str, name: str, data: bytes
) -> None:
    real = builtins.__import__

    def without(module: str, *rest: Any, **more: Any) -> Any:
        if module.partition(".")[0] == library:
            raise ImportError(module)
        return real(module, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(Usage, match="is not installed") as refused:
        read(name, data)
    assert "pip install 'claimkb[documents]'" in refused.value.hint


RAISED = '<w:vertAlign w:val="superscript"/>'


def run(text: str, style: str = "") -> str:
    chosen = f"<w:rPr>{style}</w:rPr>" if style else ""
    return f'<w:r>{chosen}<w:t xml:space="preserve">{text}</w:t></w:r>'


def test_signs_of_a_word_document_that_are_no_plain_words_are_kept_or_listed() -> None:
    body = (
        f"<w:p>{run('The toll is ')}{run('ten', '<w:strike/>')}{run('twelve.')}</w:p>"
        f"<w:p>{run('10')}{run('2', RAISED)}</w:p>"
        f"<w:p><w:ruby><w:rt>{run('kan')}</w:rt><w:rubyBase>{run('漢')}</w:rubyBase></w:ruby></w:p>"
        f'<w:p>{run("5 ")}<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r></w:p>'
    )
    drawing = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    diagram = f"<a:m {drawing}><a:t>Board</a:t><a:t>Mayor</a:t></a:m>"
    found = read("a.docx", docx(body, word__diagrams__data1=diagram))
    assert found.text.split("\n") == ["The toll is twelve.", "ten", "10²", "漢(kan)", "5 \ufffd"]
    assert [(found.text[p.start : p.end], p.value) for p in found.parts] == [("ten", "deleted")]
    assert ("diagram, 2 words", "Board Mayor") in found.left_out
    assert ("signs of a font of symbols, shown as \ufffd: 1", "") in found.left_out


def annotated(lines: list[str]) -> bytes:
    """A PDF with a filled form, typed text, a note and an attached file."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf([lines])))
    writer.add_annotation(0, FreeText(text="Approved", rect=(50, 550, 200, 650)))
    writer.add_annotation(0, Text(text="Check this", rect=(50, 450, 100, 500)))
    name, text = generic.NameObject, generic.TextStringObject
    field = generic.DictionaryObject(
        {
            name("/Subtype"): name("/Widget"),
            name("/FT"): name("/Tx"),
            name("/T"): text("Applicant"),
            name("/V"): text("Ines Holt"),
        }
    )
    writer.pages[0]["/Annots"].append(writer._add_object(field))
    writer.add_attachment("plan.txt", b"the plan")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_what_people_add_to_a_pdf_is_kept_or_listed() -> None:
    found = read("a.pdf", annotated(["The board met."]))
    assert found.text.split("\n") == ["The board met.", "Approved", "Applicant: Ines Holt"]
    forms = {found.text[p.start : p.end]: p.value for p in found.parts if p.kind == "form"}
    assert forms == {"Approved": "text box", "Applicant: Ines Holt": "form field"}
    assert found.left_out == (
        ("comments, 2 words", "Check this"),
        ("attached files: 1", "plan.txt"),
    )


def test_a_form_with_nothing_but_values_is_read() -> None:
    assert "Applicant: Ines Holt" in read("a.pdf", annotated([])).text
