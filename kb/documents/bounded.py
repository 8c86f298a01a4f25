"""Work on a document in a child process with limits, and the sentences about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kb.errors import Usage
from kb.system import confined

# Ordinary documents take a second and 100 MB.
LIMITS: Final = confined.Limits(seconds=60, memory=2**30)
# Bytes of a document that is not text.
LARGEST: Final = 100_000_000
EXTRA: Final = "install it: pip install 'claimkb[documents]'"


def run(name: str, what: str, way_out: str, work: Callable[[], object]) -> Any:
    """Return the result of work on a document, which must be JSON.

    `what` is the name of the format with its article. Raises Usage at a limit or if it is damaged.
    """
    try:
        return confined.run(work, LIMITS)
    except confined.Overrun as over:
        why = f" ({over.reason})" if over.reason else ""
        sentence = {
            "time": f"cannot be read within {LIMITS.seconds:g} seconds.",
            "memory": f"needs more than {LIMITS.memory // 2**20} MiB of memory to be read.",
            "result": f"has more than {LIMITS.result // 2**20} MiB of text.",
        }.get(over.what, f"cannot be read as {what}: it is damaged or incomplete{why}.")
        raise Usage(f"{name} {sentence}", way_out) from None


def missing(name: str, what: str) -> Usage:
    """Return the error for a reader that is not installed."""
    return Usage(f"{name} is {what}, and the reader of this format is not installed.", EXTRA)
