"""Turns of threads: what uses a knowledge base is done by one thread at a time.

Answers are computed in forked child processes, and a child must not be forked while another thread
is at work in here. Notes of the program become Python warnings.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from kb import notes

P = ParamSpec("P")
T = TypeVar("T")


class KbWarning(UserWarning):
    """Something that a reader of the answer should know, such as a file that cannot be read."""


class _Turns:
    """The turn of the thread at work, and what it was told meanwhile."""

    def __init__(self) -> None:
        self.turn = threading.RLock()
        self.depth = 0
        self.heard: list[str] = []

    def hear(self, sentence: str) -> None:
        """Keep a note, if it is about the work of a caller from Python."""
        if self.depth:
            self.heard.append(sentence)


_turns = _Turns()
# The thread that had the turn does not exist in a child that the caller forked.
os.register_at_fork(after_in_child=_turns.__init__)  # type: ignore[misc]


def note(sentence: str) -> None:
    """Warn the caller, once its answer is complete."""
    _turns.hear(sentence)


def alone(verb: Callable[P, T]) -> Callable[P, T]:
    """Return a function that waits for its turn, and warns of what was noted meanwhile."""

    @wraps(verb)
    def in_turn(*args: P.args, **named: P.kwargs) -> T:
        """Do the work as the only thread."""
        with _turns.turn:
            notes.listen(_turns.hear)
            _turns.depth += 1
            try:
                found = verb(*args, **named)
            finally:
                _turns.depth -= 1
                outermost = not _turns.depth
                heard = _turns.heard if outermost else []
                if outermost:
                    _turns.heard = []
        for sentence in dict.fromkeys(heard):
            warnings.warn(sentence, KbWarning, stacklevel=2)
        return found

    return in_turn
