"""Numbers as people write them: `4.9 million`, `$2bn`, `3,000 thousand`, `1·335`, `twelve`.

A writing that has two readings is refused with both: `3,5` is 3.5 in some countries and a typing
error for 35 in others, and a wrong guess would be wrong by a factor of ten.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from os.path import commonprefix
from typing import Final

from kb.model import number_words, values
from kb.model.number_words import MAGNITUDES, WORDS
from kb.system import patterns

# The lower ends of fractions in words: “a third”, “two thirds”.
_PARTS: Final = {
    "half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
_FRACTION: Final = patterns.pattern(
    r"(?:(?P<upper>\w+)[ -])?(?P<part>[a-z]+?)s?"
    r"|(?P<some>\w+) (?:in|of|out of) (?P<all>\w+)"
    r"|(?P<above>\d{1,3})/(?P<below>\d{1,3})"
)
# The digits after the point that a fraction in percent keeps.
_FINE: Final = Decimal("0.0001")
# Signs and codes of currencies, which are written before a number.
CURRENCY: Final = r"US\$|A\$|C\$|NZ\$|HK\$|R\$|\$|€|£|¥|₹|₽|₺|₩|CHF|EUR|USD|GBP|JPY"
# Spaces that separate thousands, as typed in many languages, and the apostrophe of the Swiss.
_GAP: Final = "[ '’\u00a0\u2007\u2009\u202f]"
_DIGITS: Final = patterns.pattern(rf"\d(?:[\d.,·]|{_GAP}(?=\d{{3}}(?!\d)))*(?:[eE][+-]?\d{{1,4}})?")
# A no-break space, and the separators of decimals and of thousands in Arabic.
_ARABIC: Final = {0xA0: " ", 0x066B: ".", 0x066C: ""}
_GROUPED: Final = r"\d{1,3}(?:%s\d{3})+"
# 3,000.5 and the Indian 12,34,567, but not 0,125.
_COMMAS_GROUP: Final = patterns.pattern(
    rf"(?!0,)(?:{_GROUPED % ','}|\d{{1,2}}(?:,\d\d)+,\d{{3}})(?:\.\d+)?"
)
# 3.000,5 and 3.000.000.
_POINTS_GROUP: Final = patterns.pattern(rf"{_GROUPED % '[.]'},\d+|\d{{1,3}}(?:\.\d{{3}}){{2,}}")
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
    typed = " ".join(text.translate(_ARABIC).split())
    if (share := _share(typed.lower())) is not None:
        return Numeral(share, Decimal(1), "%")
    if least := number_words.VAGUE.get(typed.lower().removesuffix(" of")):
        raise ValueError(
            f"“{values.shown(typed)}” is not a number; write the bounds that it has in the text, "
            f"and the words after a “;”: {least}; {values.shown(typed)}"
        )
    if re.match(r"[-−–]\s?\d", typed):
        raise ValueError(
            f"“{values.shown(typed)}”: a quantity cannot be below 0; write {typed[1:].strip()} and "
            "say in the claim what it is below."
        )
    money, rest = _currency(_in_digits(typed))
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


def _in_digits(typed: str) -> str:
    """Return a number in digits, if its writing can be turned into them."""
    lower = typed.lower()
    digits = number_words.in_digits(lower)
    if digits == lower or len(lower) != len(typed):
        return typed if digits == lower else digits
    # What follows the number keeps its capitals: kWh, US$.
    same = len(commonprefix([digits[::-1], lower[::-1]]))
    return digits[: len(digits) - same] + typed[len(typed) - same :]


def _share(typed: str) -> Decimal | None:
    """Return a fraction of a whole in percent, such as two thirds or one in five; None if the text
    is no fraction.
    """
    found = _FRACTION.fullmatch(unicodedata.normalize("NFKC", typed).replace("⁄", "/"))
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
    return max(step, Decimal(1)) if magnitude == MAGNITUDES["dozen"] else step * magnitude


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
    if comma and written.startswith("0,"):
        point = written.replace(",", ".")
        raise ValueError(f"“{values.shown(typed)}” has a comma; write it with a point: {point}.")
    if comma:
        raise _ambiguous(typed, written.replace(",", "."), written.replace(",", ""))
    return _number(written, typed)


def _ambiguous(typed: str, one: str, other: str) -> ValueError:
    """Return the error for a number with two readings."""
    return ValueError(
        f"“{values.shown(typed)}” can be read as {one.removesuffix('0') if '.' in one else one} "
        f"or as {other.rstrip('0').rstrip('.') if '.' in other else other}; "
        f"write {one} or {other}."
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
    if tens not in WORDS or (hyphen and number_words.small(first.lower()) is None):
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
