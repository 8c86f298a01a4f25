"""Whether the description of an unnamed speaker means one person or a group."""

from __future__ import annotations

import pytest
from coded import records

from kb.model.records import Entity
from kb.text.descriptions import means_one

ONE = (
    "engineer",
    "a senior official close to the talks",
    "person briefed on the matter",
    "one of the residents",
    "a member of the crew",
    "witness",
    "bus driver",
    "United States diplomat",
    "aide to ministers",
    "human rights lawyer",
    "retired officer of the army",
)
SEVERAL = (
    "engineers",
    "some leaders",
    "officials briefed on the talks",
    "residents living in the town",
    "a group of sailors",
    "two men",
    "local people",
    "police",
    "witnesses",
    "armed men",
    "retired officers of the army",
    "leading officials",
    "officer and driver",
    "several",
)


@pytest.mark.parametrize("text", ONE)
def test_one_person(text: str) -> None:
    assert means_one(text)


@pytest.mark.parametrize("text", SEVERAL)
def test_several_people(text: str) -> None:
    assert not means_one(text)


def test_an_unnamed_speaker_is_a_person_and_unnamed_speakers_are_a_group() -> None:
    world = """
== post; author Post
The dam leaks, an engineer and some villagers said.
--
claims:
- claim: The dam leaks
  kind: state
  said:
  - by: unnamed engineer
    at: The dam leaks, an engineer
  - by: unnamed villagers
    at: some villagers said
"""
    made = {e.id: e.kind for e in records(world) if isinstance(e, Entity) and e.naming}
    assert made == {"unnamed-engineer-post": "person", "unnamed-villagers-post": "group"}
