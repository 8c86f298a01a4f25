"""How a sheet points at a passage: a line number and words copied from it. The way back is
`anchor.find`.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from kb.text import anchoring

# A passage of so few words is copied whole; of a longer one, at least this many words at each end
# say where it is.
SHORT_PASSAGE = 5
FEWEST = 2
# In a sheet's address these join two ends or break the line, so no copied words may hold them.
BREAK = re.compile("…|\\.\\.\\.|[\n\x85\u2028\u2029]")


class Lines:
    """A text and where its lines begin."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(m.end() for m in re.finditer("\n", text))]

    def around(self, start: int, end: int) -> tuple[str, int, int]:
        """The number of the line that holds a span, or two joined by `-`, and where they begin and
        end.
        """
        first, last = (bisect_right(self.starts, offset) for offset in (start, max(start, end - 1)))
        stop = self.starts[last] if last < len(self.starts) else len(self.text)
        return (str(first) if first == last else f"{first}-{last}"), self.starts[first - 1], stop


def address(lines: Lines, start: int, end: int) -> str | None:
    """The shortest address that leads to exactly this span: all of a short passage, else its first
    and last words. None where none does.
    """
    text = lines.text
    passage = text[start:end]
    number, begin, stop = lines.around(start, end)
    words = [m.span() for m in re.finditer(r"\S+", passage)]
    if len(words) > SHORT_PASSAGE:
        heads, tails = (
            [e for _, e in words[FEWEST - 1 :]],
            [s for s, _ in words[: -FEWEST + 1]][::-1],
        )
    else:
        heads, tails = [len(passage)], []
    # Where whole words do not do (an ellipsis between them, a word that stands twice), any ends do.
    every = range(1, len(passage) + 1)
    for head in (n for n in (*heads, *every) if _alone(text, passage[:n], begin, stop, start)):
        for tail in (None, *(t for t in (*tails, *reversed(every)) if head <= t < len(passage))):
            found = f"{number} {passage[:head]}" + (
                f" … {passage[tail:]}" if tail is not None else ""
            )
            right = (
                head == len(passage)
                if tail is None
                else text.find(passage[tail:], start + head, stop) + len(passage) - tail == end
            )
            if (
                right
                and (tail is None or _copied(passage[tail:]))
                and anchoring.find(text, found) == anchoring.Span(start, end)
            ):
                return found
    return None


def _alone(text: str, head: str, begin: int, stop: int, start: int) -> bool:
    """Whether these words occur once on their line, at `start`, and can be copied."""
    return (
        _copied(head)
        and text.find(head, begin, stop) == start
        and text.find(head, start + 1, stop) < 0
    )


def _copied(words: str) -> bool:
    return bool(words) and words == words.strip() and not BREAK.search(words)
