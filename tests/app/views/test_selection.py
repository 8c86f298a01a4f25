"""Selections: what an answer says about records that were not chosen."""

from __future__ import annotations

import pytest
from conftest import CHECKOUT

from kb.app import knowledge_base
from kb.app.views.wanted import Wanted
from kb.errors import Usage


def test_a_record_that_was_not_chosen_is_not_called_later() -> None:
    whole = knowledge_base.open(str(CHECKOUT))
    view = whole.only(Wanted(statuses=("disputed",)))
    inside = view.known()
    outside = next(id for id in whole.known().claims if id not in inside.claims)
    with pytest.raises(Usage) as refused:
        view.resolve(inside, outside, ("claim",))
    assert refused.value.message == f"“{outside}” is not in this selection."
    assert refused.value.hint == "leave out the filters"
