"""Numbers as people write them: `4.9 million`, `$2bn`, `3,000 thousand`, `1·335`, `twelve`.

A writing that has two readings is refused with both: `3,5` is 3.5 in some countries and a typing
error for 35 in others, and a wrong guess would be wrong by a factor of ten.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from kb.model import values

# Number words below a hundred; “no” is what a text says for 0.
WORDS: Final = {
    "no": 0, "zero": 0, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
    "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
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
# The lower ends of fractions in words: “a third”, “two thirds”.
_PARTS: Final = {
    "half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
_FRACTION: Final = re.compile(
    r"(?:(?P<upper>\w+)[ -])?(?P<part>[a-z]+?)s?"
    r"|(?P<some>\w+) (?:in|out of) (?P<all>\w+)"
    r"|(?P<above>\d{1,3})/(?P<below>\d{1,3})"
)
# The digits after the point that a fraction in percent keeps.
_FINE: Final = Decimal("0.0001")
# Signs and codes of currencies, which are written before a number.
CURRENCY: Final = r"US\$|A\$|C\$|NZ\$|HK\$|R\$|\$|€|£|¥|₹|₽|₺|₩|CHF|EUR|USD|GBP|JPY"
# Spaces that separate thousands, as typed in many languages, and the apostrophe of the Swiss.
_GAP: Final = "[ '’\u00a0\u2007\u2009\u202f]"
_DIGITS: Final = re.compile(rf"\d(?:[\d.,·]|{_GAP}(?=\d{{3}}(?!\d)))*(?:[eE][+-]?\d{{1,4}})?")
_GROUPED: Final = r"\d{1,3}(?:%s\d{3})+"
# 3,000.5 and the Indian 12,34,567.
_COMMAS_GROUP: Final = re.compile(rf"(?:{_GROUPED % ','}|\d{{1,2}}(?:,\d\d)+,\d{{3}})(?:\.\d+)?")
# 3.000,5 and 3.000.000.
_POINTS_GROUP: Final = re.compile(rf"{_GROUPED % '[.]'},\d+|\d{{1,3}}(?:\.\d{{3}}){{2,}}")
WRITE: Final = "write 8, 8..10, more than 100, at least 8, up to 8, about 30, or 200..; hundreds."
ROUND: Final = (
    "write a rounded number, such as about 30; the words of the text can follow after a “;”."
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number and `step`, the unit of the last digit that was written: 100000 for 4.9 million.

    `unit` is written around the number: `%`, `$`, `litres`. `magnitude` is the factor that words
    after the digits mean, such as `million`; 1 if there are none.
    """

    value: Decimal
    step: Decimal
    unit: str = ""
    magnitude: Decimal = Decimal(1)

    def times(self, factor: Decimal) -> Numeral:
        """Return the same digits with another magnitude.

        >>> read("2.4").times(Decimal(1000)).value
        Decimal('2400.0')
        """
        return Numeral(self.value * factor, self.step * factor, self.unit, factor)


def read(text: str) -> Numeral:
    """Read one number with its magnitude and unit. Raises ValueError with a sentence.

    >>> found = read("4.9 million litres")
    >>> found.value, found.step, found.unit, found.magnitude
    (Decimal('4900000.0'), Decimal('100000.0'), 'litres', Decimal('1000000'))
    >>> read("$2bn").value, read("3,000 thousand").value, read("1·335").value
    (Decimal('2000000000'), Decimal('3000000'), Decimal('1.335'))
    >>> read("half").value, read("two thirds").value, read("one in five").unit
    (Decimal('50'), Decimal('66.6667'), '%')
    """
    typed = " ".join(text.replace("\u00a0", " ").split())
    if (share := _share(typed.lower())) is not None:
        return Numeral(share, Decimal(1), "%")
    money, rest = _currency(typed)
    digits = _DIGITS.match(rest)
    if digits:
        number, after = _plain(digits[0], typed), rest[digits.end() :]
    else:
        number, after = _worded(rest, typed)
    magnitude, unit = _magnitude(after, typed, bool(money))
    if money and unit:
        raise ValueError(f"“{values.shown(typed)}” has two units, {money} and {unit}.")
    product = _kept(number * magnitude)
    return Numeral(product, _step(number, magnitude), money or unit, magnitude)


def _share(typed: str) -> Decimal | None:
    """Return a fraction of a whole in percent, such as two thirds or one in five; None if the text
    is no fraction.
    """
    found = _FRACTION.fullmatch(typed)
    if found is None:
        return None
    if found["part"]:
        lower = _PARTS.get(found["part"])
        upper = _small(found["upper"] or ("a" if lower == 2 else ""))
    else:
        upper, lower = (
            _small(found[a] or found[b]) for a, b in (("some", "above"), ("all", "below"))
        )
    if not upper or not lower or upper > lower or lower == 1:
        return None
    percent = (Decimal(100 * upper) / lower).quantize(_FINE).normalize()
    return Decimal(format(percent, "f"))


def _small(word: str) -> int | None:
    """Return a number of at most three digits, or the number that a word means."""
    return int(word) if re.fullmatch(r"[0-9]{1,3}", word) else WORDS.get(word)


def _currency(typed: str) -> tuple[str, str]:
    """Return the currency before a number, "" if there is none, and the rest."""
    prefix = re.match(rf"(?:{CURRENCY})\s?(?=\d)", typed)
    return (prefix[0].strip(), typed[prefix.end() :]) if prefix else ("", typed)


def _step(number: Decimal, magnitude: Decimal) -> Decimal:
    """Return the unit of the last digit, times the magnitude unless that is a dozen."""
    step = last_digit(number)
    return step if magnitude == MAGNITUDES["dozen"] else step * magnitude


def last_digit(number: Decimal) -> Decimal:
    """Return the unit of the last digit of a number, at most 1.

    >>> last_digit(Decimal("4.90")), last_digit(Decimal("2E+9"))
    (Decimal('0.01'), Decimal('1'))
    """
    return Decimal(1).scaleb(min(int(number.as_tuple().exponent), 0))


def _kept(number: Decimal) -> Decimal:
    """Return a number that can be stored. Raises ValueError if it has too many digits."""
    try:
        values.number(format(number, "f"))
    except values.TooLarge as error:
        raise ValueError(f"{error} {ROUND}") from None
    return number


def _plain(digits: str, typed: str) -> Decimal:
    """Return the number that digits with separators mean."""
    digits = digits.rstrip(".,")
    written = re.sub(_GAP, "", digits)
    spaced = written != digits
    if _COMMAS_GROUP.fullmatch(written):
        return _number(written.replace(",", ""), typed)
    if re.fullmatch(r"\d+·\d+", written):
        return _number(written.replace("·", "."), typed)
    comma = re.fullmatch(r"\d+,\d+", written)
    if _POINTS_GROUP.fullmatch(written) or (spaced and comma):
        return _number(written.replace(".", "").replace(",", "."), typed)
    if re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", written) and not spaced:
        raise _ambiguous(typed, written.replace(".", ""), written + "0")
    if comma:
        raise _ambiguous(typed, written.replace(",", "."), written.replace(",", ""))
    return _number(written, typed)


def _ambiguous(typed: str, one: str, other: str) -> ValueError:
    """Return the error for a number with two readings."""
    return ValueError(
        f"“{values.shown(typed)}” can be read as {one.removesuffix('0') if '.' in one else one} "
        f"or as {other.rstrip('0') if '.' in other else other}; write {one} or {other}."
    )


def _number(written: str, typed: str) -> Decimal:
    try:
        return values.number(written)
    except values.TooLarge as error:
        raise ValueError(f"{error} {ROUND}") from None
    except ValueError:
        raise _not_a_number(typed) from None


def _not_a_number(typed: str) -> ValueError:
    return ValueError(f"“{values.shown(typed)}” is not a number; {WRITE}")


def _worded(text: str, typed: str) -> tuple[Decimal, str]:
    """Return the number that the first word means, and what follows it."""
    first, _, rest = text.partition(" ")
    tens, hyphen, ones = first.lower().partition("-")
    if tens not in WORDS or (hyphen and (ones not in WORDS or WORDS[tens] < 20)):
        raise _not_a_number(typed)
    if tens in ("a", "an") and rest.partition(" ")[0].lower() not in MAGNITUDES:
        raise _not_a_number(typed)
    return Decimal(WORDS[tens] + (WORDS[ones] if hyphen else 0)), f" {rest}" if rest else ""


def _magnitude(after: str, typed: str, money: bool) -> tuple[Decimal, str]:
    """Return the factor that the words after the digits mean, and the unit after those words."""
    factor, rest = Decimal(1), after
    while word := re.match(r"\s*([A-Za-z]+)\.?(?![A-Za-z/²³])", rest):
        name = word[1].lower()
        if name in ("m", "b") and not rest[0].isspace():
            if not money:
                longer = {"m": "million or metres", "b": "billion or bytes"}[name]
                raise ValueError(f"“{values.shown(typed)}” can mean {longer}; write the word.")
            name += "n"
        if name not in MAGNITUDES:
            break
        factor, rest = factor * MAGNITUDES[name], rest[word.end() :]
    return factor, rest.strip().removeprefix("of ").strip()
