"""Maps and networks: the picture and the table beside it say the same."""

from __future__ import annotations

import re

import pytest
from conftest import Kb
from serving import client
from starlette.testclient import TestClient

PLACES = (
    ("pier", "lat=48.2", "long=16.4", "precision=exact"),
    ("oldport", "lat=48.9", "long=17.9", "precision=region"),
)


@pytest.fixture
def located(kb: Kb) -> TestClient:
    """Pages of a knowledge base in which two places have coordinates."""
    for name, *values in PLACES:
        done = kb("edit", f"entity/{name}", *values)
        assert done.code == 0, done
    return client(kb.root)


def sizes(text: str) -> list[float]:
    """The width of each circle, as it is drawn: the largest first."""
    return [float(x) for x in re.findall(r'<ellipse class="area[^"]*" [^>]* rx="([\d.]+)"', text)]


def test_a_circle_is_as_large_as_the_precision_of_its_place(located: TestClient) -> None:
    text = located.get("/map").text
    large, small = sizes(text)
    assert large > 10 * small
    table = text[text.index("<tbody>") :]
    assert table.count("<tr>") == 2
    assert "region" in table
    assert re.search(r'<text class="place"[^>]*>\w', text)
    assert re.search(r'<text class="day"[^>]*>48[.\d]*° N<', text)


def test_a_nearer_map_has_larger_circles_and_works_by_links(located: TestClient) -> None:
    text = located.get("/map").text
    nearer = re.search(r'href="(/map\?zoom=1[^"]*)">Nearer', text)
    assert nearer
    found = located.get(nearer[1].replace("&amp;", "&")).text
    assert max(sizes(found), default=0) > max(sizes(text))
    assert "All places" in found
    refused = located.get("/map?lat=nowhere")
    assert (refused.status_code, "lat=48.2" in refused.text) == (400, True)
    assert located.get("/map?zoom=99999999&lat=90&long=-180").status_code == 200


def test_a_place_without_a_precision_has_no_size(located: TestClient, kb: Kb) -> None:
    assert kb("edit", "entity/oldport", "precision=").code == 0
    text = located.get("/map").text
    assert 'class="area open"' in text
    assert "unknown" in text


def test_maps_and_networks_show_an_entity_a_claim_or_everything(
    located: TestClient, kb: Kb
) -> None:
    assert sizes(located.get("/entity/pier/map").text)
    assert "oldport" in located.get("/claim/northland-sent-tugs-to-oldport/map").text
    assert located.get("/map.geojson").text == kb("export", "geojson").out
    assert located.get("/network.graphml").text == kb("export", "graphml").out
    assert "No place here has coordinates" in located.get("/entity/layla/map").text


def test_places_on_both_sides_of_the_antimeridian_are_neighbours(kb: Kb) -> None:
    for name, long in (("pier", "179.5"), ("oldport", "-179.5")):
        assert kb("edit", f"entity/{name}", "lat=10", f"long={long}", "precision=exact").code == 0
    text = client(kb.root).get("/map").text
    places = [float(x) for x in re.findall(r'<circle class="point" cx="([\d.]+)"', text)]
    assert len(places) == 2
    assert "180° " in text
    assert "0° E" not in re.findall(r">(\d+° [EW])<", text)


def test_a_network_has_a_line_for_each_tie_and_contradiction(kb: Kb) -> None:
    assert kb("add", "affiliation", "lukin", "speaks-for", "coastguard").code == 0
    pages = client(kb.root)
    text = pages.get("/network").text
    assert text.count('<line class="tie"') == 1
    against = text[text.index('id="facing"') :]
    assert text.count('<line class="against"') == against[: against.index("</table>")].count(
        "<tr><td>"
    )
    assert "Northland sent tugs to Oldport" in against
    assert "speaks for" in text
    near = pages.get("/entity/lukin/network").text
    assert 'class="node main"' in near
    assert "Coastguard" in near
    assert pages.get("/network").text == text


def test_a_claim_has_the_network_of_those_who_quarrel_about_it(pages: TestClient) -> None:
    text = pages.get("/claim/northland-sent-tugs-to-oldport/network").text
    names = set(re.findall(r'y="[\d.]+" unicode-bidi="isolate">([^<]+)</text>', text))
    assert {"Northland", "Coastguard"} <= names
