"""IRIs (RFC 3987): their syntax, and which of them can be the address of a document."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from ipaddress import IPv6Address
from urllib.parse import quote

from kb.model.values import LONGEST_SENTENCE, shown

WIKIDATA_ITEM = re.compile(r"(?:http://www\.wikidata\.org/entity/)?(Q[1-9][0-9]{0,15})")
# The beginning of the IRIs of a knowledge base or of its graphs on a server.
PREFIX = re.compile(r'(?:https?://|urn:)[^\x00-\x20<>"{}|\\^`\x7f-\xa0\ud800-\udfff]*[/:#]')
# Schemes of documents that people cite: with a host, or with a name in its place.
HOSTED = ("http", "https", "ftp")
NAMED = ("urn", "doi", "ark")

# `ucschar` of RFC 3987, 2.2. `_unseen` refuses some of these characters.
_UCS = (
    "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
    + "".join(f"{chr(p << 16)}-{chr(p << 16 | 0xFFFD)}" for p in range(1, 14))
    + "\U000e1000-\U000efffd"
)
_SAFE = "-._~!$&'()*+,;=:@"
_PCHAR = rf"(?:[A-Za-z0-9{re.escape(_SAFE)}{_UCS}]|%[0-9A-Fa-f]{{2}})"
_NAME = rf"(?:[A-Za-z0-9\-._~!$&'()*+,;={_UCS}]|%[0-9A-Fa-f]{{2}})*"
_HOST = rf"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>{_NAME}))"
_USER = rf"(?:(?:[A-Za-z0-9\-._~!$&'()*+,;=:{_UCS}]|%[0-9A-Fa-f]{{2}})*@)?"
_IRI = (
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):"
    rf"(?:(?P<authority>//{_USER}{_HOST}(?::[0-9]*)?)(?:/{_PCHAR}*)*|(?!//)(?:{_PCHAR}|/)*)"
    rf"(?:\?(?:{_PCHAR}|[/?])*)?(?:#(?:{_PCHAR}|[/?])*)?"
)
_URN = re.compile(r"urn:[A-Za-z0-9][A-Za-z0-9-]{0,30}[A-Za-z0-9]:.+", re.IGNORECASE)


@cache
def _pattern() -> re.Pattern[str]:
    """Return the compiled syntax of an IRI: compiling it takes longer than importing a module."""
    return re.compile(_IRI)


def fault(text: str) -> str:
    """Say why a text is not an absolute IRI, or return "" if it is one.

    >>> fault("https://example.org/a b")
    'has a space, which no address may have'
    """
    if len(text) > LONGEST_SENTENCE:
        return f"has {len(text):,} characters; the most is {LONGEST_SENTENCE:,}"
    if found := next((c for c in text if c in '<>"{}|^`\\' or _unseen(c)), ""):
        return f"has {_named(found)}, which no address may have"
    match = _pattern().fullmatch(text)
    if match is None:
        return _why(text)
    try:
        IPv6Address(match["six"] or "::")
    except ValueError:
        return f"has the host [{match['six']}], which is not an IPv6 address"
    return ""


def _unseen(character: str) -> bool:
    """Tell whether a character is any kind of space, a control, or another invisible mark."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Cn", "Zs", "Zl", "Zp")


def _named(character: str) -> str:
    """Name a character in a message."""
    if character == " ":
        return "a space"
    return f"U+{ord(character):04X}" if _unseen(character) else f"“{character}”"


def _why(text: str) -> str:
    """Say which part of an IRI is missing or wrong."""
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text):
        return "does not begin with a scheme such as https:"
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        return "has a “%” without two hexadecimal digits after it"
    if "[" in text or "]" in text:
        return "has a bracket outside its host"
    if text.count("#") > 1:
        return "has more than one “#”"
    return "does not have the form of an address: scheme, host, path"


def address_fault(text: str) -> str:
    """Say why a text cannot be the address of a document, or return "" if it can.

    >>> address_fault("https://example.org/a"), address_fault("javascript:alert(1)")
    ('', 'begins with javascript:, which is not one of http, https, ftp, urn, doi, ark')
    """
    if found := fault(text):
        return found
    scheme = text.partition(":")[0].lower()
    if scheme not in (*HOSTED, *NAMED):
        return f"begins with {shown(scheme)}:, which is not one of {', '.join((*HOSTED, *NAMED))}"
    match = _pattern().fullmatch(text)
    if scheme in HOSTED and not (match and (match["host"] or match["six"])):
        return f"has no host after {scheme}://"
    if scheme == "urn" and not _URN.fullmatch(text):
        return "is not a URN such as urn:isbn:0451450523"
    return "" if text.partition(":")[2] else f"has nothing after {scheme}:"


def remedy(text: str) -> str:
    """Return what to write instead of a text that is no address: the percent-encoded text, if that
    is one.

    >>> remedy("https://example.org/a b")
    'write https://example.org/a%20b'
    """
    if re.match(r"[\w-]+(\.[\w-]+)+(/|$)", text) and not address_fault(f"https://{text}"):
        return f"write https://{text}"
    try:
        better = _encoded(text)
    except UnicodeEncodeError:
        better = ""
    if better and len(better) < LONGEST_SENTENCE and not address_fault(better):
        return f"write {better}"
    return "copy it from the browser's address bar, such as https://example.org/page"


def _encoded(text: str) -> str:
    """Percent-encode everything in an address that must not be there literally."""
    scheme, _, rest = text.partition("://")
    host, slash, tail = rest.partition("/")
    tail = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", slash + tail)
    head, mark, fragment = tail.partition("#")
    return f"{scheme}://{host}{''.join(map(_escape, head))}{mark}{''.join(map(_escape, fragment))}"


def _escape(character: str) -> str:
    """Percent-encode a character unless a path may contain it."""
    plain = character in "%/?" or re.fullmatch(_PCHAR, character) and not _unseen(character)
    return character if plain else quote(character, safe="")


def wikidata(text: str) -> str:
    """Return the number of a Wikidata item, given as Q123 or as its full IRI, or "" if it is
    neither.

    >>> wikidata("http://www.wikidata.org/entity/Q42"), wikidata("Q42> <x")
    ('Q42', '')
    """
    match = WIKIDATA_ITEM.fullmatch(text)
    return match[1] if match else ""
