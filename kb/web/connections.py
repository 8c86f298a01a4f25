"""Connections of the server: those that send no request are closed, to leave room for others."""

from __future__ import annotations

import asyncio
from typing import Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

# Seconds in which the header of a request has to arrive.
PATIENCE: Final = 10.0


class Impatient(H11Protocol):
    """A connection that is closed if the header of its request does not arrive in time."""

    late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Read a part of a request, and wait for the rest of its header."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Wait as long as there is no complete header."""
        if self.conn.their_state is not h11.IDLE:
            self._stop()
        elif self.late is None:
            self.late = self.loop.call_later(PATIENCE, self.transport.close)

    def _stop(self) -> None:
        if self.late is not None:
            self.late.cancel()
            self.late = None
