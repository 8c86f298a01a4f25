"""Encodings of web pages: those that browsers support, under the names that browsers know.

They are those of the WHATWG Encoding Standard §4.2. Python has many more codecs, some of which do
other things than decoding (`unicode_escape`, `idna`, `rot13`); no browser uses them.
"""

from __future__ import annotations

import re

from kb.errors import Usage
from kb.system import charsets, intake

# Name of Python's codec to labels, in lower case. A declared UTF-16 means UTF-8, because the
# declaration could be read as ASCII.
LABELS = {
    "utf-8": (
        "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8 csunicode "
        "iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16be utf-16le unicodefffe"
    ),
    "cp866": "866 cp866 csibm866 ibm866",
    "iso8859-2": (
        "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2"
    ),
    "iso8859-3": (
        "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3"
    ),
    "iso8859-4": (
        "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4"
    ),
    "iso8859-5": (
        "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 "
        "iso_8859-5:1988"
    ),
    "iso8859-6": (
        "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 "
        "iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987"
    ),
    "iso8859-7": (
        "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 "
        "iso88597 iso_8859-7 iso_8859-7:1987 sun_eu_greek"
    ),
    "iso8859-8": (
        "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 "
        "iso88598 iso_8859-8 iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical"
    ),
    "iso8859-10": "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6",
    "iso8859-13": "iso-8859-13 iso8859-13 iso885913",
    "iso8859-14": "iso-8859-14 iso8859-14 iso885914",
    "iso8859-15": "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9",
    "iso8859-16": "iso-8859-16",
    "koi8-r": "cskoi8r koi koi8 koi8-r koi8_r",
    "koi8-u": "koi8-ru koi8-u",
    "mac-roman": "csmacintosh mac macintosh x-mac-roman",
    "cp874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
    "cp1250": "cp1250 windows-1250 x-cp1250",
    "cp1251": "cp1251 windows-1251 x-cp1251",
    "cp1252": (
        "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 "
        "iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252"
    ),
    "cp1253": "cp1253 windows-1253 x-cp1253",
    "cp1254": (
        "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 "
        "iso_8859-9:1989 l5 latin5 windows-1254 x-cp1254"
    ),
    "cp1255": "cp1255 windows-1255 x-cp1255",
    "cp1256": "cp1256 windows-1256 x-cp1256",
    "cp1257": "cp1257 windows-1257 x-cp1257",
    "cp1258": "cp1258 windows-1258 x-cp1258",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "gb18030": (
        "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk gb18030"
    ),
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "euc-jp": "cseucpkdfmtjapanese euc-jp x-euc-jp",
    "iso2022-jp": "csiso2022jp iso-2022-jp",
    "cp932": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
    "cp949": (
        "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 "
        "ksc_5601 windows-949"
    ),
}
# Characters that Python's codec produces for bytes that are errors to browsers.
STRAY = {"cp932": re.compile("[\x80\xa0\uf8f0-\uf8f3]")}
# Characters beyond ASCII from which on bytes that are valid UTF-8 are in it.
FEWEST_SIGNS = 3
CODECS = {label: codec for codec, labels in LABELS.items() for label in labels.split()}


def codec(label: str) -> str | None:
    """Return Python's name of the encoding that browsers use for a label, or None.

    >>> codec("ISO-8859-1"), codec("utf-7")
    ('cp1252', None)
    """
    return CODECS.get(label.strip().lower())


def _decode(data: bytes, name: str) -> str:
    """Decode bytes with the codec of this name. Raises ValueError if they are not valid."""
    text = data.decode(name)
    if name in STRAY and STRAY[name].search(text):
        raise ValueError(name)
    return text


def declared(name: str, data: bytes, label: str, way_out: str) -> str:
    """Decode a document in the encoding that it declares. `name` is that of the document.

    Raises Usage if browsers do not know the encoding, or the bytes are not in it.
    """
    known = codec(label)
    if known is None:
        raise Usage(f"{name} declares an unknown encoding, {label}.", way_out)
    if known == "utf-8" or in_utf_8(data):
        return intake.decode(data, name)
    return read(name, data, known, label, way_out)


def read(name: str, data: bytes, known: str, label: str, way_out: str) -> str:
    """Decode a document with a codec of Python. `label` is what the document calls the encoding.

    Raises Usage if the bytes are not in this encoding.
    """
    try:
        return _decode(data, known)
    except ValueError:
        fitting = charsets.likely(data)
        hint = f"convert it: iconv -f {fitting} -t UTF-8 FILE > NEW" if fitting else way_out
        raise Usage(f"{name} is not in the encoding it declares, {label}.", hint) from None


def in_utf_8(data: bytes) -> bool:
    """Tell whether bytes are UTF-8 beyond doubt, whatever they are declared to be.

    >>> in_utf_8("Größe für Möwen".encode()), in_utf_8("Größe für Möwen".encode("cp1252"))
    (True, False)
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return sum(sign > "\x7f" for sign in text) >= FEWEST_SIGNS


def doubts(data: bytes, label: str) -> tuple[str, ...]:
    """Return a note if the bytes of a page do not fit the encoding that it declares."""
    known = codec(label)
    if known in (None, "utf-8"):
        return ()
    if in_utf_8(data):
        return (f"the page declares the encoding {label}, but it is in UTF-8, which is used.",)
    if fitting := charsets.better(data, known or ""):
        return (
            f"the page declares the encoding {label}, but {fitting} fits better. If the text is "
            f"garbled, convert the file: iconv -f {fitting} -t UTF-8 FILE > NEW",
        )
    return ()
