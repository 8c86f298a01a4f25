"""A server on the loopback interface that answers nothing and counts who connects."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Listener:
    """An open port."""

    server: socket.socket

    @property
    def port(self) -> int:
        """The number of the port."""
        return int(self.server.getsockname()[1])

    def connections(self) -> int:
        """How many connections were made; each is closed."""
        found = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                self.server.accept()[0].close()
                found += 1
        return found


@contextlib.contextmanager
def listening() -> Iterator[Listener]:
    """A listener; connections are made by the system's queue, so that no thread is needed."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        server.setblocking(False)
        yield Listener(server)
