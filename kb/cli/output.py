"""Output of commands: data on stdout, for people or for programs; messages on stderr."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from kb import notes
from kb.cli import terminal
from kb.presentation import formats, tables
from kb.presentation.controls import visible
from kb.presentation.tables import HEAD, LEAD, TITLE, Rows

T = TypeVar("T")
# Seconds before progress is shown for the first time, and between two updates.
PATIENCE: Final = 1.0
REDRAWN: Final = 0.2
# Exit code after a closed pipe: 128 + SIGPIPE, as of other programs.
PIPE_CLOSED: Final = 141
# Colours (SGR parameters) of parts of a table and of statuses; other text has none.
COLOURS: Final = {
    TITLE: "1",
    HEAD: "1",
    LEAD: "1",
    "disputed": "31",
    "denied-only": "31",
    "failed": "31",
    "retracted": "33",
    "superseded": "33",
    "corroborated": "32",
    "admitted": "32",
    "came-true": "32",
    "error": "31",
    "warning": "33",
}
# Columns whose values have a colour of their own.
COLOURED: Final = ("status", "was", "now", "before", "after", "severity")


def show(
    columns: Sequence[str],
    rows: Rows,
    format: str,
    title: str | None = None,
    labels: Sequence[str] = (),
) -> None:
    """Print rows on stdout in one of FORMATS. Raises Usage for another format.

    None is written as nothing, a date as ISO 8601. Several values in a cell are joined by `|`; in
    JSON they are a list. Only tables and Markdown have a title and labels.

    >>> show(["id", "seen_on"], [["a", None], ["b", ("x", "y")]], "csv")
    id,seen_on
    a,
    b,x|y
    """
    formats.checked(format)
    if format == "table":
        if rows:
            page(laid_out(columns, rows, title, labels))
        else:
            message(f"{title}: nothing found." if title else "nothing found.")
    elif format == "md":
        emit(formats.markdown(columns, rows, title, labels))
    else:
        emit(formats.FOR_PROGRAMS[format](columns, rows))


def report(lines: Iterable[str], columns: Sequence[str], rows: Rows, format: str) -> None:
    """Print lines for people, or rows for programs. Raises Usage for an unknown format."""
    if format != "table":
        show(columns, rows, format)
        return
    for line in lines:
        print(line)


def limited(rows: Sequence[T], limit: int) -> list[T]:
    """Return the first rows and say how many there are; a limit of 0 means all."""
    if limit <= 0 or len(rows) <= limit:
        return list(rows)
    message(f"note: the first {limit} of {len(rows)}; --limit {len(rows)} shows all")
    return list(rows[:limit])


def laid_out(
    columns: Sequence[str], rows: Rows, title: str | None = None, labels: Sequence[str] = ()
) -> str:
    """Lay out rows as a table for stdout."""
    paint = painted if coloured() else tables.unpainted
    return tables.table(columns, rows, title, width=columns_wide(), labels=labels, paint=paint)


def columns_wide() -> int | None:
    """Return the width of the terminal, or the value of COLUMNS; None for a pipe or a file."""
    given = os.environ.get("COLUMNS", "")
    if given.isdigit() and int(given):
        return int(given)
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def coloured() -> bool:
    """Tell whether stdout is a terminal and its user wants colour (no-color.org)."""
    return sys.stdout.isatty() and not _colourless()


def _colourless() -> bool:
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"


def painted(role: str, text: str) -> str:
    """Give text the colour of its role, or of its value in a column of statuses."""
    colour = COLOURS.get(text.strip() if role in COLOURED else role)
    return f"\x1b[{colour}m{text}\x1b[0m" if colour else text


def emit(text: str) -> None:
    """Write text for programs on stdout: unchanged and in UTF-8.

    On a terminal, control characters are made visible.
    """
    _write(visible(text) if sys.stdout.isatty() else text)


def prose(lines: Iterable[str]) -> None:
    """Print lines for people, with control characters made visible.

    If there is a width, long lines are wrapped between words and indented by two more columns.
    """
    width = columns_wide()
    shown = (visible(line) for text in lines for line in text.split("\n"))
    page("".join(f"{part}\n" for line in shown for part in tables.folded(line, width)))


def page(text: str) -> None:
    """Write text for people; all control characters in it must be our own."""
    _write(text)


def _write(text: str) -> None:
    """Write text unchanged, long text on a terminal through a pager.

    If the reader has closed the pipe (`| head`), the program ends silently.
    """
    _progress.end()
    command = terminal.pager(text)
    if command and _paged(command, text):
        return
    _send(text)


def _send(text: str) -> None:
    """Write text to stdout at once. If its reader is gone, the program ends silently."""
    stream = terminal.stdout()
    try:
        stream.exact(text)
        stream.flush()
    except BrokenPipeError:
        # Without this, the interpreter complains about the pipe when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        raise SystemExit(PIPE_CLOSED) from None


def _paged(command: Sequence[str], text: str) -> bool:
    """Show text in a pager and wait until it ends. Return False if it cannot be started.

    Ctrl-C belongs to the pager while it runs. The options for `less`: exit if everything fits on
    the screen (F), show colours (R), leave the text on the screen (X).
    """
    import signal
    import subprocess

    terminal.stdout().flush()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        subprocess.run(
            command,
            input=text.encode(terminal.stdout().encoding, "replace"),
            env={"LESS": "FRX", **os.environ},
            check=False,
        )
    except OSError:
        return False
    finally:
        signal.signal(signal.SIGINT, before)
    return True


def message(text: str) -> None:
    """Print a message on stderr, with control characters made visible, after what was printed on
    stdout before.
    """
    _progress.end()
    _send("")
    print(visible(text), file=sys.stderr)


class Progress:
    """Progress of long work, on one line of stderr that is cleared at the end.

    It is shown only on a terminal, after a second, and updated a few times a second.
    """

    def __init__(self) -> None:
        self.began = self.shown = time.monotonic()
        self.visible = False

    def step(self, what: str, done: int, total: int) -> None:
        """Show the current step of the work. Listens to `notes.watch`."""
        now = time.monotonic()
        if now - self.began < PATIENCE or now - self.shown < REDRAWN:
            return
        self.shown = now
        number = f" {done:,} of {total:,}" if total else ""
        self._write(f"\r\x1b[K{visible(what)}{number} …")
        self.visible = True

    def end(self) -> None:
        """Clear the line."""
        if self.visible:
            self._write("\r\x1b[K")
            self.visible = False

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            stream = terminal.raw(sys.stderr)
            stream.write(text)
            stream.flush()


_progress = Progress()


def show_progress() -> None:
    """Show the progress of long work from now on, if stderr is a terminal that can clear a line."""
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        global _progress
        _progress = Progress()
        notes.watch(_progress.step)
