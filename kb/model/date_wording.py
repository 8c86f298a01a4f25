"""Other ways to write a date, turned into the usual English one: `3 avril 2024`, `2024年3月4日`,
`BEF 1724`, `1724 or earlier`, `2014–present`.

Only what has one meaning is turned. Everything else stays as it is, to be refused where it is read.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from functools import cache
from typing import Final

from kb.system import patterns

# Months, in each language from January on. A name that means two months is in none: the Polish
# listopad is November, the Croatian one October.
_LANGUAGES: Final = (
    "januar februar märz april mai juni juli august september oktober november dezember",
    "jänner feber maerz april mai juni juli august september oktober november dezember",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "januar februar marts april maj juni juli august september oktober november december",
    "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie "
    "decembrie",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada "
    "grudnia",
    "ledna února března dubna května června července srpna září října listopadu prosince",
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "januari februari maret april mei juni juli agustus september oktober november desember",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου "
    "οκτωβρίου νοεμβρίου δεκεμβρίου",
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "كانون-الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين-الأول تشرين-الثاني كانون-الأول",
    "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر",
    "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
    "ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
    "janv févr mars avr mai juin juil août sept oct nov déc",
    "jan feb mrz apr mai jun jul aug sept okt nov dez",
)
_WORD: Final = patterns.pattern(r"(?:تشرين|كانون) ال(?:أول|اول|ثاني)|[^\W\d_]{2,}")
_EAST_ASIAN: Final = patterns.pattern(
    r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월](?:\s?(\d{1,2})\s?[日일号])?", re.UNICODE
)
# What stands between day, month and year in other languages: 5. März, 1er mars, 5 de marzo de 2024.
_DAY: Final = patterns.pattern(r"(?<=\d)(?:\.(?=\s)|er\b|[ºª°])")
_OF: Final = patterns.pattern(r"\s+(?:de|del|di|d’)\s+(?=\d{4}\b|[^\W\d_]+\s)", re.IGNORECASE)
_YEAR: Final = r"(?=\d{4}$)"
_PRESENT: Final = r"(?:the\s+)?(?:present|now|today|date)"
# A wording, and the usual one. The first that fits is used.
_WORDINGS: Final = tuple(
    (patterns.pattern(pattern, re.IGNORECASE), usual)
    for pattern, usual in (
        (r"(?:bef\b\.?|prior to|earlier than|<)\s*(.+)", r"before \1"),
        (r"(?:aft\b\.?|later than|>)\s*(.+)", r"after \1"),
        (rf"(?:vor|avant|antes de|ante|prima del|до|قبل)\s+{_YEAR}(.+)", r"before \1"),
        (rf"(?:nach|après|después de|post|dopo il|после|بعد)\s+{_YEAR}(.+)", r"after \1"),
        (rf"(?:um|vers|hacia|verso il|около|حوالي)\s+{_YEAR}(.+)", r"about \1"),
        (r"(?:abt|est|cal)\b\.?\s*(.+)", r"about \1"),
        (rf"ca?\s*{_YEAR}(.+)", r"about \1"),
        (r"bet\b\.?\s*(.+?)\s+and\s+(.+)", r"between \1 and \2"),
        (r"(?:not after|at the latest|≤)\s*(.+)", r"no later than \1"),
        (r"(?:at the earliest|≥)\s*(.+)", r"no earlier than \1"),
        (r"(.+?)\s+(?:or|and)\s+(?:earlier|before)|(.+?),? at the latest", r"no later than \1\2"),
        (r"(.+?)\s+(?:or|and)\s+(?:later|after)|(.+?),? at the earliest", r"no earlier than \1\2"),
        (rf"(?:from\s+)?(.+?)\s*(?:[–—-]|to|until|till)\s*{_PRESENT}", r"since \1"),
        (r"(?:from\s+)?(.+?)\s+onwards?|from\s+(.+?)\s+on|(\d{4})[–—-]", r"since \1\2\3"),
        (r"from\s+((?:(?!\s(?:to|until|till)\s).)+)", r"since \1"),
        (r"(\d.*?)\s+or\s+(\d.*)", r"between \1 and \2"),
    )
)


def usual(text: str) -> str:
    """Return a date in the usual English wording; any other text is returned as it is.

    >>> usual("5. März 2024"), usual("5 de marzo de 2024"), usual("2024年3月4日")
    ('5 March 2024', '5 March 2024', '2024-03-04')
    >>> usual("BEF 1724"), usual("1724 or later"), usual("2014–present"), usual("5 March 2024")
    ('before 1724', 'no earlier than 1724', 'since 2014', '5 March 2024')
    """
    text = " ".join("".join(map(_digit, text)).split())
    if re.search(r"\d", text) is None:
        return text
    text = re.sub(r"^[−–](?=\d+$)", "-", text)
    text = _EAST_ASIAN.sub(_iso, text)
    text = _with_months(text)
    for pattern, wording in _WORDINGS:
        if found := pattern.fullmatch(text):
            return found.expand(wording)
    return text


def _digit(sign: str) -> str:
    """Return a digit of any script as an ASCII one, and any other character as it is."""
    return str(unicodedata.decimal(sign)) if sign.isdecimal() else sign


def _iso(found: re.Match[str]) -> str:
    return "-".join((found[1], *(f"{int(part):02d}" for part in found.groups()[1:] if part)))


def _with_months(text: str) -> str:
    """Return a text with the names of months in English."""
    named = _WORD.sub(lambda word: _in_english(word[0]), text)
    if named == text:
        return re.sub(r"^(\d{1,2})\.(?=\s+[^\W\d_])", r"\1", text)
    return _OF.sub(" ", _DAY.sub("", named))


def _in_english(word: str) -> str:
    number = _months().get(_folded(word))
    return calendar.month_name[number] if number else word


@cache
def _months() -> dict[str, int]:
    """Return the number of each name, but for the English ones."""
    return {
        _folded(name.replace("-", " ")): number
        for names in _LANGUAGES
        for number, name in enumerate(names.split(), 1)
        if len(name) > 3 or not name.isascii() or name in ("maj", "mei", "mai", "mrz", "dez", "okt")
    }


def _folded(word: str) -> str:
    """Return a name as it is compared: without case, and with one form of the Arabic alif."""
    composed = unicodedata.normalize("NFC", word.casefold())
    return re.sub("[أإآ]", "ا", composed)
