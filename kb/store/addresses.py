"""Addresses of SPARQL servers. This needs no HTTP, which takes longer to import than most commands
take: every command reads the addresses in kb.toml.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from kb.errors import Usage

# A user name and a password, or None.
Login = tuple[str, str] | None
# Characters that no address contains. A host name in another script is written as xn--….
BARRED: Final = re.compile(r'[^\x21-\x7e]|[<>"{}|\\^`]')
_IDENTITY: Final = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)?.*@", re.DOTALL)
PORTS: Final = {"http": 80, "https": 443}
# How a query is sent (SPARQL 1.1 Protocol §2.1): by POST as a form, by POST with the query
# as the body, by GET. Servers that do not accept all prefer the first.
METHODS: Final = ("post", "post-direct", "get")


def shown(endpoint: str) -> str:
    """Format an address for messages: without user name, password and parameters.

    >>> shown("https://user:secret@example.org/sparql"), shown("https://example.org/sparql?key=1")
    ('https://…@example.org/sparql', 'https://example.org/sparql')
    """
    return _IDENTITY.sub(r"\1…@", endpoint) if "@" in endpoint else endpoint.partition("?")[0]


def address(endpoint: str) -> SplitResult:
    """Parse the address of a server.

    Raises Usage if it is not valid, or contains a user name or a password.
    """
    wrong = f"{shown(endpoint)!r} is not the address of a SPARQL server"
    if barred := BARRED.search(endpoint):
        hint = "write a host in another script as xn--…, and other characters as %XX"
        raise Usage(f"{wrong}: it contains {ascii(barred[0])}.", hint)
    # Anywhere in the address: a password can contain the characters that end a host name.
    if "@" in endpoint:
        raise Usage(
            f"{wrong}: other users of this computer could see a user name or password in it.",
            "set KB_ENDPOINT_USER and KB_ENDPOINT_PASSWORD instead; write any other @ as %40",
        )
    try:
        parts = urlsplit(endpoint)
        # Reading `port` raises ValueError if it is not a number.
        named = parts.scheme in PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise Usage(f"{wrong}.", "write it as http://HOST:PORT/PATH") from None
    if not named:
        raise Usage(f"{wrong}.", "it begins with http:// or https://")
    return parts


def variable(host: str) -> str:
    """Return the end of the variables of a host. Different hosts have different ones.

    >>> variable("data.example-one.org")
    'DATA_EXAMPLE__ONE_ORG'
    """
    return host.upper().replace("-", "__").replace(".", "_").replace(":", "_")


def confidential(parts: SplitResult) -> bool:
    """Tell whether data is safe on the way: it is encrypted, or stays on this computer."""
    host = parts.hostname or ""
    try:
        return (
            parts.scheme == "https" or host == "localhost" or ipaddress.ip_address(host).is_loopback
        )
    # A host name, not an IP address.
    except ValueError:
        return False
