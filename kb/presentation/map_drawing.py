"""Drawing of a map: places as circles as large as their precision, a grid of degrees, and land.

Degrees of longitude are as wide as in the middle of the map (equirectangular projection). The map
has no borders of states.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import cos, radians
from pathlib import Path
from typing import Final

# Kilometres around a point in which the place can be.
RADIUS: Final = {
    "exact": 0.1,
    "vicinity": 1.0,
    "settlement": 5.0,
    "district": 25.0,
    "region": 100.0,
    "country": 400.0,
}
KM: Final = 111.2  # in a degree of latitude
STEPS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0)
# Lines of the grid in each direction, at most.
LINES: Final = 7
# Degrees of latitude below which the outlines of land are too coarse.
LEAST_FOR_LAND: Final = 2.0
# Degrees that a map shows at least, and how much larger it is than the area of its places.
LEAST: Final = 0.1
FREE: Final = 1.3
# Units of the picture: sizes of a circle, and of the letters of a name.
SMALLEST: Final = 4.0
LETTER: Final = 6.6
HEIGHT_OF_NAME: Final = 13.0
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a map: latitude and longitude in degrees, a name, and a word for its precision."""

    key: str
    name: str
    lat: float
    long: float
    precision: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the world in a picture: its middle, its height and width in degrees, and its size
    in the units of the picture.
    """

    lat: float
    long: float
    tall: float
    wide: float
    width: float
    height: float

    def place(self, lat: float, long: float) -> Point:
        """Return where a point is in the picture. East of the edge comes what is west of it."""
        east = (long - self.long + 540) % 360 - 180
        x = self.width / 2 + east / self.wide * self.width
        y = self.height / 2 + (self.lat - lat) / self.tall * self.height
        return round(x, 1), round(y, 1)

    def size(self, km: float, lat: float) -> Point:
        """Return how wide and tall a circle around a point is, half of each."""
        degrees = km / KM
        narrow = max(cos(radians(lat)), 0.05)
        return (
            round(max(degrees / narrow / self.wide * self.width, SMALLEST), 1),
            round(max(degrees / self.tall * self.height, SMALLEST), 1),
        )

    def nearer(self, lat: float, long: float, zoom: int) -> Window:
        """Return the map around another point, each zoom half as wide."""
        half = 2.0**zoom
        return Window(lat, long, self.tall / half, self.wide / half, self.width, self.height)


@dataclass(frozen=True, slots=True)
class Circle:
    """A place in the picture. `name` is empty where it would cover another one. Of a place without
    a precision nobody knows how large the circle would have to be.
    """

    spot: Spot
    x: float
    y: float
    rx: float
    ry: float
    name: str


@dataclass(frozen=True, slots=True)
class GridLine:
    """A line of the grid: where it is in the picture, and its degrees in words."""

    at: float
    label: str


def window(spots: Sequence[Spot], width: float, height: float) -> Window:
    """Return the smallest map of all places, or of the world without any."""
    if not spots:
        return Window(0, 0, 180, 360, width, height)
    south, north = min(s.lat for s in spots), max(s.lat for s in spots)
    west, across = _arc([s.long for s in spots])
    middle = (south + north) / 2
    narrow = max(cos(radians(middle)), 0.05)
    room = 2.4 * max(RADIUS.get(s.precision or "", 0.0) for s in spots) / KM
    tall = max((north - south) * FREE, room, LEAST)
    wide = max(across * FREE * narrow, room, LEAST)
    tall = min(max(tall, wide * height / width), 180.0)
    wide = min(tall / narrow * width / height, 360.0)
    return Window(middle, _turned(west + across / 2), tall, wide, width, height)


def _arc(longs: Iterable[float]) -> tuple[float, float]:
    """Return the shortest arc with all longitudes: its western end, and how long it is."""
    sorted_ = sorted({long % 360 for long in longs})
    gaps = [(b - a) for a, b in zip(sorted_, [*sorted_[1:], sorted_[0] + 360], strict=True)]
    widest = max(range(len(gaps)), key=gaps.__getitem__)
    west = sorted_[(widest + 1) % len(sorted_)]
    return west, 360 - gaps[widest]


def _turned(long: float) -> float:
    """Return a longitude between -180 and 180."""
    return (long + 540) % 360 - 180


def circles(spots: Iterable[Spot], found: Window) -> list[Circle]:
    """Return the places in a window, largest first, so that small ones are in front."""
    drawn = []
    taken: list[tuple[float, float, float]] = []
    for spot in spots:
        x, y = found.place(spot.lat, spot.long)
        if 0 <= x <= found.width and 0 <= y <= found.height:
            name = (x, y, x + 6 + len(spot.name) * LETTER)
            fits = name[2] < found.width and not any(_covers(name, other) for other in taken)
            taken += [name] if fits else []
            size = found.size(RADIUS.get(spot.precision or "", 0.0), spot.lat)
            drawn.append(Circle(spot, x, y, *size, spot.name if fits else ""))
    return sorted(drawn, key=lambda one: -one.rx)


def _covers(one: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    """Tell whether two names, each with its left end, its line and its right end, overlap."""
    apart = one[2] < other[0] or one[0] > other[2]
    return abs(one[1] - other[1]) <= HEIGHT_OF_NAME and not apart


def parallels(found: Window) -> list[GridLine]:
    """Return the lines of equal latitude."""
    low = max(found.lat - found.tall / 2, -90.0)
    degrees = _round(low, min(found.lat + found.tall / 2, 90.0))
    return [GridLine(found.place(d, found.long)[1], _words(d, "N", "S")) for d in degrees]


def meridians(found: Window) -> list[GridLine]:
    """Return the lines of equal longitude."""
    degrees = _round(found.long - found.wide / 2, found.long + found.wide / 2)
    places = [(found.width / 2 + (d - found.long) / found.wide * found.width, d) for d in degrees]
    return [GridLine(round(x, 1), _words(_turned(d), "E", "W")) for x, d in places]


def _round(low: float, high: float) -> list[float]:
    """Return round numbers between two, at most LINES.

    >>> _round(51.1, 54.9)
    [52.0, 53.0, 54.0]
    """
    step = next((s for s in STEPS if (high - low) / s <= LINES), STEPS[-1])
    first = int(low // step) + 1
    return [round(n * step, 6) for n in range(first, int(high // step) + 1)]


def _words(degrees: float, positive: str, negative: str) -> str:
    """Return degrees with their direction.

    >>> _words(-0.5, "E", "W")
    '0.5° W'
    """
    if not degrees:
        return "0°"
    return f"{abs(degrees):g}° {positive if degrees > 0 else negative}"


@cache
def _rings() -> tuple[tuple[Point, ...], ...]:
    """Return the outlines of all land: points as longitude and latitude.

    From Natural Earth 1:110m (naturalearthdata.com), which is in the public domain, in tenths of a
    degree.
    """
    text = (Path(__file__).parent / "land.txt").read_text(encoding="utf-8")
    return tuple(tuple(map(_point, line.split())) for line in text.splitlines())


def _point(text: str) -> Point:
    long, _, lat = text.partition(",")
    return int(long) / 10, int(lat) / 10


def land(found: Window) -> str:
    """Return the land in a window as a path of SVG; nothing if the map is too near for it."""
    if found.tall < LEAST_FOR_LAND:
        return ""
    turns = (-360, 0, 360)
    return "".join(_outline(found, r, t) for r in _rings() for t in turns if _seen(found, r, t))


def _seen(found: Window, ring: Sequence[Point], turn: int) -> bool:
    """Tell whether an outline can be in a window, turned by this many degrees."""
    longs, lats = ([point[n] for point in ring] for n in (0, 1))
    across = max(min(longs) + turn - found.long, found.long - max(longs) - turn)
    up = max(min(lats) - found.lat, found.lat - max(lats))
    return across < found.wide / 2 and up < found.tall / 2


def _outline(found: Window, ring: Iterable[Point], turn: int) -> str:
    """Return one outline as a path."""
    points = []
    for long, lat in ring:
        x = found.width / 2 + (long + turn - found.long) / found.wide * found.width
        y = found.height / 2 + (found.lat - lat) / found.tall * found.height
        points.append(f"{x:.0f},{y:.0f}")
    return f"M{'L'.join(dict.fromkeys(points))}Z"
