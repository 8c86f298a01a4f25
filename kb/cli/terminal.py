r"""The way to the terminal: text from elsewhere cannot move the cursor, change colours or reorder
what is read.

`guard` puts a `Guard` in the place of stdout and stderr, so that every print, whoever makes it,
goes through one. Three forms
leave by it: text for people, with controls written out; text for programs, exact in a pipe or a
file; and our own styled tables.
"""

from __future__ import annotations

import codecs
import io
import os
import shlex
import shutil
import sys
from contextvars import ContextVar
from typing import TextIO, cast

from kb.presentation.controls import visible

# Characters written at once: an unbuffered stdout (python -u) does not notice that only the begin
# of a large piece was taken.
PIECE = 16_384
# The name under which Python knows what to write for a character that a terminal cannot show.
NEAREST = "kb-nearest"
# Whether long output may go through a pager: only a command as a whole, never a library's use of it.
_paging: ContextVar[bool] = ContextVar("paging", default=False)
# What a terminal without these characters shows in their place; a question mark for all others.
SIMPLER = {
    "“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-", "—": "-", "─": "-", "·": ".", "→": "->", "⟦": "[[", "⟧": "]]",
    "⟨": "<<", "⟩": ">>", "\u00a0": " ", "≈": "~",
}  # fmt: skip


def line(text: str) -> str:
    r"""Text on one line: its line ends are written out, too.

    >>> print(line("a\nb"))
    a\nb
    """
    return visible(text).replace("\n", "\\n")


class Guard:
    """A text stream through which controls are shown instead of sent. It has no `buffer`, so that
    nothing gets around it.
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
        """Name of the encoding of the terminal, file or pipe."""
        return self.stream.encoding

    @property
    def errors(self) -> str | None:
        """What happens to a character which that encoding lacks."""
        return self.stream.errors

    @property
    def closed(self) -> bool:
        """Whether nothing can be written any more."""
        return self.stream.closed

    def write(self, text: str) -> int:
        """Write text for people."""
        if not isinstance(text, str):
            raise TypeError("text is written here, not bytes")
        self.exact(visible(text.replace("\r\n", "\n")))
        return len(text)

    def exact(self, text: str) -> None:
        """Write text as it is, whatever it contains."""
        for start in range(0, len(text), PIECE):
            self.stream.write(text[start : start + PIECE])

    def flush(self) -> None:
        """Hand on what was written."""
        self.stream.flush()

    def isatty(self) -> bool:
        """Whether a terminal shows it."""
        return self.stream.isatty()

    def fileno(self) -> int:
        """Number of the file, pipe or terminal, of which line editing and `isatty` ask."""
        return self.stream.fileno()

    def writable(self) -> bool:
        """True."""
        return True


def guard() -> None:
    """Put guards in the place of stdout and stderr; one that was closed when the program started
    swallows what it is given.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if not isinstance(stream, Guard):
            setattr(sys, name, Guard(stream or open(os.devnull, "w", encoding="utf-8")))  # noqa: SIM115


def stdout() -> Guard:
    """The guard of stdout, also where `guard` was not called: a library's use of a command."""
    found: object = sys.stdout
    return found if isinstance(found, Guard) else Guard(cast(TextIO, found))


def raw(stream: object) -> TextIO:
    """What is behind a guard: for bars and tables that are made of controls of our own."""
    return stream.stream if isinstance(stream, Guard) else cast(TextIO, stream)


def with_pager() -> None:
    """Let long output go through a pager from now on."""
    _paging.set(True)


def without_pager() -> None:
    """Write all output directly from now on."""
    _paging.set(False)


def pager(text: str) -> list[str]:
    """The command that shows a text page by page; empty where it is written directly: it is short,
    nobody is at a terminal, or KB_PAGER or PAGER is empty or `cat`.
    """
    if not _paging.get() or not (sys.stdout.isatty() and sys.stdin and sys.stdin.isatty()):
        return []
    if text.count("\n") < shutil.get_terminal_size().lines:
        return []
    chosen = os.environ.get("KB_PAGER", os.environ.get("PAGER", "less"))
    try:
        command = shlex.split(chosen)
    except ValueError:  # an open quote: no command that could be started
        return []
    return command if command and command[0] != "cat" and shutil.which(command[0]) else []


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """What to write for characters that an encoding lacks, and where to go on (see
    `codecs.register_error`).
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(SIMPLER.get(c, "?") for c in error.object[error.start : error.end]), error.end


codecs.register_error(NEAREST, _nearest)
