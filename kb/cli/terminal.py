r"""Output to the terminal in which foreign text cannot move the cursor, change colours or reorder
what people read.

`guard` replaces stdout and stderr by a `Guard`, so that everything printed goes through one. It
writes text for people with control characters made visible, text for programs unchanged, and our
own styled tables.
"""

from __future__ import annotations

import codecs
import io
import os
import shlex
import shutil
import sys
from contextvars import ContextVar
from typing import Final, TextIO, cast

from kb.presentation.controls import visible

# Characters written at once. With an unbuffered stdout (python -u), the end of a larger piece could
# get lost without an error.
PIECE: Final = 16_384
# Name of our error handler for characters that a terminal cannot show (see `codecs`).
NEAREST: Final = "kb-nearest"
# Whether long output may go through a pager: only in the command line, not for a library.
_paging: ContextVar[bool] = ContextVar("paging", default=False)
# Replacements for characters that a terminal lacks; other characters become a question mark.
SIMPLER: Final = {
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "…": "...",
    "–": "-",
    "—": "-",
    "─": "-",
    "·": ".",
    "→": "->",
    "⟦": "[[",
    "⟧": "]]",
    "⟨": "<<",
    "⟩": ">>",
    "\u00a0": " ",
    "≈": "~",
}


def line(text: str) -> str:
    r"""Return text on one line, with line ends and control characters made visible.

    >>> print(line("a\nb"))
    a\nb
    """
    return visible(text).replace("\n", "\\n")


class Guard:
    """Text stream that shows control characters instead of sending them.

    It has no `buffer`, so that nothing can bypass it.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        if isinstance(stream, io.TextIOWrapper):
            if stream.isatty() or stream is sys.stderr:
                stream.reconfigure(errors=NEAREST)
            else:  # a file or a pipe is read by programs, whatever this terminal could show
                stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")

    @property
    def encoding(self) -> str:
        """Return the encoding of the terminal, file or pipe."""
        return self.stream.encoding

    @property
    def errors(self) -> str | None:
        """Return the error handler for characters that the encoding lacks."""
        return self.stream.errors

    @property
    def closed(self) -> bool:
        """Tell whether the stream is closed."""
        return self.stream.closed

    def write(self, text: str) -> int:
        """Write text for people."""
        if not isinstance(text, str):
            raise TypeError("text is written here, not bytes")
        self.exact(visible(text.replace("\r\n", "\n")))
        return len(text)

    def exact(self, text: str) -> None:
        """Write text unchanged."""
        for start in range(0, len(text), PIECE):
            self.stream.write(text[start : start + PIECE])

    def flush(self) -> None:
        """Flush the stream."""
        self.stream.flush()

    def isatty(self) -> bool:
        """Tell whether the stream is a terminal."""
        return self.stream.isatty()

    def fileno(self) -> int:
        """Return the file descriptor, which line editing and `isatty` need."""
        return self.stream.fileno()

    def writable(self) -> bool:
        """Return True."""
        return True


def guard() -> None:
    """Replace stdout and stderr by guards. A stream that is closed becomes one to /dev/null."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if not isinstance(stream, Guard):
            open_stream = stream or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
            setattr(sys, name, Guard(open_stream))


def stdout() -> Guard:
    """Return the guard of stdout, also for a library that did not call `guard`."""
    found: object = sys.stdout
    return found if isinstance(found, Guard) else Guard(cast(TextIO, found))


def raw(stream: object) -> TextIO:
    """Return the stream behind a guard, for the control characters of our own progress line."""
    return stream.stream if isinstance(stream, Guard) else cast(TextIO, stream)


def with_pager() -> None:
    """Let long output go through a pager from now on."""
    _paging.set(True)


def without_pager() -> None:
    """Write all output directly from now on."""
    _paging.set(False)


def pager(text: str) -> list[str]:
    """Return the command that shows a text page by page; empty if it is to be written directly.

    That is so for a short text, without a terminal, or if KB_PAGER or PAGER is empty or `cat`.
    """
    if not _paging.get() or not (sys.stdout.isatty() and sys.stdin and sys.stdin.isatty()):
        return []
    if text.count("\n") < shutil.get_terminal_size().lines:
        return []
    chosen = os.environ.get("KB_PAGER", os.environ.get("PAGER", "less"))
    try:
        command = shlex.split(chosen)
    except ValueError:  # a missing quotation mark: not a command
        return []
    return command if command and command[0] != "cat" and shutil.which(command[0]) else []


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """Replace characters that an encoding lacks; also return the position to continue at.

    For `codecs.register_error`.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(SIMPLER.get(c, "?") for c in error.object[error.start : error.end]), error.end


codecs.register_error(NEAREST, _nearest)
