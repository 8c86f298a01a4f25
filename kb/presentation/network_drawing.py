"""Drawing of a network: a place for each node, found by springs and repulsion.

The same nodes and links have the same places. T. Fruchterman and E. Reingold, Graph Drawing by
Force-directed Placement, 1991.
"""

from __future__ import annotations

import cmath
from collections.abc import Collection, Sequence
from itertools import combinations
from math import pi, sqrt
from typing import Final

# Rounds until the nodes rest.
ROUNDS: Final = 80
# How far a node moves in the first round; the whole picture is about 2 wide.
HEAT: Final = 0.3
# What keeps unlinked parts together.
GRAVITY: Final = 1.0
Link = tuple[str, str]
Places = dict[str, tuple[float, float]]


def placed(nodes: Sequence[str], links: Collection[Link], width: float, height: float) -> Places:
    """Return the place of each node, between 0 and the width and height.

    >>> placed(["a", "b"], [("a", "b")], 100, 50)["a"]
    (100.0, 25.0)
    """
    count = len(nodes)
    at = [cmath.rect(1, 2 * pi * n / max(count, 1)) for n in range(count)]
    joined = _numbered(nodes, links)
    distance = sqrt(4 / max(count, 1))
    for round in range(ROUNDS):
        _move(at, joined, distance, HEAT * (1 - round / ROUNDS))
    return dict(zip(nodes, _fitted(at, width, height), strict=True))


def _numbered(nodes: Sequence[str], links: Collection[Link]) -> list[tuple[int, int]]:
    """Return the links between these nodes by the numbers of the nodes."""
    number = {node: n for n, node in enumerate(nodes)}
    return [(number[a], number[b]) for a, b in links if a in number and b in number and a != b]


def _move(
    at: list[complex], joined: Sequence[tuple[int, int]], distance: float, heat: float
) -> None:
    """Move each node by the forces on it, at most as far as the heat allows."""
    force = [-GRAVITY * place for place in at]
    for a, b in combinations(range(len(at)), 2):
        gap = at[a] - at[b] or complex(1e-3, 1e-3 * (a - b))
        push = gap * (distance / abs(gap)) ** 2
        force[a] += push
        force[b] -= push
    for a, b in joined:
        gap = at[a] - at[b]
        pull = gap * abs(gap) / distance
        force[a] -= pull
        force[b] += pull
    for n, found in enumerate(force):
        at[n] += found * min(1.0, heat / (abs(found) or 1.0))


def _fitted(at: Sequence[complex], width: float, height: float) -> list[tuple[float, float]]:
    """Return the places stretched to a rectangle."""
    across = _stretched([place.real for place in at], width)
    down = _stretched([place.imag for place in at], height)
    return list(zip(across, down, strict=True))


def _stretched(values: Sequence[float], length: float) -> list[float]:
    low, high = min(values, default=0.0), max(values, default=0.0)
    if high - low < 1e-6:
        return [length / 2] * len(values)
    return [round((value - low) / (high - low) * length, 1) for value in values]
