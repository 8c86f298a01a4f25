"""Addresses of documents: copies in web archives, and which of them mean the same."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

Pieces = tuple[str, ...]

# Addresses under which web archives keep copies: the time of the copy and the original address.
ARCHIVES: Final = (
    re.compile(r"https?://web\.archive\.org/web/(\d{4,14})(?:[a-z]{2}_)?/([^*].+)", re.I),
    re.compile(r"https?://archive\.(?:today|ph|is|li|md|vn|fo)/([\d.-]{8,17})/(https?:/.+)", re.I),
    # National and other archives with the same form of address (RFC 7089 calls them Mementos).
    re.compile(r"https?://[^/]+/(?:[\w.-]+/){0,3}(\d{14})(?:[a-z]{2}_)?/(https?:/.+)", re.I),
)
# Addresses of copies that do not show the original.
COPIES: Final = re.compile(
    r"https?://(?:archive\.(?:today|ph|is|li|md|vn|fo)|perma\.cc|ghostarchive\.org|megalodon\.jp"
    r"|(?:www\.)?webcitation\.org|webcache\.googleusercontent\.com|cc\.bingj\.com)/\S",
    re.I,
)
# Parameters of an address that tell where a reader came from.
TRACKING: Final = re.compile(r"(?<=[?&])(?:utm_\w+|fbclid|gclid|igshid|mc_[ce]id)=[^&#]*&?")
# A number that stands for one article, not a day such as 20240305.
NUMBERED: Final = re.compile(r"(?<!\d)(?!(?:19|20)\d{6}(?!\d))\d{5,}")


def split_archived(address: str) -> tuple[str, str | None]:
    """Return the original address and that of its copy in a web archive, or None.

    The original address is empty if that of the copy does not show it.

    >>> split_archived("https://web.archive.org/web/20240309101500/https://coast.example/toll")[0]
    'https://coast.example/toll'
    >>> split_archived("https://archive.ph/AbCdE")
    ('', 'https://archive.ph/AbCdE')
    """
    for pattern in ARCHIVES:
        if found := pattern.fullmatch(address):
            return _original(found[2]), address
    return ("", address) if COPIES.match(address) else (address, None)


def _original(written: str) -> str:
    """Return the address in that of a copy. Some archives encode it, write one of its slashes only,
    leave its scheme out, or add the port.
    """
    address = re.sub(r"^(https?)(?::|%3a)/{1,2}", r"\1://", written, flags=re.I)
    address = address if re.match("https?://", address, re.I) else f"http://{address}"
    return re.sub(r"^(http://[^/]+):80(?=/|$)|^(https://[^/]+):443(?=/|$)", r"\1\2", address)


def plain_address(address: str) -> str:
    """Return an address without what makes no difference, to compare it.

    >>> plain_address("https://www.coast.example/toll/"), plain_address("http://coast.example/toll")
    ('coast.example/toll', 'coast.example/toll')
    >>> plain_address("https://coast.example/toll?utm_source=x&p=2#comments")
    'coast.example/toll?p=2'
    """
    address = re.sub(r"#(?![!/]).*", "", TRACKING.sub("", address.lower()))
    return re.sub(r"^https?://(?:www\.)?|[/#?&]+$", "", address)


def same_but_for_language(one: str, other: str, languages: Iterable[str]) -> bool:
    """Tell whether two addresses differ only in codes of these languages, or are on one site and
    have a long number in common.

    >>> same_but_for_language(
    ...     "https://coast.example/en/toll", "https://de.coast.example/toll", ("en", "de")
    ... )
    True
    >>> same_but_for_language(
    ...     "https://coast.example/en/toll", "https://coast.example/de/tug", ("en", "de")
    ... )
    False
    """
    codes = tuple(languages)
    mine, theirs = without_language(one, codes), without_language(other, codes)
    if mine[0] != theirs[0]:
        return False
    numbers = (set(NUMBERED.findall("/".join(path))) for _, path in (mine, theirs))
    return mine == theirs or not set.isdisjoint(*numbers)


def without_language(address: str, languages: Iterable[str]) -> tuple[Pieces, Pieces]:
    """Return the parts of an address, of its site and of its path, without language codes."""
    code = rf"(?:{'|'.join(map(re.escape, languages))})(?:[-_][a-z]{{2,4}})?"
    host, _, rest = plain_address(address).partition("/")
    site = tuple(label for label in host.split(".") if not re.fullmatch(code, label))
    path = [re.sub(rf"[._-]{code}(?=\.|$)", "", piece) for piece in re.split("[/?&]", rest)]
    return site, tuple(p for p in path if p and not re.fullmatch(code, p.rpartition("=")[2]))
