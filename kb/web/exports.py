"""Exports that are the data of a page: places as GeoJSON, the network as GraphML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kb.web.look import Look
from kb.web.results import Asked, Build, Text


def export(kind: str, media: str) -> Build:
    """Return the function that makes the same text as `kb export KIND`."""

    def build(look: Look, asked: Asked) -> Text:
        """Return the export."""
        return Text(look.kb.export(kind), media)

    return build


# Picture → ending → its data.
TEXTS: Final[Mapping[str, Mapping[str, Build]]] = {
    "map": {"geojson": export("geojson", "application/geo+json")},
    "network": {"graphml": export("graphml", "application/graphml+xml; charset=utf-8")},
}
