"""Places for maps, networks for graph programs, sources for bibliographies: each read by a program
of somebody else.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import Kb

HOSTILE = 'R&D {50 %} "a_b" <c> \\ and, Sons'


def lighthouse(kb: Kb) -> None:
    """Give a place a point, and a claim that place."""
    assert kb("edit", "oldport", "lat=54.5", "long=8.25").code == 0
    claim = "claim/the-coastguard-controls-the-pier"
    assert kb("edit", claim, "place=oldport", "when=2024-03-02").code == 0


def test_a_place_with_coordinates_and_the_claims_at_it_are_points(kb: Kb) -> None:
    lighthouse(kb)
    done = kb("export", "geojson")
    places, claims = [], []
    for feature in json.loads(done.out)["features"]:
        # Longitude comes first (RFC 7946 §3.1.1).
        assert feature["geometry"] == {"type": "Point", "coordinates": [8.25, 54.5]}
        found = feature["properties"]
        (claims if found["record"] == "claim" else places).append(found)
    assert [place["name"] for place in places] == ["Oldport"]
    assert claims[0]["statement"] == "The coastguard controls the pier"
    assert (claims[0]["status"], claims[0]["begin_earliest"]) == ("disputed", "2024-03-02")
    assert "left out: places without coordinates (1)" in done.err
    assert "have no place in GeoJSON:" in done.err


def test_geojson_is_read_by_another_program(kb: Kb) -> None:
    geojson: Any = pytest.importorskip("geojson")
    lighthouse(kb)
    read = geojson.loads(kb("export", "geojson").out)
    assert read.is_valid
    assert len(read["features"]) == 2


def test_entities_are_nodes_and_claims_between_them_edges(kb: Kb) -> None:
    networkx: Any = pytest.importorskip("networkx")
    assert kb("edit", "lukin", f"description={HOSTILE}").code == 0
    assert kb("add", "affiliation", "lukin", "member-of", "coastguard").code == 0
    text = kb("export", "graphml").out
    graph = networkx.parse_graphml(text, force_multigraph=True)
    assert graph.nodes["lukin"]["label"] == "Пётр Лукин"
    assert graph.nodes["lukin"]["description"] == HOSTILE
    edges = {data["label"]: (one, other, data) for one, other, data in graph.edges(data=True)}
    one, other, data = edges["controls"]
    assert (one, other, data["status"]) == ("coastguard", "pier", "disputed")
    assert (data["record"], data["voices_against"]) == ("claim", 1.0)
    assert edges["member-of"][:2] == ("lukin", "coastguard")


def test_sources_go_to_a_bibliography_as_csl_json(kb: Kb) -> None:
    assert kb("edit", "source/2024-quarrel", "url=https://gazette.example/q").code == 0
    (item,) = json.loads(kb("export", "csl-json").out)
    assert item["type"] == "webpage"
    assert item["author"] == [{"literal": "A Gazette"}]
    assert item["issued"] == {"date-parts": [[2024, 3, 4]]}
    assert item["URL"] == "https://gazette.example/q"


def test_bibtex_keeps_every_character_of_a_title_and_a_name(kb: Kb) -> None:
    bibtexparser: Any = pytest.importorskip("bibtexparser")
    assert kb("edit", "source/2024-quarrel", f"title={HOSTILE}").code == 0
    text = kb("export", "bibtex").out
    library = bibtexparser.parse_string(text)
    assert library.failed_blocks == []
    (entry,) = library.entries
    fields = {field.key: field.value for field in entry.fields}
    assert entry.key == "2024-quarrel"
    assert fields["author"] == "{A Gazette}"
    assert fields["title"] == r'{R\&D \{50 \%\} "a\_b" <c> \textbackslash{} and, Sons}'
    assert (fields["date"], fields["year"]) == ("2024-03-04", "2024")
