"""What commands print: data on stdout as people or programs want it, messages about it on stderr."""

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
# Seconds before progress is shown, and between two times that it is.
PATIENCE: Final = 1.0
REDRAWN: Final = 0.2
# Ended by a closed pipe: 128 + SIGPIPE, as of any other program.
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
    """Print rows on stdout in one of FORMATS; title and labels head tables and Markdown only.
    Raises Usage for another format.

    None is empty, a date ISO 8601; several values in a cell are joined by `|`, in JSON a list.

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


def limited(rows: Sequence[T], limit: int) -> list[T]:
    """The first rows, all where the limit is 0; says how many more there are."""
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
    """Width of the terminal, or what COLUMNS says; None for a pipe or a file, which have none."""
    given = os.environ.get("COLUMNS", "")
    if given.isdigit() and int(given):
        return int(given)
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def coloured() -> bool:
    """Whether stdout is a terminal whose user wants colour (no-color.org)."""
    return sys.stdout.isatty() and not _colourless()


def _colourless() -> bool:
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"


def painted(role: str, text: str) -> str:
    """Give text the colour of its role, or of its value in a column of statuses."""
    colour = COLOURS.get(text.strip() if role in COLOURED else role)
    return f"\x1b[{colour}m{text}\x1b[0m" if colour else text


def emit(text: str) -> None:
    """Write text for programs on stdout: exact and in UTF-8, but on a terminal with controls made
    visible.
    """
    _write(visible(text) if sys.stdout.isatty() else text)


def prose(lines: Iterable[str]) -> None:
    """Print lines for people: controls are made visible, and long lines are wrapped between words
    where there is a width, two columns further in.
    """
    width = columns_wide()
    shown = (visible(line) for text in lines for line in text.split("\n"))
    page("".join(f"{part}\n" for line in shown for part in tables.folded(line, width)))


def page(text: str) -> None:
    """Write text for people, whose controls are our own."""
    _write(text)


def _write(text: str) -> None:
    """Write text as it is, long text on a terminal through a pager. A reader that has gone away
    (`| head`) ends the program without a word.
    """
    _progress.end()
    command = terminal.pager(text)
    if command and _paged(command, text):
        return
    stream = terminal.stdout()
    try:
        stream.exact(text)
        stream.flush()
    except BrokenPipeError:
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), stream.fileno()
        )  # else the interpreter complains while it ends
        raise SystemExit(PIPE_CLOSED) from None


def _paged(command: Sequence[str], text: str) -> bool:
    """Show text in a pager and wait for its end; return False where it cannot be started.

    Ctrl-C belongs to the pager while it runs. `less` is told to end by itself where everything fits
    (F), to pass on our colours (R), and to leave the text on the screen (X).
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
    """Say something on stderr; controls in it are made visible."""
    _progress.end()
    print(visible(text), file=sys.stderr)


class Progress:
    """How far long work is, on one line of stderr that is cleared at the end.

    It is shown on a terminal only, after a second, and a few times a second.
    """

    def __init__(self) -> None:
        self.began = self.shown = time.monotonic()
        self.visible = False

    def step(self, what: str, done: int, total: int) -> None:
        """Show what is being done; a listener of `notes.watch`."""
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
    """Show from now on how far long work is, where stderr is a terminal that can clear a line."""
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        global _progress
        _progress = Progress()
        notes.watch(_progress.step)
