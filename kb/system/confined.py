"""A function call in a forked child process with limits, returning its result as JSON.

The call can hang, run out of memory or crash without affecting this process.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from kb.errors import Conflict, KbError, NotAccepted, Refused, Unreadable, Usage
from kb.system import sandbox
from kb.system.sandbox import Limits as Limits
from kb.system.sandbox import OverLimit

ERRORS: Final[dict[str, type[KbError]]] = {
    kind.__name__: kind for kind in (Usage, Conflict, NotAccepted, Refused, Unreadable)
}
# Open files the child may have: libraries load data and modules when they are first used.
FILES: Final = 256
_RESOURCES: Final = {"seconds": "time"}


class Overrun(Exception):
    """The work went over a limit.

    `what` is "time", "memory", "result" or "crash". `reason` is the library's message, if any.
    """

    def __init__(self, what: str, reason: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.reason = reason


def run(work: Callable[[], object], limits: Limits) -> Any:
    """Run `work` in a child process and return its result, which must be JSON.

    >>> run(lambda: [1, "é"], Limits(5, 2**28))
    [1, 'é']

    No other thread of this process may hold a lock that the work needs. The work has no network
    connections unless `limits.network` is set. Raises Overrun at a limit, and any KbError that the
    work raised.
    """
    try:
        opening = replace(limits, files=FILES)
        (body,) = sandbox.run(lambda: None, lambda _: iter([_answer(work, limits)]), 1, opening)
    except OverLimit as error:
        raise Overrun(_RESOURCES.get(error.resource, error.resource)) from None
    except Refused:
        raise Overrun("crash") from None
    return _opened(json.loads(body))


def _opened(found: dict[str, Any]) -> Any:
    """Return the result from the child's answer, or raise the error that it reports."""
    if "error" in found:
        raise ERRORS[found["error"]](found["message"], found["hint"])
    if "overrun" in found:
        raise Overrun(found["overrun"], found.get("reason", ""))
    return found["result"]


def _answer(work: Callable[[], object], limits: Limits) -> bytes:
    """Do the work and return its result or its error as JSON."""
    try:
        body = json.dumps({"result": work()}, ensure_ascii=False).encode()
    except KbError as error:
        kind = next((c.__name__ for c in type(error).__mro__ if c.__name__ in ERRORS), "Refused")
        return json.dumps({"error": kind, "message": error.message, "hint": error.hint}).encode()
    except MemoryError:
        return json.dumps({"overrun": "memory"}).encode()
    except Exception as error:
        # Libraries raise errors of many kinds; deep recursion ends here as well.
        reason = (str(error).splitlines() or [""])[0][:200]
        return json.dumps({"overrun": "crash", "reason": reason}).encode()
    return body if len(body) <= limits.result else json.dumps({"overrun": "result"}).encode()
