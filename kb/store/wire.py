"""HTTP for SPARQL queries: no proxy, no other protocol, and no host but the one the user named."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from email.message import Message
from typing import IO, Any, Final, TypeVar
from urllib.parse import SplitResult, urljoin, urlsplit

from kb.errors import KbError, NotAccepted, Refused, Unreadable
from kb.store import faults as fault
from kb.store.addresses import BARRED, METHODS, PORTS, Login, confidential, shown, variable

T = TypeVar("T")
# Redirects within one server. More than this many are a loop.
MOST_REDIRECTS: Final = 5
# Bytes of an error page to read, and characters of it to show.
MOST_WORDS, SHOWN_WORDS = 4000, 200
# Statuses of a server that wants another method, or another type of body (RFC 9110 §15.5).
_OTHER_FORM: Final = (405, 411, 415, 501)
_TAG: Final = re.compile(r"<[^>]*>|&[a-z#0-9]+;")


def in_turn(methods: Sequence[str], send: Callable[[str], T]) -> tuple[T, str]:
    """Send a request by each method in turn, until the server accepts one. Return the answer and
    the method. Raises the error of the first method if the server accepts none.
    """
    first: NotAccepted | None = None
    for method in methods:
        try:
            return send(method), method
        except NotAccepted as error:
            first = first or error
    assert first
    raise first


def install(
    parts: SplitResult,
    query: str,
    login: Login = None,
    missing: bool = False,
) -> None:
    """Allow this process to ask this one server by HTTP, and nothing else.

    `login` is sent if the server asks for it (RFC 7617, RFC 7616), and only over a connection that
    others cannot read; otherwise Refused is raised. `missing` makes status 404 an answer instead of
    an error. Call it only in a child process that was made for this query.
    """
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPErrorProcessor(),
        *_logins(parts, login),
        _Answers(parts, query, missing),
    ):
        opener.add_handler(handler)
    urllib.request.install_opener(opener)


def _logins(parts: SplitResult, login: Login) -> list[urllib.request.BaseHandler]:
    """Return handlers that send the login if the server asks for it."""
    if login is None:
        return []
    if not confidential(parts):
        raise Refused(
            "Passwords are not sent over http, because others could read them.",
            "use https, or remove the password from the environment",
        )
    known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    known.add_password(None, parts.geturl(), *login)
    return [
        _Digest(known),
        urllib.request.HTTPBasicAuthHandler(known),
    ]


class _Digest(urllib.request.HTTPDigestAuthHandler):
    """Digest authentication that also answers the last challenge before it is asked again.

    A server may close the connection while a large body is sent without a login.
    """

    challenge: dict[str, str] | None = None

    def http_error_401(self, req: urllib.request.Request, *given: Any) -> Any:
        """Send the login. Raises Unreadable if the server refuses it again and again."""
        try:
            return super().http_error_401(req, *given)
        except urllib.error.HTTPError:
            raise _refusal(401, "", "", shown(req.full_url)) from None

    def retry_http_digest_auth(self, req: urllib.request.Request, auth: str) -> Any:
        """Keep the challenge, and answer it."""
        fields = urllib.request.parse_http_list(auth.partition(" ")[2])
        self.challenge = urllib.request.parse_keqv_list(fields)
        return super().retry_http_digest_auth(req, auth)

    def http_request(self, req: urllib.request.Request) -> urllib.request.Request:
        """Answer the last challenge, if there was one."""
        if self.challenge and not req.has_header(self.auth_header):
            answer = self.get_authorization(req, self.challenge)
            req.add_unredirected_header(self.auth_header, f"Digest {answer}")
        return req

    https_request = http_request


class _Answers(urllib.request.BaseHandler):
    """Handler of every answer that is not a result.

    A redirect within the same server is followed. Anything else becomes an error.
    """

    def __init__(self, server: SplitResult, query: str, missing: bool = False) -> None:
        self.server = server
        self.query = query
        self.missing = missing
        self.followed = 0

    def http_error_default(
        self,
        request: urllib.request.Request,
        answer: IO[bytes],
        code: int,
        reason: str,
        headers: Message,
    ) -> object:
        """Follow a redirect, or raise KbError. The opener calls this for every status but 2xx."""
        if code == 404 and self.missing:
            return answer
        if code in (301, 302, 303, 307, 308) and (target := headers.get("Location")):
            return self._follow(request, target, code)
        raise _refusal(code, _words(answer), self.query, shown(self.server.geturl()))

    def _follow(self, request: urllib.request.Request, target: str, code: int) -> object:
        """Send the same request to another address of the same server.

        After status 303 the answer is fetched with GET (RFC 9110 §15.4.4).
        """
        self.followed += 1
        place = urljoin(request.full_url, target)
        here = shown(self.server.geturl())
        if not self._ours(place) or BARRED.search(place):
            raise Refused(
                f"The server at {here} redirects to another server, {shown(place)[:SHOWN_WORDS]}.",
                "use that address instead, if you trust it",
            )
        if self.followed > MOST_REDIRECTS:
            raise Refused(
                f"The server at {here} redirects in a loop.",
                "use the address that answers the query",
            )
        again = urllib.request.Request(
            place, None if code == 303 else request.data, dict(request.headers)
        )
        return self.parent.open(again, timeout=request.timeout)

    def _ours(self, place: str) -> bool:
        """Tell whether an address is on the named server.

        It is if host and port are the same, or if it is the standard HTTPS port of the same host.
        """
        try:
            there = urlsplit(place)
            ports = [p.port or PORTS.get(p.scheme) for p in (self.server, there)]
        except ValueError:
            return False
        if (
            there.scheme not in PORTS
            or "@" in there.netloc
            or there.hostname != self.server.hostname
        ):
            return False
        return (there.scheme == self.server.scheme and ports[0] == ports[1]) or ports == [80, 443]


def _words(answer: IO[bytes]) -> str:
    """Return the text of an error page, in one line."""
    text = _TAG.sub(" ", answer.read(MOST_WORDS).decode(errors="replace"))
    return " ".join(text.split())[:SHOWN_WORDS]


def _refusal(code: int, words: str, query: str, server: str) -> KbError:
    """Return the error for a status, with the server's own words."""
    quoted = f": “{words}”" if words else ""
    if code == 400:
        return fault.syntax(query, 0, 0, f"the server rejected it{quoted}")
    if code == 401:
        host = variable(urlsplit(server).hostname or "HOST")
        return Unreadable(
            f"The server at {server} requires a user name and password, or refuses these.",
            f"set KB_USER_{host} and KB_PASSWORD_{host}",
        )
    if code == 403:
        return Refused(
            f"The server at {server} does not allow this{quoted}.",
            "ask its operator for the right, or use another user name",
        )
    if code in (413, 414):
        return Refused(
            f"The request is too large for the server at {server}{quoted}.",
            "narrow the query, or raise the limit of the server",
        )
    if code in _OTHER_FORM:
        return NotAccepted(
            f"The server at {server} does not accept this form of request ({code}){quoted}.",
            f"check the address, or set method in its table in kb.toml: {', '.join(METHODS)}",
        )
    if code in (404, 410):
        return Unreadable(
            f"There is no SPARQL service at {server}{quoted}.",
            "check the address; usually it ends in /query or /sparql",
        )
    return Refused(f"The server at {server} could not answer ({code}){quoted}.")
