"""Notes: sentences for the user that are not errors.

A note accompanies a correct answer that was found in an unusual way. The library passes notes to
listeners; the command line prints them on stderr.
"""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[str], None]] = []


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
