"""Ctrl-C, which ends a command at any moment.

Python prints and forgets an interrupt that arrives in a callback of the garbage collector or of the
import system. Here it is raised again a moment later.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any, Final, NoReturn

# Exit code after Ctrl-C: 128 + SIGINT, as of other programs.
INTERRUPTED: Final = 130
# Seconds until an interrupt that did not end the command is raised again: enough to undo a write.
AGAIN: Final = 3.0


class Interrupts:
    """Handler of Ctrl-C while a command runs; `seen` tells whether it was pressed."""

    def __init__(self) -> None:
        self.seen = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Interrupts:
        """Start to handle signals. In a thread this does nothing: signals do not arrive there."""
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
