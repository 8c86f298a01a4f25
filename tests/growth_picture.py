"""The picture of growth: one line for each work on two logarithmic scales, as plain SVG.

Each line has its name at its right end. Colours follow the reader's choice of light or dark, on a
ground of the picture's own. Nothing is loaded from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import ceil, floor, log10
from typing import Final

WIDTH, HEIGHT = 940, 560
LEFT, RIGHT, TOP, BOTTOM = 70, 610, 60, 500
# Where names begin, and the distance between two of them.
NAMES, APART = RIGHT + 34, 19
# The class of a work that is not grey, by the beginning of its name.
CLASSES: Final = {
    "kb index": "all",
    "kb validate": "all",
    "kb stats": "ask",
    "kb query": "ask",
    "kb find": "one",
    "kb show": "one",
    "kb status": "one",
    "kb edit": "change",
    "kb undo": "change",
}
# Class → colour on a light and on a dark ground.
COLOURS: Final = {
    "ground": ("#ffffff", "#14171a"),
    "text": ("#24292f", "#e6e8ea"),
    "grid": ("#dfe3e7", "#333a41"),
    "limit": ("#5f6770", "#a2abb4"),
    "all": ("#a03c22", "#f2a283"),
    "ask": ("#6d3fa0", "#c8a8f0"),
    "one": ("#1f5fa8", "#8cbcf4"),
    "change": ("#1a6b43", "#7fd3a6"),
}
Line = Sequence[tuple[int, float]]


def picture(title: str, lines: Mapping[str, Line]) -> str:
    """Return the picture of lines, each a sequence of a size and the seconds that it takes."""
    sizes = sorted({size for line in lines.values() for size, _ in line})
    seconds = [taken for line in lines.values() for _, taken in line]
    decades = (floor(log10(min(seconds))), ceil(log10(max(seconds))))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title">',
        f'<title id="title">{escape(title)}</title>',
        f"<style>\n{styles()}\n</style>",
        f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>',
        _text(LEFT, 30, title, "text title"),
        *_grid(sizes, decades),
        *_lines(lines, sizes, decades),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def styles() -> str:
    """The style sheet: light, and dark for readers who prefer it."""
    light, dark = list[str](), list[str]()
    for name, colours in COLOURS.items():
        for rules, colour in zip((light, dark), colours, strict=True):
            if name == "grid":
                rules.append(f".grid {{ stroke: {colour} }}")
            else:
                rules.append(f".{name} {{ fill: {colour} }}")
                rules.append(f".line.{name} {{ fill: none; stroke: {colour} }}")
    return "\n".join(
        [
            "text { font: 14px system-ui, sans-serif }",
            ".title { font-weight: bold; font-size: 16px }",
            ".line { stroke-width: 2; stroke-linejoin: round }",
            ".line.limit { stroke-width: 4; stroke-opacity: 0.55 }",
            ".leader { stroke-width: 1; stroke-opacity: 0.55 }",
            *light,
            "@media (prefers-color-scheme: dark) {",
            *dark,
            "}",
        ]
    )


def _grid(sizes: Sequence[int], decades: tuple[int, int]) -> Iterator[str]:
    """The scales: a line for each power of ten seconds, and one for each size."""
    for decade in range(decades[0], decades[1] + 1):
        y = _y(10.0**decade, decades)
        yield f'<path class="grid" d="M{LEFT} {y:.1f}H{RIGHT}"/>'
        yield _text(LEFT - 8, y + 5, f"{10.0**decade:,g} s", "text", "end")
    for size in sizes:
        x = _x(size, sizes)
        yield f'<path class="grid" d="M{x:.1f} {TOP}V{BOTTOM}"/>'
        yield _text(x, BOTTOM + 22, f"{size:,}", "text", "middle")
    yield _text((LEFT + RIGHT) / 2, BOTTOM + 46, "claims", "text", "middle")


def _lines(
    lines: Mapping[str, Line], sizes: Sequence[int], decades: tuple[int, int]
) -> Iterator[str]:
    """The lines and their names, from the one that ends highest."""
    order = sorted(lines, key=lambda name: -lines[name][-1][1])
    ends = [_y(lines[name][-1][1], decades) for name in order]
    for name, end, at in zip(order, ends, spread(ends, APART), strict=True):
        points = [(_x(size, sizes), _y(taken, decades)) for size, taken in lines[name]]
        kind = next((c for begin, c in CLASSES.items() if name.startswith(begin)), "limit")
        way = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        yield f'<path class="line {kind}" d="M{way}"/>'
        for x, y in points:
            yield f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
        x = points[-1][0]
        leader = f"M{x + 5:.1f} {end:.1f}L{NAMES - 5} {at:.1f}"
        yield f'<path class="line leader {kind}" d="{leader}"/>'
        yield _text(NAMES, at + 5, f"{name}  {short(lines[name][-1][1])} s", kind)


def spread(heights: Sequence[float], apart: float) -> list[float]:
    """Move heights, which are in order, so far apart that names do not overlap.

    Names that meet share a block, whose middle is that of their lines.
    """
    blocks: list[list[float]] = []
    for height in heights:
        blocks.append([height])
        while (
            len(blocks) > 1 and _names(blocks[-2], apart)[-1] + apart > _names(blocks[-1], apart)[0]
        ):
            last = blocks.pop()
            blocks[-1] += last
    return [at for block in blocks for at in _names(block, apart)]


def _names(block: Sequence[float], apart: float) -> list[float]:
    """The heights of the names of a block."""
    top = sum(block) / len(block) - apart * (len(block) - 1) / 2
    return [top + apart * n for n in range(len(block))]


def _x(size: int, sizes: Sequence[int]) -> float:
    part = (log10(size) - log10(sizes[0])) / (log10(sizes[-1]) - log10(sizes[0]))
    return LEFT + part * (RIGHT - LEFT)


def _y(seconds: float, decades: tuple[int, int]) -> float:
    part = (log10(seconds) - decades[0]) / (decades[1] - decades[0])
    return BOTTOM - part * (BOTTOM - TOP)


def _text(x: float, y: float, text: str, kind: str, anchor: str = "start") -> str:
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
    )


def short(value: float) -> str:
    """A number as exact as it is worth: 0.27, 3.5, 35, 1,200.

    >>> [short(number) for number in (0.268, 3.52, 34.7, 1234)]
    ['0.27', '3.5', '35', '1,234']
    """
    decimals = 2 if value < 0.995 else 1 if value < 9.95 else 0
    return f"{value:,.{decimals}f}"
