"""JSON-LD of web pages, in the shapes that occur, valid or not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any, Final

from kb.documents.statements import Field, Statement, clean

Node = dict[str, Any]
# Nodes, each with whether it belongs to another work than that of the page; and those with an id.
Nodes = list[tuple[Node, bool]]
Index = dict[str, Node]

# Nodes and levels that are looked at.
MOST_NODES, DEEPEST = 5_000, 30
WHERE: Final = "JSON-LD"
# Endings of the types of works that a page publishes (schema.org): a NewsArticle is one.
WORKS: Final = ("article", "blogposting", "report", "claimreview", "socialmediaposting")
PAGES: Final = ("webpage", "creativework", "videoobject", "podcastepisode", "itempage")
BODIES: Final = ("organization", "corporation", "ngo")
# What pages put around JSON so that old browsers do not show it.
FRAME: Final = r"(?:<!\[CDATA\[|\]\]>|<!\]?|-{2,}>?|//|/\*|\*/|[\s\ufeff;>])+"
AROUND: Final = re.compile(rf"\A{FRAME}|{FRAME}\Z")
# A backslash that JSON does not allow, as before an apostrophe.
STRAY: Final = re.compile(r"(\\(?:[\"\\/bfnrt]|u[0-9A-Fa-f]{4}))|\\")
# A string, which is kept, or a comment, which JSON does not have.
COMMENTED: Final = re.compile(r'("(?:[^"\\]|\\.)*")|/\*.*?\*/|//[^\n]*', re.DOTALL)
TRAILING_COMMA: Final = re.compile(r",(?=\s*[}\]])")
# Keys of the day of publication, best first.
PUBLISHED: Final = ("datePublished", "coverageStartTime", "uploadDate", "dateCreated")
NOT_FREE: Final = "the page says that it is not free: its text may be only a part of the article."
# Keys whose values are other works, not parts of this one.
OTHERS: Final = frozenset(
    {
        "liveBlogUpdate",
        "comment",
        "hasPart",
        "isPartOf",
        "itemReviewed",
        "citation",
        "mentions",
        "about",
        "isBasedOn",
        "relatedLink",
        "significantLink",
        "itemListElement",
        "review",
    }
)


def parsed(script: str) -> list[Any]:
    """Return the JSON values of a script. Raises ValueError if it is not JSON in any reading.

    >>> parsed('<!-- {"name": "Pier\\nclosed",}; -->')
    [{'name': 'Pier\\nclosed'}]
    """
    text = AROUND.sub("", script)
    if not text:
        return []
    error: Exception = ValueError("it is empty")
    bare = COMMENTED.sub(lambda found: found[1] or " ", text)
    repaired = TRAILING_COMMA.sub("", STRAY.sub(lambda found: found[1] or "", text))
    readings = (text, unescape(text), repaired, TRAILING_COMMA.sub("", bare))
    for reading in dict.fromkeys(readings):
        try:
            return _values(reading)
        except (ValueError, RecursionError) as found:
            error = found
    raise ValueError(str(error).partition("\n")[0])


def _values(text: str) -> list[Any]:
    """Decode JSON values one after the other; line breaks in strings are allowed."""
    decoder = json.JSONDecoder(strict=False)
    found, at = [], 0
    while at < len(text):
        value, at = decoder.raw_decode(text, at)
        found.append(value)
        at += len(text[at:]) - len(text[at:].lstrip(" \t\r\n;,"))
    return found


def read(scripts: Iterable[str]) -> tuple[Nodes, Index, list[str]]:
    """Return what `collected` finds in the scripts of a page, and notes for the reader."""
    notes: list[str] = []
    roots: list[Any] = []
    for script in scripts:
        try:
            roots += parsed(script)
        except ValueError as error:
            notes.append(f"the JSON-LD of the page cannot be read: {error}.")
    nodes, index = collected(roots)
    if any(_false(node.get("isAccessibleForFree")) for node, _ in nodes):
        notes.append(NOT_FREE)
    return nodes, index, notes


def statements(nodes: Nodes, index: Index, address: str | None) -> list[Statement]:
    """Return what JSON-LD states about the work on the page with this address."""
    work = _work(nodes, index, address)
    live = [node for node, _ in nodes if "liveblogposting" in types(node)]
    stated = list(_of_work(work, index)) if work else []
    return [*stated, *(one for node in live for one in _continued(node, index))]


def collected(roots: Iterable[Any]) -> tuple[Nodes, Index]:
    """Return all nodes in order, each with whether it belongs to another work; and those with an
    id.
    """
    nodes: Nodes = []
    index: Index = {}
    waiting: list[tuple[Any, int, bool]] = [(root, 0, False) for root in roots][::-1]
    while waiting and len(nodes) < MOST_NODES:
        value, depth, inner = waiting.pop()
        if depth > DEEPEST:
            continue
        if isinstance(value, list):
            waiting += [(item, depth + 1, inner) for item in reversed(value)]
        elif isinstance(value, dict):
            node = {_local(key): item for key, item in value.items()}
            nodes.append((node, inner))
            _indexed(index, node)
            for key, item in reversed(node.items()):
                if isinstance(item, dict | list):
                    waiting.append((item, depth + 1, inner or key in OTHERS))
    return nodes, index


def _indexed(index: Index, node: Node) -> None:
    """Keep the fullest description of a node with an id."""
    id = node.get("@id")
    if isinstance(id, str) and len(node) > len(index.get(id, ())):
        index[id] = node


def _local(key: str) -> str:
    """Return a key without its prefix or vocabulary."""
    return re.sub(r"^(?:https?://schema\.org/|schema:)", "", key)


def types(node: Node) -> list[str]:
    """Return the types of a node, in lower case and without their vocabulary."""
    kinds = node.get("@type") or node.get("type")
    return [re.split(r"[/:#]", str(name))[-1].lower() for name in several(kinds)]


def _is(node: Node, endings: tuple[str, ...]) -> bool:
    return any(name.endswith(endings) for name in types(node))


def _work(nodes: Nodes, index: Index, address: str | None) -> Node | None:
    """Return the work that the page is about: its main entity, else its article."""
    outer = [node for node, inner in nodes if not inner]
    for node in outer:
        main = referred(node.get("mainEntity"), index)
        if main and _is(main, WORKS):
            return main
    works = [node for node in outer if _is(node, WORKS)]
    here = [work for work in works if address and address in _addresses(work, index)]
    fullest = sorted(here or works, key=lambda work: "datePublished" not in work)
    pages = [node for node in outer if _is(node, PAGES)]
    # Works of any other kind: a question, a law, a data set.
    dated = [node for node in outer if "datePublished" in node and {"author", "name"} & set(node)]
    return next(iter((*fullest, *pages, *dated)), None)


def referred(value: Any, index: Index) -> Node | None:
    """Return the node that a value is, or refers to by its id."""
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, dict)), None)
    if isinstance(value, str):
        return index.get(value)
    if not isinstance(value, dict):
        return None
    node = {_local(key): item for key, item in value.items()}
    known = index.get(str(node.get("@id")), {})
    return {**known, **node}


def _addresses(work: Node, index: Index) -> list[str]:
    """Return the addresses of a work."""
    page = referred(work.get("mainEntityOfPage"), index) or {}
    values = (work.get("url"), work.get("mainEntityOfPage"), page.get("@id"), page.get("url"))
    found = [text for value in values if (text := stated_text(value))]
    id = clean(work.get("@id"))
    return [*found, *([id] if id and "#" not in id else [])]


def stated_text(value: Any) -> str | None:
    """Return a text, also if it is the first of a list or written as a value."""
    if isinstance(value, list):
        value = next(iter(value), None)
    if isinstance(value, dict):
        value = value.get("@value", value.get("name", value.get("url")))
    return clean(value)


def _false(value: Any) -> bool:
    return value is False or str(value).strip().lower() in ("false", "http://schema.org/false")


def _of_work(work: Node, index: Index) -> Iterator[Statement]:
    """Yield what a work states."""
    title = stated_text(work.get("headline")) or stated_text(work.get("name"))
    if title:
        yield Statement("title", title, WHERE)
    for name, kind in agents(work.get("author") or work.get("creator") or None, index):
        yield Statement("author", name, WHERE, kind)
    for name, kind in agents(work.get("publisher") or None, index):
        yield Statement("publisher", name, WHERE, kind)
    yield from _days(work, "published", PUBLISHED)
    yield from _days(work, "modified", ("dateModified",))
    if language := _language(work.get("inLanguage")):
        yield Statement("language", language, WHERE)
    for address in _addresses(work, index)[:1]:
        yield Statement("url", address, WHERE)
    yield from _translations(work, index)


def _days(node: Node, field: Field, keys: Iterable[str]) -> Iterator[Statement]:
    """Yield the days of the first of these keys that a node has; a list states several."""
    found = next((node[key] for key in keys if node.get(key)), None)
    for value in several(found):
        if day := str(value) if isinstance(value, int) else stated_text(value):
            yield Statement(field, day, WHERE)


def _continued(live: Node, index: Index) -> Iterator[Statement]:
    """Yield until when a live blog went on: its end, its last change, and its posts."""
    for key in ("coverageEndTime", "dateModified"):
        yield from _days(live, "until", (key,))
    for item in several(live.get("liveBlogUpdate")):
        yield from _days(referred(item, index) or {}, "until", ("dateModified", *PUBLISHED))


def _translations(work: Node, index: Index) -> Iterator[Statement]:
    """Yield the addresses of the same work in other languages."""
    for key in ("translationOfWork", "workTranslation"):
        for item in several(work.get(key)):
            other = referred(item, index) or {"url": item}
            for address in _addresses(other, index)[:1]:
                yield Statement("translation", address, f"{WHERE} {key}")


def several(value: Any) -> list[Any]:
    """Return a list as it is, also one written as a list or set of JSON-LD, and any other value as
    a list of it.
    """
    if isinstance(value, dict):
        value = value.get("@list", value.get("@set", value))
    return value if isinstance(value, list) else [value]


def _language(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("alternateName") or value.get("name")
    return stated_text(value)


def agents(value: Any, index: Index) -> Iterator[tuple[str, str | None]]:
    """Yield name and type of authors or publishers."""
    for item in several(value):
        node = referred(item, index) if isinstance(item, dict | str) else None
        if node is None:
            if name := clean(item):
                yield name, None
        else:
            kind = "organisation" if _is(node, BODIES) else None
            kind = "person" if _is(node, ("person",)) else kind
            for name in _names(node):
                yield name, kind


def _names(node: Node) -> list[str]:
    """Return the names of an author or publisher, or else its id."""
    parts = (stated_text(node.get(key)) for key in ("givenName", "familyName"))
    whole = node.get("name") or " ".join(filter(None, parts))
    names = [name for one in several(whole) if (name := stated_text(one))]
    return names or [*filter(None, [stated_text(node.get("@id"))])]


def bodies(nodes: Nodes) -> Iterator[str]:
    """Yield the texts of works that JSON-LD states beside the page."""
    for node, inner in nodes:
        text = None if inner else stated_text(node.get("articleBody") or node.get("text"))
        if text and _is(node, WORKS):
            yield text
