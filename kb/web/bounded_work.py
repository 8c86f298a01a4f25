"""Work for one page that may take long, in a child process with limits: other pages wait for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kb.errors import Refused
from kb.system import confined
from kb.system.confined import Limits
from kb.web import words
from kb.web.results import Asked

MEMORY: Final = 512 * 2**20
# Seconds that a page of a large knowledge base takes, and how many a page of a small one, or if its
# reader wants to wait.
SHORT: Final = 0.3
LONG: Final = 10.0
# Parameter of an address: the reader wants to wait.
WAIT: Final = "wait"


def seconds(asked: Asked, quick: bool) -> float:
    """Return how long the work for a page may take. `quick` knowledge bases are small."""
    return LONG if quick or waits(asked) else SHORT


def waits(asked: Asked) -> bool:
    """Tell whether the reader of a page wants to wait for it."""
    return asked.first(WAIT) == "yes"


def result(work: Callable[[], object], way_out: str, seconds: float) -> Any:
    """Return the result of work on records in memory, which must be JSON.

    Raises Refused with `way_out` at a limit; there is no part of a result.
    """
    try:
        return confined.run(work, Limits(seconds=seconds, memory=MEMORY))
    except confined.Overrun as over:
        reason = words.LIMITS.get(over.what) or f"stopped: {over.reason or 'it is too deep'}"
        raise Refused(words.NOT_COMPUTED.format(reason.format(seconds=seconds)), way_out) from None
