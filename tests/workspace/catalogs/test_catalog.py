"""Names that nothing has are answered with the most similar ones, also where there are very many."""

from __future__ import annotations

import pytest

from kb.errors import Unknown
from kb.model.records import Entity
from kb.workspace.catalogs import catalog
from kb.workspace.catalogs.catalog import Known


@pytest.mark.parametrize("wrong", ["harbour offise", "arbour office", "harbuor office"])
def test_a_wrong_name_is_compared_with_those_next_to_it(
    wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog, "MANY_NAMES", 10)
    monkeypatch.setattr(catalog, "BESIDE", 3)
    known = Known()
    for number in range(40):
        known.add(Entity(f"actor-{number}", name=f"Actor {number}"), "a.ttl")
        known.add(Entity(f"zone-{number}", name=f"Zone {number}"), "a.ttl")
    known.add(Entity("harbour-office", name="Harbour Office"), "a.ttl")
    with pytest.raises(Unknown) as refused:
        known.resolve(wrong, ("entity",))
    assert refused.value.hint == "did you mean harbour-office?"
