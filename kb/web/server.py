"""The server of the pages: its address, its token, and its end."""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

import uvicorn

from kb.errors import Refused, Usage
from kb.web import rendering
from kb.web.application import application
from kb.web.connections import Impatient
from kb.web.desk import Desk
from kb.web.security import TOKEN, Admission

# Requests that are open at one time; the others are refused for the moment.
MOST_OPEN: Final = 64
# Seconds that an idle connection is kept.
IDLE: Final = 5
# Scheme, host and port of a site; nothing that means several sites.
ORIGIN: Final = re.compile(r"https?://([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")


def serve(
    folder: str | None,
    host: str,
    port: int,
    ready: Callable[[str], None],
    *,
    guarded: bool = False,
    read_only: bool = False,
    origin: str = "",
) -> None:
    """Serve the pages of the knowledge base in a folder until the user ends it.

    `ready` gets the address once it can be opened, or several joined by “ or ”. It has a token,
    which whoever changes records needs. `guarded` asks readers for it, too; every host that is not
    this computer does. `read_only` offers no forms. Pages from `origin` may read data. Port 0 is
    any free port. Raises Usage for an invalid host or origin, Refused for a port in use, and
    Unreadable.
    """
    origin = _origin(origin)
    listening = _bound(host, port)
    with listening:
        port = listening.getsockname()[1]
        guarded = guarded or not is_loopback(host)
        token = secrets.token_urlsafe(24) if guarded or not read_only else ""
        desk = Desk(folder, read_only, os.environ.get("KB_CODER", ""))
        desk.prepare()
        rendering.prepare()
        any_address = port if _everywhere(host) else 0
        app = application(desk, Admission(hosts(host, port), token, any_address, guarded, origin))
        config = uvicorn.Config(
            app,
            http=Impatient,
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=MOST_OPEN,
            timeout_keep_alive=IDLE,
        )
        asked = f"?{TOKEN}={token}" if token else ""
        named = _reached(host) if _everywhere(host) else [_named(host)]
        ready(" or ".join(f"http://{name}:{port}/{asked}" for name in named))
        _Server(config).run(sockets=[listening])


def _origin(text: str) -> str:
    """Return the origin of another site (RFC 6454), or "". Raises Usage for anything else.

    >>> _origin("https://Example.org")
    'https://example.org'
    """
    if text and not ORIGIN.fullmatch(text.lower()):
        raise Usage(
            f"“{text}” is not the origin of a site.", "write it as in --cors https://example.org"
        )
    return text.lower()


class _Server(uvicorn.Server):
    """A server that Ctrl-C and SIGTERM end without an error."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle both signals while it runs. uvicorn's own method raises them again at the end."""
        before = {n: signal.signal(n, self.handle_exit) for n in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def hosts(host: str, port: int) -> frozenset[str]:
    """Return what may be in the Host header of a request.

    >>> sorted(hosts("127.0.0.1", 8000))
    ['127.0.0.1:8000', '[::1]:8000', 'localhost:8000']
    """
    named = {_named(host), *(LOOPBACK if is_loopback(host) or _everywhere(host) else ())}
    if _everywhere(host):
        named.add(socket.gethostname().lower())
    found = {f"{name}:{port}" for name in named}
    return frozenset(found | named if port == 80 else found)


def is_loopback(host: str) -> bool:
    """Tell whether only this computer can reach a host.

    >>> is_loopback("localhost"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _everywhere(host: str) -> bool:
    return host in ("0.0.0.0", "::")


def _reached(host: str) -> list[str]:
    """Return how others reach a server that listens everywhere: by the addresses from which this
    computer would send, or else by its name. Nothing is sent.
    """
    found = []
    families = [(socket.AF_INET, "192.0.2.1")]
    if host == "::":
        families.append((socket.AF_INET6, "2001:db8::1"))
    for family, far in families:
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as sending:
            sending.connect((far, 9))
            found.append(_named(str(sending.getsockname()[0])))
    return found or [socket.gethostname().lower()]


def _named(host: str) -> str:
    """Return a host as it is in an address."""
    return f"[{host}]" if ":" in host else host.lower()


def _bound(host: str, port: int) -> socket.socket:
    """Return a socket that listens on this address. Raises Usage, Refused."""
    try:
        family = socket.getaddrinfo(host, port)[0][0]
    except (OSError, OverflowError, UnicodeError):
        raise Usage(f"there is no host “{host}” here.", "--host 127.0.0.1") from None
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise Refused(
            f"port {port} of {host} cannot be used: {getattr(error, 'strerror', None) or error}.",
            "--port 0 takes any free port",
        ) from None
