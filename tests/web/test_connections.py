"""Connections that send no request."""

from __future__ import annotations

import asyncio

import pytest
import uvicorn
from serving import alone
from starlette.responses import PlainTextResponse

from kb.web import connections


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: x"])
def test_a_connection_without_a_header_is_closed(
    monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(connections, "PATIENCE", 0.1)
    assert alone(answered(sent)) == b""


def test_a_request_whose_header_comes_in_time_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PATIENCE", 0.1)
    asked = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert alone(answered(asked)).endswith(b"slow")


async def slow(scope: object, receive: object, send: object) -> None:
    """An application that takes longer than a header may."""
    await asyncio.sleep(0.3)
    await PlainTextResponse("slow")(scope, receive, send)  # type: ignore[arg-type]


async def answered(sent: bytes) -> bytes:
    """What a server answers until it closes the connection."""
    config = uvicorn.Config(slow, http=connections.Impatient, ws="none", lifespan="off")
    config.load()
    state = uvicorn.server.ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: connections.Impatient(config, state, {}), "127.0.0.1", 0
    )
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
        writer.write(sent)
        found = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        return found
