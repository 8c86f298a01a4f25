"""The encoding that a text in unknown bytes is probably in, for a hint: nothing is decoded with it.

Each encoding is tried. The one in which most characters beyond ASCII are frequent ones of a
language that uses it fits best.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

# Bytes that are tried. A multibyte character may be cut at the end.
SAMPLE: Final = 100_000
# The least share of characters beyond ASCII that must be frequent ones.
FITTING: Final = 0.6
# The least share of UTF-16 characters that are Latin or of one other alphabet.
ALPHABET: Final = 0.9
# How many times better another encoding must fit than the declared one.
BETTER: Final = 1.4
# Frequent characters beyond ASCII, the most frequent first.
_LATIN: Final = "éèàüöäßñ’“”‘–—…êëâçùûîïôáíóúãõåøæœÉÀÖÄÜÅØ«»€£§°¿¡\u00a0"
_CENTRAL: Final = "áíéěřšžłęóąćńśźżčďňťůýúőűöüăâîşţŁŚŻČŘŠŽ„”“–’…\u00a0"
_CYRILLIC: Final = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъіїєґёђјљњћџ«»–—„“”№\u00a0"
_GREEK: Final = "αοιετσνρηκπμλυςγδωθχφβξζψάέήίόύώ«»–’\u00a0"
_HEBREW: Final = "יוהלאמרתבשנדחקטעפסכגצזםןךףץ"
_ARABIC: Final = "ايلمنوترهبةفعدسكقحجشصطخذضزءثغظىأإآئؤ،؟"
_TURKISH: Final = "ığşüçöİĞŞÇÖÜâî’“”\u00a0"
_BALTIC: Final = "ėšąųžįčāīēęūģķļņĄČĘĖĮŠŲŪŽõäöü„“–"
_THAI: Final = "านรอกเงยลม่้ิีัวทตสปคดชบหแใไะืุูำ็์"
_KANA: Final = "のにはをたがでてとし、。「」" + "".join(map(chr, range(0x3041, 0x30FF)))
_HANGUL: Final = "이다는을에의고하지가" + "".join(map(chr, range(0xAC00, 0xD7A4)))
_SIMPLE: Final = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能，。"
_TRADITIONAL: Final = "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能，。"
# The characters of these that are the most frequent.
_TOP: Final = 10
# Scripts that share no word with Latin letters, and a letter beside a Latin one.
_APART: Final = (_CYRILLIC, _GREEK, _HEBREW, _ARABIC, _THAI)
_MIXED: Final = re.compile(r"[a-z](?=[^\W\d_a-zA-Z])|[^\W\d_a-zA-Z](?=[a-z])")
# Signs that switch to an East Asian character set, in bytes that are ASCII (ISO/IEC 2022).
_ESCAPED: Final = re.compile(rb"\x1b\$(?:[@B]|\)C)")
# Name for iconv, name of Python's codec, frequent characters, and the least share of them.
_KNOWN: Final = (
    ("WINDOWS-1252", "cp1252", _LATIN, FITTING),
    ("WINDOWS-1250", "cp1250", _CENTRAL, FITTING),
    ("ISO-8859-2", "iso8859-2", _CENTRAL, FITTING),
    ("WINDOWS-1251", "cp1251", _CYRILLIC, FITTING),
    ("KOI8-R", "koi8-r", _CYRILLIC, FITTING),
    ("IBM866", "cp866", _CYRILLIC, FITTING),
    ("ISO-8859-5", "iso8859-5", _CYRILLIC, FITTING),
    ("WINDOWS-1253", "cp1253", _GREEK, FITTING),
    ("WINDOWS-1254", "cp1254", _TURKISH, FITTING),
    ("WINDOWS-1255", "cp1255", _HEBREW, FITTING),
    ("WINDOWS-1256", "cp1256", _ARABIC, FITTING),
    ("ISO-8859-6", "iso8859-6", _ARABIC, FITTING),
    ("MACINTOSH", "mac-roman", _LATIN, FITTING),
    ("IBM850", "cp850", _LATIN, FITTING),
    ("SHIFT_JIS", "cp932", _KANA, 0.3),
    ("EUC-JP", "euc-jp", _KANA, 0.3),
    ("GB18030", "gb18030", _SIMPLE, 0.1),
    ("BIG5", "big5hkscs", _TRADITIONAL, 0.1),
    ("EUC-KR", "cp949", _HANGUL, FITTING),
    ("WINDOWS-1257", "cp1257", _BALTIC, FITTING),
    ("WINDOWS-874", "cp874", _THAI, FITTING),
)
# UTF-16 without a mark, in scripts with thousands of characters.
_KNOWN_WIDE: Final = tuple(
    (label, codec, usual, least)
    for label, codec in (("UTF-16LE", "utf-16-le"), ("UTF-16BE", "utf-16-be"))
    for usual, least in ((_KANA, 0.3), (_SIMPLE, 0.1), (_TRADITIONAL, 0.1), (_HANGUL, FITTING))
)


def likely(data: bytes) -> str | None:
    """Return the name, for `iconv -f`, of the encoding that fits best, or None if none fits.

    >>> likely("Пекарня у гавани".encode("koi8-r")), likely("Das Café".encode("latin-1"))
    ('KOI8-R', 'WINDOWS-1252')
    """
    sample = data[:SAMPLE]
    if escaped := _ESCAPED.search(sample):
        return "ISO-2022-KR" if escaped[0].endswith(b"C") else "ISO-2022-JP"
    if b"\0" in sample and (wide := _wide(sample)):
        return wide
    rows = _KNOWN_WIDE if b"\0" in sample else (*_KNOWN_WIDE, *_KNOWN)
    found = [(_fit(sample, codec, usual, least), label) for label, codec, usual, least in rows]
    best, label = max(found, key=lambda pair: pair[0])
    return label if best > 0 else None


def better(data: bytes, codec: str) -> str | None:
    """Return the name of the encoding that fits much better than the one with this codec, if any.

    >>> better("Портовое управление повысило сбор для малых судов".encode("cp1251"), "cp1252")
    'WINDOWS-1251'
    >>> better("Das Café".encode("latin-1"), "cp1252")
    """
    sample = data[:SAMPLE]
    fits = {row[0]: _fit(sample, row[1], row[2], row[3]) for row in _KNOWN}
    own = max((fits[label] for label, name, *_ in _KNOWN if name == codec), default=None)
    best = max(fits, key=lambda label: fits[label])
    return best if own is not None and fits[best] > BETTER * own else None


def _fit(sample: bytes, codec: str, usual: str, least: float) -> float:
    """Return how well an encoding fits; 0 if decoding fails or too few characters are frequent."""
    try:
        text = sample.decode(codec)
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 3 or len(sample) < SAMPLE:
            return 0.0
        text = sample[: error.start].decode(codec)
    beyond = [sign for sign in text if sign > "\x7f"]
    if not beyond:
        return 0.0
    known, top = frozenset(usual), frozenset(usual[:_TOP])
    share = sum(sign in known for sign in beyond) / len(beyond)
    if share < least or (usual in _APART and len(_MIXED.findall(text)) > len(beyond) / 20):
        return 0.0
    return share / least + sum(sign in top for sign in beyond) / len(beyond)


def _wide(sample: bytes) -> str | None:
    """Return the name of UTF-16 without a mark.

    One byte of each character is zero or that of its alphabet, the other varies.
    """
    even, odd = (_of_alphabet(half) for half in (sample[::2], sample[1::2]))
    if max(even, odd) < ALPHABET or min(even, odd) >= ALPHABET:
        return None
    return "UTF-16BE" if even > odd else "UTF-16LE"


def _of_alphabet(half: bytes) -> float:
    """Return the share of bytes that are zero, or the most frequent other one."""
    others = Counter(half)
    zeros = others.pop(0, 0)
    return (zeros + max(others.values(), default=0)) / len(half) if half and zeros else 0.0
