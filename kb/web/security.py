"""Guard before all pages: which requests are answered, and the headers of every answer.

A page of another site must neither read nor reach this server, not even through a name that
resolves to this computer (DNS rebinding). So the name in `Host` and the page in `Origin` are
compared with the addresses that are served.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kb.web import words

# Characters of a path with its query. A link to any page is far shorter.
LONGEST_ADDRESS: Final = 8_000
READING: Final = ("GET", "HEAD")
# Where a query may also be sent by POST. It only reads.
QUERIES: Final = "/sparql"
# Where forms that change records are sent.
FORMS: Final = ("/edit/", "/withdraw/", "/judge", "/check/", "/undo", "/code/", "/add/source")
# A numeric address, with its port or without.
ADDRESS: Final = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[0-9.]{7,15})(?::([0-9]{1,5}))?")
COOKIE: Final = "kb-token"
TOKEN: Final = "token"
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "private, no-cache",
}


@dataclass(frozen=True, slots=True)
class Admission:
    """The requests that are answered: those for one of these hosts (`name:port`).

    With a token, a request needs it to change records, and if `guarded` also to read. With a port,
    every numeric address with this port is a host, too. A name is not, because somebody else may
    control it. Pages from `origin` may read the data of this server, but no page.
    """

    hosts: frozenset[str]
    token: str = ""
    port: int = 0
    guarded: bool = False
    origin: str = ""

    def admits(self, host: str) -> bool:
        """Tell whether a request for this host is answered.

        >>> Admission(frozenset(), port=80).admits("192.0.2.7:80")
        True
        """
        if host in self.hosts:
            return True
        found = ADDRESS.fullmatch(host) if self.port else None
        return bool(found and int(found[2] or 80) == self.port and _is_address(found[1]))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True


class Guard:
    """An ASGI application in front of another one."""

    def __init__(self, inner: ASGIApp, admission: Admission) -> None:
        self.inner = inner
        self.admission = admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        foreign = _invited(request, self.admission)

        async def secured(message: Message) -> None:
            """Add the headers of every answer."""
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if foreign and not headers.get("content-type", "").startswith("text/html"):
                    headers["Access-Control-Allow-Origin"] = foreign
                    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
                    headers.add_vary_header("Origin")
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        known = _known(request, self.admission.token)
        scope.setdefault("state", {}).update(known=known, guarded=self.admission.guarded)
        refused = refusal(request, self.admission, foreign) or (
            _preflight(request, foreign) or _stranger(request, self.admission, known)
        )
        await (refused or self.inner)(scope, receive, secured)


def refusal(request: Request, admission: Admission, foreign: str = "") -> Response | None:
    """Return the answer to a request that is not admitted, else None. `foreign` is another origin
    that may read data.
    """
    host = request.headers.get("host", "").lower()
    if not admission.admits(host):
        return _refused(421, words.WRONG_HOST)
    own = request.headers.get("origin", f"http://{host}").lower() == f"http://{host}"
    if not foreign and not own:
        return _refused(403, words.WRONG_ORIGIN)
    if not foreign and _embedded(request.headers, linked=request.method in READING):
        return _refused(403, words.WRONG_ORIGIN)
    if len(request.url.path) + len(request.url.query) > LONGEST_ADDRESS:
        return _refused(414, words.LONG_ADDRESS)
    asking = request.method == "OPTIONS" and foreign
    posts = _takes_posts(request.url.path)
    if request.method not in READING and not asking and not (request.method == "POST" and posts):
        allowed = "GET, HEAD, POST" if posts else "GET, HEAD"
        return _refused(405, words.ONLY_READ, {"Allow": allowed})
    return None


def _invited(request: Request, admission: Admission) -> str:
    """Return the origin of a request from another site that may read data, else ""."""
    origin = request.headers.get("origin", "").lower()
    allowed = bool(origin) and origin == admission.origin
    return origin if allowed and not request.url.path.startswith(FORMS) else ""


def _preflight(request: Request, foreign: str) -> Response | None:
    """Return the answer to the question of a browser whether another site may send a request
    (https://fetch.spec.whatwg.org/#cors-preflight-fetch), else None.
    """
    if not foreign or request.method != "OPTIONS":
        return None
    allowed = {"Methods": "GET, HEAD, POST", "Headers": "Authorization, Content-Type"}
    allowed |= {"Private-Network": "true"}
    headers = {f"Access-Control-Allow-{name}": value for name, value in allowed.items()}
    return Response(status_code=204, headers=headers)


def _takes_posts(path: str) -> bool:
    """Tell whether a query or a form can be sent to a path."""
    return path.rstrip("/") == QUERIES or path.startswith(FORMS)


def _embedded(headers: Mapping[str, str], linked: bool) -> bool:
    """Tell whether another site asks for its own page, or sends a form. Following a link from it is
    allowed.
    """
    foreign = headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
    return foreign and not (linked and headers.get("sec-fetch-mode", "") == "navigate")


def _stranger(request: Request, admission: Admission, known: bool) -> Response | None:
    """Return the answer to a request that lacks the token where it is needed, else None.

    An address with the token sets a cookie and leads to the same address without it.
    """
    if not admission.token:
        return None
    if _same(request.query_params.get(TOKEN, ""), admission.token):
        rest = [pair for pair in parse_qsl(request.url.query) if pair[0] != TOKEN]
        query = f"?{urlencode(rest)}" if rest else ""
        path = "/" + request.url.path.lstrip("/")
        answer = RedirectResponse(f"{path}{query}", 303)
        answer.set_cookie(_cookie(request), admission.token, httponly=True, samesite="strict")
        return answer
    wrong = TOKEN in request.query_params
    if known or not (wrong or admission.guarded or request.url.path.startswith(FORMS)):
        return None
    return _refused(401, words.NO_TOKEN, {"WWW-Authenticate": "Bearer"})


def _known(request: Request, token: str) -> bool:
    """Tell whether a request has the token, or none is needed."""
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    cookie = request.cookies.get(_cookie(request), "")
    return not token or _same(cookie, token) or _same(bearer, token)


def _cookie(request: Request) -> str:
    """Return the name of the cookie. Cookies are shared by all ports of a host."""
    return f"{COOKIE}-{request.url.port or 80}"


def _same(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode(), token.encode())


def _refused(code: int, sentence: str, headers: Mapping[str, str] | None = None) -> Response:
    return PlainTextResponse(f"{sentence}\n", code, headers=headers)
