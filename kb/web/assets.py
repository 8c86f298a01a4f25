"""Style sheet, script and icon, which come with the program."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

STATIC: Final = Path(__file__).parent / "static"
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
NAMES: Final = tuple(sorted(path.name for path in STATIC.iterdir() if path.suffix in TYPES))


def text(name: str) -> str:
    """Return the text of a file, to be part of a page that is kept. It is our own: no escapes."""
    return Markup((STATIC / name).read_text(encoding="utf-8"))


def served(name: str) -> Callable[[Request], Awaitable[Response]]:
    """Return the handler of requests for a file, which is read once."""
    body = (STATIC / name).read_bytes()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"Content-Type": TYPES[Path(name).suffix], "ETag": tag}

    async def endpoint(request: Request) -> Response:
        """Answer one request."""
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers)

    return endpoint
