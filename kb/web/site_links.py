"""Pages rewritten for a copy of files: links to other files of the copy, no forms and no scripts of
the server.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from html import escape, unescape
from typing import Final
from urllib.parse import quote, unquote, urlsplit

# Elements without an end tag (HTML Standard §13.1.2).
_VOID: Final = frozenset(
    ("area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr")
)
_DROPPED: Final = frozenset(("form", "script", "dialog", "button", "datalist"))
_CLASSES: Final = frozenset(("days", "steps", "tools", "pictures", "saved", "slider"))
# Characters of a file name. Most file systems have 255 bytes.
LONGEST: Final = 120
_FIND: Final = (
    '<div class="find" role="search"><label class="hidden" for="find">Search</label>'
    '<input id="find" type="search" placeholder="Search" autocomplete="off" hidden></div>'
)
_TAG: Final = re.compile(r'<(/?[a-zA-Z][^\s/>]*)(?:[^<>"]|"[^"]*")*>')
_ATTRIBUTE: Final = re.compile(r'\s(href|class)="([^"]*)"')
_HREF: Final = re.compile(r'\shref="[^"]*"')
_EMPTY: Final = re.compile(r"<li>\s*</li>|<p( class=\"more\")?>[\s·]*</p>")
_SEPARATORS: Final = re.compile(r"(?:\s*·)+(\s*</p>)|(<p[^>]*>)(?:\s*·)+")


def file_of(path: str, query: str = "") -> str:
    """Return the file of the page with an address, without its ending.

    >>> file_of("/"), file_of("/claim/x"), file_of("/claims", "status=disputed")
    ('index', 'claim/x', 'claims.status-disputed')
    """
    name = unquote(path).strip("/") or "index"
    if query:
        name += "." + re.sub(r"[^a-z0-9.]+", "-", unquote(query).lower())
    folder, slash, last = name.rpartition("/")
    if len(last.encode()) > LONGEST or query:
        digest = hashlib.sha256(f"{path}?{query}".encode()).hexdigest()[:8]
        plain = len(last) <= LONGEST and re.fullmatch(r"[a-z]+=[a-z0-9]+", query)
        last = last if plain else f"{last[:LONGEST]}-{digest}"
    return f"{folder}{slash}{last}"


def rewritten(html: str, root: str, target: Callable[[str, str], bool]) -> str:
    """Return a page for the copy. `root` leads from its folder to that of the copy; `target` tells
    whether the copy has the page with a path and a query.
    """
    page = _Page(root, target)
    at = 0
    for found in _TAG.finditer(html):
        page.repeat(html[at : found.start()])
        page.tag(found[0], found[1].lower())
        at = found.end()
    page.repeat(html[at:])
    text = _EMPTY.sub("", "".join(page.out))
    return _SEPARATORS.sub(lambda found: found[1] or found[2], text)


class _Page:
    """A page of the server that is repeated, but for what a copy cannot have. The server writes
    each attribute in double quotes, and escapes angle brackets.
    """

    def __init__(self, root: str, target: Callable[[str, str], bool]) -> None:
        self.root, self.target = root, target
        self.out: list[str] = []
        self._depth = 0  # of the element that is being dropped

    def repeat(self, text: str) -> None:
        """Repeat text, unless its element is dropped."""
        if not self._depth:
            self.out.append(text)

    def tag(self, text: str, name: str) -> None:
        """Repeat a tag with its links, or begin or finish to drop its element."""
        if text.endswith("/>"):
            self.repeat(text)
        elif self._depth:
            self._depth += -1 if name[0] == "/" else name not in _VOID
        elif "=" in text or name in _DROPPED:
            self._start(text, name)
        else:
            self.out.append(text)

    def _start(self, text: str, name: str) -> None:
        values = {key: unescape(value) for key, value in _ATTRIBUTE.findall(text)}
        classes, given = values.get("class", "").split(), values.get("href", "")
        href = self._link(given)
        if name in _DROPPED or not _CLASSES.isdisjoint(classes) or href is None:
            self._depth = int(name not in _VOID)
            if "find" in classes:
                self.out.append(_FIND)
            return
        if href != given:
            text = _HREF.sub(lambda _: f' href="{escape(href)}"', text, count=1)
        self.out.append(text)

    def _link(self, href: str) -> str | None:
        """Return the address of a link in the copy, None if the copy does not have its page."""
        if not href.startswith("/"):
            return href
        found = urlsplit(href)
        fragment = f"#{found.fragment}" if found.fragment else ""
        if found.path.startswith("/static/"):
            return self.root + found.path[1:]
        if not self.target(found.path, found.query):
            return None
        return f"{self.root}{quote(file_of(found.path, found.query))}.html{fragment}"
