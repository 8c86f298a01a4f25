"""Names of speakers: for whom they speak, or whose word they only pass on."""

from __future__ import annotations

from kb.model.records import Affiliation, Assertion, Entity
from kb.presentation.names import speaker_name
from kb.workspace.catalogs.catalog import Known


def known() -> Known:
    """A paper, a minister who speaks for a ministry, and the ministry that speaks for a state."""
    found = Known()
    for id, name in (("paper", "The Paper"), ("minister", "A Minister"), ("state", "The State")):
        found.add(Entity(id, kind="group", name=name), "claims/x.ttl")
    ties = (("minister", "ministry"), ("ministry", "state"))
    for member, party in ties:
        tie = Affiliation(f"{member}-{party}", member, "speaks-for", party)
        found.add(tie, "claims/x.ttl")
    return found


def test_who_speaks_for_a_party_also_through_others_speaks_for_it() -> None:
    said = Assertion("a", speaker="minister")
    assert speaker_name(known(), said, "entity/state") == "A Minister (for The State)"


def test_a_paper_that_passes_on_a_speaker_does_not_speak_for_them() -> None:
    said = Assertion("a", speaker="paper")
    assert speaker_name(known(), said, "entity/minister") == "The Paper (counts as A Minister)"


def test_an_assertion_on_behalf_of_a_party_is_for_it() -> None:
    said = Assertion("a", speaker="paper", on_behalf=("state",))
    assert speaker_name(known(), said, "entity/state") == "The Paper (for The State)"
