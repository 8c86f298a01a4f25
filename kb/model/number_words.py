"""Numbers in other writings than one run of digits: `two hundred and fifty`, `half a million`,
`1½`, `1.5 × 10^6`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from kb.system import patterns

# Number words below a hundred; “no” is what a text says for 0.
WORDS: Final = {
    "no": 0, "none": 0, "zero": 0, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4,
    "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
    "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
# Words that multiply. A billion is a thousand million (short scale), as in all news today.
MAGNITUDES: Final = {
    "dozen": Decimal(12),
    "hundred": Decimal(100),
    "thousand": Decimal(1000),
    "k": Decimal(1000),
    "lakh": Decimal(10**5),
    "million": Decimal(10**6),
    "mn": Decimal(10**6),
    "mio": Decimal(10**6),
    "crore": Decimal(10**7),
    "billion": Decimal(10**9),
    "bn": Decimal(10**9),
    "trillion": Decimal(10**12),
    "tn": Decimal(10**12),
}
# What these words mean depends on the text: → the bounds that they have at least.
VAGUE: Final = {
    "a couple": "2..", "a few": "2..", "a handful": "3..", "several": "3..", "many": "3..",
    "dozens": "24..", "scores": "40..", "hundreds": "200..", "thousands": "2000..",
    "tens of thousands": "20000..", "hundreds of thousands": "200000..", "millions": "2000000..",
}  # fmt: skip
_FRACTIONS: Final = {"½": "5", "¼": "25", "¾": "75"}
_QUARTERS: Final = {"1/2": "5", "1/4": "25", "3/4": "75"}
_HALF_OF: Final = patterns.pattern(rf"half an? (?=(?:{'|'.join(MAGNITUDES)})\b)")
_POWER: Final = patterns.pattern(r"(\d)\s*[×x*]\s*10(\^\d{1,2}|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})(?!\d)")
_RAISED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def in_digits(text: str) -> str:
    """Return a number with fractions, powers and composed words as digits; the rest as it is.

    >>> in_digits("half a million"), in_digits("1½ km"), in_digits("1.5 × 10^6")
    ('0.5 million', '1.5 km', '1.5e6')
    >>> in_digits("two hundred and fifty trucks"), in_digits("two and a half million")
    ('250 trucks', '2.5 million')
    """
    text = _HALF_OF.sub("0.5 ", text)
    text = re.sub(r"(\d*)\s?([½¼¾])", lambda m: f"{m[1] or 0}.{_FRACTIONS[m[2]]}", text)
    text = re.sub(r"(\d) ([13]/[24])(?!\d)", _with_quarters, text)
    text = _POWER.sub(lambda m: f"{m[1]}e{m[2].lstrip('^').translate(_RAISED)}", text)
    text = re.sub(r"^\.(?=\d)", "0.", text)
    text = re.sub(r"^([a-z-]+|\d+) and a half\b", _and_a_half, text)
    return _composed(text)


def _with_quarters(found: re.Match[str]) -> str:
    """Return a whole number and a half or quarters: 2 1/2."""
    after = _QUARTERS.get(found[2])
    return f"{found[1]}.{after}" if after else found[0]


def _and_a_half(found: re.Match[str]) -> str:
    """Return a whole number and a half: two and a half."""
    whole = found[1] if found[1].isdigit() else WORDS.get(found[1])
    return found[0] if whole is None else f"{whole}.5"


def _composed(text: str) -> str:
    """Return a number of several words, such as two hundred and fifty, in digits."""
    words = text.split(" ")
    total, group, used, parts = 0, 0, 0, 0
    for place, word in enumerate(words):
        number = 1 if word in ("a", "an") and not place else small(word)
        follows = place + 1 < len(words) and small(words[place + 1])
        if word == "and" and parts and follows and (group or total) and not group % 100:
            continue
        if number and _fits(group, number):
            group, parts = group + number, parts + 1
        elif word == "hundred" and 0 < group < 100:
            group *= 100
        elif word in ("thousand", "million", "billion") and group:
            total, group = total + group * int(MAGNITUDES[word]), 0
        else:
            break
        used = place + 1
    # One word with its magnitude says how exact it is, so it stays as it is.
    return " ".join((str(total + group), *words[used:])) if parts > 1 else text


def small(word: str) -> int | None:
    """Return a number below a hundred that a word means, None if it means none.

    >>> small("twenty-five"), small("fifty-fifty"), small("a")
    (25, None, None)
    """
    tens, hyphen, ones = word.partition("-")
    if not hyphen:
        return None if tens in ("a", "an", "no", "none") else WORDS.get(tens)
    whole = WORDS.get(tens, 0) >= 20 and 0 < WORDS.get(ones, 0) < 10
    return WORDS[tens] + WORDS[ones] if whole else None


def _fits(group: int, number: int) -> bool:
    """Tell whether a number below a hundred can follow what was said before it."""
    below = group % 100
    return not below or (below >= 20 and not below % 10 and number < 10)
