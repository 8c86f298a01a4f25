"""Formats of printed rows: CSV, TSV, JSON, NDJSON and Markdown."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from kb.errors import Usage
from kb.model.identifiers import suggestion
from kb.presentation.controls import escaped, visible
from kb.presentation.tables import Rows, numeric
from kb.presentation.values import cell, label, plain

MARKUP: Final = re.compile(r"([\\`*_\[\]<>|])")
Formatter = Callable[[Sequence[str], Rows], str]


def checked(name: str) -> str:
    """Return the name of a format. Raises Usage, with the nearest name, if it does not exist."""
    if name not in FORMATS:
        raise Usage(
            f"there is no format “{name}”.",
            suggestion(name, FORMATS, f"one of {', '.join(FORMATS)}"),
        )
    return name


def objects(columns: Sequence[str], rows: Rows) -> list[dict[str, Any]]:
    """Return each row as an object, with the names of the columns as keys."""
    return [dict(zip(columns, map(plain, row), strict=True)) for row in rows]


def document(value: object) -> str:
    """Write one JSON document, with the controls of a terminal as escapes."""
    return escaped(json.dumps(plain(value), ensure_ascii=False, indent=2)) + "\n"


def _json(columns: Sequence[str], rows: Rows) -> str:
    return document(objects(columns, rows))


def _ndjson(columns: Sequence[str], rows: Rows) -> str:
    lines = (json.dumps(one, ensure_ascii=False) for one in objects(columns, rows))
    return "".join(f"{escaped(line)}\n" for line in lines)


def _csv(columns: Sequence[str], rows: Rows) -> str:
    return _separated(columns, rows, ",")


def _tsv(columns: Sequence[str], rows: Rows) -> str:
    return _separated(columns, rows, "\t")


def _separated(columns: Sequence[str], rows: Rows, delimiter: str) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(value) for _, value in zip(columns, row, strict=True)])
    return stream.getvalue()


def markdown(
    columns: Sequence[str], rows: Rows, title: str | None = None, labels: Sequence[str] = ()
) -> str:
    """Write a table of GitHub Flavored Markdown (4.10); its text is escaped."""
    heads = labels or [label(name) for name in columns]
    marks = ["---:" if right else "---" for right in numeric(columns, rows)]
    lines = [[_escaped(head) for head in heads], marks]
    for row in rows:
        lines.append([_escaped(cell(value)) for value in row])
    text = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return f"## {_escaped(title)}\n\n{text}" if title else text


def _escaped(text: str) -> str:
    return "<br>".join(MARKUP.sub(r"\\\1", visible(text)).splitlines())


# Formats for programs.
FOR_PROGRAMS: Final[dict[str, Formatter]] = {
    "csv": _csv,
    "tsv": _tsv,
    "json": _json,
    "ndjson": _ndjson,
}
FORMATS: Final = ("table", *FOR_PROGRAMS, "md")
