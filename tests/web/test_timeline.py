"""The timeline: its picture and its table say the same."""

from __future__ import annotations

import re
from datetime import date

from conftest import Kb
from serving import client
from starlette.testclient import TestClient

from kb.web.timeline_page import LABELS, WIDTH, place

ADDRESS = "/entity/northland/timeline"


def test_each_voice_has_a_lane_and_each_statement_a_row(pages: TestClient) -> None:
    text = pages.get(ADDRESS).text
    lanes = re.findall(r'<text x="2"[^>]*>([^<]+)<', text)
    assert "Coastguard" in lanes
    assert "Northland" in lanes
    rows = text[text.index("<tbody>") :].count("<tr>")
    assert text.count('class="dot') == rows == 4
    assert text.count('class="bar for') == 3
    assert text.count('class="bar against') == 1


def test_speakers_who_speak_for_one_party_have_one_lane(kb: Kb) -> None:
    """Lukin speaks for the coastguard."""
    tie = ("lukin", "speaks-for", "coastguard")
    assert kb("add", "affiliation", *tie).code == 0
    text = client(kb.root).get("/entity/pier/timeline").text
    lanes = re.findall(r'<text x="2"[^>]*>([^<]+)<', text)
    assert "Coastguard" in lanes
    assert not [lane for lane in lanes if "Лукин" in lane]
    assert "(for Coastguard)" in text


def test_a_claim_and_everything_have_timelines(pages: TestClient) -> None:
    one = pages.get("/claim/northland-sent-tugs-to-oldport/timeline").text
    every = pages.get("/timeline").text
    assert one.count('class="dot') == 4
    assert every.count('class="dot') == 7


def test_what_has_no_known_end_is_drawn_open(kb: Kb) -> None:
    assert kb("edit", "the-coastguard-controls-the-pier", "when=since 2024-02-01").code == 0
    text = client(kb.root).get("/entity/pier/timeline").text
    (x,) = set(re.findall(r'class="bar (?:for|against) open" x="([\d.]+)"', text))
    assert float(x) == LABELS
    assert "2024-02-01" in text


def test_days_are_in_proportion() -> None:
    first, last = date(2024, 1, 1), date(2024, 1, 11)
    places = [place(date(2024, 1, day), first, last) for day in (1, 6, 11)]
    assert places[0] == LABELS
    assert places[2] < WIDTH
    assert places[1] - places[0] == places[2] - places[1]
    assert place(first, first, first) == LABELS


def test_an_entity_of_which_nothing_is_said_has_no_picture(kb: Kb) -> None:
    assert kb("add", "entity", "ferry", "object", "--as", "the ferry").code == 0
    text = client(kb.root).get("/entity/ferry/timeline").text
    assert "<svg" not in text
    assert "has a day" in text


def test_who_did_not_comment_is_on_neither_side(kb: Kb) -> None:
    sheet = """source: 2024-quarrel
claims:
- claim: =the-coastguard-controls-the-pier
  said:
  - by: northland
    silent: yes
    at: 11 Nobody else was asked
"""
    assert kb.sheet(sheet).code == 0
    text = client(kb.root).get("/entity/pier/timeline").text
    assert text.count('class="dot neither"') == 1
    assert "did not comment" in text
