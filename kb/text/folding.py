"""Folding of text: a passage is found even if its signs differ in ways that nobody sees.

Quotation marks, dashes, ligatures, widths, composed accents, syllables and vowels, and white space
are folded. Soft hyphens and other invisible signs are dropped. A word that is broken at the end of
a line matches with and without its hyphen. The text itself never changes: each folded character
knows where it comes from.
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
# Korean syllables in letters (Unicode §3.12), and vowels of Indic scripts in two signs.
_SYLLABLE: Final = "[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?|[\uac00-\ud7a3][\u11a8-\u11c2]"
_VOWEL: Final = (
    "[\u09c7\u0b47\u0b92\u0bc6\u0bc7\u0c46\u0cbf\u0cc6\u0cca\u0d46\u0d47\u0dd9\u0ddc\u1025"
    "\u1b05-\u1b42\U00011131\U00011132\U00011347\U000114b9\U000115b8\U000115b9\U00011935]"
    "[\u09be\u09d7\u0b3e\u0b56\u0b57\u0bbe\u0bd7\u0c56\u0cc2\u0cd5\u0cd6\u0d3e\u0d57\u0dca\u0dcf"
    "\u0ddf\u102e\u1b35\U00011127\U0001133e\U00011357\U000114b0\U000114ba\U000114bd\U000115af"
    "\U00011930]+"
)
_ACCENTS: Final = "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u093c\u3099\u309a\U000110ba"
# The folded sign of a word that is broken at the end of a line; it has no other use.
_BREAK: Final = "\n"
# A piece is a run of signs that mean themselves, a broken line, white space, invisible signs, or a
# character with its accents.
_PIECE: Final = re.compile(
    rf"(?P<broken>{_BROKEN})|(?P<plain>[!#-&(-,./0-~]+(?![\u0300-\u036f]))"
    rf"|(?P<space>[\s{_INVISIBLE}]*\s[\s{_INVISIBLE}]*)|(?P<invisible>[{_INVISIBLE}]+)"
    rf"|(?P<sign>(?:{_SYLLABLE}|{_VOWEL}|.)[{_ACCENTS}]*)",
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
        at, last = bisect_left(self.starts, begin), bisect_left(self.starts, end)
        # A break or more can follow each character.
        sought, furthest = _pattern(words, _BREAK in self.text), last + 2 * len(words)
        while words and (found := sought.search(self.text, at, furthest)) and found.start() < last:
            yield self.starts[found.start()], self.ends[found.end() - 1]
            at = found.start() + 1


def _pattern(words: str, broken: bool) -> re.Pattern[str]:
    """Return the pattern of folded words, with each break in the text read in both ways."""
    if not broken and _BREAK not in words:
        return re.compile(re.escape(words))
    signs = re.findall(rf"[^\W\d_]+|{_BREAK}|.", words)
    return re.compile("".join(map(_read_in_both_ways, signs)))


def _read_in_both_ways(signs: str) -> str:
    """Return the pattern of letters or of one other sign in a text with broken words."""
    if signs == _BREAK:
        return f"-?{_BREAK}?"
    if signs == "-":
        return f"[-{_BREAK}]"
    return f"{_BREAK}?".join(signs) if signs.isalpha() else re.escape(signs)


# A sheet looks up thousands of passages in the same text.
@lru_cache(maxsize=4)
def fold(text: str) -> Folded:
    """Return a folded text. A line feed in it is a word that is broken at the end of a line.

    >>> fold("The mole was inade-\\nquately “re\\u00adpaired”").text
    'The mole was inade\\nquately "repaired"'
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
        signs = _folded(piece)
        out.append(signs)
        starts.extend([start] * len(signs))
        ends.extend([end] * len(signs))
    return Folded("".join(out), starts, ends)


def _folded(piece: re.Match[str]) -> str:
    """Return what one piece is folded to."""
    match piece.lastgroup:
        case "broken":
            return _BREAK
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
