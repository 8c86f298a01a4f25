"""Work for one page that may take long, in a child process with limits: other pages wait for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kb.errors import Refused
from kb.system import confined
from kb.system.confined import Limits
from kb.web import words

LIMITS: Final = Limits(seconds=3.0, memory=512 * 2**20)


def result(work: Callable[[], object], way_out: str) -> Any:
    """Return the result of work on records in memory, which must be JSON.

    Raises Refused with `way_out` at a limit; there is no part of a result.
    """
    try:
        return confined.run(work, LIMITS)
    except confined.Overrun as over:
        reason = words.LIMITS.get(over.what) or f"stopped: {over.reason or 'it is too deep'}"
        raise Refused(
            words.NOT_COMPUTED.format(reason.format(seconds=LIMITS.seconds)), way_out
        ) from None
