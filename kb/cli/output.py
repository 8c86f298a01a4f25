"""What commands print: data on stdout as people or programs want it, messages about it on stderr."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

from kb.cli import terminal
from kb.presentation import formats, tables
from kb.presentation.controls import visible
from kb.presentation.tables import HEAD, LEAD, TITLE, Rows

T = TypeVar("T")
# Fewer items than this are done before a bar could be read.
WORTH_A_BAR: Final = 200
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


def page(text: str) -> None:
    """Write text for people, whose controls are our own."""
    _write(text)


def _write(text: str) -> None:
    """Write text as it is. A reader that has gone away (`| head`) ends the program without a word."""
    stream = terminal.stdout()
    try:
        stream.exact(text)
        stream.flush()
    except BrokenPipeError:
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), stream.fileno()
        )  # else the interpreter complains while it ends
        raise SystemExit(PIPE_CLOSED) from None


def message(text: str) -> None:
    """Say something on stderr; controls in it are made visible."""
    print(visible(text), file=sys.stderr)


def progress(items: Iterable[T], label: str, total: int) -> Iterator[T]:
    """Hand on the items, with a bar on stderr where that is a terminal and there are many."""
    if total < WORTH_A_BAR or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress

    console = Console(file=terminal.raw(sys.stderr), no_color=_colourless(), emoji=False)
    # What is printed meanwhile goes its own way, past the controls that draw the bar.
    with Progress(
        console=console, transient=True, redirect_stdout=False, redirect_stderr=False
    ) as bar:
        yield from bar.track(items, total, description=escape(visible(label)))
