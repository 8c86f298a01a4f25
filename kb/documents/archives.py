"""Addresses of documents: copies in web archives, and which of them mean the same."""

from __future__ import annotations

import re
from typing import Final

# Addresses under which web archives keep copies: the time of the copy and the original address.
ARCHIVES: Final = (
    re.compile(r"https?://web\.archive\.org/web/(\d{4,14})(?:[a-z]{2}_)?/(https?:/.+)", re.I),
    re.compile(r"https?://archive\.(?:today|ph|is|li|md|vn|fo)/([\d.-]{8,17})/(https?:/.+)", re.I),
)


def split_archived(address: str) -> tuple[str, str | None]:
    """Return the original address and that of its copy in a web archive, or None.

    >>> split_archived("https://web.archive.org/web/20240309101500/https://coast.example/toll")[0]
    'https://coast.example/toll'
    """
    for pattern in ARCHIVES:
        if found := pattern.fullmatch(address):
            # Some archives write one of the two slashes only.
            return re.sub(r"^(https?:)/(?!/)", r"\1//", found[2]), address
    return address, None


def plain_address(address: str) -> str:
    """Return an address without what makes no difference, to compare it.

    >>> plain_address("https://www.coast.example/toll/"), plain_address("http://coast.example/toll")
    ('coast.example/toll', 'coast.example/toll')
    """
    return re.sub(r"^https?://(?:www\.)?|[/#?]+$", "", address.lower())
