"""Notes: sentences for the user that are not errors.

A note accompanies a correct answer that was found in an unusual way. The library passes notes to
listeners; the command line prints them on stderr.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
# What is done, how many of it are done, and of how many; 0 of 0 where nobody can count it.
Watcher = Callable[[str, int, int], None]
_listeners: list[Callable[[str], None]] = []
_watchers: list[Watcher] = []


def listen(listener: Callable[[str], None]) -> None:
    """Register a function that receives every note from now on.

    >>> heard = []
    >>> listen(heard.append)
    >>> note("this answer came from the text.")
    >>> heard
    ['this answer came from the text.']
    """
    if listener not in _listeners:
        _listeners.append(listener)


def note(sentence: str) -> None:
    """Send a sentence to all listeners."""
    for listener in _listeners:
        listener(sentence)


def watch(watcher: Watcher) -> None:
    """Tell this function from now on how far long work is.

    >>> seen = []
    >>> watch(lambda *step: seen.append(step))
    >>> list(counted("ab", "reading"))
    ['a', 'b']
    >>> seen
    [('reading', 0, 2), ('reading', 1, 2), ('reading', 2, 2)]
    >>> unwatch()
    """
    _watchers.append(watcher)


def unwatch() -> None:
    """Tell nobody any more."""
    _watchers.clear()


def counted(items: Sequence[T], what: str) -> Iterator[T]:
    """Hand on the items one by one, and tell who watches how many are done."""
    for n, item in enumerate(items):
        step(what, n, len(items))
        yield item
    step(what, len(items), len(items))


def step(what: str, done: int = 0, total: int = 0) -> None:
    """Tell who watches what is being done now."""
    for watcher in _watchers:
        watcher(what, done, total)
