"""Garbage collection, which is paused while very many objects are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Do not look for unreachable cycles of objects within this block.

    Rows and records refer to each other by id only, so that there are no such cycles. Each look at
    all of them, again and again while their number grows, costs a quarter of the time.

    >>> with paused():
    ...     gc.isenabled()
    False
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
