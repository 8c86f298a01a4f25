"""Folding of text: a passage is found even if its signs differ in ways that nobody sees.

Quotation marks, dashes, ligatures, widths, composed accents, syllables and vowels, digits, and
white space are folded. Soft hyphens and other invisible signs are dropped, and so are white space
beside punctuation, vowel signs that Arabic and Hebrew mostly leave out, and line ends within
languages that write without spaces. A word that is broken at the end of a line matches with and
without its hyphen. The text itself never changes: each folded character knows where it comes from.
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

from kb.system import patterns

# Signs that are not shown: soft hyphen, joiners, direction marks, byte order mark, variations.
_INVISIBLE: Final = (
    "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\ufffc"
    # Vowel signs and the line that stretches a word, which most writers leave out.
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u0652\u0670"
)
_BROKEN: Final = r"(?<=[^\W\d_])[-\u2010\u00ad\u00ac][ \t]*\r?\n\s*(?=[^\W\d_])"
# Signs beside which white space is a matter of style, and scripts without spaces.
_BESIDE: Final = frozenset("-\"'‘’‚‛′ʹʻʼʽ՚׳`´‹›“”„‟″«»״「」『』‐‑‒–—―−:;!?%()")
_ALPHABETS: Final = "\u0dff"
_UNSPACED: Final = patterns.pattern(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u9fff\uf900-\ufaff\uff66-\uff9f]"
)
# Korean syllables in letters (Unicode §3.12), and vowels of Indic scripts in two signs.
_SYLLABLE: Final = "[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?|[\uac00-\ud7a3][\u11a8-\u11c2]"
_VOWEL: Final = (
    "[\u09c7\u0b47\u0b92\u0bc6\u0bc7\u0c46\u0cbf\u0cc6\u0cca\u0d46\u0d47\u0dd9\u0ddc\u1025"
    "\u1b05-\u1b42\U00011131\U00011132\U00011347\U000114b9\U000115b8\U000115b9\U00011935]"
    "[\u09be\u09d7\u0b3e\u0b56\u0b57\u0bbe\u0bd7\u0c56\u0cc2\u0cd5\u0cd6\u0d3e\u0d57\u0dca\u0dcf"
    "\u0ddf\u102e\u1b35\U00011127\U0001133e\U00011357\U000114b0\U000114ba\U000114bd\U000115af"
    "\U00011930]+"
)
_ACCENTS: Final = "\u0300-\u036f\u0483-\u0487\u0653-\u065f\u093c\u3099\u309a\U000110ba"
# A vowel of Thai and Lao in two signs, and a narrow Japanese letter with its voicing mark.
_THAI: Final = "\u0e4d[\u0e48-\u0e4b]?\u0e32|\u0ecd[\u0ec8-\u0ecb]?\u0eb2"
_NARROW: Final = "[\uff66-\uff9d][\uff9e\uff9f]"
# Letters that mean themselves, and signs between which one space does.
_LETTERS: Final = "\u00c0-\u0131\u0134-\u0148\u014a-\u017e\u0180-\u01c3\u0400-\u0481\u048a-\u052f"
_WORD: Final = f"A-Za-z0-9,.{_LETTERS}"
# The folded sign of a word that is broken at the end of a line; it has no other use.
_BREAK: Final = "\n"
# A piece is a run of signs that mean themselves, a broken line, white space, invisible signs, or a
# character with its accents.
_PIECE: Final = patterns.pattern(
    rf"(?P<broken>{_BROKEN})"
    rf"|(?P<plain>(?:[!#-&(-,./0-_a-~{_LETTERS}]|(?<=[{_WORD}]) (?=[{_WORD}]))+(?![{_ACCENTS}]))"
    rf"|(?P<space>[\s{_INVISIBLE}]*\s[\s{_INVISIBLE}]*)|(?P<invisible>[{_INVISIBLE}]+)"
    r"|(?P<doubled>''|``|--+)"
    rf"|(?P<sign>(?:{_SYLLABLE}|{_VOWEL}|{_THAI}|{_NARROW}|.)[{_ACCENTS}]*)",
    re.DOTALL,
)
_SIGNS: Final = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʹʻʼʽ՚׳`´‹›", "'"),
        **dict.fromkeys("“”„‟″«»״「」『』", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        # Letters of Arabic that look like those of Persian.
        **dict.fromkeys("يى", "ی"),
        "ك": "ک",
        "⁄": "/",
    }
)
# Ligatures, presentation forms, and wide and narrow variants. Raised digits stay as they are: 10²
# is not 102.
_VARIANTS: Final = patterns.pattern(
    "[\u0132\u0133\u0e33\u0eb3\u2100-\u214f\u2160-\u217f\u3200-\u33ff\ufb00-\ufdff\ufe70-\ufefe"
    "\uff00-\uffef]"
)


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
    'The mole was inade\\nquately"repaired"'
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
        signs = "" if piece.lastgroup == "space" and _is_loose(text, start, end) else _folded(piece)
        if not signs and ends and unicodedata.combining(text[start]):
            # A vowel sign belongs to the letter before it.
            ends[-1] = end
        out.append(signs)
        starts.extend([start] * len(signs))
        ends.extend([end] * len(signs))
    return Folded("".join(out), starts, ends)


def _is_loose(text: str, start: int, end: int) -> bool:
    """Tell whether white space between two offsets may be missing in the words that are typed."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before in _BESIDE or after in _BESIDE:
        return True
    return before > _ALPHABETS and bool(_UNSPACED.match(before) and _UNSPACED.match(after))


def _folded(piece: re.Match[str]) -> str:
    """Return what one piece is folded to."""
    match piece.lastgroup:
        case "broken":
            return _BREAK
        case "space":
            return " "
        case "invisible":
            return ""
        case "doubled":
            return "-" if piece[0].startswith("-") else '"'
    composed = unicodedata.normalize("NFC", piece[0])
    if composed.isdecimal():
        return str(unicodedata.decimal(composed))
    if _VARIANTS.search(composed):
        composed = unicodedata.normalize("NFKC", composed)
    return composed.translate(_SIGNS)


def words(typed: str) -> str:
    """Return typed words folded, without white space around them.

    >>> words("  ‘no\\u00a0one’ ")
    "'no one'"
    """
    return fold(typed).text.strip()
