"""Regular expressions that are compiled at their first use: most commands never use them."""

from __future__ import annotations

import re
from typing import Any, cast


class _Later:
    """A pattern that is compiled when one of its methods is first used."""

    def __init__(self, text: str, flags: int) -> None:
        self._made = text, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._made), name)
        setattr(self, name, found)  # the next use asks for nothing
        return found


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """Return a pattern that is compiled when one of its methods is first used.

    Functions of `re` do not take it: call its methods.

    >>> pattern("[0-9]+").findall("3 of 4")
    ['3', '4']
    """
    return cast("re.Pattern[str]", _Later(text, flags))
