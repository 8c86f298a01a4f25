"""The text of an element of a web page in blocks, each with its form.

Nothing is dropped without a word: a block is in the text, or in the list of what is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from kb.documents.document import Block
from kb.documents.page_names import form_of, named_kinds


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Elements without text for readers.
HIDDEN: Final = _words("head script style title annotation annotation-xml")
INLINE: Final = _words(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark math "
    "nobr q rb rp rt rtc ruby s samp small span strike strong sub sup time tt u var wbr"
)
# Elements that a row of data does not contain, and the most words of one. Other tables are layout.
NO_DATA: Final = _words("table h1 h2 h3 h4 h5 h6 article section ul ol figure img")
LONGEST_ROW: Final = 200
# Elements that are not part of the text, and what they contain.
NOT_TEXT: Final = {
    "nav": "navigation",
    **dict.fromkeys(
        _words("button input select option optgroup datalist dialog textarea"), "buttons and forms"
    ),
    "svg": "graphics",
    # Accelerated Mobile Pages.
    "amp-sidebar": "navigation",
    "amp-consent": "cookie notice",
    **dict.fromkeys(_words("amp-ad amp-sticky-ad amp-embed"), "advertising"),
    **dict.fromkeys(_words("iframe video audio object embed canvas"), "embedded media"),
}
DELETED: Final = frozenset({"del", "s", "strike"})
PICTURES: Final = _words("img amp-img amp-anim area")
# Attributes that describe a picture, and their forms.
DESCRIPTIONS: Final = dict.fromkeys(("alt", "aria-label", "title"), "alternative text") | {
    "data-caption": "caption"
}
ROLES: Final = {
    "navigation": "navigation",
    "menu": "navigation",
    "menubar": "navigation",
    "search": "search form",
    "dialog": "dialog",
    "alertdialog": "dialog",
}
SPACE: Final = re.compile(r"[ \t\n\r\f]+")
NOT_SHOWN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# Words of an offer to read on for money, and the most words of one.
OFFER: Final = re.compile(
    r"subscri|sign in|log ?in|ab+on|anmeld|suscri|assina|подпис|اشتر[اكک]|会員|订阅|付费|구독",
    re.IGNORECASE,
)
LONGEST_OFFER: Final = 200
# An element with at least this share of the article's words is the article, whatever its name.
MOST: Final = 0.4
RAISED: Final = str.maketrans("0123456789+-()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")
LOWERED: Final = str.maketrans("0123456789+-()", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎")
DIGITS: Final = re.compile(r"[0-9+\-()]+")


@dataclass
class Reader:
    """A walk over the elements of a page that collects blocks and what is left out."""

    root: Any
    # Words below each element, so that a name such as “ad” does not hide the whole article.
    words: dict[Any, int]
    blocks: list[tuple[Block, Any]] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    _line: list[str] = field(default_factory=list)
    _deleted: list[str] = field(default_factory=list)
    _after: list[Block] = field(default_factory=list)
    # Alternative texts of the pictures in this figure, which follow its caption.
    _pictures: list[Block] = field(default_factory=list)
    _figures: int = 0
    _context: list[tuple[Any, str]] = field(default_factory=list)
    _inside_deleted: int = 0
    _preformatted: int = 0
    _rows: list[Any] = field(default_factory=list)
    # Items of each numbered list so far.
    _items: dict[Any, int] = field(default_factory=dict)

    def read(self, tree: Any, walk: Callable[..., Any]) -> None:
        """Read a tree from beginning to end; `walk` is lxml's iterwalk."""
        walker = walk(tree, events=("start", "end", "comment", "pi"))
        for event, element in walker:
            if event == "start":
                if not self._start(element):
                    walker.skip_subtree()
            else:
                if event == "end":
                    self._end(element)
                if element is not tree:
                    self._add(element.tail)
        self.end_line(tree)

    def _start(self, element: Any) -> bool:
        """Begin an element. Return whether what it contains is read."""
        tag = element.tag
        if self._apart_from_text(element):
            return False
        self._shown(element)
        if tag == "br":
            self._end_block(element)
        elif tag in ("td", "th"):
            self._add(" | " if "".join(self._line).strip() else "")
        elif tag in DELETED:
            self._inside_deleted += 1
        elif tag in ("sup", "sub"):
            self._raised(element)
            return False
        elif tag == "q":
            self._add("“")
        elif tag not in INLINE or form_of(element):
            self._begin_block(element)
        if tag == "ins":
            self._apart()
        self._preformatted += tag == "pre"
        self._figures += tag == "figure"
        if (form := form_of(element)) and (tag != "tr" or element in self._rows):
            self._context.append((element, form))
        self._add(element.text)
        return True

    def _apart_from_text(self, element: Any) -> bool:
        """Tell whether an element is not read, or in another way than text."""
        tag = element.tag
        if tag in HIDDEN or (tag == "template" and "shadowrootmode" not in element.attrib):
            return True
        kind = self._kind(element)
        if kind is not None:
            self.end_line(element)
            self._leave_out(kind, element)
        elif tag == "noscript":
            self._without_scripts(element)
        elif tag == "math":
            self._add(" ".join(plain(element).split()))
        else:
            return False
        return True

    def _shown(self, element: Any) -> None:
        """Keep or list what an element shows besides its text."""
        tag = element.tag
        if tag in PICTURES or element.get("role") == "img":
            self._picture(element)
        elif tag == "time" and not plain(element).strip():
            self._add(element.get("datetime"))
        elif tag == "rt" and element.getparent().find("rp") is None:
            self._add("(")
        elif tag == "li" and element.getparent().tag == "ol":
            number = self._items[element.getparent()] = self._items.get(element.getparent(), 0) + 1
            self.left_out.append(("numbers of list items", str(number)))

    def _end(self, element: Any) -> None:
        """End an element."""
        tag = element.tag
        if tag in DELETED and self._inside_deleted:
            self._inside_deleted -= 1
            if not self._inside_deleted:
                self._end_deleted()
        elif tag == "q":
            self._add("”")
        elif tag == "rt" and element.getparent().find("rp") is None:
            self._add(")")
        elif self._rows and element is self._rows[-1]:
            self.end_line(element)
            self._rows.pop()
        elif (tag not in INLINE or form_of(element)) and tag not in ("td", "th"):
            self._end_block(element)
        self._preformatted -= tag == "pre"
        if tag == "figure":
            self._end_figure(element)
        if self._context and self._context[-1][0] is element:
            self._context.pop()

    def _end_figure(self, element: Any) -> None:
        self._figures -= 1
        if not self._figures:
            self._after += self._pictures
            self._pictures = []
            self._end_block(element)

    def _begin_block(self, element: Any) -> None:
        """Begin a line, unless the element is in a row of data."""
        self._end_block(element)
        if element.tag == "tr" and not self._rows and _is_data(element, self.words):
            self._rows.append(element)

    def _end_block(self, element: Any) -> None:
        if self._rows:
            self._line.append(" ")
        else:
            self.end_line(element)

    def _kind(self, element: Any) -> str | None:
        """Return what kind of thing an element is, if it is not part of the text."""
        tag = element.tag
        if kind := NOT_TEXT.get(tag):
            return kind
        if element is self.root:
            return None
        named = named_kinds(element)
        if "paywall" in named and _sells(element, self.words):
            return "paywall"
        if self.words.get(element, 0) > MOST * self.words[self.root]:
            return None
        role = (element.get("role") or "").strip().lower()
        if role in ROLES:
            return ROLES[role]
        if "hidden" in element.attrib or NOT_SHOWN.search(element.get("style") or ""):
            return "hidden text"
        return next((kind for kind in named if kind != "paywall"), None)

    def _leave_out(self, kind: str, element: Any) -> None:
        address = element.get("src") or element.get("data") or ""
        text = " ".join(plain(element).split())
        if text or (kind == "embedded media" and address):
            self.left_out.append((kind, text or address))

    def _without_scripts(self, element: Any) -> None:
        """Keep the pictures that are shown without scripts, and list the words."""
        for picture in element.iter("img"):
            self._picture(picture)
        self._leave_out("shown without JavaScript only", element)

    def _picture(self, element: Any) -> None:
        """Keep the alternative text of a picture as a line after the present one."""
        pictures = self._pictures if self._figures else self._after
        stated = {name: form for name, form in DESCRIPTIONS.items() if element.get(name)}
        for text, form in {element.get(name): form for name, form in stated.items()}.items():
            if any(sign.isalpha() for sign in text):
                pictures.append(Block(SPACE.sub(" ", text).strip(), form))

    def _add(self, text: str | None) -> None:
        if not text:
            return
        if self._inside_deleted:
            self._deleted.append(text)
        elif self._preformatted:
            first, *rest = text.split("\n")
            self._line.append(first)
            for line in rest:
                self.end_line(None)
                self._line.append(line)
        else:
            self._line.append(text)

    def _apart(self) -> None:
        """Keep the next word apart from the last one."""
        if self._line and self._line[-1][-1:].isalnum():
            self._line.append(" ")

    def _end_deleted(self) -> None:
        """Put deleted words on a line of their own, after the present one."""
        text = SPACE.sub(" ", "".join(self._deleted)).strip()
        self._deleted = []
        if text:
            self._after.append(Block(text, "deleted"))
            self._apart()

    def _raised(self, element: Any) -> None:
        """Keep raised and lowered signs apart from the word before: 10² is not 102."""
        text = SPACE.sub(" ", plain(element)).strip()
        before = ("".join(self._line[-1:]) or " ")[-1]
        if DIGITS.fullmatch(text):
            self._add(text.translate(RAISED if element.tag == "sup" else LOWERED))
        elif before.isspace() or before.isdigit() or text.startswith(("[", "(")):
            self._add(text)
        else:
            self._add(f" {text}")

    def end_line(self, element: Any) -> None:
        """End the line, and add what belongs after it."""
        text = SPACE.sub(" ", "".join(self._line)).strip()
        self._line = []
        form = self._context[-1][1] if self._context else ""
        if text.strip("| "):
            self.blocks.append((Block(text, form), element))
        if not self._inside_deleted:
            self.blocks += [(block, element) for block in self._after]
            self._after = []


def _is_data(row: Any, words: dict[Any, int]) -> bool:
    """Tell whether a row of a table is data, not the layout of a page."""
    return words.get(row, 0) <= LONGEST_ROW and next(row.iter(*NO_DATA), None) is None


def _sells(element: Any, words: dict[Any, int]) -> bool:
    """Tell whether an element offers a subscription; others of that name contain the article."""
    return words.get(element, 0) <= LONGEST_OFFER and OFFER.search(plain(element)) is not None


def plain(element: Any) -> str:
    """Return the text of an element without that of hidden ones."""
    parts: list[str] = []
    waiting: list[Any] = [element]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            parts.append(item)
            continue
        if isinstance(item.tag, str) and item.tag not in HIDDEN:
            inner: list[Any] = [item.text or ""]
            for child in item:
                inner += [child, " " if child.tag not in INLINE else "", child.tail or ""]
            waiting += reversed(inner)
    return "".join(parts)
