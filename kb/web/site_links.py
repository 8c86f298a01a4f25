"""Pages rewritten for a copy of files: links to other files of the copy, no forms and no scripts of
the server.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from html import escape, unescape
from html.parser import HTMLParser
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
    page.feed(html)
    page.close()
    text = _EMPTY.sub("", "".join(page.out))
    return _SEPARATORS.sub(lambda found: found[1] or found[2], text)


class _Page(HTMLParser):
    """Reader of a page that repeats what it reads, but for what a copy cannot have."""

    def __init__(self, root: str, target: Callable[[str, str], bool]) -> None:
        super().__init__(convert_charrefs=False)
        self.root, self.target = root, target
        self.out: list[str] = []
        self._depth = 0  # of the element that is being dropped

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Repeat a tag with its links, or begin to drop its element."""
        values = {name: value or "" for name, value in attrs}
        if self._depth:
            self._depth += tag not in _VOID
            return
        href = self._link(values.get("href", ""))
        if self._is_dropped(tag, values) or href is None:
            self._depth = int(tag not in _VOID)
            if "find" in values.get("class", "").split():
                self.out.append(_FIND)
            return
        text = self.get_starttag_text() or ""
        if href != values.get("href", ""):
            text = re.sub(r'href="[^"]*"', lambda _: f'href="{escape(href)}"', text, count=1)
        self.out.append(text)

    def _is_dropped(self, tag: str, values: dict[str, str]) -> bool:
        return tag in _DROPPED or not _CLASSES.isdisjoint(values.get("class", "").split())

    def _link(self, href: str) -> str | None:
        """Return the address of a link in the copy, None if the copy does not have its page."""
        if not href.startswith("/"):
            return href
        found = urlsplit(unescape(href))
        fragment = f"#{found.fragment}" if found.fragment else ""
        if found.path.startswith("/static/"):
            return self.root + found.path[1:]
        if not self.target(found.path, found.query):
            return None
        return f"{self.root}{quote(file_of(found.path, found.query))}.html{fragment}"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Repeat an element without content."""
        self._repeat(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        """Repeat an end tag, or finish dropping."""
        if self._depth:
            self._depth -= 1
        else:
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Repeat text."""
        self._repeat(data)

    def handle_entityref(self, name: str) -> None:
        """Repeat an escape."""
        self._repeat(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Repeat an escape."""
        self._repeat(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        """Repeat the declaration of the document."""
        self._repeat(f"<!{decl}>")

    def _repeat(self, text: str) -> None:
        if not self._depth:
            self.out.append(text)
