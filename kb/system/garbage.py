"""Garbage collection: seldom in a command, never while very many objects are made."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# New objects after which a command looks for cycles; by default, it is 700.
_SELDOM: Final = 50_000


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


def seldom() -> None:
    """Look for unreachable cycles seldom, and not at all at the end of the process.

    Most commands end sooner than a look would pay, and looks are a tenth of their time.

    >>> seldom()
    >>> gc.get_threshold()[0]
    50000
    >>> gc.set_threshold(700)
    """
    gc.set_threshold(_SELDOM)
    atexit.register(gc.freeze)


def settled() -> None:
    """Do not look again at what exists now, as after reading what a server keeps.

    A look at millions of records would make one answer in many take a second longer. What is in a
    cycle now is never released, open files included, so this is for once in a process.
    """
    gc.collect()
    gc.freeze()
