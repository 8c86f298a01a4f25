"""The map of everything, of an entity or of a claim: its places, each as large as its precision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from kb.errors import Usage
from kb.model.records import Entity
from kb.presentation import map_drawing
from kb.presentation.map_drawing import Circle, GridLine, Spot, Window
from kb.web.look import Look
from kb.web.results import Asked, Page
from kb.web.scopes import Scope

# Places on one map, those with most claims; nobody could distinguish more.
SHOWN: Final = 120
WIDTH: Final = 900
HEIGHT: Final = 560
CLOSEST: Final = 12
# Links that move the map: parts of its height and width, and how much nearer it comes.
MOVES: Final = (
    ("Nearer", 0.0, 0.0, 1),
    ("Farther", 0.0, 0.0, -1),
    ("North", 0.3, 0.0, 0),
    ("South", -0.3, 0.0, 0),
    ("West", 0.0, -0.3, 0),
    ("East", 0.0, 0.3, 0),
)
# What the address of a map can have.
NAMES: Final = ("zoom", "lat", "long")


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture, and the addresses of the same map nearer, farther and beside it."""

    window: Window
    circles: Sequence[Circle]
    parallels: Sequence[GridLine]
    meridians: Sequence[GridLine]
    land: str
    zoom: int
    moves: Sequence[tuple[str, str]]


def page(look: Look, asked: Asked, scope: Scope) -> Page:
    """Return the map of a subject."""
    counts = _counts(look, scope)
    located = [_spot(e) for e in map(look.known.entities.get, counts) if e and _has_point(e)]
    located.sort(key=lambda spot: (-counts[spot.key], spot.key))
    shown = located[:SHOWN]
    without = sum(e.kind == "place" for e in map(look.known.entities.get, counts) if e)
    values = {
        "scope": scope,
        "spots": [(spot, counts[spot.key]) for spot in shown],
        "number": len(located),
        "without": without - sum(look.known.entities[s.key].kind == "place" for s in located),
        "drawing": _drawing(look, asked, scope, shown) if shown else None,
    }
    data = "" if scope.key else "/map"
    formats = () if scope.key else ("geojson",)
    command = "" if scope.key else "kb export geojson"
    return Page("map.html", f"Map: {scope.name}", values, command, data, formats)


def _counts(look: Look, scope: Scope) -> Counter[str]:
    """Return for each entity of the map the number of claims about it."""
    found = Counter(e for claim in scope.claims for e in set(claim.participants()) if e)
    wanted = set(scope.entities)
    if not scope.key or wanted:
        inside = look.known.entities.values()
        for entity in inside:
            if not scope.key or entity.id in wanted or wanted.intersection(entity.within):
                found[entity.id] += 0
    return found


def _has_point(entity: Entity) -> bool:
    return entity.lat is not None and entity.long is not None


def _spot(one: Entity) -> Spot:
    lat, long = float(one.lat or 0), float(one.long or 0)
    return Spot(one.id, one.name or one.id, lat, long, one.precision)


def _drawing(look: Look, asked: Asked, scope: Scope, spots: Sequence[Spot]) -> Drawing:
    whole = map_drawing.window(spots, WIDTH, HEIGHT)
    zoom = min(asked.number("zoom"), CLOSEST)
    lat, long = _degrees(asked, "lat", 90), _degrees(asked, "long", 180)
    shown = whole.nearer(
        whole.lat if lat is None else lat, whole.long if long is None else long, zoom
    )
    return Drawing(
        shown,
        map_drawing.circles(spots, shown),
        map_drawing.parallels(shown),
        map_drawing.meridians(shown),
        map_drawing.land(shown),
        zoom,
        list(_moves(look, f"{scope.path}/map", shown, zoom)),
    )


def _degrees(asked: Asked, name: str, most: int) -> float | None:
    """Return a parameter in degrees, None if it is not given. Raises Usage."""
    text = asked.first(name)
    try:
        found = float(text) if text else None
    except ValueError:
        found = most + 1.0
    if found is not None and not -most <= found <= most:
        raise Usage(f"{name} “{text[:20]}” is not a number from -{most} to {most}.", f"{name}=48.2")
    return found


def _moves(look: Look, path: str, at: Window, zoom: int) -> Iterable[tuple[str, str]]:
    """Yield the links that move the map; the map of all places only comes nearer."""
    for label, up, right, nearer in MOVES:
        level = zoom + nearer
        if 0 <= level <= CLOSEST and (zoom or level):
            yield label, to(look, path, at.lat + up * at.tall, at.long + right * at.wide, level)
    if zoom:
        yield "All places", look.to(path)


def to(look: Look, path: str, lat: float, long: float, zoom: int) -> str:
    """Return the address of a map around a point."""
    bounded = max(min(lat, 90.0), -90.0)
    turned = (long + 540) % 360 - 180
    return look.to(path, zoom=str(zoom), lat=f"{bounded:.4f}", long=f"{turned:.4f}")
