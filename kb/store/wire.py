"""Addresses of SPARQL servers, and how they are asked: no proxy, no other protocol, no other host
than the one that was named.
"""

from __future__ import annotations

import ipaddress
import re
import urllib.request
from email.message import Message
from typing import IO, Final
from urllib.parse import SplitResult, urljoin, urlsplit

from kb.errors import KbError, Refused, Unreadable, Usage
from kb.store import faults as fault

# Redirects within one server; more than a few are a loop.
MOST_REDIRECTS: Final = 5
# Bytes of an error page that are read, and characters of it that are shown.
MOST_WORDS, SHOWN_WORDS = 4000, 200
# An address is ASCII without these; a name in another script is written as xn--….
_BARRED: Final = re.compile(r'[^\x21-\x7e]|[<>"{}|\\^`]')
_IDENTITY: Final = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)?.*@", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>|&[a-z#0-9]+;")
_PORTS: Final = {"http": 80, "https": 443}


def shown(endpoint: str) -> str:
    """An address as messages show it: without what may be a user's name or a password, and without
    its parameters.

    >>> shown("https://user:secret@example.org/sparql"), shown("https://example.org/sparql?key=1")
    ('https://…@example.org/sparql', 'https://example.org/sparql')
    """
    return _IDENTITY.sub(r"\1…@", endpoint) if "@" in endpoint else endpoint.partition("?")[0]


def address(endpoint: str) -> SplitResult:
    """The parts of a server's address. Raises Usage where it is none, or holds a user name or a
    password.
    """
    wrong = f"{shown(endpoint)!r} is not the address of a SPARQL server"
    if barred := _BARRED.search(endpoint):
        hint = "write a host in another script as xn--…, and other characters as %XX"
        raise Usage(f"{wrong}: it contains {ascii(barred[0])}.", hint)
    if (
        "@" in endpoint
    ):  # wherever it is: a password can contain the signs that end the name of a host
        raise Usage(
            f"{wrong}: a user name or a password in it would be seen by others on this computer.",
            "leave it out, and set KB_ENDPOINT_USER and KB_ENDPOINT_PASSWORD; an @ that is none of these is written as %40",
        )
    try:
        parts = urlsplit(endpoint)
        named = (
            parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
        )  # a port that is no number raises
    except ValueError:
        raise Usage(f"{wrong}.", "it is written as http://HOST:PORT/PATH") from None
    if not named:
        raise Usage(f"{wrong}.", "it begins with http:// or https://")
    return parts


def confidential(parts: SplitResult) -> bool:
    """Whether what is sent there can be read by nobody on the way: it is encrypted, or does not
    leave this computer.
    """
    host = parts.hostname or ""
    try:
        return (
            parts.scheme == "https" or host == "localhost" or ipaddress.ip_address(host).is_loopback
        )
    except ValueError:  # a name
        return False


def install(parts: SplitResult, query: str) -> None:
    """Let this process, which must be a child made for this query alone, ask this one server by
    HTTP and nothing else.
    """
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Answers(parts, query),
    ):
        opener.add_handler(handler)
    urllib.request.install_opener(opener)


class _Answers(urllib.request.BaseHandler):
    """Every answer that is not a result: a redirect is followed on the same server, anything else
    becomes a sentence.
    """

    def __init__(self, server: SplitResult, query: str) -> None:
        self.server = server
        self.query = query
        self.followed = 0

    def http_error_default(
        self,
        request: urllib.request.Request,
        answer: IO[bytes],
        code: int,
        reason: str,
        headers: Message,
    ) -> object:
        """Called by the opener for every status but 2xx. Raises KbError, or follows."""
        if code in (301, 302, 303, 307, 308) and (target := headers.get("Location")):
            return self._follow(request, target, code)
        raise _refusal(code, _words(answer), self.query, shown(self.server.geturl()))

    def _follow(self, request: urllib.request.Request, target: str, code: int) -> object:
        """Ask the same at another address of the same server; 303 alone means that the answer is
        there to be fetched.
        """
        self.followed += 1
        place = urljoin(request.full_url, target)
        here = shown(self.server.geturl())
        if not self._ours(place) or _BARRED.search(place):
            message = f"The server at {here} sent the query on to {shown(place)[:SHOWN_WORDS]}, which was not asked."
            raise Refused(message, "name that one instead, if you trust it")
        if self.followed > MOST_REDIRECTS:
            raise Refused(
                f"The server at {here} sends the query around in a circle.",
                "name the address that answers",
            )
        again = urllib.request.Request(
            place, None if code == 303 else request.data, dict(request.headers)
        )
        return self.parent.open(again, timeout=request.timeout)

    def _ours(self, place: str) -> bool:
        """Whether an address is at the server that was named: the same host and port, or the same
        host's standard port for https.
        """
        try:
            there = urlsplit(place)
            ports = [p.port or _PORTS.get(p.scheme) for p in (self.server, there)]
        except ValueError:
            return False
        if (
            there.scheme not in _PORTS
            or "@" in there.netloc
            or there.hostname != self.server.hostname
        ):
            return False
        return (there.scheme == self.server.scheme and ports[0] == ports[1]) or ports == [80, 443]


def _words(answer: IO[bytes]) -> str:
    """What a server says of an error, in one line."""
    text = _TAG.sub(" ", answer.read(MOST_WORDS).decode(errors="replace"))
    return " ".join(text.split())[:SHOWN_WORDS]


def _refusal(code: int, words: str, query: str, server: str) -> KbError:
    """What a status means, with the server's own words."""
    quoted = f": “{words}”" if words else ""
    if code == 400:
        return fault.syntax(query, 0, 0, f"so says the server{quoted}")
    if code == 401:
        return Unreadable(
            f"The server at {server} wants a password.",
            "set KB_ENDPOINT_USER and KB_ENDPOINT_PASSWORD",
        )
    if code in (404, 410):
        return Unreadable(
            f"There is no SPARQL service at {server}{quoted}.",
            "check the address, usually it ends in /query or /sparql",
        )
    return Refused(f"The server at {server} could not answer ({code}){quoted}.")
