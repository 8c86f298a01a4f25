"""Ctrl-C ends a command, also where Python would lose it.

An interrupt that arrives in a callback of the garbage collector or of the import system is printed
and forgotten by Python. Here it is raised once more, a moment later.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any, Final, NoReturn

# Ended by Ctrl-C: 128 + SIGINT, as of any other program.
INTERRUPTED: Final = 130
# Seconds until an interrupt that did not end the command is raised again: enough to undo a write.
AGAIN: Final = 3.0


class Interrupts:
    """Watches for Ctrl-C while a command runs; `seen` says whether it was pressed."""

    def __init__(self) -> None:
        self.seen = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Interrupts:
        """Begin to watch; nothing happens in a thread, where signals do not arrive."""
        if threading.current_thread() is threading.main_thread():
            self._before[signal.SIGINT] = signal.signal(signal.SIGINT, self._pressed)
            if hasattr(signal, "SIGALRM"):
                self._before[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._again)
        return self

    def __exit__(self, *error: object) -> None:
        """Handle signals as before."""
        if hasattr(signal, "SIGALRM") and self._before:
            signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _pressed(self, number: int, frame: FrameType | None) -> NoReturn:
        self.seen = True
        if hasattr(signal, "SIGALRM"):
            signal.setitimer(signal.ITIMER_REAL, AGAIN)
        raise KeyboardInterrupt

    def _again(self, number: int, frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt
