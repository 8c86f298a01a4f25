"""What commands print: rows on stdout as people or programs want them, everything said about them
on stderr.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Any, TypeVar

from kb.cli import terminal
from kb.cli.terminal import visible as visible
from kb.errors import Usage
from kb.model.identifiers import suggestion

T = TypeVar("T")
Rows = Sequence[Sequence[object]]
# A cell of a table is never squeezed below this many columns of a terminal; a narrower terminal
# wraps the lines itself.
NARROWEST = 10
# Fewer items than this are done before a bar could be read.
WORTH_A_BAR = 200
# Ended by a closed pipe: 128 + SIGPIPE, as of any other program.
PIPE_CLOSED = 141
# Cells of a table that are laid out one by one. A larger one is never read on a screen, and would
# take minutes.
MANY = 20_000
MARKUP = re.compile(r"([\\`*_\[\]<>|])")


def show(columns: Sequence[str], rows: Rows, format: str, title: str | None = None) -> None:
    """Print rows on stdout in one of FORMATS; the title heads tables and Markdown only. Raises
    Usage for another format.

    None is empty, a date ISO 8601; several values in a cell are joined by `|`, in JSON a list.

    >>> show(["id", "seen"], [["a", None], ["b", ("x", "y")]], "csv")
    id,seen
    a,
    b,x|y
    """
    if format not in FORMATS:
        raise Usage(
            f"there is no format “{format}”.",
            suggestion(format, FORMATS, f"one of {', '.join(FORMATS)}"),
        )
    if format == "table" and not rows:
        message(f"{title}: nothing found." if title else "nothing found.")
        return
    text = FORMATS[format](columns, rows, title)
    (_write if format == "table" else emit)(text)  # the controls of a table are our own


def amount(number: int, thing: str) -> str:
    """A number of things, as `1 record`, `2 records`.

    >>> amount(1, "file"), amount(0, "file")
    ('1 file', '0 files')
    """
    return f"{number} {thing}{'s' * (number != 1)}"


def emit(text: str) -> None:
    """Write text for programs on stdout: exact and in UTF-8, but on a terminal with controls made
    visible.
    """
    _write(visible(text) if sys.stdout.isatty() else text)


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
    """The items, with a bar on stderr where that is a terminal and there are many."""
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


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case tuple() | list():
            return "|".join(map(_cell, value))
        case date():  # a datetime, too
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)


def _plain(value: object) -> Any:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case tuple() | list():
            return [_plain(v) for v in value]
        case dict():
            return {key: _plain(v) for key, v in value.items()}
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case _:
            return _cell(value)


def _objects(columns: Sequence[str], rows: Rows) -> list[dict[str, Any]]:
    return [dict(zip(columns, map(_plain, row), strict=True)) for row in rows]


def _json(columns: Sequence[str], rows: Rows, title: str | None) -> str:
    return (
        terminal.escaped(json.dumps(_objects(columns, rows), ensure_ascii=False, indent=2)) + "\n"
    )


def _ndjson(columns: Sequence[str], rows: Rows, title: str | None) -> str:
    return "".join(
        terminal.escaped(json.dumps(item, ensure_ascii=False)) + "\n"
        for item in _objects(columns, rows)
    )


def _csv(columns: Sequence[str], rows: Rows, title: str | None) -> str:
    return _separated(columns, rows, ",")


def _tsv(columns: Sequence[str], rows: Rows, title: str | None) -> str:
    return _separated(columns, rows, "\t")


def _separated(columns: Sequence[str], rows: Rows, by: str) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=by, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(v) for _, v in zip(columns, row, strict=True)] for row in rows)
    return stream.getvalue()


def _md(columns: Sequence[str], rows: Rows, title: str | None) -> str:
    """A table of GitHub Flavored Markdown (4.10), its text escaped so that it cannot be markup."""
    marks = ["---:" if right else "---" for right in _numeric(columns, rows)]
    lines = [
        [_escaped(c) for c in columns],
        marks,
        *([_escaped(_cell(v)) for v in row] for row in rows),
    ]
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return f"## {_escaped(title)}\n\n{table}" if title else table


def _escaped(text: str) -> str:
    return "<br>".join(MARKUP.sub(r"\\\1", visible(text)).splitlines())


def _numeric(columns: Sequence[str], rows: Rows) -> list[bool]:
    """Which columns hold numbers only."""
    values = [[row[i] for row in rows if row[i] is not None] for i in range(len(columns))]
    return [
        bool(v) and all(isinstance(n, int | float | Decimal) and not isinstance(n, bool) for n in v)
        for v in values
    ]


def _table(columns: Sequence[str], rows: Rows, title: str | None) -> str:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    columns = [_shown(name) for name in columns]
    cells = [[_shown(_cell(v)) for _, v in zip(columns, row, strict=True)] for row in rows]
    widest = [
        max(_width(line) for c in (head, *column) for line in c.split("\n"))
        for head, *column in zip(columns, *cells, strict=True)
    ]
    if len(cells) * len(columns) > MANY:
        return _large(
            columns, cells, _shown(title) if title else "", widest, _numeric(columns, rows)
        )
    terminal = sys.stdout.isatty()
    colour = terminal and not _colourless()
    all_of_it = sum(widest) + 3 * len(columns)
    stream = io.StringIO()
    measured = Console(file=sys.stdout).width if terminal else all_of_it
    least = sum(min(w, NARROWEST) for w in widest[1:]) + 3 * len(columns)
    whole_id = (
        widest[0] if widest[0] <= measured // 2 else NARROWEST
    )  # an id that is wrapped cannot be copied
    console = Console(
        file=stream,
        width=max(measured, least + whole_id),
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
        _environ={},  # what the environment says about colour and width is decided above
    )
    table = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        title=Text(_shown(title), style="bold") if title else None,
        title_justify="left",
    )
    for i, (name, right) in enumerate(zip(columns, _numeric(columns, rows), strict=True)):
        keep = i == 0 and whole_id == widest[0]
        table.add_column(
            Text(name),
            justify="right" if right else "left",
            overflow="fold",
            no_wrap=keep,
            min_width=whole_id if keep else None,
        )
    for line in cells:
        table.add_row(*map(Text, line))
    console.print(table)
    return "".join(f"{line.rstrip()}\n" for line in stream.getvalue().strip("\n").split("\n"))


def _large(
    columns: Sequence[str],
    cells: Sequence[Sequence[str]],
    title: str,
    widest: Sequence[int],
    numeric: Sequence[bool],
) -> str:
    """The same table as wide as it is, without colours."""

    def line(row: Sequence[str]) -> str:
        """One line of the table."""
        parts = []
        for text, width, right in zip(row, widest, numeric, strict=True):
            space = " " * (width - _width(text))
            parts.append(space + text if right else text + space)
        return f" {'   '.join(parts)}".rstrip() + "\n"

    rule = f" {'─' * (sum(widest) + 3 * (len(columns) - 1))}\n"
    lines = (
        line(part)
        for row in cells
        for part in zip_longest(*(c.split("\n") for c in row), fillvalue="")
    )
    head = [f"{title}\n"] if title else []
    return "".join([*head, "\n", line(columns), rule, *lines, "\n"])


def _width(text: str) -> int:
    """Columns that a line of text takes; most lines are ASCII, without what a terminal would obey."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _shown(text: str) -> str:
    """Text in a cell, where a tab would break the columns."""
    return visible(text.expandtabs(1))


def _colourless() -> bool:
    """Whether the user wants no colour (no-color.org)."""
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"


FORMATS: dict[str, Callable[[Sequence[str], Rows, str | None], str]] = {
    "table": _table,
    "csv": _csv,
    "tsv": _tsv,
    "json": _json,
    "ndjson": _ndjson,
    "md": _md,
}
