"""Modules that are imported at their first use, because most commands never use them."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any


class _Later(ModuleType):
    """A name for a module that is imported when one of its names is used.

    It imports as a statement does, so threads that need a module at once wait for each other.
    """

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module(self.__name__), name)


def later(name: str) -> ModuleType:
    """Return a module that is imported when one of its names is first used.

    >>> later("kb.model.vocabulary").NS
    'https://w3id.org/claimkb/ns#'
    """
    return _Later(name)
