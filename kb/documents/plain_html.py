"""The whole visible text of a web page, in time that grows with its length.

The reader of articles (trafilatura) finds the article among menus and adverts, in time that grows
with the square of a page. Its parser does so with the attributes of one element. So a page of a
size that no article has is read here, whole.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

# Elements whose text is not shown.
_HIDDEN_NAMES: Final = (
    "head iframe math noscript object script select style svg template textarea title"
)
_HIDDEN: Final = frozenset(_HIDDEN_NAMES.split())
# Elements that stay in their line; all others begin a new one.
_INLINE_NAMES: Final = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr q "
    "rp rt ruby s samp small span strike strong sub sup time tt u var wbr"
)
_INLINE: Final = frozenset(_INLINE_NAMES.split())
_CELLS: Final = frozenset({"td", "th"})
# Between two cells of a row, as trafilatura writes it.
_BETWEEN: Final = " | "


def text(page: str) -> str:
    r"""The text of a page, one line for each block and each row of a table.

    >>> text("<p>One <b>two</b><table><tr><td>a<td>b</table><script>no</script>three &amp; more")
    'One two\na | b\nthree & more'
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    reader.end_line()
    return "\n".join(reader.lines)


class _Reader(HTMLParser):
    """Collects lines while the parser goes through the page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self._parts: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line where the element does, unless it is hidden."""
        if tag == "body":
            self._hidden.clear()  # a head without its end
        if tag in _HIDDEN:
            self._hidden.append(tag)
        elif tag in _CELLS:
            self._parts.append(_BETWEEN if self._parts else " ")
        elif tag not in _INLINE:
            self.end_line()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line at an element without content, which hides nothing."""
        if tag not in _INLINE | _HIDDEN | _CELLS:
            self.end_line()

    def handle_endtag(self, tag: str) -> None:
        """End a line where the element does."""
        if tag in _HIDDEN:
            if tag in self._hidden:
                del self._hidden[self._hidden.index(tag) :]
        elif tag not in _INLINE | _CELLS:
            self.end_line()

    def handle_data(self, data: str) -> None:
        """Add text to the line, unless it is hidden."""
        if not self._hidden:
            self._parts.append(data)

    def end_line(self) -> None:
        """Keep the line, if it has any text."""
        line = " ".join("".join(self._parts).split())
        if line.strip("| "):
            self.lines.append(line)
        self._parts = []
