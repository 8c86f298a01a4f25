"""The article of a web page: what the page marks as one, else what trafilatura finds.

Everything else on the page is listed, with the reason why it is not in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from kb.documents.document import FIRST_WORDS, Block, number_of_words
from kb.documents.page_names import named_kinds
from kb.documents.page_text import HIDDEN, OFFER, ROLES, Reader, plain

# Words of a correction, which often is in the footer of a page, outside of the article.
CORRECTION: Final = re.compile(
    r"correct|clarif|erratum|amended|retract|earlier version|korrektur|korrigiert|berichtig"
    r"|rectif|correzione|correcci|исправ|уточн|поправк|تصحيح|更正|訂正",
    re.IGNORECASE,
)
# The longest of several articles is the article of the page if it has this share of their words.
LONGEST_SHARE: Final = 0.8
# Words of a line that is compared with what trafilatura finds.
COMPARED: Final = 5
# Lines at the end of a text, and the most words of one, in which an offer is looked for.
LAST_LINES, LONGEST_LINE = 3, 40
AROUND: Final = "text around the article"
OUTER_KINDS: Final = {
    "nav": "navigation",
    "header": "page header",
    "footer": "page footer",
    "aside": "sidebar",
    "form": "buttons and forms",
}
# A function that returns the text which trafilatura finds in an element.
Found = Callable[[Any], str | None]


def read(
    tree: Any, found_by: Found, walk: Callable[..., Any]
) -> tuple[list[Block], list[tuple[str, str]]]:
    """Return the blocks of a page's article, and what is left out: a kind and its text.

    `found_by` returns the text that trafilatura finds in a tree.
    """
    body = tree.find("body") if tree.tag == "html" else tree
    body = tree if body is None else body
    words = counted(body, walk)
    root = article(body, words, found_by, walk)
    if words[root] < words[body] / 4 and root.tag != "article":
        root = body
    reader = Reader(root, words)
    reader.read(root, walk)
    blocks = [block for block, _ in reader.blocks]
    left_out = list(reader.left_out)
    if root is not body:
        before, around = _outside(body, root, words, walk)
        headlined = any(block.form == "headline" for block in blocks)
        blocks = [*([] if headlined else before), *blocks]
        footers, rest = _corrections(around)
        blocks += footers
        left_out += rest
    return _without_repeated_alternatives(blocks), left_out


def counted(body: Any, walk: Callable[..., Any]) -> dict[Any, int]:
    """Return the number of words below each element."""
    words: dict[Any, int] = {}
    for _, element in walk(body, events=("end",)):
        own = len((element.text or "").split()) if element.tag not in HIDDEN else 0
        inner = sum(words.get(child, 0) + len((child.tail or "").split()) for child in element)
        words[element] = own + (inner if element.tag not in HIDDEN else 0)
    return words


def article(body: Any, words: dict[Any, int], found_by: Found, walk: Callable[..., Any]) -> Any:
    """Return the element that contains the article, or the body if that is not clear."""
    articles = [e for e in body.iter("article") if words[e] and not _within(e, {"article", "nav"})]
    if articles:
        longest = max(articles, key=lambda e: words[e])
        if words[longest] >= LONGEST_SHARE * sum(words[e] for e in articles):
            return longest
    for element in body.iter():
        main = element.tag == "main" or element.get("role") == "main"
        if main and words.get(element):
            return element
    return _common(body, articles) if articles else _main_text(body, words, found_by, walk)


def _within(element: Any, tags: set[str]) -> bool:
    return any(above.tag in tags for above in element.iterancestors())


def _common(body: Any, elements: Iterable[Any]) -> Any:
    """Return the innermost element that contains all of these."""
    common: list[Any] | None = None
    for element in elements:
        path = [*element.iterancestors()][::-1]
        if common is None:
            common = path
        pairs = zip(common, path, strict=False)
        common = [one for one, other in pairs if one is other]
    return common[-1] if common and body in common else body


def _main_text(body: Any, words: dict[Any, int], found_by: Found, walk: Callable[..., Any]) -> Any:
    """Return the innermost element that contains all lines which trafilatura finds."""
    text = found_by(body)
    lines = {" ".join(line.strip("-#| ").split()) for line in (text or "").split("\n")}
    lines = {line for line in lines if line.count(" ") >= COMPARED - 1}
    if not lines:
        return body
    reader = Reader(body, words)
    reader.read(body, walk)
    return _common(body, (e for block, e in reader.blocks if block.text in lines and e is not None))


def _outside(
    body: Any, root: Any, words: dict[Any, int], walk: Callable[..., Any]
) -> tuple[list[Block], list[tuple[str, str]]]:
    """Return the headline before the article with its header, and everything else around it."""
    around: list[tuple[str, str]] = []
    blocks: list[Block] = []
    header = _header(body, root, words)
    if header is not None:
        reader = Reader(header, words)
        reader.read(header, walk)
        blocks, around = [block for block, _ in reader.blocks], list(reader.left_out)
    for piece in _pieces(body, [root] if header is None else [root, header]):
        kind, text = (
            (AROUND, piece) if isinstance(piece, str) else (_outer_kind(piece), plain(piece))
        )
        if text.strip():
            around.append((kind, " ".join(text.split())))
    return blocks, around


def _header(body: Any, root: Any, words: dict[Any, int]) -> Any | None:
    """Return the header with the only headline outside of the article, or None."""
    heads = [h for h in body.iter("h1") if words.get(h) and not _inside(h, root)]
    heads = [h for h in heads if not _within(h, {"nav", "aside", "footer"})]
    if len(heads) != 1:
        return None
    header = next((e for e in heads[0].iterancestors() if e.tag == "header"), heads[0])
    return heads[0] if _inside(root, header) else header


def _inside(element: Any, other: Any) -> bool:
    return element is other or any(above is other for above in element.iterancestors())


def _pieces(body: Any, kept: list[Any]) -> Iterator[Any]:
    """Yield the largest elements, and the texts, that contain nothing of what is kept."""
    above = {ancestor for element in kept for ancestor in element.iterancestors()}
    waiting = [body]
    while waiting:
        element = waiting.pop()
        if element in kept or not isinstance(element.tag, str) or element.tag in HIDDEN:
            continue
        if element in above or element is body:
            yield element.text or ""
            yield from (child.tail or "" for child in element)
            waiting += reversed(element)
        else:
            yield element


def _outer_kind(element: Any) -> str:
    """Return what kind of thing an element around the article is."""
    role = ROLES.get((element.get("role") or "").lower())
    return OUTER_KINDS.get(element.tag) or role or next(iter(named_kinds(element)), AROUND)


def _corrections(
    around: Iterable[tuple[str, str]],
) -> tuple[list[Block], list[tuple[str, str]]]:
    """Return footers that correct the article as blocks, and everything else."""
    blocks: list[Block] = []
    rest: list[tuple[str, str]] = []
    for kind, text in around:
        if kind == "page footer" and CORRECTION.search(text):
            blocks.append(Block(text, "footer"))
        else:
            rest.append((kind, text))
    return blocks, rest


def _without_repeated_alternatives(blocks: list[Block]) -> list[Block]:
    """Drop an alternative text that a line beside it repeats."""
    kept: list[Block] = []
    for n, block in enumerate(blocks):
        beside = blocks[max(0, n - 2) : n] + blocks[n + 1 : n + 3]
        repeated = any(
            block.text in other.text for other in beside if other.form != block.form
        ) or any(block == other for other in kept[-2:])
        if block.form != "alternative text" or not repeated:
            kept.append(block)
    return kept


def ends_with_an_offer(blocks: Iterable[Block], left_out: Iterable[tuple[str, str]]) -> bool:
    """Tell whether a text ends with an offer to read on for money, or one was left out."""
    last = [block.text for block in blocks][-LAST_LINES:]
    offers = (text for text in last if len(text.split()) <= LONGEST_LINE and OFFER.search(text))
    return any(offers) or any(kind.startswith("paywall") for kind, _ in left_out)


def listed(left_out: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Group what is left out by kind: number of words, and the first words for the reader.

    >>> listed([("navigation", "Front page"), ("navigation", "News")])
    [('navigation, 3 words', 'Front page · News')]
    """
    groups: dict[str, list[str]] = {}
    for kind, text in left_out:
        groups.setdefault(kind, []).append(text)
    rows = []
    for kind, texts in groups.items():
        words = " ".join(texts).split()
        first = " · ".join(texts).split()
        more = " …" if len(first) > FIRST_WORDS else ""
        rows.append((number_of_words(kind, words), " ".join(first[:FIRST_WORDS]) + more))
    return rows
