"""Visible text of a web page, in linear time.

trafilatura finds the article among menus and adverts, but takes quadratic time in the size of a
page; its parser does so in the attributes of one element. So pages larger than any article are read
here, in full.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

# Elements whose text is not shown.
_HIDDEN_NAMES: Final = (
    "head iframe math noscript object script select style svg template textarea title"
)
_HIDDEN: Final = frozenset(_HIDDEN_NAMES.split())
# Elements that continue their line. All others begin a new one.
_INLINE_NAMES: Final = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr q "
    "rp rt ruby s samp small span strike strong sub sup time tt u var wbr"
)
_INLINE: Final = frozenset(_INLINE_NAMES.split())
_CELLS: Final = frozenset({"td", "th"})
# The separator of two cells of a row, as trafilatura writes it.
_BETWEEN: Final = " | "


def text(page: str) -> str:
    r"""Return the text of a page: one line for each block and each row of a table.

    >>> text("<p>One <b>two</b><table><tr><td>a<td>b</table><script>no</script>three &amp; more")
    'One two\na | b\nthree & more'
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    reader.end_line()
    return "\n".join(reader.lines)


class _Reader(HTMLParser):
    """A parser that collects lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self._parts: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line at a block element, and hide the content of hidden elements."""
        if tag == "body":
            # The end of the head may be missing.
            self._hidden.clear()
        if tag in _HIDDEN:
            self._hidden.append(tag)
        elif tag in _CELLS:
            self._parts.append(_BETWEEN if self._parts else " ")
        elif tag not in _INLINE:
            self.end_line()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line at an element without content."""
        if tag not in _INLINE | _HIDDEN | _CELLS:
            self.end_line()

    def handle_endtag(self, tag: str) -> None:
        """End the line at the end of a block element."""
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
        """Store the line, if it has any text."""
        line = " ".join("".join(self._parts).split())
        if line.strip("| "):
            self.lines.append(line)
        self._parts = []
