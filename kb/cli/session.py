"""What one run of a command has to say at its end: whether its answer was incomplete."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final

# Of a command that answered, and whose answer lacks what could not be read.
INCOMPLETE: Final = 1
_code: ContextVar[int] = ContextVar("code", default=0)


def begin() -> None:
    """Nothing is missing yet."""
    _code.set(0)


def incomplete() -> None:
    """Something is missing from the answer of this command."""
    _code.set(INCOMPLETE)


def code() -> int:
    """What a command ends with that has succeeded: 0, or 1 if its answer is incomplete."""
    return _code.get()
