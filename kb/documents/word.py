"""Word documents (DOCX, ECMA-376), read from their XML.

Readers that convert to HTML drop tracked deletions, text boxes, headers and comments. Here each is
in the text with its form, or listed.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree import ElementTree

from kb.documents import bounded
from kb.documents.document import (
    FIRST_WORDS,
    LONGEST_TITLE,
    Block,
    Read,
    joined,
    number_of_words,
    shortened,
)
from kb.documents.statements import NO_AUTHOR, Statement, clean, resolved
from kb.errors import Usage

# Bytes of all parts that are read, unpacked. A zip bomb has a thousand times its size.
LARGEST_UNPACKED: Final = 200_000_000
CONVERT: Final = "convert it: libreoffice --headless --convert-to txt:Text FILE"
W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT: Final = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
SUPERSCRIPT: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
CORE: Final = {
    "title": "title",
    "creator": "author",
    "created": "created",
    "modified": "modified",
    "language": "language",
}
SIGNS: Final = {"tab": "\t", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
DIAGRAM: Final = re.compile(r"word/diagrams/data\d*\.xml")
MARGINS: Final = re.compile(r"word/(header|footer)\d*\.xml")


def read(name: str, data: bytes) -> Read:
    """Read a Word document. Raises Usage if it is damaged, too large, or has no text."""
    found = bounded.run(name, "a Word document", CONVERT, lambda: _read(name, data))
    blocks = [Block(*block) for block in found["blocks"]]
    text, parts = joined(blocks)
    if not text.strip():
        raise Usage(f"no text was found in {name}.", CONVERT)
    facts = resolved(Statement(*fields) for fields in found["statements"])
    title = facts.pop("title") or blocks[0].text
    return Read(
        text,
        title=shortened(title, LONGEST_TITLE),
        kind="docx",
        parts=parts,
        left_out=tuple((kind, first) for kind, first in found["left_out"]),
        **facts,
    )


@dataclass
class _Paragraph:
    """The words of a paragraph, and what follows it on lines of its own."""

    words: list[str] = field(default_factory=list)
    # Each deletion, and the number of words before the last one.
    deleted: list[str] = field(default_factory=list)
    place: int = -1
    after: list[Block] = field(default_factory=list)

    def add(self, text: str, deleted: bool) -> None:
        """Add words. Deletions with words between them are kept apart."""
        if not deleted:
            self.words.append(text)
        elif self.place == len(self.words):
            self.deleted[-1] += text
        else:
            self.deleted.append(text)
            self.place = len(self.words)

    def apart(self) -> None:
        """Keep the next word apart from the last one."""
        if self.words and self.words[-1][-1:].isalnum():
            self.words.append(" ")


@dataclass
class _Document:
    """A reader of the parts of one document."""

    archive: zipfile.ZipFile
    styles: dict[str, str] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    numbered: int = 0
    symbols: int = 0
    _read: int = 0

    def tree(self, member: str) -> ElementTree.Element | None:
        """Return a parsed part, or None if there is none. Raises Usage if it is too large."""
        if member not in self.archive.namelist():
            return None
        with self.archive.open(member) as stream:
            body = stream.read(LARGEST_UNPACKED + 1 - self._read)
        self._read += len(body)
        if self._read > LARGEST_UNPACKED:
            raise Usage(
                f"the document has more than {LARGEST_UNPACKED // 1_000_000} MB unpacked.", CONVERT
            )
        if b"<!DOCTYPE" in body[:4096]:
            raise Usage("the document contains a DTD, which Word never writes.", CONVERT)
        return ElementTree.fromstring(body.replace(STRICT[1:-1].encode(), W[1:-1].encode()))

    def blocks(self, parent: Any, form: str = "") -> Iterator[Block]:
        """Yield the paragraphs and rows below an element."""
        for element in parent:
            tag = element.tag
            if tag == f"{W}p":
                yield from self._paragraph(element, form)
            elif tag == f"{W}tbl":
                yield from self._table(element)
            elif tag != FALLBACK and tag != f"{W}sectPr":
                yield from self.blocks(element, form)

    def _table(self, table: Any) -> Iterator[Block]:
        """Yield a line for each row, with the cells between bars."""
        for row in table.iter(f"{W}tr"):
            cells = []
            extra: list[Block] = []
            for cell in row.iter(f"{W}tc"):
                inner = [*self.blocks(cell)]
                cells.append(" ".join(b.text for b in inner if b.form in ("", "table")))
                extra += [block for block in inner if block.form not in ("", "table")]
            if any(cell.strip() for cell in cells):
                gone = row.find(f"{W}trPr/{W}del") is not None
                yield Block(" | ".join(cells), "deleted" if gone else "table")
            yield from extra

    def _paragraph(self, paragraph: Any, form: str) -> Iterator[Block]:
        found = _Paragraph()
        self._runs(paragraph, found, False)
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        name = self.styles.get(style.get(f"{W}val", ""), "") if style is not None else ""
        self.numbered += paragraph.find(f"{W}pPr/{W}numPr") is not None
        if name.startswith("title") or name == "heading 1":
            form = form or "headline"
        elif name.startswith(("heading", "subtitle")):
            form = form or "subheading"
        elif name.startswith("caption"):
            form = form or "caption"
        for line in "".join(found.words).split("\n"):
            if text := line.replace("\t", " ").strip():
                yield Block(text, form)
        for deleted in found.deleted:
            if text := " ".join(deleted.split()):
                yield Block(text, "deleted")
        yield from found.after

    def _runs(self, parent: Any, found: _Paragraph, deleted: bool) -> None:
        """Collect the words of a paragraph."""
        for element in parent:
            name = element.tag.removeprefix(W)
            if name in ("t", "delText") or element.tag == MATH:
                found.add(element.text or "", deleted)
            elif name in ("br", "cr"):
                found.add("\n", deleted)
            elif name in SIGNS:
                found.add(SIGNS[name], deleted)
            elif name in ("footnoteReference", "endnoteReference"):
                self._note(name.removesuffix("Reference"), element, found)
            elif name == "txbxContent":
                found.after += self.blocks(element, "text box")
            elif name in ("p", "instrText") or element.tag == FALLBACK:
                continue
            elif name in ("del", "moveFrom"):
                self._runs(element, found, True)
                found.apart()
            elif not self._formatted(name, element, found, deleted):
                if name in ("ins", "moveTo"):
                    found.apart()
                self._picture(element, found)
                self._runs(element, found, deleted)

    def _picture(self, element: Any, found: _Paragraph) -> None:
        """Keep the alternative text of a picture."""
        if element.tag.endswith("}docPr") and (text := clean(element.get("descr"))):
            found.after.append(Block(text, "alternative text"))

    def _formatted(self, name: str, element: Any, found: _Paragraph, deleted: bool) -> bool:
        """Collect words whose format has a meaning. Return whether this is done."""
        if name == "r" and element.find(f"{W}rPr/{W}vanish") is not None:
            self.hidden += ["".join(element.itertext())]
        elif name == "r" and _struck(element) and not deleted:
            self._runs(element, found, True)
            found.apart()
        elif name == "r" and _raised(element) and not deleted:
            found.words.append(_text(element).translate(SUPERSCRIPT))
        elif name == "ruby":
            base, reading = (element.find(f"{W}{part}") for part in ("rubyBase", "rt"))
            found.words.append(f"{_text(base)}({_text(reading)})")
        elif name == "sym":
            found.words.append(self._symbol(element))
        else:
            return False
        return True

    def _symbol(self, element: Any) -> str:
        """Return a sign that is stored as a number; one of a font of pictures is counted."""
        number = int(element.get(f"{W}char", "0"), 16)
        if number < 0x20 or number >= 0xD800:
            self.symbols += 1
            return "\ufffd"
        return chr(number)

    def _note(self, kind: str, reference: Any, found: _Paragraph) -> None:
        """Number a note in its place, and remember it."""
        self.notes.append((kind, reference.get(f"{W}id", "")))
        found.words.append(str(len(self.notes)).translate(SUPERSCRIPT))


def _read(name: str, data: bytes) -> dict[str, Any]:
    """Return blocks, statements and what is left out. Raises Usage."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if any(info.flag_bits & 1 for info in archive.infolist()):
            raise Usage(f"{name} is encrypted.", "save it without a password")
        document = _Document(archive)
        document.styles = dict(_styles(document.tree("word/styles.xml")))
        body = document.tree("word/document.xml")
        blocks = [*document.blocks(body)] if body is not None else []
        blocks += _notes(document)
        blocks += _margins(document)
        return {
            "blocks": [(block.text, block.form) for block in blocks],
            "statements": list(_core(document.tree("docProps/core.xml"))),
            "left_out": list(_left_out(document)),
        }


def _text(element: Any) -> str:
    """Return the words of an element."""
    return "".join(t.text or "" for t in element.iter(f"{W}t")) if element is not None else ""


def _struck(run: Any) -> bool:
    """Tell whether a line is drawn through a run."""
    found = [run.find(f"{W}rPr/{W}{name}") for name in ("strike", "dstrike")]
    return any(one is not None and one.get(f"{W}val") not in ("0", "false") for one in found)


def _raised(run: Any) -> bool:
    """Tell whether a run is a raised number: 10² is not 102."""
    raised = run.find(f"{W}rPr/{W}vertAlign")
    up = raised is not None and raised.get(f"{W}val") == "superscript"
    return up and _text(run).isdecimal()


def _styles(tree: Any) -> Iterator[tuple[str, str]]:
    """Yield id and lower-case name of each style."""
    for style in tree.iter(f"{W}style") if tree is not None else ():
        name = style.find(f"{W}name")
        if name is not None:
            yield style.get(f"{W}styleId", ""), name.get(f"{W}val", "").lower()


def _notes(document: _Document) -> Iterator[Block]:
    """Yield footnotes and endnotes, each after its number in the text."""
    bodies: dict[tuple[str, str], Any] = {}
    for kind in ("footnote", "endnote"):
        tree = document.tree(f"word/{kind}s.xml")
        for note in tree.iter(f"{W}{kind}") if tree is not None else ():
            bodies[kind, note.get(f"{W}id", "")] = note
    for number, key in enumerate(list(document.notes), 1):
        if key in bodies:
            lines = [block.text for block in document.blocks(bodies[key])]
            yield Block(f"{str(number).translate(SUPERSCRIPT)} {' '.join(lines)}", key[0])


def _margins(document: _Document) -> Iterator[Block]:
    """Yield each different header and footer of pages once."""
    seen: set[str] = set()
    for member in sorted(document.archive.namelist()):
        found = MARGINS.fullmatch(member)
        tree = document.tree(member) if found else None
        for block in document.blocks(tree) if tree is not None else ():
            if found and block.text not in seen and any(c.isalpha() for c in block.text):
                seen.add(block.text)
                yield Block(block.text, f"page {found[1]}")


def _core(tree: Any) -> Iterator[tuple[str, str, str]]:
    """Yield the core properties (ECMA-376 part 2 §11)."""
    for element in tree if tree is not None else ():
        key = element.tag.rpartition("}")[2]
        value = clean(element.text)
        if key in CORE and value and not (key == "creator" and NO_AUTHOR.fullmatch(value)):
            yield CORE[key], value, f"property {key}"


def _diagrams(document: _Document) -> Iterator[tuple[str, str]]:
    """Yield the words of drawn diagrams."""
    for member in filter(DIAGRAM.fullmatch, document.archive.namelist()):
        tree = document.tree(member)
        words = [t.text or "" for t in tree.iter(f"{DRAWING}t")] if tree is not None else []
        yield number_of_words("diagram", " ".join(words).split()), " ".join(words[:FIRST_WORDS])


def _left_out(document: _Document) -> Iterator[tuple[str, str]]:
    """Yield what is not in the text."""
    tree = document.tree("word/comments.xml")
    comments = [" ".join("".join(c.itertext()).split()) for c in tree] if tree is not None else []
    for kind, texts in (("comments", comments), ("hidden text", document.hidden)):
        words = " ".join(texts).split()
        if words:
            yield number_of_words(kind, words), " ".join(words[:FIRST_WORDS])
    yield from _diagrams(document)
    if document.symbols:
        yield f"signs of a font of symbols, shown as \ufffd: {document.symbols}", ""
    if document.numbered:
        yield f"numbers of list items: {document.numbered}", ""
    names = document.archive.namelist()
    for folder, kind in (("embeddings", "embedded files"), ("charts", "charts")):
        count = sum(name.startswith(f"word/{folder}/") for name in names)
        if count:
            yield f"{kind}: {count}", ""
