"""Bodies of requests, read with limits on their length and on the time that they take."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.datastructures import QueryParams
from starlette.requests import Request

from kb.errors import Usage
from kb.web import words

# Bytes of a request: more than the longest query, and than any form that a person fills in.
LARGEST: Final = 1_000_000
# Seconds in which a request has to arrive.
SLOWEST: Final = 10.0
FORM: Final = "application/x-www-form-urlencoded"


class Unacceptable(Exception):
    """A request that is not read, with the code of its answer."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


def media(request: Request) -> str:
    """Return the media type of the body of a request."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def text(request: Request) -> str:
    """Return the text of a request. Raises Unacceptable if it is too long or too slow, Usage if it
    is not UTF-8.
    """
    body = b""
    try:
        async with asyncio.timeout(SLOWEST):
            async for part in request.stream():
                body += part
                if len(body) > LARGEST:
                    raise Unacceptable(413, words.LONG_BODY)
    except TimeoutError:
        raise Unacceptable(408, words.LATE) from None
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise Usage(words.NOT_UTF_8) from None


async def form(request: Request) -> QueryParams:
    """Return the fields of a form that a browser sent, with the line breaks of Unix. Raises
    Unacceptable, Usage.
    """
    if media(request) != FORM:
        raise Unacceptable(415, words.NO_FORM)
    found = QueryParams(await text(request)).multi_items()
    return QueryParams([(name, value.replace("\r\n", "\n")) for name, value in found])
