"""Columns of a PDF page whose file writes them row by row, so that their lines alternate.

The widths of letters are not known here. A column shows itself by the place where its lines begin.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any, Final

# Points between the beginnings of two lines of one column, and between the heights of two texts of
# one row: layers of scans are not exact.
NEAR: Final = 4.0
# How often a text must pass from one column to the next, and the share of passages that must end
# where that column begins.
FEWEST, SHARE = 6, 0.8
# In running text, this share of lines begins within a sentence, and lines have so many characters.
WITHIN, SHORTEST = 0.3, 15
# A line is no part of the first column if it has this many times the usual length, or the usual
# distance from the line before.
ACROSS, APART = 1.5, 2.0
MOST_COLUMNS: Final = 6


@dataclass(frozen=True, slots=True)
class Run:
    """Text that a page shows at one place, in points from the left and lower edges."""

    text: str
    x: float
    y: float


Line = list[Run]
# The text of a row in each column.
Row = list[str]


def run(text: str, matrix: Sequence[float], frame: Sequence[float]) -> Run:
    """Return text with its place: the matrices of the text and of the page (ISO 32000-2 §9.4.4)."""
    x, y = matrix[4], matrix[5]
    place = x * frame[0] + y * frame[2] + frame[4], x * frame[1] + y * frame[3] + frame[5]
    return Run(text, *place)


def lines(runs: Iterable[Run]) -> list[Line]:
    """Return the lines that runs form, without blank ones."""
    found: list[Line] = [[]]
    for one in runs:
        for number, piece in enumerate(one.text.split("\n")):
            if number:
                found.append([])
            if piece.strip():
                found[-1].append(Run(piece, one.x, one.y))
    return [line for line in found if line]


def read(page: Sequence[Line]) -> str | None:
    """Return the text of a page one column after the other, or None if no columns alternate.

    >>> rows = [
    ...     [Run("of the pier, and they", 60.0, y), Run(" were locked out of it", 300.0, y)]
    ...     for y in range(700, 600, -14)
    ... ]
    >>> read(rows).split("\\n")[7:9]
    ['of the pier, and they', 'were locked out of it']
    """
    gutters = _gutters([one for line in page for one in line])
    if not gutters:
        return None
    found = _parts([_split(line, gutters) for line in page], [line[0].y for line in page])
    inside = [row for rows in found for row in rows if len(rows) > 1]
    if not inside or not all(map(_is_prose, zip(*inside, strict=True))):
        return None
    down = (column for rows in found for column in zip(*rows, strict=True))
    return "\n".join(text for column in down for text in column if text)


def _parts(split: Sequence[Row], heights: Sequence[float]) -> list[list[Row]]:
    """Return the rows, divided at each line that is in no column, such as a headline."""
    usual = median(len(row[0]) for row in split if row[0])
    leading = median(abs(above - below) for above, below in pairwise(heights))
    found: list[list[Row]] = [[]]
    above = heights[0]
    for row, height in zip(split, heights, strict=True):
        apart = above - height > APART * leading
        above = height
        if not any(row[1:]) and (apart or len(row[0]) > ACROSS * usual):
            found += [[row], []]
        else:
            found[-1].append(row)
    return found


def _gutters(runs: Sequence[Run]) -> list[float]:
    """Return where columns begin, apart from the first one."""
    passages = [
        (one.x, other.x)
        for one, other in pairwise(runs)
        if one.x + NEAR < other.x and abs(one.y - other.y) <= NEAR
    ]
    ends = Counter(round(end) for _, end in passages)
    found: list[float] = []
    for start in sorted(ends):
        around = sum(ends[start + n] for n in range(int(NEAR) + 1))
        if around < FEWEST or (found and start - NEAR <= found[-1] + 2 * NEAR):
            continue
        passed = [end for begin, end in passages if begin < start - 1 <= end]
        there = sum(end <= start + NEAR for end in passed)
        if there >= FEWEST and there >= SHARE * len(passed):
            found.append(start - NEAR)
    return found if len(found) < MOST_COLUMNS else []


def _split(line: Line, gutters: list[float]) -> Row:
    """Return the text of a line in each column."""
    columns = [""] * (len(gutters) + 1)
    for one in line:
        columns[bisect_right(gutters, one.x)] += one.text
    return [text.strip() for text in columns]


def _is_prose(column: Iterable[str]) -> bool:
    """Tell whether the lines of a column are running text: cells of tables are not."""
    texts = [text for text in column if text]
    within = sum(text[0].islower() for text in texts)
    long = sum(map(len, texts)) >= SHORTEST * len(texts)
    return len(texts) >= FEWEST and long and within >= WITHIN * len(texts)


def read_page(page: Any) -> tuple[str, bool]:
    """Return the text of a page of pypdf, and whether its columns were put in order.

    Some versions report a part of a page twice; then the text stays as it is.
    """
    runs: list[Run] = []
    text: str = (
        page.extract_text(
            visitor_text=lambda text, frame, matrix, *_: runs.append(run(text, matrix, frame))
        )
        or ""
    )
    ordered = read(lines(runs))
    if ordered is None or _signs(ordered) != _signs(text):
        return text, False
    return ordered, True


def _signs(text: str) -> Counter[str]:
    """Count the signs of a text that are not white space."""
    return Counter("".join(text.split()))
