"""The network of everything, of an entity or of a claim: ties, and who contradicts whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from kb.app.inquiry.network import Network, Opposition, linked
from kb.model.records import Affiliation
from kb.presentation import network_drawing
from kb.presentation.names import voice_name
from kb.web.look import Look
from kb.web.results import Asked, Page
from kb.web.scopes import Scope

# Entities in one picture; more would cover each other.
SHOWN: Final = 28
# Rows of each table; the picture has those with most claims.
ROWS: Final = 200
# Claims that are named in a row.
NAMED: Final = 3
WIDTH: Final = 900
HEIGHT: Final = 620
# Ties that have their words in the picture; more words would cover each other.
NAMED_TIES: Final = 15
# Space around the places of the nodes, for their names.
SIDE: Final = 90
TOP: Final = 24
LONGEST_LABEL: Final = 24


@dataclass(frozen=True, slots=True)
class Node:
    """An entity in the picture."""

    key: str
    name: str
    x: float
    y: float
    main: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A tie or an opposition in the picture, with its words and its width."""

    kind: str
    one: Node
    other: Node
    words: str
    width: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture. `height` is in its own units."""

    nodes: Sequence[Node]
    lines: Sequence[Line]
    width: int = WIDTH
    height: int = HEIGHT


def page(look: Look, asked: Asked, scope: Scope) -> Page:
    """Return the network of a subject."""
    found = _about(look, scope)
    centre = [f"entity/{id}" for id in scope.entities]
    every = linked(found)
    shown = [*(key for key in centre if key in every), *(k for k in every if k not in centre)]
    values = {
        "scope": scope,
        "ties": found.ties[:ROWS],
        "tied": len(found.ties),
        "oppositions": found.oppositions[:ROWS],
        "opposed": len(found.oppositions),
        "named": NAMED,
        "voice": lambda key: voice_name(look.known, key),
        "drawing": _drawing(look, found, shown[:SHOWN], centre) if shown else None,
        "left": max(len(shown) - SHOWN, 0),
    }
    data = "" if scope.key else "/network"
    formats = () if scope.key else ("graphml",)
    command = "" if scope.key else "kb export graphml"
    return Page("network.html", f"Network: {scope.name}", values, command, data, formats)


def _about(look: Look, scope: Scope) -> Network:
    """Return the part of the network that concerns a subject."""
    whole = look.network
    if not scope.key:
        return whole
    if scope.key.startswith("entity/"):
        return whole.around(scope.entities)
    claim = scope.key.partition("/")[2]
    facing = tuple(o for o in whole.oppositions if claim in o.claims)
    voices = {key.partition("/")[2] for o in facing for key in (o.one, o.other)}
    near = {*scope.entities, *voices}
    ties = (t for t in whole.ties if t.member in near and t.party in near)
    return Network(tuple(ties), facing)


def _drawing(look: Look, found: Network, shown: Sequence[str], centre: Collection[str]) -> Drawing:
    """Return the picture of these voices and of the links between them."""
    links: list[tuple[str, str, Affiliation | Opposition]] = [
        *((f"entity/{t.member}", f"entity/{t.party}", t) for t in found.ties),
        *((o.one, o.other, o) for o in found.oppositions),
    ]
    joined = [(a, b) for a, b, _ in links]
    at = network_drawing.placed(shown, joined, WIDTH - 2 * SIDE, HEIGHT - 3 * TOP)
    nodes = {
        key: Node(key, _short(voice_name(look.known, key)), x + SIDE, y + TOP, key in centre)
        for key, (x, y) in at.items()
    }
    named = len(found.ties) <= NAMED_TIES
    lines = [
        _line(nodes[a], nodes[b], link, named) for a, b, link in links if {a, b} <= nodes.keys()
    ]
    return Drawing(list(nodes.values()), lines)


def _line(one: Node, other: Node, link: Affiliation | Opposition, named: bool) -> Line:
    if isinstance(link, Affiliation):
        words = (link.relation or "").replace("-", " ") if named else ""
        return Line("tie", one, other, words, 1.5)
    return Line("against", one, other, "", min(1 + len(link.claims), 6))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…"
