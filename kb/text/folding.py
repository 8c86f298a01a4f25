"""Text as it is typed: a passage is found although its signs differ in ways that nobody sees.

Quotation marks, dashes, ligatures, widths, composed accents and white space are folded. Soft
hyphens and other invisible signs are dropped. A word that is broken at the end of a line is
joined. The text itself never changes: each folded character knows where it comes from.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

# Signs that are not shown: soft hyphen, joiners, direction marks, byte order mark, variations.
_INVISIBLE: Final = (
    "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
)
_BROKEN: Final = r"(?<=[^\W\d_])[-\u2010\u00ad]\r?\n[ \t]*(?=[^\W\d_])"
# A piece is a run of signs that mean themselves, a broken line, white space, invisible signs, or a
# character with its accents.
_PIECE: Final = re.compile(
    rf"(?P<broken>{_BROKEN})|(?P<plain>[!#-&(-,./0-~]+(?![\u0300-\u036f]))"
    rf"|(?P<space>[\s{_INVISIBLE}]*\s[\s{_INVISIBLE}]*)|(?P<invisible>[{_INVISIBLE}]+)"
    r"|(?P<sign>.[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u3099\u309a]*)",
    re.DOTALL,
)
_SIGNS: Final = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)
# Ligatures, presentation forms, and wide and narrow variants. Raised digits stay as they are: 10²
# is not 102.
_VARIANTS: Final = re.compile("[\ufb00-\ufdff\ufe70-\ufefe\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; `starts` and `ends` are the offsets in the text of each of its characters."""

    text: str
    starts: array[int] = field(compare=False)
    ends: array[int] = field(compare=False)

    def spans(self, words: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the places in the text of folded words that start between two offsets."""
        at = self.text.find(words, bisect_left(self.starts, begin)) if words else -1
        while at >= 0 and self.starts[at] < end:
            yield self.starts[at], self.ends[at + len(words) - 1]
            at = self.text.find(words, at + 1)


# A sheet looks up thousands of passages in the same text, in both ways.
@lru_cache(maxsize=4)
def fold(text: str, hyphens: bool = False) -> Folded:
    """Return a folded text. With `hyphens`, those at the ends of lines are kept.

    >>> fold("The mole was inade-\\nquately “re\\u00adpaired”").text
    'The mole was inadequately "repaired"'
    """
    out: list[str] = []
    starts, ends = array("l"), array("l")
    for piece in _PIECE.finditer(text):
        start, end = piece.span()
        if piece.lastgroup == "plain":
            out.append(piece[0])
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
            continue
        signs = _folded(piece, hyphens)
        out.append(signs)
        starts.extend([start] * len(signs))
        ends.extend([end] * len(signs))
    return Folded("".join(out), starts, ends)


def _folded(piece: re.Match[str], hyphens: bool) -> str:
    """Return what one piece is folded to."""
    match piece.lastgroup:
        case "broken":
            return "-" if hyphens else ""
        case "space":
            return " "
        case "invisible":
            return ""
    composed = unicodedata.normalize("NFC", piece[0]).translate(_SIGNS)
    if _VARIANTS.search(composed):
        return unicodedata.normalize("NFKC", composed)
    return composed


def words(typed: str) -> str:
    """Return typed words folded, without white space around them.

    >>> words("  ‘no\\u00a0one’ ")
    "'no one'"
    """
    return fold(typed).text.strip()
