"""Sentences that a person should read beside an answer. They are no errors: the answer is right,
only how it was found is unusual.

The library gives them to whoever listens; the command line prints them on stderr.
"""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[str], None]] = []


def listen(listener: Callable[[str], None]) -> None:
    """Have every note from now on given to this function.

    >>> heard = []
    >>> listen(heard.append)
    >>> note("this answer came from the text.")
    >>> heard
    ['this answer came from the text.']
    """
    if listener not in _listeners:
        _listeners.append(listener)


def note(sentence: str) -> None:
    """Give a sentence to everyone who listens."""
    for listener in _listeners:
        listener(sentence)
